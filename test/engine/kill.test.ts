/** A deployment that is killed at any of its API calls goes on to the same end. `npm run bench -- kill` runs them all. */
import { strict as assert } from "node:assert";
import { KillBench, nameOf, runAll, type Kill } from "./support/killing";
import { theEngine } from "./support/world";

describe("a deployment that is killed and run again", function () {
  this.timeout(120_000);
  let benches: KillBench[];
  before(async function () {
    if (!(await theEngine())) return this.skip();
    benches = await Promise.all([KillBench.start("kill-1"), KillBench.start("kill-2")]);
  });
  after(async () => {
    for (const bench of benches ?? []) await bench.stop();
  });

  it("ends as an uninterrupted one, wherever among its writes it was killed, and can be destroyed", async () => {
    const writes = benches[0]?.calls.filter((call) => !/^(Describe|List|Get|BatchGet)/.test(call.operation)) ?? [];
    assert.ok(writes.length >= 15, writes.map((call) => call.operation).join());
    const kills: Kill[] = writes.map((point, index) => ({ ...point, moment: index % 3 === 0 ? "before" : "after", journal: index % 2 === 0 }));
    const done = await runAll(benches, kills);
    const wrong = done.filter((killed) => killed.problems.length > 0);
    assert.deepEqual(wrong.map((killed) => `${nameOf(killed)}: ${killed.problems.join("\n")}`), []);
    assert.ok(done.filter((killed) => killed.reached).length >= writes.length - 2);
  });
});
