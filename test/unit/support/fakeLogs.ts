/** CloudWatch Logs as a tail sees it, with everything that goes wrong there. It shares no code with the tail. */
import { SlipwayError, cancelled } from "../../../src/core/base/errors";
import type {
  FilterPage,
  FilterRequest,
  LiveRequest,
  LiveUpdate,
  LogTailPort,
  StoredEvent,
} from "../../../src/core/ports/logs";
import type { FakeClock } from "./fakeClock";

/** mulberry32: the same seed gives the same run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

interface Stored extends StoredEvent {
  id: string;
  group: string;
  visibleAt: number;
}

interface Session {
  readonly request: LiveRequest;
  pending: Stored[];
  /** Ends the session with this code. */
  end: string | undefined;
}

export const failure = (code: string): SlipwayError => new SlipwayError({ code, summary: `Injected ${code}.` });

export class FakeLogs implements LogTailPort {
  readonly events: Stored[] = [];
  readonly sessions = new Set<Session>();
  readonly calls = { filter: 0, live: 0, renewed: 0 };
  pageSize = 50;
  /** From 0 to 1: pages that are empty and carry a token. */
  emptyPages = 0;
  hasLive = true;
  /** Whether FilterLogEvents knows `startFromHead`. */
  knowsNewest = true;
  refusedPattern: string | undefined;
  liveLimit = 500;
  offset = 0;
  /** Thrown by the next calls of FilterLogEvents, one each. */
  failures: SlipwayError[] = [];
  /** While it says so, every call fails. */
  broken: (() => SlipwayError | undefined) | undefined;
  readonly requests: FilterRequest[] = [];
  /** Milliseconds that a call takes. */
  latency = 20;
  private next = 0;

  constructor(
    private readonly clock: FakeClock,
    private readonly random: () => number = seeded(1),
  ) {}

  /** Stores events in one go. `lag`: milliseconds until FilterLogEvents sees them. */
  put(group: string, stream: string, events: readonly { at: number; message: string }[], lag = 0): Stored[] {
    const now = this.clock.now();
    const stored = events.map(
      (event): Stored => ({
        ...event,
        id: String(this.next++).padStart(56, "0"),
        group,
        stream,
        ingestedAt: now,
        visibleAt: now + lag,
      }),
    );
    this.events.push(...stored);
    for (const session of this.sessions)
      session.pending.push(...stored.filter((event) => matches(event, session.request)));
    return stored;
  }

  async filter(request: FilterRequest, signal: AbortSignal): Promise<FilterPage> {
    this.calls.filter++;
    this.requests.push(request);
    await this.clock.sleep(this.latency, signal);
    const broken = this.broken?.() ?? this.failures.shift();
    if (broken) throw broken;
    if (request.pattern !== undefined && request.pattern === this.refusedPattern)
      throw failure("InvalidParameterException");
    const now = this.clock.now();
    const all = this.events
      .filter(
        (event) =>
          event.group === request.group &&
          event.visibleAt <= now &&
          event.at >= request.from &&
          (request.until === undefined || event.at <= request.until),
      )
      .filter(
        (event) =>
          (request.prefix === undefined || event.stream.startsWith(request.prefix)) &&
          (request.streams === undefined || request.streams.includes(event.stream)),
      )
      .filter((event) => request.pattern === undefined || event.message.includes(request.pattern))
      .sort((one, other) => one.at - other.at || one.ingestedAt - other.ingestedAt || (one.id < other.id ? -1 : 1));
    const backwards = request.newest !== undefined && this.knowsNewest;
    if (backwards) all.reverse();
    const size = backwards ? Math.min(this.pageSize, request.newest ?? Infinity) : this.pageSize;
    // A token names the last event of the page before, as it stood: what comes later does not shift the pages.
    const [after = "", skipped = "0"] = (request.token ?? "").split("+");
    const start = after === "" ? 0 : all.findIndex((event) => event.id === after) + 1;
    if (Number(skipped) < 3 && this.random() < this.emptyPages)
      return { events: [], token: `${after}+${Number(skipped) + 1}` };
    const page = all.slice(start, start + size);
    const last = page.at(-1);
    return {
      events: page.map(({ id, at, ingestedAt, stream, message }) => ({ id, at, ingestedAt, stream, message })),
      ...(last && start + size < all.length ? { token: `${last.id}+0` } : {}),
    };
  }

  async *live(request: LiveRequest, signal: AbortSignal): AsyncGenerator<LiveUpdate> {
    this.calls.live++;
    await this.clock.sleep(this.latency, signal);
    if (request.pattern !== undefined && request.pattern === this.refusedPattern)
      throw failure("InvalidParameterException");
    if (!this.hasLive) throw failure("NotImplementedException");
    const broken = this.broken?.();
    if (broken) throw broken;
    const session: Session = { request, pending: [], end: undefined };
    this.sessions.add(session);
    try {
      yield { kind: "started" };
      for (;;) {
        await this.clock.sleep(1000, signal);
        if (session.end === "silence") await this.clock.sleep(3_600_000, signal);
        if (session.end !== undefined) throw failure(session.end);
        const batch = session.pending.splice(0);
        const chosen =
          batch.length <= this.liveLimit
            ? batch
            : batch.filter(() => this.random() < this.liveLimit / batch.length).slice(0, this.liveLimit);
        yield {
          kind: "events",
          sampled: chosen.length < batch.length,
          events: chosen.map(({ at, ingestedAt, stream, message }) => ({ at, ingestedAt, stream, message })),
        };
      }
    } finally {
      this.sessions.delete(session);
      if (signal.aborted) await Promise.reject(cancelled()).catch(() => undefined);
    }
  }

  groupArn(group: string): Promise<string | undefined> {
    return Promise.resolve(`arn:aws:logs:us-east-1:000000000000:log-group:${group}`);
  }

  listGroups(): Promise<string[]> {
    return Promise.resolve([...new Set(this.events.map((event) => event.group))]);
  }

  listStreams(group: string, { prefix, limit }: { prefix?: string; limit: number }): Promise<{ name: string }[]> {
    const names = [
      ...new Set(
        this.events
          .filter((event) => event.group === group && event.stream.startsWith(prefix ?? ""))
          .map((event) => event.stream),
      ),
    ];
    return Promise.resolve(names.slice(0, limit).map((name) => ({ name })));
  }

  listServices(): Promise<{ cluster: string; service: string }[]> {
    return Promise.resolve([]);
  }

  findTask(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  clockOffset(): number {
    return this.offset;
  }

  renew(): Promise<void> {
    this.calls.renewed++;
    return Promise.resolve();
  }
}

function matches(event: Stored, request: LiveRequest): boolean {
  return (
    request.groupArn.endsWith(`:${event.group}`) &&
    (!request.prefixes || request.prefixes.some((prefix) => event.stream.startsWith(prefix))) &&
    (!request.streams || request.streams.includes(event.stream)) &&
    (request.pattern === undefined || event.message.includes(request.pattern))
  );
}
