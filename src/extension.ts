import path from "node:path";
import * as vscode from "vscode";
import type { CreateBackend, Backend } from "./core/api";
import { loadBundle } from "./machine/lazy";
import { pickUp } from "./vscode/commands/deploy";
import { registerCommands } from "./vscode/commands/table";
import { ConnectionManager } from "./vscode/connections";
import { ActiveApplication, type Slipway } from "./vscode/context";
import { DeploymentModel } from "./vscode/deployment/deploymentModel";
import { DeploymentTree } from "./vscode/deployment/tree";
import { TailManager } from "./vscode/logs/tails";
import { createTailView } from "./vscode/logs/view";
import { registerInspect, type CreateInspect } from "./vscode/diagnosis/lazy";
import { registerResources, type CreateResources } from "./vscode/resources/lazy";
import type { TaskdefApi } from "./vscode/taskDefinition/bundle";
import { registerComparisons } from "./vscode/taskDefinition/commands";
import { TaskDefinitionSupport } from "./vscode/taskDefinition/start";
import { PlanConsent } from "./vscode/ui/planDocument";
import { BuildProblems } from "./vscode/ui/problems";
import { createStatusBar } from "./vscode/ui/statusBar";

const checklistMilliseconds = 60_000;

/** Registers and returns: no AWS, no container engine, nothing that takes time. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Slipway", { log: true });
  context.subscriptions.push(log);
  try {
    compose(context, log);
  } catch (error) {
    log.error(error instanceof Error ? error : String(error));
    log.show();
    throw error;
  }
}

function compose(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): void {
  const engine = lazyBackend(log);
  const model = new DeploymentModel(log);
  const tree = new DeploymentTree(model);
  const connections = new ConnectionManager(context.workspaceState, engine);
  const tails = new TailManager(engine, connections, context.globalState, path.join(context.logUri.fsPath, "tails"));
  const slipway: Slipway = {
    log,
    backend: engine,
    connections,
    tails,
    taskDefinitions: new TaskDefinitionSupport(connections, () => loadBundle<TaskdefApi>("taskdef")),
    model,
    tree,
    consent: new PlanConsent(),
    problems: new BuildProblems(),
    memento: context.workspaceState,
    active: new ActiveApplication(context.workspaceState),
  };
  const view = vscode.window.createTreeView("slipway.deployment", { treeDataProvider: tree, showCollapseAll: true });
  const describe = () => {
    const { application, environment } = model.state;
    const name = application ?? slipway.active.request?.application;
    if (name) view.description = environment && environment !== "default" ? `${name} (${environment})` : name;
    void vscode.commands.executeCommand("setContext", "slipway.running", model.isRunning);
    void vscode.commands.executeCommand("setContext", "slipway.live", model.state.url !== undefined);
  };
  if (slipway.active.request) tree.setVisible(true);
  describe();
  // A checklist that somebody sees stays true.
  const live = setInterval(() => {
    if (view.visible && vscode.window.state.focused && tree.hasChecks && !model.isRunning)
      void vscode.commands.executeCommand("slipway.verify");
  }, checklistMilliseconds);
  context.subscriptions.push({ dispose: () => clearInterval(live) });
  context.subscriptions.push(tails, createTailView(tails, view));
  context.subscriptions.push(
    model,
    tree,
    view,
    slipway.connections,
    slipway.consent,
    slipway.problems,
    slipway.taskDefinitions,
    registerComparisons(),
    model.onDidChange(describe),
    registerCommands(slipway),
    createStatusBar(slipway.connections),
    registerResources(
      slipway,
      commandsBelow(context, "slipway.resources."),
      () => loadBundle<{ createResources: CreateResources }>("resources").createResources,
    ),
    registerInspect(
      slipway,
      context,
      commandsBelow(context, "slipway.inspect."),
      () => loadBundle<{ createInspect: CreateInspect }>("inspect").createInspect,
    ),
  );
  // After this function has returned: a deployment that a reload interrupted is picked up.
  setTimeout(() => void pickUp(slipway), 0);
}

/** The contributed commands of one area, without the area's own name. */
function commandsBelow({ extension }: vscode.ExtensionContext, area: string): string[] {
  const { contributes } = extension.packageJSON as { contributes: { commands: { command: string }[] } };
  return contributes.commands.flatMap(({ command }) => (command.startsWith(area) ? command.slice(area.length) : []));
}

/** The engine's bundle holds the AWS SDK: it is loaded when the first command needs it. */
function lazyBackend(log: vscode.LogOutputChannel): () => Backend {
  let engine: Backend | undefined;
  return () => {
    const executable = vscode.workspace.getConfiguration("slipway").get<string>("engine.path", "");
    engine ??= loadBundle<{ createBackend: CreateBackend }>("engine").createBackend({
      sandboxProgram: path.join(__dirname, "sandbox.js"),
      checkDefinition: (text) => loadBundle<TaskdefApi>("taskdef").check(text).findings,
      log: (line) => log.debug(line),
      ...(executable ? { engineExecutable: executable } : {}),
    });
    return engine;
  };
}
