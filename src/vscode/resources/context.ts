import type * as vscode from "vscode";
import type { Backend } from "../../core/api";
import type { ActiveApplication } from "../workspace/activeApplication";
import type { ConnectionManager } from "../workspace/connections";
import type { Log } from "../ui/log";

/** The AWS Resources view. */
export interface ResourcesContext {
  readonly log: Log;
  readonly backend: () => Backend;
  readonly connections: ConnectionManager;
  readonly memento: vscode.Memento;
  readonly active: ActiveApplication;
  /** The Deployment view's: an application that was adopted is shown there. */
  readonly tree: { setVisible(visible: boolean): void };
}
