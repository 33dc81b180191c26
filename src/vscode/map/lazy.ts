/** What of the map is there at activation: what its bundle will offer. */
import * as vscode from "vscode";
import type { FileFormat } from "../../core/map/protocol";

export const mapViewType = "slipway.map";

/** The map, once its bundle is loaded. */
export interface MapPart {
  /** Opens the map, or brings it to the front. */
  show(): Promise<void>;
  /** Takes a panel that VS Code brings back after a reload. */
  restore(panel: vscode.WebviewPanel): Promise<void>;
  /** Asks the page for a picture; the page answers with it, and it is then saved. */
  save(format: FileFormat): Promise<void>;
}

/** A map that was open comes back after a reload. */
export function restoreMaps(map: () => MapPart): vscode.Disposable {
  return vscode.window.registerWebviewPanelSerializer(mapViewType, {
    deserializeWebviewPanel: (panel) => map().restore(panel),
  });
}
