import assert from "node:assert/strict";
import { findNodeAtLocation, parseTree, type Node, type ParseError } from "jsonc-parser";
import { check } from "../../src/core/taskDefinition/language/check";
import { applyEdits } from "../../src/core/taskDefinition/document/edits";
import { ruleIds } from "../../src/core/taskDefinition/rules";
import { pointer } from "../../src/core/taskDefinition/document/view";
import { ec2, fargate, type BrokenCase, type Loose } from "./taskDefinitionCases/base";
import { brokenTasks } from "./taskDefinitionCases/broken";
import { brokenParts } from "./taskDefinitionCases/brokenParts";
import { oddCases } from "./taskDefinitionCases/odd";

const broken: readonly BrokenCase[] = [...brokenTasks, ...brokenParts];

function definitionOf(from: "ec2" | undefined, change: (definition: Loose, web: Loose, side: Loose) => void): Loose {
  const definition = from === "ec2" ? ec2() : fargate();
  const [web, side] = definition.containerDefinitions;
  change(definition, web, side);
  return definition;
}

/** The ways in which people format JSON. */
const formats: Readonly<Record<string, (definition: Loose) => string>> = {
  "two spaces": (definition) => `${JSON.stringify(definition, null, 2)}\n`,
  "tabs and CRLF": (definition) => `${JSON.stringify(definition, null, "\t")}\n`.replaceAll("\n", "\r\n"),
  "one line": (definition) => JSON.stringify(definition),
};

function parsed(text: string): Node {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  assert.deepEqual(errors, [], text);
  return root as Node;
}

const found = (text: string) => check(text).findings;

/** What was found and where, for a message. */
const inWords = (findings: ReturnType<typeof found>): string =>
  findings.map(({ rule, spot }) => `${rule} at ${pointer(spot.path) || "the top"}`).join(", ") || "nothing";

describe("task definitions: what is wrong is found where it is", () => {
  for (const item of broken) {
    it(`${item.rule}${item.title ? `, ${item.title}` : ""}`, () => {
      const text = JSON.stringify(definitionOf(item.from, item.break), null, 2);
      const findings = found(text);
      const own = findings.filter(({ rule }) => rule === item.rule);
      const [finding] = own;
      assert.ok(finding, `${item.rule} found nothing; others found ${inWords(findings)}`);
      assert.equal(own.length, 1, `${item.rule} is found more than once: ${inWords(own)}`);
      assert.equal(finding.severity, item.severity);
      assert.equal(pointer(finding.spot.path), item.path);
      const node = findNodeAtLocation(parsed(text), [...finding.spot.path]);
      const marked = text.slice(finding.spot.offset, finding.spot.offset + finding.spot.length);
      assert.equal(marked, item.marks ?? (node && text.slice(node.offset, node.offset + node.length)));
      const others = findings.filter(
        ({ rule, severity }) => rule !== item.rule && severity !== "hint" && !item.besides?.includes(rule),
      );
      assert.deepEqual(
        others.map(({ rule, message }) => `${rule}: ${message}`),
        [],
      );
      assert.match(finding.link, /^https:\/\//);
    });
  }

  it("has a case for every rule", () => {
    const elsewhere = [
      "syntax",
      "duplicate-key",
      "wrapped-definition",
      "dockerfile-port",
      "slipway-container",
      "slipway-port",
    ];
    assert.deepEqual(
      ruleIds.filter((id) => !broken.some(({ rule }) => rule === id) && !elsewhere.includes(id)),
      [],
    );
    assert.equal(new Set(ruleIds).size, ruleIds.length, "no id is there twice");
  });
});

describe("task definitions: what AWS takes is left alone", () => {
  for (const [title, make] of [
    ["Fargate", fargate],
    ["EC2", ec2],
  ] as const)
    it(`an ordinary definition for ${title}`, () => assert.deepEqual(found(JSON.stringify(make(), null, 2)), []));
  for (const { title, make, from } of oddCases) {
    it(title, () =>
      assert.deepEqual(
        found(JSON.stringify(definitionOf(from, make), null, 2)).map(({ rule, message }) => `${rule}: ${message}`),
        [],
      ),
    );
  }
});

describe("task definitions: every fix", () => {
  for (const [format, write] of Object.entries(formats)) {
    for (const item of broken) {
      it(`${item.rule}${item.title ? `, ${item.title}` : ""}; ${format}`, () => {
        const text = write(definitionOf(item.from, item.break));
        const finding = found(text).find(({ rule }) => rule === item.rule);
        assert.ok(finding, `${item.rule} found nothing`);
        if (!item.noFix) assert.ok(finding.fixes.length > 0, "there is a fix");
        assert.ok(finding.fixes.filter(({ preferred }) => preferred).length <= 1, "one fix at most is preferred");
        for (const fix of finding.fixes) {
          const edits = fix.edits();
          assert.ok(edits.length > 0, fix.title);
          const after = applyEdits(text, edits);
          parsed(after);
          const left = found(after).filter(({ rule, spot }) => rule === item.rule && pointer(spot.path) === item.path);
          assert.deepEqual(
            left.map(({ message }) => message),
            [],
            `${fix.title}\n${after}`,
          );
          // A file that JSON.stringify wrote looks as if it had written the fixed one as well.
          const again = format === "one line" ? after.replace(/ /g, "") : after;
          const expected = write(JSON.parse(after));
          assert.equal(again, format === "one line" ? expected.replace(/ /g, "") : expected, fix.title);
        }
      });
    }
  }
});

describe("task definitions: fixes in a file with comments and trailing commas", () => {
  /** Comments before and behind every member, and a comma behind every last one. */
  function commented(value: Loose, indent: string, count: { comments: number }): string {
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const inner = `${indent}  `;
    const [open, close] = Array.isArray(value) ? "[]" : "{}";
    const parts = Object.entries(value).map(
      ([key, member]) =>
        `${inner}// before ${++count.comments}\n${inner}${Array.isArray(value) ? "" : `${JSON.stringify(key)}: `}${commented(member, inner, count)}, // behind ${count.comments++}\n`,
    );
    return `${open}\n${parts.join("")}${indent}${close}`;
  }
  const comments = (text: string) => [...text.matchAll(/\/\/ \w+ \d+/g)].length;
  for (const item of broken) {
    it(`${item.rule}${item.title ? `, ${item.title}` : ""}`, () => {
      const text = commented(definitionOf(item.from, item.break), "", { comments: 0 });
      const finding = found(text).find(({ rule }) => rule === item.rule);
      assert.ok(finding, `${item.rule} found nothing among comments`);
      for (const fix of finding.fixes) {
        const edits = fix.edits();
        const after = applyEdits(text, edits);
        parsed(after);
        const inRemoved = edits.reduce(
          (sum, edit) => sum + comments(text.slice(edit.offset, edit.offset + edit.length)),
          0,
        );
        assert.equal(comments(after), comments(text) - inRemoved);
        // Only what is within a removed or replaced value goes with it.
        assert.ok(inRemoved === 0 || edits.some((edit) => edit.length > 40), fix.title);
        assert.deepEqual(
          found(after)
            .filter(({ rule, spot }) => rule === item.rule && pointer(spot.path) === item.path)
            .map(({ message }) => message),
          [],
          `${fix.title}\n${after}`,
        );
      }
    });
  }
});
