/** The schedules of an application as they are: when each runs next, which revision, and how its last runs ended. */
import { isOver, nextTimes, type ScheduledCommand } from "../app/schedules";
import { SlipwayError } from "../base/errors";
import type { Task } from "../ports/cloud";
import type { Schedule } from "../ports/schedules";
import { findOwnService } from "./readHistory";
import { isOurs, type RunInput } from "./observedState";
import { scheduleTag } from "./schedules";

/** One run that ECS still knows of, which is for about an hour after its end. */
export interface ScheduleRun {
  /** Id of the task. */
  readonly task: string;
  /** `family:revision`. */
  readonly revision: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly state: "runs" | "succeeded" | "failed" | "notStarted";
  readonly exitCode?: number;
  /** Why it ended, in ECS's words. */
  readonly reason?: string;
}

/** `notMade`: slipway.json states it, and no deployment has made it. `over`: it comes once, and came. */
export type ScheduleState = "on" | "off" | "notMade" | "over";

export interface ScheduleRow {
  readonly name: string;
  readonly state: ScheduleState;
  readonly expression: string;
  readonly timezone: string;
  /** Empty where it is not known: what somebody else wrote there. */
  readonly command: readonly string[];
  /** Whether slipway.json states it. */
  readonly isStated: boolean;
  /** `family:revision` that it runs; absent where it is not made. */
  readonly revision?: string;
  /** Whether that is the one that the service runs. */
  readonly isCurrent?: boolean;
  /** The next times, epoch milliseconds; none where it does not run. */
  readonly next: readonly number[];
  /** The newest first. */
  readonly runs: readonly ScheduleRun[];
}

export interface SchedulesLook {
  readonly application: string;
  readonly environment: string;
  readonly group: string;
  readonly schedules: readonly ScheduleRow[];
}

type Input = Pick<RunInput, "app" | "cloud" | "ids" | "clock">;

/** So many next times and last runs of each. */
const mostNext = 3;
const mostRuns = 5;
const startedByScheduler = "chronos-schedule/";

const nameOf = (arn: string): string => arn.split("/").at(-1) ?? arn;

/** The command of a schedule's task, where its input names exactly one. */
function commandIn(input: string): { command: readonly string[]; container?: string } {
  try {
    const parsed = JSON.parse(input) as { containerOverrides?: { name?: string; command?: unknown }[] } | null;
    const [one, ...more] = parsed?.containerOverrides ?? [];
    if (more.length || !Array.isArray(one?.command)) return { command: [] };
    return { command: one.command.map(String), ...(one.name === undefined ? {} : { container: one.name }) };
  } catch {
    return { command: [] };
  }
}

function runOf(task: Task, container: string): ScheduleRun {
  const own = task.containers.find(({ name }) => name === container) ?? task.containers[0];
  const isOver = task.lastStatus === "STOPPED";
  const code = isOver ? own?.exitCode : undefined;
  const reason = own?.reason ?? task.stoppedReason;
  return {
    task: task.id,
    revision: nameOf(task.taskDefinition),
    startedAt: task.createdAt,
    ...(task.stoppedAt === undefined ? {} : { endedAt: task.stoppedAt }),
    state: !isOver ? "runs" : code === undefined ? "notStarted" : code === 0 ? "succeeded" : "failed",
    ...(code === undefined ? {} : { exitCode: code }),
    ...(isOver && code !== 0 && reason !== undefined ? { reason } : {}),
  };
}

/** Tasks that Scheduler started, by the schedule; of one whose tags somebody changed, by what ECS says of who started it. */
async function runsByName({ app, cloud }: Input): Promise<(name: string) => readonly Task[]> {
  const lists = await Promise.all(
    [false, true].map((stopped) => cloud.ecs.listTasks(app.cluster, { family: app.family, stopped, withTags: true })),
  );
  const tasks = [...new Map(lists.flat().map((task) => [task.arn, task])).values()]
    .filter(({ startedBy }) => startedBy?.startsWith(startedByScheduler))
    .sort((one, other) => other.createdAt - one.createdAt);
  return (name) =>
    tasks.filter(({ tags, startedBy }) =>
      tags?.[scheduleTag] === undefined
        ? startedBy === `${startedByScheduler}${name}`
        : tags[scheduleTag] === name && isOurs(tags, app),
    );
}

function rowOf(
  name: string,
  stated: ScheduledCommand | undefined,
  there: Schedule | undefined,
  runs: readonly Task[],
  { now, current, container }: { now: number; current: string; container: string },
): ScheduleRow {
  const said = there ? commandIn(there.input) : { command: stated?.command ?? [] };
  const timed: ScheduledCommand = {
    name,
    expression: there?.expression ?? stated?.expression ?? "",
    timezone: there?.timezone ?? stated?.timezone ?? "UTC",
    command: said.command,
  };
  const state: ScheduleState = !there ? "notMade" : isOver(timed, now) ? "over" : there.isEnabled ? "on" : "off";
  return {
    name,
    state,
    expression: timed.expression,
    timezone: timed.timezone,
    command: said.command,
    isStated: stated !== undefined,
    ...(there ? { revision: nameOf(there.definition), isCurrent: there.definition === current } : {}),
    next: there && state === "on" ? nextTimes(timed, now, there.begin, mostNext) : [],
    runs: runs.slice(0, mostRuns).map((task) => runOf(task, said.container ?? container)),
  };
}

/**
 * Those that slipway.json states and those that are there.
 * @throws SlipwayError NotDeployed, ScheduleGroupTaken
 */
export async function lookAtSchedules(input: Input): Promise<SchedulesLook> {
  const { app, cloud, clock } = input;
  const [service, group] = await Promise.all([findOwnService(input), cloud.schedules.findGroup(app.scheduleGroup)]);
  if (group && !isOurs(group.tags, app))
    throw new SlipwayError({
      code: "ScheduleGroupTaken",
      summary: `The schedule group ${group.name} is not this application's: it did not make it.`,
      remedy: "Look at it in EventBridge Scheduler, or give the application another name.",
      actions: ["openConfig"],
    });
  const [found, runsOf] = await Promise.all([
    group && !group.isGoing ? cloud.schedules.list(group.name) : [],
    runsByName(input),
  ]);
  const stated = new Map((app.schedules ?? []).map((one) => [one.name, one]));
  const there = new Map(found.map((one) => [one.name, one]));
  const about = { now: clock.now(), current: service.taskDefinition, container: app.container };
  return {
    application: app.name,
    environment: app.environment,
    group: app.scheduleGroup,
    schedules: [...new Set([...stated.keys(), ...there.keys()])].map((name) =>
      rowOf(name, stated.get(name), there.get(name), runsOf(name), about),
    ),
  };
}

/**
 * The command of a schedule by its name, to be run now.
 * @throws SlipwayError ScheduleMissing
 */
export function commandOfSchedule({ app }: Pick<RunInput, "app">, name: string): ScheduledCommand {
  const found = app.schedules?.find((one) => one.name === name);
  if (found) return found;
  const names = (app.schedules ?? []).map((one) => one.name);
  throw new SlipwayError({
    code: "ScheduleMissing",
    summary: `slipway.json has no schedule "${name}" for ${app.name}.`,
    evidence: [`It has: ${names.join(", ") || "none"}.`],
    remedy: "Name one of them.",
    actions: ["openConfig"],
  });
}
