/** The bundle of map, diagnosis and review: loaded when one of their commands is called. */
import * as vscode from "vscode";
import { MapPanel } from "../map/panel";
import { diagnoseAndTell } from "../diagnosis/diagnose";
import { InspectDocuments, inspectScheme } from "../diagnosis/documents";
import type { CreateInspect } from "./lazy";
import { reviewAndShow } from "../diagnosis/review";

export const createInspect: CreateInspect = (context, extension) => {
  const map = new MapPanel(context, extension.extensionUri);
  const documents = new InspectDocuments();
  const subscriptions = vscode.Disposable.from(
    map,
    vscode.workspace.registerTextDocumentContentProvider(inspectScheme, documents),
    vscode.workspace.onDidCloseTextDocument(
      (document) => document.uri.scheme === inspectScheme && documents.forget(document.uri),
    ),
  );
  return {
    showMap: () => map.show(),
    restoreMap: (panel) => map.restore(panel),
    saveMap: (format) => map.save(format),
    diagnose: (node) => diagnoseAndTell(context, documents, node),
    review: (connection, request) => reviewAndShow(documents, connection, request),
    dispose: () => subscriptions.dispose(),
  };
};
