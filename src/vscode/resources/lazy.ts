/** What of the AWS Resources view is there at activation: its place, its commands, and nothing that they do. */
import * as vscode from "vscode";
import type { Slipway } from "../context";
import type { Element } from "./tree";

/** The view's bundle, once it is loaded. */
export interface ResourcesPart extends vscode.Disposable {
  readonly tree: vscode.TreeDataProvider<Element>;
  /** Runs `slipway.resources.NAME`. */
  run(name: string, args: readonly unknown[]): Promise<unknown>;
}

export type CreateResources = (
  slipway: Slipway,
  view: vscode.TreeView<Element>,
  changed: (element: Element | undefined) => void,
) => ResourcesPart;

/** Registers the view and its commands; the bundle behind them is loaded when somebody looks or asks. */
export function registerResources(
  slipway: Slipway,
  names: readonly string[],
  load: () => CreateResources,
): vscode.Disposable {
  const changed = new vscode.EventEmitter<Element | undefined>();
  let part: ResourcesPart | undefined;
  const loaded = (): ResourcesPart => (part ??= load()(slipway, view, (element) => changed.fire(element)));
  const view: vscode.TreeView<Element> = vscode.window.createTreeView<Element>("slipway.resources", {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      // In an untrusted workspace nothing connects anywhere.
      getChildren: (element) => (vscode.workspace.isTrusted ? loaded().tree.getChildren(element) : []),
      getTreeItem: (element) => loaded().tree.getTreeItem(element),
      getParent: (element) => loaded().tree.getParent?.(element),
      resolveTreeItem: (item, element, token) => loaded().tree.resolveTreeItem?.(item, element, token),
    },
    showCollapseAll: true,
    canSelectMany: true,
  });
  return vscode.Disposable.from(
    view,
    changed,
    { dispose: () => part?.dispose() },
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire(undefined)),
    ...names.map((name) =>
      vscode.commands.registerCommand(`slipway.resources.${name}`, (...args: unknown[]) => loaded().run(name, args)),
    ),
  );
}
