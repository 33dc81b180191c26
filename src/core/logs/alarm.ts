import { throwIfCancelled } from "../base/errors";
import type { Clock } from "../ports/machine";

/** A sleep that can be cut short by whoever knows better. */
export class Alarm {
  private current: AbortController | undefined;
  private rung = false;

  constructor(private readonly clock: Clock) {}

  /** Sleeps until the time is over or {@link ring} is called; a ring before it counts for the next sleep. */
  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    if (this.rung) {
      this.rung = false;
      return;
    }
    const early = new AbortController();
    this.current = early;
    const onAbort = () => early.abort();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await this.clock.sleep(milliseconds, early.signal);
    } catch (error) {
      throwIfCancelled(signal);
      if (!early.signal.aborted) throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.current = undefined;
      this.rung = false;
    }
  }

  ring(): void {
    this.rung = true;
    this.current?.abort();
  }
}
