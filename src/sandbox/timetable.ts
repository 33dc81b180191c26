/** Runs what has a time when its time comes: by a clock of its own, which the door can move. */
import type { Region, SandboxState } from "./world";

/** Timers of Node take no more than this. */
const LONGEST_MS = 2 ** 31 - 1;
/** A move of the clock past more runs than this is refused: a rate of a minute over years. */
const MOST_RUNS = 10_000;

/** One thing that comes again. */
export interface Timed {
  /** The first moment after `after` at which it comes, epoch milliseconds; undefined where it never does again. */
  readonly nextAfter: (after: number) => number | undefined;
  /** Does it; `at` is the moment that it was due at. */
  readonly run: (at: number) => void;
}

/** What a region has of such things, in the order in which they were made. */
export type TimedOf = (region: Region) => readonly Timed[];

export class Timetable {
  private timer: NodeJS.Timeout | undefined;
  /** Up to when everything that was due has run. */
  private done = Date.now();
  private offset = 0;

  constructor(
    private readonly world: SandboxState,
    private readonly sources: readonly TimedOf[],
  ) {}

  /** Its time, epoch milliseconds. */
  get now(): number {
    return Date.now() + this.offset;
  }

  close(): void {
    clearTimeout(this.timer);
  }

  reset(): void {
    this.offset = 0;
    this.done = Date.now();
    this.wake();
  }

  /** Sets the clock; what comes due in between runs, in its order. Back in time nothing runs. False: too much would. */
  moveTo(moment: number): boolean {
    const isDone = moment < this.done || this.runUntil(moment);
    if (!isDone) return false;
    this.offset = moment - Date.now();
    this.done = moment;
    this.wake();
    return true;
  }

  /** Looks again for what is next. */
  wake(): void {
    clearTimeout(this.timer);
    if (this.world.clock.ended) return;
    const next = this.next(this.done);
    if (next === undefined) return;
    this.timer = setTimeout(
      () => {
        this.runUntil(this.now);
        this.wake();
      },
      Math.min(Math.max(next - this.now, 0), LONGEST_MS),
    ).unref();
  }

  private get all(): readonly Timed[] {
    return [...this.world.regions.values()].flatMap((region) => this.sources.flatMap((of) => of(region)));
  }

  private next(after: number): number | undefined {
    const moments = this.all.flatMap((timed) => timed.nextAfter(after) ?? []);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  /** Runs what is due up to a moment, several of one moment in the order in which they were made. */
  private runUntil(moment: number): boolean {
    for (let runs = 0; ; runs++) {
      const due = this.next(this.done);
      if (due === undefined || due > moment) break;
      if (runs === MOST_RUNS) return false;
      for (const timed of this.all) if (timed.nextAfter(this.done) === due) timed.run(due);
      this.done = due;
    }
    this.done = Math.max(this.done, moment);
    return true;
  }
}
