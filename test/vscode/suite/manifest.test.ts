/** What the manifest promises is there. */
import { strict as assert } from "node:assert";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { contributes, hasBundle, manifestText, slipway } from "./extension";

describe("the manifest", () => {
  it("belongs to the extension that VS Code has loaded", () => {
    assert.equal(slipway().packageJSON.name, "slipway");
    assert.deepEqual(slipway().extensionKind, vscode.ExtensionKind.Workspace);
  });

  it("has every contributed command registered after activation", async function () {
    const commands = contributes().commands ?? [];
    if (!hasBundle() || commands.length === 0) return this.skip();
    await slipway().activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = commands.map(({ command }) => command).filter((command) => !registered.has(command));
    assert.deepEqual(missing, [], "contributed, but not registered");
  });

  it("gives every command the category Slipway and a title", () => {
    const bad = (contributes().commands ?? []).filter(
      ({ category, title }) => !title || !/^(Slipway|%.+%)$/.test(category ?? ""),
    );
    assert.deepEqual(bad, []);
  });

  it("names only commands and submenus that exist in menus and keybindings", () => {
    const { commands = [], menus = {}, submenus = [], keybindings = [] } = contributes();
    const known = new Set([...commands.map(({ command }) => command), ...submenus.map(({ id }) => id)]);
    const used = [...Object.values(menus).flat(), ...keybindings].map(
      (item) => item.command ?? ("submenu" in item ? item.submenu : undefined) ?? "(nothing)",
    );
    assert.deepEqual(
      used.filter((name) => !known.has(name)),
      [],
    );
  });

  it("has a text for every %key%", () => {
    const root = slipway().extensionPath;
    const keys = [...new Set([...manifestText().matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]!))];
    const file = path.join(root, "package.nls.json");
    const texts = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>) : {};
    assert.deepEqual(
      keys.filter((key) => !(key in texts)),
      [],
      "keys without a text in package.nls.json",
    );
  });

  it("puts every view into a container that exists, with a name", () => {
    const { views = {}, viewsContainers = {} } = contributes();
    const builtIn = ["explorer", "scm", "debug", "test", "panel"];
    const containers = new Set([
      ...builtIn,
      ...Object.values(viewsContainers)
        .flat()
        .map(({ id }) => id),
    ]);
    assert.deepEqual(
      Object.keys(views).filter((container) => !containers.has(container)),
      [],
    );
    assert.deepEqual(
      Object.values(views)
        .flat()
        .filter(({ id, name }) => !id || !name),
      [],
    );
    for (const { icon } of Object.values(viewsContainers).flat()) {
      assert.ok(
        icon.startsWith("$(") || existsSync(path.join(slipway().extensionPath, icon)),
        `${icon} does not exist`,
      );
    }
  });

  it("has a provider behind every view: each can be focused once Slipway is active", async function () {
    const views = Object.values(contributes().views ?? {})
      .flat()
      .filter(({ when }) => !when);
    if (!hasBundle() || views.length === 0) return this.skip();
    await slipway().activate();
    const registered = new Set(await vscode.commands.getCommands(false));
    assert.deepEqual(
      views.map(({ id }) => `${id}.focus`).filter((command) => !registered.has(command)),
      [],
    );
    for (const { id } of views) await vscode.commands.executeCommand(`${id}.focus`);
  });

  it("welcomes only in views that exist", () => {
    const { views = {}, viewsWelcome = [] } = contributes();
    const ids = new Set([
      ...Object.values(views)
        .flat()
        .map(({ id }) => id),
      "explorer",
      "workbench.explorer.emptyView",
    ]);
    assert.deepEqual(
      viewsWelcome.map(({ view }) => view).filter((view) => !ids.has(view)),
      [],
    );
  });
});
