/** Reads what is known of an application's deployments. */
import { isCancelled, SlipwayError } from "../base/errors";
import type { Service, ServiceDeployment } from "../ports/cloud";
import { historyOf, type DeploymentHistory } from "./history";
import { isOurs, type Revision, type RunInput } from "./observedState";
import { settleOwnership } from "./ownership";
import { findRevision } from "./revisions";

export type HistoryInput = Pick<RunInput, "app" | "cloud" | "ids" | "journal">;

/** Revisions that are described; each is a call. */
const mostRevisions = 25;

/** The service that a history is of; whose it is, is settled. */
export async function findOwnService({
  app,
  cloud,
  ids,
}: Pick<HistoryInput, "app" | "cloud" | "ids">): Promise<Service> {
  const cluster = await cloud.ecs.findCluster(app.cluster);
  const there = cluster !== undefined && cluster.status !== "INACTIVE";
  const service = there ? await cloud.ecs.findService(app.cluster, app.service) : undefined;
  const takesOver = service && settleOwnership(app, service, ids).takesOver;
  if (service?.status === "ACTIVE" && !takesOver) return service;
  throw new SlipwayError({
    code: "NotDeployed",
    summary: takesOver
      ? `The service ${app.service} runs what another folder deployed (${takesOver.folder ?? "which is not known"}).`
      : `${app.name} does not run in this account and region: there is no service ${app.service}.`,
    remedy: takesOver ? "Give this application another name, or go there." : "Deploy it first.",
    actions: ["retry"],
  });
}

/**
 * The application's deployments.
 * @throws SlipwayError NotDeployed where its service is not there, or is another folder's
 */
export async function readHistory(input: HistoryInput, found?: Service): Promise<DeploymentHistory> {
  const { app, cloud, journal } = input;
  const service = found ?? (await findOwnService(input));
  const [deployments, active, inactive] = await Promise.all([
    deploymentsOf(input),
    cloud.ecs.listRevisions(app.family, mostRevisions),
    cloud.ecs.listRevisions(app.family, mostRevisions, "INACTIVE"),
  ]);
  const targets = deployments.flatMap(({ targetRevision }) => targetRevision ?? []);
  const serviceRevisions = targets.length ? await cloud.ecs.describeServiceRevisions([...new Set(targets)]) : [];
  const notes = journal.history ?? [];
  const deployed = [service.taskDefinition, ...serviceRevisions.map(({ taskDefinition }) => taskDefinition)];
  const noted = [...notes].reverse().map(({ revision }) => revision);
  const number = (arn: string) => Number(arn.split(":").at(-1));
  const listed = [...active, ...inactive].sort((one, other) => number(other) - number(one));
  const asked = [...new Set([...deployed, ...noted, ...listed])].slice(0, mostRevisions);
  const known = await Promise.all(asked.map(async (arn) => [arn, await findRevision(cloud, arn)] as const));
  const owned = { ...app, owner: settleOwnership(app, service, input.ids).planned };
  const revisions = new Map<string, Revision>();
  for (const [arn, revision] of known)
    if (
      revision &&
      isThere(revision) &&
      (deployed.includes(arn) || noted.includes(arn) || isOurs(revision.tags, owned))
    )
      revisions.set(arn, revision);
  return {
    application: app.name,
    environment: app.environment,
    service: app.service,
    entries: historyOf({
      container: app.container,
      live: service.taskDefinition,
      deployments,
      serviceRevisions,
      asked: new Set(asked),
      revisions,
      notes,
    }),
  };
}

/** One that is being deleted is no more. */
export const isThere = ({ status }: Pick<Revision, "status">): boolean => status !== "DELETE_IN_PROGRESS";

/** Where they may not be listed, tags and notes still tell. */
async function deploymentsOf({ app, cloud }: HistoryInput): Promise<readonly ServiceDeployment[]> {
  try {
    return (await cloud.ecs.listServiceDeployments(app.cluster, app.service)) ?? [];
  } catch (error) {
    if (isCancelled(error) || !(error instanceof SlipwayError) || !/AccessDenied/.test(error.code)) throw error;
    return [];
  }
}
