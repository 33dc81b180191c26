/** Applications that share: what another one uses stays, is said before the first write, and goes with the last one out. */
import { strict as assert } from "node:assert";
import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { DescribeLoadBalancersCommand, DescribeRulesCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeListenersCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { tinyApplication } from "./support/apps";
import { accountOf, resultOf } from "./support/cli";
import { describeSettled, differencesBetween } from "./support/snapshot";
import { applicationFolder, theEngine, World } from "./support/world";

interface DestroyResult {
  readonly outcome: string;
  readonly removed: readonly { readonly kind: string; readonly name: string }[];
  readonly kept: readonly { readonly kind: string; readonly name: string; readonly usedBy?: readonly string[] }[];
}

describe("applications that share what one of them made", function () {
  this.timeout(180_000);
  let world: World;
  let empty = "";
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("sharing", ["--tasks", "simulated"]);
  });
  beforeEach(async () => {
    await world.reset();
    empty = await describeSettled(world);
  });
  after(async () => world?.stop());

  const folderOf = (name: string, more: object = {}) =>
    applicationFolder(name, {
      ...tinyApplication(name),
      "slipway.json": JSON.stringify({
        applications: { [name]: { dockerfile: "Dockerfile", deregistrationDelaySeconds: 1, ...more } },
      }),
    });
  /** An application with everything of the first one's that can be named. */
  const guest = (name: string) =>
    folderOf(name, {
      cluster: "host",
      repository: "host",
      executionRole: "host-execution",
      loadBalancer: { name: "host", pathPattern: `/${name}/*` },
    });
  const destroy = async (folder: string) => {
    const began = Date.now();
    const finished = await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
    const result = resultOf<DestroyResult>(finished);
    assert.equal(result.outcome, "done", accountOf(finished));
    assert.ok(Date.now() - began < 60_000, `it took ${Date.now() - began} ms`);
    return { ...result, text: accountOf(finished) };
  };
  const deploy = (folder: string) => world.cliEndsWith(0, folder, ["deploy", "--yes", "--adopt"]);
  const isNothingLeft = async (text: string) =>
    assert.deepEqual(differencesBetween(empty, await describeSettled(world)), [], text);
  const kinds = (items: readonly { readonly kind: string }[]) => [...new Set(items.map(({ kind }) => kind))].sort();
  const running = async (name: string) => {
    const { services } = await world.clients.ecs.send(
      new DescribeServicesCommand({ cluster: "host", services: [name] }),
    );
    return [services?.[0]?.status, services?.[0]?.runningCount];
  };
  const rules = async () => {
    const { LoadBalancers } = await world.clients.elb.send(new DescribeLoadBalancersCommand({ Names: ["host"] }));
    const { Listeners } = await world.clients.elb.send(
      new DescribeListenersCommand({ LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn }),
    );
    const { Rules = [] } = await world.clients.elb.send(
      new DescribeRulesCommand({ ListenerArn: Listeners?.[0]?.ListenerArn }),
    );
    return Rules.filter(({ IsDefault }) => !IsDefault).length;
  };

  it("lets guests go before their host, and takes nothing of its", async () => {
    const [host, one, two] = [folderOf("host"), guest("one"), guest("two")];
    for (const folder of [host, one, two]) await deploy(folder);
    const first = await destroy(one);
    assert.deepEqual(
      kinds(first.kept).filter((kind) => ["cluster", "loadBalancer", "repository", "role"].includes(kind)),
      ["cluster", "loadBalancer", "repository", "role"],
      first.text,
    );
    assert.deepEqual([await running("host"), await running("two"), await rules()], [["ACTIVE", 1], ["ACTIVE", 1], 1]);
    await destroy(two);
    const last = await destroy(host);
    await isNothingLeft(last.text);
  });

  it("lets the host go before its guests: what they use stays, and the last of them takes it", async () => {
    const [host, one, two] = [folderOf("host"), guest("one"), guest("two")];
    for (const folder of [host, one, two]) await deploy(folder);
    const first = await destroy(host);
    for (const kind of ["cluster", "listener", "loadBalancer", "repository", "role", "securityGroup"])
      assert.ok(kinds(first.kept).includes(kind), `${kind}: ${first.text}`);
    assert.ok(
      first.kept.every(({ usedBy }) => usedBy?.length),
      first.text,
    );
    assert.deepEqual([await running("one"), await running("two"), await rules()], [["ACTIVE", 1], ["ACTIVE", 1], 2]);
    const second = await destroy(one);
    assert.ok(kinds(second.kept).includes("loadBalancer"), second.text);
    assert.deepEqual([await running("two"), await rules()], [["ACTIVE", 1], 1]);
    const last = await destroy(two);
    await isNothingLeft(last.text);
  });

  it("ends all removals that are begun at once, and leaves nothing that is in anybody's way", async () => {
    const [host, one, two] = [folderOf("host"), guest("one"), guest("two")];
    for (const folder of [host, one, two]) await deploy(folder);
    const ended = await Promise.all([host, one, two].map((folder) => world.cli(folder, ["destroy", "--yes"])));
    for (const finished of ended) assert.doesNotMatch(finished.lines.join("\n"), /Throttling|very often/);
    // Each saw the others still there: whoever comes again takes what was left.
    for (const folder of [one, two, host]) await destroy(folder);
    const left = await destroy(host);
    await isNothingLeft(left.text);
  });
});
