/** The extension under test and its manifest, as VS Code sees them. */
import { strict as assert } from "node:assert";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";

/** The parts of package.json's `contributes` that the tests look at. */
export interface Contributes {
  readonly commands?: readonly {
    readonly command: string;
    readonly title: string;
    readonly category?: string;
    readonly enablement?: string;
  }[];
  readonly menus?: Readonly<
    Record<string, readonly { readonly command?: string; readonly submenu?: string; readonly when?: string }[]>
  >;
  readonly submenus?: readonly { readonly id: string }[];
  readonly keybindings?: readonly { readonly command: string }[];
  readonly views?: Readonly<
    Record<
      string,
      readonly {
        readonly id: string;
        readonly name: string;
        readonly icon?: string;
        readonly when?: string;
        readonly type?: string;
      }[]
    >
  >;
  readonly viewsContainers?: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
  readonly viewsWelcome?: readonly { readonly view: string; readonly contents: string }[];
}

/** Slipway itself. */
export function slipway(): vscode.Extension<unknown> {
  const found = vscode.extensions.all.find((extension) => extension.id.toLowerCase().endsWith(".slipway"));
  assert.ok(found, "Slipway is not installed in this VS Code");
  return found;
}

/** package.json as it is on disk (VS Code's own copy has `%key%` already replaced). */
export function manifestText(): string {
  return readFileSync(path.join(slipway().extensionPath, "package.json"), "utf8");
}

/** The contributions, possibly none yet. */
export function contributes(): Contributes {
  return (JSON.parse(manifestText()) as { contributes?: Contributes }).contributes ?? {};
}

/** Whether the extension has anything to activate. A manifest that contributes commands and has no bundle is an error. */
export function hasBundle(): boolean {
  const { main } = JSON.parse(manifestText()) as { main: string };
  const file = path.join(slipway().extensionPath, main);
  const present = existsSync(file);
  assert.ok(
    present || (contributes().commands ?? []).length === 0,
    `${main} does not exist though the manifest contributes commands`,
  );
  return present;
}
