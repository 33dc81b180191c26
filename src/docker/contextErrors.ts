import { errorCode, SlipwayError } from "../core/base/errors";

export function missingDockerfile(name: string): SlipwayError {
  return new SlipwayError({
    code: "DockerfileMissing",
    summary: `There is no ${name}.`,
    remedy: "Name the Dockerfile in slipway.json, or deploy another.",
    actions: ["openConfig"],
  });
}

export function missingContext(folder: string): SlipwayError {
  return new SlipwayError({
    code: "ContextMissing",
    summary: `The build context ${folder} does not exist.`,
    remedy: "Name a folder that exists as context in slipway.json.",
    actions: ["openConfig"],
  });
}

/** What went away, or became something else, since the folder was listed. */
const gone = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENXIO", "EISDIR"]);
export const isGone = (error: unknown): boolean => gone.has(errorCode(error) ?? "");

/** @param name as it stands in the context */
export function unreadable(name: string, error: unknown): SlipwayError {
  const reason = error instanceof Error ? error.message : String(error);
  return new SlipwayError({
    code: "ContextUnreadable",
    summary: `${name} is in the build context and cannot be read (${errorCode(error) ?? "unknown reason"}).`,
    evidence: [reason],
    quotes: [reason],
    remedy: `Make it readable for you, or leave it out of the context: add a line ${name} to .dockerignore.`,
    actions: ["retry"],
  });
}

export function noSpaceForSnapshot(folder: string): SlipwayError {
  return new SlipwayError({
    code: "NoSpace",
    summary: "The disk is full: the build context is copied before it is built, and there is no room for the copy.",
    evidence: [`The copy is made in ${folder} and removed when the image is built.`],
    remedy:
      "Free some space, leave out what the image does not need in .dockerignore, or name a folder on another disk in " +
      "SLIPWAY_STATE_DIR.",
    actions: ["retry"],
  });
}
