/** The pages of this repository and the comments in its code name no file that is not there, and no link leads nowhere. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

/** Files below a folder, relative to the project. */
const filesBelow = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"));

const folders = ["src", "test", "scripts", "docs", "media", ".github", ".vscode", ".ci"];
const known = new Set([
  ...folders.flatMap(filesBelow),
  ...readdirSync(root, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : [])),
]);
const names = new Set([...known].map((file) => path.posix.basename(file)));
const places = new Set(
  [...known].flatMap((file) => file.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/"))),
);

const pages = [...known].filter(
  (file) => /^(docs\/|src\/|\.github\/|[A-Z]+\.md$).*/.test(file) && file.endsWith(".md"),
);
const sources = [...known].filter((file) => /^(src|scripts)\/.*\.(ts|mts|mjs|cjs)$/.test(file));

/** Names of files that are written while the project is built or runs, and names of other people's files. */
const elsewhere = /^(dist|test-results|node_modules|\.cache)\//;

/** Paths of this repository in a text: whole ones, and names of sources and pages that stand alone. */
function pathsIn(text: string): string[] {
  const plain = text.replaceAll(/https?:\/\/\S+/g, "");
  const found = plain.match(/(?<![\w./@<*-])(?:[\w.@-]+\/)*[\w.-]*\w(?:\.(?:ts|mts|mjs|cjs|md)\b(?!\w)|\/)?/g) ?? [];
  return found.filter(
    (word) =>
      !elsewhere.test(word) && (/^(src|test|scripts|docs|media)\//.test(word) || /\w\.(ts|mts|mjs|cjs|md)$/.test(word)),
  );
}

/** Whether a text of `file` may name this: a path of the project, of a folder above the file or beside it, or a file's name. */
function isThere(word: string, file: string): boolean {
  const name = word.replace(/\/$/, "");
  const from = path.posix.dirname(file);
  const candidates = [name, path.posix.join(from, name), `src/${name}`, `src/core/${name}`];
  if (candidates.some((place) => places.has(place) || places.has(`${place}.ts`))) return true;
  return name.includes("/") ? [...known].some((each) => each.endsWith(`/${name}`)) : names.has(name);
}

/** The comments of a source: lines that are one, and what stands behind code. */
const commentsOf = (file: string): string[] =>
  read(file)
    .split("\n")
    .flatMap((line) => /^\s*(?:\/?\*|\/\/)(.*)$/.exec(line)?.[1] ?? /[;,{}()]\s+\/\/ (.*)$/.exec(line)?.[1] ?? []);

describe("what is written about this project", () => {
  for (const page of pages) {
    it(`${page} names files that are there`, () =>
      assert.deepEqual(
        pathsIn(read(page).replaceAll(/\]\([^)]*\)/g, "]")).filter((word) => !isThere(word, page)),
        [],
      ));
    it(`${page} links what is there`, () => {
      const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
      const dead = links
        .filter((link) => !/^(https?:|command:|#)/.test(link))
        .map((link) => path.posix.join(path.posix.dirname(page), link.replace(/#.*$/, "")).replace(/\/$/, ""))
        .filter((place) => !existsSync(path.join(root, place)));
      assert.deepEqual(dead, []);
    });
  }

  it("comments name files that are there", () =>
    assert.deepEqual(
      sources.flatMap((file) =>
        commentsOf(file)
          .flatMap(pathsIn)
          .filter((word) => !isThere(word, file))
          .map((word) => `${file}: ${word}`),
      ),
      [],
    ));

  it("leads somebody new in three minutes", () => {
    const words = read("README.md").split(/\s+/).length;
    assert.ok(words <= 950, `README.md has ${words} words`);
  });
});
