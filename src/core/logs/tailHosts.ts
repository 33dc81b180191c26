/** What a tail's two sources, the poller and the live feed, are given of it. */
import type { FilterPage, FilterRequest, StoredEvent } from "../ports/logs";
import type { LiveHost } from "./live";
import type { TailOutput } from "./output";
import type { PollerHost } from "./poller";
import type { Feed, TailContext } from "./tailRequest";

/** A tail, as far as its feeds are concerned. */
export interface TailInside {
  readonly context: TailContext;
  readonly output: TailOutput;
  now(): number;
  pattern(): string | undefined;
  hidden(): boolean;
  wantsLive(): boolean;
  page(request: FilterRequest, signal: AbortSignal): Promise<FilterPage | undefined>;
  print(group: string, event: StoredEvent, tie: boolean): void;
  /** An event was found that Live Tail had left out. */
  filled(): void;
  /** Live Tail says that it leaves events out. */
  sampled(): void;
  /** There is no Live Tail here. */
  unavailable(): void;
  credentials(error: unknown, signal: AbortSignal): Promise<void>;
}

/** @param isLive true while Live Tail brings the events sooner */
export function pollerHost(tail: TailInside, isLive: () => boolean): PollerHost {
  return {
    clock: tail.context.clock,
    random: tail.context.random,
    now: () => tail.now(),
    isLive,
    get pattern() {
      return tail.pattern();
    },
    get hidden() {
      return tail.hidden();
    },
    page: (request, signal) => tail.page(request, signal),
    print: (group, event, tie) => {
      if (isLive()) tail.filled();
      tail.print(group, event, tie);
    },
    room: (signal) => tail.output.room(signal),
    note: (text) => tail.output.noteOnce(text),
    completed: () => tail.output.recovered("unreachable", "throttled", "credentials"),
  };
}

export function liveHost(tail: TailInside): LiveHost {
  return {
    clock: tail.context.clock,
    random: tail.context.random,
    port: tail.context.port,
    get pattern() {
      return tail.pattern();
    },
    wanted: () => tail.wantsLive(),
    print: (group, event) => tail.print(group, event, false),
    room: (signal) => tail.output.room(signal),
    note: tail.output.note,
    sampled: () => tail.sampled(),
    updated: () => tail.output.recovered("unreachable"),
    unavailable: (why) => {
      tail.output.noteOnce(`No Live Tail here (${why.replace(/\.$/, "")}): polling.`);
      tail.unavailable();
    },
    credentials: (error, signal) => tail.credentials(error, signal),
  };
}

/**
 * Milliseconds that the slowest feed is behind.
 * @param now on AWS's clock
 * @param local on this machine's
 */
export const behindOf = (feeds: readonly Feed[], now: number, local: number): number =>
  Math.max(0, ...feeds.map(({ poller, live }) => (live.running ? local - live.updatedAt : now - poller.completed)));
