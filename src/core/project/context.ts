/** The folder that is sent to the builder. */
import type { Workspace } from "../ports/machine";
import type { DockerfileFacts } from "../source/dockerfile";

/** The build context and why it is this one; paths are relative to the workspace folder. */
export interface ContextChoice {
  folder: string;
  /**
   * `stated`: slipway.json says so. `all`: what is copied is there. `most`: more of it than in any other folder.
   * `none`: none of it was found, so it is the Dockerfile's folder. `nothing`: nothing is copied by its name.
   */
  why: "stated" | "all" | "most" | "none" | "nothing";
  /** What COPY, ADD and `RUN --mount` name and is not there; patterns may fit nothing. */
  missing: string[];
  /** The folders that were looked at, in this order. */
  lookedIn: string[];
}

const isPattern = (source: string) => /[*?[]/.test(source);

/** The folder, from the Dockerfile's upwards, that has the most of what is copied; the nearest of several such. */
export async function chooseContext(
  workspace: Pick<Workspace, "hasSources">,
  dockerfile: string,
  { sources, contextMounts }: Pick<DockerfileFacts, "sources" | "contextMounts">,
  stated?: string,
): Promise<ContextChoice> {
  const wanted = [...new Set([...sources, ...contextMounts])]
    .map((source) => source.replace(/^\//, ""))
    .filter((source) => source !== "");
  const look = async (folder: string) => {
    const there = await Promise.all(wanted.map((source) => workspace.hasSources(folder, [source])));
    return { folder, missing: wanted.filter((_source, index) => !there[index]) };
  };
  const required = (found: { missing: string[] }) => found.missing.filter((source) => !isPattern(source));
  if (stated !== undefined) {
    const found = await look(stated);
    return { folder: stated, why: "stated", missing: required(found), lookedIn: [stated] };
  }
  const parts = dockerfile.split("/").slice(0, -1);
  const names = parts.filter((part) => part !== "" && part !== ".");
  const folders = Array.from({ length: names.length + 1 }, (_each, up) => names.slice(0, names.length - up).join("/"));
  const looks = await Promise.all(folders.map((folder) => look(folder || ".")));
  // What has to be there counts first; a pattern that fits decides between two that are alike.
  const best = looks.reduce((one, other) => {
    const difference = required(one).length - required(other).length || one.missing.length - other.missing.length;
    return difference > 0 ? other : one;
  });
  const missing = required(best);
  const why =
    wanted.length === 0
      ? "nothing"
      : missing.length === 0
        ? "all"
        : best.missing.length === wanted.length
          ? "none"
          : "most";
  return { folder: best.folder, why, missing, lookedIn: looks.map(({ folder }) => folder) };
}
