import * as vscode from "vscode";
import { resourcesOf, rowSnapshots } from "../../core/deploy/state";
import type { Slipway } from "../context";
import type { Node } from "../deployment/tree";
import { logCommands } from "../logs/commands";
import { deployAgain, deployCompose, deployDockerfile, runPhase, switchApplication } from "./deploy";
import {
  checkInAccount,
  cleanDefinition,
  compareDefinition,
  createDefinition,
  deployWithDefinition,
  registerDefinition,
} from "../taskDefinition/commands";
import {
  chooseConnection,
  destroy,
  withErrorMessage,
  openDockerfile,
  openFile,
  rollBack,
  showPlan,
  signIn,
  useSandbox,
  verify,
} from "./connectionCommands";

type Handler = (slipway: Slipway, ...args: never[]) => unknown;

/** Every command and what it does; the manifest contributes exactly these. */
export const commands: Readonly<Record<string, Handler>> = {
  "slipway.deploy": (slipway, uri?: vscode.Uri) =>
    deployDockerfile(slipway, uri instanceof vscode.Uri ? uri : undefined),
  "slipway.deployCompose": (slipway, uri?: vscode.Uri) =>
    deployCompose(slipway, uri instanceof vscode.Uri ? uri : undefined),
  "slipway.switchApplication": (slipway) => switchApplication(slipway),
  "slipway.deployAgain": (slipway) => deployAgain(slipway),
  "slipway.rebuild": (slipway) => deployAgain(slipway, { rebuild: true }),
  "slipway.runPhase": (slipway, node?: Node) =>
    node?.kind === "phase" ? runPhase(slipway, node.phase) : deployAgain(slipway),
  "slipway.consent": (slipway, uri?: vscode.Uri) =>
    slipway.consent.consent(uri instanceof vscode.Uri ? uri : undefined),
  "slipway.showPlan": (slipway) => showPlan(slipway),
  "slipway.verify": (slipway) => verify(slipway),
  "slipway.destroy": (slipway) => destroy(slipway),
  "slipway.rollBack": (slipway) => rollBack(slipway),
  "slipway.chooseConnection": (slipway) => chooseConnection(slipway),
  "slipway.useSandbox": (slipway) => useSandbox(slipway),
  "slipway.signIn": (slipway) => signIn(slipway),
  "slipway.showLog": (slipway) => slipway.log.show(),
  "slipway.openUrl": (slipway) => openUrl(slipway),
  "slipway.openConfig": (slipway) => openFile(slipway, "slipway.json"),
  "slipway.openTaskDefinition": (slipway) => openFile(slipway, "task-definition.json"),
  "slipway.openDockerfile": (slipway) => openDockerfile(slipway),
  "slipway.openEngineDocs": () => vscode.env.openExternal(vscode.Uri.parse("https://docs.docker.com/engine/install/")),
  ...Object.fromEntries(
    Object.entries({
      register: registerDefinition,
      compare: compareDefinition,
      deploy: deployWithDefinition,
      create: createDefinition,
      clean: cleanDefinition,
      checkInAccount,
    }).map(([name, run]): [string, Handler] => [
      `slipway.taskDefinition.${name}`,
      (slipway, uri?: vscode.Uri) => run(slipway, uri instanceof vscode.Uri ? uri : undefined),
    ]),
  ),
  "slipway.copyArn": (slipway, node?: Node) => copyArn(slipway, node),
  ...logCommands,
};

export function registerCommands(slipway: Slipway): vscode.Disposable {
  const registered = Object.entries(commands).map(([id, handler]) =>
    vscode.commands.registerCommand(id, (...args: unknown[]) =>
      withErrorMessage(slipway, async () => handler(slipway, ...(args as never[]))),
    ),
  );
  return vscode.Disposable.from(...registered);
}

async function openUrl(slipway: Slipway): Promise<void> {
  const url = slipway.model.state.url;
  if (url) await vscode.env.openExternal(vscode.Uri.parse(url));
  else await vscode.window.showInformationMessage("Nothing is live from this window yet: deploy first.");
}

/** The ARN of a row's resource; from the palette, of one that is picked. */
async function copyArn(slipway: Slipway, node: Node | undefined): Promise<void> {
  const ofRow =
    node?.kind === "row" ? rowSnapshots(slipway.model.state).find((row) => row.id === node.row)?.resources : undefined;
  const resources = ofRow ?? resourcesOf(slipway.model.state);
  const picked =
    resources.length === 1
      ? resources[0]
      : (
          await vscode.window.showQuickPick(
            resources.map((resource) => ({ label: resource.name, description: resource.arn, resource })),
            { placeHolder: "The resource whose ARN is copied" },
          )
        )?.resource;
  if (picked) await vscode.env.clipboard.writeText(picked.arn);
}
