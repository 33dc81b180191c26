/** The build context as it is at one moment, in a folder that nobody else writes: what the engine gets. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fchmodSync,
  futimesSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
  type Stats,
} from "node:fs";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { errorCode } from "../core/base/errors";
import type { ContextSnapshot, SourceRequest } from "../core/ports/machine";
import { makeFolder } from "./makeFolder";
import { contentReader, digestOf, openContext, type ContextReader } from "./context";
import { noSpaceForSnapshot, unreadable } from "./contextErrors";
import type { AnyPath, ContextEntry } from "./contextWalk";
import { readContent, type Sink } from "./fileContent";
import type { Turns } from "./turns";

/** Copies of this process that were not removed yet. */
const living = new Set<string>();

// Whoever ends takes them along; what is killed leaves them to the next that comes.
process.once("exit", () => {
  for (const folder of living) removeTree(folder);
});

/** Proof of which processes live. */
export interface Lives {
  /** By which others ask for this process. */
  token(): Promise<string>;
  prove(token: string): Promise<"alive" | "dead" | "unknown">;
}

/**
 * Copies what the builder is to get. The digest is of the bytes that were copied, as they were copied.
 * @param state the folder that the copy is made in
 * @param lives by which others see that the copy is in use; without it only its age tells
 */
export async function takeSnapshot(
  root: string,
  request: SourceRequest,
  reader: ContextReader,
  state: string,
  turns: Turns,
  lives?: Lives,
): Promise<ContextSnapshot> {
  const context = openContext(root, request, reader, turns);
  const owner = lives ? await lives.token() : "copy";
  const folder = path.join(state, `${owner}-${randomBytes(6).toString("hex")}`);
  const discard = async () => {
    await rm(folder, { recursive: true, force: true }).catch(() => removeTree(folder));
    living.delete(folder);
  };
  try {
    makeFolder(folder);
    living.add(folder);
    const copy = new Copy(path.join(folder, "context"));
    const contentOf = contentReader(context, (entry) => copy.file(entry, turns), copy);
    const source = await digestOf(request, context, contentOf, (entry, target) => copy.other(entry, target));
    const { dockerfileName, dockerfile, ignoreFile } = context;
    let dockerfileAt = path.join(folder, "dockerfile", path.basename(request.dockerfile));
    if (reader.builder === "classic" && dockerfileName !== undefined) {
      // It gets both files always, and takes out of the context itself what .dockerignore says.
      dockerfileAt = copy.besides(dockerfileName, dockerfile);
      if (ignoreFile?.name !== undefined) copy.besides(ignoreFile.name, ignoreFile.content);
    } else {
      if (reader.builder === "classic" && ignoreFile?.name !== undefined)
        copy.besides(ignoreFile.name, ignoreFile.content);
      mkdirSync(path.dirname(dockerfileAt));
      writeFileSync(dockerfileAt, dockerfile);
      writeFileSync(`${dockerfileAt}.dockerignore`, "# What is here is what is to be sent.\n");
    }
    copy.finish();
    return { ...source, context: copy.root, dockerfile: dockerfileAt, discard };
  } catch (error) {
    await discard();
    throw errorCode(error) === "ENOSPC" ? noSpaceForSnapshot(state) : error;
  }
}

/**
 * Removes the copies of processes that are proved to be gone, and what was not used for a month. Where nothing can be
 * proved, as of a process under another kernel or of an earlier version, its age tells.
 */
export async function sweepSnapshots(state: string, lives: Lives | undefined): Promise<void> {
  for (const name of await readdir(state).catch(() => [])) {
    const at = path.join(state, name);
    const days = (Date.now() - (statSync(at, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())) / 86_400_000;
    if (/\.(hashes|tmp)$/.test(name)) {
      if (days > (name.endsWith(".tmp") ? 1 : 30)) await rm(at, { force: true });
      continue;
    }
    const life = /^([0-9a-f]{16}[a-z])-/.exec(name)?.[1];
    const proof = life === undefined ? "unknown" : ((await lives?.prove(life)) ?? "unknown");
    if (proof === "dead" || (proof === "unknown" && days > 2)) removeTree(at);
  }
}

class Copy {
  private readonly folders: { at: AnyPath; stat: Stats }[] = [];

  constructor(readonly root: string) {
    mkdirSync(root);
  }

  async file(entry: ContextEntry, turns: Turns): Promise<{ hash: string; bytes: number } | undefined> {
    const at = this.place(entry.exact);
    let descriptor: number | undefined;
    const close = () => {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    };
    const sink: Sink = {
      begin() {
        close();
        descriptor = openSync(at, "w", 0o600);
      },
      write(chunk) {
        for (let from = 0; from < chunk.length; ) from += writeSync(descriptor ?? -1, chunk, from);
      },
    };
    try {
      const content = await readContent(entry, turns, sink);
      if (content && descriptor !== undefined) {
        // The mode is the one that the digest was told of.
        fchmodSync(descriptor, entry.stat.mode & 0o7777);
        futimesSync(descriptor, content.stat.atimeMs / 1000, content.stat.mtimeMs / 1000);
      } else if (!content) rmSync(at, { force: true });
      return content;
    } finally {
      close();
    }
  }

  fixed(entry: ContextEntry, content: Buffer): void {
    const at = this.place(entry.exact);
    writeFileSync(at, content, { mode: 0o600 });
    chmodSync(at, entry.stat.mode & 0o7777);
    utimesSync(at, entry.stat.atimeMs / 1000, entry.stat.mtimeMs / 1000);
  }

  linked(entry: ContextEntry, first: ContextEntry): void {
    linkSync(this.place(first.exact), this.place(entry.exact));
  }

  other(entry: ContextEntry, target: Buffer | undefined): void {
    const at = this.place(entry.exact);
    if (entry.kind === "folder") {
      mkdirSync(at, { mode: 0o700 });
      this.folders.push({ at, stat: entry.stat });
    } else if (target) {
      link(target, at);
      lutimesSync(at, entry.stat.atimeMs / 1000, entry.stat.mtimeMs / 1000);
    } else special(entry, at);
  }

  /** A file that is there for the builder, whether it is of the context or not. */
  besides(name: string, content: Buffer): string {
    const at = path.join(this.root, name);
    if (!lstatSync(at, { throwIfNoEntry: false })) {
      mkdirSync(path.dirname(at), { recursive: true });
      writeFileSync(at, content);
    }
    return at;
  }

  /** Folders last, the inner ones first: what is written into one changes its time, and its mode may forbid it. */
  finish(): void {
    for (const { at, stat } of this.folders.reverse()) {
      chmodSync(at, stat.mode & 0o7777);
      utimesSync(at, stat.atimeMs / 1000, stat.mtimeMs / 1000);
    }
  }

  private place(exact: AnyPath): AnyPath {
    return typeof exact === "string"
      ? `${this.root}/${exact}`
      : Buffer.concat([Buffer.from(`${this.root}/`), Buffer.from(exact)]);
  }
}

/** Where Windows lets nobody make a link, it lets everybody make a junction, which is what stands there then. */
function link(target: Buffer, at: AnyPath): void {
  if (process.platform !== "win32") return symlinkSync(target, at);
  try {
    symlinkSync(target.toString(), at);
  } catch (error) {
    if (errorCode(error) !== "EPERM") throw error;
    symlinkSync(target.toString(), at, "junction");
  }
}

/** Pipes and devices are sent as what they are; Node has no call that makes one. */
function special({ name, kind, stat }: ContextEntry, at: AnyPath): void {
  const device = [String((stat.rdev >> 8) & 0xfff), String((stat.rdev & 0xff) | ((stat.rdev >> 12) & 0xfff00))];
  const [program, ...args] =
    kind === "fifo" ? ["mkfifo", at.toString()] : ["mknod", at.toString(), stat.isBlockDevice() ? "b" : "c", ...device];
  const made = spawnSync(program ?? "", args, { encoding: "utf8" });
  if (made.status !== 0) throw unreadable(name, made.error ?? new Error(made.stderr.trim()));
  chmodSync(at, stat.mode & 0o7777);
}

/** Folders that their owner may not write to are no reason to leave something behind. */
function removeTree(folder: string): void {
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    remove();
  } catch {
    const open = (at: Buffer): void => {
      chmodSync(at, 0o700);
      for (const entry of readdirSync(at, { withFileTypes: true, encoding: "buffer" }))
        if (entry.isDirectory()) open(Buffer.concat([at, Buffer.from("/"), entry.name as unknown as Buffer]));
    };
    try {
      open(Buffer.from(folder));
      remove();
    } catch {
      // The next run tries again.
    }
  }
}
