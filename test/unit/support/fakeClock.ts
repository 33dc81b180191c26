/** Time that passes when nobody works: hours of a tail in no time. */
import { cancelled } from "../../../src/core/base/errors";
import type { Clock } from "../../../src/core/ports/machine";

interface Timer {
  readonly at: number;
  readonly number: number;
  readonly resolve: () => void;
}

export class FakeClock implements Clock {
  private timers: Timer[] = [];
  private next = 0;

  constructor(private time = Date.UTC(2026, 10, 24, 12)) {}

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(cancelled());
    return new Promise((resolve, reject) => {
      const timer: Timer = {
        at: this.time + Math.max(0, milliseconds),
        number: this.next++,
        resolve: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      const onAbort = () => {
        this.timers = this.timers.filter((item) => item !== timer);
        reject(cancelled());
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.timers.push(timer);
    });
  }

  /** Lets everything run that is due in this time. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    for (;;) {
      await settled();
      const due = this.timers.reduce<Timer | undefined>(
        (first, timer) =>
          !first || timer.at < first.at || (timer.at === first.at && timer.number < first.number) ? timer : first,
        undefined,
      );
      if (!due || due.at > end) break;
      this.timers = this.timers.filter((timer) => timer !== due);
      this.time = Math.max(this.time, due.at);
      due.resolve();
    }
    this.time = end;
    await settled();
  }

  /** The machine sleeps: time goes on, and nothing runs. */
  jump(milliseconds: number): void {
    this.time += milliseconds;
  }

  /** Advances until the promise is settled. */
  async until<T>(promise: Promise<T>, limitMilliseconds = 3_600_000): Promise<T> {
    let over = false;
    void promise.then(
      () => (over = true),
      () => (over = true),
    );
    for (let passed = 0; passed < limitMilliseconds; passed += 100) {
      await settled();
      if (over) return promise;
      await this.advance(100);
    }
    throw new Error("it does not end");
  }
}

/** Promises that are ready have had their turn. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
