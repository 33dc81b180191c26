import assert from "node:assert/strict";
import { pricesFrom, pricesPort } from "../../src/aws/prices";
import type { Caller } from "../../src/aws/session";
import { estimateCost, type CostInput } from "../../src/core/base/cost";
import { tablePrices, type RegionPrices } from "../../src/core/base/prices";
import { costBasis, costInShort, costLeavesOut } from "../../src/core/base/costText";

const task: CostInput = {
  region: "us-east-1",
  architecture: "X86_64",
  cpu: 1024,
  memory: 2048,
  tasks: 2,
  publicTasks: false,
  loadBalancer: false,
  loadBalancerZones: 0,
};
const monthly = (input: Partial<CostInput>): string | undefined =>
  estimateCost({ ...task, ...input }).monthly?.toFixed(2);

/** An entry of the price list, as GetProducts gives it. */
const entry = (usagetype: string, price: string, currency = "USD"): string =>
  JSON.stringify({
    product: { attributes: { usagetype } },
    terms: { OnDemand: { A: { priceDimensions: { B: { pricePerUnit: { [currency]: price } } } } } },
    publicationDate: "2026-11-02T10:00:00Z",
  });
const list = (prefix: string, currency?: string): string[] => [
  entry(`${prefix}SpotUsage:Fargate-vCPU-Hours:perCPU`, "0.0100000000", currency),
  entry(`${prefix}Fargate-Windows-vCPU-Hours:perCPU`, "0.0900000000", currency),
  entry(`${prefix}Fargate-vCPU-Hours:perCPU`, "0.0500000000", currency),
  entry(`${prefix}Fargate-GB-Hours`, "0.0050000000", currency),
  entry(`${prefix}Fargate-ARM-vCPU-Hours:perCPU`, "0.0400000000", currency),
  entry(`${prefix}Fargate-ARM-GB-Hours`, "0.0040000000", currency),
  entry(`${prefix}Fargate-EphemeralStorage-GB-Hours`, "0.0001000000", currency),
  entry(`${prefix}LoadBalancerUsage`, "0.0300000000", currency),
  entry(`${prefix}LCUUsage`, "0.0080000000", currency),
];

describe("asking AWS for prices", () => {
  /** A session whose price list answers like this; `waits` are the signals of timers that still run. */
  function asking(prices: Promise<RegionPrices | undefined>) {
    const waits = new Set<AbortSignal>();
    const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve, reject) => {
        if (signal) waits.add(signal);
        const timer = setTimeout(resolve, ms / 100);
        signal?.addEventListener("abort", () => {
          clearTimeout(timer);
          waits.delete(signal);
          reject(new Error("cancelled"));
        });
      });
    const session = { prices, clock: { now: () => 0, sleep } };
    return { waits, port: pricesPort({ session, signal: undefined } as unknown as Caller) };
  }

  it("takes three seconds at most, and leaves no timer that a process would wait for", async () => {
    const known = tablePrices("us-east-1");
    const quick = asking(Promise.resolve(known));
    assert.equal(await quick.port.ofRegion(), known);
    assert.equal(quick.waits.size, 0);
    const silent = asking(new Promise(() => undefined));
    assert.equal(await silent.port.ofRegion(), undefined);
    assert.equal(silent.waits.size, 0);
  });
});

describe("what a deployment costs", () => {
  it("is estimated by the prices of its region, and says whose they are", () => {
    assert.equal(monthly({}), "72.08");
    assert.equal(monthly({ region: "sa-east-1" }), "123.81");
    const elsewhere = estimateCost({ ...task, region: "af-south-1" });
    assert.deepEqual([elsewhere.source, elsewhere.exactRegion], ["otherRegion", false]);
    assert.match(costInShort(elsewhere, "af-south-1"), /by us-east-1's prices of 2026-09, those of af-south-1 are not/);
    assert.match(
      costBasis(estimateCost({ ...task, region: "eu-west-1" }), "eu-west-1"),
      /^prices of eu-west-1 of 2025/,
    );
  });

  it("is not told in dollars where there are other prices", () => {
    const china = estimateCost({ ...task, region: "cn-north-1" });
    assert.deepEqual([china.monthly, china.source], [undefined, "none"]);
    const asked = estimateCost({ ...task, region: "cn-north-1", prices: pricesFrom(list("CNN1-", "CNY")) });
    const open = estimateCost({ ...task, publicTasks: true, prices: pricesFrom(list("CNN1-", "CNY")) });
    assert.equal(open.leftOut[0], "publicAddresses");
    assert.match(costInShort(asked, "cn-north-1"), /^about ¥88 a month \(AWS's price list of 2026-11-02\)$/);
  });

  it("takes AWS's price list where it was asked, whatever usage types begin with", () => {
    for (const prefix of ["", "EU-", "USE2-", "APS1-", "MXC1-"]) {
      const prices = pricesFrom(list(prefix));
      assert.equal(prices?.x86.cpuHour, 0.05, prefix);
      assert.equal(monthly({ prices, architecture: "ARM64" }), ((0.04 + 2 * 0.004) * 2 * 730).toFixed(2));
      assert.deepEqual([prices?.loadBalancerHour, prices?.publicAddressHour], [0.03, 0.005]);
    }
    assert.equal(pricesFrom(list("EU-").filter((text) => !text.includes("LoadBalancerUsage"))), undefined);
  });

  it("counts storage beyond twenty gigabytes, and names what it leaves out", () => {
    assert.equal(monthly({ storage: 20 }), "72.08");
    assert.equal(monthly({ storage: 120 }), (72.0802 + 2 * 100 * 0.000111 * 730).toFixed(2));
    const there = estimateCost({ ...task, region: "eu-west-1", storage: 50, windows: true, loadBalancer: true });
    assert.match(
      costLeavesOut(there),
      /^without requests \(LCU\), data transfer, .*the Windows license, storage above 20 GB and discounts$/,
    );
    assert.doesNotMatch(costLeavesOut(estimateCost(task)), /LCU|Windows|storage/);
  });
});
