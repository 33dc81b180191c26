/** CloudWatch's metrics: GetMetricData, GetMetricStatistics, ListMetrics, PutMetricData. */
import type {
  CloudwatchOperations,
  Datapoint,
  GetMetricDataInput,
  GetMetricDataOutput,
  GetMetricStatisticsInput,
  Metric,
} from "../model/cloudwatch.types";
import type { Table } from "../registry";
import { page } from "../util";
import type { Region, SandboxState } from "../world";
import { badCombination, badToken, badValue, missing, validation } from "./errors";
import { labelOf } from "./labels";
import { computeQueries, isKept, isPeriod, readQueries } from "./queries";
import { putData } from "./put";
import { extendedStatistic, statistic } from "./statistics";
import { HOUR, MINUTE, type Dimension } from "./store";

type Operations = Pick<CloudwatchOperations, "GetMetricData" | "GetMetricStatistics" | "ListMetrics" | "PutMetricData">;

const MOST_QUERIES = 500;
const MOST_DATAPOINTS = 100_800;
/** Points of one GetMetricStatistics, and metrics of a page of ListMetrics. */
const MOST_STATISTICS = 1440;
const LISTED = 500;

function checkDimensions(given: readonly Dimension[] | undefined): void {
  if ((given?.length ?? 0) > 30) throw validation("The collection Dimensions must not have a size greater than 30.");
}

function getMetricData(input: GetMetricDataInput, region: Region): GetMetricDataOutput {
  const { MetricDataQueries: given, MaxDatapoints: most = MOST_DATAPOINTS } = input;
  if (given.length === 0) throw missing("MetricDataQueries");
  if (given.length > MOST_QUERIES)
    throw validation(`The collection MetricDataQueries must not have a size greater than ${MOST_QUERIES}.`);
  if (most < 1 || most > MOST_DATAPOINTS)
    throw validation(`The parameter MaxDatapoints must be between 1 and ${MOST_DATAPOINTS}.`);
  if (input.StartTime.getTime() >= input.EndTime.getTime())
    throw validation("The parameter StartTime must be less than the parameter EndTime.");
  const ascending = input.ScanBy === "TimestampAscending";
  const queries = readQueries(given, "GetMetricData");
  for (const query of given) checkDimensions(query.MetricStat?.Metric.Dimensions);
  const series = computeQueries(region.metrics, queries, input.StartTime.getTime(), input.EndTime.getTime());
  const returned = queries.filter((q) => q.given.ReturnData !== false);
  const points = returned.flatMap((q) => {
    const values = [...(series.get(q.id)?.values ?? [])].sort(([a], [b]) => (ascending ? a - b : b - a));
    return values.map(([at, value]) => ({ id: q.id, at, value }));
  });
  const { items, next } = page(points, input.NextToken, most, badToken);
  const last = items.at(-1);
  return {
    MetricDataResults: returned.map((q) => {
      const mine = items.filter((p) => p.id === q.id);
      const values = series.get(q.id)?.values ?? new Map<number, number>();
      // The points come query by query: those of the page's last one, and of all behind it, may go on.
      const isCut = next !== undefined && last !== undefined && isBehind(returned, q.id, last.id, points, last);
      return {
        Id: q.id,
        Label: labelOf(q, queries, values, region),
        Timestamps: mine.map((p) => new Date(p.at)),
        Values: mine.map((p) => p.value),
        StatusCode: isCut ? "PartialData" : "Complete",
      };
    }),
    NextToken: next,
    Messages: [],
  };
}

interface Plotted {
  readonly id: string;
}

function isBehind(
  order: readonly Plotted[],
  id: string,
  lastId: string,
  points: readonly Plotted[],
  last: Plotted,
): boolean {
  const rank = (of: string): number => order.findIndex((q) => q.id === of);
  if (id !== lastId) return rank(id) > rank(lastId) && points.some((p) => p.id === id);
  return points.findLast((p) => p.id === id) !== last;
}

function getMetricStatistics(input: GetMetricStatisticsInput, region: Region): Datapoint[] {
  const { Period: period } = input;
  const from = input.StartTime.getTime();
  const until = input.EndTime.getTime();
  if (from >= until) throw badValue("The parameter StartTime must be less than the parameter EndTime.");
  if (!isPeriod(period)) throw badValue(`The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.`);
  const simple = input.Statistics ?? [];
  const extended = input.ExtendedStatistics ?? [];
  if (simple.length === 0 && extended.length === 0)
    throw badCombination("Must specify either Statistics or ExtendedStatistics");
  if (simple.length > 0 && extended.length > 0)
    throw badCombination("The parameters Statistics and ExtendedStatistics cannot be specified at the same time.");
  const unknown = extended.find((name) => !extendedStatistic(name));
  if (unknown !== undefined) throw badValue(`The value ${unknown} for parameter ExtendedStatistics is not supported.`);
  checkDimensions(input.Dimensions);
  const asked = Math.ceil((until - from) / 1000 / period);
  if (asked > MOST_STATISTICS)
    throw badCombination(
      `You have requested up to ${asked} datapoints, which exceeds the limit of ${MOST_STATISTICS}. You may ` +
        "reduce the datapoints requested by increasing Period, or decreasing the time range.",
    );
  if (!isKept(from, period, Date.now())) return [];
  const metric = { namespace: input.Namespace, name: input.MetricName, dimensions: input.Dimensions ?? [] };
  // Its periods begin with the start itself, rounded down to the minute (or the period, where that is shorter).
  const step = Math.min(MINUTE, period * 1000);
  const start = Math.floor(from / step) * step;
  const found = region.metrics.read(metric, start, until, period * 1000, input.Unit) ?? [];
  const unit = region.metrics.unitOf(metric);
  return found.map(({ at, of }) => ({
    Timestamp: new Date(at),
    ...Object.fromEntries(simple.map((name) => [name, statistic(name)?.(of)])),
    ...(extended.length > 0
      ? {
          ExtendedStatistics: Object.fromEntries(
            extended.flatMap((name) => {
              const value = extendedStatistic(name)?.(of);
              return value === undefined ? [] : [[name, value] as const];
            }),
          ),
        }
      : {}),
    Unit: unit,
  }));
}

export const metricOperations = (world: SandboxState): Table<Operations> => ({
  GetMetricData: {
    supports: "MetricDataQueries StartTime EndTime NextToken ScanBy MaxDatapoints",
    run: (input, { region }) => getMetricData(input, region),
  },
  GetMetricStatistics: {
    supports: "*",
    run: (input, { region }) => ({ Label: input.MetricName, Datapoints: getMetricStatistics(input, region) }),
  },
  ListMetrics: {
    supports: "Namespace MetricName Dimensions NextToken RecentlyActive",
    run: (input, { region }) => {
      if ((input.Dimensions?.length ?? 0) > 10)
        throw validation("The collection Dimensions must not have a size greater than 10.");
      const since = input.RecentlyActive === undefined ? 0 : Date.now() - 3 * HOUR;
      const found = region.metrics
        .list()
        .filter(
          (s) =>
            s.lastAt >= since &&
            (input.Namespace === undefined || s.namespace === input.Namespace) &&
            (input.MetricName === undefined || s.name === input.MetricName) &&
            (input.Dimensions ?? []).every((wanted) =>
              s.dimensions.some(
                (d) => d.Name === wanted.Name && (wanted.Value === undefined || d.Value === wanted.Value),
              ),
            ),
        )
        .map((s): Metric => ({ Namespace: s.namespace, MetricName: s.name, Dimensions: [...s.dimensions] }));
      const p = page(found, input.NextToken, LISTED, badToken);
      return { Metrics: p.items, NextToken: p.next };
    },
  },
  PutMetricData: {
    supports: "Namespace MetricData",
    run: (input, { region }) => {
      putData(world, region, input);
      return {};
    },
  },
});
