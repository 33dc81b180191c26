/** Hashes of files that did not change since they were last read, kept from one plan to the next. */
import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync, type Stats } from "node:fs";
import path from "node:path";
import { deserialize, serialize } from "node:v8";
import { makeFolder } from "./makeFolder";
import type { FileContent } from "./fileContent";

/** Changes with what is kept; what another version wrote is no cache. */
const format = 1;
/** A file may change twice within one tick of a file system's clock (two seconds at most): it is read again then. */
const settledMilliseconds = 3000;
/** What a change of content, or of what else a container sees, cannot leave as it was. */
const facts = (stat: Stats) => [stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino, stat.mode];

interface Kept {
  format: number;
  names: string[];
  hashes: string[];
  /** Five to a name. */
  facts: Float64Array;
}

interface Known {
  hash: string;
  facts: ArrayLike<number>;
  at: number;
}

/** One scan's view: what the scans before it knew, and what it sees itself. */
export interface HashScan {
  find(name: string, stat: Stats): string | undefined;
  note(name: string, content: FileContent): void;
  /** Keeps what was asked for or noted, and forgets all else. */
  save(): void;
}

export class FileHashes {
  private readonly folders = new Map<string, Map<string, Known>>();

  /** @param state where they outlive this process; kept in memory alone when absent */
  constructor(private readonly state?: string) {}

  /** @param context absolute */
  scan(context: string): HashScan {
    const file = this.fileOf(context);
    const known = this.folders.get(context) ?? (file === undefined ? new Map<string, Known>() : read(file));
    const seen = new Map<string, Known>();
    let changed = false;
    const began = Date.now();
    return {
      find(name, stat) {
        const before = known.get(name);
        if (!before || !same(before, stat)) return undefined;
        seen.set(name, before);
        return before.hash;
      },
      note(name, { hash, stat, steady }) {
        if (!steady || Math.max(stat.mtimeMs, stat.ctimeMs) > began - settledMilliseconds) return;
        seen.set(name, { hash, facts: facts(stat), at: 0 });
        changed = true;
      },
      save: () => {
        this.folders.set(context, seen);
        if (file !== undefined && (changed || seen.size !== known.size)) write(file, seen);
      },
    };
  }

  private fileOf(context: string): string | undefined {
    if (this.state === undefined) return undefined;
    return path.join(this.state, `${createHash("sha256").update(context).digest("hex").slice(0, 24)}.hashes`);
  }
}

function same({ facts: known, at }: Known, stat: Stats): boolean {
  return (
    known[at] === stat.size &&
    known[at + 1] === stat.mtimeMs &&
    known[at + 2] === stat.ctimeMs &&
    known[at + 3] === stat.ino &&
    known[at + 4] === stat.mode
  );
}

function read(file: string): Map<string, Known> {
  try {
    const kept = deserialize(readFileSync(file)) as Kept;
    if (kept.format !== format || kept.facts.length !== kept.names.length * 5) return new Map();
    return new Map(
      kept.names.map((name, index) => [name, { hash: kept.hashes[index] ?? "", facts: kept.facts, at: index * 5 }]),
    );
  } catch {
    // None, or one that cannot be read: everything is read again.
    return new Map();
  }
}

function write(file: string, seen: ReadonlyMap<string, Known>): void {
  const names = [...seen.keys()];
  const all = new Float64Array(names.length * 5);
  const hashes = [...seen.values()].map(({ hash, facts: each, at }, index) => {
    for (let fact = 0; fact < 5; fact++) all[index * 5 + fact] = each[at + fact] ?? Number.NaN;
    return hash;
  });
  const kept: Kept = { format, names, hashes, facts: all };
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    makeFolder(path.dirname(file));
    writeFileSync(unfinished, serialize(kept), { mode: 0o600 });
    renameSync(unfinished, file);
  } catch {
    // A cache that cannot be kept costs time, nothing else.
    rmSync(unfinished, { force: true });
  }
}
