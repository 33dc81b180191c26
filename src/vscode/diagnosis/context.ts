import type * as vscode from "vscode";
import type { ActiveApplication } from "../workspace/activeApplication";
import type { ConnectionManager } from "../workspace/connections";
import type { DeploymentModel } from "../workspace/deploymentModel";

/** Diagnosis and review. */
export interface DiagnosisContext {
  readonly log: vscode.LogOutputChannel;
  readonly connections: ConnectionManager;
  /** The error that the deployment of this window ended with. */
  readonly model: Pick<DeploymentModel, "state">;
  readonly active: ActiveApplication;
}
