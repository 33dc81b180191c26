/** The line of the workspace that a program's last words are about. */
import type { Workspace } from "../ports/machine";
import { contextPathsOf } from "../source/copied";
import type { DockerfileFacts } from "../source/dockerfile";
import { placesIn } from "../source/stackLines";

export interface SourcePlace {
  /** Relative to the workspace folder. */
  readonly file: string;
  /** From zero. */
  readonly line: number;
}

/** Where an application's source is looked for. */
interface Where {
  readonly dockerfile: Pick<DockerfileFacts, "copied" | "workdirs">;
  /** The build context, relative to the workspace folder. */
  readonly context: string;
  readonly workspace: Pick<Workspace, "read">;
}

/** Of a project: its own context, or the one that was chosen for it. */
export const placesOf = ({
  app,
  context,
  ...rest
}: Omit<Where, "context"> & {
  readonly app: { readonly context?: string };
  readonly context?: { readonly folder: string };
}): Where => ({ ...rest, context: app.context ?? context?.folder ?? "." });

/** So many named places, and so many files that each may be, are looked at. */
const [mostPlaces, mostFiles] = [20, 5];

/**
 * The first place that is a file of the build context and has so many lines; undefined where none is, or cannot be read.
 * @param lines what a container printed last
 */
export async function sourcePlaceOf(
  lines: readonly string[],
  { dockerfile, context, workspace }: Where,
): Promise<SourcePlace | undefined> {
  for (const { path, line } of placesIn(lines).slice(0, mostPlaces)) {
    const inImages = path.startsWith("/") ? [path] : dockerfile.workdirs.map((folder) => `${folder}/${path}`);
    const candidates = inImages.flatMap((each) => contextPathsOf(each, dockerfile.copied));
    for (const candidate of [...new Set(candidates)].slice(0, mostFiles)) {
      const file = [context.replace(/^(?:\.(?:\/+|$))+/, "").replace(/\/+$/, ""), candidate.slice(1)]
        .filter(Boolean)
        .join("/");
      // What lies outside, is no text or too large is no place to go to.
      const text = await workspace.read(file, { lenient: true }).catch(() => undefined);
      if (text !== undefined && line >= 1 && text.split("\n").length >= line) return { file, line: line - 1 };
    }
  }
  return undefined;
}
