/** Statistics by their names, read from a distribution. */
import type { Distribution } from "./distribution";

/** A statistic of some values; undefined where they do not have it. */
export type Statistic = (of: Distribution) => number | undefined;

const SIMPLE: Readonly<Record<string, Statistic>> = {
  SampleCount: (d) => d.count,
  Average: (d) => d.sum / d.count,
  Sum: (d) => d.sum,
  Minimum: (d) => d.min,
  Maximum: (d) => d.max,
};

const sorted = (d: Distribution): [number, number][] | undefined => d.values && [...d.values].sort(([a], [b]) => a - b);

/** The value below which `percent` of the values are: the nearest rank, as AWS does not say how it interpolates. */
function percentile(d: Distribution, percent: number): number | undefined {
  const rank = Math.max(1, Math.ceil((percent / 100) * d.count - 1e-9));
  let seen = 0;
  for (const [value, times] of sorted(d) ?? []) if ((seen += times) >= rank) return value;
  return undefined;
}

interface Range {
  readonly low: number;
  readonly high: number;
}

/** The values within two percentiles, each with how often it is there. */
function between(d: Distribution, { low, high }: Range): [number, number][] | undefined {
  const from = (low / 100) * d.count;
  const until = (high / 100) * d.count;
  let seen = 0;
  return sorted(d)?.flatMap(([value, times]): [number, number][] => {
    const within = Math.min(seen + times, until) - Math.max(seen, from);
    seen += times;
    return within > 1e-9 ? [[value, within]] : [];
  });
}

/** The values from `low` to `high`, themselves. */
const within = (d: Distribution, { low, high }: Range): [number, number][] | undefined =>
  sorted(d)?.filter(([value]) => value >= low && value <= high);

const total = (values: readonly [number, number][]): number => values.reduce((n, [, times]) => n + times, 0);
const summed = (values: readonly [number, number][]): number => values.reduce((n, [v, times]) => n + v * times, 0);

type Trimmed = (values: readonly [number, number][], d: Distribution, range: Range) => number | undefined;
const mean: Trimmed = (values) => (total(values) > 0 ? summed(values) / total(values) : undefined);
const TRIMMED: Readonly<Record<string, Trimmed>> = {
  TM: mean,
  TC: (values) => total(values),
  TS: (values) => summed(values),
};

const NUMBER = String.raw`\d+(?:\.\d+)?`;
const PERCENTILE = new RegExp(`^p(\\d{1,2}(?:\\.\\d{1,10})?|100)$`);
const SHORT = new RegExp(`^(tm|tc|ts)(\\d{1,2}(?:\\.\\d{1,10})?)$`);
const LONG = new RegExp(`^(TM|TC|TS|PR)\\((-?${NUMBER})?(%)?:(-?${NUMBER})?(%)?\\)$`);

/** A percentile, a trimmed mean, count or sum, a percentile rank; undefined for what is no such name. */
export function extendedStatistic(name: string): Statistic | undefined {
  const percent = PERCENTILE.exec(name)?.[1];
  if (percent !== undefined) return (d) => percentile(d, Number(percent));
  if (name === "IQM") return (d) => trimmed("TM", d, between(d, { low: 25, high: 75 }), { low: 25, high: 75 });
  const [, kind = "", upTo] = SHORT.exec(name) ?? [];
  if (upTo !== undefined) {
    const range = { low: 0, high: Number(upTo) };
    return (d) => trimmed(kind.toUpperCase(), d, between(d, range), range);
  }
  const [, what, low, lowPercent, high, highPercent] = LONG.exec(name) ?? [];
  if (what === undefined || (low === undefined && high === undefined)) return undefined;
  const isPercent = (lowPercent ?? highPercent) !== undefined;
  if (what === "PR") {
    if (isPercent) return undefined;
    const range = bounds(low, high, -Infinity, Infinity);
    return (d) => {
      const values = within(d, range);
      return values && (total(values) / d.count) * 100;
    };
  }
  const range = isPercent ? bounds(low, high, 0, 100) : bounds(low, high, -Infinity, Infinity);
  return (d) => trimmed(what, d, isPercent ? between(d, range) : within(d, range), range);
}

const bounds = (low: string | undefined, high: string | undefined, least: number, most: number): Range => ({
  low: low === undefined ? least : Number(low),
  high: high === undefined ? most : Number(high),
});

function trimmed(
  kind: string,
  d: Distribution,
  values: [number, number][] | undefined,
  range: Range,
): number | undefined {
  return values && TRIMMED[kind]?.(values, d, range);
}

/** Any statistic by its name; undefined where AWS knows none of that name. */
export function statistic(name: string): Statistic | undefined {
  return Object.hasOwn(SIMPLE, name) ? SIMPLE[name] : extendedStatistic(name);
}
