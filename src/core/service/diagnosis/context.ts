/** How things stand with a service: which task is judged, what was said, and in which stages the failure can lie. */
import type { Deployment, Service, ServiceDeployment, TargetHealth } from "../../ports/cloud";
import { parseImageReference } from "../../base/imageReference";
import { programIn, wordsOf } from "./said/sentences";
import { valueOf, type SeenTask, type ServiceSnapshot } from "../snapshot/serviceSnapshot";
import { stages, type Mode, type Said, type StageName, type Symptoms, type DiagnosisContext } from "./types";

/** A task of a service that has recovered still says something for so long, if it failed while it ran. */
const recentMilliseconds = 10 * 60_000;
const registryText =
  /no basic auth credentials|authorization token|name unknown|tag invalid|tag is immutable|denied|docker daemon|unauthorized|manifest invalid|push/i;
const pushCodes =
  /^(RegistryLoginExpired|RepositoryMissing|TagImmutable|PushDenied|EngineNotRunning|EngineMissing|NoSpace|LoginFailed|PushFailed|EngineCannotSeeLoopback)$/;

/** Steps in which the registry is spoken to. */
const pushSteps: ReadonlySet<string> = new Set(["token", "login", "tag", "push", "verifyImage"]);

/** True when the task was stopped by a deployment, a scaling or a person, as far as AWS says. */
function onPurpose(task: SeenTask, newest: string | undefined): boolean {
  const said = `${task.stoppedReason ?? ""}`;
  const failed = task.containers.some(
    (container) => container.exitCode !== undefined && ![0, 137, 143].includes(container.exitCode),
  );
  if (/^Scaling act|^Task stopped by/i.test(said) || task.stopCode === "UserInitiated") return !failed;
  // The scheduler's stop without its reason: of a deployment that is being replaced it is the replacing.
  if (task.stopCode === "ServiceSchedulerInitiated" && said.length < 12)
    return !failed && newest !== undefined && task.startedBy !== newest;
  return false;
}

const isStopped = (task: SeenTask): boolean => task.lastStatus === "STOPPED" || task.desiredStatus === "STOPPED";
const isRolledBack = (deployment: ServiceDeployment | undefined): boolean =>
  deployment !== undefined &&
  (deployment.status.startsWith("ROLLBACK") ||
    (deployment.status === "STOPPED" && deployment.circuitBreaker?.status === "TRIGGERED"));

/** What ECS knows and what was seen while waiting, newest first. */
function allTasks(snapshot: ServiceSnapshot, symptoms: Symptoms): SeenTask[] {
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

interface Standing {
  mode: Mode;
  task?: SeenTask;
  failed: SeenTask[];
}

/** The targets of the service that are registered and not going. */
export function targetsOf(snapshot: ServiceSnapshot): (TargetHealth & { group: string })[] {
  const own = valueOf(snapshot.service)?.loadBalancers.map((item) => item.targetGroupArn);
  return (valueOf(snapshot.targetGroups) ?? [])
    .filter((group) => own === undefined || own.length === 0 || own.includes(group.arn))
    .flatMap((group) => (valueOf(group.health) ?? []).map((target) => ({ ...target, group: group.arn })))
    .filter((target) => target.state !== "draining");
}

const isSick = (target: TargetHealth): boolean => ["unhealthy", "unused", "unavailable"].includes(target.state);

/** The deployment that is asked about: the newest one, and after a rollback the one that failed. */
function targetDeployment(service: Service, rolledBack: boolean): Deployment | undefined {
  const primary = service.deployments.find((item) => item.status === "PRIMARY");
  if (!rolledBack) return primary;
  return service.deployments.find((item) => item.rolloutState === "FAILED");
}

function standing(snapshot: ServiceSnapshot, symptoms: Symptoms, tasks: SeenTask[]): Standing {
  const { error } = symptoms;
  if (
    error &&
    (pushCodes.test(error.code) ||
      (pushSteps.has(error.step ?? "") && registryText.test((error.quotes ?? []).join("\n"))))
  )
    return { mode: "push", failed: [] };
  const asked = tasks.find((task) => task.arn === snapshot.subject.task || task.id === snapshot.subject.task);
  if (snapshot.subject.task && asked) return ofTask(snapshot, asked, symptoms);
  const service = valueOf(snapshot.service);
  if (snapshot.service.known && snapshot.subject.service && (!service || service.status === "INACTIVE"))
    return { mode: "absent", failed: [] };
  if (!service) return ofTasks(snapshot, tasks);
  const newest = valueOf(snapshot.serviceDeployments)?.[0];
  const rolledBack = isRolledBack(newest);
  const target = targetDeployment(service, rolledBack);
  const primary = service.deployments.find((item) => item.status === "PRIMARY");
  const ours = (task: SeenTask): boolean =>
    target ? task.startedBy === target.id : rolledBack && task.startedBy !== primary?.id;
  const stopped = tasks.filter((task) => isStopped(task) && !onPurpose(task, target?.id));
  const own = stopped.filter(ours);
  const failed =
    own.length || target === undefined
      ? own
      : stopped.filter((task) => task.taskDefinition === target.taskDefinition && task.createdAt >= target.createdAt);
  const alive = tasks.filter(
    (task) =>
      !isStopped(task) && (primary === undefined || task.startedBy === primary.id || task.startedBy === undefined),
  );
  const running = alive.filter((task) => task.lastStatus === "RUNNING");
  const sick = targetsOf(snapshot).filter(isSick);
  const sickTask =
    running.find((task) => sick.some((item) => item.target === task.address)) ?? (sick.length ? running[0] : undefined);
  const unwell = running.find((task) => task.health === "UNHEALTHY");
  if (rolledBack)
    return { mode: failed[0] ? "stopped" : "rolledBack", ...(failed[0] ? { task: failed[0] } : {}), failed };
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
    return { mode: onPurpose(task, newest) ? "ended" : "stopped", task, failed: [task] };
  }
  if (task.lastStatus !== "RUNNING") return { mode: "pending", task, failed: [] };
  const sick = targetsOf(snapshot).find(
    (item) => isSick(item) && (item.target === task.address || item.target === symptoms.target?.id),
  );
  return { mode: sick || task.health === "UNHEALTHY" ? "sick" : "steady", task, failed: [] };
}

function ofTasks(snapshot: ServiceSnapshot, tasks: SeenTask[]): Standing {
  const failed = tasks.filter((task) => isStopped(task) && !onPurpose(task, undefined));
  if (failed[0]) return { mode: "stopped", task: failed[0], failed };
  const pending = tasks.find((task) => !isStopped(task) && task.lastStatus !== "RUNNING");
  if (pending) return { mode: "pending", task: pending, failed };
  return { mode: snapshot.service.known ? "steady" : "short", ...(tasks[0] ? { task: tasks[0] } : {}), failed };
}

/** The stages that a failed task can have failed in, by how far it got. */
function reach(mode: Mode, task: SeenTask | undefined, failedBefore: boolean): [StageName, StageName] {
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

/** Shorter texts could be anybody's. */
const leastOfReason = 12;
const placement = /^was unable to place a task\. Reason: /;

/**
 * Why tasks of other deployments stopped, and none of this one. ECS may still write such an event after the newest
 * deployment began, and an event names neither its deployment nor its task.
 */
function reasonsOfOthers(tasks: readonly SeenTask[], newest: string | undefined): readonly string[] {
  const reasons = (own: boolean): string[] =>
    tasks
      .filter((task) => isStopped(task) && (task.startedBy === newest) === own)
      .flatMap((task) => [task.stoppedReason, ...task.containers.map((container) => container.reason)])
      .filter((reason) => reason !== undefined && reason.trim().length >= leastOfReason) as string[];
  const own = reasons(true);
  return newest === undefined ? [] : reasons(false).filter((reason) => !own.includes(reason));
}

/** Events of this deployment that nothing newer has made old news, newest first. */
function freshEvents(snapshot: ServiceSnapshot, after: number, tasks: readonly SeenTask[], running?: SeenTask): Said[] {
  const service = valueOf(snapshot.service);
  if (!service) return [];
  const newest = service.deployments.find((item) => item.status === "PRIMARY")?.id;
  const others = reasonsOfOthers(tasks, newest);
  const events: Said[] = [];
  for (const event of service.events) {
    if (event.at < after || /\) has reached a/.test(event.message)) break;
    const text = event.message.replace(/^\(service [^)]*\)?\)?,?\s*/, "");
    if (placement.test(text)) {
      // A task that runs was placed and started after all.
      if (running && event.at <= (running.startedAt ?? running.createdAt)) continue;
      if (others.some((reason) => text.includes(reason) || reason.startsWith(text.replace(placement, "")))) continue;
    }
    events.push({
      by: "event",
      text: text.replace(/^was unable to place a task\. Reason: (?=\w*(Cannot|Resource|Task|Timeout))/, ""),
    });
  }
  return events;
}

const exitCodes = (task: SeenTask): string =>
  task.containers.map((container) => `${container.name} ${container.exitCode ?? ""}`).join();

/** What the newest task printed may not have arrived yet; one before it that ended in the same way said the same. */
function withLastLinesOfTwin(stand: Standing): Standing {
  const { task, failed, mode } = stand;
  if (mode !== "stopped" || !task || task.lastLines.length) return stand;
  const same = failed.find((other) => other.lastLines.length > 0 && exitCodes(other) === exitCodes(task));
  return same ? { ...stand, task: { ...task, lastLines: same.lastLines } } : stand;
}

function sayings(
  snapshot: ServiceSnapshot,
  symptoms: Symptoms,
  { mode, task }: Standing,
  tasks: readonly SeenTask[],
): Said[] {
  const said: Said[] = [];
  const add = (by: Said["by"], text: string | undefined) => {
    if (text !== undefined && text.trim() !== "") said.push({ by, text });
  };
  for (const line of symptoms.error ? [symptoms.error.code, ...(symptoms.error.quotes ?? [])] : []) add("error", line);
  if (mode === "push") return said;
  if (task && isStopped(task)) {
    add("task", task.stoppedReason);
    for (const container of task.containers) add("container", container.reason);
  }
  for (const target of targetsOf(snapshot))
    if (isSick(target) || target.state === "initial") add("target", target.description);
  for (const line of task?.lastLines ?? []) add("log", line);
  const service = valueOf(snapshot.service);
  const primary = service?.deployments.find((item) => item.status === "PRIMARY");
  // What is said of placing is old news once a task came after it; the rest belongs to the deployment.
  const begun = primary?.createdAt ?? 0;
  const since = mode === "stopped" && task ? Math.max(task.createdAt - 1000, Math.min(begun, task.createdAt)) : begun;
  if (mode !== "steady" && mode !== "ended")
    said.push(...freshEvents(snapshot, since, tasks, mode === "sick" ? task : undefined));
  const newest = valueOf(snapshot.serviceDeployments)?.[0];
  add("deployment", newest?.statusReason);
  for (const deployment of service?.deployments ?? [])
    if (deployment.rolloutState === "FAILED") add("deployment", deployment.rolloutStateReason);
  return said;
}

/** Looks at the situation as a whole. Pure. */
export function contextOf(snapshot: ServiceSnapshot, symptoms: Symptoms): DiagnosisContext {
  const tasks = allTasks(snapshot, symptoms);
  const stand = withLastLinesOfTwin(standing(snapshot, symptoms, tasks));
  const { mode, task, failed } = stand;
  const primary = valueOf(snapshot.service)?.deployments.find((item) => item.status === "PRIMARY");
  const [low, high] = reach(mode, task, (primary?.failed ?? 0) > 0);
  const definition = valueOf(snapshot.revision)?.definition;
  const container =
    task?.containers.find((item) => item.exitCode !== undefined && item.exitCode !== 0) ??
    task?.containers.find((item) => item.reason !== undefined) ??
    task?.containers.find((item) => item.exitCode !== undefined) ??
    task?.containers[0];
  const definitions = definition?.containerDefinitions ?? [];
  const containerDefinition = definitions.find((item) => item.name === container?.name) ?? definitions[0];
  const serviceDeployment = valueOf(snapshot.serviceDeployments)?.[0];
  const context: DiagnosisContext = {
    snapshot,
    symptoms,
    mode,
    low: stages[low],
    high: stages[high],
    failed,
    said: sayings(snapshot, symptoms, stand, tasks),
    values: {},
    ...(task ? { task } : {}),
    ...(container ? { container } : {}),
    ...(definition ? { definition } : {}),
    ...(containerDefinition ? { containerDefinition } : {}),
    ...(serviceDeployment ? { serviceDeployment } : {}),
  };
  return { ...context, values: names(context) };
}

function names({
  snapshot,
  task,
  container,
  definition,
  containerDefinition,
  said,
}: DiagnosisContext): Record<string, string> {
  const service = valueOf(snapshot.service);
  const { identity, subject, expected } = snapshot;
  const balancer = service?.loadBalancers[0];
  const group =
    valueOf(snapshot.targetGroups)?.find((item) => item.arn === balancer?.targetGroupArn) ??
    valueOf(snapshot.targetGroups)?.[0];
  const image = containerDefinition?.image;
  const reference = image === undefined ? undefined : parseImageReference(image);
  const found: Record<string, string | number | undefined> = {
    region: identity.region,
    account: identity.account,
    cluster: subject.cluster,
    service: subject.service,
    task: task?.id,
    container: container?.name ?? containerDefinition?.name,
    port: balancer?.containerPort ?? expected?.port,
    path: group?.healthCheck.path ?? expected?.healthPath,
    matcher: group?.healthCheck.matcher ?? expected?.matcher,
    targetGroup: group?.arn,
    groupName: group?.name,
    image,
    repository:
      snapshot.images.find((item) => item.reference === image)?.repository ??
      expected?.repository ??
      reference?.repository,
    tag: reference?.digest ?? reference?.tag ?? "latest",
    role: snapshot.executionRole.known
      ? (snapshot.executionRole.value?.name ?? definition?.executionRoleArn?.split("/").at(-1))
      : definition?.executionRoleArn?.split("/").at(-1),
    memory: task?.memory || definition?.memory || undefined,
    cpu: task?.cpu ?? definition?.cpu,
    desired: service?.desired,
    running: service?.running,
    exit: container?.exitCode,
    ...wordsOf(task, containerDefinition),
    program: programIn(said),
    application: expected?.application,
    logGroup: snapshot.logs.find((item) => item.container === container?.name)?.group ?? snapshot.logs[0]?.group,
    family: definition?.family,
  };
  return Object.fromEntries(
    Object.entries(found).flatMap(([key, value]) =>
      value === undefined || value === "" ? [] : [[key, String(value)] as const],
    ),
  );
}
