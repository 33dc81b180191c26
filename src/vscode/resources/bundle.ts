/** The AWS Resources view's bundle: loaded when the view is first seen or one of its commands is called. */
import * as vscode from "vscode";
import { ResourceDocuments, resourceScheme } from "./commands/look";
import { revealPlace } from "./commands/reveal";
import { onNode } from "./commands/shared";
import { treeCommands } from "./commands/table";
import { isNode } from "./elements";
import { askFilter } from "./filter";
import type { CreateResources } from "./lazy";
import { logResourceError } from "./tree";
import { ResourceView } from "./view";

export const createResources: CreateResources = (context, treeView, changed) => {
  const view = new ResourceView(treeView, context);
  const documents = new ResourceDocuments();
  const commands = treeCommands(documents);
  const subscriptions = vscode.Disposable.from(
    view,
    view.tree.onDidChangeTreeData(changed),
    vscode.workspace.registerTextDocumentContentProvider(resourceScheme, documents),
    vscode.workspace.onDidCloseTextDocument(
      (document) => document.uri.scheme === resourceScheme && documents.forget(document.uri),
    ),
  );
  return {
    tree: view.tree,
    run: (name, selection) => onNode(context, view, selection, commands[name]),
    refresh: () => view.refresh(),
    askFilter: () => askFilter(view),
    clearFilter: () => view.setFilter(""),
    async addRoot() {
      const choice = await context.connections.pick(
        vscode.l10n.t("Add to AWS Resources"),
        new AbortController().signal,
      );
      if (choice) await view.roots.add(choice);
    },
    removeRoot: (root) => view.roots.remove(root),
    async loadMore({ of }) {
      if (isNode(of)) await view.roots.rootOf(of)?.store?.loadMore(of);
    },
    reveal: (path) => revealPlace(view, path),
    showError(report) {
      // A channel opens at its end: the entry is written there anew, so that it is what is seen.
      if (report) logResourceError(context.log, report);
      context.log.show();
    },
    dispose: () => subscriptions.dispose(),
  };
};
