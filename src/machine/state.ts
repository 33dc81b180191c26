import { createHash } from "node:crypto";
import { appendFile, mkdir, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { errorCode } from "../core/base/errors";
import type { DeploymentRecord, Journal, RecordLock } from "../core/ports/machine";
import { isAlive } from "./alive";
import { systemClock } from "./clock";
import { readIfThere, writeWhole } from "./workspace";

/** Where Slipway keeps its own notes, shared by editor and command line. */
export function stateFolder(): string {
  const stated = process.env["SLIPWAY_STATE_DIR"];
  if (stated) return stated;
  if (process.platform === "win32") return path.join(process.env["LOCALAPPDATA"] ?? os.homedir(), "slipway");
  return path.join(process.env["XDG_STATE_HOME"] ?? path.join(os.homedir(), ".local", "state"), "slipway");
}

/** What one deployment is known by. The endpoint is in it too: a sandbox's account is not AWS's of the same number. */
export interface RecordKey {
  account: string;
  region: string;
  application: string;
  environment: string;
  endpoint: string;
}

interface Holder {
  pid: number;
  host: string;
}

const followMilliseconds = 200;

/** Journal, lock and event log of one application in one account, in a folder of its own. */
export function deploymentRecord(key: RecordKey, root = stateFolder()): DeploymentRecord {
  const name = `${key.application}-${key.environment}-${createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 12)}`;
  const folder = path.join(root, "deployments", name);
  const files = {
    journal: path.join(folder, "journal.json"),
    lock: path.join(folder, "lock"),
    events: path.join(folder, "events.jsonl"),
  };
  const empty = (): Journal => ({ created: {} });
  return {
    async readJournal() {
      try {
        return { ...empty(), ...(JSON.parse((await readIfThere(files.journal)) ?? "{}") as Partial<Journal>) };
      } catch {
        // Half a journal is no journal: AWS is the state.
        return empty();
      }
    },
    writeJournal: (journal) => writeWhole(files.journal, JSON.stringify(journal), 0o600),
    clearJournal: () => rm(files.journal, { force: true }),
    isLocked: () => isHeld(files.lock),
    lock: () => takeLock(folder, files.lock, files.events),
    follow: (signal) => follow(files, signal),
  };
}

async function takeLock(folder: string, lock: string, events: string): Promise<RecordLock | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = await open(lock, "wx", 0o600);
      await handle.writeFile(JSON.stringify({ pid: process.pid, host: os.hostname() } satisfies Holder));
      await handle.close();
      await writeFile(events, "", { mode: 0o600 });
      return heldLock(lock, events);
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
      if (await isHeld(lock)) return undefined;
      // Its holder was killed.
      await rm(lock, { force: true });
    }
  }
  return undefined;
}

function heldLock(lock: string, events: string): RecordLock {
  let writing: Promise<void> = Promise.resolve();
  return {
    append(event) {
      const line = `${JSON.stringify(event)}\n`;
      // A full disk must not fail the deployment: the log serves those who follow it.
      writing = writing.then(() => appendFile(events, line)).catch(() => undefined);
    },
    async release() {
      await writing;
      await rm(lock, { force: true });
    },
  };
}

async function isHeld(lock: string): Promise<boolean> {
  const text = await readIfThere(lock);
  if (text === undefined) return false;
  let holder: Holder;
  try {
    holder = JSON.parse(text) as Holder;
  } catch {
    // Between making and writing it; a lock that stays empty is nobody's.
    const age = await stat(lock).then(
      (entry) => Date.now() - entry.mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    return age < 5000;
  }
  if (holder.host !== os.hostname()) return true;
  return isAlive(holder.pid);
}

async function* follow(files: { lock: string; events: string }, signal: AbortSignal): AsyncIterable<unknown> {
  let offset = 0;
  let rest = "";
  for (;;) {
    // Asked before reading: what the holder wrote last is still read.
    const held = await isHeld(files.lock);
    const content = await readFile(files.events).catch(() => Buffer.alloc(0));
    rest += content.subarray(offset).toString("utf8");
    offset = content.length;
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as unknown;
    if (!held) return;
    await systemClock.sleep(followMilliseconds, signal);
  }
}
