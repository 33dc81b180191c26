import type { Backend, RunRequest } from "../../core/api";
import type { ConnectionManager } from "../workspace/connections";
import type { TaskDefinitionSupport } from "./start";
import type { Log } from "../ui/log";

/** Editing, registering and comparing task definitions, and deploying with one. */
export interface TaskDefinitionContext {
  readonly log: Log;
  readonly backend: () => Backend;
  readonly connections: ConnectionManager;
  readonly taskDefinitions: TaskDefinitionSupport;
  /** Deploys as the Deployment view's own commands do, with all that they ask and show. */
  readonly deploy: (request: RunRequest) => Promise<void>;
}
