/** What the map's actions do: each through the command that does it elsewhere too. */
import * as vscode from "vscode";
import type { ActionId } from "../../core/base/errors";
import type { MapAction, MapGroup, MapNode } from "../../core/map/diagram";
import type { ResourceItem, ResourceKind } from "../../core/ports/resourceModel";
import type { MapContext } from "./context";
import { openInConsole } from "../ui/console";
import { actions as errorActions } from "../ui/errors";
import { say } from "../ui/messages";

type Thing = MapNode | MapGroup;

/** What a node is called in the AWS Resources view, and so in the console. */
const kinds: Partial<Record<Thing["kind"], ResourceKind>> = {
  repository: "repository",
  image: "image",
  taskDefinition: "revision",
  loadBalancer: "loadBalancer",
  listener: "listener",
  targetGroup: "targetGroup",
  service: "service",
  task: "task",
  tasks: "tasks",
  logGroup: "logGroup",
  cluster: "cluster",
};

function itemOf(thing: Thing): ResourceItem | undefined {
  const kind = kinds[thing.kind];
  return (
    kind && {
      kind,
      key: thing.id,
      label: thing.title,
      description: "",
      state: "plain",
      ref: thing.ref,
      facts: [],
      expandable: false,
      can: [],
      ...(thing.arn === undefined ? {} : { arn: thing.arn }),
    }
  );
}

const tails: Partial<Record<Thing["kind"], string>> = {
  service: "tailService",
  tasks: "tailService",
  task: "tailTask",
  logGroup: "tailGroup",
};

/** Carries an action of a thing out. */
export async function act(
  context: Pick<MapContext, "connections">,
  thing: Thing,
  action: MapAction,
  folder: string | undefined,
): Promise<void> {
  const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);
  switch (action.id) {
    case "reveal":
      return void (await run("slipway.resources.reveal", thing.path));
    case "tail":
      return void (await run(
        `slipway.logs.${tails[thing.kind] ?? "tailApplication"}`,
        thing.kind === "logGroup" ? { group: thing.ref["logGroup"] } : thing.ref,
      ));
    case "monitor":
      return void (await run("slipway.monitor.show"));
    case "lastLines":
      return void (await run("slipway.logs.lastLines", thing.ref));
    case "copy":
      await vscode.env.clipboard.writeText(action.value ?? "");
      return void vscode.window.setStatusBarMessage(vscode.l10n.t("Copied to the clipboard"), 3000);
    case "console":
      return openConsole(context, thing);
    case "diagnose":
      return diagnose();
    case "openUrl":
      return void (await vscode.env.openExternal(vscode.Uri.parse(action.value ?? "", true)));
    case "openFile":
      return openFile(folder, action.value ?? "");
    case "fix":
      return runFix(action);
  }
}

/** A button of what is wrong: an action that an error names, or a command of Slipway's own. */
async function runFix({ value = "" }: MapAction): Promise<void> {
  const known = errorActions[value as ActionId]?.command ?? (/^slipway\.[\w.]+$/.test(value) ? value : undefined);
  if (known) await vscode.commands.executeCommand(known);
}

async function diagnose(): Promise<void> {
  const all = await vscode.commands.getCommands(true);
  // What finds out why belongs to another part; without it the checklist says as much as there is to say.
  await vscode.commands.executeCommand(
    all.includes("slipway.inspect.diagnose") ? "slipway.inspect.diagnose" : "slipway.verify",
  );
}

async function openConsole({ connections }: Pick<MapContext, "connections">, thing: Thing): Promise<void> {
  const connection = connections.open;
  const item = itemOf(thing);
  if (connection && item) return openInConsole(connection, item);
  await say.information(vscode.l10n.t("AWS's console has no page for {0}.", thing.title));
}

async function openFile(folder: string | undefined, name: string): Promise<void> {
  if (folder === undefined) return;
  const uri = vscode.Uri.joinPath(vscode.Uri.file(folder), name);
  // Beside the map, so that both are seen.
  await vscode.window
    .showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside })
    .then(undefined, () =>
      say.information(vscode.l10n.t("There is no {0} yet: the first deployment writes it.", name)),
    );
}
