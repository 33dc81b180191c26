import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { BadPattern, compilePattern } from "./ignorePattern";

/** Links that lead up again make a small folder endless for a pattern of many parts: so many looks, and no more. */
const mostLooks = 20_000;

/** Whether every source of a COPY is below a folder; a pattern counts when something fits it. */
export async function hasSources(folder: string, sources: readonly string[]): Promise<boolean> {
  const looks = { left: mostLooks };
  for (const source of sources) {
    const parts = path.posix
      .normalize(source)
      .split("/")
      .filter((part) => part !== "" && part !== ".");
    if (parts[0] === ".." || !(await isBelow(folder, parts, looks))) return false;
  }
  return true;
}

async function isBelow(folder: string, [part, ...rest]: readonly string[], looks: { left: number }): Promise<boolean> {
  if (looks.left-- <= 0) return false;
  if (part === undefined) return (await stat(folder).catch(() => undefined)) !== undefined;
  if (!/[*?[]/.test(part)) return isBelow(path.join(folder, part), rest, looks);
  const fits = segmentTest(part);
  for (const name of await readdir(folder).catch(() => []))
    if (fits(name) && (await isBelow(path.join(folder, name), rest, looks))) return true;
  return false;
}

/** One part of a path with `*`, `?` and `[…]`; one that is no pattern to Docker stands for itself. */
function segmentTest(part: string): (name: string) => boolean {
  // What is more than a pattern in a .dockerignore is plain text here.
  const test = compilePattern(part.replace(/\*+/g, "*").replace(/[{}|]/g, "\\$&"));
  if (test instanceof BadPattern) return (name) => name === part;
  return (name) => {
    try {
      return test(name);
    } catch (error) {
      if (error instanceof BadPattern) return false;
      throw error;
    }
  };
}
