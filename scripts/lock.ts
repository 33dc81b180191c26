/** A lock between processes: `npm start` and `npm test` may run at once and share what is installed on the machine. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pidAlive } from "./processes";
import { waitFor } from "./waiting";

/**
 * Runs `work` while holding the named lock in `dir`. A lock whose owner has died is taken over.
 *
 * @throws when the lock is not free within ten minutes (the longest set-up holds it for two or three).
 */
export async function withLock<T>(dir: string, name: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dir, { recursive: true });
  const file = path.join(dir, `${name}.lock`);
  await waitFor(`the lock ${file}`, () => tryLock(file), { timeoutMs: 600_000, intervalMs: 100 });
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    const owner = readOwner(file);
    if (owner !== undefined && !pidAlive(owner)) rmSync(file, { force: true });
    return false;
  }
}

/** The owner's process id; undefined while the file is being written or has just gone. */
function readOwner(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
