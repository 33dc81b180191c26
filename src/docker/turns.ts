import { throwIfCancelled } from "../core/base/errors";

/** Milliseconds of work without a pause: short enough for the editor's other work, long enough to cost nothing. */
const turnMilliseconds = 12;
const wordEveryMilliseconds = 1000;

/**
 * Lets long work that does not wait (thousands of small files are read several times faster that way) give others a
 * turn, hear of a cancellation, and say from time to time how far it is.
 */
export class Turns {
  private since = performance.now();
  private said = this.since;
  private files = 0;
  private bytes = 0;

  constructor(
    private readonly signal?: AbortSignal,
    private readonly onProgress?: (files: number, bytes: number) => void,
  ) {
    throwIfCancelled(signal);
  }

  /** Whether it is time for `give`. */
  get over(): boolean {
    return performance.now() - this.since > turnMilliseconds;
  }

  count(files: number, bytes: number): void {
    this.files += files;
    this.bytes += bytes;
  }

  /** Rejects with the cancellation. */
  async give(): Promise<void> {
    if (performance.now() - this.said > wordEveryMilliseconds) {
      this.said = performance.now();
      this.onProgress?.(this.files, this.bytes);
    }
    await new Promise((resolve) => setImmediate(resolve));
    throwIfCancelled(this.signal);
    this.since = performance.now();
  }
}
