/** The commit that is checked out, read from git's own files: nothing of the repository's configuration is run. */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";

const hexadecimal = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** A ref's name that stays within git's folder. */
const refName = /^refs\/[A-Za-z0-9._/@+-]+$/;
const mostBytes = 5_000_000;

async function textOf(file: string): Promise<string | undefined> {
  try {
    const { size } = await stat(file);
    return size > mostBytes ? undefined : (await readFile(file, "utf8")).trim();
  } catch {
    return undefined;
  }
}

/** git's folder of the repository that a folder is in: `.git` itself, or what a worktree's file of that name says. */
async function gitFolderOf(folder: string): Promise<string | undefined> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const own = path.join(at, ".git");
    const found = await stat(own).catch(() => undefined);
    if (found?.isDirectory()) return own;
    if (found?.isFile()) {
      const said = /^gitdir: (.+)$/.exec((await textOf(own)) ?? "")?.[1];
      return said === undefined ? undefined : path.resolve(at, said);
    }
    if (path.dirname(at) === at) return undefined;
  }
}

/**
 * In 40 or 64 hexadecimal digits; undefined outside of a repository, before its first commit, and where it cannot be
 * read.
 */
export async function checkedOutCommit(folder: string): Promise<string | undefined> {
  const git = await gitFolderOf(folder);
  const head = git === undefined ? undefined : await textOf(path.join(git, "HEAD"));
  if (git === undefined || head === undefined) return undefined;
  if (hexadecimal.test(head)) return head;
  const ref = /^ref: (.+)$/.exec(head)?.[1];
  if (ref === undefined || !refName.test(ref) || ref.includes("..")) return undefined;
  // A worktree's branches lie in the folder of the repository that it is of.
  const common = path.resolve(git, (await textOf(path.join(git, "commondir"))) ?? ".");
  for (const place of [git, common]) {
    const loose = await textOf(path.join(place, ref));
    if (loose !== undefined && hexadecimal.test(loose)) return loose;
  }
  const packed = (await textOf(path.join(common, "packed-refs"))) ?? "";
  const line = packed.split("\n").find((each) => each.endsWith(` ${ref}`));
  const id = line?.split(" ")[0] ?? "";
  return hexadecimal.test(id) ? id : undefined;
}
