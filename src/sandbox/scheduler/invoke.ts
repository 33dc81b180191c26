/** EventBridge Scheduler: what a schedule does when its time comes. */
import { runTask } from "../ecs/tasks";
import type { TaskParts } from "../ecs/taskDriver";
import { authorize } from "../iam/authorize";
import { findRole } from "../iam/evaluate";
import { iamId } from "../ids";
import type { RunTaskRequest, TaskOverride } from "../model/ecs.types";
import type { GetScheduleOutput } from "../model/scheduler.types";
import { EVENT_BRIDGE, readSchedule } from "../scheduleTimes";
import type { Timed } from "../timetable";
import { ApiError } from "../wire/errors";
import { MODELS, type Structure } from "../wire/model";
import { canBecome } from "./schedules";

/** ECS takes no longer text there; what is beyond it is cut off. */
const STARTED_BY = 36;
/** Waits between attempts double up to this, in seconds. */
const LONGEST_PAUSE = 900;

/** When a schedule comes next, within its start and its end. */
function nextAfter(schedule: GetScheduleOutput, after: number): number | undefined {
  if (schedule.State !== "ENABLED") return undefined;
  const isOnce = schedule.ScheduleExpression?.startsWith("at(") ?? false;
  // An update is a beginning too.
  const changed = (schedule.LastModificationDate ?? new Date(0)).getTime();
  const start = (isOnce ? undefined : schedule.StartDate?.getTime()) ?? changed;
  const times = readSchedule(
    schedule.ScheduleExpression ?? "",
    schedule.ScheduleExpressionTimezone ?? "UTC",
    start,
    EVENT_BRIDGE,
  );
  const next = times(Math.max(after, start - 1));
  const end = isOnce ? Infinity : (schedule.EndDate?.getTime() ?? Infinity);
  return next !== undefined && next <= end ? next : undefined;
}

/** The overrides of a target's input; text that says none is refused when the task is to run. */
function overridesOf(input: string | undefined): TaskOverride | undefined {
  if (input === undefined) return undefined;
  try {
    return JSON.parse(input) as TaskOverride;
  } catch {
    throw new ApiError("InvalidParameterException", "The target's input is no JSON.");
  }
}

/** The RunTask that a target stands for. The platform's version has no name there but a number. */
function requestOf(schedule: GetScheduleOutput): RunTaskRequest {
  const target = schedule.Target;
  const ecs = target?.EcsParameters;
  const network = ecs?.NetworkConfiguration?.awsvpcConfiguration;
  const overrides = overridesOf(target?.Input);
  return {
    cluster: target?.Arn ?? "",
    taskDefinition: ecs?.TaskDefinitionArn ?? "",
    count: ecs?.TaskCount ?? 1,
    startedBy: `chronos-schedule/${schedule.Name ?? ""}`.slice(0, STARTED_BY),
    ...(ecs?.LaunchType === undefined ? {} : { launchType: ecs.LaunchType }),
    ...(ecs?.CapacityProviderStrategy === undefined ? {} : { capacityProviderStrategy: ecs.CapacityProviderStrategy }),
    ...(ecs?.Group === undefined ? {} : { group: ecs.Group }),
    ...(ecs?.PlatformVersion === undefined ? {} : { platformVersion: ecs.PlatformVersion }),
    ...(ecs?.PropagateTags === undefined ? {} : { propagateTags: ecs.PropagateTags }),
    ...(ecs?.EnableExecuteCommand === undefined ? {} : { enableExecuteCommand: ecs.EnableExecuteCommand }),
    ...(ecs?.Tags === undefined
      ? {}
      : {
          tags: ecs.Tags.map(({ key, value, Key, Value }) => ({ key: key ?? Key ?? "", value: value ?? Value ?? "" })),
        }),
    ...(network === undefined
      ? {}
      : {
          networkConfiguration: {
            awsvpcConfiguration: {
              subnets: network.Subnets,
              ...(network.SecurityGroups === undefined ? {} : { securityGroups: network.SecurityGroups }),
              ...(network.AssignPublicIp === undefined ? {} : { assignPublicIp: network.AssignPublicIp }),
            },
          },
        }),
    ...(overrides === undefined ? {} : { overrides }),
  };
}

/** Runs the task in the role's name; why that is refused, undefined where it is not. */
function attempt(parts: TaskParts, schedule: GetScheduleOutput): string | undefined {
  const { world, region } = parts;
  const roleArn = schedule.Target?.RoleArn ?? "";
  const model = MODELS.find(({ id }) => id === "ecs");
  try {
    const record = findRole(world, roleArn);
    if (!model || !record || !canBecome(world, region, roleArn, schedule.GroupName ?? ""))
      return `Scheduler cannot assume ${roleArn}.`;
    const input = requestOf(schedule);
    const roleName = record.role.RoleName;
    const caller = {
      arn: `arn:aws:sts::${world.account}:assumed-role/${roleName}/scheduler`,
      userId: iamId("AROA"),
      accessKeyId: "",
    };
    authorize({
      world,
      region,
      model,
      operation: "RunTask",
      input: input as unknown as Structure,
      key: { roleName, userName: undefined, sessionPolicy: undefined, caller },
      address: "scheduler.amazonaws.com",
    });
    const { failures } = runTask(world, region, parts, input);
    return failures[0]?.reason;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.message;
  }
}

/** Calls the target, and again while it refuses and its policy of retries says so. */
async function invoke(parts: TaskParts, key: string, dueAt: number): Promise<void> {
  const { world, region } = parts;
  for (let n = 0; ; n++) {
    const schedule = region.scheduler.schedules.get(key)?.schedule;
    if (!schedule) return;
    const error = attempt(parts, schedule);
    region.scheduler.invocations.push({ schedule: key, dueAt, attempt: n + 1, error });
    const { MaximumEventAgeInSeconds: age = 86_400, MaximumRetryAttempts: most = 185 } =
      schedule.Target?.RetryPolicy ?? {};
    const pause = Math.min(2 ** n, LONGEST_PAUSE);
    if (error === undefined || n >= most || pause > age) {
      if (schedule.ScheduleExpression?.startsWith("at(") && schedule.ActionAfterCompletion === "DELETE")
        region.scheduler.schedules.delete(key);
      return;
    }
    await world.clock.wait(Math.max(world.clock.simulated(pause * 1000), world.clock.tick), world.epoch);
  }
}

/** The region's schedules, for the timetable. */
export const timedSchedules = (parts: TaskParts): readonly Timed[] =>
  [...parts.region.scheduler.schedules].map(([key, { schedule }]) => ({
    nextAfter: (after) => nextAfter(schedule, after),
    run: (dueAt) => parts.world.background(`schedule ${key}`, invoke(parts, key, dueAt)),
  }));
