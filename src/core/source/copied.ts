/** Which file of the build context an image's path is: what COPY and ADD put there, over stages. */
import { rooted, type Stage } from "./dockerfileStage";

/** A file or a folder of the context, and where it lies in the image. */
export interface Copied {
  /** A path from the context's root; may have wildcards. */
  readonly source: string;
  /** A path in the image; `into` where the source lies in this folder under its own name if it is a file. */
  readonly destination: string;
  readonly into: boolean;
}

/** Files that copy a file with a hundred stages from one to the next are no longer followed. */
const mostCopied = 500;

/**
 * What of the context lies where in the images of these stages, one after the other; what is copied later hides what was
 * copied before, so it comes first.
 */
export function copiedInto(stages: readonly Stage[]): Copied[] {
  const known = new Map<Stage, Copied[]>();
  const of = (one: Stage): Copied[] => {
    const before = known.get(one);
    if (before) return before;
    // A stage that takes from itself through others cannot be: they stand in order.
    known.set(one, []);
    const found: Copied[] = one.parent ? [...of(one.parent)] : [];
    for (const { from, sources, destination } of one.copies) {
      const into = destination.endsWith("/") || destination.endsWith("/.") || sources.length > 1;
      const at = rooted(destination);
      for (const source of sources)
        found.unshift(
          ...(from
            ? of(from).flatMap((copied) => moved(copied, source, at, into))
            : [{ source, destination: at, into }]),
        );
    }
    found.length = Math.min(found.length, mostCopied);
    known.set(one, found);
    return found;
  };
  const all: Copied[] = [];
  for (const stage of stages) if (all.length < mostCopied) all.push(...of(stage));
  return all;
}

const below = (folder: string, path: string): string | undefined =>
  path === folder
    ? ""
    : path.startsWith(folder === "/" ? "/" : `${folder}/`)
      ? path.slice(folder === "/" ? 0 : folder.length)
      : undefined;

const joined = (folder: string, rest: string): string => rooted(`${folder}/${rest}`);
const lastOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** What lay somewhere in one stage, after a copy of this path into another. */
function moved({ source, destination, into }: Copied, taken: string, at: string, intoFolder: boolean): Copied[] {
  const inTaken = below(taken, destination);
  // All that was copied lies within what is taken.
  if (inTaken !== undefined) return [{ source, destination: joined(at, inTaken), into }];
  const rest = below(destination, taken);
  if (rest === undefined) return [];
  const name = lastOf(taken);
  return [
    // One file, taken by the name that it had in the folder it was copied into.
    ...(into && lastOf(source) === name ? [{ source, destination: at, into: intoFolder }] : []),
    { source: joined(source, rest), destination: at, into: intoFolder },
  ];
}

/**
 * The files of the context that a path of the image may be, the likeliest first: whether a source is a file or a folder
 * is known only by looking.
 */
export function contextPathsOf(imagePath: string, copied: readonly Copied[]): string[] {
  const path = rooted(imagePath);
  const found = copied.flatMap(({ source, destination, into }) => {
    const rest = below(destination, path);
    if (rest === undefined) return [];
    const name = lastOf(source);
    // A wildcard stands for names in its folder.
    if (/[*?[]/.test(name)) return [joined(source.slice(0, source.lastIndexOf("/")), rest || lastOf(path))];
    if (rest === "") return into ? [] : [source];
    return [...(into && rest === `/${name}` ? [source] : []), joined(source, rest)];
  });
  return [...new Set(found)];
}
