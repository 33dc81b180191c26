/** What a person can read is written in the field's words: a small list of those that we do not use. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

const root = path.resolve(__dirname, "..", "..");

/** What is not said, and what is said instead. */
const unused: readonly { readonly word: RegExp; readonly instead: string }[] = [
  { word: /\bmend(s|ed|ing)?\b/i, instead: "fix, quick fix" },
  { word: /\bdesk\b/i, instead: "registered definitions" },
  { word: /\bsituation\b/i, instead: "what is there" },
  { word: /\bwaiting for your yes\b/i, instead: "waiting for confirmation" },
  { word: /\bGo On\b|\bWatch Again\b/, instead: "Continue, Resume Watching" },
  { word: /\bShow Logs?\b(?! )/, instead: "Show Slipway Log, Show Application Logs" },
  { word: /\bSwitch exec on\b/i, instead: "Enable ECS Exec" },
  { word: /\bBuild Again\b/, instead: "Rebuild" },
  { word: /\bKeeps as it is\b/, instead: "Unchanged" },
  { word: /\bMagic(ally)?\b|\bsimply\b|\bjust works\b/i, instead: "what it does" },
];

const filesBelow = (folder: string, ending: RegExp): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .map((file) => path.join(folder, file))
    .filter((file) => ending.test(file));

/** Every text of a source that has more than one word: what is shorter is a name or a code. */
function textsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) texts.push(node.text);
    if (ts.isTemplateExpression(node))
      texts.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("…"));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts.filter((text) => /\s/.test(text.trim()));
}

describe("words that we do not use", () => {
  const sources = ["core", "aws", "docker", "machine", "backend", "cli", "vscode"].flatMap((ring) =>
    filesBelow(path.join("src", ring), /\.ts$/),
  );
  const texts = new Map<string, string[]>([
    ...[...sources, "src/cli.ts", "src/extension.ts"].map((file): [string, string[]] => [file, textsOf(file)]),
    [
      "package.nls.json",
      Object.values(JSON.parse(readFileSync(path.join(root, "package.nls.json"), "utf8")) as object),
    ],
    ...["README.md", ...filesBelow("docs", /\.md$/)].map((file): [string, string[]] => [
      file,
      // What stands between backquotes is code: names that we promised to keep.
      readFileSync(path.join(root, file), "utf8")
        .replace(/`[^`]*`/g, "")
        .split("\n"),
    ]),
  ]);

  it("are looked for in all that a person reads", () => {
    const all = [...texts.values()].flat();
    assert.ok(all.length > 2000, `${all.length} texts`);
    assert.ok(all.some((text) => text.includes("this is the first deployment from here")));
  });
  for (const { word, instead } of unused) {
    it(`${String(word)}: ${instead}`, () => {
      const found = [...texts].flatMap(([file, all]) =>
        all.filter((text) => word.test(text)).map((text) => `${file}: ${text.trim().slice(0, 120)}`),
      );
      assert.deepEqual(found, []);
    });
  }
});
