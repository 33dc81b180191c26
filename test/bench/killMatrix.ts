/** Each run that changes something, killed before and after each of its API calls in turn, with the journal and without it. */
import { callsOfAll, KillBench, nameOf, pointsOf, runAll, type Kill } from "../engine/support/killing";
import { scenarios, type Scenario } from "../engine/support/scenarios";
import type { Bench } from "./table";

/** `SLIPWAY_KILL` chooses operations, and `SLIPWAY_SCENARIO` scenarios, by a regular expression, for what is being looked into. */
const chosen = new RegExp(process.env["SLIPWAY_KILL"] ?? "");
const chosenScenarios = new RegExp(process.env["SLIPWAY_SCENARIO"] ?? "");

export const kill: Bench = async (row) => {
  for (const [id, scenario] of Object.entries(scenarios)) if (chosenScenarios.test(id)) await matrix(id, scenario, row);
};

async function matrix(id: string, scenario: Scenario, row: Parameters<Bench>[0]): Promise<void> {
  const benches = [await KillBench.start(`kill-${id}-1`, scenario), await KillBench.start(`kill-${id}-2`, scenario)];
  try {
    const calls = callsOfAll(benches);
    const byChance = benches.reduce((sum, bench) => sum + bench.calls.length - calls.length, 0);
    const kills: Kill[] = pointsOf(calls)
      .flatMap(({ point, moment }) => [true, false].map((journal) => ({ ...point, moment, journal })))
      .filter((item) => chosen.test(item.operation));
    let number = 0;
    const done = await runAll(benches, kills, (killed) => {
      number += 1;
      if (killed.problems.length) console.log(`  ${nameOf(killed)}: ${killed.problems.join("\n    ")}`);
      else if (number % 20 === 0) console.log(`  ${scenario.name}: ${number} of ${kills.length}`);
    });
    const wrong = done.filter((killed) => killed.problems.length > 0);
    row({ name: `API calls of ${scenario.name}`, value: String(calls.length) });
    row({ name: "calls that came by chance, where nothing is killed", value: String(byChance) });
    row({ name: "kills", value: String(done.length) });
    row({
      name: "not reached, or ended otherwise than an uninterrupted run",
      value: String(wrong.length),
      budget: "0",
      met: wrong.length === 0 && done.length === kills.length && done.length > 0,
    });
  } finally {
    for (const bench of benches) await bench.stop();
  }
}
