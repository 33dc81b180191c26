/** One budget of FilterLogEvents calls for all tails of a window: AWS counts by account and region, not by tail. */
import { elapsed } from "../base/elapsed";
import { throwIfCancelled } from "../base/errors";
import type { Clock } from "../ports/machine";

/** Calls of FilterLogEvents a second; not adjustable. Source: CloudWatch Logs quotas page. */
const filterRates: Readonly<Record<string, number>> = {
  "eu-central-1": 5,
  "ap-northeast-3": 5,
  "ap-southeast-3": 5,
  "ca-west-1": 5,
  "il-central-1": 5,
  "us-east-1": 25,
};
const usualFilterRate = 10;

/** The published rate of FilterLogEvents in a region, in calls a second. */
export const filterRate = (region: string): number => filterRates[region] ?? usualFilterRate;

/** How long a throttled budget stays at a part of its rate before it grows again, in milliseconds. */
const recoverMilliseconds = 10_000;

/** A token bucket that gives turns in the order of asking, and less of them after AWS has said that it is too much. */
export class CallBudget {
  private tokens: number;
  private last: number;
  private share = 1;
  private throttledAt = -Infinity;
  private turn: Promise<void> = Promise.resolve();
  /** Calls that were let through. */
  taken = 0;

  constructor(
    private readonly perSecond: number,
    private readonly clock: Clock,
  ) {
    this.tokens = perSecond;
    this.last = elapsed(clock);
  }

  /** Waits for a turn; rejects with the cancellation when the signal is aborted first. */
  take(signal: AbortSignal): Promise<void> {
    const mine = this.turn.then(() => this.wait(signal));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  /** AWS has throttled: others use the same account. The rate is halved, and comes back over half a minute. */
  throttled(): void {
    const now = elapsed(this.clock);
    // Calls that were under way together are told off together: that is one reason, not several.
    if (now - this.throttledAt < 1000) return;
    this.throttledAt = now;
    this.share = Math.max(0.1, this.share / 2);
    this.tokens = 0;
  }

  /** Calls a second that are given now. */
  get rate(): number {
    const since = elapsed(this.clock) - this.throttledAt;
    const share = Math.min(1, this.share + (since / recoverMilliseconds) * 0.25);
    return this.perSecond * share;
  }

  private async wait(signal: AbortSignal): Promise<void> {
    for (;;) {
      throwIfCancelled(signal);
      const now = elapsed(this.clock);
      const rate = this.rate;
      // A machine that slept has not saved up a night of calls.
      this.tokens = Math.min(this.perSecond, this.tokens + (Math.max(0, now - this.last) / 1000) * rate);
      this.last = now;
      if (rate >= this.perSecond) this.share = 1;
      if (this.tokens >= 1) {
        this.tokens -= 1;
        this.taken++;
        return;
      }
      await this.clock.sleep(Math.ceil(((1 - this.tokens) / rate) * 1000), signal);
    }
  }
}
