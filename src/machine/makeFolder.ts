import { mkdir } from "node:fs/promises";
import path from "node:path";
import { errorCode } from "../core/base/errors";

/** Makes a folder with those above it. Fails with the system's own reason, which Node's recursive mkdir calls ENOENT. */
export async function makeFolder(folder: string, mode?: number): Promise<void> {
  const options = mode === undefined ? {} : { mode };
  try {
    await mkdir(folder, { recursive: true, ...options });
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    const parts = path.resolve(folder).split(path.sep);
    for (let count = 2; count <= parts.length; count++)
      await mkdir(parts.slice(0, count).join(path.sep), options).catch((reason: unknown) => {
        if (errorCode(reason) !== "EEXIST") throw reason;
      });
  }
}
