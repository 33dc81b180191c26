import { readdir, readFile } from "node:fs/promises";
import { errorCode } from "../core/base/errors";
import type { Workspace } from "../core/ports/machine";
import { absolutePath, placeOf, readWorkspaceFile, writeWorkspaceFile } from "./workspaceFiles";

export { writeWhole } from "./workspaceFiles";

/** The text of a file of Slipway's own; undefined when there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * A workspace folder on this machine.
 * @param hasSources whether every COPY source is below a folder
 */
export function folderWorkspace(
  root: string,
  hasSources: (folder: string, sources: readonly string[]) => Promise<boolean>,
): Workspace {
  const at = (name: string) => absolutePath(root, name);
  return {
    root,
    read: (name, options) => readWorkspaceFile(root, name, options),
    write: (name, content) => writeWorkspaceFile(root, name, content),
    hasSources: (folder, sources) => hasSources(at(folder), sources),
    place: (name) => placeOf(root, name),
    namesIn: (folder) =>
      readdir(at(folder)).then(
        (names) => names.sort(),
        () => [],
      ),
  };
}
