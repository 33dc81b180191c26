/** A run that is killed at any of its API calls goes on to the same end. `npm run bench -- kill` runs them all. */
import { strict as assert } from "node:assert";
import { callsOfAll, KillBench, nameOf, runAll, type Kill } from "./support/killing";
import { scenarios, type Scenario } from "./support/scenarios";
import { theEngine } from "./support/world";

/** Of a scenario's writes every so many are tried here. */
const sampled: readonly { readonly scenario: Scenario; readonly least: number; readonly every: number }[] = [
  { scenario: scenarios.first, least: 15, every: 3 },
  { scenario: scenarios.turnOver, least: 8, every: 3 },
  { scenario: scenarios.secure, least: 8, every: 2 },
  { scenario: scenarios.shifting, least: 8, every: 3 },
  { scenario: scenarios.rollingAgain, least: 5, every: 2 },
  { scenario: scenarios.destroy, least: 10, every: 5 },
];

for (const { scenario, least, every } of sampled) {
  describe(`${scenario.name} that is killed and run again`, function () {
    this.timeout(120_000);
    let benches: KillBench[];
    before(async function () {
      if (!(await theEngine())) return this.skip();
      benches = await KillBench.pair(scenario);
    });
    after(async () => {
      for (const bench of benches ?? []) await bench.stop();
    });

    it("ends as an uninterrupted one, wherever among its writes it was killed, and nothing is left in the end", async () => {
      const writes = callsOfAll(benches).filter((call) => !/^(Describe|List|Get|BatchGet)/.test(call.operation));
      assert.ok(writes.length >= least, writes.map((call) => call.operation).join());
      const chosen = writes.filter((_, index) => index % every === 0);
      const kills = chosen.map(
        (point, index): Kill => ({ ...point, moment: index % 2 === 0 ? "before" : "after", journal: index % 4 < 2 }),
      );
      const done = await runAll(benches, kills);
      const wrong = done.filter((killed) => killed.problems.length > 0);
      assert.deepEqual(
        wrong.map((killed) => `${nameOf(killed)}: ${killed.problems.join("\n")}`),
        [],
      );
      assert.equal(done.length, chosen.length);
    });
  });
}
