/** Judges alarms: at every whole minute, and in instant time as soon as something that they watch was measured. */
import type { AlarmRecord } from "../states";
import type { Region, SandboxState } from "../world";
import { ApiError } from "../wire/errors";
import { actionsOf, note, setState } from "./alarmRecords";
import { comparison, FURTHER_PERIODS, judge, type AlarmState, type Verdict } from "./judge";
import { computeQueries } from "./queries";
import { MINUTE } from "./store";

/** How long after a change of data alarms are judged, so that a burst of it is judged once. */
const SETTLE_MS = 100;
const FINE_MS = 10_000;
/** CloudWatch waits so long for a period's data (its vended metrics lag). */
const WAIT_MS = 120_000;

/** Carries out an alarm's action that scales; false where it is none of those. */
export type Scale = (region: Region, record: AlarmRecord, actionArn: string, value: number | undefined) => boolean;

export class Evaluator {
  private timer: NodeJS.Timeout | undefined;
  private soon: NodeJS.Timeout | undefined;

  constructor(
    private readonly world: SandboxState,
    private readonly scale: Scale,
  ) {}

  /** Judges this region's alarms when there is something new for them. */
  watch(region: Region): void {
    region.metrics.onChange = (at) => {
      // The minute under way is not looked at yet.
      const isPast = at < Math.floor(Date.now() / MINUTE) * MINUTE;
      if (isPast && region.alarms.alarms.size > 0 && this.world.options.time === "instant") this.judgeSoon();
    };
    region.alarms.wake = () => {
      this.judgeSoon();
      this.schedule();
    };
  }

  close(): void {
    clearTimeout(this.timer);
    clearTimeout(this.soon);
  }

  private judgeSoon(): void {
    if (this.world.clock.ended) return;
    this.soon ??= setTimeout(() => {
      this.soon = undefined;
      this.judgeAll(false);
    }, SETTLE_MS).unref();
  }

  /** While there are alarms: after the next whole minute, or sooner for those that are finer or in a faster time. */
  private schedule(): void {
    if (this.timer !== undefined || this.world.clock.ended) return;
    const all = [...this.world.regions.values()].flatMap((r) => [...r.alarms.alarms.values()]);
    if (all.length === 0) return;
    const fine = all.some((a) => periodOf(a) < MINUTE);
    const fast = this.world.options.time === "aws" && this.world.options.speed > 1;
    const every = fine || fast ? FINE_MS : MINUTE;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        this.judgeAll(true);
        this.schedule();
      },
      every - (Date.now() % every) + 50,
    ).unref();
  }

  private judgeAll(isRound: boolean): void {
    for (const region of this.world.regions.values())
      for (const record of region.alarms.alarms.values()) {
        try {
          this.judgeOne(region, record, isRound);
          delete record.alarm.EvaluationState;
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          // An expression that cannot be computed gives no datapoints.
          record.alarm.EvaluationState = "EVALUATION_ERROR";
        }
      }
  }

  private judgeOne(region: Region, record: AlarmRecord, isRound: boolean): void {
    const { alarm } = record;
    const period = periodOf(record);
    const n = alarm.EvaluationPeriods ?? 1;
    const wait = this.world.options.time === "instant" ? 0 : WAIT_MS / this.world.options.speed;
    const end = Math.floor((Date.now() - wait) / period) * period;
    const start = end - (n + FURTHER_PERIODS) * period;
    const values = computeQueries(region.metrics, record.queries, start, end).get(record.queries.at(-1)?.id ?? "");
    const times = Array.from({ length: n + FURTHER_PERIODS }, (_, i) => start + i * period);
    const points = times.map((t) => values?.values.get(t));
    if (this.isWarming(record, points, n) || this.hasFewSamples(region, record, times, points)) return;
    const [holds, words] = comparison(alarm.ComparisonOperator ?? "") ?? [() => false, ""];
    const threshold = alarm.Threshold ?? 0;
    const before = (alarm.StateValue ?? "INSUFFICIENT_DATA") as AlarmState;
    const verdict = judge(points, {
      periods: n,
      datapointsToAlarm: alarm.DatapointsToAlarm ?? n,
      treatMissing: alarm.TreatMissingData ?? "missing",
      breaches: (value) => holds(value, threshold),
      before,
    });
    const last = points.findLast((p) => p !== undefined);
    if (verdict.state !== before) {
      const reason = reasonOf(verdict, record, points, times, words);
      const data = reasonData(record, points, times, period);
      this.act(region, record, verdict.state, setState(region, record, verdict.state, reason, data), last);
    } else if (isRound) this.actAgain(region, record, verdict.state, last);
  }

  /** During its warm-up an alarm is not judged; one that need not wait to its end is as soon as its window is full. */
  private isWarming(record: AlarmRecord, points: readonly (number | undefined)[], n: number): boolean {
    if (record.warmUntil <= Date.now()) return false;
    const waits = record.alarm.WarmUpConfiguration?.OnlyStartEvaluatingAfterWarmUpPeriodEnds === true;
    if (!waits && points.slice(-n).every((p) => p !== undefined)) record.warmUntil = 0;
    return record.warmUntil > 0;
  }

  /** Whether a percentile has too few samples to be judged by, where the alarm does not want that. */
  private hasFewSamples(
    region: Region,
    { alarm, queries }: AlarmRecord,
    times: readonly number[],
    points: readonly (number | undefined)[],
  ): boolean {
    const percent = /^p([\d.]+)$/.exec(alarm.ExtendedStatistic ?? "")?.[1];
    const source = queries.at(-1)?.source;
    if (alarm.EvaluateLowSampleCountPercentile !== "ignore" || percent === undefined || source?.kind !== "metric")
      return false;
    const share = Number(percent) / 100;
    const enough = share >= 0.5 ? 10 / (1 - share) : 10 / share;
    const newest = times[points.findLastIndex((p) => p !== undefined)];
    if (newest === undefined) return false;
    const period = source.of.Period * 1000;
    const [found] = region.metrics.read(source.metric, newest, newest + period, period, source.of.Unit) ?? [];
    return (found?.of.count ?? 0) < enough;
  }

  /** Scaling goes on while an alarm lasts; every other action is taken once. */
  private actAgain(region: Region, record: AlarmRecord, state: AlarmState, value: number | undefined): void {
    for (const action of actionsOf(record.alarm, state)) this.scale(region, record, action, value);
  }

  /** Takes the actions of a change; where they lead to is not in the sandbox, but for scaling. */
  act(
    region: Region,
    record: AlarmRecord,
    state: AlarmState,
    actions: readonly string[],
    value: number | undefined,
  ): void {
    for (const action of actions) {
      this.scale(region, record, action, value);
      note(region, record.alarm.AlarmName ?? "", "Action", `Successfully executed action ${action}`, {
        actionState: "Succeeded",
        stateUpdateTimestamp: Date.now(),
        notificationResource: action,
        publishedMessage: JSON.stringify({ AlarmName: record.alarm.AlarmName, NewStateValue: state }),
      });
    }
  }
}

/** The period of an alarm, in milliseconds: of several metrics the longest. */
function periodOf({ queries }: AlarmRecord): number {
  return Math.max(...queries.map((q) => (q.source.kind === "metric" ? q.source.of.Period * 1000 : 0)), 10_000);
}

const time = (at: number): string => {
  const [date = "", clock = ""] = new Date(at).toISOString().split("T");
  const [year = "", month = "", day = ""] = date.split("-");
  return `${day}/${month}/${year.slice(2)} ${clock.slice(0, 8)}`;
};
const plain = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));
const counted = (count: number): string => `${count} ${count === 1 ? "datapoint" : "datapoints"}`;

function reasonOf(
  { state, breaching, filled }: Verdict,
  { alarm }: AlarmRecord,
  points: readonly (number | undefined)[],
  times: readonly number[],
  words: string,
): string {
  const n = alarm.EvaluationPeriods ?? 1;
  const m = alarm.DatapointsToAlarm ?? n;
  const real = points.flatMap((value, i) => (value === undefined ? [] : [{ value, at: times[i] ?? 0 }])).slice(-n);
  if (state === "INSUFFICIENT_DATA") return `Insufficient Data: ${counted(n)} ${n === 1 ? "was" : "were"} unknown.`;
  const periods = n === 1 ? "period" : "periods";
  const treated = state === "ALARM" ? "Breaching" : "NonBreaching";
  if (real.length === 0)
    return (
      `Threshold Crossed: no datapoints were received for ${n} ${periods} and ${n} missing ` +
      `${n === 1 ? "datapoint was" : "datapoints were"} treated as [${treated}].`
    );
  const shown = [...real].reverse().map((p) => `${plain(p.value)} (${time(p.at)})`);
  const fills =
    filled > 0
      ? ` and ${filled} missing ${filled === 1 ? "datapoint was" : "datapoints were"} treated as [${treated}]`
      : "";
  const such = state === "ALARM" ? Math.min(breaching, n) : n - breaching;
  const not = state === "ALARM" ? "" : "not ";
  const change = state === "ALARM" ? `for OK -> ALARM transition` : `for ALARM -> OK transition`;
  const least = state === "ALARM" ? m : n - m + 1;
  return (
    `Threshold Crossed: ${such} out of the last ${n} datapoints [${shown.join(", ")}] ` +
    `${such === 1 ? "was" : "were"} ${not}${words} (${plain(alarm.Threshold ?? 0)})${fills} (minimum ${counted(least)} ${change}).`
  );
}

function reasonData(
  { alarm, queries }: AlarmRecord,
  points: readonly (number | undefined)[],
  times: readonly number[],
  period: number,
): string {
  const real = points.flatMap((value, i) => (value === undefined ? [] : [{ value, at: times[i] ?? 0 }]));
  const source = queries.at(-1)?.source;
  return JSON.stringify({
    version: "1.0",
    queryDate: new Date().toISOString(),
    ...(real[0] ? { startDate: new Date(real[0].at).toISOString() } : {}),
    ...(source?.kind === "metric" ? { statistic: source.of.Stat } : {}),
    period: period / 1000,
    recentDatapoints: real.map((p) => p.value),
    threshold: alarm.Threshold,
    evaluatedDatapoints: [...real].reverse().map((p) => ({ timestamp: new Date(p.at).toISOString(), value: p.value })),
  });
}
