/** The manifest's texts stand in package.nls.json, so that a translation is one more file beside it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");
const readJson = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), "utf8"));

/** Every string of a JSON value, with the members that lead to it. */
function* strings(value: unknown, at: readonly string[] = []): Generator<{ at: readonly string[]; text: string }> {
  if (typeof value === "string") yield { at, text: value };
  else if (typeof value === "object" && value !== null)
    for (const [name, member] of Object.entries(value)) yield* strings(member, [...at, name]);
}

/** Members that hold text for people, wherever in `contributes` they stand. */
const humanMembers = new Set([
  "title",
  "shortTitle",
  "category",
  "name",
  "contextualTitle",
  "contents",
  "label",
  "description",
  "markdownDescription",
  "deprecationMessage",
  "markdownDeprecationMessage",
  "enumDescriptions",
  "markdownEnumDescriptions",
  "enumItemLabels",
  "altText",
  "aliases",
  "markdown",
]);

const key = /^%([\w.-]+)%$/;
const manifest = readJson("package.json") as { displayName: string; description: string; contributes: object };
const texts = readJson("package.nls.json") as Record<string, unknown>;

describe("the manifest's texts", () => {
  const used = new Set([...strings(manifest)].flatMap(({ text }) => key.exec(text)?.[1] ?? []));

  it("has a text for every key", () => {
    assert.deepEqual(
      [...used].filter((name) => typeof texts[name] !== "string" || texts[name] === ""),
      [],
    );
  });

  it("uses every text", () => {
    assert.deepEqual(
      Object.keys(texts).filter((name) => !used.has(name)),
      [],
    );
  });

  it("has no text for people outside of package.nls.json", () => {
    // A number among the members is a place in a list: what the list is called counts.
    const nameOf = (at: readonly string[]) => at.findLast((member) => !/^\d+$/.test(member)) ?? "";
    const bare = [...strings(manifest.contributes)]
      .filter(
        ({ at, text }) => !key.test(text) && (humanMembers.has(nameOf(at)) || /[a-z] [a-z]/.test(prose(at, text))),
      )
      .map(({ at, text }) => `${at.join(".")}: ${text}`);
    assert.deepEqual(bare, []);
    for (const text of [manifest.displayName, manifest.description]) assert.match(text, key);
  });
});

/** When-clauses and patterns hold spaces too, and are for machines. */
const prose = (at: readonly string[], text: string): string =>
  ["when", "enablement"].includes(at.at(-1) ?? "") ? "" : text;
