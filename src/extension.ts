import path from "node:path";
import * as vscode from "vscode";
import type { Backend, CreateBackend } from "./core/api";
import { loadBundle } from "./machine/lazy";
import { registerCommands } from "./vscode/commandKit/command";
import type { Slipway } from "./vscode/commands/context";
import { commands } from "./vscode/commands/table";
import { createStatusBar } from "./vscode/connection/statusBar";
import { lazyDeploying, type CreateDeploying } from "./vscode/deployment/lazy";
import { BuildProblems } from "./vscode/deployment/problems";
import { DeploymentTree } from "./vscode/deployment/tree";
import { createDeploymentView } from "./vscode/deployment/view";
import { createInspection, type CreateInspect } from "./vscode/inspection/lazy";
import type { LogQuestions } from "./vscode/logs/context";
import { TailManager } from "./vscode/logs/tails";
import { createTailView } from "./vscode/logs/view";
import { createResourcesView, type CreateResources } from "./vscode/resources/lazy";
import type { TaskdefApi } from "./vscode/taskDefinition/bundle";
import { registerComparisons } from "./vscode/taskDefinition/commands";
import { storedSecret } from "./vscode/deployment/buildSecrets";
import { TaskDefinitionSupport } from "./vscode/taskDefinition/start";
import { ActiveApplication } from "./vscode/workspace/activeApplication";
import { workspaceKeys } from "./vscode/keys";
import { ConnectionManager } from "./vscode/workspace/connections";
import { DeploymentModel } from "./vscode/workspace/deploymentModel";
import { harmlessLog, type Log } from "./vscode/ui/log";

/** Registers and returns: no AWS, no container engine, nothing that takes time. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Slipway", { log: true });
  context.subscriptions.push(log);
  try {
    compose(context, harmlessLog(log));
  } catch (error) {
    log.error(error instanceof Error ? error : String(error));
    log.show();
    throw error;
  }
}

function compose(context: vscode.ExtensionContext, log: Log): void {
  const { subscriptions, workspaceState, globalState } = context;
  const backend = lazyBackend(log, context.secrets);
  const model = new DeploymentModel(log);
  const connections = new ConnectionManager(workspaceState, backend);
  const deploying = lazyDeploying(
    () => slipway,
    context.extensionUri,
    () => loadBundle<{ createDeploying: CreateDeploying }>("deploying").createDeploying,
  );
  const slipway: Slipway = {
    log,
    backend,
    model,
    connections,
    tree: new DeploymentTree(model),
    tails: new TailManager(backend, connections, globalState, path.join(context.logUri.fsPath, "tails")),
    logQuestions: () => loadBundle<LogQuestions>("logQuestions"),
    taskDefinitions: new TaskDefinitionSupport(connections, () => loadBundle<TaskdefApi>("taskdef")),
    problems: new BuildProblems(),
    memento: workspaceState,
    secrets: context.secrets,
    active: new ActiveApplication(workspaceState),
    deploy: (request) => deploying.part().run(request),
  };
  const deployment = createDeploymentView({ ...slipway, deploying: () => deploying.part() });
  const resources = createResourcesView(
    slipway,
    () => loadBundle<{ createResources: CreateResources }>("resources").createResources,
  );
  const inspection = createInspection(
    slipway,
    context,
    () => loadBundle<{ createInspect: CreateInspect }>("inspect").createInspect,
  );
  subscriptions.push(
    model,
    connections,
    slipway.tree,
    slipway.tails,
    slipway.taskDefinitions,
    deploying,
    slipway.problems,
    deployment,
    createTailView(slipway.tails, deployment.view),
    resources,
    inspection,
    registerComparisons(),
    createStatusBar(connections),
    registerCommands(
      {
        ...slipway,
        deploying: () => deploying.part(),
        resources: resources.part,
        map: inspection.map,
        monitor: inspection.monitor,
        queries: inspection.queries,
        diagnosis: inspection.diagnosis,
      },
      commands,
    ),
  );
  // After this function has returned: a deployment that a reload interrupted is picked up.
  if (workspaceState.get(workspaceKeys.running)) setTimeout(() => void deploying.part().pickUp(), 0);
}

/** The engine's bundle holds the AWS SDK: it is loaded when the first command needs it. */
function lazyBackend(log: Log, secrets: vscode.SecretStorage): () => Backend {
  let backend: Backend | undefined;
  return () => {
    const executable = vscode.workspace.getConfiguration("slipway").get<string>("engine.path", "");
    backend ??= loadBundle<{ createBackend: CreateBackend }>("engine").createBackend({
      sandboxProgram: path.join(__dirname, "sandbox.js"),
      checkDefinition: (text) => loadBundle<TaskdefApi>("taskdef").check(text).findings,
      log: (line) => log.debug(line),
      storedSecret: (folder, id) => storedSecret(secrets, folder, id),
      ...(executable ? { engineExecutable: executable } : {}),
    });
    return backend;
  };
}
