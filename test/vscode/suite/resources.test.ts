/** The AWS Resources view's place in VS Code: nothing of it is loaded before it is looked at, and its menus offer what fits. */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { resourceKinds, type ResourceItem, type ResourceKind } from "../../../src/core/ports/resourceModel";
import type { ResourceNode } from "../../../src/core/resources/store";
import { consoleUrl } from "../../../src/core/resources/console";
import { ResourceDocuments } from "../../../src/vscode/resources/commands/look";
import { treeCommands } from "../../../src/vscode/resources/commands/table";
import type { Roots } from "../../../src/vscode/resources/roots";
import { ResourceTree } from "../../../src/vscode/resources/tree";
import { contributes, slipway } from "./extension";
import type { Log } from "../../../src/vscode/ui/log";

const area = "slipway.resources.";
const loaded = () => Object.keys(require.cache).filter((file) => /[\\/]dist[\\/](resources|engine)\.js$/.test(file));
const contributed = () =>
  (contributes().commands ?? [])
    .map(({ command }) => command)
    .filter((command) => command.startsWith(area))
    .map((command) => command.slice(area.length));

let afterActivation: string[] | undefined;
// Of the whole suite, before any of it has looked at the view.
before(async () => {
  await slipway().activate();
  afterActivation = loaded();
});

/** What each kind of node offers in its menu, by what can be done with it. Everything else is wrong there. */
const offers: readonly (readonly [kind: ResourceKind, can: readonly string[], arn: boolean, commands: string])[] = [
  ["repositories", [], false, "createRepository openConsole refreshNode"],
  ["repository", [], true, "copyArn copyName copyUri deleteRepository openConsole refreshNode showJson"],
  ["image", ["tagged"], false, "copyDigest copyUri deleteImages deployImage openConsole showJson"],
  ["image", [], false, "copyDigest copyUri deleteImages deployImage openConsole showJson"],
  ["clusters", [], false, "createCluster openConsole refreshNode"],
  ["cluster", [], true, "copyArn copyName deleteCluster openConsole refreshNode showJson"],
  [
    "service",
    ["active"],
    true,
    "adopt copyArn copyName deleteService diagnose enableExec forceDeployment openConsole refreshNode " +
      "removeScaling runTask scale setScaling showJson tail",
  ],
  [
    "service",
    ["exec", "balanced", "active"],
    true,
    "adopt copyArn copyName deleteService diagnose forceDeployment openConsole refreshNode removeScaling runTask " +
      "scale setScaling showJson tail",
  ],
  ["service", ["inactive"], true, "copyArn copyName diagnose openConsole refreshNode showJson tail"],
  ["deployments", [], false, "openConsole refreshNode"],
  ["deployment", [], false, "openConsole showJson"],
  ["tasks", [], false, "openConsole refreshNode"],
  ["stoppedTasks", [], false, "refreshNode"],
  [
    "task",
    ["running", "exec", "publicIp"],
    true,
    "copyAddress copyArn copyName diagnose openConsole refreshNode shell showJson stopTask tail",
  ],
  ["task", ["stopped"], true, "copyAddress copyArn copyName diagnose openConsole refreshNode showJson tail"],
  ["container", ["running", "exec"], true, "copyArn copyDigest openConsole shell showJson tail"],
  ["container", [], true, "copyArn copyDigest openConsole showJson tail"],
  ["scaling", [], false, "refreshNode removeScaling setScaling"],
  ["scalingPolicy", [], true, "copyArn showJson"],
  ["scalingActivity", [], false, ""],
  ["families", [], false, "openConsole refreshNode"],
  ["family", [], false, "openConsole refreshNode"],
  ["revision", ["active"], true, "compareRevisions copyArn deregister openConsole runTask showJson"],
  ["revision", ["inactive"], true, "compareRevisions copyArn openConsole showJson"],
  ["inactiveRevisions", [], false, "refreshNode"],
  ["loadBalancers", [], false, "openConsole refreshNode"],
  ["loadBalancer", ["url"], true, "copyAddress copyArn openConsole openUrl refreshNode showJson"],
  ["loadBalancer", [], true, "copyAddress copyArn openConsole refreshNode showJson"],
  ["listener", ["url"], true, "copyAddress copyArn openConsole openUrl refreshNode showJson"],
  ["rule", [], true, "copyArn refreshNode showJson"],
  ["targetGroups", [], false, "openConsole refreshNode"],
  ["targetGroup", [], true, "copyArn openConsole refreshNode showJson"],
  ["target", [], false, "copyAddress diagnose showJson"],
  ["logGroups", [], false, "openConsole refreshNode"],
  ["logGroup", [], true, "copyArn copyName openConsole refreshNode showJson tail"],
  ["logStream", [], true, "copyArn openConsole showJson tail"],
];

/** The commands whose `when` fits an element with this context value, in the menu or a submenu of it. */
function menuOf(contextValue: string): string[] {
  const menus = Object.entries(contributes().menus ?? {});
  const entries = menus
    .filter(([id]) => id === "view/item/context" || id.startsWith("slipway.menu"))
    .flatMap(([, list]) => list)
    .filter(({ command }) => command?.startsWith(area));
  const fitting = entries.filter(({ when = "" }) => {
    const pattern = /^view == slipway\.resources && viewItem =~ \/(.+)\/$/.exec(when)?.[1];
    assert.ok(pattern, `a when of another form: ${when}`);
    return new RegExp(pattern).test(contextValue);
  });
  return [...new Set(fitting.map(({ command }) => command?.slice(area.length) ?? ""))].sort();
}

describe("the AWS Resources view in VS Code", () => {
  it("has loaded neither its bundle nor the engine when Slipway was activated", () => {
    assert.deepEqual(afterActivation, []);
  });

  it("has a command for each name that the manifest gives, and something behind each", async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const names = contributed();
    assert.ok(names.length > 30, `${names.length} commands`);
    assert.deepEqual(
      names.filter((name) => !registered.has(area + name)),
      [],
    );
    const handled = Object.keys(treeCommands(new ResourceDocuments()));
    assert.deepEqual(
      handled.filter((name) => !names.includes(name)),
      [],
    );
  });

  describe("offers in the menu of", () => {
    const roots = {
      all: [],
      onDidChange: () => ({ dispose: () => undefined }),
      rootOf: () => undefined,
      isOpen: () => false,
    } as unknown as Roots;
    const log = { error: () => undefined } as unknown as Log;
    const itemOf = (kind: ResourceKind, can: readonly string[], arn: boolean): ResourceItem => ({
      kind,
      can,
      key: "x",
      label: "x",
      description: "",
      state: "plain",
      ref: {},
      facts: [],
      expandable: false,
      ...(arn ? { arn: "arn:aws:x" } : {}),
    });
    let tree: ResourceTree;
    before(() => (tree = new ResourceTree(roots, log)));
    after(() => tree.dispose());
    for (const [kind, can, arn, commands] of offers) {
      it(`${[kind, ...can].join(" ")}: ${commands || "nothing"}`, () => {
        const item = itemOf(kind, can, arn);
        const node: ResourceNode = {
          id: "x",
          item,
          parent: undefined,
          status: "ready",
          children: [],
          error: undefined,
          next: undefined,
          pages: 1,
          loadedAt: 0,
        };
        const menu = menuOf(tree.getTreeItem(node).contextValue ?? "");
        assert.deepEqual(menu, commands.split(" ").filter(Boolean));
        assert.equal(
          consoleUrl(item, { region: "us-east-1", account: "1", partition: "aws" }) !== undefined,
          menu.includes("openConsole"),
          "the console has a page exactly where one is offered",
        );
      });
    }

    it("every kind that can be shown", () => {
      const known = new Set(offers.map(([kind]) => kind));
      // A root is drawn as itself, see below.
      const left = resourceKinds.filter((kind) => kind !== "root" && !known.has(kind));
      assert.deepEqual(left, [], `no row says what the menu of ${left.join(", ")} offers`);
    });

    it("a root only what is about roots", () => {
      assert.deepEqual(menuOf("root.main"), ["refreshNode"]);
      assert.deepEqual(menuOf("root.added"), ["refreshNode", "removeRoot"]);
      for (const note of ["loading", "empty", "error", "more"]) assert.deepEqual(menuOf(note), []);
    });
  });
});
