/**
 * Every file of a workspace is read and written here, and nowhere else (a lint rule looks): a folder that somebody else
 * made may hold links to anywhere, pipes that never end, devices, and files that fill the memory. What is read lies
 * inside the folder once links are resolved, is a regular file of a size that such a file has, and is text.
 */
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync, type Stats } from "node:fs";
import { open, readdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { decodeText } from "../core/base/decodeText";
import { errorCode, SlipwayError } from "../core/base/errors";
import { isAlive } from "./alive";
import { atPath } from "../core/base/fileErrors";
import { makeFolder } from "./makeFolder";

/** More than any file that people write by hand, and little enough to be parsed at once. */
const largestFile = 2 * 1024 * 1024;

/** Never waiting for the other end of a pipe. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

const isAbsent = (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes(errorCode(error));

/** Where a path leads to. */
export interface Place {
  /** Absolute, links resolved as far as it exists. */
  real: string;
  /** Whether that is the folder, or below it. */
  isInside: boolean;
}

/** True where a path is a folder or below it; both absolute and without links. */
export function isWithin(folder: string, file: string): boolean {
  const name = path.relative(folder, file);
  return !path.isAbsolute(name) && name.split(path.sep)[0] !== "..";
}

/** Links resolved as far as there is something. */
async function resolved(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    const parent = path.dirname(file);
    if (!isAbsent(error) || parent === file) throw error;
    return path.join(await resolved(parent), path.basename(file));
  }
}

/** The same, without waiting. */
export function resolvedSync(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    const parent = path.dirname(file);
    if (!isAbsent(error) || parent === file) throw error;
    return path.join(resolvedSync(parent), path.basename(file));
  }
}

/** A path of slipway.json: from its folder, or from the home folder. */
export const absolutePath = (root: string, name: string): string =>
  path.resolve(root, name.replace(/^~(?=[/\\]|$)/, os.homedir()));

/** Where a name of slipway.json, a Compose file or the command line leads from a folder. */
export async function placeOf(root: string, name: string): Promise<Place> {
  const at = absolutePath(root, name);
  try {
    const [folder, real] = await Promise.all([resolved(path.resolve(root)), resolved(at)]);
    return { real, isInside: isWithin(folder, real) };
  } catch (error) {
    throw unreadableFile(name, error);
  }
}

/** @param does what is not done with it, e.g. "read" */
export function outsideWorkspace(name: string, real: string, does: "read" | "write"): SlipwayError {
  return new SlipwayError({
    code: "OutsideWorkspace",
    summary: `${name} is outside of the workspace folder, so Slipway does not ${does} it.`,
    evidence: [`It leads to ${real}.`],
    remedy: "Put the file into the folder, or deploy from a folder that holds it too.",
    actions: ["openConfig"],
  });
}

function unreadableFile(name: string, error: unknown): SlipwayError {
  const code = errorCode(error);
  return new SlipwayError(
    {
      code: "FileUnreadable",
      summary: `${name} cannot be read${code ? ` (${code})` : ""}.`,
      evidence: error instanceof Error ? [error.message] : [],
      remedy: "Check that the file is there and that you may read it.",
    },
    { cause: error },
  );
}

const kinds: readonly [string, (stat: Stats) => boolean][] = [
  ["a folder", (stat) => stat.isDirectory()],
  ["a pipe", (stat) => stat.isFIFO()],
  ["a socket", (stat) => stat.isSocket()],
  ["a device", (stat) => stat.isCharacterDevice() || stat.isBlockDevice()],
];

function refuseOdd(stat: Stats, name: string, largest: number): void {
  if (!stat.isFile()) {
    const kind = kinds.find(([, is]) => is(stat))?.[0] ?? "something else";
    throw new SlipwayError({
      code: "NotRegularFile",
      summary: `${name} is ${kind} and no file, so Slipway does not read it.`,
      remedy: "Put a file in its place.",
      actions: [],
    });
  }
  if (stat.size > largest) throw tooLarge(name, largest);
}

const tooLarge = (name: string, largest: number): SlipwayError =>
  new SlipwayError({
    code: "FileTooLarge",
    summary: `${name} is larger than ${largest / 1024 / 1024} MB, which is more than Slipway reads of such a file.`,
    remedy: "Check that it is the right file, and make it smaller.",
    actions: [],
  });

/**
 * A regular file, whole; undefined where there is none. Whether it may be read is not asked here.
 * @param name how people know it
 */
export async function readRegular(file: string, name: string, largest = largestFile): Promise<Buffer | undefined> {
  let handle;
  try {
    // Before it is opened: what opening does to a device is its own affair.
    refuseOdd(await stat(file), name, largest);
    handle = await open(file, flags);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error instanceof SlipwayError ? error : unreadableFile(name, error);
  }
  try {
    refuseOdd(await handle.stat(), name, largest);
    // One byte more shows a file that grows while it is read, and one whose size nobody says (/proc).
    const buffer = Buffer.allocUnsafe(largest + 1);
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, bytes, buffer.length - bytes, null);
      bytes += bytesRead;
      if (bytes > largest) throw tooLarge(name, largest);
      if (bytesRead === 0) return Buffer.from(buffer.subarray(0, bytes));
    }
  } catch (error) {
    throw error instanceof SlipwayError ? error : unreadableFile(name, error);
  } finally {
    await handle.close();
  }
}

/** The same without waiting, for what is read between two turns. */
export function readRegularSync(file: string, name: string, largest = largestFile): Buffer | undefined {
  let descriptor: number;
  try {
    refuseOdd(statSync(file), name, largest);
    descriptor = openSync(file, flags);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error instanceof SlipwayError ? error : unreadableFile(name, error);
  }
  try {
    refuseOdd(fstatSync(descriptor), name, largest);
    const buffer = Buffer.allocUnsafe(largest + 1);
    let bytes = 0;
    for (;;) {
      const read = readSync(descriptor, buffer, bytes, buffer.length - bytes, null);
      bytes += read;
      if (bytes > largest) throw tooLarge(name, largest);
      if (read === 0) return Buffer.from(buffer.subarray(0, bytes));
    }
  } catch (error) {
    throw error instanceof SlipwayError ? error : unreadableFile(name, error);
  } finally {
    closeSync(descriptor);
  }
}

export interface ReadOptions {
  /**
   * A folder of which files may be read too, although it is not the workspace's: a build context that lies above it.
   */
  also?: string | undefined;
  /** What is no UTF-8 is no error. */
  lenient?: boolean;
}

/** The text of a file of a workspace; undefined where there is none. */
export async function readWorkspaceFile(
  root: string,
  name: string,
  { also, lenient = false }: ReadOptions = {},
): Promise<string | undefined> {
  const { real, isInside } = await placeOf(root, name);
  if (!isInside && !(also !== undefined && isWithin((await placeOf(root, also)).real, real)))
    throw outsideWorkspace(name, real, "read");
  const bytes = await readRegular(real, name);
  return bytes && decodeText(bytes, name, lenient);
}

/** Writes a file of a workspace whole or not at all; where a link stands, what it points to. */
export async function writeWorkspaceFile(root: string, name: string, content: string): Promise<void> {
  const { real, isInside } = await placeOf(root, name);
  if (!isInside) throw outsideWorkspace(name, real, "write");
  const there = await stat(real).catch(() => undefined);
  if (there) refuseOdd(there, name, Infinity);
  await writeWhole(real, content);
}

/** Names of what is in a folder of a workspace; empty where there is none. */
export async function listWorkspaceFolder(root: string, name: string): Promise<string[]> {
  const { real, isInside } = await placeOf(root, name);
  return isInside ? readdir(real).catch(() => []) : [];
}

/** A file that the person named on the command line: regular, limited, text; wherever it is. */
export async function readNamedFile(file: string): Promise<string | undefined> {
  const bytes = await readRegular(file, file);
  return bytes && decodeText(bytes, file);
}

/** Whether something is a folder; false where there is nothing. */
export const isFolderAt = (at: string): boolean => statSync(at, { throwIfNoEntry: false })?.isDirectory() === true;

/** Writes a file whole or not at all. */
export async function writeWhole(file: string, content: string, mode?: number): Promise<void> {
  // What the owner alone may read is in a folder that nobody else looks into.
  await makeFolder(path.dirname(file), mode === undefined ? undefined : 0o700);
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

/** Whoever writes is done by then: a number may be another process's, or of one in another container. */
const unfinishedMilliseconds = { gone: 10_000, any: 86_400_000 };

/** Removes what processes that were killed in the middle of writing this file left beside it. */
async function sweep(file: string): Promise<void> {
  const folder = path.dirname(file);
  // Both times are the file system's: a network's clock need not be this machine's.
  const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = name.startsWith(`${path.basename(file)}.`) ? /\.(\d+)\.\w+\.tmp$/.exec(name)?.[1] : undefined;
    if (pid === undefined) continue;
    const left = path.join(folder, name);
    const age = written - (statSync(left, { throwIfNoEntry: false })?.mtimeMs ?? written);
    const { gone, any } = unfinishedMilliseconds;
    if (age > any || (age > gone && !isAlive(Number(pid)))) await rm(left, { force: true });
  }
}
