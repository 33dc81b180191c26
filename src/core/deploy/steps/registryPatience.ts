/** A registry that cannot be reached for a moment: what the engine itself tries again is over in seconds. */
import { isTransient, reportOf } from "../../base/errors";
import type { RunContext } from "../step";

/** Milliseconds between one try and the next: a minute and a half in all. */
const pauses = [5_000, 10_000, 20_000, 25_000, 30_000];

/** What `work` comes to; tried again, and said, while it fails for a reason that may pass. Layers are not sent twice. */
export async function throughOutages<T>(
  { clock, emit, signal }: Pick<RunContext, "clock" | "emit" | "signal">,
  work: () => Promise<T>,
): Promise<T> {
  for (const pause of pauses) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error)) throw error;
      const message = `${reportOf(error).summary} It is tried again in ${pause / 1000} s.`;
      emit({ type: "note", level: "warning", message });
      await clock.sleep(pause, signal);
    }
  }
  return work();
}
