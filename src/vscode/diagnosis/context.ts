import type { ActiveApplication } from "../workspace/activeApplication";
import type { DocumentPages } from "../webviewKit/documentPages";
import type { ConnectionManager } from "../workspace/connections";
import type { DeploymentModel } from "../workspace/deploymentModel";
import type { Log } from "../ui/log";

/** Diagnosis and review. */
export interface DiagnosisContext {
  readonly log: Log;
  readonly connections: ConnectionManager;
  /** The error that the deployment of this window ended with. */
  readonly model: Pick<DeploymentModel, "state">;
  readonly active: ActiveApplication;
}

/** What their bundle works with. */
export interface DiagnosisPagesContext extends DiagnosisContext {
  readonly pages: DocumentPages;
}
