/** What of the page of figures is there at activation: what its bundle will offer. */
import * as vscode from "vscode";
import type { MonitorSubject } from "../../core/monitor/look";

export const monitorViewType = "slipway.monitor";

/** The page of figures, once its bundle is loaded. */
export interface MonitorPart {
  /** Opens the page, or brings it to the front: of a service, or of the application that the Deployment view shows. */
  show(subject?: MonitorSubject): Promise<void>;
  /** Takes a panel that VS Code brings back after a reload, with what it kept. */
  restore(panel: vscode.WebviewPanel, state: unknown): Promise<void>;
}

/** A page that was open comes back after a reload. */
export function restoreMonitors(monitor: () => MonitorPart): vscode.Disposable {
  return vscode.window.registerWebviewPanelSerializer(monitorViewType, {
    deserializeWebviewPanel: (panel, state) => monitor().restore(panel, state),
  });
}
