import * as vscode from "vscode";
import { refOf, type NodeContext } from "./shared";
import { withCancel } from "../../ui/progress";
import { say } from "../../ui/messages";

/** Writes the service into slipway.json, and makes it the application of the Deployment view. */
export async function adopt(context: NodeContext): Promise<void> {
  const { node, connection, slipway } = context;
  const folders = vscode.workspace.workspaceFolders ?? [];
  const folder =
    folders.length > 1
      ? (
          await vscode.window.showWorkspaceFolderPick({
            placeHolder: vscode.l10n.t("Which folder holds this service's application?"),
          })
        )?.uri.fsPath
      : folders[0]?.uri.fsPath;
  if (folder === undefined)
    return void (
      folders.length === 0 &&
      (await say.information(vscode.l10n.t("Open the folder of the service's application first.")))
    );
  const service = refOf(node.item, "service");
  const application = await withCancel(vscode.l10n.t("Reading {0}", service), (signal) =>
    connection.adopt(folder, refOf(node.item, "cluster"), service, signal),
  );
  await slipway.active.set({ folder, application });
  slipway.tree.setVisible(true);
  await vscode.window.showTextDocument(vscode.Uri.joinPath(vscode.Uri.file(folder), "slipway.json"));
  void say.information(
    [
      vscode.l10n.t('{0} is the application "{1}" of slipway.json now.', service, application),
      vscode.l10n.t("Slipway brings it new revisions and leaves everything else unchanged."),
    ].join(" "),
  );
}
