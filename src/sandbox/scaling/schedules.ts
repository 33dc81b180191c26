/** Runs scheduled actions when their time comes: by a clock of its own, which the door can move. */
import { uuid } from "../ids";
import type { ScalableTarget, ScheduledAction } from "../model/autoscaling.types";
import type { Region, SandboxState } from "../world";
import { setDesired } from "./byAlarm";
import { readSchedule } from "./scheduleTimes";

/** Timers of Node take no more than this. */
const LONGEST_MS = 2 ** 31 - 1;
/** A move of the clock past more runs than this is refused: a rate of a minute over years. */
const MOST_RUNS = 10_000;

interface Due {
  readonly at: number;
  readonly region: Region;
  readonly key: string;
  readonly action: ScheduledAction;
}

/** When an action runs next after a moment; within its start and end. */
function nextRun(action: ScheduledAction, after: number): number | undefined {
  const start = action.StartTime?.getTime() ?? 0;
  const begin = action.StartTime?.getTime() ?? action.CreationTime?.getTime() ?? 0;
  const schedule = readSchedule(action.Schedule ?? "", action.Timezone ?? "UTC", begin);
  const next = schedule(Math.max(after, start - 1));
  const end = action.EndTime?.getTime() ?? Infinity;
  return next !== undefined && next <= end ? next : undefined;
}

export class Schedules {
  private timer: NodeJS.Timeout | undefined;
  /** Up to when everything that was due has run. */
  private done = Date.now();
  private offset = 0;

  constructor(private readonly world: SandboxState) {}

  /** Its time, epoch milliseconds. */
  get now(): number {
    return Date.now() + this.offset;
  }

  close(): void {
    clearTimeout(this.timer);
  }

  reset(): void {
    this.offset = 0;
    this.done = Date.now();
    this.wake();
  }

  /** Sets the clock; what comes due in between runs, in its order. Back in time nothing runs. False: too much would. */
  moveTo(moment: number): boolean {
    const isDone = moment < this.done || this.runUntil(moment);
    if (!isDone) return false;
    this.offset = moment - Date.now();
    this.done = moment;
    this.wake();
    return true;
  }

  /** Looks again for what is next. */
  wake(): void {
    clearTimeout(this.timer);
    if (this.world.clock.ended) return;
    const next = this.next(this.done);
    if (!next) return;
    this.timer = setTimeout(
      () => {
        this.runUntil(this.now);
        this.wake();
      },
      Math.min(Math.max(next.at - this.now, 0), LONGEST_MS),
    ).unref();
  }

  private next(after: number): Due | undefined {
    let first: Due | undefined;
    for (const region of this.world.regions.values())
      for (const [key, action] of region.scaling.scheduled) {
        const at = nextRun(action, after);
        if (at !== undefined && at < (first?.at ?? Infinity)) first = { at, region, key, action };
      }
    return first;
  }

  /** Runs what is due up to a moment, several of one moment in the order in which they were made. */
  private runUntil(moment: number): boolean {
    for (let runs = 0; ; runs++) {
      const due = this.next(this.done);
      if (!due || due.at > moment) break;
      if (runs === MOST_RUNS) return false;
      for (const region of this.world.regions.values())
        for (const action of [...region.scaling.scheduled.values()])
          if (nextRun(action, this.done) === due.at) run(region, action);
      this.done = due.at;
    }
    this.done = Math.max(this.done, moment);
    return true;
  }
}

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
