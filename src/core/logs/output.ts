/** The way of a tail's events to whoever prints: put in order, counted, formatted, in batches that wait for one another. */
import { elapsed } from "../base/elapsed";
import type { StoredEvent } from "../ports/logs";
import type { Clock } from "../ports/machine";
import type { Formatter } from "./format";
import { Pause } from "./pause";
import type { TailEvent, TailItem, TailNote, TailSink } from "./tailTypes";
import { Rate } from "./rate";
import { ReorderBuffer } from "./reorder";
import { partsOf } from "./target";

/** Milliseconds. */
const holdMilliseconds = 1_000;
const flushMilliseconds = 200;
const stateMilliseconds = 400;
/** A tick that comes so late means that the machine slept. */
const sleptMilliseconds = 15_000;
/** Events in one batch, and events that wait before reading waits too. */
const batchEvents = 4_000;
const mostWaiting = 20_000;

export const tailEvent = (group: string, event: StoredEvent, late: boolean): TailEvent => ({
  ...event,
  ...partsOf(event.stream),
  group,
  late,
  origin: `${group} ${event.stream}`,
});

export class TailOutput {
  readonly counts = { total: 0, late: 0 };
  private readonly buffer = new ReorderBuffer<TailEvent>(holdMilliseconds);
  private readonly drained = new Pause();
  private readonly rate = new Rate();
  private readonly said = new Set<string>();
  private readonly episodes = new Set<string>();
  private ready: TailItem[] = [];

  /** @param now AWS's clock, as well as it is known */
  constructor(
    private readonly clock: Clock,
    private readonly now: () => number,
    private readonly formatter: Formatter,
    private readonly sink: TailSink,
  ) {}

  /** Events a second, over the last five. */
  get perSecond(): number {
    return this.rate.perSecond(elapsed(this.clock));
  }

  readonly note = (text: string, level: TailNote["level"] = "info"): void =>
    void this.ready.push({ note: text, level, at: this.now() });

  noteOnce(text: string): void {
    if (this.said.has(text)) return;
    this.said.add(text);
    this.note(text);
  }

  /** Says once that a trouble has begun. */
  episode(name: string, text: string): void {
    if (this.episodes.has(name)) return;
    this.episodes.add(name);
    this.note(text, "warning");
  }

  /** Says that a trouble is over, if it was said to have begun. */
  recovered(...names: string[]): void {
    if (names.filter((name) => this.episodes.delete(name)).length)
      this.note("AWS answers again; what came meanwhile is filled in.");
  }

  /** An event that waits a moment for older ones. */
  push(event: TailEvent): void {
    this.buffer.push(event, elapsed(this.clock));
  }

  /** Events that are in order already. */
  direct(events: readonly TailEvent[]): void {
    for (const event of events) {
      this.buffer.mark(event);
      this.take(event);
    }
  }

  /** Waits while too much waits to be printed: reading faster than that only fills memory. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.ready.length + this.buffer.size > mostWaiting) {
      this.drained.close();
      await this.drained.pass(signal);
    }
  }

  /** Writes every 200 ms until the signal is aborted, and then all that is left. */
  async run(signal: AbortSignal, slept: (milliseconds: number) => void, tick: () => void): Promise<void> {
    const { clock } = this;
    let [last, told] = [clock.now(), -Infinity];
    while (!signal.aborted) {
      await clock.sleep(flushMilliseconds, signal).catch(() => undefined);
      const now = clock.now();
      if (now - last > sleptMilliseconds && !signal.aborted) slept(now - last);
      this.collect(false);
      await this.write(false);
      last = clock.now();
      if (elapsed(clock) - told < stateMilliseconds) continue;
      told = elapsed(clock);
      tick();
    }
    this.collect(true);
    await this.write(true);
  }

  private take(event: TailEvent): void {
    this.counts.total++;
    if (event.late) this.counts.late++;
    this.rate.add(elapsed(this.clock), 1);
    this.ready.push(event);
  }

  private collect(everything: boolean): void {
    for (const event of this.buffer.release(elapsed(this.clock), everything)) this.take(event);
  }

  private async write(everything: boolean): Promise<void> {
    do {
      const items = this.ready.splice(0, batchEvents);
      if (items.length === 0) break;
      await this.sink.write({
        items,
        text: this.formatter.text(items),
        events: items.reduce((sum, item) => sum + ("note" in item ? 0 : 1), 0),
      });
    } while (everything || this.ready.length >= batchEvents);
    if (this.ready.length + this.buffer.size <= mostWaiting) this.drained.open();
  }
}
