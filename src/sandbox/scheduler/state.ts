/** What is remembered of EventBridge Scheduler's groups and schedules. */
import type { GetScheduleOutput } from "../model/scheduler.types";
import type { Tags } from "../states";

export interface GroupRecord {
  readonly name: string;
  readonly arn: string;
  readonly tags: Tags;
  readonly createdAt: Date;
  changedAt: Date;
  state: "ACTIVE" | "DELETING";
}

export interface ScheduleRecord {
  /** As GetSchedule gives it back. */
  readonly schedule: GetScheduleOutput;
  /** The token of the call that made it, and what that said. */
  readonly token: string | undefined;
  readonly asked: string;
}

/** One attempt to call a target. */
export interface Invocation {
  readonly schedule: string;
  /** When it was due, epoch milliseconds. */
  readonly dueAt: number;
  readonly attempt: number;
  /** Why the target refused, in its words; undefined where it did not. */
  readonly error: string | undefined;
}

export interface SchedulerState {
  readonly groups: Map<string, GroupRecord>;
  /** By `group/name`. */
  readonly schedules: Map<string, ScheduleRecord>;
  readonly invocations: Invocation[];
}
