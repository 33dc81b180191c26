/** Values of one interval, kept so that every statistic can be read from them, in bounded memory. */

/** How many different values are kept as they are; more are folded into steps of one percent. */
const EXACT = 200;
const STEP = Math.log(1.01);

export interface Distribution {
  sum: number;
  count: number;
  min: number;
  max: number;
  /** Value to how often it came; undefined where only a set of statistics was given. */
  values: Map<number, number> | undefined;
}

/** One without any value. */
export const emptyDistribution = (): Distribution => ({
  sum: 0,
  count: 0,
  min: Infinity,
  max: -Infinity,
  values: new Map(),
});

/** The value that stands for all within a percent of it. */
const folded = (value: number): number =>
  value === 0 ? 0 : Math.sign(value) * Math.exp(Math.round(Math.log(Math.abs(value)) / STEP) * STEP);

function keep(into: Map<number, number>, value: number, times: number): Map<number, number> {
  const key = into.size > EXACT ? folded(value) : value;
  into.set(key, (into.get(key) ?? 0) + times);
  if (into.size !== EXACT + 1 || key !== value) return into;
  const steps = new Map<number, number>();
  for (const [v, n] of into) steps.set(folded(v), (steps.get(folded(v)) ?? 0) + n);
  return steps;
}

/** Adds a value that came `times` times. */
export function addValue(to: Distribution, value: number, times = 1): void {
  to.sum += value * times;
  to.count += times;
  to.min = Math.min(to.min, value);
  to.max = Math.max(to.max, value);
  if (to.values) to.values = keep(to.values, value, times);
}

/** What PutMetricData's StatisticSet says. */
export interface StatisticSet {
  readonly SampleCount: number;
  readonly Sum: number;
  readonly Minimum: number;
  readonly Maximum: number;
}

/** Adds values of which only statistics are known: percentiles go with them, unless all of them are one. */
export function addSet(to: Distribution, set: StatisticSet): void {
  if (set.SampleCount === 0) return;
  if (set.Minimum === set.Maximum) return addValue(to, set.Minimum, set.SampleCount);
  merge(to, { sum: set.Sum, count: set.SampleCount, min: set.Minimum, max: set.Maximum, values: undefined });
}

/** Adds all values of another. */
export function merge(to: Distribution, other: Distribution): void {
  to.sum += other.sum;
  to.count += other.count;
  to.min = Math.min(to.min, other.min);
  to.max = Math.max(to.max, other.max);
  if (!to.values || !other.values) {
    to.values = undefined;
    return;
  }
  for (const [value, times] of other.values) to.values = keep(to.values, value, times);
}
