/** CloudWatch Logs for the bench: seeded, quick at an hour of load, and forgetting what is old. Both tails read the same. */
import type { FilterPage, FilterRequest, LiveUpdate, LogTailPort, StoredEvent } from "../../src/core/ports/logs";
import { seeded } from "../unit/support/fakeLogs";
import type { FakeClock } from "../unit/support/fakeClock";

interface Stored extends StoredEvent {
  id: string;
  visibleAt: number;
}

export interface Load {
  readonly perSecond: number;
  readonly streams: number;
  /** Milliseconds until FilterLogEvents sees an event. */
  readonly lag: readonly [number, number];
  /** Part of the events that agents send late, and by how many milliseconds at most. */
  readonly late: number;
  readonly lateBy: number;
  /** Milliseconds that a call takes. */
  readonly latency: number;
}

const retention = 1_200_000;
const pageEvents = 10_000;

export class LogSource implements LogTailPort {
  /** By the second of the timestamp. */
  private readonly buckets = new Map<number, Stored[]>();
  private readonly sessions = new Set<Stored[]>();
  private readonly random: () => number;
  private next = 0;
  stored = 0;
  calls = 0;

  constructor(
    private readonly clock: FakeClock,
    private readonly load: Load,
    seed = 7,
  ) {
    this.random = seeded(seed);
  }

  /** What is logged in the second that begins now. */
  second(onStored: (event: StoredEvent) => void): void {
    const now = this.clock.now();
    const { perSecond, streams, lag, late, lateBy } = this.load;
    // awslogs sends in batches: those of a stream become visible together.
    const lags = Array.from({ length: streams }, () => lag[0] + this.random() * (lag[1] - lag[0]));
    for (let index = 0; index < perSecond; index++) {
      const stream = index % streams;
      const by = this.random() < late ? this.random() * lateBy : this.random() * 500;
      const number = this.next++;
      const event: Stored = {
        id: String(number).padStart(56, "0"),
        at: Math.floor(now - by),
        ingestedAt: now,
        visibleAt: now + (lags[stream] ?? 0),
        stream: `web/app/${String(stream).padStart(32, "0")}`,
        message: `${number} GET /ships/${number % 97} 200 ${number % 50} ms, some more words as access logs have them`,
      };
      const second = Math.floor(event.at / 1000);
      const bucket = this.buckets.get(second);
      if (bucket) bucket.push(event);
      else this.buckets.set(second, [event]);
      for (const session of this.sessions) session.push(event);
      this.stored++;
      onStored(event);
    }
    for (const second of this.buckets.keys()) if (second * 1000 < now - retention) this.buckets.delete(second);
  }

  async filter({ from, token }: FilterRequest, signal: AbortSignal): Promise<FilterPage> {
    this.calls++;
    await this.clock.sleep(this.load.latency, signal);
    const now = this.clock.now();
    // A token holds where the page before ended: timestamp and id.
    const [afterAt = -Infinity, afterId = ""] =
      token === undefined ? [] : ([Number(token.split(" ")[0]), token.split(" ")[1] ?? ""] as const);
    const page: Stored[] = [];
    const last = Math.max(...this.buckets.keys());
    for (
      let second = Math.floor(Math.max(from, afterAt) / 1000);
      second <= last && page.length < pageEvents;
      second++
    ) {
      const bucket = this.buckets.get(second);
      if (!bucket) continue;
      bucket.sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
      for (const event of bucket) {
        if (
          event.at < from ||
          event.visibleAt > now ||
          event.at < afterAt ||
          (event.at === afterAt && event.id <= afterId)
        )
          continue;
        page.push(event);
        if (page.length === pageEvents) break;
      }
    }
    const end = page.length === pageEvents ? page.at(-1) : undefined;
    return {
      events: page.map(({ id, at, ingestedAt, stream, message }) => ({ id, at, ingestedAt, stream, message })),
      ...(end ? { token: `${end.at} ${end.id}` } : {}),
    };
  }

  async *live(_request: unknown, signal: AbortSignal): AsyncGenerator<LiveUpdate> {
    const pending: Stored[] = [];
    this.sessions.add(pending);
    try {
      yield { kind: "started" };
      for (;;) {
        await this.clock.sleep(1000, signal);
        const batch = pending.splice(0);
        yield {
          kind: "events",
          sampled: batch.length > 500,
          events: batch
            .slice(0, 500)
            .map(({ at, ingestedAt, stream, message }) => ({ at, ingestedAt, stream, message })),
        };
      }
    } finally {
      this.sessions.delete(pending);
    }
  }

  groupArn = (): Promise<string> => Promise.resolve("arn");
  listGroups = (): Promise<string[]> => Promise.resolve([]);
  listStreams = (): Promise<{ name: string }[]> => Promise.resolve([]);
  listServices = (): Promise<{ cluster: string; service: string }[]> => Promise.resolve([]);
  findTask = (): Promise<undefined> => Promise.resolve(undefined);
  clockOffset = (): number => 0;
  renew = (): Promise<void> => Promise.resolve();
}

/**
 * A tail in the manner of `aws logs tail --follow`: five seconds between two searches, which begin at the newest timestamp
 * that was seen; of it alone the ids are remembered.
 */
export async function plainTail(
  source: LogTailPort,
  clock: FakeClock,
  print: (event: StoredEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  let from = clock.now();
  let newest = new Set<string>();
  while (!signal.aborted) {
    let token: string | undefined;
    do {
      const page = await source.filter({ group: "/g", from, ...(token === undefined ? {} : { token }) }, signal);
      for (const event of page.events) {
        if (event.id !== undefined && newest.has(event.id)) continue;
        print(event);
        if (event.at > from) {
          from = event.at;
          newest = new Set();
        }
        if (event.at === from && event.id !== undefined) newest.add(event.id);
      }
      token = page.token;
    } while (token !== undefined);
    await clock.sleep(5000, signal);
  }
}
