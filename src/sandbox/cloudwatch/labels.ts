/** Labels of GetMetricData's results, with what they say in braces. */
import type { MetricDataQuery } from "../model/cloudwatch.types";
import type { Region } from "../world";
import type { Query } from "./queries";
import type { Values } from "./math";

const PROPERTY = /\$\{(?:PROP\('([^']+)'\)|(LABEL|MIN|MAX|AVG|SUM|FIRST|LAST|DATAPOINT_COUNT))\}/g;

/** What a metric is called where nobody says: its name, and what tells it from the others of that name. */
function plain(query: Query, all: readonly Query[]): string {
  const { source } = query;
  if (source.kind === "formula") return query.id;
  const { name, dimensions } = source.metric;
  const others = all.filter((q) => q !== query && q.source.kind === "metric" && q.source.metric.name === name);
  const values = dimensions.map((d) => d.Value).join(" ");
  const differs = (of: (q: Query) => string | undefined): boolean => others.some((q) => of(q) !== of(query));
  const dimensionsOf = (q: Query): string | undefined =>
    q.source.kind === "metric" ? q.source.metric.dimensions.map((d) => d.Value).join(" ") : undefined;
  const statOf = (q: Query): string | undefined => (q.source.kind === "metric" ? q.source.of.Stat : undefined);
  return [
    ...(differs(dimensionsOf) && values !== "" ? [values] : []),
    name,
    ...(differs(statOf) ? [source.of.Stat] : []),
  ].join(" ");
}

function property(name: string, query: MetricDataQuery, region: Region): string {
  const stat = query.MetricStat;
  const dimension = /^Dim\.(.+)$/.exec(name)?.[1];
  if (dimension !== undefined) return stat?.Metric.Dimensions?.find((d) => d.Name === dimension)?.Value ?? "";
  const known: Readonly<Record<string, string | number | undefined>> = {
    MetricName: stat?.Metric.MetricName,
    Namespace: stat?.Metric.Namespace,
    Stat: stat?.Stat,
    Period: stat?.Period,
    Region: region.name,
    AccountId: region.account,
  };
  return Object.hasOwn(known, name) ? String(known[name] ?? "") : "";
}

function aggregate(name: string, values: readonly number[]): string {
  if (name === "DATAPOINT_COUNT") return String(values.length);
  if (values.length === 0) return "--";
  const sum = values.reduce((a, b) => a + b, 0);
  const known: Readonly<Record<string, number | undefined>> = {
    MIN: Math.min(...values),
    MAX: Math.max(...values),
    AVG: sum / values.length,
    SUM: sum,
    FIRST: values[0],
    LAST: values.at(-1),
  };
  return String(known[name] ?? "");
}

/** The label of a query's result. */
export function labelOf(query: Query, all: readonly Query[], values: Values, region: Region): string {
  const given = query.given.Label;
  const own = plain(query, all);
  if (given === undefined) return own;
  const inOrder = [...values].sort(([a], [b]) => a - b).map(([, value]) => value);
  return given.replace(PROPERTY, (_, name: string | undefined, word: string) =>
    name !== undefined ? property(name, query.given, region) : word === "LABEL" ? own : aggregate(word, inOrder),
  );
}
