import * as vscode from "vscode";
import { label } from "../../core/base/encoders";
import type { ConnectionManager } from "../workspace/connections";

/** The one status bar item: profile and region, or Local sandbox. */
export function createStatusBar(connections: ConnectionManager): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("slipway.connection", vscode.StatusBarAlignment.Left, 10);
  item.name = vscode.l10n.t("Slipway connection");
  item.command = "slipway.chooseConnection";
  const update = () => {
    const { label: name, detail } = connections.describe();
    item.text = `$(cloud) ${label(name)}`;
    item.tooltip = detail;
    item.accessibilityInformation = { label: vscode.l10n.t("Slipway: {0}", detail) };
    item.show();
  };
  update();
  return vscode.Disposable.from(item, connections.onDidChange(update));
}
