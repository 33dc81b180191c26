/** How long a call waits where AWS cannot be reached, fails or says "too often", and who is told of it. */
import { elapsed } from "../core/base/elapsed";
import { errorCode, isTransient, reportOf, type ErrorReport } from "../core/base/errors";
import type { Clock } from "../core/ports/machine";
import { isThrottled } from "./errors";

/** Milliseconds, once the SDK has tried five times. */
interface Limits {
  /** A write that was throttled was surely not done; others use the account too, and leave room sooner or later. */
  readonly throttled: number;
  /** A cable, a Wi-Fi, a VPN, a proxy: half a minute is nothing unusual. */
  readonly unreachable: number;
  /** AWS answers, and says that it is at fault. */
  readonly failing: number;
}

const ofDeployment: Limits = { throttled: 180_000, unreachable: 120_000, failing: 30_000 };
/**
 * Of one look at what runs: what cannot be read is said, and somebody sits there. Their turn among others they wait
 * for.
 */
export const ofLook: Limits = { throttled: 60_000, unreachable: 0, failing: 0 };
/** A service that was never reached may have no endpoint in this region: its name is not known, and never will be. */
const unknownNameMs = 15_000;
const [firstPauseMs, longestPauseMs] = [1000, 8000];
/** So many calls in a row, and so long, without an answer are said; and not again and again where AWS throttles. */
const [missedBeforeSaid, silentBeforeSaidMs, saidEveryMs] = [3, 1000, 60_000];

export type OutageListener = (report: ErrorReport | undefined) => void;

/** What all calls of a run share: whether AWS answers at the moment. */
export class Patience {
  private missed = 0;
  private since = 0;
  private saidAt = -Infinity;
  private isSaid = false;
  private listener: OutageListener | undefined;

  constructor(private readonly limits: Limits = ofDeployment) {}

  tell(listener: OutageListener): void {
    this.listener = listener;
  }

  answered(): void {
    if (this.isSaid) this.listener?.(undefined);
    this.isSaid = false;
    this.missed = 0;
  }

  /** Notes a call that was not answered. */
  private miss(error: unknown, now: number): void {
    if (this.missed++ === 0) this.since = now;
    const isLong = this.missed >= missedBeforeSaid && now - this.since >= silentBeforeSaidMs;
    if (!isLong || this.isSaid || now - this.saidAt < saidEveryMs) return;
    [this.isSaid, this.saidAt] = [true, now];
    this.listener?.(reportOf(error));
  }

  /** @param isKnown whether this service has ever answered */
  private limitOf(error: unknown, isKnown: boolean): number {
    if (isThrottled(error)) return this.limits.throttled;
    if (!isTransient(error)) return 0;
    if (errorCode(error) !== "Unreachable" && errorCode(error) !== "NotAnAwsAnswer") return this.limits.failing;
    const isName = !isKnown && errorCode((error as Error).cause) === "ENOTFOUND";
    return isName ? Math.min(unknownNameMs, this.limits.unreachable) : this.limits.unreachable;
  }

  /** What the call comes to, tried again while that can help. */
  async bear<T>(call: () => Promise<T>, isKnown: () => boolean, clock: Clock, signal?: AbortSignal): Promise<T> {
    const began = elapsed(clock);
    for (let pause = firstPauseMs; ; pause = Math.min(2 * pause, longestPauseMs)) {
      try {
        const answer = await call();
        this.answered();
        return answer;
      } catch (error) {
        // Others in the account call at the same time: they are not waited for in step.
        const wait = pause * (0.5 + Math.random());
        const limit = this.limitOf(error, isKnown());
        if (limit === 0) throw error;
        if (elapsed(clock) - began + wait > limit) throw error;
        this.miss(error, elapsed(clock));
        await clock.sleep(wait, signal);
      }
    }
  }
}

/** Tries nothing again: for a first look, and for what is looked at again anyway. */
export const noPatience = new Patience({ throttled: 0, unreachable: 0, failing: 0 });
