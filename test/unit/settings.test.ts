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
  readonly properties: Readonly<Record<string, { readonly default?: unknown; readonly scope?: string }>>;
}
const manifest = JSON.parse(read("package.json")) as {
  readonly contributes: { readonly configuration: Section | readonly Section[] };
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
};
const scopesStated = [manifest.contributes.configuration]
  .flat()
  .flatMap((section) => Object.entries((section as Section).properties))
  .map(([name, { scope }]) => [name, scope] as const);
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

/**
 * Who may set what, and why. `machine` and `application`: nobody but the user, since the value becomes a command, a
 * program or an address. Whatever a workspace may set changes what is shown and nothing else.
 */
const scopes: Readonly<Record<string, readonly [scope: string, why: string]>> = {
  "slipway.deploy.openUrl": ["window", "whether a URL that was deployed is opened"],
  "slipway.engine.path": ["machine", "a program that is run"],
  "slipway.aws.endpointUrl": ["machine", "an address that gets signed calls"],
  "slipway.resources.shell": ["application", "a command that is run in a container, with the user's own rights"],
  "slipway.logs.mode": ["window", "how logs are read: one of three"],
  "slipway.logs.stopLiveTailWhenHidden": ["window", "whether a tail goes on unseen"],
  "slipway.logs.historyMinutes": ["window", "how far back a tail begins"],
  "slipway.logs.json": ["resource", "how lines look: one of a few"],
  "slipway.logs.fields": ["resource", "which members of a line are shown"],
  "slipway.taskDefinition.files": ["resource", "which files are checked, by VS Code's own patterns"],
  "slipway.taskDefinition.severities": ["resource", "how findings are shown"],
  "slipway.taskDefinition.codeLens": ["resource", "whether a line above a definition is shown"],
};
/** Scopes that no folder's .vscode/settings.json reaches. */
const ofTheUser = ["machine", "application"];

describe("a setting", () => {
  it("has the scope that what becomes of its value asks for", () => {
    assert.deepEqual(
      Object.fromEntries(scopesStated),
      Object.fromEntries(Object.entries(scopes).map(([name, [scope]]) => [name, scope])),
    );
    // Beside the scope, for a value that an older VS Code or a synced profile left in a workspace.
    assert.deepEqual(
      [...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort(),
      Object.keys(scopes)
        .filter((name) => ofTheUser.includes(scopes[name]?.[0] ?? ""))
        .sort(),
    );
  });

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
