import * as vscode from "vscode";
import type { DeploymentCommandContext } from "./lazy";
import { contextKeys, setContext, workspaceKeys } from "../keys";
import type { Seen } from "./applicationRow";
import type { Node } from "./tree";

/** Between two looks at a checklist that somebody sees. */
const checklistMilliseconds = 60_000;

/** The Deployment view: its tree, what stands beside its title, and its checklist, looked at while somebody sees it. */
export function createDeploymentView(
  context: Pick<DeploymentCommandContext, "active" | "deploying" | "memento" | "model" | "tree">,
): vscode.Disposable & { readonly view: vscode.TreeView<Node> } {
  const { active, memento, model, tree } = context;
  const view = vscode.window.createTreeView("slipway.deployment", { treeDataProvider: tree, showCollapseAll: true });
  const describe = () => {
    const { application = active.request?.application, environment } = model.state;
    if (application)
      view.description = environment && environment !== "default" ? `${application} (${environment})` : application;
    const { code } = tree.standing;
    const seen = tree.lastSeen?.state;
    void setContext(contextKeys.running, model.isRunning);
    void setContext(contextKeys.application, active.request !== undefined);
    // What is not known is offered: only what is known not to be there is not.
    void setContext(
      contextKeys.deployed,
      seen?.code !== "notDeployed" || model.isRunning || model.state.outcome === "done",
    );
    void setContext(contextKeys.stopped, code === "stopped");
    void setContext(contextKeys.rollingOut, code === "rollingOut" || code === "deploying");
    void setContext(contextKeys.hasResources, Object.keys(model.state.resources).length > 0);
    void setContext(
      contextKeys.live,
      (model.state.url ?? (seen && "url" in seen ? seen.url : undefined)) !== undefined,
    );
  };
  if (active.request) {
    // What was known before the reload stands there at once, with its time; AWS is asked once somebody sees the view.
    tree.setSeen(memento.get<Seen>(workspaceKeys.seen));
    tree.setVisible(true);
  }
  describe();
  let asked = false;
  const ask = () => {
    if (asked || !view.visible || !active.request || model.isRunning) return;
    asked = true;
    void context.deploying().lookQuietly();
  };
  setTimeout(ask, 0);
  // A checklist that somebody sees stays true.
  const timer = setInterval(() => {
    if (view.visible && vscode.window.state.focused && tree.hasChecks && !model.isRunning)
      void vscode.commands.executeCommand("slipway.verify");
  }, checklistMilliseconds);
  const subscriptions = vscode.Disposable.from(
    view,
    model.onDidChange(describe),
    tree.onDidChangeTreeData(describe),
    view.onDidChangeVisibility(ask),
    {
      dispose: () => clearInterval(timer),
    },
  );
  return { view, dispose: () => subscriptions.dispose() };
}
