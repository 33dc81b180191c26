/** Text of others comes out as text in every place that shows it: each is read back by what reads it there. */
import assert from "node:assert/strict";
import MarkdownIt from "markdown-it";
import { parseFragment, type DefaultTreeAdapterTypes } from "parse5";
import ts from "typescript";
import { label, markdown, markdownBlock, markdownCode, markup, message, oneLine } from "../../src/core/base/encoders";
import { harmless } from "../../src/core/base/harmless";
import { commandsOf, documentHtml, documentMarkdown, documentText, type Doc } from "../../src/core/render/document";
import { TextOutput, errorLines } from "../../src/cli/output";
import type { Plan } from "../../src/core/deploy/plan";
import { planDocument, planSummary, removalDocument, removalLines } from "../../src/core/render/plan";
import { diagnosisDocument, diagnosisLines } from "../../src/core/render/diagnosis";
import { reviewDocument } from "../../src/core/render/review";
import { planJson } from "../../src/core/render/json";
import { frontEnd, nodesOf, placeOf } from "./support/frontEnd";
import { hostile } from "./support/hostile";

/** As VS Code's preview reads it. */
const reader = new MarkdownIt({ html: true, linkify: true });
/** What a terminal, or a reader's eye, obeys. */
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;
const one = (text: string): string => oneLine(text).trim();

/** Every kind of text that a plan, a diagnosis, a review and a removal take from elsewhere. */
function documentsOf(text: string): Doc[] {
  return [
    planDocument(planOf(text)),
    diagnosisDocument(diagnosisOf(text), text),
    reviewDocument(text, {
      findings: [{ id: "x", severity: "high", sentence: text, evidence: [text], remedy: text, command: text }],
      unknown: [text],
      clean: [text],
    }),
    removalDocument(text, removalsOf(text)),
  ];
}

const removalsOf = (text: string) => [
  { id: "service" as const, kind: "service" as const, name: text, arn: text, ours: true },
  { id: "cluster" as const, kind: "cluster" as const, name: text, arn: text, ours: true, usedBy: [text] },
  { id: "role" as const, kind: "role" as const, name: text, arn: text, ours: false },
];

const diagnosisOf = (text: string) =>
  ({
    healthy: false,
    summary: text,
    cause: {
      code: "ContainerExited",
      sentence: text,
      remedy: text,
      command: text,
      certainty: "certain" as const,
      actions: [],
      mayCure: false,
    },
    evidence: [text],
    ruledOut: [{ code: "x", sentence: text, why: text }],
    unknown: [text],
    others: [{ code: "y", sentence: text, remedy: text, command: text, certainty: "likely" as const, actions: [] }],
  }) as unknown as Parameters<typeof diagnosisDocument>[0];

const planOf = (text: string): Plan => ({
  application: text,
  environment: text,
  account: text,
  arn: text,
  region: text,
  items: [
    { step: "service", action: "create", kind: "service", name: text, reason: { code: "absent" } },
    {
      step: "taskDefinition",
      action: "update",
      name: text,
      reason: { code: "identity", arn: text },
      changes: [{ code: "definitionMember", path: text }],
    },
  ] as Plan["items"],
  problems: [
    { code: "x", severity: "stop", sentence: text, remedy: text, evidence: [text], actions: [] },
  ] as unknown as Plan["problems"],
  warnings: [{ code: "composeLeftOut", file: text, service: text, members: [text] }] as Plan["warnings"],
  context: { folder: text, why: "stated", missing: [text], lookedIn: [text] } as unknown as Plan["context"] & object,
  buildInputs: {
    secrets: [{ id: text, from: "environment", name: text }],
    ssh: [text],
    contexts: [text],
  } as Plan["buildInputs"] & object,
  changedElsewhere: [{ path: text, before: text, after: { a: text } }],
  revisionChanges: [{ path: text, before: undefined, after: text }],
  cost: { monthly: undefined, currency: "USD", parts: [], region: text } as unknown as Plan["cost"],
  consentReasons: [{ code: "takesOver", name: text, folder: text }] as Plan["consentReasons"],
  fingerprint: "f",
});

type Node = DefaultTreeAdapterTypes.ChildNode;
const isElement = (node: Node): node is DefaultTreeAdapterTypes.Element => "tagName" in node;
const within = (node: { childNodes?: Node[] }): Node[] =>
  (node.childNodes ?? []).flatMap((child) => [child, ...within(child as { childNodes?: Node[] })]);

describe("text of others", () => {
  it("stays one piece of text in a paragraph, a list and a heading of Markdown", () => {
    for (const text of hostile) {
      const wanted = one(text);
      for (const [before, kind] of [
        ["", "paragraph_open"],
        ["- ", "bullet_list_open"],
        ["## ", "heading_open"],
      ] as const) {
        const tokens = reader.parse(`${before}${markdown(text)}\n`, {});
        assert.equal(tokens[0]?.type, kind, JSON.stringify(text));
        const inline = tokens.filter(({ type }) => type === "inline");
        assert.equal(inline.length, 1, JSON.stringify([text, markdown(text)]));
        const children = inline[0]?.children ?? [];
        assert.deepEqual(
          children.filter(({ type }) => type !== "text" && type !== "text_special"),
          [],
          JSON.stringify([text, markdown(text)]),
        );
        assert.equal(children.map(({ content }) => content).join(""), wanted);
      }
    }
  });

  it("stays code in Markdown's code and in its fences", () => {
    for (const text of hostile) {
      const [code] = reader.parseInline(markdownCode(text), {})[0]?.children ?? [];
      assert.equal(code?.type, "code_inline", JSON.stringify(text));
      assert.equal(code.content.trim(), one(text));
      const blocks = reader.parse(markdownBlock(text).join("\n"), {});
      assert.deepEqual(
        blocks.map(({ type }) => type),
        ["fence"],
        JSON.stringify(text),
      );
      assert.ok(!obeyed.test(blocks[0]?.content.replaceAll("\n", "") ?? "\u0000"));
    }
  });

  it("makes no element of a page but the document's own", () => {
    const own = new Set(
      documentsOf("plain").flatMap((doc) =>
        within(parseFragment(documentHtml(doc, { copy: "Copy" }))).flatMap((node) =>
          isElement(node) ? [`${node.tagName} ${node.attrs.map(({ name }) => name).join()}`] : [],
        ),
      ),
    );
    assert.ok(own.has("pre tabindex") && own.has("del ") && own.size > 8);
    for (const text of hostile)
      for (const doc of documentsOf(text)) {
        const nodes = within(parseFragment(documentHtml(doc, { copy: "Copy" })));
        for (const node of nodes)
          if (isElement(node)) assert.ok(own.has(`${node.tagName} ${node.attrs.map(({ name }) => name).join()}`), text);
          else assert.equal(node.nodeName, "#text");
        const shown = nodes.map((node) => ("value" in node ? node.value : "")).join("");
        assert.ok(!obeyed.test(shown), JSON.stringify(text));
        assert.ok(
          shown.includes(
            harmless(text, false)
              .replaceAll(/[\ud800-\udfff]/gu, "")
              .trim(),
          ),
          JSON.stringify(text),
        );
      }
  });

  it("makes no link, picture or HTML of a document's Markdown", () => {
    const odd = /^(link|image|html|s_|em_|strong_|footnote|table_)/;
    for (const text of hostile)
      for (const doc of documentsOf(text)) {
        const tokens = reader.parse(documentMarkdown(doc), {});
        const all = [...tokens, ...tokens.flatMap(({ children }) => children ?? [])];
        assert.deepEqual(
          all.filter(({ type }) => odd.test(type)).map(({ type, content }) => [type, content]),
          [],
          JSON.stringify(text),
        );
      }
  });

  it("tells a terminal nothing, from any command", () => {
    for (const text of hostile) {
      const lines: string[] = [
        ...documentsOf(text).map(documentText),
        ...planSummary(planOf(text)),
        ...removalLines(removalsOf(text)),
        ...diagnosisLines(diagnosisOf(text)),
        ...errorLines({ code: "X", summary: text, evidence: [text], remedy: text, actions: [] }),
        JSON.stringify(planJson(planOf(text))),
      ];
      const output = new TextOutput((line) => lines.push(line));
      const at = 0;
      output.emit({
        type: "started",
        at,
        application: text,
        environment: text,
        operation: "deploy",
        connection: text,
      } as never);
      output.emit({ type: "output", at, step: "build", line: text });
      output.emit({ type: "note", at, level: "warning", message: text } as never);
      output.emit({ type: "progress", at, step: "rollout", message: text } as never);
      output.emit({ type: "removed", at, state: "kept", kind: "service", name: text, reason: text } as never);
      output.emit({ type: "step", at, step: "service", state: "failed", detail: text } as never);
      assert.ok(lines.length > 20);
      // What the command line writes, it writes through this.
      for (const line of lines)
        assert.ok(!obeyed.test(harmless(line, false).replaceAll("\n", "")), JSON.stringify([text, line]));
    }
  });

  it("makes no link of a message and no icon of a label", () => {
    // As VS Code's notifications and icon labels read them.
    const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
    const icon = /(\\)?\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/g;
    assert.ok(link.test(hostile[0] ?? ""), "the list has one");
    for (const text of hostile) {
      assert.ok(!link.test(message(text)) && !/[\r\n]/.test(message(text)), text);
      for (const [, escaped] of label(text).matchAll(icon)) assert.equal(escaped, "\\", text);
      assert.ok(!/[<>"]/.test(markup(text)));
    }
  });

  it("is copied as it is", () => {
    for (const text of hostile)
      assert.deepEqual(
        commandsOf(diagnosisDocument(diagnosisOf(text), "x")),
        [text, text],
        "what the page shows is encoded, what is copied is not",
      );
  });
});

describe("what shows text in VS Code", () => {
  const calls = frontEnd()
    .flatMap(({ parsed }) => nodesOf(parsed))
    .filter((node) => ts.isPropertyAccessExpression(node))
    .map((node) => ({ called: node.getText(), place: placeOf(node) }));
  const places: readonly [RegExp, readonly string[]][] = [
    [/window\.show(Information|Warning|Error)Message$/, ["src/vscode/ui/messages.ts"]],
    [/window\.showQuickPick$/, ["src/vscode/ui/pick.ts"]],
    [/window\.createOutputChannel$/, ["src/extension.ts", "src/vscode/logs/channel.ts"]],
    [
      /window\.createWebviewPanel$/,
      ["src/vscode/map/panel.ts", "src/vscode/monitor/panel.ts", "src/vscode/webviewKit/documentPages.ts"],
    ],
    [/\bisTrusted\s*=|supportHtml/, []],
  ];
  for (const [what, allowed] of places)
    it(`${what.source} stands in ${allowed.join(", ") || "no file"}`, () => {
      const found = calls.filter(({ called }) => what.test(called)).map(({ place }) => place.replace(/:.*$/, ""));
      assert.deepEqual([...new Set(found)].sort(), [...allowed].sort());
    });
});
