import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { errorCode } from "../core/base/errors";
import { atPath } from "../core/base/fileErrors";
import { makeFolder } from "./makeFolder";
import type { Workspace } from "../core/ports/machine";
import { isAlive } from "./alive";

/** Writes a file whole or not at all. */
export async function writeWhole(file: string, content: string, mode?: number): Promise<void> {
  await makeFolder(path.dirname(file));
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`;
  try {
    await writeFile(temporary, content, mode === undefined ? {} : { mode });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw atPath(file, error, temporary);
  }
  await sweep(file);
}

/** Removes what processes that were killed in the middle of writing this file left beside it. */
async function sweep(file: string): Promise<void> {
  const folder = path.dirname(file);
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = name.startsWith(`${path.basename(file)}.`) ? /\.(\d+)\.\w+\.tmp$/.exec(name)?.[1] : undefined;
    if (pid !== undefined && !isAlive(Number(pid))) await rm(path.join(folder, name), { force: true });
  }
}

/** The text of a file; undefined when there is none. */
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
  const at = (name: string) => path.resolve(root, name);
  return {
    root,
    read: (name) => readIfThere(at(name)),
    write: (name, content) => writeWhole(at(name), content),
    exists: (name) =>
      stat(at(name)).then(
        () => true,
        () => false,
      ),
    hasSources: (folder, sources) => hasSources(at(folder), sources),
  };
}
