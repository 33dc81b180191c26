/** A service's tasks and its primary deployment. */
import type { Deployment } from "../model/ecs.types";
import type { ServiceRecord, TaskRecord } from "../states";

/** Tasks of one deployment that have not stopped. */
export function tasksOf(record: ServiceRecord, deploymentId: string | undefined): TaskRecord[] {
  return [...record.tasks].filter(
    (t) => t.stoppedAt === undefined && (deploymentId === undefined || t.deploymentId === deploymentId),
  );
}

export const primaryOf = (record: ServiceRecord): Deployment | undefined =>
  record.service.deployments?.find((d) => d.status === "PRIMARY");
