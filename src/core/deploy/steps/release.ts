/** The release command: a migration, for example, that has to end well before the service gets a new revision. */
import { cancelled, isCancelled, SlipwayError } from "../../base/errors";
import { elapsed } from "../../base/elapsed";
import type { Task } from "../../ports/cloud";
import type { Decision } from "../decision";
import { ownershipTags, type ObservedState, type RunInput } from "../observedState";
import { containerFor, exitCodeOf, followTask, taskLog } from "../runTask";
import { poll, requireOutput, untilSeen, type RunContext, type Step } from "../step";
import { isAdoptedService } from "./network";
import { letPoliciesSettle, serviceNetwork } from "./service";

type Release = NonNullable<RunInput["app"]["release"]>;

/** Of its last lines so many are evidence where it fails. */
const evidenceLines = 5;
/** ECS knows of a task that has ended for an hour, and its token for a day. */
const remembered = 3_600_000;
/** What CloudWatch takes of a line is far more than anybody reads in a row. */
const widestLine = 2000;

/** By this ECS tells release commands of a service from other tasks; it takes 128 characters. */
const startedBy = ({ service }: RunInput["app"]): string => `slipway-release/${service}`.slice(0, 128);

/** Whether the service is about to get a revision that it does not run. */
function isNewRevision(observed: ObservedState, reusableArn: string | undefined): boolean {
  const { service, live } = observed;
  return !service || service.status === "DRAINING" || reusableArn === undefined || reusableArn !== live?.arn;
}

export const release: Step = {
  id: "release",
  needs: ["register", "role", "logGroup", "clusterActive", "taskGroup", "taskRule"],
  decide: (observed, input, { reusable }): Decision => {
    const { app } = input;
    if (!app.release) return { action: "leaveOut", reason: { code: "releaseNotStated" } };
    if (!isNewRevision(observed, reusable?.arn)) return { action: "leaveOut", reason: { code: "runsThisAlready" } };
    const { command, container = app.container } = app.release;
    return {
      action: "run",
      reason: { code: "releaseRuns" },
      changes: [{ code: "releaseCommand", command, container }],
    };
  },
  apply: async (context) => {
    const { app } = context;
    if (!app.release) return;
    await letPoliciesSettle(context, "release");
    await untilOthersEnded(context, app.release);
    const task = await start(context, app.release);
    await follow(context, app.release, task);
    delete context.journal.release;
    await context.saveJournal();
  },
};

/** Those that still run, also those that are asked to stop: ECS lists them as stopped at once, and they take their time. */
async function running({ app, cloud }: RunContext): Promise<Task[]> {
  const lists = await Promise.all(
    [false, true].map((stopped) => cloud.ecs.listTasks(app.cluster, { family: app.family, stopped })),
  );
  // A task that was asked to stop between the two looks stands in both.
  const tasks = new Map(lists.flat().map((task) => [task.arn, task]));
  return [...tasks.values()].filter((task) => task.startedBy === startedBy(app) && task.lastStatus !== "STOPPED");
}

/** What was asked to stop ends as no release that could be waited for. */
const isMine = ({ taskDefinition, desiredStatus }: Task, revision: string): boolean =>
  taskDefinition === revision && desiredStatus !== "STOPPED";

/** Two never run at once: one of another revision, or one that is being stopped, is let to its end. */
async function untilOthersEnded(context: RunContext, { minutes }: Release): Promise<void> {
  const revision = requireOutput(context, "revisionArn");
  const over = await poll(context, minutes * 60_000, async () => {
    const other = (await running(context)).find((task) => !isMine(task, revision));
    if (!other) return true;
    const message = `The release command of ${nameOf(other.taskDefinition)} still runs (task ${other.id})`;
    context.emit({ type: "progress", step: "release", message });
    return undefined;
  });
  if (!over) throw tooLong(context, minutes, "of an earlier deployment");
}

/** The task that runs already, of a deployment that was left or killed; else a new one. */
async function start(context: RunContext, { command, container: asked }: Release): Promise<Task> {
  const { app, cloud, journal, observed } = context;
  const revision = requireOutput(context, "revisionArn");
  const mine = (await running(context)).find((task) => isMine(task, revision));
  if (mine) return mine;
  const kept = isAdoptedService(observed, context) ? observed.service?.network : undefined;
  const request = {
    definition: revision,
    network: kept ?? serviceNetwork(context),
    platformVersion: app.platformVersion,
    container: containerFor(requireOutput(context, "definition"), app, asked, nameOf(revision)),
    command,
    startedBy: startedBy(app),
    tags: ownershipTags(app),
  };
  const lasting = cloud.withSignal(new AbortController().signal);
  const run = async (token: string): Promise<Task> => {
    journal.release = { of: key, token };
    await context.saveJournal();
    return untilSeen(context, () => lasting.ecs.runTask(app.cluster, { ...request, clientToken: token }));
  };
  // Kept until it has ended: the same token gives the same task, so that a run that was killed starts no second one. ECS
  // refuses a token with another request, of another network for example.
  const key = JSON.stringify(request);
  const before = journal.release?.of === key ? journal.release.token : undefined;
  const task = await run(before ?? crypto.randomUUID());
  if (context.clock.now() - task.createdAt < remembered || (await cloud.ecs.findTask(app.cluster, task.arn)))
    return task;
  // How it ended nobody knows any more; waiting for it would have no end.
  return run(crypto.randomUUID());
}

async function follow(context: RunContext, { command, container: asked, minutes }: Release, task: Task): Promise<void> {
  const { app, clock, cloud, signal } = context;
  const definition = requireOutput(context, "definition");
  const container = containerFor(definition, app, asked, nameOf(task.taskDefinition));
  const log = taskLog(definition, container, task.id);
  const last: string[] = [];
  const late = new AbortController();
  const alarm = clock.sleep(minutes * 60_000, late.signal).then(
    () => late.abort(),
    () => undefined,
  );
  const deadline = elapsed(clock) + minutes * 60_000;
  const waiting = { ...context, signal: AbortSignal.any([signal, late.signal]) };
  try {
    const ended = await followTask(waiting, task, log, (news) => {
      if (news.kind === "state")
        return context.emit({
          type: "progress",
          step: "release",
          message: `The release command is ${news.state} (task ${task.id})`,
        });
      const line = news.message.slice(0, widestLine);
      last.push(line);
      if (last.length > evidenceLines) last.shift();
      context.emit({ type: "output", step: "release", line });
    });
    const code = await exitCodeOrForget(context, ended, container);
    if (code !== 0) throw await failed(context, command, task, code, last);
  } catch (error) {
    if (!isCancelled(error)) throw error;
    if (!signal.aborted && elapsed(clock) >= deadline) throw tooLong(context, minutes, `(task ${task.id})`);
    const lasting = cloud.withSignal(new AbortController().signal);
    await lasting.ecs.stopTask(app.cluster, task.arn, "Its deployment was cancelled");
    await forget(context);
    const message = `The release command was asked to stop (task ${task.id}); the service is as it was.`;
    context.emit({ type: "note", level: "warning", message });
    throw cancelled(message);
  } finally {
    late.abort();
    await alarm;
  }
}

/** @throws SlipwayError TaskNotStarted where the command never ran: the same token would give the same dead task again */
async function exitCodeOrForget(context: RunContext, ended: Task, container: string): Promise<number> {
  try {
    return exitCodeOf(ended, container);
  } catch (error) {
    await forget(context);
    throw error;
  }
}

/** What ended badly is run anew the next time. */
async function forget(context: RunContext): Promise<void> {
  delete context.journal.release;
  await context.saveJournal();
}

async function failed(
  context: RunContext,
  command: readonly string[],
  task: Task,
  code: number,
  last: readonly string[],
): Promise<SlipwayError> {
  await forget(context);
  const { app, observed } = context;
  const runs = observed.service && observed.live ? `; ${nameOf(observed.live.arn)} runs on` : "";
  return new SlipwayError({
    code: "ReleaseFailed",
    summary: `The release command of ${app.name} ended with exit code ${code}: nothing was rolled out${runs}.`,
    evidence: [`${command.join(" ")} (task ${task.id})`, ...last],
    quotes: [...last],
    remedy: "Fix what it says, then deploy again: the command runs anew.",
    actions: ["showLog", "retry"],
  });
}

const tooLong = ({ app }: RunContext, minutes: number, which: string): SlipwayError =>
  new SlipwayError({
    code: "ReleaseTooLong",
    summary:
      `The release command ${which} has not ended within ${minutes} minutes. It goes on; the service ${app.service} ` +
      "is as it was.",
    remedy:
      "Deploy again: the command is waited for, and not started a second time. release.minutes in slipway.json is the limit.",
    actions: ["retry", "showLog"],
  });

const nameOf = (arn: string): string => arn.split("/").at(-1) ?? arn;
