import { cancelled, throwIfCancelled } from "../base/errors";

/** Something that one waits at while it is closed. */
export class Pause {
  private waiting: (() => void)[] | undefined;

  get closed(): boolean {
    return this.waiting !== undefined;
  }

  close(): void {
    this.waiting ??= [];
  }

  open(): void {
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    for (const resolve of waiting) resolve();
  }

  /** Resolves while it is open; rejects with the cancellation when the signal is aborted. */
  async pass(signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    while (this.waiting) {
      await new Promise<void>((resolve, reject) => {
        const onAbort = () => reject(cancelled());
        signal.addEventListener("abort", onAbort, { once: true });
        this.waiting?.push(() => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        });
      });
    }
  }
}
