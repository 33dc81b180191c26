import type * as vscode from "vscode";
import type { Backend } from "../../core/api";
import type { ActiveApplication } from "../workspace/activeApplication";
import type { ConnectionManager } from "../workspace/connections";
import type { DeploymentModel } from "../workspace/deploymentModel";
import type { Consent } from "./consent";
import type { BuildProblems } from "./problems";
import type { DeploymentTree } from "./tree";
import type { Log } from "../ui/log";

/** Deploying, and the view that shows it. */
export interface DeploymentContext {
  readonly log: Log;
  readonly backend: () => Backend;
  readonly connections: ConnectionManager;
  readonly model: DeploymentModel;
  readonly tree: DeploymentTree;
  readonly problems: BuildProblems;
  readonly memento: vscode.Memento;
  /** Where the values of build secrets are kept. */
  readonly secrets: vscode.SecretStorage;
  /** What the last command of this window deployed; Deploy and the phases' run buttons take it. */
  readonly active: ActiveApplication;
}

/** What the bundle of deploying works with. */
export interface RunContext extends DeploymentContext {
  readonly consent: Consent;
}
