/** The deployment killed before and after each of its API calls in turn, with the journal and without it. */
import { KillBench, nameOf, pointsOf, runAll, type Kill } from "../engine/support/killing";
import type { Bench } from "./table";

/** `SLIPWAY_KILL` chooses operations by a regular expression, for one that is being looked into. */
const chosen = new RegExp(process.env["SLIPWAY_KILL"] ?? "");

export const kill: Bench = async (row) => {
  const benches = [await KillBench.start("kill-1"), await KillBench.start("kill-2")];
  try {
    const calls = benches[0]?.calls ?? [];
    const kills: Kill[] = pointsOf(calls).flatMap(({ point, moment }) => [true, false].map((journal) => ({ ...point, moment, journal }))).filter((item) => chosen.test(item.operation));
    let number = 0;
    const done = await runAll(benches, kills, (killed) => {
      number += 1;
      if (killed.problems.length) console.log(`  ${nameOf(killed)}: ${killed.problems.join("\n    ")}`);
      else if (number % 20 === 0) console.log(`  ${number} of ${kills.length}`);
    });
    const wrong = done.filter((killed) => killed.problems.length > 0);
    row({ name: "API calls of a first deployment", value: String(calls.length) });
    row({ name: "kills, of these reached", value: `${done.length}, ${done.filter((killed) => killed.reached).length}` });
    row({ name: "ended otherwise than an uninterrupted run", value: String(wrong.length), budget: "0", met: wrong.length === 0 && done.length > 0 });
  } finally {
    for (const bench of benches) await bench.stop();
  }
};
