/** Reads one group's streams with FilterLogEvents, in windows that overlap, each to its last page. */
import { SlipwayError } from "../base/errors";
import type { Clock } from "../ports/machine";
import type { FilterPage, FilterRequest, StoredEvent, StreamScope } from "../ports/logs";
import { Alarm } from "./alarm";
import { Ledger } from "./ledger";

/** Milliseconds. Events reach FilterLogEvents 5 to 15 s after they were written, and some agents keep them for minutes. */
export const overlaps = {
  /** Where a whole window is many pages: most polls look back only so far. */
  near: 30_000,
  /** The same where even that is many pages. */
  nearest: 8_000,
  usual: 120_000,
  /** From time to time, where little is logged, and where events were seen to come so late. */
  deep: 900_000,
};

const deepEveryMilliseconds = 60_000;
const usualEveryMilliseconds = 15_000;
/** A deep window may hold so many events; more would cost a busy group's budget. */
const deepEvents = 5_000;
/** A near window of more pages than this looks back less. */
const nearPages = 3;
const intervals = { least: 1_000, most: 5_000, growth: 1.5, hidden: 10_000, live: 60_000 };
/** After a Live Tail session has begun, broken or sampled: what was in flight then becomes readable within these times. */
const backfillAfter = [0, 2_000, 6_000, 16_000, 31_000];

/** What a poller needs of the tail that it works for. */
export interface PollerHost {
  readonly clock: Clock;
  readonly random: () => number;
  /** AWS's clock, as well as it is known. */
  now(): number;
  readonly pattern: string | undefined;
  /** True while a Live Tail session delivers this group's events. */
  isLive(): boolean;
  readonly hidden: boolean;
  /** One page within the budget, over all that may go wrong; undefined when the group is not there yet. */
  page(request: FilterRequest, signal: AbortSignal): Promise<FilterPage | undefined>;
  /** An event that has yet to be printed; `tie`: a younger one of its stream and millisecond was printed before. */
  print(group: string, event: StoredEvent, tie: boolean): void;
  /** Waits while too much waits to be printed. */
  room(signal: AbortSignal): Promise<void>;
  /** Said once, however often. */
  note(text: string): void;
  completed(): void;
}

export class Poller {
  readonly ledger: Ledger;
  readonly scopes: StreamScope[] = [];
  private readonly alarm: Alarm;
  private backfills: number[] = [];
  private interval = intervals.least;
  private lastUsual = -Infinity;
  private lastDeep = -Infinity;
  private windowEvents = 0;
  private windowPages = 1;
  private lateness = 0;
  private busy = false;
  /** AWS's time up to which everything is known, but for what comes late. */
  completed: number;
  /** The same, of the last window that was not a near one. */
  private wholly: number;

  /**
   * @param floor events before this timestamp are not asked for
   * @param from where the first window begins, less the overlap
   */
  constructor(
    readonly group: string,
    private readonly host: PollerHost,
    public floor: number,
    from: number,
    ledger = new Ledger(),
  ) {
    this.ledger = ledger;
    this.completed = this.wholly = from;
    this.alarm = new Alarm(host.clock);
  }

  /** Adds streams to be followed; false when they are followed already. */
  add(scope: StreamScope): boolean {
    const key = JSON.stringify(scope);
    if (this.scopes.some((known) => JSON.stringify(known) === key)) return false;
    this.scopes.push(scope);
    this.lastUsual = -Infinity;
    return true;
  }

  /** Looks at once, and again while what was in flight becomes readable. */
  backfill(): void {
    const now = this.host.now();
    this.backfills = backfillAfter.map((after) => now + after);
    this.lastUsual = -Infinity;
    this.alarm.ring();
  }

  /** Looks at once: the tail has been resumed or shown. */
  wake(): void {
    this.interval = intervals.least;
    this.alarm.ring();
  }

  /** Polls until the signal is aborted; throws what no retry can fix. */
  async run(signal: AbortSignal, until: () => Promise<void>): Promise<void> {
    for (;;) {
      await until();
      const found = await this.poll(signal);
      this.interval = found > 0 ? intervals.least : Math.min(intervals.most, this.interval * intervals.growth);
      await this.alarm.sleep(this.pause(), signal);
    }
  }

  /** One window, to its last page. Gives the number of events that were new. */
  async poll(signal: AbortSignal): Promise<number> {
    const started = this.host.now();
    const overlap = this.chooseOverlap(started);
    // A near window goes on from the poll before, a longer one from the longer one before: between them nothing may fall.
    const since = Math.min(started, overlap <= overlaps.near ? this.completed : this.wholly);
    this.ledger.prune(Math.min(started - overlaps.deep, since - overlap, this.wholly - overlaps.usual));
    const from = Math.ceil(Math.max(this.floor, this.ledger.floor, since - overlap));
    if (overlap > overlaps.near && this.ledger.floor > Math.max(this.floor, since - overlaps.usual)) {
      this.host.note(
        `So much is logged to ${this.group} that only the last ` +
          `${Math.max(1, Math.round((since - this.ledger.floor) / 1000))} s can be looked at again: what comes ` +
          "later than that is missed.",
      );
    }
    let found = 0;
    let [events, pages] = [0, 0];
    // A token belongs to the pattern that it was given for, also when the filter changes meanwhile.
    const { pattern } = this.host;
    for (const scope of [...this.scopes]) {
      let token: string | undefined;
      let kept: readonly StoredEvent[] = [];
      for (;;) {
        const page = await this.page(
          {
            group: this.group,
            ...scope,
            from,
            ...(pattern === undefined ? {} : { pattern }),
            ...(token === undefined ? {} : { token }),
          },
          signal,
        );
        if (!page) break;
        pages++;
        events += page.events.length;
        const [whole, rest] = split([...kept, ...page.events], page.token === undefined);
        kept = rest;
        found += this.take(whole);
        await this.host.room(signal);
        token = page.token;
        if (token === undefined) break;
      }
      found += this.take(kept);
    }
    this.completed = started;
    if (overlap <= overlaps.near) this.busy = pages > nearPages * Math.max(1, this.scopes.length);
    else [this.wholly, this.windowEvents, this.windowPages] = [started, events, pages];
    this.host.completed();
    return found;
  }

  /** A page; where its token has become worthless the window begins anew: the ledger knows what was printed. */
  private async page(request: FilterRequest, signal: AbortSignal): Promise<FilterPage | undefined> {
    try {
      return await this.host.page(request, signal);
    } catch (error) {
      if (request.token === undefined || (error as { code?: string }).code !== badToken) throw error;
      const { token: _token, ...first } = request;
      return this.host.page(first, signal);
    }
  }

  private take(events: readonly StoredEvent[]): number {
    let found = 0;
    // A new event before a known one of the same stream and millisecond has been overtaken by it.
    const knownAt = new Set<string>();
    const ties = new Set<StoredEvent>();
    for (let index = events.length - 1; index >= 0; index--) {
      const event = events[index] as StoredEvent;
      if (this.ledger.knows(event)) knownAt.add(`${event.at}/${event.stream}`);
      else if (knownAt.size && knownAt.has(`${event.at}/${event.stream}`)) ties.add(event);
    }
    for (const event of events) {
      if (!this.ledger.polled(event)) continue;
      found++;
      this.lateness = Math.max(this.lateness, event.ingestedAt - event.at);
      this.host.print(this.group, event, ties.has(event));
    }
    return found;
  }

  private chooseOverlap(now: number): number {
    // Where events were seen to come later than is usual, all windows reach that far back.
    const usual = Math.min(overlaps.deep, Math.max(overlaps.usual, 2 * this.lateness));
    const small = this.windowPages <= Math.max(1, this.scopes.length);
    if (small && this.windowEvents <= deepEvents && now - this.lastDeep >= deepEveryMilliseconds) {
      this.lastDeep = this.lastUsual = now;
      return overlaps.deep;
    }
    // A window of many pages is read whole only now and then: the budget is for what is new.
    const every = Math.min(60_000, Math.max(usualEveryMilliseconds, this.windowPages * 1_000));
    if (!small && now - this.lastUsual < every) return this.busy ? overlaps.nearest : overlaps.near;
    this.lastUsual = now;
    return usual;
  }

  private pause(): number {
    const now = this.host.now();
    this.backfills = this.backfills.filter((at) => at > now);
    const usual = this.host.isLive() ? intervals.live : this.host.hidden ? intervals.hidden : this.interval;
    const pause = usual * (0.8 + 0.4 * this.host.random());
    const next = this.backfills[0];
    return next === undefined ? pause : Math.min(pause, next - now);
  }
}

/** So many events of one millisecond wait for the next page at most. */
const mostKept = 10_000;

/**
 * A page's last millisecond may go on in the next one: what overtook its events is then seen there alone, so they wait
 * for it.
 */
function split(events: StoredEvent[], isLast: boolean): [StoredEvent[], StoredEvent[]] {
  const at = events.at(-1)?.at;
  let end = events.length;
  if (!isLast) while (end > 0 && events[end - 1]?.at === at) end--;
  return events.length - end > mostKept ? [events, []] : [events.slice(0, end), events.slice(end)];
}

/** The code of the error with which a host says that a page's token is worthless. */
const badToken = "PageTokenInvalid";

export const badTokenError = (): SlipwayError =>
  new SlipwayError({ code: badToken, summary: "A page's token is no longer valid.", actions: [] });
