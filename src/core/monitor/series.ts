/** Points onto steps: what is there, what is nothing, and what nobody knows. */
import type { MetricPoints } from "../ports/metrics";
import { chartIds, chartUnits, seriesSpecs, type SeriesId, type SeriesSpec } from "./charts";
import type { Absence, Chart, Series } from "./look";
import { stepsOf, type TimeSpan } from "./range";

type Values = readonly (number | undefined)[];

/** Each point at its step; a step without one is undefined. */
function onSteps(points: MetricPoints | undefined, span: TimeSpan): (number | undefined)[] {
  const byTime = new Map((points?.points ?? []).map(({ at, value }) => [at, value]));
  return stepsOf(span).map((at) => byTime.get(at));
}

const fill = (values: Values, proves: Values): Values =>
  values.map((value, index) => value ?? (proves[index] === undefined ? undefined : 0));

/** All series of one look. */
function seriesOf(read: ReadonlyMap<string, MetricPoints>, span: TimeSpan): ReadonlyMap<SeriesId, Series> {
  const raw = new Map(seriesSpecs.map(({ id }) => [id, onSteps(read.get(id), span)] as const));
  const minutes = span.periodSeconds / 60;
  // Its samples come once a minute from each task.
  const tasks = (raw.get("tasks") ?? []).map((count) => (count === undefined ? undefined : count / minutes));
  const proofs: Readonly<Record<SeriesSpec["missing"], Values | undefined>> = {
    checked: raw.get("healthy") ?? [],
    running: tasks,
    unknown: undefined,
  };
  return new Map(
    seriesSpecs.map(({ id, missing }) => {
      const own = id === "tasks" ? tasks : (raw.get(id) ?? []);
      const proof = proofs[missing];
      return [id, { id, values: proof ? fill(own, proof) : own }] as const;
    }),
  );
}

const hasValues = ({ values }: Series): boolean => values.some((value) => value !== undefined);

/** What keeps a series from being asked for, by its id. */
export type Absences = ReadonlyMap<SeriesId, Absence>;

/**
 * @param absences of series that were not asked for
 * @param ifEmpty what it means when CloudWatch has nothing of a chart
 */
export function chartsOf(
  read: ReadonlyMap<string, MetricPoints>,
  span: TimeSpan,
  absences: Absences,
  ifEmpty: Absence,
): Chart[] {
  const all = seriesOf(read, span);
  return chartIds.map((chart) => {
    const ids = seriesSpecs.filter((spec) => spec.chart === chart).map(({ id }) => id);
    const series = ids.flatMap((id) => (absences.has(id) ? [] : (all.get(id) ?? [])));
    const states = ids.flatMap((id) => read.get(id)?.state ?? []);
    const isRefused = states.length > 0 && states.every((state) => state === "forbidden" || state === "failed");
    const refused = states.includes("forbidden") ? "forbidden" : "failed";
    const absent = ids.every((id) => absences.has(id))
      ? absences.get(ids[0] as SeriesId)
      : isRefused
        ? refused
        : series.some(hasValues)
          ? undefined
          : ifEmpty;
    return {
      id: chart,
      unit: chartUnits[chart],
      series,
      ...(absent === undefined ? {} : { absent }),
      ...(states.some((state) => state !== "complete") ? { isPartial: true } : {}),
    };
  });
}
