/** A file of the context read once: what was read is what is hashed, and what is copied. */
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { isGone, unreadable } from "./contextErrors";
import type { ContextEntry } from "./contextWalk";
import type { Turns } from "./turns";

/** Takes a file as it is read; a file that changed meanwhile is begun anew. */
export interface Sink {
  begin(stat: Stats): void;
  write(chunk: Uint8Array): void;
}

export interface FileContent {
  hash: string;
  bytes: number;
  /** As it was opened. */
  stat: Stats;
  /** False where it changed while it was read, each time that it was tried. */
  steady: boolean;
}

// Handed on before anything waits, so one is enough.
const chunk = Buffer.allocUnsafe(1 << 20);
const tries = 3;
/** Never through a link that came there meanwhile, and never waiting for the other end of a pipe. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads as much as the file had when it was opened: of a log that grows this is a state that it had.
 * @returns undefined where it is no file (any more)
 */
export async function readContent(entry: ContextEntry, turns: Turns, sink?: Sink): Promise<FileContent | undefined> {
  for (let left = tries; ; left--) {
    const descriptor = opened(entry);
    if (descriptor === undefined) return undefined;
    try {
      const stat = fstatSync(descriptor);
      if (!stat.isFile()) return undefined;
      sink?.begin(stat);
      const hash = createHash("sha256");
      let bytes = 0;
      while (bytes < stat.size) {
        const read = readChunk(entry.name, descriptor, Math.min(chunk.length, stat.size - bytes));
        if (read === 0) break;
        const part = chunk.subarray(0, read);
        hash.update(part);
        sink?.write(part);
        bytes += read;
        if (turns.over) await turns.give();
      }
      const after = fstatSync(descriptor);
      const steady = after.mtimeMs === stat.mtimeMs && after.size === stat.size && after.ctimeMs === stat.ctimeMs;
      if (steady || after.size > stat.size || left <= 1) {
        turns.count(1, bytes);
        return { hash: hash.digest("hex"), bytes, stat, steady };
      }
    } finally {
      closeSync(descriptor);
    }
  }
}

function readChunk(name: string, descriptor: number, length: number): number {
  try {
    return readSync(descriptor, chunk, 0, length, null);
  } catch (error) {
    throw unreadable(name, error);
  }
}

function opened({ name, at }: ContextEntry): number | undefined {
  try {
    return openSync(at, flags);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw unreadable(name, error);
  }
}
