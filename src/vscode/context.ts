import * as vscode from "vscode";
import type { Backend, RunRequest } from "../core/api";
import type { ConnectionManager } from "./connections";
import type { DeploymentModel } from "./deployment/deploymentModel";
import type { DeploymentTree } from "./deployment/tree";
import type { TailManager } from "./logs/tails";
import type { PlanConsent } from "./ui/planDocument";
import type { TaskDefinitionSupport } from "./taskDefinition/start";
import type { BuildProblems } from "./ui/problems";

/** What the commands work with; composed once, by the extension's entry. */
export interface Slipway {
  readonly log: vscode.LogOutputChannel;
  readonly backend: () => Backend;
  readonly connections: ConnectionManager;
  readonly model: DeploymentModel;
  readonly tree: DeploymentTree;
  readonly consent: PlanConsent;
  readonly problems: BuildProblems;
  readonly taskDefinitions: TaskDefinitionSupport;
  readonly memento: vscode.Memento;
  readonly tails: TailManager;
  /** What the last command of this window deployed; Deploy Again and the phases' run buttons take it. */
  readonly active: ActiveApplication;
}

const activeKey = "slipway.active";

/** The application that the Deployment view shows; remembered per workspace. */
export class ActiveApplication {
  constructor(private readonly memento: vscode.Memento) {}

  get request(): RunRequest | undefined {
    return this.memento.get<RunRequest>(activeKey);
  }

  async set(request: RunRequest): Promise<void> {
    const { folder, application, environment, dockerfile } = request;
    await this.memento.update(activeKey, {
      folder,
      ...(application === undefined ? {} : { application }),
      ...(environment === undefined ? {} : { environment }),
      ...(dockerfile === undefined ? {} : { dockerfile }),
    });
  }
}

/** Hidden commands stay callable, so every one that does something looks for itself. */
export async function requireTrust(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const picked = await vscode.window.showWarningMessage(
    "Slipway builds and runs what is in this folder, so it does nothing in a workspace that you do not trust.",
    "Manage Trust",
  );
  if (picked) await vscode.commands.executeCommand("workbench.trust.manage");
  return false;
}
