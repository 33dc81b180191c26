/** What of a folder a builder gets, with what the file system says of each entry. */
import { lstatSync, readdirSync, type Dirent, type Stats } from "node:fs";
import { isGone, missingContext, unreadable } from "./contextErrors";
import type { FolderMatches, IgnoreFile } from "./ignore";
import type { Turns } from "./turns";

/** A path: text, or bytes where the name is not UTF-8. */
export type AnyPath = string | Buffer;

export interface ContextEntry {
  /** Relative to the context, with forward slashes; U+FFFD stands for what is not UTF-8. */
  name: string;
  /** `name` as it is: bytes where it is not UTF-8. */
  exact: AnyPath;
  /** Absolute. */
  at: AnyPath;
  kind: "file" | "folder" | "link" | "fifo" | "device";
  stat: Stats;
}

export interface Walk {
  ignore: IgnoreFile;
  /** Whether the builder looks into a folder that is left out. */
  enters: (folder: string) => boolean;
  leavesOut: (name: string) => boolean;
  turns: Turns;
}

/** What is done with an entry; a promise only where it takes long, since there are many. */
export type Visit = (entry: ContextEntry) => Promise<void> | void;

/**
 * Visits everything that is sent, a folder before what is in it, sorted by name. Sockets are what no builder sends. What
 * goes away meanwhile is not visited.
 */
export async function walkContext(folder: string, walk: Walk, visit: Visit): Promise<void> {
  await within({ name: "", exact: "", at: folder }, undefined, walk, visit);
}

type Place = Pick<ContextEntry, "name" | "exact" | "at">;

async function within(folder: Place, above: FolderMatches | undefined, walk: Walk, visit: Visit): Promise<void> {
  const { turns } = walk;
  for (const child of childrenOf(folder)) {
    const { name, isFolder } = child;
    const { ignored, matches } = walk.ignore.look(name, above, isFolder);
    if (ignored && !(isFolder && walk.enters(name))) continue;
    if (walk.leavesOut(name)) continue;
    if (turns.over) await turns.give();
    const entry = entryOf(child);
    if (entry?.kind !== "folder") {
      if (!entry) continue;
      const visited = visit(entry);
      if (visited) await visited;
      continue;
    }
    // A folder that is left out comes along only with what an exception takes back in it.
    let visitFolder: (() => Promise<void> | void) | undefined = () => visit(entry);
    if (!ignored) await visitFolder();
    const visitInner: Visit = async (each) => {
      const first = visitFolder;
      visitFolder = undefined;
      await first?.();
      await visit(each);
    };
    await within(child, matches, walk, ignored ? visitInner : visit);
  }
}

type Child = Place & { isFolder: boolean };

function childrenOf(folder: Place): Child[] {
  const prefix = folder.name === "" ? "" : `${folder.name}/`;
  try {
    if (typeof folder.at === "string") {
      const entries = readdirSync(folder.at, { withFileTypes: true });
      if (!entries.some(({ name }) => name.includes("\uFFFD"))) {
        const at = `${folder.at}/`;
        return entries
          .sort((a, b) => (a.name < b.name ? -1 : 1))
          .map((entry) => {
            const name = prefix + entry.name;
            return { name, exact: name, at: at + entry.name, isFolder: entry.isDirectory() };
          });
      }
    }
    const entries = readdirSync(folder.at, { withFileTypes: true, encoding: "buffer" }) as unknown as Dirent<Buffer>[];
    return entries
      .sort((a, b) => Buffer.compare(a.name, b.name))
      .map((entry) => {
        const exact = joined(folder.exact, entry.name);
        const at = joined(folder.at, entry.name);
        return { name: prefix + entry.name.toString(), exact, at, isFolder: entry.isDirectory() };
      });
  } catch (error) {
    if (isGone(error)) {
      if (folder.name === "") throw missingContext(folder.at.toString());
      return [];
    }
    throw unreadable(folder.name === "" ? folder.at.toString() : folder.name, error);
  }
}

/** Text as long as it is UTF-8. */
function joined(folder: AnyPath, name: Buffer): AnyPath {
  const text = name.toString();
  if (typeof folder === "string" && Buffer.from(text).equals(name)) return folder === "" ? text : `${folder}/${text}`;
  const parts = [Buffer.from(folder), Buffer.from("/"), name];
  return Buffer.concat(folder.length === 0 ? parts.slice(2) : parts);
}

/** Undefined where it is gone, or what no builder sends. */
function entryOf({ name, exact, at }: Child): ContextEntry | undefined {
  try {
    const stat = lstatSync(at, { throwIfNoEntry: false });
    const kind = stat && kindOf(stat);
    return kind && { name, exact, at, kind, stat };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw unreadable(name, error);
  }
}

function kindOf(stat: Stats): ContextEntry["kind"] | undefined {
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "folder";
  if (stat.isSymbolicLink()) return "link";
  if (stat.isFIFO()) return "fifo";
  return stat.isBlockDevice() || stat.isCharacterDevice() ? "device" : undefined;
}
