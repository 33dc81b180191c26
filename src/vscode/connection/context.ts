import type { Backend } from "../../core/api";
import type { ConnectionManager } from "../workspace/connections";

/** Profiles, regions and signing in. */
export interface ConnectionContext {
  readonly backend: () => Backend;
  readonly connections: ConnectionManager;
}
