/** Scheduled actions of Application Auto Scaling: kept here, and run by `schedules.ts`. */
import { uuid } from "../ids";
import type { AutoscalingOperations, ScalableTargetAction, ScheduledAction } from "../model/autoscaling.types";
import type { Table } from "../registry";
import { page } from "../util";
import { ApiError } from "../wire/errors";
import { readSchedule } from "../scheduleTimes";
import type { Timetable } from "../timetable";
import { badToken, check, keyOf, missing, validation } from "./targetId";

type Operations = Pick<
  AutoscalingOperations,
  "PutScheduledAction" | "DescribeScheduledActions" | "DeleteScheduledAction"
>;

/** AWS's quota of scheduled actions for a target. */
const MOST = 200;

function checkLimits(limits: ScalableTargetAction | undefined): void {
  const { MinCapacity: min, MaxCapacity: max } = limits ?? {};
  if (min === undefined && max === undefined)
    throw validation("At least one of minimum capacity and maximum capacity must be given for a scheduled action.");
  if ((min ?? 0) < 0 || (max ?? 0) < 0) throw validation("Minimum capacity and maximum capacity cannot be negative.");
  if (min !== undefined && max !== undefined && min > max)
    throw validation("Maximum capacity cannot be less than minimum capacity.");
}

function checkTimes(action: ScheduledAction, now: number): void {
  const { StartTime: start, EndTime: end, Schedule, Timezone } = action;
  if (end && end.getTime() <= now) throw validation("End time cannot be in the past.");
  if (start && end && start >= end) throw validation("End time must be later than start time.");
  const schedule = readSchedule(Schedule, Timezone ?? "UTC", start?.getTime() ?? now);
  if (Schedule.startsWith("at(") && schedule(now) === undefined) throw validation("Cannot schedule in the past.");
}

export const scheduledActionOperations = (schedules: () => Timetable): Table<Operations> => ({
  PutScheduledAction: {
    supports: "*",
    run: (input, { region }) => {
      check(input);
      if (/[\0-\x1f|:/]/.test(input.ScheduledActionName) || input.ScheduledActionName.length > 256)
        throw validation(`Invalid scheduled action name: ${input.ScheduledActionName}`);
      const target = region.scaling.targets.get(keyOf(input));
      if (!target || Date.now() < target.visibleAt) throw missing(input, "scalable target registered");
      const key = `${keyOf(input)}|${input.ScheduledActionName}`;
      const existing = region.scaling.scheduled.get(key);
      const Schedule = input.Schedule ?? existing?.Schedule;
      if (Schedule === undefined) throw validation("A schedule must be given for a new scheduled action.");
      const limits = input.ScalableTargetAction ?? existing?.ScalableTargetAction;
      checkLimits(limits);
      const Timezone = input.Timezone ?? existing?.Timezone;
      // Start and end that are not given again are gone; all else stays.
      const action: ScheduledAction = {
        ScheduledActionName: input.ScheduledActionName,
        ScheduledActionARN:
          existing?.ScheduledActionARN ??
          region.arn(
            "autoscaling",
            `scheduledAction:${uuid()}:resource/ecs/${input.ResourceId}:scheduledActionName/${input.ScheduledActionName}`,
          ),
        ServiceNamespace: "ecs",
        Schedule,
        ResourceId: input.ResourceId,
        ScalableDimension: input.ScalableDimension,
        CreationTime: existing?.CreationTime ?? new Date(schedules().now),
        ...(Timezone === undefined ? {} : { Timezone }),
        ...(input.StartTime === undefined ? {} : { StartTime: input.StartTime }),
        ...(input.EndTime === undefined ? {} : { EndTime: input.EndTime }),
        ...(limits === undefined ? {} : { ScalableTargetAction: limits }),
      };
      checkTimes(action, schedules().now);
      const others = [...region.scaling.scheduled.values()].filter((a) => a.ResourceId === input.ResourceId);
      if (!existing && others.length >= MOST)
        throw new ApiError("LimitExceededException", `Scheduled action limit of ${MOST} for the target is exceeded.`);
      region.scaling.scheduled.set(key, action);
      schedules().wake();
      return {};
    },
  },
  DescribeScheduledActions: {
    supports: "*",
    run: (input, { region }) => {
      const all = [...region.scaling.scheduled.values()].filter(
        (a) =>
          a.ServiceNamespace === input.ServiceNamespace &&
          (input.ResourceId === undefined || a.ResourceId === input.ResourceId) &&
          (input.ScalableDimension === undefined || a.ScalableDimension === input.ScalableDimension) &&
          (!input.ScheduledActionNames?.length || input.ScheduledActionNames.includes(a.ScheduledActionName)),
      );
      const p = page(all, input.NextToken, Math.min(input.MaxResults ?? 50, 50), badToken);
      return { ScheduledActions: p.items, NextToken: p.next };
    },
  },
  DeleteScheduledAction: {
    supports: "*",
    run: (input, { region }) => {
      check(input);
      if (!region.scaling.scheduled.delete(`${keyOf(input)}|${input.ScheduledActionName}`))
        throw missing(input, "scheduled action found", `, scheduled action name: ${input.ScheduledActionName}`);
      schedules().wake();
      return {};
    },
  },
});
