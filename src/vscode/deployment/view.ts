import * as vscode from "vscode";
import type { DeploymentContext } from "./context";
import { contextKeys, setContext } from "../keys";
import type { Node } from "./tree";

/** Between two looks at a checklist that somebody sees. */
const checklistMilliseconds = 60_000;

/** The Deployment view: its tree, what stands beside its title, and its checklist, looked at while somebody sees it. */
export function createDeploymentView({
  active,
  model,
  tree,
}: Pick<DeploymentContext, "active" | "model" | "tree">): vscode.Disposable & { readonly view: vscode.TreeView<Node> } {
  const view = vscode.window.createTreeView("slipway.deployment", { treeDataProvider: tree, showCollapseAll: true });
  const describe = () => {
    const { application = active.request?.application, environment } = model.state;
    if (application)
      view.description = environment && environment !== "default" ? `${application} (${environment})` : application;
    void setContext(contextKeys.running, model.isRunning);
    void setContext(contextKeys.live, model.state.url !== undefined);
  };
  if (active.request) tree.setVisible(true);
  describe();
  // A checklist that somebody sees stays true.
  const timer = setInterval(() => {
    if (view.visible && vscode.window.state.focused && tree.hasChecks && !model.isRunning)
      void vscode.commands.executeCommand("slipway.verify");
  }, checklistMilliseconds);
  const subscriptions = vscode.Disposable.from(view, model.onDidChange(describe), {
    dispose: () => clearInterval(timer),
  });
  return { view, dispose: () => subscriptions.dispose() };
}
