/** Time in the sandbox: what is simulated waiting, and what is a data-plane timer that stays real. */
export class Clock {
  private over = false;
  /** Ends of the waits that are under way. */
  private readonly waits = new Set<() => void>();

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
    if (this.over || signal?.aborted) throw new Aborted();
    // By hand: signals joined by AbortSignal.any pile up on one that lives as long as the process.
    await new Promise<void>((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waits.delete(cancel);
        signal?.removeEventListener("abort", cancel);
      };
      const cancel = (): void => {
        done();
        reject(new Aborted());
      };
      const timer = setTimeout(() => {
        done();
        resolve();
      }, ms);
      this.waits.add(cancel);
      signal?.addEventListener("abort", cancel);
    });
  }

  /** Ends every wait. */
  end(): void {
    this.over = true;
    for (const cancel of [...this.waits]) cancel();
  }

  get ended(): boolean {
    return this.over;
  }
}

class Aborted extends Error {
  override readonly name = "AbortError";
}

/** Whether the error is only the end of a wait. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
