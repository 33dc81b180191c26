/** How often AWS is asked: nothing twice, and little where nothing has changed. */
import { strict as assert } from "node:assert";
import { tinyApplication } from "./support/apps";
import { resultOf } from "./support/cli";
import { applicationFolder, theEngine, World, writesOf, type Call } from "./support/world";

describe("the calls of a deployment", function () {
  this.timeout(120_000);
  let world: World;
  let folder: string;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("calls", ["--tasks", "simulated", "--consistency", "strong"]);
    folder = applicationFolder("quay", tinyApplication());
  });
  after(async () => world?.stop());

  const told = (calls: readonly Call[]): string =>
    `${calls.length}: ${calls.map(({ service, operation }) => `${service} ${operation}`).join(", ")}`;

  it("are at most sixty for the first, and at most twenty for one that changes nothing", async () => {
    const first = await world.callsDuring(() => world.cliEndsWith(0, folder, ["deploy", "--yes"]));
    // What is waited for is asked for as often as it takes.
    const waiting =
      /^(DescribeServices|ListServiceDeployments|DescribeServiceDeployments|ListTasks|DescribeTargetHealth|DescribeLoadBalancers)$/;
    const [polls, others] = [
      first.filter(({ operation }) => waiting.test(operation)),
      first.filter(({ operation }) => !waiting.test(operation)),
    ];
    assert.ok(others.length + 2 * new Set(polls.map(({ operation }) => operation)).size <= 60, told(first));
    // The prices of this region were asked of AWS, and are kept.
    const planned = resultOf<{ cost: { source: string } }>(await world.cliEndsWith(0, folder, ["plan"]));
    assert.equal(planned.cost.source, "priceList");
    const again = await world.callsDuring(() => world.cliEndsWith(0, folder, ["deploy", "--yes"]));
    assert.deepEqual(writesOf(again), []);
    assert.ok(again.length <= 20, told(again));
    const often = [...new Set(again.map(({ operation }) => operation))].filter(
      (operation) => again.filter((call) => call.operation === operation).length > 1,
    );
    assert.deepEqual(often, [], told(again));
  });
});
