/**
 * Kills, faults, outages, clocks, disks, interference and two deployers, by seeds that are printed.
 * `SLIPWAY_CHAOS_SEED` (first seed, a whole number), `SLIPWAY_CHAOS_CASES` (how many of each kind), `SLIPWAY_CHAOS` (kinds,
 * a regular expression) choose; one seed with one kind is that very case again.
 */
import { ChaosBench, chaosKinds, type ChaosCase, type ChaosResult } from "../engine/support/chaos";
import type { Bench } from "./table";

const first = Number(process.env["SLIPWAY_CHAOS_SEED"] ?? 1);
const each = Number(process.env["SLIPWAY_CHAOS_CASES"] ?? 5);
const chosen = new RegExp(process.env["SLIPWAY_CHAOS"] ?? "");

export const chaos: Bench = async (row) => {
  const kinds = chaosKinds.filter((kind) => chosen.test(kind));
  const cases: ChaosCase[] = Array.from({ length: each }, (_, n) =>
    kinds.map((kind) => ({ seed: first + n, kind })),
  ).flat();
  const benches = [await ChaosBench.start("chaos-1"), await ChaosBench.start("chaos-2")];
  const done: ChaosResult[] = [];
  try {
    await Promise.all(
      benches.map(async (bench) => {
        for (let next = cases.shift(); next; next = cases.shift()) {
          const result = await bench.run(next);
          done.push(result);
          const end = result.problems.length ? `WRONG\n    ${result.problems.join("\n    ")}` : "well";
          console.log(`  ${result.kind} ${result.seed}: ${result.what} (${result.seconds.toFixed(1)} s): ${end}`);
        }
      }),
    );
  } finally {
    for (const bench of benches) await bench.stop();
  }
  row({ name: "seeds", value: `${first} to ${first + each - 1}` });
  for (const kind of kinds) {
    const own = done.filter((result) => result.kind === kind);
    const wrong = own.filter(({ problems }) => problems.length > 0);
    const seconds = own.map((result) => result.seconds).sort((one, other) => one - other);
    const times = `median ${(seconds[Math.floor(seconds.length / 2)] ?? 0).toFixed(0)} s, longest ${(seconds.at(-1) ?? 0).toFixed(0)} s`;
    row({
      name: `${kind}: ${own.length} cases, ${times}; not the same end`,
      value: wrong.length ? `${wrong.length} (seeds ${wrong.map(({ seed }) => seed).join(" ")})` : "0",
      budget: "0",
      met: wrong.length === 0 && own.length === each,
    });
  }
};
