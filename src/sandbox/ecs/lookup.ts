/** Finding clusters, services, task definitions and tasks by name or ARN. */
import type { ClusterRecord, ServiceRecord, TaskDefinitionRecord, TaskRecord } from "../states";
import { ApiError } from "../wire/errors";
import type { Region } from "../world";

const nameOf = (id: string): string => id.split("/").at(-1) ?? id;

export const clusterNotFound = (): ApiError => new ApiError("ClusterNotFoundException", "Cluster not found.");
export const serviceNotFound = (): ApiError => new ApiError("ServiceNotFoundException", "Service not found.");
export const invalid = (text: string): ApiError => new ApiError("InvalidParameterException", text);
export const client = (text: string): ApiError => new ApiError("ClientException", text);

/** The ARN that a cluster's name or ARN means. */
export const clusterArn = (region: Region, id: string | undefined): string =>
  region.arn("ecs", `cluster/${nameOf(id ?? "default")}`);

/** A cluster that is ACTIVE. */
export function activeCluster(region: Region, id: string | undefined): ClusterRecord {
  const record = region.ecs.clusters.get(clusterArn(region, id));
  if (!record || record.cluster.status !== "ACTIVE") throw clusterNotFound();
  return record;
}

export const serviceArn = (region: Region, cluster: string, id: string): string =>
  region.arn("ecs", `service/${nameOf(clusterArn(region, cluster))}/${nameOf(id)}`);

export function findService(region: Region, cluster: string | undefined, id: string): ServiceRecord | undefined {
  const fromArn = id.startsWith("arn:") ? id.split("/").at(-2) : undefined;
  return region.ecs.services.get(serviceArn(region, fromArn ?? cluster ?? "default", id));
}

/** The task definition for family, family:revision or ARN; without a revision, the newest ACTIVE one. */
export function findDefinition(region: Region, id: string): TaskDefinitionRecord | undefined {
  const short = id.startsWith("arn:") ? (id.split(":task-definition/")[1] ?? "") : id;
  const [family = "", revision] = short.split(":");
  if (revision !== undefined) return region.ecs.definitions.get(`${family}:${revision}`);
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

export function findTask(region: Region, cluster: string | undefined, id: string): TaskRecord | undefined {
  const arn = id.startsWith("arn:") ? id : region.arn("ecs", `task/${nameOf(clusterArn(region, cluster))}/${id}`);
  const record = region.ecs.tasks.get(arn);
  return record && record.clusterArn === clusterArn(region, cluster ?? record.clusterArn) ? record : undefined;
}

export { nameOf };
