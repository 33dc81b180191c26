import { setTimeout as sleep } from "node:timers/promises";
import { cancelled } from "../core/base/errors";
import type { Clock } from "../core/ports/machine";

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(milliseconds, signal) {
    if (signal?.aborted) throw cancelled();
    await sleep(milliseconds, undefined, signal ? { signal } : {}).catch(() => {
      throw cancelled();
    });
  },
};
