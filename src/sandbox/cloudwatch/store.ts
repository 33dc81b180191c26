/** What was measured: series of minutes, and of seconds for the last three hours where that was asked for. */
import { addSet, addValue, emptyDistribution, merge, type Distribution, type StatisticSet } from "./distribution";

export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

/** What a series is of. */
export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** For how long points below a minute are kept, and minutes: AWS's own times; what is older is gone here. */
const SECONDS_KEPT = 3 * HOUR;
const MINUTES_KEPT = 15 * DAY;
/** ListMetrics forgets what had no new point for two weeks. */
const LISTED = 14 * DAY;
/** Series of a region, and points of all of them together: beyond them the oldest go. */
const MOST_SERIES = 20_000;
const MOST_POINTS = 500_000;
/** So many points a series has in any case: three hours. */
const LEAST_MINUTES = 180;

interface Bucket {
  of: Distribution;
  /** From then on it is read. */
  readonly visibleAt: number;
}

export interface Series extends MetricName {
  readonly unit: string;
  readonly minutes: Map<number, Bucket>;
  readonly seconds: Map<number, Bucket>;
  lastAt: number;
}

/** One measured value, or what is known of several. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly values: readonly (readonly [value: number, times: number])[] | StatisticSet;
  readonly unit?: string;
  /** Milliseconds that it stays unseen. */
  readonly lag?: number;
  /** Also kept by the second. */
  readonly fine?: boolean;
}

/** A series' values in one period. */
export interface Point {
  readonly at: number;
  readonly of: Distribution;
}

const keyOf = (metric: MetricName): string =>
  JSON.stringify([
    metric.namespace,
    metric.name,
    metric.dimensions.map((d) => [d.Name, d.Value]).sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
  ]);

/** Dimensions out of an object. */
export const dimensions = (of: Readonly<Record<string, string>>): Dimension[] =>
  Object.entries(of).map(([Name, Value]) => ({ Name, Value }));

export class MetricStore {
  private readonly series = new Map<string, Series>();
  /** Called after something was measured, with the time that it is of. */
  onChange: (at: number) => void = () => undefined;

  /** Notes measured values. */
  add(metric: MetricName, sample: Sample): void {
    const series = this.seriesOf(metric, sample.unit);
    const given = emptyDistribution();
    if (isSet(sample.values)) addSet(given, sample.values);
    else for (const [value, times] of sample.values) addValue(given, value, times);
    if (given.count === 0) return;
    const visibleAt = sample.lag ? Date.now() + sample.lag : 0;
    const put = (into: Map<number, Bucket>, size: number): void => {
      const start = Math.floor(sample.at / size) * size;
      const bucket = into.get(start) ?? { of: emptyDistribution(), visibleAt };
      into.set(start, bucket);
      merge(bucket.of, given);
    };
    put(series.minutes, MINUTE);
    if (sample.fine) put(series.seconds, 1000);
    this.touch(series, sample.at);
    this.onChange(sample.at);
  }

  /**
   * Says what a minute's values are, in place of what was said of it before; with a `size` below a minute (milliseconds)
   * those of a shorter time, which are kept for three hours.
   */
  setPeriod(metric: MetricName, at: number, values: readonly number[], unit: string, lag: number, size = MINUTE): void {
    const series = this.seriesOf(metric, unit);
    const start = Math.floor(at / size) * size;
    const buckets = size < MINUTE ? series.seconds : series.minutes;
    const of = emptyDistribution();
    for (const value of values) addValue(of, value);
    const visibleAt = buckets.get(start)?.visibleAt ?? (lag ? Date.now() + lag : 0);
    if (of.count === 0) return;
    buckets.set(start, { of, visibleAt });
    this.touch(series, at);
    this.onChange(at);
  }

  /**
   * The series' values by periods that begin at `from`, then each `period` milliseconds later, before `until`; periods
   * without values are left out. Undefined where there is no such series, or none in that unit.
   */
  read(metric: MetricName, from: number, until: number, period: number, unit?: string): Point[] | undefined {
    const series = this.series.get(keyOf(metric));
    if (!series || (unit !== undefined && unit !== series.unit)) return undefined;
    const now = Date.now();
    const source = period % MINUTE === 0 ? series.minutes : series.seconds;
    const byPeriod = new Map<number, Distribution>();
    for (const [start, bucket] of source) {
      if (start < from || start >= until || bucket.visibleAt > now) continue;
      const at = from + Math.floor((start - from) / period) * period;
      let of = byPeriod.get(at);
      if (!of) byPeriod.set(at, (of = emptyDistribution()));
      merge(of, bucket.of);
    }
    return [...byPeriod].sort(([a], [b]) => a - b).map(([at, of]) => ({ at, of }));
  }

  /** The unit of a series. */
  unitOf(metric: MetricName): string {
    return this.series.get(keyOf(metric))?.unit ?? "None";
  }

  /** What had a point in the last two weeks. */
  list(): Series[] {
    const since = Date.now() - LISTED;
    return [...this.series.values()].filter((s) => s.lastAt >= since);
  }

  private seriesOf(metric: MetricName, unit = "None"): Series {
    const key = keyOf(metric);
    let series = this.series.get(key);
    if (!series) {
      series = { ...metric, unit, minutes: new Map(), seconds: new Map(), lastAt: 0 };
      if (this.series.size >= MOST_SERIES) this.forgetOldest();
      this.series.set(key, series);
    }
    return series;
  }

  private forgetOldest(): void {
    let oldest: [string, number] | undefined;
    for (const [key, { lastAt }] of this.series) if (!oldest || lastAt < oldest[1]) oldest = [key, lastAt];
    if (oldest) this.series.delete(oldest[0]);
  }

  private touch(series: Series, at: number): void {
    series.lastAt = Math.max(series.lastAt, at);
    const share = Math.max(LEAST_MINUTES, Math.floor(MOST_POINTS / this.series.size));
    prune(series.minutes, MINUTES_KEPT, Math.min(share, MINUTES_KEPT / MINUTE));
    prune(series.seconds, SECONDS_KEPT, Math.min(share, SECONDS_KEPT / 1000));
  }
}

const isSet = (values: Sample["values"]): values is StatisticSet => !Array.isArray(values);

/** Drops what is older than `kept`, and the oldest beyond the limit; looks only when a map has grown a good deal. */
function prune(buckets: Map<number, Bucket>, kept: number, most: number): void {
  if (buckets.size <= most * 1.05 && buckets.size % 256 !== 0) return;
  const since = Date.now() - kept;
  for (const start of buckets.keys()) if (start < since) buckets.delete(start);
  if (buckets.size <= most) return;
  const excess = [...buckets.keys()].sort((a, b) => a - b).slice(0, buckets.size - most);
  for (const start of excess) buckets.delete(start);
}
