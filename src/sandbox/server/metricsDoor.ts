/** `/_sandbox/metrics`: points that a test puts into CloudWatch, of any namespace and of any time. */
import { dimensions, type MetricName, type Sample } from "../cloudwatch/store";
import type { SandboxState } from "../world";

/** What of the body is wrong. */
export class DoorError extends Error {}

interface Given {
  readonly region: string | undefined;
  readonly metric: MetricName;
  readonly unit: string | undefined;
  readonly replace: boolean;
  readonly points: readonly { readonly at: number; readonly values: readonly number[]; readonly fine: boolean }[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const MOST_VALUES = 10_000;

function textOf(of: Readonly<Record<string, unknown>>, name: string): string {
  const value = of[name];
  if (typeof value !== "string" || value === "") throw new DoorError(`'${name}' must be a text`);
  return value;
}

const optional = (of: Readonly<Record<string, unknown>>, name: string): string | undefined =>
  of[name] === undefined ? undefined : textOf(of, name);

function timeOf(at: unknown): number {
  const time = typeof at === "string" ? Date.parse(at) : at === undefined ? Date.now() : at;
  if (typeof time !== "number" || !Number.isFinite(time))
    throw new DoorError("'at' must be milliseconds since 1970 or a text such as 2026-01-31T12:00:00Z");
  return time;
}

function pointOf(point: unknown): Given["points"][number] {
  if (!isObject(point)) throw new DoorError("'points' must be a list of {at, value} or {at, values}");
  const { at, value, values = value === undefined ? undefined : [value], fine = false } = point;
  if (!Array.isArray(values) || values.length > MOST_VALUES || !values.every(Number.isFinite))
    throw new DoorError(`a point needs a number as 'value', or 'values' with at most ${MOST_VALUES} of them`);
  return { at: timeOf(at), values: values as readonly number[], fine: fine === true };
}

function read(body: unknown): Given {
  if (!isObject(body)) throw new DoorError("the body must be {namespace, name, dimensions, points}, or a list of them");
  const { dimensions: given = {}, points, replace } = body;
  if (!isObject(given) || !Object.values(given).every((v) => typeof v === "string"))
    throw new DoorError("'dimensions' must be an object of texts");
  if (!Array.isArray(points)) throw new DoorError("'points' must be a list");
  return {
    region: optional(body, "region"),
    metric: {
      namespace: textOf(body, "namespace"),
      name: textOf(body, "name"),
      dimensions: dimensions(given as Readonly<Record<string, string>>),
    },
    unit: optional(body, "unit"),
    replace: replace === true,
    points: points.map(pointOf),
  };
}

/** Puts what the body says, seen at once; gives how many points that were. Throws DoorError before any is put. */
export function injectMetrics(world: SandboxState, body: unknown): number {
  const all = (Array.isArray(body) ? body : [body]).map(read);
  for (const { region, metric, unit, points, replace } of all) {
    const { metrics } = world.region(region ?? world.options.region);
    for (const { at, values, fine } of points) {
      const sample: Sample = { at, values: values.map((v) => [v, 1] as const), fine, ...(unit ? { unit } : {}) };
      if (replace) metrics.setPeriod(metric, at, values, unit ?? metrics.unitOf(metric), 0);
      else metrics.add(metric, sample);
    }
  }
  return all.reduce((n, { points }) => n + points.length, 0);
}
