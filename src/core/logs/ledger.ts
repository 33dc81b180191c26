/**
 * What has been printed: so that overlapping windows, backfills and Live Tail print each event once.
 *
 * Events of FilterLogEvents are told apart by their id. Live Tail's have none, so the two are matched as multisets of
 * (stream, timestamp, message): of a key, as many are printed as the larger of what the running session delivered and what
 * was polled. Both only ever hold real events, so never too many; and once a poll has covered the time, exactly all,
 * also where several events look the same. The ingestion time stays out of the key: it adds nothing to the count, and
 * the match need not rely on two APIs giving the same one.
 */
import type { StoredEvent } from "../ports/logs";

/** Events are kept in slices of their timestamp, so that forgetting is as cheap as remembering. */
const sliceMilliseconds = 10_000;

interface Slice {
  readonly ids: Set<string>;
  readonly printed: Map<string, number>;
  readonly polled: Map<string, number>;
  /** Of the session that runs. */
  readonly live: Map<string, number>;
}

/** 53 bits of a text, fast: tells texts apart within one stream and millisecond, nothing else (cyrb53). */
function hash53(text: string): number {
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    one = Math.imul(one ^ code, 2654435761);
    two = Math.imul(two ^ code, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909);
  two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return 4294967296 * (2097151 & two) + (one >>> 0);
}

const keyOf = (event: StoredEvent): string =>
  `${event.at}/${event.message.length}/${hash53(event.message).toString(36)}/${event.stream}`;

const add = (counts: Map<string, number>, key: string): number => {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
};

export class Ledger {
  private readonly slices = new Map<number, Slice>();
  private lowest = -Infinity;
  private remembered = 0;

  /** @param capacity events that are remembered at most; beyond it the oldest are forgotten and the floor rises */
  constructor(private readonly capacity = 300_000) {}

  /** No window may begin before this timestamp: what lies below has been forgotten. */
  get floor(): number {
    return this.lowest;
  }

  get size(): number {
    return this.remembered;
  }

  /** Whether a polled event is known, by its id. */
  knows(event: StoredEvent): boolean {
    return (
      event.id !== undefined && (this.slices.get(Math.floor(event.at / sliceMilliseconds))?.ids.has(event.id) ?? false)
    );
  }

  /** Notes an event of a poll; true when it has yet to be printed. */
  polled(event: StoredEvent): boolean {
    const slice = this.sliceOf(event);
    if (!slice) return true;
    if (event.id !== undefined) {
      if (slice.ids.has(event.id)) return false;
      slice.ids.add(event.id);
      this.remembered++;
    }
    const key = keyOf(event);
    return this.printIfMore(slice, key, add(slice.polled, key));
  }

  /** Notes an event of the running Live Tail session; true when it has yet to be printed. */
  live(event: StoredEvent): boolean {
    const slice = this.sliceOf(event);
    if (!slice) return true;
    const key = keyOf(event);
    return this.printIfMore(slice, key, add(slice.live, key));
  }

  /** Another session begins: it may deliver again what the one before delivered. */
  newSession(): void {
    for (const slice of this.slices.values()) slice.live.clear();
  }

  /** Forgets what is older than this timestamp; and more where too much is remembered. */
  prune(before: number): void {
    this.raise(before);
    while (this.remembered > this.capacity && this.slices.size > 1)
      this.raise((Math.min(...this.slices.keys()) + 1) * sliceMilliseconds);
  }

  private raise(before: number): void {
    if (before <= this.lowest) return;
    this.lowest = before;
    for (const [index, slice] of this.slices) {
      if ((index + 1) * sliceMilliseconds > before) continue;
      this.slices.delete(index);
      this.remembered -= slice.ids.size;
    }
  }

  private printIfMore(slice: Slice, key: string, count: number): boolean {
    const printed = slice.printed.get(key) ?? 0;
    if (count <= printed) return false;
    slice.printed.set(key, count);
    return true;
  }

  private sliceOf(event: StoredEvent): Slice | undefined {
    if (event.at < this.lowest) return undefined;
    const index = Math.floor(event.at / sliceMilliseconds);
    let slice = this.slices.get(index);
    if (!slice)
      this.slices.set(index, (slice = { ids: new Set(), printed: new Map(), polled: new Map(), live: new Map() }));
    return slice;
  }
}
