/** What can wait, and stop waiting: a clock. */
interface Sleeper {
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/**
 * What `work` comes to; undefined where that takes longer than `milliseconds`. Rejects as the work does, and with the
 * cancellation when `signal` is aborted. The timer goes with the answer: a process that has said all waits for nothing.
 */
export async function within<T>(
  clock: Sleeper,
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: Promise<T>,
): Promise<T | undefined> {
  const over = new AbortController();
  const late = clock.sleep(milliseconds, signal ? AbortSignal.any([signal, over.signal]) : over.signal);
  try {
    return await Promise.race([work, late.then(() => undefined)]);
  } finally {
    over.abort();
  }
}
