/** What a series comes to, in numbers; and the few that stand in a row. */
import type { SeriesId } from "./charts";
import type { MonitorLook, Series } from "./look";
import { stepsOf, type TimeSpan } from "./range";

export interface At {
  readonly value: number;
  /** The beginning of its step. */
  readonly at: number;
}

/** Of the steps that are known; all undefined where none is. */
export interface Summary {
  readonly sum: number;
  readonly average?: number;
  readonly most?: At;
  readonly least?: At;
  readonly last?: At;
  /** Steps that are known. */
  readonly known: number;
}

export function summaryOf(series: Series | undefined, span: TimeSpan): Summary {
  const steps = stepsOf(span);
  const known = (series?.values ?? []).flatMap((value, index): At[] => {
    const at = steps[index];
    return value === undefined || at === undefined ? [] : [{ value, at }];
  });
  const [first] = known;
  const last = known.at(-1);
  if (!first || !last) return { sum: 0, known: 0 };
  const sum = known.reduce((total, { value }) => total + value, 0);
  return {
    sum,
    average: sum / known.length,
    most: known.reduce((best, point) => (point.value > best.value ? point : best), first),
    least: known.reduce((best, point) => (point.value < best.value ? point : best), first),
    last,
    known: known.length,
  };
}

export const seriesIn = ({ charts }: Pick<MonitorLook, "charts">, id: SeriesId): Series | undefined =>
  charts.flatMap(({ series }) => series).find((series) => series.id === id);

/** What stands in a row. What is undefined nobody knows. */
export interface Figures {
  /** Percent of the task's size. */
  readonly cpu?: { readonly average: number; readonly peak: number };
  readonly memory?: { readonly average: number; readonly peak: number };
  readonly requestsPerMinute?: number;
  /** Of all requests the part that a task answered with 5xx; undefined without requests. */
  readonly errorShare?: number;
  /** Seconds. */
  readonly p90?: number;
  readonly healthy?: number;
  /** Names of those in ALARM; undefined where they could not be read. */
  readonly ringing?: readonly string[];
}

/** The last minutes of a look, as a row says them. */
export function figuresOf(look: MonitorLook, minutes = 15): Figures {
  const steps = Math.max(1, Math.round((minutes * 60) / look.span.periodSeconds));
  const of = (id: SeriesId): Summary => {
    const series = seriesIn(look, id);
    if (!series) return { sum: 0, known: 0 };
    const period = look.span.periodSeconds * 1000;
    const count = Math.min(steps, series.values.length);
    const span = { ...look.span, from: look.span.until - count * period };
    return summaryOf({ ...series, values: series.values.slice(-count) }, span);
  };
  const pair = (average: Summary, busiest: Summary) =>
    average.average === undefined
      ? undefined
      : { average: average.average, peak: busiest.most?.value ?? average.most?.value ?? average.average };
  const [cpu, memory] = [pair(of("cpu"), of("cpuBusiest")), pair(of("memory"), of("memoryBusiest"))];
  const [requests, failed, p90, healthy] = [of("requests"), of("target5xx"), of("p90"), of("healthy")];
  return {
    ...(cpu ? { cpu } : {}),
    ...(memory ? { memory } : {}),
    ...(requests.known === 0
      ? {}
      : { requestsPerMinute: requests.sum / ((requests.known * look.span.periodSeconds) / 60) }),
    ...(requests.sum > 0 && failed.known > 0 ? { errorShare: failed.sum / requests.sum } : {}),
    ...(p90.last === undefined ? {} : { p90: p90.last.value }),
    ...(healthy.last === undefined ? {} : { healthy: healthy.last.value }),
    ...(look.alarms
      ? {
          ringing: look.alarms
            .filter(({ state, ofScaling }) => state === "ALARM" && !ofScaling)
            .map(({ name }) => name),
        }
      : {}),
  };
}
