/**
 * The lock of one application's deployments: files `lock.1`, `lock.2`, … of which the highest says whose turn it is.
 *
 * One is made whole or not at all, and never written over: of many that find the same dead one, only one makes the
 * next.
 * A released one stays, emptied, until there is a next: whoever was slow then still sees that it is not the highest.
 */
import { randomBytes } from "node:crypto";
import { link, open, readdir, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { errorCode } from "../core/base/errors";
import { atPath } from "../core/base/fileErrors";
import { systemClock } from "./clock";
import type { Lives } from "./life";
import { readIfThere } from "./workspace";

/** A holder under another kernel is believed by its beats alone. */
const beatMilliseconds = 2000;
const lookMilliseconds = 200;
/** Each time that somebody else was quicker. */
const mostTries = 50;

export interface Holder {
  /** For people who look; what counts is the proof. */
  pid: number;
  host: string;
  life: string;
}

interface LockFile {
  readonly number: number;
  readonly file: string;
}

export interface Held {
  readonly number: number;
  release(): Promise<void>;
}

/** Links are what makes a file whole at once; some file systems have none. */
const withoutLinks = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL", "EMLINK", "EXDEV"];

const numberOf = (name: string): number => Number(/^lock\.(\d+)$/.exec(name)?.[1] ?? 0);

/** The highest lock file of a folder, released or not; undefined where there is none. */
export async function newestLock(folder: string): Promise<LockFile | undefined> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  });
  const number = Math.max(0, ...names.map(numberOf));
  return number === 0 ? undefined : { number, file: path.join(folder, `lock.${number}`) };
}

/** Looks at a lock file time and again: does its holder live? */
export class HolderWatch {
  private beat: number | undefined;
  private since = systemClock.elapsed();
  private heard = false;

  constructor(
    private readonly lock: LockFile,
    private readonly lives: Lives,
  ) {}

  /** Undefined while it cannot be said yet. */
  async look(): Promise<boolean | undefined> {
    const holder = await holderOf(this.lock.file);
    if (!holder) return false;
    const proof = await this.lives.prove(holder.life);
    if (proof !== "unknown") return proof === "alive";
    const beat = await beatOf(this.lock.file);
    if (this.beat !== undefined && beat !== this.beat) [this.heard, this.since] = [true, systemClock.elapsed()];
    this.beat = beat;
    if (systemClock.elapsed() - this.since > this.lives.silentMilliseconds) return false;
    return this.heard ? true : undefined;
  }
}

/**
 * Whether a living process holds this lock. At once for a process of this machine, within some seconds for another's.
 */
export async function isHeld(lock: LockFile, lives: Lives, signal?: AbortSignal): Promise<boolean> {
  const watch = new HolderWatch(lock, lives);
  for (;;) {
    const held = await watch.look();
    if (held !== undefined) return held;
    await systemClock.sleep(lookMilliseconds, signal);
  }
}

/** Takes the lock of a folder; undefined where a living process holds it. */
export async function takeLock(folder: string, lives: Lives, signal?: AbortSignal): Promise<Held | undefined> {
  const holder: Holder = { pid: process.pid, host: os.hostname(), life: await lives.token() };
  for (let tries = 0; tries < mostTries; tries++) {
    const before = await newestLock(folder);
    if (before && (await isHeld(before, lives, signal))) return undefined;
    const number = (before?.number ?? 0) + 1;
    const file = path.join(folder, `lock.${number}`);
    if (!(await makeWhole(file, JSON.stringify(holder)))) continue;
    const after = await newestLock(folder);
    // Where there are no links, the one before may have been empty since it was just being written.
    const isFirst = after?.number === number && !(before && (await isHeld(before, lives, signal)));
    if (isFirst) {
      await removeOthers(folder, number);
      return held(file, number);
    }
    await rm(file, { force: true });
    await systemClock.sleep(Math.random() * lookMilliseconds, signal);
  }
  return undefined;
}

function held(file: string, number: number): Held {
  const beating = setInterval(() => {
    const now = new Date();
    void utimes(file, now, now).catch(() => undefined);
  }, beatMilliseconds).unref();
  return {
    number,
    async release() {
      clearInterval(beating);
      // It takes no room on the disk, so that a full one keeps nobody's lock. The folder may be gone.
      await truncate(file, 0).catch(() => undefined);
    },
  };
}

/** Whom a lock file names; undefined for one that is released. */
export async function holderOf(file: string): Promise<Holder | undefined> {
  try {
    const holder = JSON.parse((await readIfThere(file)) ?? "") as Partial<Holder>;
    return typeof holder.life === "string" ? (holder as Holder) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Opened before it is asked: a network's file system then asks its server. */
async function beatOf(file: string): Promise<number> {
  const handle = await open(file, "r").catch(() => undefined);
  if (!handle) return 0;
  try {
    return (await handle.stat()).mtimeMs;
  } finally {
    await handle.close();
  }
}

/** False where the file is there already. */
async function makeWhole(file: string, content: string): Promise<boolean> {
  const draft = path.join(path.dirname(file), `.lock-${randomBytes(6).toString("hex")}`);
  try {
    await writeFile(draft, content, { mode: 0o600, flag: "wx" });
    await link(draft, file);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    if (!withoutLinks.includes(errorCode(error))) throw atPath(file, error, draft);
    return await makeExclusively(file, content);
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

async function makeExclusively(file: string, content: string): Promise<boolean> {
  try {
    await writeFile(file, content, { mode: 0o600, flag: "wx" });
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    // It was made, and there was no room for what it has to say.
    const size = await stat(file).then(
      (entry) => entry.size,
      () => undefined,
    );
    if (size === 0) await rm(file, { force: true });
    throw atPath(file, error);
  }
}

/** Those before, the lock of earlier versions, and drafts of who was killed. */
async function removeOthers(folder: string, number: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (name === "lock" || /^\.lock-/.test(name) || (numberOf(name) > 0 && numberOf(name) < number))
      if (!(await isYoungDraft(path.join(folder, name), name))) await rm(path.join(folder, name), { force: true });
}

const isYoungDraft = async (file: string, name: string): Promise<boolean> =>
  name.startsWith(".lock-") &&
  (await stat(file).then(
    ({ mtimeMs }) => Math.abs(Date.now() - mtimeMs) < 60_000,
    () => false,
  ));
