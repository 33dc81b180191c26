/** Which figures there are, of what, and what it means where CloudWatch has none. */
import type { Statistic } from "../ports/metrics";

export const chartIds = ["requests", "errors", "latency", "targets", "cpu", "memory", "tasks", "logLines"] as const;
export type ChartId = (typeof chartIds)[number];

/** What a metric is of: its dimensions. */
export type MetricOf = "service" | "targetGroup" | "loadBalancer" | "logGroup";

/**
 * What a step without a point means. `checked`: zero where health checks ran in that step, since the balancer then sends
 * only what is not zero; `running`: zero where a task ran; `unknown`: nobody knows, and it is never zero.
 */
export type Missing = "checked" | "running" | "unknown";

export interface SeriesSpec {
  readonly id: SeriesId;
  readonly chart: ChartId;
  readonly of: MetricOf;
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: Statistic;
  readonly missing: Missing;
}

const ecs = { of: "service", namespace: "AWS/ECS", missing: "unknown" } as const;
const group = { of: "targetGroup", namespace: "AWS/ApplicationELB" } as const;
const balancer = { of: "loadBalancer", namespace: "AWS/ApplicationELB" } as const;

/**
 * Sources: AWS's pages on the metrics of ECS, of Application Load Balancers and of CloudWatch Logs. The sample count of
 * CPUUtilization, a minute, is the number of tasks that ran in it.
 */
const specs = {
  requests: { chart: "requests", ...group, metric: "RequestCount", statistic: "Sum", missing: "checked" },
  target5xx: { chart: "errors", ...group, metric: "HTTPCode_Target_5XX_Count", statistic: "Sum", missing: "checked" },
  target4xx: { chart: "errors", ...group, metric: "HTTPCode_Target_4XX_Count", statistic: "Sum", missing: "checked" },
  balancer5xx: { chart: "errors", ...balancer, metric: "HTTPCode_ELB_5XX_Count", statistic: "Sum", missing: "checked" },
  connectionErrors: {
    chart: "errors",
    ...group,
    metric: "TargetConnectionErrorCount",
    statistic: "Sum",
    missing: "checked",
  },
  p50: { chart: "latency", ...group, metric: "TargetResponseTime", statistic: "p50", missing: "unknown" },
  p90: { chart: "latency", ...group, metric: "TargetResponseTime", statistic: "p90", missing: "unknown" },
  p99: { chart: "latency", ...group, metric: "TargetResponseTime", statistic: "p99", missing: "unknown" },
  healthy: { chart: "targets", ...group, metric: "HealthyHostCount", statistic: "Minimum", missing: "unknown" },
  unhealthy: { chart: "targets", ...group, metric: "UnHealthyHostCount", statistic: "Maximum", missing: "unknown" },
  cpu: { chart: "cpu", ...ecs, metric: "CPUUtilization", statistic: "Average" },
  cpuBusiest: { chart: "cpu", ...ecs, metric: "CPUUtilization", statistic: "Maximum" },
  memory: { chart: "memory", ...ecs, metric: "MemoryUtilization", statistic: "Average" },
  memoryBusiest: { chart: "memory", ...ecs, metric: "MemoryUtilization", statistic: "Maximum" },
  tasks: { chart: "tasks", ...ecs, metric: "CPUUtilization", statistic: "SampleCount" },
  logLines: {
    chart: "logLines",
    of: "logGroup",
    namespace: "AWS/Logs",
    metric: "IncomingLogEvents",
    statistic: "Sum",
    missing: "running",
  },
} as const satisfies Readonly<Record<string, Omit<SeriesSpec, "id">>>;

export type SeriesId = keyof typeof specs;

export const seriesSpecs: readonly SeriesSpec[] = Object.entries(specs).map(([id, spec]) => ({
  id: id as SeriesId,
  ...spec,
}));

/** What a page's script draws: equal steps of time, epoch milliseconds, with a gap where a value is undefined. */
export interface DrawnChart {
  readonly from: number;
  readonly until: number;
  readonly periodSeconds: number;
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | undefined)[] }[];
}

/** What a chart's values are; `number`: of a query's column, which says no unit. */
export type Unit = "count" | "seconds" | "percent" | "number";
export const chartUnits: Readonly<Record<ChartId, Unit>> = {
  requests: "count",
  errors: "count",
  latency: "seconds",
  targets: "count",
  cpu: "percent",
  memory: "percent",
  tasks: "count",
  logLines: "count",
};
