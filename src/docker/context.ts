import { createHash, type Hash } from "node:crypto";
import { existsSync, readlinkSync, type Stats } from "node:fs";
import path from "node:path";
import type { EngineInfo, SourceDigest, SourceRequest } from "../core/ports/machine";
import { absolutePath, isWithin, outsideWorkspace, readRegularSync, resolvedSync } from "../machine/workspaceFiles";
import { outsideBuild } from "./buildInputs";
import { isGone, missingContext, missingDockerfile, unreadable } from "./contextErrors";
import { walkContext, type AnyPath, type ContextEntry, type Visit } from "./contextWalk";
import { readContent } from "./fileContent";
import type { FileHashes } from "./fileHashes";
import { type Builder, type IgnoreFile, readIgnoreFile } from "./ignore";
import { Turns } from "./turns";

/** Changes with what the digest is made of: images of before are of no known source then. */
const digestVersion = "slipway-context-2";
/** A file that a killed process was still writing, as machine/workspace.ts names it. */
const unfinished = /\.\d+\.\w+\.tmp$/;

/** Who builds, as far as it decides what is sent. */
export interface ContextReader {
  builder: Builder;
  /** Podman has ignore files of its own. */
  name?: EngineInfo["name"];
}

/** What of a source is read before its files: all of it decides what is sent. */
export interface OpenContext {
  /** Absolute. */
  folder: string;
  /** Relative to the context, links followed; undefined where the Dockerfile lies outside. */
  dockerfileName: string | undefined;
  dockerfile: Buffer;
  /** Of the file that was taken: its name in the context where it lies there, and its content. */
  ignoreFile: { name: string | undefined; content: Buffer } | undefined;
  /** Visits what is sent. */
  walk(visit: Visit): Promise<void>;
}

/** What a file holds; undefined where it is gone. A promise only where it has to be read. */
type Content = { hash: string; bytes: number } | undefined;
export type ContentOf = (entry: ContextEntry) => Promise<Content> | Content;

/**
 * A digest of everything that decides what a build makes: the context after .dockerignore as this builder reads it, the
 * Dockerfile, arguments, target and platform. Base images are not in it. Of the files it has what a container sees:
 * names, content, modes, links; not times and owners.
 */
export async function contextDigest(
  root: string,
  request: SourceRequest,
  hashes: FileHashes,
  turns = new Turns(),
  reader: ContextReader = { builder: "buildkit" },
): Promise<SourceDigest> {
  const context = openContext(root, request, reader, turns);
  const scan = hashes.scan(context.folder);
  const read = async (entry: ContextEntry) => {
    const content = await readContent(entry, turns);
    if (content && typeof entry.exact === "string") scan.note(entry.name, content);
    return content;
  };
  const contentOf = contentReader(context, (entry) => {
    const known = typeof entry.exact === "string" ? scan.find(entry.name, entry.stat) : undefined;
    return known === undefined ? read(entry) : { hash: known, bytes: entry.stat.size };
  });
  const digest = await digestOf(request, context, contentOf);
  scan.save();
  return digest;
}

/** Reads what decides what is sent. */
export function openContext(root: string, request: SourceRequest, reader: ContextReader, turns: Turns): OpenContext {
  const folder = absolutePath(root, request.context);
  const file = absolutePath(root, request.dockerfile);
  const { allowed } = request;
  const isInside = (at: string) => isWithin(real(root), real(at));
  if (allowed && !isInside(folder) && !allowed.includes(real(folder)))
    throw outsideBuild(request.context, real(folder));
  if (!isInside(file) && !isWithin(real(folder), real(file)))
    throw outsideWorkspace(request.dockerfile, real(file), "read");
  const dockerfile = readRegularSync(file, request.dockerfile);
  if (!dockerfile) throw missingDockerfile(request.dockerfile);
  if (!existsSync(folder)) throw missingContext(folder);
  const ignoreFile = findIgnoreFile(root, folder, file, reader);
  const leftOut = namesLeftOut(root, folder, request, dockerfile);
  const walk = {
    ignore: ignoreFile.rules,
    enters: (name: string) => ignoreFile.rules.enters(name, reader.builder),
    leavesOut: (name: string) =>
      leftOut.has(name) || (name.endsWith(".tmp") && leftOut.has(name.replace(unfinished, ""))),
    turns,
  };
  const { content } = ignoreFile;
  return {
    folder,
    dockerfileName: nameWithin(real(folder), real(file)),
    dockerfile,
    ignoreFile: content && { name: ignoreFile.path && nameWithin(folder, ignoreFile.path), content },
    walk: (visit) => walkContext(folder, walk, visit),
  };
}

/**
 * What each entry holds. The Dockerfile and the ignore file are what was read of them before, so that what is sent is
 * chosen by the very file that is sent; the second name of a file is a link to the first.
 * @param read what a file holds that is neither
 */
export function contentReader(
  context: OpenContext,
  read: ContentOf,
  writes?: {
    fixed(entry: ContextEntry, content: Buffer): void;
    linked(entry: ContextEntry, first: ContextEntry): void;
  },
): ContentOf {
  const linked = new Map<string, ContextEntry>();
  const readFirst = async (entry: ContextEntry, key: string) => {
    const content = await read(entry);
    if (content) linked.set(key, entry);
    return content;
  };
  return (entry) => {
    const fixed = fixedContent(context, entry);
    if (fixed) {
      writes?.fixed(entry, fixed);
      return { hash: createHash("sha256").update(fixed).digest("hex"), bytes: fixed.length };
    }
    const { nlink, dev, ino } = entry.stat;
    if (nlink < 2) return read(entry);
    const first = linked.get(`${dev}:${ino}`);
    if (!first) return readFirst(entry, `${dev}:${ino}`);
    writes?.linked(entry, first);
    return { hash: `link:${Buffer.from(first.exact).toString("latin1")}`, bytes: 0 };
  };
}

function fixedContent({ dockerfileName, dockerfile, ignoreFile }: OpenContext, { name }: ContextEntry) {
  if (name === dockerfileName) return dockerfile;
  return name === ignoreFile?.name ? ignoreFile.content : undefined;
}

/** @param onOther told of each entry that is no file, with a link's target */
export async function digestOf(
  request: SourceRequest,
  context: OpenContext,
  contentOf: ContentOf,
  onOther?: (entry: ContextEntry, target: Buffer | undefined) => void,
): Promise<SourceDigest> {
  const hash = createHash("sha256");
  add(hash, digestVersion, request.platform, request.target ?? "");
  for (const [name, value] of Object.entries(request.arguments).sort(([a], [b]) => (a < b ? -1 : 1)))
    add(hash, `${name}=${value}`);
  add(hash, createHash("sha256").update(context.dockerfile).digest("hex"));
  let files = 0;
  let bytes = 0;
  const addFile = ({ exact, stat }: ContextEntry, content: Content) => {
    if (!content) return;
    add(hash, exact, `f${visibleMode(stat)}`, content.hash);
    bytes += content.bytes;
    files++;
  };
  await context.walk((entry) => {
    const { kind, stat } = entry;
    if (kind === "file") {
      const content = contentOf(entry);
      return content instanceof Promise ? content.then((read) => addFile(entry, read)) : addFile(entry, content);
    }
    const target = kind === "link" ? targetOf(entry) : undefined;
    if (kind === "link" && !target) return;
    onOther?.(entry, target);
    if (target) add(hash, entry.exact, "l", target);
    else add(hash, entry.exact, `${kind}${visibleMode(stat)}`, kind === "device" ? `${stat.rdev}` : "");
    if (kind !== "folder") files++;
  });
  return { digest: hash.digest("hex"), files, bytes };
}

/**
 * The mode of an entry in the digest: what the builder sends, less what one machine's umask adds to another's. A umask
 * of 002 lets the group write where one of 022 does not, and neither lets everybody: the group's right counts where
 * everybody has it. On Windows files have no modes, and Docker gives them all this one.
 */
export function visibleMode({ mode }: Pick<Stats, "mode">, platform: NodeJS.Platform = process.platform): number {
  if (platform === "win32") return 0o755;
  return mode & (mode & 0o002 ? 0o7777 : 0o7757);
}

/** Lengths keep `ab`+`c` and `a`+`bc` apart. */
function add(hash: Hash, ...fields: AnyPath[]): void {
  let text = "";
  for (const field of fields) {
    if (typeof field === "string") text += `${Buffer.byteLength(field)}:${field}`;
    else {
      hash.update(`${text}${field.length}:`).update(field);
      text = "";
    }
  }
  hash.update(text);
}

/** A link is sent as a link, whatever it points to. */
function targetOf({ name, at }: ContextEntry): Buffer | undefined {
  try {
    return readlinkSync(at, { encoding: "buffer" });
  } catch (error) {
    // What stands there by now is no link.
    if (isGone(error) || (error as NodeJS.ErrnoException).code === "EINVAL") return undefined;
    throw unreadable(name, error);
  }
}

/**
 * Slipway's own files, which a first deployment writes: no image is another one for them, so they are neither sent nor
 * in the digest. A Dockerfile that speaks of one gets it like any other file.
 */
function namesLeftOut(root: string, folder: string, request: SourceRequest, dockerfile: Buffer): Set<string> {
  const names = request.leaveOut.filter((name) => !dockerfile.includes(path.basename(name)));
  return new Set(names.flatMap((name) => nameWithin(folder, path.resolve(root, name)) ?? []));
}

/** Without links, as far as it is there. */
function real(file: string): string {
  try {
    return resolvedSync(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** With forward slashes; undefined where it is not below the folder. */
function nameWithin(folder: string, file: string): string | undefined {
  const name = path.relative(folder, file);
  return path.isAbsolute(name) || name.split(path.sep)[0] === ".." ? undefined : name.replaceAll("\\", "/");
}

/** The ignore file beside the Dockerfile wins over the context's; the classic builder knows only the latter. */
function findIgnoreFile(
  root: string,
  folder: string,
  dockerfile: string,
  { builder, name }: ContextReader,
): { rules: IgnoreFile; path?: string; content?: Buffer } {
  const suffixes = [...(name === "podman" ? [".containerignore"] : []), ".dockerignore"];
  const candidates = [
    ...(builder === "classic" ? [] : suffixes.map((suffix) => `${dockerfile}${suffix}`)),
    ...suffixes.map((suffix) => path.join(folder, suffix)),
  ];
  for (const file of candidates) {
    const shown = path.relative(root, file).replaceAll("\\", "/");
    const at = real(file);
    // Not passed over: without it more would be sent.
    if (!isWithin(real(root), at) && !isWithin(real(folder), at)) throw outsideWorkspace(shown, at, "read");
    const content = readRegularSync(file, shown);
    if (content) return { rules: readIgnoreFile(content.toString(), shown), path: file, content };
  }
  return { rules: readIgnoreFile("", "") };
}
