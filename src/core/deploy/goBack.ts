/** Which earlier revision the service goes back to, and what of it would run. */
import { SlipwayError } from "../base/errors";
import { parseImageReference } from "../base/imageReference";
import type { TaskDefinition } from "../base/taskDefinition";
import { normalise } from "../taskDefinition/model/normalise";
import { digestIn, previousOf, revisionMeant, type DeploymentHistory, type HistoryEntry } from "./history";
import { commitTag, isOurs, type GoBack, type Revision } from "./observedState";
import { isInOwnRegistry } from "./observeGoingBack";
import { settleOwnership } from "./ownership";
import { findOwnService, isThere, readHistory, type HistoryInput } from "./readHistory";
import { findRevision } from "./revisions";

const seeHistory = "slipway history lists what there is.";

const notThere = (to: string, app: string): SlipwayError =>
  new SlipwayError({
    code: "RevisionNotFound",
    summary: `${app} has no deployment ${to} to go back to.`,
    remedy: `${seeHistory} --to takes a number of it, FAMILY:REVISION, or the image's digest.`,
    actions: [],
  });

const deleted = (revision: string): SlipwayError =>
  new SlipwayError({
    code: "RevisionGone",
    summary: `The revision ${revision} was deleted in ECS, so what it said is no longer known.`,
    remedy: `Go back to another one (${seeHistory}), or deploy the earlier source again.`,
    actions: [],
  });

/**
 * Finds out what to go back to. Reads only.
 * @param to what of the history; undefined for the revision before the live one that came to a good end
 * @throws SlipwayError NotDeployed, NothingToRollBack, RevisionNotFound, RevisionGone
 */
export async function findGoBack(input: HistoryInput, to: string | undefined): Promise<GoBack> {
  const { app, cloud, ids } = input;
  const service = await findOwnService(input);
  const history = await readHistory(input, service);
  const reference = to === undefined ? previous(history).arn : revisionMeant(to, app.family, history.entries);
  if (reference === undefined) throw notThere(to ?? "", app.name);
  const entry = history.entries.find(({ arn, revision }) => arn === reference || revision === reference);
  const revision = await findRevision(cloud, reference);
  if (!revision || !isThere(revision)) throw entry ? deleted(entry.revision) : notThere(to ?? "", app.name);
  const owner = settleOwnership(app, service, ids).planned;
  // What was never deployed here, and was not made for it, is no earlier version of it.
  if (!entry && !isOurs(revision.tags, { ...app, owner })) throw notThere(to ?? "", app.name);
  return withDigest(input, revision, entry);
}

/**
 * The live revision, to be started anew. Reads only.
 * @throws SlipwayError NotDeployed, RevisionGone
 */
export async function findRestart(input: HistoryInput): Promise<GoBack> {
  const service = await findOwnService(input);
  const revision = await findRevision(input.cloud, service.taskDefinition);
  if (!revision || !isThere(revision)) throw deleted(service.taskDefinition.split("/").at(-1) ?? "");
  const definition = normalise(revision.definition);
  const digest = digestIn(definition, input.app.container);
  return { revision, definition, restarts: true, ...(digest === undefined ? {} : { digest }) };
}

function previous({ entries, application }: DeploymentHistory): HistoryEntry {
  const found = previousOf(entries);
  if (found) return found;
  throw new SlipwayError({
    code: "NothingToRollBack",
    summary: `No earlier deployment of ${application} is known to have come to a good end.`,
    remedy: `${seeHistory} Name one: slipway rollback --to N.`,
    actions: [],
  });
}

/** A tag may mean another image by now: then what runs is named by the digest of then. */
async function withDigest(
  { app, cloud }: HistoryInput,
  revision: Revision,
  entry: HistoryEntry | undefined,
): Promise<GoBack> {
  const definition = normalise(revision.definition);
  const pinned = digestIn(definition, app.container);
  const digest = pinned ?? entry?.digest;
  const commit = entry?.commit ?? /^[0-9a-f]{40,64}$/.exec(revision.tags[commitTag] ?? "")?.[0];
  const known = {
    revision,
    ...(digest === undefined ? {} : { digest }),
    ...(commit === undefined ? {} : { commit }),
  };
  const image = definition.containerDefinitions?.find(({ name }) => name === app.container)?.image;
  if (pinned !== undefined || digest === undefined || image === undefined) return { ...known, definition };
  const { registry, repository: name, tag = "latest" } = parseImageReference(image);
  const repository = await cloud.ecr.findRepository(name);
  const isOwn = repository !== undefined && isInOwnRegistry(image, app, repository);
  const now = isOwn ? await cloud.ecr.findImage(name, { tag }, { listed: true }) : undefined;
  if (now?.digest === digest) return { ...known, definition };
  const exact = `${registry === undefined ? "" : `${registry}/`}${name}@${digest}`;
  return { ...known, definition: withImage(definition, app.container, exact) };
}

const withImage = (definition: TaskDefinition, container: string, image: string): TaskDefinition => ({
  ...definition,
  containerDefinitions: (definition.containerDefinitions ?? []).map((each) =>
    each.name === container ? { ...each, image } : each,
  ),
});
