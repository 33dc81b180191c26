/** What a stopped application remembers, and what is said of stopping. */
import assert from "node:assert/strict";
import { runFrom, scaleFrom } from "../../src/cli/operationArguments";
import { standstillFrom, standstillOf, standstillText, stoppedTag } from "../../src/core/app/standstill";
import { stillCosts } from "../../src/core/render/standstill";
import { estimateCost } from "../../src/core/base/cost";

const none = { in: false, out: false, schedule: false };

describe("what a stopped application remembers", () => {
  for (const [memory, text] of [
    [{ desired: 1 }, "desired=1"],
    [
      { desired: 2, limits: { minimum: 1, maximum: 4, suspended: none } },
      "desired=2 minimum=1 maximum=4 suspended=none",
    ],
    [
      { desired: 0, limits: { minimum: 0, maximum: 9, suspended: { in: true, out: false, schedule: true } } },
      "desired=0 minimum=0 maximum=9 suspended=in+schedule",
    ],
  ] as const)
    it(`${text} is written and read back, of characters that tags take`, () => {
      assert.equal(standstillText(memory), text);
      assert.deepEqual(standstillFrom(text), memory);
      assert.match(text, /^[\w +=.:/@-]{1,256}$/);
    });

  for (const text of ["", "on purpose", "desired=many", "desired=-1", "desired=123456", "minimum=3 maximum=1"])
    it(`what somebody wrote there by hand counts as one task: ${text || "nothing"}`, () =>
      assert.deepEqual(standstillFrom(text), { desired: 1 }));

  it("it counts while no task is wanted", () => {
    const tags = { [stoppedTag]: "desired=3" };
    assert.deepEqual(standstillOf({ desired: 0, tags }), { desired: 3 });
    assert.equal(standstillOf({ desired: 1, tags }), undefined);
    assert.equal(standstillOf({ desired: 0, tags: {} }), undefined);
    assert.equal(standstillOf(undefined), undefined);
  });

  it("what goes on costing is named with its price, or is not known", () => {
    const cost = (region: string, loadBalancer: boolean) =>
      estimateCost({
        region,
        architecture: "X86_64",
        cpu: 0,
        memory: 0,
        tasks: 0,
        publicTasks: false,
        loadBalancer,
        loadBalancerZones: loadBalancer ? 2 : 0,
      });
    const said = (region: string, loadBalancer = true) => stillCosts({ region, cost: cost(region, loadBalancer) });
    assert.match(
      said("us-east-1"),
      /^What stays costs about \$24 a month: load balancer \$16, 2 public IPv4 addresses \$7\.30 \(prices of us-east-1/,
    );
    assert.match(said("us-east-1", false), /^Nothing that has a price of its own stays\. Stored images and logs/);
    assert.match(said("cn-north-1"), /^What it goes on costing is not known/);
  });
});

describe("slipway scale", () => {
  const read = (words: string[], minimum?: string, maximum?: string) => scaleFrom({ minimum, maximum }, words);
  it("takes a number, limits, or both", () => {
    assert.deepEqual(read(["3"]), { count: 3, minimum: undefined, maximum: undefined });
    assert.deepEqual(read([], "1", "4"), { count: undefined, minimum: 1, maximum: 4 });
    assert.deepEqual(read(["0"], undefined, "4"), { count: 0, minimum: undefined, maximum: 4 });
  });
  for (const words of [[], ["-1"], ["2.5"], ["two"], ["1e3"], ["5001"], ["99999"], [""], [" 3"]])
    it(`refuses ${JSON.stringify(words)}`, () => assert.throws(() => read(words), { code: "Usage" }));
  it("refuses limits that cannot both hold", () => assert.throws(() => read([], "4", "1"), { code: "Usage" }));
});

describe("slipway run", () => {
  it("takes the command as it stands, and needs one", () => {
    assert.deepEqual(runFrom({}, ["sh", "-c", "echo --yes"]), { oneOff: { command: ["sh", "-c", "echo --yes"] } });
    assert.deepEqual(runFrom({ container: "web" }, ["true"]), { oneOff: { command: ["true"], container: "web" } });
    assert.deepEqual(runFrom({ schedule: "nightly" }, []), { schedule: "nightly" });
    assert.throws(() => runFrom({ schedule: "nightly" }, ["true"]), { code: "Usage" });
    assert.throws(() => runFrom({ schedule: "nightly", container: "web" }, []), { code: "Usage" });
    assert.throws(() => runFrom({}, []), { code: "Usage" });
  });
});
