import { setTimeout as sleep } from "node:timers/promises";
import { cancelled } from "../core/base/errors";
import type { Clock } from "../core/ports/machine";

/** The machine's own time. */
export const systemClock: Clock & { elapsed(): number } = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  async sleep(milliseconds, signal) {
    if (signal?.aborted) throw cancelled();
    await sleep(milliseconds, undefined, signal ? { signal } : {}).catch(() => {
      throw cancelled();
    });
  },
};
