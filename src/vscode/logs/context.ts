import type { Backend } from "../../core/api";
import type { ActiveApplication } from "../workspace/activeApplication";
import type { DeploymentModel } from "../workspace/deploymentModel";
import type { TailManager } from "./tails";

/** Log tails; of the application that the Deployment view shows, too. */
export interface LogsContext {
  readonly tails: TailManager;
  readonly active: ActiveApplication;
  readonly backend: () => Backend;
  /** When the deployment of this window began. */
  readonly model: Pick<DeploymentModel, "state">;
}
