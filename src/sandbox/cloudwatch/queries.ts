/** Queries of GetMetricData and of alarms: what CloudWatch refuses of them, and what they give. */
import type { MetricDataQuery, MetricStat } from "../model/cloudwatch.types";
import { notImplemented } from "../wire/errors";
import { validation } from "./errors";
import { FormulaError, idsIn, parseFormula, type Formula } from "./formula";
import { elsewhereIn, evaluate, grid, isSeries, type TimeSeries } from "./math";
import { statistic, type Statistic } from "./statistics";
import { DAY, HOUR, type MetricName, type MetricStore } from "./store";

/** A query that can be computed. */
export interface Query {
  readonly id: string;
  readonly given: MetricDataQuery;
  readonly source:
    | { readonly kind: "metric"; readonly metric: MetricName; readonly stat: Statistic; readonly of: MetricStat }
    | { readonly kind: "formula"; readonly formula: Formula };
}

const ID = /^[a-z][A-Za-z0-9_]{0,254}$/;
const LONGEST_EXPRESSION = 2048;

/** Whether CloudWatch has that period, in seconds. */
export const isPeriod = (seconds: number): boolean =>
  [1, 5, 10, 20, 30].includes(seconds) || (seconds >= 60 && seconds % 60 === 0 && Number.isInteger(seconds));

/** What a Metric of the wire means. */
const metricOf = (given: MetricStat["Metric"]): MetricName => ({
  namespace: given.Namespace ?? "",
  name: given.MetricName ?? "",
  dimensions: given.Dimensions ?? [],
});

function metricQuery(query: MetricDataQuery, stat: MetricStat, at: string, operation: string): Query {
  const compute = statistic(stat.Stat);
  if (/^(wm|WM)/.test(stat.Stat)) throw notImplemented("cloudwatch", operation, `${at}.MetricStat.Stat=${stat.Stat}`);
  if (!compute)
    throw validation(
      `The value ${stat.Stat} for parameter ${at}.MetricStat.Stat is not supported. Use a statistic such as ` +
        "SampleCount, Average, Sum, Minimum, Maximum or a percentile such as p99.",
    );
  if (!isPeriod(stat.Period))
    throw validation(`The parameter ${at}.MetricStat.Period must be 1, 5, 10, 20, 30 or a multiple of 60.`);
  const { Metric: metric } = stat;
  if (!metric.Namespace) throw validation(`The parameter ${at}.MetricStat.Metric.Namespace is required.`);
  if (!metric.MetricName) throw validation(`The parameter ${at}.MetricStat.Metric.MetricName is required.`);
  return {
    id: query.Id,
    given: query,
    source: { kind: "metric", metric: metricOf(metric), stat: compute, of: stat },
  };
}

function formulaQuery(query: MetricDataQuery, expression: string, operation: string): Query {
  const fail = (why: string): Error => validation(`Error in expression '${query.Id}': ${why}`);
  if (/^\s*SELECT\b/i.test(expression)) throw notImplemented("cloudwatch", operation, "Expression with SELECT");
  const elsewhere = elsewhereIn(expression);
  if (elsewhere !== undefined) throw notImplemented("cloudwatch", operation, `Expression with ${elsewhere}`);
  if (expression.length > LONGEST_EXPRESSION) throw fail("Expression is too long");
  try {
    return { id: query.Id, given: query, source: { kind: "formula", formula: parseFormula(expression) } };
  } catch (error) {
    if (error instanceof FormulaError) throw fail(error.message);
    throw error;
  }
}

/** Reads queries, and refuses what CloudWatch refuses of them. */
export function readQueries(given: readonly MetricDataQuery[], operation: string, list = "MetricDataQueries"): Query[] {
  const queries = given.map((query, i): Query => {
    const at = `${list}.member.${i + 1}`;
    if (!ID.test(query.Id))
      throw validation(
        `The value ${query.Id} for parameter ${at}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
      );
    if ((query.MetricStat === undefined) === (query.Expression === undefined))
      throw validation(`The parameter ${at} must have either Expression or MetricStat, and not both.`);
    if (query.MetricStat) return metricQuery(query, query.MetricStat, at, operation);
    return formulaQuery(query, query.Expression ?? "", operation);
  });
  if (new Set(queries.map((q) => q.id)).size < queries.length)
    throw validation(`The values for parameter id in ${list} are not unique.`);
  for (const q of queries) checkReferences(q, queries, []);
  return queries;
}

function checkReferences(query: Query, all: readonly Query[], above: readonly string[]): void {
  if (query.source.kind !== "formula") return;
  const fail = (why: string): Error => validation(`Error in expression '${query.id}': ${why}`);
  for (const id of idsIn(query.source.formula)) {
    const found = all.find((q) => q.id === id);
    if (!found) throw fail(`Unknown metric id or function '${id}'`);
    if (id === query.id || above.includes(id)) throw fail("Circular reference");
    checkReferences(found, all, [...above, query.id]);
  }
}

/** Whether points of that period are still there for a range that began so long ago (GetMetricData's StartTime). */
export function isKept(from: number, periodSeconds: number, now: number): boolean {
  const age = now - from;
  if (age > 63 * DAY) return periodSeconds % 3600 === 0;
  if (age > 15 * DAY) return periodSeconds % 300 === 0;
  return age <= 3 * HOUR || periodSeconds % 60 === 0;
}

/** The series of each query over a range; throws what CloudWatch says of an expression that gives none. */
export function computeQueries(
  store: MetricStore,
  queries: readonly Query[],
  from: number,
  until: number,
): ReadonlyMap<string, TimeSeries> {
  const done = new Map<string, TimeSeries>();
  const now = Date.now();
  const metricSeries = (source: Extract<Query["source"], { kind: "metric" }>): TimeSeries => {
    const period = source.of.Period * 1000;
    const start = Math.floor(from / period) * period;
    const points = isKept(from, source.of.Period, now)
      ? (store.read(source.metric, start, until, period, source.of.Unit) ?? [])
      : [];
    return {
      period,
      values: new Map(
        points.flatMap((p): [number, number][] => {
          const value = source.stat(p.of);
          return value === undefined ? [] : [[p.at, value]];
        }),
      ),
    };
  };
  const compute = (query: Query): TimeSeries => {
    const known = done.get(query.id);
    if (known) return known;
    const series = query.source.kind === "metric" ? metricSeries(query.source) : formulaSeries(query);
    done.set(query.id, series);
    return series;
  };
  const formulaSeries = (query: Query): TimeSeries => {
    const { source } = query;
    if (source.kind !== "formula") return metricSeries(source);
    const byId = (id: string): TimeSeries => {
      const found = queries.find((q) => q.id === id);
      if (!found) throw new FormulaError(`Unknown metric id '${id}'`);
      return compute(found);
    };
    // Steps of FILL are those of its series; the range begins where the longest period does.
    const period = Math.max(...idsIn(source.formula).map((id) => byId(id).period), 1000);
    const scope = { from: Math.floor(from / period) * period, until, series: byId };
    try {
      const found = evaluate(source.formula, scope);
      if (isSeries(found)) return found;
      if (query.given.ReturnData === false && typeof found === "number") return constant(found, scope, period);
      throw new FormulaError(
        typeof found === "number"
          ? "The expression does not return a time series"
          : "The sandbox does not return lists of time series",
      );
    } catch (error) {
      if (error instanceof FormulaError) throw validation(`Error in expression '${query.id}': ${error.message}`);
      throw error;
    }
  };
  for (const query of queries) compute(query);
  return done;
}

/** A number that another expression goes on with, at each time of the range. */
function constant(value: number, scope: { from: number; until: number }, period: number): TimeSeries {
  return { values: new Map(grid(scope, period).map((t) => [t, value])), period };
}
