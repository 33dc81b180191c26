/** The map's place in VS Code: nothing of it is loaded before it is asked for, and its page may do what it needs and no more. */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { pageOf, policyOf } from "../../../src/vscode/webviewKit/page";
import { contributes, slipway } from "./extension";

const loaded = () => Object.keys(require.cache).filter((file) => /[\\/]dist[\\/](inspect|engine)\.js$/.test(file));
let afterActivation: string[] | undefined;
before(async () => {
  await slipway().activate();
  afterActivation = loaded();
});

const tabs = (): vscode.TabInputWebview[] =>
  vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .flatMap(({ input }) =>
      input instanceof vscode.TabInputWebview && input.viewType.endsWith("slipway.map") ? [input] : [],
    );

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let count = 0; count < 100 && !holds(); count++) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(holds(), what);
}

describe("the deployment map in VS Code", () => {
  after(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  it("has loaded neither its bundle nor the engine when Slipway was activated", () => {
    assert.deepEqual(afterActivation, []);
  });

  it("opens one panel, also when it is asked for twice, without a connection and without a folder's application", async () => {
    await vscode.commands.executeCommand("slipway.inspect.map");
    await until("a tab of the map", () => tabs().length === 1);
    await vscode.commands.executeCommand("slipway.inspect.map");
    assert.equal(tabs().length, 1);
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    await until("no tab of the map", () => tabs().length === 0);
    await vscode.commands.executeCommand("slipway.inspect.map");
    await until("a tab of the map again", () => tabs().length === 1);
  });

  it("is offered in the Deployment view's title and in the palette, and comes back after a reload", () => {
    const { commands = [], menus = {} } = contributes();
    assert.ok(
      menus["view/title"]?.some(
        ({ command, when }) => command === "slipway.inspect.map" && when === "view == slipway.deployment",
      ),
    );
    assert.ok(
      !menus["commandPalette"]?.some(({ command, when }) => command === "slipway.inspect.map" && when === "false"),
    );
    assert.deepEqual(
      commands.filter(({ command }) => command.startsWith("slipway.inspect.map")).map(({ command }) => command),
      ["slipway.inspect.map", "slipway.inspect.mapSvg", "slipway.inspect.mapPng"],
    );
    assert.ok(
      (slipway().packageJSON as { activationEvents: string[] }).activationEvents.includes("onWebviewPanel:slipway.map"),
    );
  });

  it("gives its page a policy that allows its own script, style sheet and picture, and nothing else", () => {
    const policy = policyOf("https://source", "abc");
    assert.equal(policy, "default-src 'none'; script-src 'nonce-abc'; style-src https://source; img-src data:");
    assert.doesNotMatch(policy, /unsafe|\*|blob:|https?:(?!\/\/source)/);
    const page = pageOf({
      style: "https://source/map.css",
      script: "https://source/map.js",
      source: "https://source",
      nonce: "abc",
      texts: {
        title: 'A "map" & more',
        map: "Map",
        refresh: "Refresh",
        lookAgain: "Look again",
        smaller: "Smaller",
        larger: "Larger",
        fit: "Fit",
        fitIntoPage: "Fit",
        saveSvg: "Save",
        savePng: "Save",
        phases: "Phases",
        legend: "Legend",
        drawing: "map",
      },
    });
    assert.ok(page.includes("<title>A &quot;map&quot; &amp; more</title>"), "a translation cannot add markup");
    assert.ok(page.includes(`<meta http-equiv="Content-Security-Policy" content="${policy}">`));
    assert.equal([...page.matchAll(/<script/g)].length, 1);
    assert.match(page, /<script nonce="abc" src="https:\/\/source\/map\.js"><\/script>/);
    assert.doesNotMatch(page, / style=| on\w+=|<style|javascript:/);
    for (const role of [
      'role="graphics-document"',
      'role="toolbar"',
      'role="dialog"',
      'role="status" aria-live="polite"',
      'lang="en"',
    ])
      assert.ok(page.includes(role), role);
  });
});
