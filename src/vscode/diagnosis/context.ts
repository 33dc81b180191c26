import type { DocumentPages } from "../webviewKit/documentPages";
import type { ActiveApplication } from "../workspace/activeApplication";
import type { ConnectionManager } from "../workspace/connections";
import type { DeploymentModel } from "../workspace/deploymentModel";
import type { Log } from "../ui/log";

/** Diagnosis and review. */
export interface DiagnosisContext {
  readonly log: Log;
  readonly pages: DocumentPages;
  readonly connections: ConnectionManager;
  /** The error that the deployment of this window ended with. */
  readonly model: Pick<DeploymentModel, "state">;
  readonly active: ActiveApplication;
}
