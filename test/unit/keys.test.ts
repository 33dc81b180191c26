/** Context keys and memento keys are named once, in src/vscode/keys.ts. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { frontEnd, nodesOf, placeOf, projectRoot } from "./support/frontEnd";

const keysFile = "src/vscode/keys.ts";

describe("keys of contexts and mementos", () => {
  const sources = frontEnd();
  const elsewhere = sources.filter(({ file }) => file !== keysFile).flatMap(({ parsed }) => nodesOf(parsed));

  it("are set through keys.ts alone", () => {
    const literal = elsewhere.filter((node) => ts.isStringLiteralLike(node) && node.text === "setContext");
    assert.deepEqual(literal.map(placeOf), []);
  });

  it("are never written out elsewhere", () => {
    const calls = elsewhere
      .filter((node) => ts.isCallExpression(node))
      .filter(({ expression, arguments: [first] }) => {
        const name = expression.getText();
        const keeps = name === "setContext" || /(memento|[sS]tate)\.(get|update)$/.test(name);
        return keeps && first !== undefined && ts.isStringLiteralLike(first);
      });
    assert.deepEqual(calls.map(placeOf), []);
  });

  it("are the ones that the manifest's when-clauses name", () => {
    const manifest = readFileSync(path.join(projectRoot, "package.json"), "utf8");
    const { contributes } = JSON.parse(manifest) as { contributes: unknown };
    const clauses = [...JSON.stringify(contributes).matchAll(/"(?:when|enablement)":"((?:[^"\\]|\\.)*)"/g)].map(
      ([, clause = ""]) => clause,
    );
    // What is compared with view, scheme and the like is no key of ours.
    const used = new Set(
      clauses.flatMap((clause) =>
        clause.split(/&&|\|\|/).flatMap((part) => /^[\s(!]*(slipway\.[\w.]+)[\s)]*$/.exec(part)?.[1] ?? []),
      ),
    );
    const keys = sources.find(({ file }) => file === keysFile)?.text ?? "";
    const block = /contextKeys = \{([^}]*)\}/.exec(keys)?.[1] ?? "";
    const declared = [...block.matchAll(/: "([\w.]+)"/g)].map(([, key = ""]) => key);
    assert.ok(used.size > 0);
    assert.deepEqual(
      [...used].filter((key) => !declared.includes(key)),
      [],
    );
    assert.deepEqual(
      declared.filter((key) => !used.has(key)),
      [],
    );
  });
});
