import * as vscode from "vscode";
import type { Neighbourhood } from "../../core/taskDefinition/language/workspaceContext";
import { listWorkspaceFolder, readWorkspaceFile } from "../../machine/workspaceFiles";

/** A document's folder and those above it, as far as the workspace's; nothing outside of the workspace is read. */
export function neighbourhoodOf(uri: vscode.Uri): Neighbourhood | undefined {
  // One that is not saved yet has the path that it will be saved under, or none.
  const onDisk = uri.scheme === "untitled" ? uri.with({ scheme: "file" }) : uri;
  const folder = vscode.workspace.getWorkspaceFolder(onDisk);
  if (onDisk.scheme !== "file" || !folder) return undefined;
  const folders: string[] = [];
  for (let at = vscode.Uri.joinPath(onDisk, ".."); folders.length < 10; at = vscode.Uri.joinPath(at, "..")) {
    folders.push(at.path);
    if (at.path === folder.uri.path) break;
  }
  const root = folder.uri.fsPath;
  const onThisMachine = (path: string) => onDisk.with({ path }).fsPath;
  return {
    file: uri.path,
    folders,
    // What leads out of the workspace, is no file or is none that can be read says nothing.
    read: (path) => readWorkspaceFile(root, onThisMachine(path), { lenient: true }).catch(() => undefined),
    list: (path) => listWorkspaceFolder(root, onThisMachine(path)).catch(() => []),
  };
}
