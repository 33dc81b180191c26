import type { Backend } from "../../core/api";
import type { ActiveApplication } from "../workspace/activeApplication";
import type { ConnectionManager } from "../workspace/connections";
import type { DeploymentModel } from "../workspace/deploymentModel";
import type { Log } from "../ui/log";

/** The Deployment Map, with what its things offer to do. */
export interface MapContext {
  readonly log: Log;
  readonly backend: () => Backend;
  readonly connections: ConnectionManager;
  readonly model: Pick<DeploymentModel, "state" | "onDidChange">;
  readonly active: ActiveApplication;
}
