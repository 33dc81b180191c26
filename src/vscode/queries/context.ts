import type { Backend } from "../../core/api";
import type { ActiveApplication } from "../workspace/activeApplication";
import type { ConnectionManager } from "../workspace/connections";
import type { Log } from "../ui/log";

/** Query documents: of the application that the Deployment view shows, where they name no log group. */
export interface QueryContext {
  readonly log: Log;
  readonly backend: () => Backend;
  readonly connections: ConnectionManager;
  readonly active: ActiveApplication;
}
