import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { errorCode } from "../core/base/errors";

/**
 * Makes a folder with those above it. Fails with the system's own reason, which Node's recursive mkdir calls ENOENT;
 * where
 * a folder is there and takes none in it (/proc), that one never ends.
 */
export async function makeFolder(folder: string, mode?: number): Promise<void> {
  const make = () => mkdir(folder, mode === undefined ? {} : { mode });
  try {
    await make();
  } catch (error) {
    const parent = path.dirname(folder);
    if (errorCode(error) === "ENOENT" && parent !== folder && !(await isFolder(parent))) {
      await makeFolder(parent, mode);
      // Another process may have made it meanwhile.
      await make().catch(async (reason: unknown) => {
        if (!(await isFolder(folder))) throw reason;
      });
    } else if (!(await isFolder(folder))) throw error;
  }
}

const isFolder = (folder: string): Promise<boolean> =>
  stat(folder).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
