/** A sample of `npm run bench -- chaos`: whatever goes wrong, the next run comes to the same end as a calm one. */
import { strict as assert } from "node:assert";
import { ChaosBench, type ChaosCase } from "./support/chaos";
import { theEngine } from "./support/world";

/** A short outage, somebody who interferes, and two at once; kills have a test of their own. */
const sample: readonly ChaosCase[] = [
  { kind: "outage", seed: 1 },
  { kind: "interference", seed: 2 },
  { kind: "two", seed: 1 },
];

describe("a deployment in chaos", function () {
  this.timeout(120_000);
  let bench: ChaosBench;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    bench = await ChaosBench.start("chaos");
  });
  after(async () => bench?.stop());

  for (const chosen of sample)
    it(`comes to the same end: ${chosen.kind}, seed ${chosen.seed}`, async () => {
      const { problems, what } = await bench.run(chosen);
      assert.deepEqual(problems, [], what);
    });
});
