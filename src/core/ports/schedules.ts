/** EventBridge Scheduler, as far as tasks of ECS. */
import type { JsonObject } from "../base/taskDefinition";
import type { Role, ServiceNetwork, Tags } from "./shapes";

export interface ScheduleGroup {
  readonly name: string;
  readonly arn: string;
  readonly tags: Tags;
  /** It is being deleted, with all that is in it. */
  readonly isGoing: boolean;
}

/** A schedule as it is there. */
export interface Schedule {
  readonly name: string;
  readonly expression: string;
  readonly timezone: string;
  readonly isEnabled: boolean;
  /** What a rate counts from, epoch milliseconds: its start, or its last change. */
  readonly begin: number;
  /** ARNs: of the cluster, of the role that it runs as, and of the revision. */
  readonly cluster: string;
  readonly role: string;
  readonly definition: string;
  /** The overrides that its task gets, as JSON; empty where it says none. */
  readonly input: string;
  readonly network: ServiceNetwork | undefined;
}

/** What there is of an application's; nothing is read where slipway.json says nothing of schedules. */
export interface SchedulesState {
  readonly group: ScheduleGroup | undefined;
  readonly found: readonly Schedule[];
  readonly role: { readonly role: Role; readonly inline: JsonObject | undefined } | undefined;
}

/** What one is to be. */
export interface ScheduleSettings {
  readonly name: string;
  readonly expression: string;
  readonly timezone: string;
  /** Undefined leaves it as it is; a new one is on. */
  readonly isEnabled: boolean | undefined;
  /** When it begins, epoch milliseconds; undefined where the expression says it all. */
  readonly startsAt: number | undefined;
  readonly description: string;
  readonly cluster: string;
  readonly role: string;
  readonly definition: string;
  readonly input: string;
  readonly network: ServiceNetwork;
  readonly platformVersion: string;
  /** What its tasks get. */
  readonly tags: Tags;
}

export interface SchedulePort {
  findGroup(name: string): Promise<ScheduleGroup | undefined>;
  createGroup(name: string, tags: Tags): Promise<void>;
  /** With all that is in it; it is gone some seconds later. */
  deleteGroup(name: string): Promise<void>;
  list(group: string): Promise<Schedule[]>;
  create(group: string, settings: ScheduleSettings): Promise<void>;
  /** Changes what is stated, and keeps all else that it says. */
  update(group: string, settings: ScheduleSettings): Promise<void>;
  /**
   * Has it run that revision, and changes nothing else.
   * @param startsAt when it begins anew, epoch milliseconds: Scheduler takes no start that has passed
   */
  move(group: string, name: string, definition: string, startsAt: number | undefined): Promise<void>;
  delete(group: string, name: string): Promise<void>;
}
