/** Alarms of an application: made, kept, changed, taken away, and judging its deployments. */
import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { tinyApplication } from "./support/apps";
import { resultOf } from "./support/cli";
import { applicationFolder, theEngine, World, writesOf } from "./support/world";

interface Planned {
  readonly items: { step: string; action: string; changes?: string[] }[];
  readonly warnings: string[];
  readonly cost: { parts: { what: string; monthly: number }[] };
}

describe("alarms of an application", function () {
  this.timeout(120_000);
  let world: World;
  let folder: string;
  let cloudWatch: CloudWatchClient;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("alarms", ["--tasks", "simulated", "--consistency", "strong"]);
    folder = applicationFolder("belfry", tinyApplication());
    const region = world.sandbox.env["AWS_REGION"] ?? "us-east-1";
    cloudWatch = new CloudWatchClient({ endpoint: world.sandbox.url, region, credentials: world.credentials });
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
  });
  after(async () => {
    cloudWatch?.destroy();
    await world?.stop();
  });

  const state = (alarms: unknown): void => {
    const file = path.join(folder, "slipway.json");
    const config = JSON.parse(readFileSync(file, "utf8")) as { applications: Record<string, Record<string, unknown>> };
    const [application] = Object.values(config.applications);
    assert.ok(application);
    if (alarms === undefined) delete application["alarms"];
    else application["alarms"] = alarms;
    writeFileSync(file, JSON.stringify(config, undefined, 2));
  };
  const there = async () => (await cloudWatch.send(new DescribeAlarmsCommand({}))).MetricAlarms ?? [];
  const names = async () => (await there()).map(({ AlarmName }) => AlarmName).sort();
  const judging = async () => {
    const request = new DescribeServicesCommand({ cluster: "belfry", services: ["belfry"] });
    return (await world.clients.ecs.send(request)).services?.[0]?.deploymentConfiguration;
  };
  const all = ["5xx", "cpu", "healthy", "latency", "lb-5xx", "memory"].map((name) => `slipway/belfry/default/${name}`);

  it("are planned with their rules and their price, and made with the application's tags", async () => {
    state(true);
    const plan = resultOf<Planned>(await world.cliEndsWith(0, folder, ["plan"]));
    const planned = plan.items.find(({ step }) => step === "alarms");
    assert.equal(planned?.action, "create");
    assert.equal(planned?.changes?.length, 6, JSON.stringify(planned));
    assert.ok(plan.cost.parts.some(({ what, monthly }) => what === "6 alarms" && Math.abs(monthly - 0.6) < 1e-9));
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.deepEqual(await names(), all);
    const [first] = await there();
    const { Tags = [] } = await cloudWatch.send(new ListTagsForResourceCommand({ ResourceARN: first?.AlarmArn }));
    assert.ok(Tags.some(({ Key, Value }) => Key === "slipway:app" && Value === "belfry"));
    const latency = (await there()).find(({ AlarmName }) => AlarmName?.endsWith("/latency"));
    assert.equal(latency?.ExtendedStatistic, "p90");
    assert.equal(latency?.EvaluateLowSampleCountPercentile, "ignore");
    assert.match(latency?.Dimensions?.find(({ Name }) => Name === "TargetGroup")?.Value ?? "", /^targetgroup\/belfry/);
  });

  it("are left alone by a deployment that changes nothing, at the cost of one call", async () => {
    const calls = await world.callsDuring(() => world.cliEndsWith(0, folder, ["deploy", "--yes"]));
    assert.deepEqual(writesOf(calls), []);
    assert.equal(calls.filter(({ service }) => service === "cloudwatch").length, 1);
  });

  it("judge deployments where that is stated, beside what another tool had judge them", async () => {
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName: "theirs",
        Namespace: "Theirs",
        MetricName: "Orders",
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: "LessThanThreshold",
      }),
    );
    state({ deployments: "rollBack", cpu: 70 });
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    const now = await judging();
    assert.deepEqual(
      [...(now?.alarms?.alarmNames ?? [])].sort(),
      ["5xx", "latency", "lb-5xx"].map((name) => `slipway/belfry/default/${name}`),
    );
    assert.deepEqual([now?.alarms?.enable, now?.alarms?.rollback], [true, true]);
    assert.equal(now?.deploymentCircuitBreaker?.enable, true, "what else it says stays");
    assert.equal((await there()).find(({ AlarmName }) => AlarmName?.endsWith("/cpu"))?.Threshold, 70);
  });

  it("that ring before the start are said in the plan, since ECS then watches none", async () => {
    // Figures that keep it ringing, whenever it is judged again.
    const errors = (await there()).find(({ AlarmName }) => AlarmName === all[0]);
    const minute = 60_000;
    const begin = Math.floor(Date.now() / minute) * minute - 8 * minute;
    await world.control("POST", "metrics", {
      namespace: errors?.Namespace,
      name: errors?.MetricName,
      dimensions: Object.fromEntries((errors?.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
      points: Array.from({ length: 12 }, (_, step) => ({ at: begin + step * minute, value: 50 })),
    });
    await cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: all[0] ?? "", StateValue: "ALARM", StateReason: "for this test" }),
    );
    const plan = resultOf<Planned>(await world.cliEndsWith(0, folder, ["plan"]));
    assert.ok(
      plan.warnings.some((text) => /rings now/.test(text)),
      JSON.stringify(plan.warnings),
    );
  });

  it("go when slipway.json wants none, and another's stays", async () => {
    state(false);
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.deepEqual(await names(), ["theirs"]);
    assert.equal((await judging())?.alarms?.enable ?? false, false);
  });

  it("go with the application, and another's stays", async () => {
    state(true);
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.equal((await names()).length, 7);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
    assert.deepEqual(await names(), ["theirs"]);
  });
});
