import * as vscode from "vscode";
import type { Slipway } from "../context";
import { diagnoseCommand, DiagnosisDocuments, diagnosisScheme } from "./diagnose/command";
import { MapPanel } from "./map/panel";

export type InspectCommand = (...args: readonly unknown[]) => Promise<unknown>;

/** `slipway.inspect.NAME` -> what it does. What has to be disposed of goes into `subscriptions`. */
export function inspectCommands(slipway: Slipway, context: vscode.ExtensionContext, subscriptions: vscode.Disposable[]): Readonly<Record<string, InspectCommand>> {
  const diagnoses = new DiagnosisDocuments();
  const map = new MapPanel(slipway, context.extensionUri);
  subscriptions.push(
    map,
    vscode.workspace.registerTextDocumentContentProvider(diagnosisScheme, diagnoses),
    vscode.workspace.onDidCloseTextDocument((document) => diagnoses.forget(document.uri)),
  );
  return {
    diagnose: (argument) => diagnoseCommand(slipway, diagnoses, argument),
    map: (panel) => (isPanel(panel) ? map.restore(panel) : map.show()),
    mapSvg: () => map.save("svg"),
    mapPng: () => map.save("png"),
  };
}

/** What VS Code hands over when it brings a map back after a reload; a menu hands over other things. */
const isPanel = (value: unknown): value is vscode.WebviewPanel => typeof value === "object" && value !== null && "webview" in value;
