import * as vscode from "vscode";
import type { TailManager } from "./tails";
import { TailTree, type TailNode } from "./tree";

/** The Log Tails view. It is collapsed until there is a tail, so that the Deployment view has the room. */
export function createTailView(tails: TailManager, deployment: vscode.TreeView<unknown>): vscode.Disposable {
  const tree = new TailTree(tails);
  const view = vscode.window.createTreeView<TailNode>("slipway.logTails", { treeDataProvider: tree });
  const listener = tails.onDidAdd((entry) => {
    const node = tree.getChildren().find((item) => item.entry === entry);
    // Revealing opens the side bar too: only where it shows Slipway already is that no surprise.
    if (node && deployment.visible)
      void view.reveal(node, { select: false, focus: false }).then(undefined, () => undefined);
  });
  return vscode.Disposable.from(listener, view, tree);
}
