/** Which time is looked at, and in which steps. */
import { SlipwayError } from "../base/errors";

export const rangeNames = ["1h", "3h", "24h", "7d"] as const;
export type RangeName = (typeof rangeNames)[number];

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export const rangeMilliseconds: Readonly<Record<RangeName, number>> = {
  "1h": hour,
  "3h": 3 * hour,
  "24h": day,
  "7d": 7 * day,
};

/**
 * How long CloudWatch takes until a minute's figures are whole. AWS names no time; its page on metric math says that the
 * latest minute may be without data.
 */
const arrivingMilliseconds = 2 * minute;

/** Steps by the length of what is looked at: 60 to 336 points each. CloudWatch's periods are multiples of a minute. */
const steps: readonly (readonly [longest: number, seconds: number])[] = [
  [3 * hour, 60],
  [day, 300],
  [7 * day, 1800],
  [15 * day, 3600],
  [63 * day, 6 * 3600],
  [455 * day, 24 * 3600],
];

/** CloudWatch keeps points of so many seconds for so long. Source: GetMetricData's API reference. */
const kept: readonly (readonly [age: number, seconds: number])[] = [
  [15 * day, 60],
  [63 * day, 300],
  [455 * day, 3600],
];

/** A stretch of time in equal steps. */
export interface TimeSpan {
  /** The beginning of the first step, epoch milliseconds. */
  readonly from: number;
  /** The end of the last one. */
  readonly until: number;
  readonly periodSeconds: number;
}

/**
 * The steps between two moments; the last is one whose figures have arrived.
 * @param since epoch milliseconds
 * @param until the same; now where it is absent
 * @throws SlipwayError Usage where nothing lies between, or CloudWatch keeps nothing so old
 */
export function timeSpan(now: number, since: number, until = now): TimeSpan {
  const length = Math.min(until, now) - since;
  const step = steps.find(([longest]) => length <= longest)?.[1];
  const keeps = kept.find(([age]) => now - since <= age)?.[1];
  if (length <= 0 || step === undefined || keeps === undefined)
    throw new SlipwayError({
      code: "Usage",
      summary:
        length <= 0
          ? "No time lies between the beginning and the end: figures are of the past."
          : "CloudWatch keeps figures for 455 days; the beginning is further back.",
      remedy: "Name another time: --since 3h, --since 7d.",
      actions: [],
    });
  const periodSeconds = Math.max(step, keeps);
  const period = periodSeconds * 1000;
  const settled = Math.floor(Math.min(until, now - arrivingMilliseconds) / period) * period;
  // A whole number of steps back from there, so that the same range has the same number of points at any time.
  const count = Math.max(1, Math.round(length / period));
  return { from: settled - count * period, until: settled, periodSeconds };
}

/** The beginnings of its steps. */
export function stepsOf({ from, until, periodSeconds }: TimeSpan): number[] {
  const period = periodSeconds * 1000;
  return Array.from({ length: Math.round((until - from) / period) }, (_, index) => from + index * period);
}
