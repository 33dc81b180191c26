import * as vscode from "vscode";
import type { Slipway } from "../context";
import { diagnoseCommand, DiagnosisDocuments, diagnosisScheme } from "./diagnose/command";

export type InspectCommand = (...args: readonly unknown[]) => Promise<unknown>;

/** `slipway.inspect.NAME` -> what it does. What has to be disposed of goes into `subscriptions`. */
export function inspectCommands(slipway: Slipway, _context: vscode.ExtensionContext, subscriptions: vscode.Disposable[]): Readonly<Record<string, InspectCommand>> {
  const diagnoses = new DiagnosisDocuments();
  subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(diagnosisScheme, diagnoses),
    vscode.workspace.onDidCloseTextDocument((document) => diagnoses.forget(document.uri)),
  );
  return {
    diagnose: (argument) => diagnoseCommand(slipway, diagnoses, argument),
  };
}
