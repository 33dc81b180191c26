/** How things stand with a service: which task is judged, what was said, and in which stages the failure can lie. */
import { parseImageReference } from "../../base/imageReference";
import { keyOfSecret, programIn, wordsOf } from "./said/sentences";
import { valueOf, type SeenTask, type ServiceSnapshot } from "../snapshot/serviceSnapshot";
import { isStopped } from "../snapshot/stops";
import { allTasks, isSick, reach, standing, targetsOf, type Standing } from "./standing";
import { stages, type Said, type Symptoms, type DiagnosisContext } from "./types";

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
  { mode, task, before }: Standing,
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
  // What ECS says of a deployment that was taken back is no word on what runs now.
  if (before) return said;
  const newest = valueOf(snapshot.serviceDeployments)?.[0];
  add("deployment", newest?.statusReason);
  for (const deployment of service?.deployments ?? [])
    if (deployment.rolloutState === "FAILED") add("deployment", deployment.rolloutStateReason);
  return said;
}

/**
 * Looks at the situation as a whole. Pure.
 * @param of what is asked about: what runs now, or the deployment that was taken back before
 */
export function contextOf(
  snapshot: ServiceSnapshot,
  symptoms: Symptoms,
  of: "now" | "before" = "now",
): DiagnosisContext {
  const tasks = allTasks(snapshot, symptoms);
  const stand = withLastLinesOfTwin(standing(snapshot, symptoms, tasks, of));
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
    ...(stand.before ? { before: true } : {}),
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
    ...keyOfSecret(said, snapshot.secrets),
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
