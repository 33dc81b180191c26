import * as vscode from "vscode";
import type { Slipway } from "../context";
import { diagnoseCommand } from "./diagnose";
import { InspectDocuments, inspectScheme } from "./documents";
import { MapPanel } from "../map/panel";
import { reviewCommand } from "./review";

export type InspectCommand = (...args: readonly unknown[]) => Promise<unknown>;

/** `slipway.inspect.NAME` -> what it does. What has to be disposed of goes into `subscriptions`. */
export function inspectCommands(
  slipway: Slipway,
  context: vscode.ExtensionContext,
  subscriptions: vscode.Disposable[],
): Readonly<Record<string, InspectCommand>> {
  const map = new MapPanel(slipway, context.extensionUri);
  const documents = new InspectDocuments();
  subscriptions.push(
    map,
    vscode.workspace.registerTextDocumentContentProvider(inspectScheme, documents),
    vscode.workspace.onDidCloseTextDocument(
      (document) => document.uri.scheme === inspectScheme && documents.forget(document.uri),
    ),
  );
  return {
    map: (panel) => (isPanel(panel) ? map.restore(panel) : map.show()),
    mapSvg: () => map.save("svg"),
    mapPng: () => map.save("png"),
    diagnose: (argument) => diagnoseCommand(slipway, documents, argument),
    review: () => reviewCommand(slipway, documents),
  };
}

/** What VS Code hands over when it brings a map back after a reload; a menu hands over other things. */
const isPanel = (value: unknown): value is vscode.WebviewPanel =>
  typeof value === "object" && value !== null && "webview" in value;
