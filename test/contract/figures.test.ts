/** The figures of CloudWatch are those of what happened: requests, answers, tasks, lines. */
import assert from "node:assert/strict";
import http from "node:http";
import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand, type Dimension } from "@aws-sdk/client-cloudwatch";
import { CreateLogStreamCommand, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { UpdateClusterCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import {
  CreateRuleCommand,
  DescribeListenersCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { clients, get, revision, service, stage, steady, type Clients, type Stage } from "./support/network";
import { endpoint, RUN, TARGET, until, type Endpoint } from "./support/sandbox";

describe("true figures", function () {
  this.timeout(60_000);
  let e: Endpoint;
  let c: Clients;
  let s: Stage;
  let cloudwatch: CloudWatchClient;
  let LoadBalancer: string;
  let TargetGroup: string;
  const began = Date.now();

  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await endpoint();
    c = clients(e);
    cloudwatch = new CloudWatchClient({ endpoint: e.url, region: e.region, credentials: e.credentials });
    s = await stage(c, `${RUN}-figures`);
    LoadBalancer = s.loadBalancerArn.split(":loadbalancer/")[1] ?? "";
    TargetGroup = s.targetGroupArn.split(":").at(-1) ?? "";
    await service(c, s, await revision(c, s, { SANDBOX_CPU_PERCENT: "20,60,70", SANDBOX_MEMORY_PERCENT: "40" }));
    await steady(c, s);
  });

  const dims = (of: Record<string, string>): Dimension[] =>
    Object.entries(of).map(([Name, Value]) => ({ Name, Value }));
  /** The metric over all that was since this file began, or its last minute. */
  async function figure(
    Namespace: string,
    MetricName: string,
    of: Record<string, string>,
    Stat: string,
    period = 3600 * 24,
  ): Promise<number | undefined> {
    const Metric = { Namespace, MetricName, Dimensions: dims(of) };
    const { MetricDataResults } = await cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: [{ Id: "m", MetricStat: { Metric, Period: period, Stat } }],
        StartTime: new Date(began - 60_000),
        EndTime: new Date(Date.now() + 60_000),
      }),
    );
    const values = MetricDataResults?.[0]?.Values ?? [];
    return period > 60 && Stat === "Sum" ? values.reduce((a, b) => a + b, 0) : values[0];
  }
  const both = (): Record<string, string> => ({ TargetGroup, LoadBalancer });
  const ofGroup = (name: string, stat = "Sum") => figure("AWS/ApplicationELB", name, both(), stat);
  const ofBalancer = (name: string, stat = "Sum") => figure("AWS/ApplicationELB", name, { LoadBalancer }, stat);
  const ofService = (name: string, stat: string) =>
    figure("AWS/ECS", name, { ClusterName: s.name, ServiceName: s.name }, stat, 60);

  it("counts every answer once: the target's by its hundred, the balancer's own by itself", async () => {
    const before = (await ofGroup("RequestCount")) ?? 0;
    const statuses: number[] = [];
    for (let i = 0; i < 40; i++) statuses.push((await get(e, s.dnsName, `/${i}`)).status);
    assert.ok(statuses.every((status) => status === 200));
    assert.equal(await ofGroup("RequestCount"), before + 40);
    assert.equal(await ofBalancer("RequestCount"), before + 40);
    assert.equal(await ofGroup("HTTPCode_Target_2XX_Count"), before + 40);
    assert.equal(await ofGroup("TargetResponseTime", "SampleCount"), before + 40);
    assert.ok(((await ofGroup("TargetResponseTime", "p99")) ?? 9) < 1);
    assert.equal(await ofGroup("HTTPCode_Target_5XX_Count"), 0);
    assert.equal(await ofBalancer("HTTPCode_ELB_5XX_Count"), 0);
  });

  it("counts what the balancer answers itself, and no such answer as a request to a target", async () => {
    const listener = await c.elb.send(new DescribeListenersCommand({ LoadBalancerArn: s.loadBalancerArn }));
    const ListenerArn = listener.Listeners?.[0]?.ListenerArn;
    const rule = (Priority: number, path: string, action: object) =>
      c.elb.send(
        new CreateRuleCommand({
          ListenerArn,
          Priority,
          Conditions: [{ Field: "path-pattern", Values: [path] }],
          Actions: [{ ...action } as never],
        }),
      );
    await rule(1, "/gone", { Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } });
    await rule(2, "/down", { Type: "fixed-response", FixedResponseConfig: { StatusCode: "503" } });
    await rule(3, "/moved", { Type: "redirect", RedirectConfig: { StatusCode: "HTTP_302", Path: "/" } });
    const before = await ofGroup("RequestCount");
    for (const path of ["/gone", "/gone", "/down", "/moved"]) await get(e, s.dnsName, path);
    assert.equal(await ofGroup("RequestCount"), before);
    for (const [name, count] of [
      ["HTTPCode_ELB_4XX_Count", 2],
      ["HTTPCode_ELB_5XX_Count", 1],
      ["HTTPCode_ELB_503_Count", 1],
      ["HTTPCode_ELB_502_Count", 0],
      ["HTTPCode_ELB_3XX_Count", 1],
      ["HTTP_Fixed_Response_Count", 3],
      ["HTTP_Redirect_Count", 1],
    ] as const)
      assert.equal(await ofBalancer(name), count, name);
  });

  /** A request that tells the simulated task how to answer it. */
  const ask = (status: number, delay = 0): Promise<number> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(e.url);
      const headers = { host: s.dnsName, "x-sandbox-status": status, "x-sandbox-delay-ms": delay };
      http
        .get({ hostname, port, path: "/", headers }, (answer) => {
          answer.resume();
          answer.on("end", () => resolve(answer.statusCode ?? 0));
        })
        .on("error", reject);
    });

  it("tells a hundred answers apart to the last one", async () => {
    const before = (await ofGroup("HTTPCode_Target_2XX_Count")) ?? 0;
    const statuses = Array.from({ length: 100 }, (_, i) =>
      i % 15 === 0 ? 500 : i % 25 === 1 ? 404 : i === 50 ? 302 : 200,
    );
    assert.deepEqual(await Promise.all(statuses.map((status) => ask(status))), statuses);
    assert.equal(await ofGroup("HTTPCode_Target_5XX_Count"), 7);
    assert.equal(await ofGroup("HTTPCode_Target_4XX_Count"), 4);
    assert.equal(await ofGroup("HTTPCode_Target_3XX_Count"), 1);
    assert.equal(await ofGroup("HTTPCode_Target_2XX_Count"), before + 88);
    assert.equal(await ofBalancer("HTTPCode_ELB_5XX_Count"), 1, "of the fixed response");
  });

  it("measures how long targets take, by percentiles", async () => {
    // As many slow ones as there were quick ones, and as many again: these are the upper two thirds.
    const quick = (await ofGroup("TargetResponseTime", "SampleCount")) ?? 0;
    // On a machine with other work a timer may be late: what is allowed is that, beside five percent.
    const delays = Array.from({ length: quick * 2 }, (_, i) => (i < quick * 1.5 ? 300 : 600));
    for (let i = 0; i < delays.length; i += 20) await Promise.all(delays.slice(i, i + 20).map((ms) => ask(200, ms)));
    const close = (found: number | undefined, seconds: number): boolean =>
      Math.abs((found ?? 0) - seconds) <= seconds * 0.05 + 0.12;
    for (const [name, seconds] of [
      ["p50", 0.3],
      ["p80", 0.3],
      ["p90", 0.6],
      ["p99", 0.6],
    ] as const) {
      const found = await ofGroup("TargetResponseTime", name);
      assert.ok(close(found, seconds), `${name} is ${found}`);
    }
    assert.ok(((await ofGroup("TargetResponseTime", "p20")) ?? 9) < 0.2);
  });

  it("an unhealthy target is counted beside the healthy one", async () => {
    await c.elb.send(
      new RegisterTargetsCommand({ TargetGroupArn: s.targetGroupArn, Targets: [{ Id: "172.31.250.250", Port: 8080 }] }),
    );
    await until("an unhealthy target beside a healthy one", async () => {
      const now = await c.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: s.targetGroupArn }));
      return now.TargetHealthDescriptions?.some((t) => t.TargetHealth?.State === "unhealthy");
    });
    const last = async (name: string, stat: string) => figure("AWS/ApplicationELB", name, both(), stat, 60);
    assert.equal(await last("UnHealthyHostCount", "Maximum"), 1);
    assert.equal(await last("HealthyHostCount", "Maximum"), 1);
  });

  it("has Container Insights only where the cluster asks for them", async () => {
    const listed = async () =>
      (await cloudwatch.send(new ListMetricsCommand({ Namespace: "ECS/ContainerInsights" }))).Metrics?.filter((m) =>
        m.Dimensions?.some((d) => d.Value === s.name),
      ).length;
    assert.equal(await listed(), 0);
    const settings = [{ name: "containerInsights" as const, value: "enhanced" }];
    await c.ecs.send(new UpdateClusterCommand({ cluster: s.name, settings }));
    await c.ecs.send(new UpdateServiceCommand({ cluster: s.name, service: s.name, desiredCount: 3 }));
    await until("the counts of tasks", async () => (await listed()) === 3);
    const of = { ClusterName: s.name, ServiceName: s.name };
    assert.equal(await figure("ECS/ContainerInsights", "DesiredTaskCount", of, "Maximum", 60), 3);
  });

  it("SampleCount follows the running tasks, and least and most loaded are told apart", async () => {
    await until("three samples", async () => (await ofService("CPUUtilization", "SampleCount")) === 3);
    assert.equal(Math.round((await ofService("CPUUtilization", "Minimum")) ?? 0), 20);
    assert.equal(Math.round((await ofService("CPUUtilization", "Maximum")) ?? 0), 70);
    assert.equal(Math.round((await ofService("CPUUtilization", "Average")) ?? 0), 50);
    assert.equal(Math.round((await ofService("MemoryUtilization", "Average")) ?? 0), 40);
  });

  it("measures every 20 seconds where the service says so, and an update of that is a deployment", async () => {
    const update = (resolutionSeconds: number, metricNames = ["CPUUtilization"]) =>
      c.ecs.send(
        new UpdateServiceCommand({
          cluster: s.name,
          service: s.name,
          desiredCount: 1,
          monitoring: { metricConfigurations: [{ metricNames, resolutionSeconds }] },
        }),
      );
    const fine = (name: string) => figure("AWS/ECS", name, { ClusterName: s.name, ServiceName: s.name }, "Minimum", 20);
    assert.equal(await fine("CPUUtilization"), undefined);
    await assert.rejects(update(30), /resolutionSeconds/);
    await assert.rejects(update(20, ["Disk"]), /metricNames/);
    const { service: after } = await update(20);
    assert.equal(after?.deployments?.length, 2);
    await until("a point of 20 seconds", async () => ((await fine("CPUUtilization")) ?? 0) > 19);
    assert.equal(await fine("MemoryUtilization"), undefined);
  });

  it("counts log events and their bytes", async () => {
    const logGroupName = `/ecs/${s.name}`;
    const of = { LogGroupName: logGroupName };
    const before = (await figure("AWS/Logs", "IncomingLogEvents", of, "Sum")) ?? 0;
    const bytes = (await figure("AWS/Logs", "IncomingBytes", of, "Sum")) ?? 0;
    await c.logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: "own" }));
    const logEvents = ["one", "two", "three"].map((message) => ({ message, timestamp: Date.now() }));
    await c.logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: "own", logEvents }));
    assert.equal(await figure("AWS/Logs", "IncomingLogEvents", of, "Sum"), before + 3);
    assert.equal(await figure("AWS/Logs", "IncomingBytes", of, "Sum"), bytes + 11 + 3 * 26);
  });
});
