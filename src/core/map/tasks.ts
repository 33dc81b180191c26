/** The tasks as nodes: a few are drawn each, many as dots by revision, with those that need attention in full. */
import type { TargetHealth } from "../ports/cloud";
import { age } from "../ports/resourceModel";
import { valueOf, type SeenTask } from "../service/snapshot/serviceSnapshot";
import { stepsState, type MapInput } from "./input";
import type { MapNode, MapState, ResourcePath } from "./diagram";
import { joined, lastPart, plural, revisionOf, shortZone } from "./format";

/** As many are drawn one by one. */
const mostDrawn = 6;
/** Of many, as many of those that need attention are drawn in full. */
const mostInFull = 3;
/** Stopped ones that tell why a rollout does not get on. */
const mostStopped = 2;

export const taskGroupId = "tasks";

interface Judged {
  task: SeenTask;
  state: MapState;
  word: string;
  why?: string;
}

const healthStates: Readonly<Record<string, MapState>> = {
  healthy: "ok",
  unhealthy: "failing",
  initial: "running",
  draining: "idle",
  unused: "degraded",
  unavailable: "degraded",
};
const starting: ReadonlySet<string> = new Set(["PROVISIONING", "PENDING", "ACTIVATING"]);

/** How a task is, by ECS and by the target group that asks it. */
export function judgeTask(
  task: SeenTask,
  health: TargetHealth | undefined,
  isTarget: boolean,
  path = "",
): Omit<Judged, "task"> {
  const exit = task.containers.find((container) => (container.exitCode ?? 0) !== 0);
  if (task.lastStatus === "STOPPED" || task.lastStatus === "DEPROVISIONING") {
    const broken = task.stopCode !== "ServiceSchedulerInitiated" && task.stopCode !== "UserInitiated";
    const why =
      exit?.reason ?? task.containers.find((container) => container.reason)?.reason ?? task.stoppedReason ?? "";
    return {
      state: broken ? "failing" : "idle",
      word: exit ? `stopped, exit code ${exit.exitCode ?? ""}` : "stopped",
      ...(why ? { why } : {}),
    };
  }
  if (task.desiredStatus === "STOPPED")
    return { state: "idle", word: health?.state === "draining" ? "draining" : "stopping" };
  if (starting.has(task.lastStatus)) return { state: "running", word: task.lastStatus.toLowerCase() };
  if (task.health === "UNHEALTHY")
    return { state: "failing", word: "container check failing", why: "the container's own health check fails" };
  if (!isTarget) return { state: "ok", word: "running" };
  if (!health) return { state: "running", word: "running, not a target yet" };
  const codes = /with these codes: \[([\d, ]+)\]/.exec(health.description ?? "")?.[1];
  const why =
    health.state !== "unhealthy" && health.state !== "unavailable"
      ? ""
      : codes
        ? `answers ${codes}${path && ` on ${path}`}`
        : (health.description ?? health.reason ?? "");
  const word =
    { healthy: "healthy", unhealthy: "health check failing", initial: "first health checks", draining: "draining" }[
      health.state
    ] ?? health.state;
  return { state: healthStates[health.state] ?? "unknown", word, ...(why ? { why } : {}) };
}

const isLive = ({ task }: Judged): boolean => task.lastStatus !== "STOPPED" && task.lastStatus !== "DEPROVISIONING";

/** The newest of those that broke, where they say why the service is short of tasks. */
function brokenOnes(all: readonly Judged[], live: readonly Judged[], desired: number, now: number): Judged[] {
  const healthy = live.filter(({ state }) => state === "ok").length;
  if (healthy >= desired) return [];
  return all
    .filter((item) => !isLive(item) && item.state === "failing" && now - (item.task.stoppedAt ?? now) < 15 * 60_000)
    .sort((a, b) => (b.task.stoppedAt ?? 0) - (a.task.stoppedAt ?? 0))
    .slice(0, mostStopped);
}

/** Every task that is drawn, oldest revision first so that nothing jumps while a rollout goes on. */
export function taskNodes(input: MapInput): MapNode[] {
  const { snapshot, app, now } = input;
  const seen = snapshot ? (valueOf(snapshot.tasks) ?? []) : [];
  if (!snapshot || seen.length === 0) return [plannedTasks(input)];
  const groups = valueOf(snapshot.targetGroups) ?? [];
  const health = new Map(
    groups.flatMap((group) =>
      (valueOf(group.health) ?? []).map((target): [string, TargetHealth] => [target.target, target]),
    ),
  );
  const all = seen.map(
    (task): Judged => ({
      task,
      ...judgeTask(
        task,
        task.address === undefined ? undefined : health.get(task.address),
        groups.length > 0,
        groups[0]?.healthCheck.path,
      ),
    }),
  );
  const live = all
    .filter(isLive)
    .sort(
      (a, b) =>
        Number(revisionOf(a.task.taskDefinition)) - Number(revisionOf(b.task.taskDefinition)) ||
        a.task.createdAt - b.task.createdAt ||
        a.task.id.localeCompare(b.task.id),
    );
  const service = valueOf(snapshot.service);
  const broken = brokenOnes(all, live, service?.desired ?? app?.desiredCount ?? live.length, now);
  if (live.length + broken.length === 0) return [plannedTasks(input)];
  const place = { cluster: snapshot.subject.cluster, service: snapshot.subject.service };
  const one = (item: Judged): MapNode => taskNode(item, place, now);
  if (live.length + broken.length <= mostDrawn) return [...live, ...broken].map(one);
  const attention = [...live.filter(({ state }) => state === "failing"), ...broken].slice(0, mostInFull);
  const rest = live.filter((item) => !attention.includes(item));
  const revisions = [...new Set(rest.map(({ task }) => task.taskDefinition))];
  return [
    ...revisions.map((revision) =>
      manyTasks(
        revision,
        rest.filter(({ task }) => task.taskDefinition === revision),
        place,
      ),
    ),
    ...attention.map(one),
  ];
}

interface Place {
  cluster: string;
  service: string | undefined;
}

const pathOf = ({ cluster, service }: Place, task?: string): ResourcePath => [
  { kind: "clusters" },
  { kind: "cluster", key: cluster },
  ...(service === undefined ? [] : [{ kind: "service", key: service }]),
  { kind: "tasks" },
  ...(task === undefined ? [] : [{ kind: "task", key: task }]),
];

/** Whether ECS says that the image could not be pulled. */
const pullFailed = (task: SeenTask): boolean =>
  [task.stoppedReason, ...task.containers.map(({ reason }) => reason)].some((said) =>
    /CannotPull|pull image|ImageNotFound/i.test(said ?? ""),
  );

function taskNode({ task, state, word, why }: Judged, place: Place, now: number): MapNode {
  const stopped = task.lastStatus === "STOPPED" || task.lastStatus === "DEPROVISIONING";
  const since = stopped ? task.stoppedAt : (task.startedAt ?? task.createdAt);
  const address = joined([task.address, shortZone(task.zone) && `zone ${shortZone(task.zone)}`, age(since, now)]);
  return {
    id: `task/${task.id}`,
    kind: "task",
    title: `Task ${task.id.slice(0, 8)} · rev ${revisionOf(task.taskDefinition)}`,
    name: word,
    state,
    ...(why ? { why } : {}),
    lines: [{ text: why ?? address, tells: why !== undefined }],
    phase: 7,
    steps: [],
    group: taskGroupId,
    arn: task.arn,
    task: { ...(task.address === undefined ? {} : { address: task.address }), pullFailed: pullFailed(task) },
    facts: [
      ["Task", task.id],
      ["Revision", lastPart(task.taskDefinition)],
      ["ECS", joined([task.lastStatus, task.desiredStatus !== task.lastStatus && `desired ${task.desiredStatus}`])],
      ["Address", joined([task.address, task.publicAddress])],
      ["Zone", task.zone ?? ""],
      ["Size", joined([task.cpu && `${Number(task.cpu) / 1024} vCPU`, task.memory && `${task.memory} MB`])],
      [stopped ? "Stopped" : "Age", age(since, now)],
      ["Stopped reason", task.stoppedReason ?? ""],
      ...task.containers.map((container): [string, string] => [
        `Container ${container.name}`,
        joined([
          container.lastStatus,
          container.health && container.health !== "UNKNOWN" && container.health,
          container.exitCode !== undefined && `exit code ${container.exitCode}`,
          container.reason,
        ]),
      ]),
      ["Last line", task.lastLines.at(-1) ?? ""],
    ],
    actions: [
      stopped ? { id: "lastLines", label: "Show Last Log Lines" } : { id: "tail", label: "Tail Logs" },
      ...(state === "failing" ? [{ id: "diagnose" as const, label: "Diagnose" }] : []),
      { id: "reveal", label: "Reveal in AWS Resources" },
      { id: "copy", label: "Copy ARN", value: task.arn },
      ...(task.address === undefined ? [] : [{ id: "copy" as const, label: "Copy Address", value: task.address }]),
      { id: "console", label: "Open in Console" },
    ],
    path: stopped
      ? [...pathOf(place).slice(0, -1), { kind: "stoppedTasks" }, { kind: "task", key: task.arn }]
      : pathOf(place, task.arn),
    ref: { cluster: place.cluster, task: task.id, ...(place.service === undefined ? {} : { service: place.service }) },
  };
}

const worstFirst: readonly MapState[] = ["failing", "degraded", "running", "unknown", "idle", "ok"];

function manyTasks(revision: string, items: readonly Judged[], place: Place): MapNode {
  const dots = worstFirst
    .map((state) => ({ state, count: items.filter((item) => item.state === state).length }))
    .filter(({ count }) => count > 0);
  const counts = new Map<string, number>();
  for (const { word } of items) counts.set(word, (counts.get(word) ?? 0) + 1);
  const zones = new Map<string, number>();
  for (const { task } of items) if (task.zone) zones.set(task.zone, (zones.get(task.zone) ?? 0) + 1);
  const words = [...counts].map(([word, count]) => `${count} ${word}`);
  const bad = items.filter((item) => item.state === "failing").length;
  const state: MapState =
    bad === items.length
      ? "failing"
      : bad
        ? "degraded"
        : dots.some((dot) => dot.state === "running")
          ? "running"
          : items.every((item) => item.state === "idle")
            ? "idle"
            : "ok";
  return {
    id: `tasks/${lastPart(revision)}`,
    kind: "tasks",
    title: `Tasks · revision ${revisionOf(revision)}`,
    name: plural(items.length, "task"),
    state,
    lines: [
      {
        text:
          joined([...zones].sort().map(([zone, count]) => `${shortZone(zone)} ${count}`)) &&
          `zones ${joined([...zones].sort().map(([zone, count]) => `${shortZone(zone)} ${count}`))}`,
      },
      { text: words.join(" · "), tells: true },
    ].filter(({ text }) => text),
    phase: 7,
    steps: [],
    group: taskGroupId,
    dots,
    facts: [
      ["Revision", lastPart(revision)],
      ...words.map((word): [string, string] => ["Tasks", word]),
      ...[...zones].sort().map(([zone, count]): [string, string] => [zone, plural(count, "task")]),
    ],
    actions: [
      { id: "tail", label: "Tail Logs" },
      { id: "reveal", label: "Reveal in AWS Resources" },
      { id: "console", label: "Open in Console" },
    ],
    path: pathOf(place),
    ref: { cluster: place.cluster, ...(place.service === undefined ? {} : { service: place.service }) },
  };
}

function plannedTasks({ deployment, snapshot, app }: MapInput): MapNode {
  const service = snapshot && valueOf(snapshot.service);
  const unread = snapshot?.tasks.known === false ? snapshot.tasks.why : undefined;
  const desired = service?.desired ?? deployment.rollout?.desired ?? app?.desiredCount;
  const counts = deployment.rollout;
  const state: MapState =
    unread !== undefined ? "unknown" : service && desired ? "running" : (stepsState(deployment, ["rollout"]) ?? "idle");
  return {
    id: "tasks/planned",
    kind: "tasks",
    title: "Tasks",
    name: desired === undefined ? "Tasks" : plural(desired, "task"),
    state,
    ...(unread === undefined ? {} : { why: unread }),
    lines: [
      {
        text:
          unread ??
          (counts
            ? joined([
                `${counts.running} running`,
                counts.pending > 0 && `${counts.pending} pending`,
                counts.failed > 0 && `${counts.failed} failed`,
              ])
            : app?.port === undefined
              ? ""
              : `port ${app.port}`),
        tells: counts !== undefined,
      },
    ].filter(({ text }) => text),
    phase: 7,
    steps: ["rollout"],
    group: taskGroupId,
    facts: [],
    actions: [],
    ref: {},
  };
}
