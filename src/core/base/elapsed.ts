/** A clock as far as durations are concerned. */
interface Stopwatch {
  now(): number;
  elapsed?(): number;
}

/**
 * Milliseconds since some moment, for the difference of two: it never goes back and never jumps, whatever somebody sets
 * the machine's time to. Of a clock that has only one time, that.
 */
export const elapsed = (clock: Stopwatch): number => clock.elapsed?.() ?? clock.now();
