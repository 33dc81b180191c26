/** PutMetricData: what it refuses, and what it keeps. */
import type { MetricDatum, PutMetricDataInput } from "../model/cloudwatch.types";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { badCombination, badValue, missing, validation } from "./errors";
import { DAY, HOUR, type Sample } from "./store";

const MOST_DATA = 1000;
const MOST_VALUES = 150;
const MOST_DIMENSIONS = 30;
/** CloudWatch takes no value beyond 2^360. */
const LARGEST = 2 ** 360;

function valuesOf(datum: MetricDatum, at: string): Sample["values"] {
  const { Value, StatisticValues, Values, Counts } = datum;
  const given = [
    ["Value", Value],
    ["StatisticValues", StatisticValues],
    ["Values", Values],
  ] as const;
  const [first, second] = given.filter(([, value]) => value !== undefined).map(([name]) => name);
  if (first === undefined) throw missing(`${at}.Value`);
  if (second !== undefined)
    throw badCombination(
      `The parameters ${at}.${first} and ${at}.${second} are mutually exclusive and you have specified both.`,
    );
  if (StatisticValues) {
    const { SampleCount, Minimum, Maximum } = StatisticValues;
    if (Minimum > Maximum || SampleCount < 0)
      throw badValue(`The parameter ${at}.StatisticValues has a Minimum above its Maximum or a negative SampleCount.`);
    return StatisticValues;
  }
  const values = Values ?? [Value ?? 0];
  if (values.length === 0) throw missing(`${at}.Values`);
  if (values.length > MOST_VALUES)
    throw validation(`The collection ${at}.Values must not have a size greater than ${MOST_VALUES}.`);
  if (Counts && Counts.length !== values.length)
    throw badValue(`The parameters ${at}.Values and ${at}.Counts must be of the same size.`);
  const beyond = values.find((v) => !Number.isFinite(v) || Math.abs(v) > LARGEST);
  if (beyond !== undefined) throw badValue(`The value ${beyond} for parameter ${at}.Value is out of range.`);
  if (Counts?.some((n) => !(n > 0))) throw badValue(`The parameter ${at}.Counts must have values above zero.`);
  return values.map((value, i) => [value, Counts?.[i] ?? 1] as const);
}

function check(datum: MetricDatum, at: string, now: number): void {
  if (datum.MetricName === "") throw missing(`${at}.MetricName`);
  if (datum.MetricName.length > 255)
    throw validation(`The parameter ${at}.MetricName must be at most 255 characters long.`);
  if ((datum.Dimensions?.length ?? 0) > MOST_DIMENSIONS)
    throw validation(`The collection ${at}.Dimensions must not have a size greater than ${MOST_DIMENSIONS}.`);
  datum.Dimensions?.forEach((d, i) => {
    const which = d.Name === "" ? "Name" : d.Value === "" ? "Value" : undefined;
    if (which) throw badValue(`The parameter ${at}.Dimensions.member.${i + 1}.${which} must not be empty.`);
  });
  const time = datum.Timestamp?.getTime() ?? now;
  if (time < now - 14 * DAY)
    throw badValue(`The parameter ${at}.Timestamp must specify a time within the past two weeks.`);
  if (time > now + 2 * HOUR)
    throw badValue(`The parameter ${at}.Timestamp must specify a time no more than two hours in the future.`);
  if (datum.StorageResolution !== undefined && ![1, 60].includes(datum.StorageResolution))
    throw badValue(`The parameter ${at}.StorageResolution must be 1 or 60.`);
}

/** Keeps what was put. */
export function putData(world: SandboxState, region: Region, input: PutMetricDataInput): void {
  const { Namespace: namespace, MetricData: data = [] } = input;
  if (/^AWS\//.test(namespace)) throw badValue(`The value ${namespace} for parameter Namespace is invalid.`);
  if (!/^[A-Za-z0-9_.\-/#:]{1,255}$/.test(namespace))
    throw badValue(`The value ${namespace} for parameter Namespace contains invalid characters.`);
  if (data.length === 0) throw new ApiError("MissingParameter", "At least one of the parameters must be specified.");
  if (data.length > MOST_DATA)
    throw validation(`The collection MetricData must not have a size greater than ${MOST_DATA}.`);
  const now = Date.now();
  const samples = data.map((datum, i) => {
    const at = `MetricData.member.${i + 1}`;
    check(datum, at, now);
    const sample: Sample = {
      at: datum.Timestamp?.getTime() ?? now,
      values: valuesOf(datum, at),
      unit: datum.Unit ?? "None",
      lag: world.lag("metrics"),
      fine: datum.StorageResolution === 1,
    };
    return { metric: { namespace, name: datum.MetricName, dimensions: datum.Dimensions ?? [] }, sample };
  });
  for (const { metric, sample } of samples) region.metrics.add(metric, sample);
}
