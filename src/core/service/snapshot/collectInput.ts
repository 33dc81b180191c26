/** What a look at a service is given, and its limits. */
import type { Cloud } from "../../ports/cloud";
import type { Clock, Prober } from "../../ports/machine";
import { read, type Expected, type Read, type SeenTask, type Subject } from "./serviceSnapshot";

export interface CollectInput {
  cloud: Cloud;
  clock: Clock;
  prober: Prober;
  subject: Subject;
  expected?: Expected;
  /** The revision that is looked at where it is not the service's own: after a rollback that is the one before. */
  revision?: string;
  /** Stopped tasks that were seen while waiting: ECS forgets them after an hour. */
  captured?: readonly SeenTask[];
  /** Whether the application is asked for an answer; a silent one takes a while. Yes unless said. */
  asksUrl?: boolean;
  /** Whether its figures are read: a call that costs a little. No unless said. */
  figures?: boolean;
  signal: AbortSignal;
}

/** How many lines a container's end is told by, and of how many tasks these are read. */
export const lines = 15;
export const tasksWithLines = 6;
export const eventTasks = 5;

/** The value, or the reason why not handed on to what depends on it. */
export async function after<A, B>(first: Read<A>, look: (value: A) => Promise<B>): Promise<Read<B>> {
  return first.known ? read(() => look(first.value)) : first;
}
