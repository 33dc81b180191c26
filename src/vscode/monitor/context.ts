import type { ActiveApplication } from "../workspace/activeApplication";
import type { ConnectionManager } from "../workspace/connections";
import type { Log } from "../ui/log";

/** The page of figures: of the application that the Deployment view shows, or of any service. */
export interface MonitorContext {
  readonly log: Log;
  readonly connections: ConnectionManager;
  readonly active: ActiveApplication;
}
