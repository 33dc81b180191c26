/** A health check path that only the new version answers: each version gets a target group of its own. */
import { strict as assert } from "node:assert";
import { GetTaskProtectionCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  type TargetGroup,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { waitFor } from "../../scripts/waiting";
import { webApplication, type WebOptions } from "./support/apps";
import { accountOf, resultOf } from "./support/cli";
import { startTraffic } from "./support/traffic";
import { applicationFolder, readIn, theEngine, World, writeIn } from "./support/world";

interface Config {
  applications: Record<string, { deregistrationDelaySeconds?: number; healthCheck?: { path?: string } }>;
}

describe("a health check path that the running version does not answer", function () {
  this.timeout(120_000);
  let world: World;
  let folder: string;
  let url: string;

  const write = (options: WebOptions): void => {
    for (const [file, text] of Object.entries(webApplication(options))) writeIn(folder, file, text);
    const config = JSON.parse(readIn(folder, "slipway.json")) as Config;
    for (const entry of Object.values(config.applications))
      Object.assign(entry, { deregistrationDelaySeconds: 4, healthCheck: { path: options.health } });
    writeIn(folder, "slipway.json", JSON.stringify(config));
  };
  const groups = async (): Promise<TargetGroup[]> =>
    (await world.clients.elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups ?? [];
  /** What the listener sends to, with the share of each. */
  const forwards = async (): Promise<string[]> => {
    const { elb } = world.clients;
    const [balancer] = (await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers ?? [];
    const [listener] =
      (await elb.send(new DescribeListenersCommand({ LoadBalancerArn: balancer?.LoadBalancerArn }))).Listeners ?? [];
    return (listener?.DefaultActions ?? [])
      .flatMap((action) => action.ForwardConfig?.TargetGroups ?? [])
      .map((group) => `${group.TargetGroupArn?.split("/")[1] ?? ""}: ${group.Weight ?? 1}`);
  };
  const isProtectedLeft = async (): Promise<boolean> => {
    const { taskArns = [] } = await world.clients.ecs.send(new ListTasksCommand({ cluster: "quay" }));
    const { protectedTasks = [] } = await world.clients.ecs.send(
      new GetTaskProtectionCommand({ cluster: "quay", tasks: taskArns }),
    );
    return protectedTasks.some((task) => task.protectionEnabled);
  };

  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("health-path");
    folder = applicationFolder("quay", webApplication({ version: "one", health: "/health/one" }));
    url = resultOf(await world.cliEndsWith(0, folder, ["deploy", "--yes"])).url ?? "";
  });
  after(async () => world?.stop());

  it("moves to a second target group without one failed request, and the first goes", async () => {
    write({ version: "two", health: "/health/two", term: "exit" });
    const plan = await world.cliEndsWith(0, folder, ["plan"]);
    const { items, consentReasons } = resultOf<{ items: { step: string; action: string }[]; consentReasons: string[] }>(
      plan,
    );
    assert.equal(items.find((item) => item.step === "targetGroup")?.action, "replace");
    assert.match(consentReasons.join(), /target group quay is replaced/);
    const traffic = startTraffic(world, url, { keepAlive: 20, fresh: 4, slow: 4, slowMs: 1000 });
    const finished = await world.cli(folder, ["deploy", "--yes"]);
    const atDone = traffic.versions.get("two") ?? 0;
    await waitFor(
      "the new version to have served for a while",
      () => (traffic.versions.get("two") ?? 0) > atDone + 500,
      { timeoutMs: 30_000 },
    );
    const report = await traffic.stop();
    assert.equal(finished.code, 0, accountOf(finished));
    assert.deepEqual(report.failures.slice(0, 5), [], `${report.failures.length} of ${report.requests} failed`);
    assert.ok((report.versions.get("one") ?? 0) > 50, JSON.stringify([...report.versions]));
    assert.deepEqual(
      (await groups()).map((group) => [group.TargetGroupName, group.HealthCheckPath]),
      [["quay-2", "/health/two"]],
    );
    assert.deepEqual(await forwards(), ["quay-2: 1"]);
    assert.equal(await isProtectedLeft(), false);
    await world.cliEndsWith(0, folder, ["verify"]);
  });

  it("leaves the group and the listener as they were when the new version is rolled back", async () => {
    write({ version: "three", health: "/health/three", first: "process.exit(9);" });
    const traffic = startTraffic(world, url, { keepAlive: 10, fresh: 2, slow: 0, slowMs: 0 });
    const finished = await world.cli(folder, ["deploy", "--yes"]);
    const report = await traffic.stop();
    assert.equal(finished.code, 3, accountOf(finished));
    assert.deepEqual(report.failures.slice(0, 5), [], `${report.failures.length} of ${report.requests} failed`);
    assert.deepEqual(
      (await groups()).map((group) => [group.TargetGroupName, group.HealthCheckPath]),
      [["quay-2", "/health/two"]],
    );
    assert.deepEqual(await forwards(), ["quay-2: 1"]);
    assert.equal(await isProtectedLeft(), false);
  });
});
