import * as vscode from "vscode";
import type { Neighbourhood } from "../../core/taskDefinition/language/workspaceContext";

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
  const root = folder.uri.path;
  const isInside = (path: string) => path.startsWith(`${root}/`) && !path.includes("/../");
  return {
    file: uri.path,
    folders,
    async read(path) {
      const at = onDisk.with({ path });
      if (!isInside(path)) return undefined;
      return vscode.workspace.fs.readFile(at).then(
        (bytes) => new TextDecoder().decode(bytes),
        () => undefined,
      );
    },
    async list(path) {
      return isInside(path)
        ? vscode.workspace.fs.readDirectory(onDisk.with({ path })).then(
            (entries) => entries.map(([name]) => name),
            () => [],
          )
        : [];
    },
  };
}
