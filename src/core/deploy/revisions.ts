/**
 * Which revision is as this application registered it. Tags alone do not say so: tools that edit a definition copy them to
 * the revision that they make. So each revision carries the digest of what it was registered with.
 */
import { own, type TaskDefinition } from "../base/taskDefinition";
import type { Cloud, Tags } from "../ports/cloud";
import { canonical, normalise, sameDefinition } from "../taskDefinition/model/normalise";
import type { Application } from "../app/app";
import {
  commitTag,
  definitionTag,
  digestTag,
  isOurs,
  ownershipTags,
  sourceTag,
  type ObservedState,
  type Revision,
} from "./observedState";

/** Revisions that are looked at for one; each is a call. */
const mostRevisions = 20;

/** The same for two definitions that say the same, in 64 hexadecimal digits. */
export async function digestOf(definition: TaskDefinition): Promise<string> {
  const bytes = new TextEncoder().encode(canonical(normalise(definition)));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function findRevision(cloud: Pick<Cloud, "ecs">, reference: string): Promise<Revision | undefined> {
  const found = await cloud.ecs.findTaskDefinition(reference);
  return found && { ...found, digest: await digestOf(found.definition) };
}

/**
 * The newest revision that this application registered; the live one where it is.
 * @param newest gives the ARNs of the family's newest revisions, where they are needed
 */
export async function findOwn(
  cloud: Pick<Cloud, "ecs">,
  app: Application,
  live: Revision | undefined,
  newest: () => Promise<readonly string[]>,
): Promise<Revision | undefined> {
  if (live && isOurs(live.tags, app)) return originalOf(cloud, app, live);
  for (const arn of await newest()) {
    const found = await findRevision(cloud, arn);
    if (found && isOurs(found.tags, app)) return originalOf(cloud, app, found);
  }
  return undefined;
}

/**
 * The revision that another one's tags were copied from, where that one was changed; otherwise that one itself.
 * One that does not hold what its tag says may still be the one that was registered: AWS adds members to what it describes.
 * It is a copy where an older one has the tag too, and changed where it says something else than that.
 */
async function originalOf(cloud: Pick<Cloud, "ecs">, app: Application, revision: Revision): Promise<Revision> {
  if (holdsWhatItSays(revision)) return revision;
  let original: Revision | undefined;
  for (const status of ["ACTIVE", "INACTIVE"] as const)
    for (const arn of await cloud.ecs.listRevisions(app.family, mostRevisions, status)) {
      const found = arn === revision.arn ? undefined : await findRevision(cloud, arn);
      if (!found || isNewer(found, revision) || !isOurs(found.tags, app)) continue;
      if (found.tags[definitionTag] !== revision.tags[definitionTag]) continue;
      if (!original || found.revision < original.revision) original = found;
      if (holdsWhatItSays(found)) return sameDefinition(found.definition, revision.definition) ? revision : found;
    }
  return !original || sameDefinition(original.definition, revision.definition) ? revision : original;
}

/** Within a family; numbers of two families say nothing. */
function isNewer(one: Revision, other: Revision): boolean {
  return one.definition.family === other.definition.family && one.revision > other.revision;
}

/** Revisions of earlier versions have no such tag. */
export function holdsWhatItSays({ tags, digest }: Revision): boolean {
  const said = own(tags, definitionTag);
  return said === undefined || said === digest;
}

/** Tags that AWS takes from nobody, and Slipway's own, which are never another's. */
const notTheirs = /^(aws|slipway):/i;

/** What a revision is of: the digest of what its image is made of, that of the image, and the commit, as far as known. */
export interface MadeOf {
  readonly source: string;
  readonly digest: string | undefined;
  readonly commit: string | undefined;
}

const madeOfTags = ({ digest, commit }: Pick<MadeOf, "digest" | "commit">): Tags => ({
  ...(digest === undefined ? {} : { [digestTag]: digest }),
  ...(commit === undefined ? {} : { [commitTag]: commit }),
});

/** The tags of an earlier revision that is registered again: its own, with whose it is now. */
export async function tagsOfEarlier(
  app: Application,
  { tags }: Pick<Revision, "tags">,
  made: Pick<MadeOf, "digest" | "commit">,
  definition: TaskDefinition,
): Promise<Tags> {
  const own = Object.entries(tags).filter(([name]) => !/^aws:/i.test(name));
  return {
    ...Object.fromEntries(own),
    ...ownershipTags(app),
    ...madeOfTags(made),
    [definitionTag]: await digestOf(definition),
  };
}

/** The tags of a new revision: those of the live one and of the file go on. */
export async function revisionTags(
  app: Application,
  { live }: Pick<ObservedState, "live">,
  made: MadeOf,
  file: TaskDefinition,
  definition: TaskDefinition,
): Promise<Tags> {
  const stated = Array.isArray(file["tags"]) ? file["tags"] : [];
  const others = [
    ...Object.entries(live?.tags ?? {}),
    ...stated.map((tag): [unknown, unknown] => {
      const { key, value } = (tag ?? {}) as { key?: unknown; value?: unknown };
      return [key, value ?? ""];
    }),
  ].filter(
    (tag): tag is [string, string] =>
      tag.every((part) => typeof part === "string") && !notTheirs.test(tag[0] as string),
  );
  return {
    ...Object.fromEntries(others),
    ...ownershipTags(app),
    [sourceTag]: made.source,
    ...madeOfTags(made),
    [definitionTag]: await digestOf(definition),
  };
}
