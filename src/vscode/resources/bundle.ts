/** The AWS Resources view's bundle: loaded when the view is first seen or one of its commands is called. */
import * as vscode from "vscode";
import { resourceCommands } from "./commands/table";
import { ResourceDocuments, resourceScheme } from "./commands/look";
import type { CreateResources } from "./lazy";
import { ResourceView } from "./view";

export const createResources: CreateResources = (slipway, treeView, changed) => {
  const view = new ResourceView(treeView, slipway.connections, slipway.backend, slipway.memento, slipway.log);
  const documents = new ResourceDocuments();
  const commands = resourceCommands(slipway, view, documents);
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
    async run(name, args) {
      const command = commands[name];
      if (!command) throw new Error(`There is no command slipway.resources.${name}.`);
      return (command as (...given: readonly unknown[]) => Promise<unknown>)(...args);
    },
    dispose: () => subscriptions.dispose(),
  };
};
