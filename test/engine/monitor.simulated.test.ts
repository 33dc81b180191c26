/** A service's figures through the command line, read from what CloudWatch was told. */
import { strict as assert } from "node:assert";
import { DescribeLoadBalancersCommand, DescribeTargetGroupsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { tinyApplication } from "./support/apps";
import { resultOf } from "./support/cli";
import { applicationFolder, theEngine, World } from "./support/world";

const minute = 60_000;

/** What `slipway metrics --format json` prints, as far as it is looked at here. */
interface Printed {
  readonly service: string;
  readonly steps: number[];
  readonly charts: Record<string, { series: Record<string, (number | null)[]>; absent?: string }>;
  readonly marks: { kind: string; outcome?: string }[];
  readonly alarms: { name: string; state: string }[] | null;
  readonly cost?: { amount: number };
  readonly unread: { source: string; code: string }[];
}

const sum = (values: readonly (number | null)[] = []): number =>
  values.reduce((total: number, value) => total + (value ?? 0), 0);

describe("slipway metrics", function () {
  this.timeout(120_000);
  let world: World;
  let folder: string;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("monitor", ["--tasks", "simulated", "--consistency", "strong"]);
    folder = applicationFolder("figures", tinyApplication());
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    const [{ LoadBalancers = [] }, { TargetGroups = [] }] = await Promise.all([
      world.clients.elb.send(new DescribeLoadBalancersCommand({})),
      world.clients.elb.send(new DescribeTargetGroupsCommand({})),
    ]);
    const balancer = LoadBalancers[0]?.LoadBalancerArn?.split("loadbalancer/")[1] ?? "";
    const group = TargetGroups[0]?.TargetGroupArn?.split(":").at(-1) ?? "";
    const both = { LoadBalancer: balancer, TargetGroup: group };
    const begin = Math.floor(Date.now() / minute) * minute - 50 * minute;
    const points = (name: string, dimensions: Record<string, string>, ...values: (readonly number[])[]) => ({
      namespace: "AWS/ApplicationELB",
      name,
      dimensions,
      // These minutes are what is said here, whatever the sandbox saw itself.
      replace: true,
      points: values.flatMap((of, step) => (of.length ? [{ at: begin + step * minute, values: of }] : [])),
    });
    const ones = (count: number): number[] => Array.from({ length: count }, () => 1);
    await world.control("POST", "metrics", [
      points("HealthyHostCount", both, [1], [1], [1], [1]),
      points("RequestCount", both, [], ones(60), ones(40)),
      points("HTTPCode_Target_5XX_Count", both, [], [], ones(7)),
      points(
        "TargetResponseTime",
        both,
        [],
        Array.from({ length: 100 }, (_, index) => (index + 1) / 100),
      ),
      points("HTTPCode_ELB_5XX_Count", { LoadBalancer: balancer }, [], [], [], ones(2)),
    ]);
  });
  after(async () => world?.stop());

  const metrics = async (...more: string[]): Promise<Printed> =>
    resultOf<Printed>(await world.cliEndsWith(0, folder, ["metrics", ...more]));

  it("counts exactly what CloudWatch has, zero where health checks ran, and nothing elsewhere", async () => {
    const found = await metrics();
    assert.equal(found.steps.length, 60);
    const { requests, errors, latency } = found.charts;
    assert.equal(sum(requests?.series["requests"]), 100);
    assert.equal(sum(errors?.series["target5xx"]), 7);
    assert.equal(sum(errors?.series["balancer5xx"]), 2);
    const begin = requests?.series["requests"]?.findIndex((value) => value !== null) ?? -1;
    assert.deepEqual(requests?.series["requests"]?.slice(begin, begin + 4), [0, 60, 40, 0]);
    const p90 = latency?.series["p90"]?.filter((value) => value !== null) ?? [];
    assert.equal(p90.length, 1);
    assert.ok(Math.abs((p90[0] ?? 0) - 0.9) < 0.045, String(p90[0]));
  });

  it("marks the deployment, and asks in few calls", async () => {
    const calls = await world.callsDuring(async () => {
      const found = await metrics();
      assert.deepEqual(
        found.marks.map(({ kind, outcome }) => [kind, outcome]),
        [["deployment", "done"]],
      );
      assert.deepEqual(found.alarms, []);
      assert.deepEqual(found.unread, []);
    });
    const asked = calls.map(({ operation }) => operation);
    assert.equal(asked.filter((operation) => operation === "GetMetricData").length, 1, asked.join(" "));
    assert.ok(asked.length <= 13, asked.join(" "));
  });

  it("says what may not be read, by the action, and shows the rest", async () => {
    const denied = { code: "AccessDenied", message: "User is not authorized to perform that", status: 403 };
    await world.fault({ kind: "fail-before", operation: "DescribeAlarms", count: 20, error: denied });
    try {
      const found = await metrics();
      assert.equal(found.alarms, null);
      assert.deepEqual(
        found.unread.map(({ source }) => source),
        ["alarms"],
      );
      assert.equal(sum(found.charts["requests"]?.series["requests"]), 100);
    } finally {
      await world.clearFaults();
    }
  });

  it("refuses a time that lies ahead, and a service that is not there", async () => {
    await world.cliEndsWith(2, folder, ["metrics", "--since", "2099-01-01"]);
    const { error } = resultOf<{ error: { code: string } }>(await world.cliEndsWith(1, folder, ["metrics", "nobody"]));
    assert.equal(error.code, "NotDeployed");
  });
});
