/** Which task is judged, and in which stages the failure can lie. */
import type { Deployment, Service, TargetHealth } from "../../ports/cloud";
import { isTask, valueOf, type SeenTask, type ServiceSnapshot } from "../snapshot/serviceSnapshot";
import { isRolledBack, isStopped, stoppedOnPurpose } from "../snapshot/stops";
import type { Mode, StageName, Symptoms } from "./types";

/** A task of a service that has recovered still says something for so long, if it failed while it ran. */
const recentMilliseconds = 10 * 60_000;
const registryText =
  /no basic auth credentials|authorization token|name unknown|tag invalid|tag is immutable|denied|docker daemon|unauthorized|manifest invalid|push/i;
const pushCodes =
  /^(RegistryLoginExpired|RepositoryMissing|TagImmutable|PushDenied|EngineNotRunning|EngineNotAnswering|EngineMissing|NoSpace|LoginFailed|PushFailed|EngineCannotSeeLoopback)$/;

/** Steps in which the registry is spoken to. */
const pushSteps: ReadonlySet<string> = new Set(["token", "login", "tag", "push", "verifyImage"]);

/** What ECS knows and what was seen while waiting, newest first. */
export function allTasks(snapshot: ServiceSnapshot, symptoms: Symptoms): SeenTask[] {
  const seen = valueOf(snapshot.tasks) ?? [];
  const captured = (symptoms.captured ?? [])
    .filter(({ task }) => !seen.some((item) => item.arn === task.arn))
    .map(({ task, lines }): SeenTask => ({ ...task, lastLines: lines }));
  const withLines = seen.map((task) => {
    const lines = symptoms.captured?.find((item) => item.task.arn === task.arn)?.lines ?? [];
    return task.lastLines.length || !lines.length ? task : { ...task, lastLines: [...lines] };
  });
  return [...withLines, ...captured].sort((a, b) => b.createdAt - a.createdAt);
}

export interface Standing {
  mode: Mode;
  task?: SeenTask;
  failed: SeenTask[];
  /** A deployment was taken back before, and is not what is judged. */
  before?: boolean;
}

/** The targets of the service that are registered and not going. */
export function targetsOf(snapshot: ServiceSnapshot): (TargetHealth & { group: string })[] {
  const own = valueOf(snapshot.service)?.loadBalancers.map((item) => item.targetGroupArn);
  return (valueOf(snapshot.targetGroups) ?? [])
    .filter((group) => own === undefined || own.length === 0 || own.includes(group.arn))
    .flatMap((group) => (valueOf(group.health) ?? []).map((target) => ({ ...target, group: group.arn })))
    .filter((target) => target.state !== "draining");
}

export const isSick = (target: TargetHealth): boolean => ["unhealthy", "unused", "unavailable"].includes(target.state);

/** The deployment that failed and was taken back. */
const takenBack = (service: Service): Deployment | undefined =>
  service.deployments.find((item) => item.rolloutState === "FAILED");

/** Modes in which the service does not do what it is there for. */
const outages: ReadonlySet<Mode> = new Set<Mode>(["stopped", "sick", "short", "stuck", "url"]);

/** After a rollback, until its tasks are there and their targets healthy. */
const settlingMilliseconds = 60_000;

/** @param of what is asked about: what runs now, or the deployment that was taken back before */
export function standing(
  snapshot: ServiceSnapshot,
  symptoms: Symptoms,
  tasks: SeenTask[],
  of: "now" | "before" = "now",
): Standing {
  const { error } = symptoms;
  if (
    error &&
    (pushCodes.test(error.code) ||
      (pushSteps.has(error.step ?? "") && registryText.test((error.quotes ?? []).join("\n"))))
  )
    return { mode: "push", failed: [] };
  const { task: named } = snapshot.subject;
  const asked = named === undefined ? undefined : tasks.find((task) => isTask(task, named));
  if (asked) return ofTask(snapshot, asked, symptoms);
  const service = valueOf(snapshot.service);
  if (snapshot.service.known && snapshot.subject.service && (!service || service.status === "INACTIVE"))
    return { mode: "absent", failed: [] };
  if (!service) return ofTasks(snapshot, tasks);
  if (service.desired === 0 && service.running === 0) return { mode: "idle", failed: [] };
  const now = ofService(snapshot, service, tasks);
  const newest = valueOf(snapshot.serviceDeployments)?.[0];
  if (!isRolledBack(newest)) return now;
  // What runs now comes first: a deployment that was taken back is why nothing new runs, and no reason for an outage.
  // While it is being taken back, and shortly after, only a task that died is one: the others are on their way.
  const settling =
    newest?.status === "ROLLBACK_IN_PROGRESS" ||
    snapshot.at - (primaryOf(service)?.createdAt ?? 0) < settlingMilliseconds;
  if (of === "now" && (settling ? now.mode === "stopped" : outages.has(now.mode))) return { ...now, before: true };
  return ofTakenBack(service, tasks);
}

/** The deployment that was taken back, by its tasks. */
function ofTakenBack(service: Service, tasks: readonly SeenTask[]): Standing {
  const target = takenBack(service);
  const primary = primaryOf(service);
  const stopped = tasks.filter((task) => isStopped(task) && !stoppedOnPurpose(task, target?.id));
  const failed = failedOf(target, stopped, (task) => task.startedBy !== primary?.id);
  return failed[0] ? { mode: "stopped", task: failed[0], failed } : { mode: "rolledBack", failed };
}

const primaryOf = (service: Service): Deployment | undefined =>
  service.deployments.find((item) => item.status === "PRIMARY");

/** Tasks of a deployment that stopped; where ECS does not say of which deployment one is, by revision and time. */
function failedOf(
  target: Deployment | undefined,
  stopped: readonly SeenTask[],
  otherwise: (task: SeenTask) => boolean,
): SeenTask[] {
  const own = stopped.filter((task) => (target ? task.startedBy === target.id : otherwise(task)));
  return own.length || target === undefined
    ? own
    : stopped.filter((task) => task.taskDefinition === target.taskDefinition && task.createdAt >= target.createdAt);
}

/** The service as it is now, by its newest deployment. */
function ofService(snapshot: ServiceSnapshot, service: Service, tasks: readonly SeenTask[]): Standing {
  const primary = primaryOf(service);
  const failed = failedOf(
    primary,
    tasks.filter((task) => isStopped(task) && !stoppedOnPurpose(task, primary?.id)),
    () => false,
  );
  const alive = tasks.filter(
    (task) =>
      !isStopped(task) && (primary === undefined || task.startedBy === primary.id || task.startedBy === undefined),
  );
  const running = alive.filter((task) => task.lastStatus === "RUNNING");
  const sick = targetsOf(snapshot).filter(isSick);
  const sickTask =
    running.find((task) => sick.some((item) => item.target === task.address)) ?? (sick.length ? running[0] : undefined);
  const unwell = running.find((task) => task.health === "UNHEALTHY");
  const last = failed[0];
  const allHealthy =
    service.running >= service.desired &&
    service.desired > 0 &&
    sick.length === 0 &&
    !unwell &&
    service.deployments.every((item) => item.status === "PRIMARY") &&
    ["COMPLETED", undefined].includes(primary?.rolloutState);
  if (last && !allHealthy && !(sickTask && wentFurther(sickTask, last))) return { mode: "stopped", task: last, failed };
  if (last && allHealthy && diedRunning(last) && snapshot.at - (last.stoppedAt ?? last.createdAt) < recentMilliseconds)
    return { mode: "stopped", task: last, failed };
  if (sickTask ?? unwell) return { mode: "sick", task: (sickTask ?? unwell) as SeenTask, failed };
  const registered = targetsOf(snapshot);
  if (
    running[0] &&
    registered.some((item) => item.state === "initial") &&
    !registered.some((item) => item.state === "healthy")
  )
    return { mode: "sick", task: running[0], failed };
  const pending = alive.find((task) => task.lastStatus !== "RUNNING");
  if (pending) return { mode: "pending", task: pending, failed };
  if (service.desired === 0) return { mode: "idle", failed };
  if (primary && service.deployments.length > 1 && primary.running + primary.pending < primary.desired)
    return { mode: alive.length ? "short" : "stuck", failed };
  if (service.running + service.pending < service.desired || sick.length)
    return { mode: "short", ...(alive[0] ? { task: alive[0] } : {}), failed };
  const answer = snapshot.url;
  if (answer && (answer.status === undefined ? answer.error !== undefined : answer.status >= 500))
    return { mode: "url", ...(running[0] ? { task: running[0] } : {}), failed };
  return { mode: "steady", ...(running[0] ? { task: running[0] } : {}), failed };
}

/** True when the running task came after the failed one and is beyond what that one failed of. */
function wentFurther(running: SeenTask, failed: SeenTask): boolean {
  return (
    running.createdAt > failed.createdAt &&
    (failed.stopCode === "TaskFailedToStart" ||
      !failed.containers.some((container) => container.exitCode !== undefined))
  );
}

const diedRunning = (task: SeenTask): boolean =>
  task.stopCode === "EssentialContainerExited" || task.stopCode === "ServiceSchedulerInitiated";

function ofTask(snapshot: ServiceSnapshot, task: SeenTask, symptoms: Symptoms): Standing {
  if (isStopped(task)) {
    const newest = valueOf(snapshot.service)?.deployments.find((item) => item.status === "PRIMARY")?.id;
    return { mode: stoppedOnPurpose(task, newest) ? "ended" : "stopped", task, failed: [task] };
  }
  if (task.lastStatus !== "RUNNING") return { mode: "pending", task, failed: [] };
  const sick = targetsOf(snapshot).find(
    (item) => isSick(item) && (item.target === task.address || item.target === symptoms.target?.id),
  );
  return { mode: sick || task.health === "UNHEALTHY" ? "sick" : "steady", task, failed: [] };
}

function ofTasks(snapshot: ServiceSnapshot, tasks: SeenTask[]): Standing {
  const failed = tasks.filter((task) => isStopped(task) && !stoppedOnPurpose(task, undefined));
  if (failed[0]) return { mode: "stopped", task: failed[0], failed };
  const pending = tasks.find((task) => !isStopped(task) && task.lastStatus !== "RUNNING");
  if (pending) return { mode: "pending", task: pending, failed };
  return { mode: snapshot.service.known ? "steady" : "short", ...(tasks[0] ? { task: tasks[0] } : {}), failed };
}

/** The stages that a failed task can have failed in, by how far it got. */
export function reach(mode: Mode, task: SeenTask | undefined, failedBefore: boolean): [StageName, StageName] {
  switch (mode) {
    case "stopped": {
      if (!task) return ["place", "health"];
      const exited = task.containers.some((container) => container.exitCode !== undefined);
      if (task.stopCode === "ServiceSchedulerInitiated") return ["health", "health"];
      if (exited && task.stopCode === "TaskFailedToStart") return ["create", "start"];
      if (exited) return ["start", "run"];
      if (task.startedAt !== undefined) return ["run", "health"];
      if (task.pullStoppedAt !== undefined) return ["pull", "start"];
      if (task.pullStartedAt !== undefined) return ["init", "pull"];
      if (task.networkInterface === undefined && task.address === undefined && task.stopCode === "TaskFailedToStart")
        return ["place", "place"];
      return ["place", "pull"];
    }
    case "ended":
      return ["run", "health"];
    case "sick":
      return ["health", "health"];
    case "pending":
      return task?.pullStartedAt === undefined ? ["place", "pull"] : ["init", "create"];
    case "stuck":
      return ["place", "place"];
    case "short":
      // Tasks failed and ECS has forgotten them: anything that a task lives through can be it.
      return failedBefore ? ["place", "health"] : ["place", "place"];
    case "url":
    case "steady":
      return ["url", "url"];
    default:
      return ["place", "url"];
  }
}
