/** Prices that were asked of AWS, kept in the state folder for a week. */
import { createHash } from "node:crypto";
import path from "node:path";
import type { RegionPrices } from "../core/base/prices";
import type { Clock, PriceStore } from "../core/ports/machine";
import { stateFolder } from "./state";
import { readIfThere, writeWhole } from "./workspace";

const holdsMilliseconds = 7 * 24 * 3600_000;

/** @param endpoint another than AWS's has prices of its own */
export function priceStore(region: string, endpoint: string | undefined, clock: Clock): PriceStore {
  const name = createHash("sha256")
    .update(JSON.stringify([region, endpoint]))
    .digest("hex")
    .slice(0, 12);
  const file = path.join(stateFolder(), "prices", `${region}-${name}.json`);
  return {
    async read() {
      try {
        const { at, prices } = JSON.parse((await readIfThere(file)) ?? "{}") as { at?: number; prices?: RegionPrices };
        const age = clock.now() - (at ?? 0);
        return age >= 0 && age < holdsMilliseconds ? prices : undefined;
      } catch {
        return undefined;
      }
    },
    async write(prices) {
      // A folder that cannot be written is no reason to have no prices.
      await writeWhole(file, JSON.stringify({ at: clock.now(), prices }), 0o600).catch(() => undefined);
    },
  };
}
