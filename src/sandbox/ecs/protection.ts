/** ECS: task scale-in protection, which also keeps a deployment from stopping a task. */
import type { EcsOperations, Failure, ProtectedTask } from "../model/ecs.types";
import type { Table } from "../registry";
import type { TaskRecord } from "../states";
import type { Region, SandboxState } from "../world";
import { activeCluster, clusterArn, findTask, invalid, nameOf } from "./lookup";

type Operations = Pick<EcsOperations, "UpdateTaskProtection" | "GetTaskProtection">;

const DEFAULT_MINUTES = 120;

/** Whether scaling in and deployments have to leave the task alone. */
export const isProtected = (record: TaskRecord): boolean =>
  record.protectedUntil !== undefined && Date.now() < record.protectedUntil;

const shown = (record: TaskRecord): ProtectedTask => ({
  taskArn: record.task.taskArn,
  protectionEnabled: isProtected(record),
  ...(isProtected(record) ? { expirationDate: new Date(record.protectedUntil ?? 0) } : {}),
});

/** A deployment that waits for protected tasks and nothing else: no task of it may be protected meanwhile. */
function isBlocked(region: Region, record: TaskRecord): boolean {
  const service = region.ecs.services.get(record.serviceArn ?? "");
  const primary = service?.service.deployments?.find((d) => d.status === "PRIMARY");
  if (
    !service ||
    primary?.rolloutState !== "IN_PROGRESS" ||
    (primary.runningCount ?? 0) < (service.service.desiredCount ?? 0)
  )
    return false;
  return [...service.tasks].some((t) => t.stoppedAt === undefined && t.deploymentId !== primary.id && isProtected(t));
}

function sorted(
  region: Region,
  cluster: string | undefined,
  ids: readonly string[],
): { records: TaskRecord[]; failures: Failure[] } {
  const records: TaskRecord[] = [];
  const failures: Failure[] = [];
  for (const id of ids) {
    const record = findTask(region, cluster, id);
    const arn =
      record?.task.taskArn ??
      (id.startsWith("arn:") ? id : region.arn("ecs", `task/${nameOf(clusterArn(region, cluster))}/${id}`));
    if (!record || record.stoppedAt !== undefined) failures.push({ arn, reason: "MISSING" });
    else if (record.serviceArn === undefined || record.stopRequested) failures.push({ arn, reason: "TASK_NOT_VALID" });
    else records.push(record);
  }
  return { records, failures };
}

export const protectionOperations = (world: SandboxState): Table<Operations> => ({
  UpdateTaskProtection: {
    supports: "*",
    run: (input, { region }) => {
      activeCluster(region, input.cluster);
      if (input.tasks.length === 0) throw invalid("Tasks cannot be empty.");
      if (input.tasks.length > 10) throw invalid("Tasks may have at most 10 elements.");
      const minutes = input.expiresInMinutes ?? DEFAULT_MINUTES;
      if (minutes < 1 || minutes > 2880) throw invalid("expiresInMinutes must be between 1 and 2880.");
      const { records, failures } = sorted(region, input.cluster, input.tasks);
      const done = records.filter((record) => {
        if (input.protectionEnabled && isBlocked(region, record)) {
          failures.push({ arn: record.task.taskArn, reason: "DEPLOYMENT_BLOCKED" });
          return false;
        }
        record.protectedUntil = input.protectionEnabled ? Date.now() + world.clock.timer(minutes * 60_000) : undefined;
        region.ecs.services.get(record.serviceArn ?? "")?.wake();
        return true;
      });
      return { protectedTasks: done.map(shown), failures };
    },
  },
  GetTaskProtection: {
    supports: "*",
    run: (input, { region }) => {
      activeCluster(region, input.cluster);
      const ids =
        input.tasks ??
        [...region.ecs.tasks.values()]
          .filter(
            (t) =>
              t.clusterArn === clusterArn(region, input.cluster) &&
              t.serviceArn !== undefined &&
              t.stoppedAt === undefined,
          )
          .map((t) => t.task.taskArn ?? "");
      if (ids.length > 100) throw invalid("Tasks may have at most 100 elements.");
      const { records, failures } = sorted(region, input.cluster, ids);
      return { protectedTasks: records.map(shown), failures };
    },
  },
});
