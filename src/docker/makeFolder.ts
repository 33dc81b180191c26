import { mkdirSync, statSync } from "node:fs";
import path from "node:path";

/**
 * Makes a folder of one's own with those above it. Node's recursive mkdir never ends where a folder is there and takes
 * none in it, as /proc.
 */
export function makeFolder(folder: string): void {
  const isThere = (at: string) => statSync(at, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isThere(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isThere(folder)) throw error;
  }
}
