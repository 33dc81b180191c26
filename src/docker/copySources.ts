import { readdir, stat } from "node:fs/promises";
import path from "node:path";

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
