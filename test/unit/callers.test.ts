/** Who may come in: what slipway.json may say of it, and what is done to a group whatever it says. */
import { strict as assert } from "node:assert";
import { parseConfig, resolveApplication } from "../../src/core/app/app";
import { admitsCaller, callersAt, callersOf, rulesAfter, surplusAt } from "../../src/core/deploy/callers";
import type { SecurityGroup } from "../../src/core/ports/cloud";
import { known } from "../../src/core/service/snapshot/serviceSnapshot";

const cloudfront = { id: "pl-3b927c52", name: "com.amazonaws.global.cloudfront.origin-facing", weight: 55 };

describe("allowFrom", () => {
  const allowed = (allowFrom: string[]) =>
    resolveApplication(
      parseConfig(JSON.stringify({ applications: { web: { port: 80, loadBalancer: { allowFrom } } } })),
      "web",
      undefined,
    ).loadBalancer?.allowFrom;

  it("takes blocks in EC2's form, ids of prefix lists, and CloudFront by its name", () => {
    assert.deepEqual(allowed(["10.1.2.3/8", "pl-0123456789abcdef0", "cloudfront"]), [
      "10.0.0.0/8",
      "pl-0123456789abcdef0",
      "cloudfront",
    ]);
  });

  it("refuses what is none of these", () => {
    for (const bad of ["pl-", "pl-XYZ", "cloudflare", "constructor", "10.0.0.1", ""])
      assert.throws(() => allowed([bad]), { code: "InvalidConfig" }, bad);
  });

  it("means the region's own list by a name", () => {
    assert.deepEqual(callersOf(["cloudfront", "10.0.0.0/8"], known([cloudfront])), ["pl-3b927c52", "10.0.0.0/8"]);
    const unread = { known: false, why: "", code: "AccessDenied" } as const;
    assert.deepEqual(callersOf(["cloudfront", "10.0.0.0/8"], unread), ["10.0.0.0/8"]);
  });
});

describe("a security group that people come in by", () => {
  const callers = ["0.0.0.0/0", "::/0", "10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32", "pl-aaaaaaaa", "pl-bbbbbbbb"];
  const ruleOf = (port: number, toPort: number, sources: readonly string[], marked: readonly string[] = []) => ({
    protocol: "tcp",
    fromPort: port,
    toPort,
    cidrs: sources.filter((source) => !source.startsWith("pl-")),
    prefixLists: sources.filter((source) => source.startsWith("pl-")),
    groups: [],
    marked: [...marked],
  });
  const groupOf = (ingress: SecurityGroup["ingress"]): SecurityGroup => ({
    id: "sg-1",
    name: "lb",
    vpc: "vpc-1",
    tags: {},
    ingress,
  });
  /** The same in each run: whether the nth choice of a case is yes. */
  const choices = (seed: number): (() => boolean) => {
    let state = seed;
    return () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state / 2147483648 < 0.5;
    };
  };

  it("has afterwards whom slipway.json states and whom others let in, and nobody whom Slipway let in before", () => {
    for (let seed = 1; seed <= 500; seed++) {
      const yes = choices(seed);
      const some = (from: readonly string[]) => from.filter(() => yes());
      const ingress = [80, 443, 443].map((port) => {
        const sources = some(callers);
        return ruleOf(port, yes() ? port : port + 10, sources, some(sources));
      });
      const group = groupOf(ingress);
      const wanted = some(callers);
      const { ours, others } = surplusAt(group, 443, wanted);
      const before = callersAt(group, 443);
      const missing = wanted.filter((one) => !admitsCaller(group, 443, one));
      const after = new Set([...before.filter((one) => !ours.includes(one)), ...missing]);
      const about = `seed ${seed}`;
      for (const one of wanted) assert.ok(after.has(one) || admitsCaller(group, 443, one), about);
      for (const one of [...ours, ...others]) assert.equal(wanted.includes(one), false, about);
      for (const one of others) assert.equal(ours.includes(one) || after.has(one), true, about);
      for (const one of ours) assert.equal(after.has(one), false, about);
    }
  });

  it("counts a prefix list as many times as it may have entries, on each port", () => {
    const none = groupOf([]);
    assert.equal(rulesAfter(none, [80, 443], ["pl-3b927c52"], [cloudfront]), 110);
    const open = groupOf([ruleOf(80, 80, ["0.0.0.0/0", "192.0.2.0/24"])]);
    // Everyone goes, what somebody else let in stays.
    assert.equal(rulesAfter(open, [80], ["pl-3b927c52", "10.0.0.0/8"], [cloudfront]), 57);
  });
});
