/** From what a tail follows to log groups and streams: what the task definitions say. */
import { SlipwayError } from "../base/errors";
import type { EcsPort } from "../ports/cloud";
import type { LogTailPort, StreamScope } from "../ports/logs";
import type { TaskDefinition } from "../base/taskDefinition";
import { isWholeId, partsOf, taskId, type ServiceTarget, type TailTarget, type TaskTarget } from "./target";

export interface GroupScope {
  group: string;
  scope: StreamScope;
}

export interface Resolution {
  scopes: GroupScope[];
  /** What a person should know of them. */
  notes: string[];
  /** Streams by name, where these are known: a task's. */
  streams: { group: string; stream: string }[];
}

/** Reads the world for a tail. */
export interface ResolveContext {
  readonly ecs: Pick<EcsPort, "findService" | "findTaskDefinition">;
  readonly port: LogTailPort;
  readonly region: string;
  readonly signal: AbortSignal;
}

interface ContainerLog {
  container: string;
  group: string;
  prefix?: string;
  region?: string;
  mode?: string;
}

/** Streams that are looked through for those of a task that ECS has forgotten. */
const searchedStreams = 1000;

/** Where each container logs to; those with another driver than awslogs are named in `others`. */
function containerLogs(definition: TaskDefinition): { logs: ContainerLog[]; others: string[] } {
  const logs: ContainerLog[] = [];
  const others: string[] = [];
  for (const item of definition.containerDefinitions ?? []) {
    const log = item["logConfiguration"] as { logDriver?: string; options?: Record<string, string> } | undefined;
    const options = log?.options ?? {};
    const group = options["awslogs-group"];
    if (log?.logDriver !== "awslogs" || group === undefined || item.name === undefined) {
      others.push(item.name ?? "");
      continue;
    }
    const [prefix, region, mode] = [options["awslogs-stream-prefix"], options["awslogs-region"], options["mode"]];
    logs.push({
      container: item.name,
      group,
      ...(prefix === undefined ? {} : { prefix }),
      ...(region === undefined ? {} : { region }),
      ...(mode === undefined ? {} : { mode }),
    });
  }
  return { logs, others };
}

/** What a tail of one container cannot show: the promise of "nothing lost" begins at CloudWatch. */
function notesOf(log: ContainerLog, region: string): string[] {
  const notes: string[] = [];
  if (log.region !== undefined && log.region !== region)
    notes.push(
      `${log.container} logs to ${log.region}, which this connection (${region}) does not reach: it is left out.`,
    );
  if (log.mode === "non-blocking")
    notes.push(
      `${log.container}'s log driver is non-blocking: what overflows its buffer is dropped before CloudWatch sees it.`,
    );
  // ECS's default since June 2025, unless the account setting defaultLogDriverMode says otherwise.
  else if (log.mode === undefined)
    notes.push(
      `${log.container}'s log driver states no mode, and ECS's default is non-blocking: what overflows its ` +
        `buffer is dropped before CloudWatch sees it. "mode": "blocking" in the task definition prevents that.`,
    );
  return notes;
}

/** The scopes of one definition's containers; `task` narrows them to its streams. */
function scopesOf(
  definition: TaskDefinition,
  region: string,
  wanted: { container?: string | undefined; task?: string | undefined },
): Resolution {
  const { logs, others } = containerLogs(definition);
  const chosen = logs.filter((log) => wanted.container === undefined || log.container === wanted.container);
  const result: Resolution = { scopes: [], notes: [], streams: [] };
  for (const log of chosen) {
    result.notes.push(...notesOf(log, region));
    if (log.region !== undefined && log.region !== region) continue;
    if (log.prefix === undefined) {
      // Only outside Fargate: the driver then names streams after the container's id.
      result.notes.push(
        `${log.container} has no stream prefix, so its streams cannot be told apart: the whole group ` +
          `${log.group} is followed.`,
      );
      result.scopes.push({ group: log.group, scope: {} });
      continue;
    }
    const base = `${log.prefix}/${log.container}/`;
    result.scopes.push({
      group: log.group,
      scope: { prefix: wanted.task === undefined ? base : `${base}${wanted.task}` },
    });
    if (wanted.task !== undefined) result.streams.push({ group: log.group, stream: `${base}${wanted.task}` });
  }
  const silent = others.filter((name) => wanted.container === undefined || name === wanted.container);
  if (silent.length)
    result.notes.push(
      `${silent.join(", ")} ${silent.length === 1 ? "does" : "do"} not log to CloudWatch (another log ` +
        "driver, or none).",
    );
  return result;
}

/** Several resolutions as one, each scope and note once. */
function joined(parts: readonly Resolution[]): Resolution {
  const unique = <T>(items: T[]) => [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
  return {
    scopes: unique(parts.flatMap((part) => part.scopes)),
    notes: unique(parts.flatMap((part) => part.notes)),
    streams: unique(parts.flatMap((part) => part.streams)),
  };
}

/** ARNs of the task definitions that a service's deployments run: two in a rollout. Undefined where there is no service. */
export async function serviceDefinitions(
  context: ResolveContext,
  cluster: string,
  service: string,
): Promise<string[] | undefined> {
  const found = await context.ecs.findService(cluster, service);
  if (!found || found.status === "INACTIVE") return undefined;
  return [
    ...new Set([found.taskDefinition, ...found.deployments.map((deployment) => deployment.taskDefinition)]),
  ].filter((arn) => arn !== "");
}

export async function definitionScopes(
  context: ResolveContext,
  arns: readonly string[],
  wanted: { container?: string | undefined; task?: string | undefined },
): Promise<Resolution> {
  const found = await Promise.all(arns.map((arn) => context.ecs.findTaskDefinition(arn)));
  return joined(found.flatMap((item) => (item ? [scopesOf(item.definition, context.region, wanted)] : [])));
}

/** Groups and streams of a target, as of now. Throws a SlipwayError where there are none. */
export async function resolveTarget(context: ResolveContext, target: TailTarget): Promise<Resolution> {
  switch (target.kind) {
    case "group":
      return { scopes: [{ group: target.group, scope: {} }], notes: [], streams: [] };
    case "stream":
      return { scopes: [{ group: target.group, scope: { streams: [target.stream] } }], notes: [], streams: [target] };
    case "service":
      return resolveService(context, target);
    case "task":
      return resolveTask(context, target);
  }
}

async function resolveService(context: ResolveContext, target: ServiceTarget): Promise<Resolution> {
  const arns = await serviceDefinitions(context, target.cluster, target.service);
  if (arns === undefined) {
    if (target.group !== undefined && (await context.port.groupArn(target.group, context.signal)) !== undefined) {
      return {
        scopes: [{ group: target.group, scope: {} }],
        notes: [
          `There is no service ${target.service} in ${target.cluster}; this is what its log group ` +
            `${target.group} holds.`,
        ],
        streams: [],
      };
    }
    throw new SlipwayError({
      code: "ServiceMissing",
      summary: `There is no service ${target.service} in the cluster ${target.cluster}.`,
      remedy: "Deploy it, or name another service or a log group.",
      actions: ["chooseConnection"],
    });
  }
  return someScopes(await definitionScopes(context, arns, { container: target.container }), target.service);
}

async function resolveTask(context: ResolveContext, target: TaskTarget): Promise<Resolution> {
  const task = taskId(target.task);
  // ECS refuses what is no whole id; of a short one, which the lines have, the streams tell the rest.
  const known = isWholeId(task) ? await context.port.findTask(target.cluster, task, context.signal) : undefined;
  if (known)
    return someScopes(
      await definitionScopes(context, [known.taskDefinition], { task, container: target.container }),
      task,
    );
  const gone = `ECS no longer knows the task ${task}; its streams are still there.`;
  const arns =
    target.service === undefined ? undefined : await serviceDefinitions(context, target.cluster, target.service);
  const guessed =
    arns === undefined ? undefined : await definitionScopes(context, arns, { task, container: target.container });
  const groups = [
    ...new Set([
      ...(guessed?.scopes.map((scope) => scope.group) ?? []),
      ...(target.group === undefined ? [] : [target.group]),
    ]),
  ];
  // The task may be older than the service's revisions of today: its streams are looked for by its id.
  const found = await Promise.all(
    groups.map((group) =>
      streamsOfTask(
        context,
        group,
        task,
        guessed?.streams.filter((item) => item.group === group).map((item) => item.stream) ?? [],
      ),
    ),
  );
  const streams = found
    .flat()
    .filter(({ stream }) => target.container === undefined || partsOf(stream).container === target.container);
  const whole = streams.map(({ stream }) => partsOf(stream).task).find((id) => id !== undefined);
  if (!isWholeId(task) && whole !== undefined) return resolveTask(context, { ...target, task: whole });
  if (streams.length === 0) {
    throw new SlipwayError({
      code: "TaskMissing",
      summary: isWholeId(task)
        ? `ECS no longer knows the task ${task}, and no log stream of it was found.`
        : `There is no task whose id is or begins with "${task}", and no log stream of one.`,
      evidence: groups.length ? [`Looked in ${groups.join(", ")}.`] : [],
      remedy: groups.length ? "Its logs may have expired." : "Name its service or its log group as well.",
      actions: [],
    });
  }
  return { scopes: streams.map(({ group, stream }) => ({ group, scope: { prefix: stream } })), notes: [gone], streams };
}

async function streamsOfTask(
  context: ResolveContext,
  group: string,
  task: string,
  guesses: readonly string[],
): Promise<{ group: string; stream: string }[]> {
  const none = () => [];
  const there = await Promise.all(
    guesses.map((prefix) => context.port.listStreams(group, { prefix, limit: 1 }, context.signal).catch(none)),
  );
  const direct = there.flat().map(({ name }) => ({ group, stream: name }));
  if (direct.length) return direct;
  const all = await context.port.listStreams(group, { limit: searchedStreams }, context.signal).catch(none);
  return all
    .filter(({ name }) => partsOf(name).task?.startsWith(task) ?? name.endsWith(`/${task}`))
    .map(({ name }) => ({ group, stream: name }));
}

function someScopes(resolution: Resolution, name: string): Resolution {
  if (resolution.scopes.length) return resolution;
  throw new SlipwayError({
    code: "NoLogs",
    summary: `${name} has no container that logs to CloudWatch here.`,
    evidence: resolution.notes,
    remedy: "Give its containers the awslogs driver in the task definition.",
    actions: ["openTaskDefinition"],
  });
}
