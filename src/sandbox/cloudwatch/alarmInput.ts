/** What PutMetricAlarm refuses, and what it keeps. */
import type { MetricDataQuery, PutMetricAlarmInput } from "../model/cloudwatch.types";
import { badCombination, badValue, missing, validation } from "./errors";
import { comparison } from "./judge";
import { readQueries, type Query } from "./queries";
import { extendedStatistic } from "./statistics";

const TREATMENTS: readonly string[] = ["breaching", "notBreaching", "ignore", "missing"];
const MOST_ACTIONS = 5;
const MOST_METRICS = 10;
const DAY_S = 86_400;

function checkActions(input: PutMetricAlarmInput): void {
  for (const name of ["OKActions", "AlarmActions", "InsufficientDataActions"] as const) {
    const actions = input[name] ?? [];
    if (actions.length > MOST_ACTIONS)
      throw validation(`The collection ${name} must not have a size greater than ${MOST_ACTIONS}.`);
    const wrong = actions.find((a) => !/^arn:[a-z-]+:[a-z0-9-]+:[^:]*:[^:]*:.+$/.test(a));
    if (wrong !== undefined) throw validation(`Invalid arn syntax: ${wrong}`);
  }
}

function checkWindow(input: PutMetricAlarmInput, period: number): void {
  const n = input.EvaluationPeriods;
  if (n === undefined) throw missing("EvaluationPeriods");
  if (!Number.isInteger(n) || n < 1) throw validation("The parameter EvaluationPeriods must be greater than 0.");
  const m = input.DatapointsToAlarm ?? n;
  if (!Number.isInteger(m) || m < 1 || m > n)
    throw validation("The parameter DatapointsToAlarm must be greater than 0 and at most EvaluationPeriods.");
  if (n * period > (period >= 3600 ? 7 : 1) * DAY_S)
    throw validation(
      period >= 3600
        ? "Metrics cannot be checked across more than seven days (EvaluationPeriods * Period must be <= 604800)."
        : "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).",
    );
}

const isAlarmPeriod = (seconds: number): boolean =>
  [10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0);

/** The query of an alarm that watches one metric. */
function single(input: PutMetricAlarmInput): MetricDataQuery[] {
  if (input.MetricName === undefined) throw missing("MetricName");
  if (input.Namespace === undefined) throw missing("Namespace");
  if (input.Period === undefined) throw missing("Period");
  if (input.Statistic !== undefined && input.ExtendedStatistic !== undefined)
    throw badCombination("The parameters Statistic and ExtendedStatistic cannot be specified at the same time.");
  if (input.Statistic === undefined && input.ExtendedStatistic === undefined)
    throw badCombination("Must specify either Statistic or ExtendedStatistic");
  if (input.ExtendedStatistic !== undefined && !extendedStatistic(input.ExtendedStatistic))
    throw badValue(`The value ${input.ExtendedStatistic} for parameter ExtendedStatistic is not supported.`);
  const { MetricName, Namespace, Dimensions, Unit, Period } = input;
  const Stat = input.Statistic ?? input.ExtendedStatistic ?? "";
  return [{ Id: "m", MetricStat: { Metric: { MetricName, Namespace, Dimensions }, Period, Stat, Unit } }];
}

function several(input: PutMetricAlarmInput, metrics: readonly MetricDataQuery[]): MetricDataQuery[] {
  for (const name of ["MetricName", "Namespace", "Period", "Statistic", "ExtendedStatistic", "Dimensions"] as const)
    if (input[name] !== undefined)
      throw badCombination(`The parameters Metrics and ${name} cannot be specified at the same time.`);
  if (metrics.length > MOST_METRICS)
    throw validation(`The collection Metrics must not have a size greater than ${MOST_METRICS}.`);
  const counts = metrics.filter((m) => m.ReturnData !== false);
  const [only] = counts;
  if (counts.length !== 1 || !only) throw validation("Exactly one element of the metrics list should return data.");
  return [...metrics.filter((m) => m !== only), only];
}

/** Checks an alarm's definition; gives what it watches, the one that counts last. */
export function readAlarm(input: PutMetricAlarmInput): Query[] {
  if (input.AlarmName === "" || input.AlarmName.length > 255)
    throw validation("The parameter AlarmName must be between 1 and 255 characters long.");
  if (input.ComparisonOperator === undefined) throw missing("ComparisonOperator");
  if (!comparison(input.ComparisonOperator))
    throw validation("An alarm with an anomaly detection's comparison must have a ThresholdMetricId.");
  if (input.Threshold === undefined) throw missing("Threshold");
  const treatment = input.TreatMissingData;
  if (treatment !== undefined && !TREATMENTS.includes(treatment))
    throw validation(`Value '${treatment}' at 'treatMissingData' must be one of [${TREATMENTS.join(", ")}].`);
  const low = input.EvaluateLowSampleCountPercentile;
  if (low !== undefined && !["evaluate", "ignore"].includes(low))
    throw validation(
      `Option ${low} is not supported. Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore.`,
    );
  if (low !== undefined && !/^p/.test(input.ExtendedStatistic ?? ""))
    throw badCombination("EvaluateLowSampleCountPercentile is only for alarms on a percentile.");
  checkActions(input);
  const queries = readQueries(
    input.Metrics?.length ? several(input, input.Metrics) : single(input),
    "PutMetricAlarm",
    "Metrics",
  );
  const periods = queries.flatMap((q) => (q.source.kind === "metric" ? [q.source.of.Period] : []));
  if (periods.length === 0) throw validation("An alarm must watch at least one metric.");
  if (!periods.every(isAlarmPeriod)) throw validation("The parameter Period must be 10, 20, 30 or a multiple of 60.");
  checkWindow(input, Math.max(...periods));
  const warm = input.WarmUpConfiguration?.WarmUpPeriodDurationInMinutes;
  if (warm !== undefined && !(Number.isInteger(warm) && warm >= 1))
    throw validation("The parameter WarmUpConfiguration.WarmUpPeriodDurationInMinutes must be at least 1.");
  return queries;
}
