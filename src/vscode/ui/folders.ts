import path from "node:path";
import * as vscode from "vscode";

/** The path of the workspace's first folder. */
export const firstFolder = (): string | undefined => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;

/** A file's path from its folder on, with slashes, as slipway.json writes it. */
export function relativePath(folder: vscode.WorkspaceFolder, file: vscode.Uri): string {
  return path.posix.normalize(path.relative(folder.uri.fsPath, file.fsPath).split(path.sep).join("/"));
}
