/** EventBridge Scheduler: schedules. Targets are tasks of ECS alone. */
import { findRole, trusts } from "../iam/evaluate";
import type {
  CreateScheduleInput,
  GetScheduleOutput,
  ScheduleSummary,
  SchedulerOperations,
  Target,
} from "../model/scheduler.types";
import type { Table } from "../registry";
import { EVENT_BRIDGE, readSchedule } from "../scheduleTimes";
import type { Timetable } from "../timetable";
import { canonical, page } from "../util";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { badToken, DEFAULT_GROUP, groupOf, missing, validation } from "./groups";

type Operations = Pick<
  SchedulerOperations,
  "CreateSchedule" | "GetSchedule" | "ListSchedules" | "UpdateSchedule" | "DeleteSchedule"
>;

const PAGE = 100;
const EARLIEST_MS = 5 * 60_000;

const keyOf = (group: string | undefined, name: string): string => `${group ?? DEFAULT_GROUP}/${name}`;

const arnOf = (region: Region, group: string, name: string): string =>
  region.arn("scheduler", `schedule/${group}/${name}`);

/**
 * Whether Scheduler can become the role: it is there, trusts it, and is old enough. The source of the call is the group.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
export function canBecome(world: SandboxState, region: Region, roleArn: string, group: string): boolean {
  const record = findRole(world, roleArn);
  return (
    record !== undefined &&
    Date.now() >= record.assumableAt &&
    trusts(record.trust, "scheduler.amazonaws.com", {
      "aws:SourceAccount": world.account,
      "aws:SourceArn": region.arn("scheduler", `schedule-group/${group}`),
      "aws:SecureTransport": "true",
    })
  );
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html */
function checkTarget(world: SandboxState, region: Region, target: Target, group: string): void {
  if (!/^arn:aws[a-z-]*:ecs:[a-z0-9-]+:\d{12}:cluster\/[\w-]{1,255}$/.test(target.Arn)) {
    if (/^arn:aws[a-z-]*:(ecs|ecr|iam|elasticloadbalancing):/.test(target.Arn))
      throw validation(`Provided Arn is not in correct format.`);
    throw new ApiError("NotImplementedException", `The sandbox does not implement the target ${target.Arn}.`, 501);
  }
  const parameters = target.EcsParameters;
  if (!parameters) throw validation("EcsParameters is required for the ECS target.");
  if (!/^arn:aws[a-z-]*:ecs:[a-z0-9-]+:\d{12}:task-definition\/[\w-]{1,255}(:\d+)?$/.test(parameters.TaskDefinitionArn))
    throw validation("Provided TaskDefinitionArn is not in correct format.");
  if (parameters.LaunchType !== undefined && (parameters.CapacityProviderStrategy?.length ?? 0) > 0)
    throw validation("LaunchType and CapacityProviderStrategy cannot both be given.");
  if (!canBecome(world, region, target.RoleArn, group))
    throw validation("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.");
}

function check(world: SandboxState, region: Region, input: CreateScheduleInput, now: number): void {
  const group = groupOf(region, input.GroupName);
  if (group.state === "DELETING")
    throw new ApiError("ConflictException", `Schedule group ${group.name} is being deleted.`, 409);
  const { Mode, MaximumWindowInMinutes } = input.FlexibleTimeWindow;
  if ((Mode === "FLEXIBLE") !== (MaximumWindowInMinutes !== undefined))
    throw validation("MaximumWindowInMinutes must be given for a flexible time window, and for no other.");
  const zone = input.ScheduleExpressionTimezone ?? "UTC";
  const schedule = readSchedule(input.ScheduleExpression, zone, now, EVENT_BRIDGE);
  if (input.ScheduleExpression.startsWith("at(") && schedule(now) === undefined)
    throw validation("The schedule expression is in the past.");
  // Seen of AWS for schedules that come again; no page names the limit.
  if (input.StartDate && !input.ScheduleExpression.startsWith("at(") && input.StartDate.getTime() < now - EARLIEST_MS)
    throw validation("The StartDate you specify cannot be earlier than 5 minutes ago.");
  if (input.StartDate && input.EndDate && input.EndDate <= input.StartDate)
    throw validation("The EndDate must come after the StartDate.");
  checkTarget(world, region, input.Target, group.name);
}

/** What it is with all that the service sets itself where nothing is said. */
const stored = (region: Region, input: CreateScheduleInput, createdAt: Date, changedAt: Date): GetScheduleOutput => {
  const { ClientToken: _token, ...given } = input;
  const group = input.GroupName ?? DEFAULT_GROUP;
  return {
    ...given,
    Arn: arnOf(region, group, input.Name),
    GroupName: group,
    State: input.State ?? "ENABLED",
    ScheduleExpressionTimezone: input.ScheduleExpressionTimezone ?? "UTC",
    ActionAfterCompletion: input.ActionAfterCompletion ?? "NONE",
    Target: {
      ...input.Target,
      RetryPolicy: {
        MaximumEventAgeInSeconds: input.Target.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
        MaximumRetryAttempts: input.Target.RetryPolicy?.MaximumRetryAttempts ?? 185,
      },
    },
    CreationDate: createdAt,
    LastModificationDate: changedAt,
  };
};

const summary = ({
  Arn,
  Name,
  GroupName,
  State,
  CreationDate,
  LastModificationDate,
  Target: target,
}: GetScheduleOutput) =>
  ({
    Arn,
    Name,
    GroupName,
    State,
    CreationDate,
    LastModificationDate,
    ...(target ? { Target: { Arn: target.Arn } } : {}),
  }) as ScheduleSummary;

const notThere = (name: string): Error => missing("Schedule", name);

export const scheduleOperations = (world: SandboxState, timetable: () => Timetable): Table<Operations> => ({
  CreateSchedule: {
    supports: "*",
    run: (input, { region }) => {
      const key = keyOf(input.GroupName, input.Name);
      const { ClientToken, ...rest } = input;
      const asked = canonical(rest);
      const before = region.scheduler.schedules.get(key);
      // The same request again is the same schedule.
      if (before && ClientToken !== undefined && before.token === ClientToken && before.asked === asked)
        return { ScheduleArn: before.schedule.Arn ?? "" };
      check(world, region, input, timetable().now);
      if (before) throw new ApiError("ConflictException", `Schedule ${input.Name} already exists.`, 409);
      const now = new Date(timetable().now);
      const schedule = stored(region, input, now, now);
      region.scheduler.schedules.set(key, { schedule, token: ClientToken, asked });
      timetable().wake();
      return { ScheduleArn: schedule.Arn ?? "" };
    },
  },
  GetSchedule: {
    supports: "*",
    run: (input, { region }) => {
      groupOf(region, input.GroupName);
      const found = region.scheduler.schedules.get(keyOf(input.GroupName, input.Name));
      if (!found) throw notThere(input.Name);
      return structuredClone(found.schedule);
    },
  },
  ListSchedules: {
    supports: "*",
    run: (input, { region }) => {
      if (input.GroupName !== undefined) groupOf(region, input.GroupName);
      const all = [...region.scheduler.schedules.values()]
        .map(({ schedule }) => schedule)
        .filter(
          ({ Name, GroupName, State }) =>
            (input.GroupName === undefined || GroupName === input.GroupName) &&
            (Name ?? "").startsWith(input.NamePrefix ?? "") &&
            (input.State === undefined || State === input.State),
        );
      const p = page(all, input.NextToken, input.MaxResults ?? PAGE, badToken);
      return { Schedules: p.items.map(summary), ...(p.next ? { NextToken: p.next } : {}) };
    },
  },
  UpdateSchedule: {
    supports: "*",
    run: (input, { region }) => {
      const key = keyOf(input.GroupName, input.Name);
      groupOf(region, input.GroupName);
      const before = region.scheduler.schedules.get(key);
      if (!before) throw notThere(input.Name);
      const now = new Date(timetable().now);
      check(world, region, input, now.getTime());
      // What is not said again is as if it had never been said.
      const schedule = stored(region, input, before.schedule.CreationDate ?? now, now);
      region.scheduler.schedules.set(key, { ...before, schedule });
      timetable().wake();
      return { ScheduleArn: schedule.Arn ?? "" };
    },
  },
  DeleteSchedule: {
    supports: "*",
    run: (input, { region }) => {
      groupOf(region, input.GroupName);
      if (!region.scheduler.schedules.delete(keyOf(input.GroupName, input.Name))) throw notThere(input.Name);
      return {};
    },
  },
});
