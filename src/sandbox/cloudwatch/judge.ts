/**
 * What state an alarm's datapoints mean: M of N, and missing ones as the alarm wants them taken.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data
 */

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** Beyond the periods that count an alarm looks at some earlier ones, for datapoints in place of missing ones. */
export const FURTHER_PERIODS = 2;

export interface Judged {
  readonly periods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissing: string;
  readonly breaches: (value: number) => boolean;
  /** The state before. */
  readonly before: AlarmState;
}

export interface Verdict {
  readonly state: AlarmState;
  /** How many of the datapoints that counted breach, of how many. */
  readonly breaching: number;
  readonly counted: number;
  /** How many missing ones counted as something. */
  readonly filled: number;
}

/**
 * Judges datapoints, the oldest first, with undefined where there is none. As many real ones as count are enough; with
 * fewer the missing ones count, as few of them as possible.
 */
export function judge(points: readonly (number | undefined)[], alarm: Judged): Verdict {
  const { periods: n, datapointsToAlarm: m, treatMissing, before } = alarm;
  const real = points.flatMap((value, i) => (value === undefined ? [] : [{ value, age: points.length - i }])).slice(-n);
  const bad = real.filter((p) => alarm.breaches(p.value));
  const missing = n - real.length;
  const verdict = (state: AlarmState, filled = 0, breaching = bad.length): Verdict => ({
    state,
    breaching,
    counted: real.length + filled,
    filled,
  });
  if (missing <= 0) return verdict(bad.length >= m ? "ALARM" : "OK");
  if (treatMissing === "breaching") {
    const all = bad.length + missing;
    return verdict(all >= m ? "ALARM" : "OK", missing, all);
  }
  if (treatMissing === "notBreaching") return verdict(bad.length >= m ? "ALARM" : "OK", missing);
  if (real.length === 0) return verdict(treatMissing === "ignore" ? before : "INSUFFICIENT_DATA");
  if (bad.length >= m) return verdict("ALARM");
  if (bad.length < real.length) return verdict("OK");
  // All that is there breaches, and it is too few: old enough it is an alarm all the same.
  if (treatMissing === "ignore") return verdict(before);
  return verdict((bad[0]?.age ?? 0) >= m ? "ALARM" : "OK");
}

const COMPARISONS: Readonly<
  Record<string, readonly [holds: (value: number, threshold: number) => boolean, words: string]>
> = {
  GreaterThanThreshold: [(v, t) => v > t, "greater than the threshold"],
  GreaterThanOrEqualToThreshold: [(v, t) => v >= t, "greater than or equal to the threshold"],
  LessThanThreshold: [(v, t) => v < t, "less than the threshold"],
  LessThanOrEqualToThreshold: [(v, t) => v <= t, "less than or equal to the threshold"],
};

/** A comparison of an alarm; undefined for those of anomaly detection. */
export const comparison = (operator: string): (typeof COMPARISONS)[string] | undefined =>
  Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
