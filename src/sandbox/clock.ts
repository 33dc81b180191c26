/** Time in the sandbox: what is simulated waiting, and what is a data-plane timer that stays real. */
import { setTimeout as delay } from "node:timers/promises";

export class Clock {
  private readonly stop = new AbortController();

  constructor(
    private readonly mode: "instant" | "aws",
    private readonly speed: number,
  ) {}

  /** Milliseconds that provisioning of AWS's `ms` takes here: none in instant mode. */
  simulated(ms: number): number {
    return this.mode === "instant" ? 0 : ms / this.speed;
  }

  /** Milliseconds of a data-plane timer (health interval, drain delay, idle timeout): never zero. */
  timer(ms: number): number {
    return this.mode === "instant" ? ms : ms / this.speed;
  }

  /** A duration with a value of its own in instant mode. */
  either(awsMs: number, instantMs: number): number {
    return this.mode === "instant" ? instantMs : awsMs / this.speed;
  }

  /** How often loops look, in milliseconds. */
  get tick(): number {
    return this.mode === "instant" ? 100 : Math.max(20, Math.min(1000, 1000 / this.speed));
  }

  /** Waits `ms` real milliseconds; rejects when the sandbox stops or `signal` aborts. */
  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    await delay(ms, undefined, { signal: signal ? AbortSignal.any([signal, this.stop.signal]) : this.stop.signal });
  }

  /** Ends every wait. */
  end(): void {
    this.stop.abort();
  }

  get ended(): boolean {
    return this.stop.signal.aborted;
  }
}

/** Whether the error is only the end of a wait. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
