/** Scheduled actions of Application Auto Scaling, and what they do when their time comes. */
import { uuid } from "../ids";
import type { ScalableTarget, ScheduledAction } from "../model/autoscaling.types";
import { readSchedule } from "../scheduleTimes";
import type { Timed } from "../timetable";
import type { Region } from "../world";
import { setDesired } from "./byAlarm";

/** When an action runs next after a moment; within its start and end. */
function nextRun(action: ScheduledAction, after: number): number | undefined {
  const start = action.StartTime?.getTime() ?? 0;
  const begin = action.StartTime?.getTime() ?? action.CreationTime?.getTime() ?? 0;
  const schedule = readSchedule(action.Schedule ?? "", action.Timezone ?? "UTC", begin);
  const next = schedule(Math.max(after, start - 1));
  const end = action.EndTime?.getTime() ?? Infinity;
  return next !== undefined && next <= end ? next : undefined;
}

/** The region's actions, for the timetable. */
export const timedActions = (region: Region): readonly Timed[] =>
  [...region.scaling.scheduled.values()].map((action) => ({
    nextAfter: (after) => nextRun(action, after),
    run: () => run(region, action),
  }));

function targetOf(region: Region, action: ScheduledAction): ScalableTarget | undefined {
  const all = [...region.scaling.targets.values()].map(({ target }) => target);
  return all.find((t) => t.ResourceId === action.ResourceId && t.ScalableDimension === action.ScalableDimension);
}

/** Sets the target's limits, and the desired count where it lies outside of them. */
function run(region: Region, action: ScheduledAction): void {
  const target = targetOf(region, action);
  const { MinCapacity: min, MaxCapacity: max } = action.ScalableTargetAction ?? {};
  if (!target || target.SuspendedState?.ScheduledScalingSuspended) return;
  const low = min ?? target.MinCapacity ?? 0;
  const high = max ?? target.MaxCapacity ?? 0;
  const words = [
    ...(min === undefined ? [] : [`min capacity to ${min}`]),
    ...(max === undefined ? [] : [`max capacity to ${max}`]),
  ].join(" and ");
  const fits = low <= high;
  region.scaling.activities.unshift({
    ActivityId: uuid(),
    ServiceNamespace: "ecs",
    ResourceId: target.ResourceId ?? "",
    ScalableDimension: target.ScalableDimension ?? "",
    Description: `Setting ${words}`,
    Cause: `scheduled action name ${action.ScheduledActionName ?? ""} was triggered`,
    StartTime: new Date(),
    EndTime: new Date(),
    StatusCode: fits ? "Successful" : "Failed",
    StatusMessage: fits ? `Successfully set ${words}` : "Maximum capacity cannot be less than minimum capacity.",
  });
  if (!fits) return;
  target.MinCapacity = low;
  target.MaxCapacity = high;
  const current = region.ecs.services.get(region.arn("ecs", target.ResourceId ?? ""))?.service.desiredCount ?? 0;
  const cause = current < low ? `minimum capacity was set to ${low}` : `maximum capacity was set to ${high}`;
  setDesired(region, target, current, cause);
}
