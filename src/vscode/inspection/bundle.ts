/** The bundle of map, diagnosis and review: loaded when one of their commands is called. */
import * as vscode from "vscode";
import { diagnoseAndTell } from "../diagnosis/diagnose";
import { InspectDocuments, inspectScheme } from "../diagnosis/documents";
import { reviewAndShow } from "../diagnosis/review";
import { MapPanel } from "../map/panel";
import type { CreateInspect } from "./lazy";

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
    map,
    diagnosis: {
      diagnose: (node) => diagnoseAndTell(context, documents, node),
      review: (connection, request) => reviewAndShow(documents, connection, request),
    },
    dispose: () => subscriptions.dispose(),
  };
};
