/**
 * Whether somebody can see an output channel. VS Code does not say; but the output view's editor is among the visible ones,
 * with a document of the scheme `output` whose path ends with the channel's name.
 */
import * as vscode from "vscode";

/** Whether this document is what the channel of that name shows. */
function isDocumentOf(document: vscode.TextDocument, channel: string): boolean {
  return document.uri.scheme === "output" && document.uri.path.endsWith(`-${channel}`);
}

export function isVisible(channel: string): boolean {
  return vscode.window.visibleTextEditors.some((editor) => isDocumentOf(editor.document, channel));
}

/** The channel's document; undefined until somebody has looked at it. */
export function documentOf(channel: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => isDocumentOf(document, channel));
}
