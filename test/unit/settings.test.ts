/** Settings: what the manifest states is what the code falls back to, and a page tells of each. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");
const below = (folder: string, ending: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending))
    .map((file) => path.join(folder, file));

interface Section {
  readonly properties: Readonly<Record<string, { readonly default?: unknown }>>;
}
const manifest = JSON.parse(read("package.json")) as {
  readonly contributes: { readonly configuration: Section | readonly Section[] };
};
const stated = new Map(
  [manifest.contributes.configuration]
    .flat()
    .flatMap((section) => Object.entries((section as Section).properties))
    .map(([name, property]) => [name, property.default]),
);

/** Reads of settings with what stands in for them: `getConfiguration("slipway").get("deploy.openUrl", true)`. */
function* fallbacks(): Generator<{ file: string; name: string; value: unknown }> {
  for (const file of ["src/extension.ts", ...below("src/vscode", ".ts")]) {
    let section = "";
    for (const [, opened, name, value = ""] of read(file).matchAll(
      /getConfiguration\("([\w.]+)"|\.get(?:<.+?>)?\(\s*"([\w.]+)",\s*([^;]+?)\)/g,
    )) {
      if (opened !== undefined) section = opened;
      else if (section !== "") yield { file, name: `${section}.${name ?? ""}`, value: JSON.parse(value) };
    }
  }
}

describe("a setting", () => {
  it("that the code reads has the manifest's default", () => {
    const read = [...fallbacks()];
    assert.deepEqual(
      read.map(({ file, name, value }) => `${file}: ${name} is ${JSON.stringify(value)}`),
      read.map(({ file, name }) => `${file}: ${name} is ${JSON.stringify(stated.get(name))}`),
    );
  });

  it("of the manifest is read somewhere", () => {
    const names = new Set([...fallbacks()].map(({ name }) => name));
    assert.deepEqual(
      [...stated.keys()].filter((name) => !names.has(name)),
      [],
    );
  });

  it("of the manifest is named on a page", () => {
    const pages = ["README.md", ...below("docs", ".md")].map(read).join("\n");
    assert.deepEqual(
      [...stated.keys()].filter((name) => !pages.includes(`\`${name}\``)),
      [],
    );
  });
});
