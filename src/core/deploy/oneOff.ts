/** One-off tasks: another command in a task of what the service runs, with its network, role and secrets. */
import { cancelled, isCancelled, SlipwayError } from "../base/errors";
import type { Cloud, Task } from "../ports/cloud";
import { ownershipTags, type RunInput } from "./observedState";
import { findOwnService } from "./readHistory";
import { findRevision } from "./revisions";
import { containerFor, exitCodeOf, followTask, taskLog, type TaskNews } from "./runTask";
import { untilSeen } from "./step";

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
  { readonly kind: "started"; readonly task: string; readonly revision: string; readonly log?: string } | TaskNews;

export interface OneOffResult {
  /** What the command ended with. */
  readonly exitCode: number;
  /** Id of the task. */
  readonly task: string;
  readonly arn: string;
  readonly revision: string;
}

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
  const container = containerFor(live.definition, app, asked, revision);
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
  const log = taskLog(live.definition, container, task.id);
  tell({ kind: "started", task: task.id, revision, ...(log ? { log: log.group } : {}) });
  try {
    const ended = await followTask(input, task, log, tell);
    return { exitCode: exitCodeOf(ended, container), task: task.id, arn: task.arn, revision };
  } catch (error) {
    if (!isCancelled(error) && !input.signal.aborted) throw error;
    await stopped(lasting, app.cluster, task);
    throw cancelled(`The task ${task.id} was stopped.`);
  }
}

const stopped = (cloud: Cloud, cluster: string, { arn }: Task): Promise<void> =>
  cloud.ecs.stopTask(cluster, arn, "Stopped by slipway run");
