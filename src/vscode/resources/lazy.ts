/** What of the AWS Resources view is there at activation: its place, and what its bundle will offer. */
import * as vscode from "vscode";
import type { ErrorReport } from "../../core/base/errors";
import type { ResourcesContext } from "./context";
import type { TreeCommandName } from "./commands/table";
import type { Element, Note, PlacePath, Selection } from "./elements";
import type { Root } from "./roots";

export type { TreeCommandName };

/** The view's bundle, once it is loaded: its tree, and what its commands do. */
export interface ResourcesPart extends vscode.Disposable {
  readonly tree: vscode.TreeDataProvider<Element>;
  /** Works on the selection; without one on what is selected in the view. */
  run(name: TreeCommandName, selection: Selection | undefined): Promise<void>;
  refresh(): Promise<void>;
  askFilter(): Promise<void>;
  clearFilter(): Promise<void>;
  addRoot(): Promise<void>;
  removeRoot(root: Root): Promise<void>;
  loadMore(note: Note): Promise<void>;
  reveal(path: PlacePath): Promise<void>;
  showError(report: ErrorReport | undefined): void;
}

export type CreateResources = (
  context: ResourcesContext,
  view: vscode.TreeView<Element>,
  changed: (element: Element | undefined) => void,
) => ResourcesPart;

/** The view in its place; `part` loads the bundle behind it, when somebody looks or asks. */
export interface LazyResources extends vscode.Disposable {
  part(): ResourcesPart;
}

/** Creates the view; the bundle behind it is loaded when somebody looks or asks. */
export function createResourcesView(context: ResourcesContext, load: () => CreateResources): LazyResources {
  const changed = new vscode.EventEmitter<Element | undefined>();
  let loaded: ResourcesPart | undefined;
  const part = (): ResourcesPart => (loaded ??= load()(context, view, (element) => changed.fire(element)));
  const view: vscode.TreeView<Element> = vscode.window.createTreeView<Element>("slipway.resources", {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      // In an untrusted workspace nothing connects anywhere.
      getChildren: (element) => (vscode.workspace.isTrusted ? part().tree.getChildren(element) : []),
      getTreeItem: (element) => part().tree.getTreeItem(element),
      getParent: (element) => part().tree.getParent?.(element),
      resolveTreeItem: (item, element, token) => part().tree.resolveTreeItem?.(item, element, token),
    },
    showCollapseAll: true,
    canSelectMany: true,
  });
  const subscriptions = vscode.Disposable.from(
    view,
    changed,
    { dispose: () => loaded?.dispose() },
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire(undefined)),
  );
  return { part, dispose: () => subscriptions.dispose() };
}
