import type { Backend } from "../../core/api";
import type { ActiveApplication } from "../workspace/activeApplication";
import type { DeploymentModel } from "../workspace/deploymentModel";
import type * as questions from "./ask";
import type { TailManager } from "./tails";

/** What is asked before a tail: a bundle of its own, loaded by the first question. */
export type LogQuestions = typeof questions;

/** Log tails; of the application that the Deployment view shows, too. */
export interface LogsContext {
  readonly tails: TailManager;
  readonly logQuestions: () => LogQuestions;
  readonly active: ActiveApplication;
  readonly backend: () => Backend;
  /** When the deployment of this window began. */
  readonly model: Pick<DeploymentModel, "state">;
}
