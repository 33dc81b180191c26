/** Events wait a moment before they are printed, so that what comes from several streams and calls is put in order. */

/** One event on its way to the channel. */
export interface Ordered {
  at: number;
  /** Group and stream. */
  origin: string;
  late: boolean;
}

interface Waiting<T> {
  readonly event: T;
  readonly number: number;
}

/** Streams whose newest printed timestamp is remembered. */
const rememberedStreams = 5000;

export class ReorderBuffer<T extends Ordered> {
  private waiting: Waiting<T>[] = [];
  private sorted = true;
  /** In order of receipt. */
  private received: { until: number; at: number }[] = [];
  private next = 0;
  private due = -Infinity;
  private readonly newest = new Map<string, number>();

  /** @param holdMilliseconds how long an event waits for older ones */
  constructor(private readonly holdMilliseconds: number) {}

  get size(): number {
    return this.waiting.length;
  }

  push(event: T, now: number): void {
    const last = this.waiting.at(-1);
    if (last && last.event.at > event.at) this.sorted = false;
    this.waiting.push({ event, number: this.next++ });
    const group = this.received.at(-1);
    // What came in one go is due in one go.
    if (group && group.until === now + this.holdMilliseconds) group.at = Math.max(group.at, event.at);
    else this.received.push({ until: now + this.holdMilliseconds, at: event.at });
  }

  /**
   * What is due, in order of timestamp. An event that comes after a younger one of its stream was printed is marked late.
   * @param everything also what is still waiting: the tail ends
   */
  release(now: number, everything = false): T[] {
    let ready = 0;
    while (ready < this.received.length && (this.received[ready] as { until: number }).until <= now) ready++;
    for (const group of this.received.splice(0, ready)) this.due = Math.max(this.due, group.at);
    if (everything) {
      this.due = Infinity;
      this.received = [];
    }
    if (this.waiting.length === 0 || (ready === 0 && !everything)) return [];
    if (!this.sorted) this.waiting.sort((one, other) => one.event.at - other.event.at || one.number - other.number);
    this.sorted = true;
    let end = 0;
    while (end < this.waiting.length && (this.waiting[end] as Waiting<T>).event.at <= this.due) end++;
    const out = this.waiting.splice(0, end).map(({ event }) => event);
    if (!everything && this.received.length === 0) this.due = -Infinity;
    for (const event of out) this.mark(event);
    return out;
  }

  /** Marks an event that is printed now, and remembers it as its stream's newest. */
  mark(event: T): void {
    const before = this.newest.get(event.origin);
    if (before !== undefined && event.at < before) {
      event.late = true;
      return;
    }
    // The stream that was silent the longest is forgotten first, not the one that was seen first.
    if (before !== undefined) this.newest.delete(event.origin);
    else if (this.newest.size >= rememberedStreams) this.newest.delete(this.newest.keys().next().value as string);
    this.newest.set(event.origin, event.at);
  }
}
