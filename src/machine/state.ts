import { createHash } from "node:crypto";
import { open, readFile, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { atPath } from "../core/base/fileErrors";
import type { DeploymentRecord, Journal, RecordLock } from "../core/ports/machine";
import { systemClock } from "./clock";
import { Lives } from "./life";
import { makeFolder } from "./makeFolder";
import { HolderWatch, holderOf, isHeld, newestLock, takeLock } from "./lock";
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

const followMilliseconds = 200;

const livesOf = new Map<string, Lives>();

/** The proofs of life of a state folder: one socket for each process, whatever it holds. */
export function livesIn(root = stateFolder(), silentMilliseconds?: number): Lives {
  const known = livesOf.get(root) ?? new Lives(root, silentMilliseconds);
  livesOf.set(root, known);
  return known;
}

/** Journal, lock and event log of one application in one account, in a folder of its own. */
export function deploymentRecord(key: RecordKey, root = stateFolder()): DeploymentRecord {
  const name = `${key.application}-${key.environment}-${createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 12)}`;
  const folder = path.join(root, "deployments", name);
  const files = { journal: path.join(folder, "journal.json"), events: path.join(folder, "events.jsonl") };
  const lives = livesIn(root);
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
    async isLocked(signal) {
      const lock = await newestLock(folder);
      return lock !== undefined && (await isHeld(lock, lives, signal));
    },
    async holder() {
      const lock = await newestLock(folder);
      const holder = lock && (await holderOf(lock.file));
      return holder && { pid: holder.pid, host: holder.host, file: lock.file };
    },
    lock: (signal) => takeRecord(folder, files.events, lives, signal),
    follow: (signal, { ended } = { ended: false }) =>
      ended ? eventsOfLast(files.events) : follow(folder, files.events, lives, signal),
  };
}

/** The first line of an event log: whose it is. */
interface LogHeader {
  lock: number;
}

async function takeRecord(
  folder: string,
  events: string,
  lives: Lives,
  signal?: AbortSignal,
): Promise<RecordLock | undefined> {
  await makeFolder(folder, 0o700);
  const held = await takeLock(folder, lives, signal);
  if (!held) return undefined;
  try {
    const log = await openLog(events, { lock: held.number });
    let writing: Promise<unknown> = Promise.resolve();
    return {
      append(event) {
        const line = `${JSON.stringify(event)}\n`;
        // A full disk must not fail the deployment: the log serves those who follow it.
        writing = writing.then(() => log.appendFile(line)).catch(() => undefined);
      },
      async release() {
        await writing;
        await log.close().catch(() => undefined);
        await held.release();
      },
    };
  } catch (error) {
    await held.release();
    throw error;
  }
}

/** A new log in the place of the last one; who still writes to that one writes to nobody. */
async function openLog(events: string, header: LogHeader) {
  const line = `${JSON.stringify(header)}\n`;
  const draft = `${events}.new`;
  try {
    await writeFile(draft, line, { mode: 0o600 });
    await rename(draft, events);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    // Windows replaces no file that somebody reads at this moment.
    if (process.platform !== "win32") throw atPath(events, error, draft);
    await writeFile(events, line, { mode: 0o600 });
  }
  return open(events, "a", 0o600);
}

/** The whole lines of a log from a byte on, and up to which byte that is. */
function linesFrom(content: Buffer, offset: number): { lines: string[]; end: number } {
  const end = content.lastIndexOf(10) + 1;
  return { lines: content.subarray(offset, Math.max(offset, end)).toString("utf8").split("\n").filter(Boolean), end };
}

const readLog = (events: string): Promise<Buffer> => readFile(events).catch(() => Buffer.alloc(0));

const isHeader = (line: string | undefined, lock: number): boolean => line === JSON.stringify({ lock });

async function* follow(folder: string, events: string, lives: Lives, signal: AbortSignal): AsyncIterable<unknown> {
  const lock = await newestLock(folder);
  if (!lock || !(await isHeld(lock, lives, signal))) return;
  const watch = new HolderWatch(lock, lives);
  for (let offset = 0; ; ) {
    // Asked before reading: what the holder wrote last is still read.
    const isLatest = (await newestLock(folder))?.number === lock.number;
    const isOver = !isLatest || (await watch.look()) === false;
    const content = await readLog(events);
    const [header] = linesFrom(content, 0).lines;
    // A log of before this lock is none of its events; one of after it is somebody else's.
    if (isHeader(header, lock.number)) {
      const { lines, end } = linesFrom(content, offset);
      for (const line of offset === 0 ? lines.slice(1) : lines) yield JSON.parse(line) as unknown;
      offset = Math.max(offset, end);
    }
    if (isOver) return;
    await systemClock.sleep(followMilliseconds, signal);
  }
}

async function* eventsOfLast(events: string): AsyncIterable<unknown> {
  for (const line of linesFrom(await readLog(events), 0).lines) {
    const event = JSON.parse(line) as { type?: unknown };
    if (event.type !== undefined) yield event;
  }
}
