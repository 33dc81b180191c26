/** A service's figures: what is there, what is nothing and what nobody knows; and what is said of them. */
import assert from "node:assert/strict";
import type { Cloud, Service } from "../../src/core/ports/cloud";
import { SlipwayError } from "../../src/core/base/errors";
import { seriesSpecs } from "../../src/core/monitor/charts";
import { costSoFar } from "../../src/core/monitor/costSoFar";
import { figuresOf, seriesIn, summaryOf } from "../../src/core/monitor/figures";
import type { MonitorLook } from "../../src/core/monitor/look";
import { alarmsOf, marksOf } from "../../src/core/monitor/marks";
import { readMonitor } from "../../src/core/monitor/monitor";
import { parsePageMessage } from "../../src/core/monitor/protocol";
import { planQueries } from "../../src/core/monitor/queries";
import { stepsOf, timeSpan } from "../../src/core/monitor/range";
import { chartsOf } from "../../src/core/monitor/series";
import type { MetricAlarm, MetricPoints, MetricQuery } from "../../src/core/ports/metrics";
import { chartSentence, figuresText, monitorJson, monitorLines } from "../../src/core/render/monitor";
import { drawChart, frameOf, pathOf, topOf } from "../../src/webview/monitor/drawing";

const minute = 60_000;
const now = Date.UTC(2026, 10, 30, 14, 3, 27);
const span = timeSpan(now, now - 60 * minute);
const group = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef";
const balancer = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/fedcba9876543210";

const points = (of: Readonly<Record<number, number>>, state: MetricPoints["state"] = "complete"): MetricPoints => ({
  state,
  points: Object.entries(of).map(([step, value]) => ({ at: span.from + Number(step) * minute, value })),
});

describe("the time of figures", () => {
  it("ends before the minutes that are still arriving, and has as many steps at any moment", () => {
    for (const second of [0, 1, 30, 59]) {
      const at = Date.UTC(2026, 10, 30, 14, 3, second);
      const hour = timeSpan(at, at - 60 * minute);
      assert.equal(stepsOf(hour).length, 60);
      assert.equal(hour.until % minute, 0);
      assert.ok(hour.until <= at - 2 * minute && hour.until > at - 3 * minute, new Date(hour.until).toISOString());
    }
  });
  it("has steps that CloudWatch keeps, at most some hundred of them", () => {
    const day = 24 * 60 * minute;
    for (const [back, seconds] of [
      [60 * minute, 60],
      [180 * minute, 60],
      [day, 300],
      [7 * day, 1800],
      [14 * day, 3600],
      [60 * day, 21_600],
    ] as const) {
      const found = timeSpan(now, now - back);
      assert.equal(found.periodSeconds, seconds);
      assert.ok(stepsOf(found).length <= 340);
    }
    // Three weeks back CloudWatch has no minutes any more, whatever the stretch.
    assert.equal(timeSpan(now, now - 21 * day, now - 21 * day + 60 * minute).periodSeconds, 300);
    assert.equal(timeSpan(now, now - 100 * day, now - 99 * day).periodSeconds, 3600);
  });
  it("refuses what lies ahead, ends before it begins, or is older than CloudWatch keeps", () => {
    for (const [since, until] of [
      [now + minute, undefined],
      [now - minute, now - 2 * minute],
      [now - 500 * 24 * 60 * minute, undefined],
    ] as const)
      assert.throws(
        () => timeSpan(now, since, until),
        (error) => (error as SlipwayError).code === "Usage",
      );
  });
});

describe("gaps and zeros", () => {
  const charts = (read: Record<string, MetricPoints>) =>
    chartsOf(new Map(Object.entries(read)), span, new Map(), "noData");
  const valuesOf = (read: Record<string, MetricPoints>, id: Parameters<typeof seriesIn>[1]) =>
    seriesIn({ charts: charts(read) }, id)?.values ?? [];
  it("takes no request for zero only where health checks ran", () => {
    const values = valuesOf({ requests: points({ 1: 4 }), healthy: points({ 0: 1, 1: 1, 2: 1 }) }, "requests");
    assert.deepEqual(values.slice(0, 4), [0, 4, 0, undefined]);
  });
  it("never makes a latency of nothing", () => {
    const values = valuesOf({ p90: points({ 1: 0.2 }), healthy: points({ 0: 1, 1: 1, 2: 1 }) }, "p90");
    assert.deepEqual(values.slice(0, 4), [undefined, 0.2, undefined, undefined]);
  });
  it("counts tasks by the samples of their CPU, in steps of any length", () => {
    const day = timeSpan(now, now - 24 * 60 * minute);
    const read = new Map([["tasks", { state: "complete", points: [{ at: day.from, value: 10 }] } as const]]);
    const found = seriesIn({ charts: chartsOf(read, day, new Map(), "noData") }, "tasks");
    assert.equal(found?.values[0], 2, "ten samples in five minutes");
    assert.equal(found?.values[1], undefined, "no sample is no figure");
  });
  it("takes no log line for zero only where a task ran", () => {
    const values = valuesOf({ tasks: points({ 0: 1, 1: 1 }), logLines: points({ 1: 7 }) }, "logLines");
    assert.deepEqual(values.slice(0, 3), [0, 7, undefined]);
  });
  it("says why a chart is empty", () => {
    const found = charts({ cpu: points({}, "forbidden"), cpuBusiest: points({}, "forbidden"), p50: points({}) });
    assert.equal(found.find(({ id }) => id === "cpu")?.absent, "forbidden");
    assert.equal(found.find(({ id }) => id === "latency")?.absent, "noData");
  });
  it("says that CloudWatch did not give all", () => {
    const found = charts({ cpu: points({ 1: 4 }, "partial") }).find(({ id }) => id === "cpu");
    assert.equal(found?.absent, undefined);
    assert.equal(found?.isPartial, true);
  });
});

describe("what CloudWatch is asked", () => {
  const subject = {
    cluster: "c",
    service: "s",
    groupArn: group,
    balancerArn: balancer,
    logGroup: "/ecs/s",
    wasRead: true,
  };
  it("is all series of a service behind a load balancer, each by its dimensions", () => {
    const { queries, absences } = planQueries(subject, span);
    assert.equal(queries.length, seriesSpecs.length);
    assert.equal(absences.size, 0);
    const of = (id: string): MetricQuery | undefined => queries.find((query) => query.id === id);
    assert.deepEqual(of("requests")?.dimensions, {
      LoadBalancer: "app/web/fedcba9876543210",
      TargetGroup: "targetgroup/web/0123456789abcdef",
    });
    assert.deepEqual(of("balancer5xx")?.dimensions, { LoadBalancer: "app/web/fedcba9876543210" });
    assert.deepEqual(of("cpu")?.dimensions, { ClusterName: "c", ServiceName: "s" });
    assert.ok(
      queries.every(({ id }) => /^[a-z]\w*$/.test(id)),
      "CloudWatch's own form of ids",
    );
  });
  it("leaves out what the service does not have, and says why", () => {
    const without = planQueries({ ...subject, groupArn: undefined, balancerArn: undefined, logGroup: undefined }, span);
    assert.equal(without.absences.get("requests"), "noLoadBalancer");
    assert.equal(without.absences.get("logLines"), "noLogGroup");
    assert.deepEqual([...new Set(without.queries.map(({ namespace }) => namespace))], ["AWS/ECS"]);
    const unread = planQueries({ ...subject, balancerArn: undefined, wasRead: false }, span);
    assert.equal(unread.absences.get("requests"), "failed", "unread is not: none");
    const network = planQueries({ ...subject, balancerArn: balancer.replace("/app/", "/net/") }, span);
    assert.equal(network.absences.get("p50"), "networkLoadBalancer");
  });
});

const alarm = (name: string, dimensions: Record<string, string>, more: Partial<MetricAlarm> = {}): MetricAlarm => ({
  name,
  arn: `arn:aws:cloudwatch:eu-west-1:111122223333:alarm:${name}`,
  state: "OK",
  reason: "",
  dimensions: [dimensions],
  actionsEnabled: true,
  actions: [],
  ...more,
});

describe("marks and alarms", () => {
  it("take the alarms of this service and its load balancer, the ringing ones first", () => {
    const found = alarmsOf(
      [
        alarm("other", { ClusterName: "c", ServiceName: "other" }),
        alarm("TargetTracking-x", { ClusterName: "c", ServiceName: "s" }),
        alarm("balancer", { LoadBalancer: "app/web/fedcba9876543210" }),
        alarm("others-group", { LoadBalancer: "app/web/fedcba9876543210", TargetGroup: "targetgroup/else/1" }),
        alarm("ringing", { TargetGroup: "targetgroup/web/0123456789abcdef" }, { state: "ALARM" }),
      ],
      { cluster: "c", service: "s" },
      "targetgroup/web/0123456789abcdef",
      balancer,
    );
    assert.deepEqual(
      found.map(({ name, ofScaling }) => [name, ofScaling]),
      [
        ["ringing", false],
        ["balancer", false],
        ["TargetTracking-x", true],
      ],
    );
  });
  it("are deployments, scaling and alarms of this time, in their order", () => {
    const deployment = { arn: "d", requested: 1, running: 1, pending: 0, targetRevision: "r" };
    const marks = marksOf({
      deployments: [
        {
          ...deployment,
          status: "SUCCESSFUL",
          createdAt: span.from - 90 * minute,
          finishedAt: span.from - 80 * minute,
        },
        { ...deployment, status: "ROLLBACK_SUCCESSFUL", createdAt: span.from - minute, finishedAt: span.from + minute },
        { ...deployment, status: "IN_PROGRESS", createdAt: span.from + 50 * minute },
      ],
      revisions: [{ arn: "r", taskDefinition: "arn:aws:ecs:eu-west-1:1:task-definition/web:7", digests: [] }],
      activities: [
        { at: span.from + 5 * minute, status: "Successful", description: "Setting desired count to 3.", cause: "" },
        { at: span.from + 6 * minute, status: "Failed", description: "Failed to set", cause: "" },
      ],
      changes: new Map([["a", [{ at: span.from + 2 * minute, to: "ALARM" as const }]]]),
      span,
      now,
    });
    assert.deepEqual(
      marks.map((mark) => (mark.kind === "deployment" ? `${mark.outcome} ${mark.revision}` : mark.kind)),
      ["rolledBack web:7", "alarm", "scaling", "scaling", "running web:7"],
    );
    assert.deepEqual(
      marks.flatMap((mark) => (mark.kind === "scaling" ? [[mark.to, mark.failed]] : [])),
      [
        [3, false],
        [undefined, true],
      ],
    );
  });
});

describe("cost so far", () => {
  const prices = {
    currency: "USD",
    asOf: "2026-11-30",
    x86: { cpuHour: 0.04, gigabyteHour: 0.004 },
    arm: { cpuHour: 0.03, gigabyteHour: 0.003 },
    loadBalancerHour: 0.02,
    publicAddressHour: 0.005,
  } as const;
  const input = {
    region: "eu-west-1",
    prices,
    span,
    size: { architecture: "X86_64" as const, cpu: 1024, memory: 1024 },
    publicTasks: false,
    balancerZones: 2,
    since: undefined,
  };
  it("is tasks by the minute and the load balancer with its addresses by the hour", () => {
    const found = costSoFar({ ...input, tasks: Array.from({ length: 60 }, () => 2) });
    // 2 task hours of 0.044, one hour of the balancer at 0.02 and of two addresses at 0.005.
    assert.ok(Math.abs((found?.amount ?? 0) - (2 * 0.044 + 0.02 + 2 * 0.005)) < 1e-9, String(found?.amount));
    assert.equal(found?.unknownMinutes, 0);
  });
  it("names what nobody knows, and counts nothing before the service was there", () => {
    const tasks = Array.from({ length: 60 }, (_, step) => (step < 40 ? undefined : 1));
    const found = costSoFar({ ...input, tasks, since: span.from + 30 * minute });
    assert.equal(found?.unknownMinutes, 10);
    assert.equal(found?.taskMinutes, 20);
    assert.equal(found?.balancerHours, 0.5);
    assert.equal(costSoFar({ ...input, tasks: tasks.map(() => undefined) }), undefined);
  });
});

/** A cloud in which a service runs behind a load balancer; every read may be replaced. */
function cloudWith(read: Record<string, MetricPoints>, more: Record<string, unknown> = {}): Cloud {
  const service: Partial<Service> = {
    status: "ACTIVE",
    taskDefinition: "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7",
    desired: 2,
    running: 2,
    pending: 0,
    deployments: [{ createdAt: now - 600 * minute } as never],
    loadBalancers: [{ targetGroupArn: group, containerName: "web", containerPort: 8080 }],
  };
  const definition = {
    cpu: "256",
    memory: "512",
    containerDefinitions: [
      { name: "web", logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "/ecs/web" } } },
    ],
  };
  const denied = () =>
    Promise.reject(new SlipwayError({ code: "AccessDeniedException", summary: "Not authorized to do that." }));
  const parts = {
    identity: async () => ({ account: "111122223333", arn: "", region: "eu-west-1", partition: "aws" }),
    ecs: {
      findService: async () => service,
      findTaskDefinition: async () => ({ definition, tags: {}, arn: "", revision: 7, status: "ACTIVE" }),
      listServiceDeployments: async () => [],
      describeServiceRevisions: async () => [],
    },
    inspection: {
      targetGroups: async () => [{ arn: group, loadBalancers: [balancer] }],
      loadBalancers: async () => [{ arn: balancer, scheme: "internet-facing", zones: ["a", "b"] }],
    },
    prices: { ofRegion: async () => undefined },
    metrics: {
      read: async () => new Map(Object.entries(read)),
      alarms: async () => ({ alarms: [], all: true }),
      alarmChanges: async () => [],
      scalingActivities: async () => [],
      containerInsights: async () => "disabled",
      ...(more["denied"] ? { alarms: denied, scalingActivities: denied, read: denied } : {}),
    },
  };
  return parts as unknown as Cloud;
}

describe("a look at a service's figures", () => {
  const full = {
    requests: points({ 10: 60, 11: 40 }),
    target5xx: points({ 11: 7 }),
    healthy: points(Object.fromEntries(Array.from({ length: 60 }, (_, step) => [step, 2]))),
    p90: points({ 10: 0.08, 11: 0.12 }),
    cpu: points({ 58: 40, 59: 42 }),
    cpuBusiest: points({ 58: 93, 59: 60 }),
    tasks: points({ 58: 2, 59: 2 }),
  };
  let look: MonitorLook;
  before(async () => {
    look = await readMonitor(cloudWith(full), { cluster: "c", service: "s" }, span, now);
  });
  const when = (at: number) => new Date(at).toISOString().slice(11, 16);
  it("counts exactly what was there", () => {
    const requests = summaryOf(seriesIn(look, "requests"), span);
    assert.equal(requests.sum, 100);
    assert.equal(summaryOf(seriesIn(look, "target5xx"), span).sum, 7);
    const chart = (id: string) => look.charts.find((item) => item.id === id);
    const sentence = (id: string) => chartSentence(look, chart(id) ?? assert.fail(id), when);
    assert.match(sentence("requests"), /^100 requests, 1\.7 a minute on average; 60 in the busiest minute, at /);
    assert.match(sentence("errors"), /^7 answers 5xx of tasks \(7 % of the requests\)/);
    assert.match(sentence("latency"), /^p90 120 ms at .*, at most 120 ms/);
    assert.match(sentence("cpu"), /^CPU average 41 %, busiest task at most 93 % at /);
    assert.equal(chart("memory")?.absent, "noData");
  });
  it("says the last minutes in a row", () => {
    assert.equal(figuresText(figuresOf(look)), "41 % CPU, peak 93 · 0 requests/min");
    assert.equal(figuresText({}), "");
  });
  it("gives machines null where nobody knows", () => {
    const json = JSON.parse(JSON.stringify(monitorJson(look))) as {
      steps: number[];
      charts: Record<string, { series: Record<string, (number | null)[]>; absent?: string }>;
    };
    assert.equal(json.steps.length, 60);
    assert.deepEqual(json.charts["latency"]?.series["p90"]?.slice(9, 12), [null, 0.08, 0.12]);
    assert.equal(json.charts["requests"]?.series["requests"]?.[0], 0);
    assert.equal(json.charts["memory"]?.absent, "noData");
  });
  it("goes on where a source may not be read, and names the action", async () => {
    const poor = await readMonitor(cloudWith(full, { denied: true }), { cluster: "c", service: "s" }, span, now);
    assert.equal(poor.alarms, undefined);
    assert.ok(
      poor.charts.every(({ absent }) => absent === "forbidden"),
      JSON.stringify(poor.charts.map((c) => c.absent)),
    );
    const lines = monitorLines(poor, when, "eu-west-1").join("\n");
    assert.match(lines, /cloudwatch:GetMetricData/);
    assert.match(lines, /cloudwatch:DescribeAlarms/);
    assert.match(lines, /Alarms: not known/);
  });
});

describe("a chart's drawing", () => {
  it("breaks its line at a gap, and shows a point that stands alone", () => {
    const { path, alone } = pathOf(
      [1, 2, undefined, 3, undefined],
      (index) => index * 10,
      (value) => value,
    );
    assert.equal(path, "M0,1L10,2M30,3Z");
    assert.deepEqual(alone, [{ x: 30, y: 3 }]);
  });
  it("has an axis that is round and never empty", () => {
    const top = (unit: "count" | "percent" | "seconds", ...values: number[]) => topOf({ unit, series: [{ values }] });
    assert.equal(top("count"), 1);
    assert.equal(top("percent", 41, 93), 100);
    assert.equal(top("percent", 130), 150);
    assert.ok(top("count", 94) >= 94);
    assert.ok(top("seconds", 0.12) >= 0.12 && top("seconds", 0.12) < 0.3);
  });
  it("draws eight charts of 336 points in well under a second", () => {
    const week = timeSpan(now, now - 7 * 24 * 60 * minute);
    const values = stepsOf(week).map((_, step) => (step % 50 === 0 ? undefined : Math.sin(step) + 2));
    const chart = {
      id: "errors" as const,
      unit: "count" as const,
      series: (["target5xx", "target4xx", "balancer5xx", "connectionErrors"] as const).map((id) => ({ id, values })),
    };
    const begun = performance.now();
    for (let count = 0; count < 8; count++)
      assert.ok(drawChart({ chart, span: week, now, marks: [], frame: frameOf(400, 132) }).includes("M"));
    assert.ok(performance.now() - begun < 500);
  });
});

describe("the page of figures says to its host", () => {
  it("only what the host takes", () => {
    assert.deepEqual(parsePageMessage({ type: "range", range: "7d" }), { type: "range", range: "7d" });
    assert.deepEqual(parsePageMessage({ type: "logs", from: 1, until: 2 }), { type: "logs", from: 1, until: 2 });
    for (const other of [
      null,
      "ready",
      { type: "range", range: "1y" },
      { type: "logs", from: 2, until: 1 },
      { type: "logs", from: "1", until: "2" },
      { type: "run", command: "x" },
    ])
      assert.equal(parsePageMessage(other), undefined);
  });
});
