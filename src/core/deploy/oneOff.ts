/** One-off tasks: another command in a task of what the service runs, with its network, role and secrets. */
import { cancelled, isCancelled, SlipwayError } from "../base/errors";
import type { Cloud, LogEvent, Task } from "../ports/cloud";
import { logsOf } from "../taskDefinition/model/generate";
import { ownershipTags, type RunInput } from "./observedState";
import { findOwnService } from "./readHistory";
import { findRevision } from "./revisions";
import { Looks, untilSeen } from "./step";

type Input = Pick<RunInput, "app" | "cloud" | "ids" | "journal" | "clock" | "pollMilliseconds"> & {
  readonly signal: AbortSignal;
};

export interface OneOff {
  readonly command: readonly string[];
  /** Whose command it is; the application's where it is absent. */
  readonly container?: string | undefined;
}

/** What there is to tell while it runs. */
export type OneOffNews =
  /** `log` is its group; absent where its container writes into none, so that no line comes. */
  | { readonly kind: "started"; readonly task: string; readonly revision: string; readonly log?: string }
  | { readonly kind: "state"; readonly state: string }
  | { readonly kind: "line"; readonly at: number; readonly message: string };

export interface OneOffResult {
  /** What the command ended with. */
  readonly exitCode: number;
  /** Id of the task. */
  readonly task: string;
  readonly arn: string;
  readonly revision: string;
}

/** So many looks at its log in a row that bring nothing, once it has ended, are its end. */
const quietLooks = 3;

const nameOf = (arn: string): string => arn.split("/").at(-1) ?? arn;

/**
 * Runs a command to its end and hands on what it prints. When the signal ends it, the task is stopped.
 * @throws SlipwayError NotDeployed, RevisionGone, ContainerMissing, TaskNotStarted, Cancelled
 */
export async function runOneOff(
  input: Input,
  { command, container: asked }: OneOff,
  tell: (news: OneOffNews) => void,
): Promise<OneOffResult> {
  const { app, cloud } = input;
  const service = await findOwnService(input);
  const live = await findRevision(cloud, service.taskDefinition);
  const revision = nameOf(service.taskDefinition);
  const { network } = service;
  if (!live || !network)
    throw new SlipwayError({
      code: "RevisionGone",
      summary: `What ${app.service} runs (${revision}) cannot be read, so no task of it can be started.`,
      remedy: "Deploy again, then run it.",
      actions: ["retry"],
    });
  const names = (live.definition.containerDefinitions ?? []).flatMap(({ name }) => name ?? []);
  const container = asked ?? (names.includes(app.container) ? app.container : (names[0] ?? ""));
  if (!names.includes(container))
    throw new SlipwayError({
      code: "ContainerMissing",
      summary: `${revision} has no container "${container}".`,
      evidence: [`It has: ${names.join(", ")}.`],
      remedy: "Name one of them: --container NAME.",
      actions: [],
    });
  const clientToken = crypto.randomUUID();
  // Whoever ends it meanwhile waits for the answer: a task that nobody knows of would run on.
  const lasting = cloud.withSignal(new AbortController().signal);
  // The same token however often it is asked: there is one task.
  const task = await untilSeen(input, () =>
    lasting.ecs.runTask(app.cluster, {
      definition: live.arn,
      network,
      ...(service.platformVersion === undefined ? {} : { platformVersion: service.platformVersion }),
      container,
      command,
      startedBy: "slipway-run",
      tags: ownershipTags(app),
      clientToken,
    }),
  );
  const log = logsOf(live.definition, container);
  tell({ kind: "started", task: task.id, revision, ...(log ? { log: log.group } : {}) });
  const stream = log && { group: log.group, name: `${log.prefix ? `${log.prefix}/` : ""}${container}/${task.id}` };
  try {
    const ended = await followed(input, task, stream, tell);
    return { exitCode: exitOf(ended, container), task: task.id, arn: task.arn, revision };
  } catch (error) {
    if (!isCancelled(error) && !input.signal.aborted) throw error;
    await stopped(lasting, app.cluster, task);
    throw cancelled(`The task ${task.id} was stopped.`);
  }
}

const stopped = (cloud: Cloud, cluster: string, { arn }: Task): Promise<void> =>
  cloud.ecs.stopTask(cluster, arn, "Stopped by slipway run");

interface Stream {
  readonly group: string;
  readonly name: string;
}

/** Until it has stopped and its log says no more. */
async function followed(
  input: Input,
  { arn }: Task,
  stream: Stream | undefined,
  tell: (news: OneOffNews) => void,
): Promise<Task> {
  const { app, cloud } = input;
  const looks = new Looks(input);
  let token: string | undefined;
  let state = "";
  let quiet = 0;
  for (;;) {
    const found = await looks.take(() => cloud.ecs.findTask(app.cluster, arn));
    if (found && found.lastStatus !== state) tell({ kind: "state", state: (state = found.lastStatus) });
    const page = stream && (await looks.take(() => cloud.logs.nextEvents(stream.group, stream.name, token)));
    const events: readonly LogEvent[] = page?.events ?? [];
    for (const { at, message } of events) tell({ kind: "line", at, message });
    token = page?.token ?? token;
    if (found?.lastStatus === "STOPPED") {
      quiet = events.length ? 0 : quiet + 1;
      // What was printed last arrives after the task has ended; what never ran has printed nothing.
      if (!stream || quiet >= quietLooks) return found;
    }
    if (events.length === 0) await looks.pause();
  }
}

/** The command's own end; without one it never ran. */
function exitOf({ id, containers, stoppedReason }: Task, name: string): number {
  const container = containers.find((each) => each.name === name);
  if (container?.exitCode !== undefined) return container.exitCode;
  throw new SlipwayError({
    code: "TaskNotStarted",
    summary: `The task ${id} ended before its command ran: ${stoppedReason ?? "ECS does not say why"}.`,
    evidence: [container?.reason ?? ""].filter(Boolean),
    remedy: "slipway diagnose --task ID says more.",
    actions: [],
  });
}
