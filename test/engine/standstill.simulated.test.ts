/** Stopping, starting and scaling: what another client sees afterwards, and killed runs that are repeated. */
import { strict as assert } from "node:assert";
import { DescribeScalableTargetsCommand, PutScheduledActionCommand } from "@aws-sdk/client-application-auto-scaling";
import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { tinyApplication } from "./support/apps";
import { Proxy, type Point } from "./support/proxy";
import { applicationFolder, theEngine, World, writeIn } from "./support/world";

describe("stopping and starting", function () {
  this.timeout(180_000);
  let world: World;
  let folder: string;
  const config = (more: object) =>
    JSON.stringify({ applications: { pier: { dockerfile: "Dockerfile", deregistrationDelaySeconds: 1, ...more } } });
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("standstill", ["--tasks", "simulated", "--consistency", "strong"]);
    folder = applicationFolder("pier", {
      ...tinyApplication("v1"),
      "slipway.json": config({ scaling: { minimum: 2, maximum: 4, cpuPercent: 60 } }),
    });
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
  });
  after(async () => world?.stop());

  const id = {
    ServiceNamespace: "ecs",
    ResourceId: "service/pier/pier",
    ScalableDimension: "ecs:service:DesiredCount",
  } as const;
  const seen = async () => {
    const [{ services }, { ScalableTargets }] = await Promise.all([
      world.clients.ecs.send(new DescribeServicesCommand({ cluster: "pier", services: ["pier"], include: ["TAGS"] })),
      world.clients.scaling.send(
        new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs", ResourceIds: [id.ResourceId] }),
      ),
    ]);
    const [service] = services ?? [];
    const [target] = ScalableTargets ?? [];
    const suspended = target?.SuspendedState;
    return {
      desired: service?.desiredCount,
      running: service?.runningCount,
      limits: [target?.MinCapacity, target?.MaxCapacity],
      suspended: [
        suspended?.DynamicScalingInSuspended,
        suspended?.DynamicScalingOutSuspended,
        suspended?.ScheduledScalingSuspended,
      ],
      memory: service?.tags?.find(({ key }) => key === "slipway:stopped")?.value,
    };
  };
  const running = { desired: 2, running: 2, limits: [2, 4], suspended: [false, false, false], memory: undefined };
  const stopped = {
    desired: 0,
    running: 0,
    limits: [0, 4],
    suspended: [true, true, true],
    memory: "desired=2 minimum=2 maximum=4 suspended=none",
  };
  const lastLine = ({ lines }: { readonly lines: readonly string[] }) =>
    JSON.parse(lines.at(-1) ?? "{}") as Record<string, unknown>;

  it("asks, and says what stops answering and what goes on costing", async () => {
    const refused = await world.cliEndsWith(4, folder, ["stop"]);
    const { error } = lastLine(refused) as { error: { code: string; evidence: string[] } };
    assert.equal(error.code, "ConsentMissing");
    const text = error.evidence.join("\n");
    assert.match(text, /2 of 2 tasks run/);
    assert.match(text, /http:\/\/\S+ answers 503/);
    assert.match(text, /Its scaling \(2 to 4 tasks; policies pier-cpu\) is suspended/);
    assert.match(text, /What stays costs about \$\d+ a month: load balancer \$\d+, \d public IPv4 addresses/);
    assert.deepEqual(await seen(), running);
  });

  it("stops, and neither a schedule nor a deployment starts it; start has it as it was", async () => {
    const done = lastLine(await world.cliEndsWith(0, folder, ["stop", "--yes"]));
    assert.deepEqual([done["outcome"], done["running"], done["desired"]], ["done", 0, 0]);
    assert.deepEqual(await seen(), stopped);
    await world.clients.scaling.send(
      new PutScheduledActionCommand({
        ...id,
        ScheduledActionName: "foreign",
        Schedule: "cron(0 8 ? * * *)",
        ScalableTargetAction: { MinCapacity: 3, MaxCapacity: 4 },
      }),
    );
    await world.control("POST", "schedules", { at: Date.now() + 2 * 86_400_000 });
    assert.deepEqual(await seen(), stopped);
    const checks = lastLine(await world.cliEndsWith(0, folder, ["verify"])) as unknown as { state: string }[];
    assert.deepEqual(
      checks.filter(({ state }) => state === "failed" || state === "blocked"),
      [],
    );
    const diagnosis = lastLine(await world.cli(folder, ["diagnose"])) as { healthy?: boolean };
    assert.equal(diagnosis.healthy, true);
    writeIn(folder, "Dockerfile", tinyApplication("v2").Dockerfile ?? "");
    const plan = lastLine(await world.cliEndsWith(0, folder, ["plan"])) as { warnings: { code: string }[] };
    assert.ok(JSON.stringify(plan).includes("staysStopped"), JSON.stringify(plan).slice(0, 2000));
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.deepEqual(await seen(), stopped);
    const started = lastLine(await world.cliEndsWith(0, folder, ["start"]));
    assert.equal(started["outcome"], "done");
    assert.deepEqual(await seen(), running);
    assert.equal((await world.get(String(started["url"]))).body.includes("v2"), false);
    // What runs is only watched.
    await world.cliEndsWith(0, folder, ["start"]);
    assert.deepEqual(await seen(), running);
  });

  it("limits that slipway.json changed meanwhile hold when it is started", async () => {
    await world.cliEndsWith(0, folder, ["stop", "--yes"]);
    writeIn(folder, "slipway.json", config({ scaling: { minimum: 1, maximum: 5, cpuPercent: 60 } }));
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.equal((await seen()).desired, 0);
    await world.cliEndsWith(0, folder, ["start"]);
    assert.deepEqual((await seen()).limits, [1, 5]);
    writeIn(folder, "slipway.json", config({ scaling: { minimum: 2, maximum: 4, cpuPercent: 60 } }));
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.deepEqual(await seen(), running);
  });

  it("is scaled to so many, within its limits, and not while it is stopped", async () => {
    const refused = lastLine(await world.cliEndsWith(2, folder, ["scale", "7"])) as { error: { code: string } };
    assert.equal(refused.error.code, "OutsideLimits");
    await world.cliEndsWith(0, folder, ["scale", "3"]);
    assert.deepEqual(await seen(), { ...running, desired: 3, running: 3 });
    await world.cliEndsWith(0, folder, ["scale", "--maximum", "6"]);
    assert.deepEqual((await seen()).limits, [2, 6]);
    await world.cliEndsWith(0, folder, ["scale", "2", "--maximum", "4"]);
    assert.deepEqual(await seen(), running);
    await world.cliEndsWith(0, folder, ["stop", "--yes"]);
    const halted = lastLine(await world.cliEndsWith(1, folder, ["scale", "3"])) as { error: { code: string } };
    assert.equal(halted.error.code, "ApplicationStopped");
    await world.cliEndsWith(0, folder, ["start"]);
  });

  it("killed before or after any of its writes and run again, it ends the same", async () => {
    const proxy = await Proxy.start(world.sandbox.url, world.credentials);
    try {
      for (const [command, wanted] of [
        ["stop", stopped],
        ["start", running],
      ] as const) {
        const other = command === "stop" ? "start" : "stop";
        const writes = await writesOf(proxy, command);
        assert.ok(writes.length >= 3, writes.map(({ operation }) => operation).join());
        for (const point of writes)
          for (const moment of ["before", "after"] as const) {
            await world.cliEndsWith(0, folder, [other, "--yes"]);
            await killedAt(proxy, command, point, moment);
            await world.cliEndsWith(0, folder, [command, "--yes"]);
            assert.deepEqual(await seen(), wanted, `${command} killed ${moment} ${point.operation}`);
          }
        await world.cliEndsWith(0, folder, [command, "--yes"]);
      }
    } finally {
      await proxy.stop();
    }
  });

  const through = (proxy: Proxy) => ({ AWS_ENDPOINT_URL: proxy.url });

  async function writesOf(proxy: Proxy, command: string): Promise<Point[]> {
    proxy.begin();
    await world.cliEndsWith(0, folder, [command, "--yes"], through(proxy));
    return proxy.seen.filter(({ operation }) => !/^(Describe|List|Get|BatchGet)/.test(operation));
  }

  async function killedAt(proxy: Proxy, command: string, point: Point, moment: "before" | "after"): Promise<void> {
    proxy.begin({ ...point, moment, act: () => run.kill("SIGKILL") });
    const run = world.start(folder, [command, "--yes"], through(proxy));
    await run.exited;
    await proxy.quiet();
    assert.ok(proxy.hasStruck, `${command} came to ${point.operation}`);
  }
});
