/** Finding clusters, services, task definitions and tasks by name or ARN. */
import type { ClusterRecord, ServiceRecord, TaskDefinitionRecord, TaskRecord } from "../states";
import { ApiError } from "../wire/errors";
import type { Region } from "../world";

const nameOf = (id: string): string => id.split("/").at(-1) ?? id;

export const clusterNotFound = (): ApiError => new ApiError("ClusterNotFoundException", "Cluster not found.");
export const serviceNotFound = (): ApiError => new ApiError("ServiceNotFoundException", "Service not found.");
export const invalid = (text: string): ApiError => new ApiError("InvalidParameterException", text);
export const badToken = (): ApiError => invalid("Invalid token provided.");
export const client = (text: string): ApiError => new ApiError("ClientException", text);

const NAME = /^[A-Za-z0-9_-]{1,255}$/;

/** Refuses what is neither a name nor an ARN of that kind, before anything is looked for. */
function checkIdentifier(kind: string, id: string): void {
  const [, resource] = /^arn:aws[a-z-]*:ecs:[a-z0-9-]+:\d{12}:(.+)$/.exec(id) ?? [];
  const [first, ...names] = resource?.split("/") ?? [kind, id];
  if (id.startsWith("arn:") && resource === undefined) throw invalid(`Invalid identifier: ${id} is not a valid ARN.`);
  if (first !== kind) throw invalid(`Invalid identifier: Identifier is for ${first ?? ""}. Your input is for ${kind}.`);
  if (names.length === 0 || names.length > 2 || !names.every((name) => NAME.test(name)))
    throw invalid(
      `Invalid identifier: ${kind} may not contain characters other than letters, numbers, underscores, and hyphens.`,
    );
}

/** The ARN that a cluster's name or ARN means. */
export function clusterArn(region: Region, id: string | undefined): string {
  if (id !== undefined) checkIdentifier("cluster", id);
  return region.arn("ecs", `cluster/${nameOf(id ?? "default")}`);
}

/** A cluster that is ACTIVE. */
export function activeCluster(region: Region, id: string | undefined): ClusterRecord {
  const record = region.ecs.clusters.get(clusterArn(region, id));
  if (!record || record.cluster.status !== "ACTIVE") throw clusterNotFound();
  return record;
}

export const serviceArn = (region: Region, cluster: string, id: string): string =>
  region.arn("ecs", `service/${nameOf(clusterArn(region, cluster))}/${nameOf(id)}`);

export function findService(region: Region, cluster: string | undefined, id: string): ServiceRecord | undefined {
  checkIdentifier("service", id);
  const fromArn = id.startsWith("arn:") ? id.split("/").at(-2) : undefined;
  return region.ecs.services.get(serviceArn(region, fromArn ?? cluster ?? "default", id));
}

/** How long a definition that was deleted is still shown where nothing uses it; AWS names no figure. */
const GOING_MS = 60_000;

function isUsed(region: Region, arn: string): boolean {
  return (
    [...region.ecs.tasks.values()].some((t) => t.stoppedAt === undefined && t.task.taskDefinitionArn === arn) ||
    [...region.ecs.services.values()].some(
      (s) => s.service.status !== "INACTIVE" && s.service.deployments?.some((d) => d.taskDefinition === arn),
    )
  );
}

/** Takes away what was deleted a while ago and nothing uses any more: until then it is DELETE_IN_PROGRESS. */
export function forgetDefinitions(region: Region): void {
  for (const [key, { definition }] of region.ecs.definitions) {
    const since = definition.deleteRequestedAt?.getTime();
    if (since === undefined || Date.now() - since < GOING_MS) continue;
    if (!isUsed(region, definition.taskDefinitionArn ?? "")) region.ecs.definitions.delete(key);
  }
}

function present(region: Region, key: string): TaskDefinitionRecord | undefined {
  forgetDefinitions(region);
  return region.ecs.definitions.get(key);
}

/** The task definition for family, family:revision or ARN; without a revision, the newest ACTIVE one. */
export function findDefinition(region: Region, id: string): TaskDefinitionRecord | undefined {
  const short = id.startsWith("arn:") ? (id.split(":task-definition/")[1] ?? "") : id;
  const [family = "", revision] = short.split(":");
  if (id.startsWith("arn:") && family === "") throw invalid(`Invalid identifier: ${id} is not a valid ARN.`);
  if (revision !== undefined && !/^[1-9]\d*$/.test(revision))
    throw invalid(`Invalid revision number. Number: ${revision}`);
  if (revision !== undefined) return present(region, `${family}:${revision}`);
  const all = [...region.ecs.definitions.values()].filter(
    (d) => d.definition.family === family && d.definition.status === "ACTIVE",
  );
  return all.sort((a, b) => (b.definition.revision ?? 0) - (a.definition.revision ?? 0))[0];
}

/** A task definition that a service or task may use now. */
export function usableDefinition(region: Region, id: string): TaskDefinitionRecord {
  const record = findDefinition(region, id);
  if (!record) throw client("TaskDefinition not found.");
  if (record.definition.status !== "ACTIVE") throw client("TaskDefinition is inactive");
  return record;
}

/** Refuses what is no task's id or ARN. */
export function checkTask(id: string): void {
  checkIdentifier("task", id);
  if (![32, 36].includes(nameOf(id).length)) throw invalid("taskId length should be one of [32,36]");
}

/** Refuses what is no service's name or ARN. */
export const checkService = (id: string): void => checkIdentifier("service", id);

export function findTask(region: Region, cluster: string | undefined, id: string): TaskRecord | undefined {
  checkTask(id);
  const arn = id.startsWith("arn:") ? id : region.arn("ecs", `task/${nameOf(clusterArn(region, cluster))}/${id}`);
  const record = region.ecs.tasks.get(arn);
  return record && record.clusterArn === clusterArn(region, cluster ?? record.clusterArn) ? record : undefined;
}

export { nameOf };
