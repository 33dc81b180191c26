import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, readlink, stat } from "node:fs/promises";
import path from "node:path";
import { SlipwayError, throwIfCancelled } from "../core/base/errors";
import type { BuildRequest } from "../core/ports/machine";
import { type Builder, type FolderMatches, type IgnoreFile, readIgnoreFile } from "./ignore";

/** Hashes of files that did not change since they were last read, by path. */
export type FileHashes = Map<string, { stamp: string; hash: string }>;

const parallelReads = 16;
/** A file that a killed process was still writing, as machine/workspace.ts names it. */
const unfinished = /\.\d+\.\w+\.tmp$/;

/**
 * A digest of everything that decides what a build makes: the context after .dockerignore as this builder reads it, the
 * Dockerfile, arguments, target and platform. Base images are not in it.
 */
export async function contextDigest(
  root: string,
  request: Omit<BuildRequest, "tags"> & { leaveOut: readonly string[] },
  known: FileHashes,
  signal?: AbortSignal,
  builder: Builder = "buildkit",
): Promise<{ digest: string; files: number; bytes: number }> {
  const folder = path.resolve(root, request.context);
  const dockerfile = path.resolve(root, request.dockerfile);
  const file = await ignoreFile(root, folder, dockerfile);
  const ignore = { ...file, enters: (name: string) => file.enters(name, builder) };
  const all: string[] = [];
  await walk(folder, "", ignore, undefined, all, signal);
  const leftOut = new Set(request.leaveOut.map((name) => path.resolve(root, name)));
  const found = all.filter((name) => !leftOut.has(path.join(folder, name).replace(unfinished, ""))).sort();
  const hash = createHash("sha256");
  const fields = [
    request.platform,
    request.target ?? "",
    ...Object.entries(request.arguments)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`),
  ];
  add(hash, ...fields);
  add(
    hash,
    await readFile(dockerfile, "utf8").catch(() => {
      throw missingDockerfile(request.dockerfile);
    }),
  );
  let bytes = 0;
  for (let from = 0; from < found.length; from += parallelReads) {
    throwIfCancelled(signal);
    const batch = await Promise.all(
      found
        .slice(from, from + parallelReads)
        .map(async (name) => ({ name, ...(await hashEntry(path.join(folder, name), known)) })),
    );
    for (const entry of batch) {
      bytes += entry.bytes;
      add(hash, entry.name, entry.mode, entry.hash);
    }
  }
  return { digest: hash.digest("hex"), files: found.length, bytes };
}

/** Lengths keep `ab`+`c` and `a`+`bc` apart. */
function add(hash: Hash, ...fields: string[]): void {
  for (const field of fields) hash.update(`${Buffer.byteLength(field)}:`).update(field);
}

async function hashEntry(file: string, known: FileHashes): Promise<{ mode: string; hash: string; bytes: number }> {
  const entry = await stat(file, { bigint: true }).catch(() => undefined);
  // A link is sent as a link, whatever it points to.
  const link = await readlink(file).catch(() => undefined);
  if (link !== undefined) return { mode: "link", hash: link, bytes: 0 };
  if (!entry?.isFile()) return { mode: "other", hash: "", bytes: 0 };
  const stamp = `${entry.ino}:${entry.size}:${entry.mtimeNs}:${entry.ctimeNs}`;
  const mode = (entry.mode & 0o111n) === 0n ? "file" : "program";
  const before = known.get(file);
  if (before?.stamp === stamp) return { mode, hash: before.hash, bytes: Number(entry.size) };
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  const hex = hash.digest("hex");
  known.set(file, { stamp, hash: hex });
  return { mode, hash: hex, bytes: Number(entry.size) };
}

/** `<Dockerfile>.dockerignore` beside the Dockerfile wins over the context's .dockerignore. */
async function ignoreFile(root: string, folder: string, dockerfile: string): Promise<IgnoreFile> {
  for (const file of [`${dockerfile}.dockerignore`, path.join(folder, ".dockerignore")]) {
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined) return readIgnoreFile(text, path.relative(root, file).replaceAll("\\", "/"));
  }
  return readIgnoreFile("", "");
}

async function walk(
  folder: string,
  prefix: string,
  ignore: IgnoreFile,
  within: FolderMatches | undefined,
  found: string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  throwIfCancelled(signal);
  const entries = await readdir(path.join(folder, prefix), { withFileTypes: true }).catch(() => {
    if (prefix === "") throw missingContext(folder);
    return [];
  });
  for (const entry of entries) {
    const name = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    const { ignored, matches } = ignore.look(name, within);
    if (entry.isDirectory()) {
      if (!ignored || ignore.enters(name)) await walk(folder, name, ignore, matches, found, signal);
    } else if (!ignored) found.push(name);
  }
}

/** Whether every source of a COPY is below a folder; a pattern counts when something fits it. */
export async function hasSources(folder: string, sources: readonly string[]): Promise<boolean> {
  for (const source of sources) {
    const parts = path.posix
      .normalize(source)
      .split("/")
      .filter((part) => part !== "" && part !== ".");
    if (parts[0] === ".." || !(await isBelow(folder, parts))) return false;
  }
  return true;
}

async function isBelow(folder: string, [part, ...rest]: readonly string[]): Promise<boolean> {
  if (part === undefined) return (await stat(folder).catch(() => undefined)) !== undefined;
  if (!/[*?[]/.test(part)) return isBelow(path.join(folder, part), rest);
  const pattern = segmentPattern(part);
  for (const name of await readdir(folder).catch(() => []))
    if (pattern.test(name) && (await isBelow(path.join(folder, name), rest))) return true;
  return false;
}

/** One part of a path with `*`, `?` and `[…]`; what opens a class and does not close it stands for itself. */
function segmentPattern(part: string): RegExp {
  const source = part.replace(/\*+|\?|\[\^?[^\]]+\]|[.+^${}()|\\[\]]/g, (found) =>
    found.startsWith("*") ? ".*" : found === "?" ? "." : found.length > 1 ? found : `\\${found}`,
  );
  try {
    return new RegExp(`^${source}$`, "u");
  } catch {
    // A class that JavaScript does not take fits whatever is there.
    return /^/;
  }
}

function missingDockerfile(name: string): SlipwayError {
  return new SlipwayError({
    code: "DockerfileMissing",
    summary: `There is no ${name}.`,
    remedy: "Name the Dockerfile in slipway.json, or deploy another.",
    actions: ["openConfig"],
  });
}

function missingContext(folder: string): SlipwayError {
  return new SlipwayError({
    code: "ContextMissing",
    summary: `The build context ${folder} does not exist.`,
    remedy: "Name a folder that exists as context in slipway.json.",
    actions: ["openConfig"],
  });
}
