/** Functions of Logs Insights: of one event, and over several. */
import type { Value } from "./tree";

export interface Function {
  readonly least: number;
  readonly most: number;
  readonly of: (args: readonly Value[]) => Value;
}

export interface Aggregate {
  readonly least: number;
  readonly most: number;
  /** Over the arguments of each event; `times` are when they were. */
  readonly over: (rows: readonly (readonly Value[])[], times: readonly number[]) => Value;
}

export const numberOf = (value: Value): number =>
  typeof value === "number" ? value : value === undefined || value.trim() === "" ? NaN : Number(value);
export const textOf = (value: Value): string => (value === undefined ? "" : String(value));

const number = (compute: (value: number) => number): Function => ({
  least: 1,
  most: 1,
  of: ([value]) => finite(compute(numberOf(value))),
});
const text = (compute: (value: string) => Value): Function => ({
  least: 1,
  most: 1,
  of: ([value]) => (value === undefined ? undefined : compute(textOf(value))),
});
const finite = (value: number): Value => (Number.isFinite(value) ? value : undefined);
const truth = (value: boolean): Value => (value ? 1 : 0);
const round =
  (how: (value: number) => number) =>
  ([time, period]: readonly Value[]): Value => {
    const step = numberOf(period);
    const at = numberOf(time);
    return step > 0 && Number.isFinite(at) ? how(at / step) * step : undefined;
  };

/** Times are milliseconds within; `bin` and its like are written as times (run.ts). */
export const FUNCTIONS: Readonly<Record<string, Function>> = {
  abs: number(Math.abs),
  ceil: number(Math.ceil),
  floor: number(Math.floor),
  sqrt: number(Math.sqrt),
  log: number(Math.log),
  greatest: { least: 1, most: 50, of: (args) => finite(Math.max(...args.map(numberOf))) },
  least: { least: 1, most: 50, of: (args) => finite(Math.min(...args.map(numberOf))) },
  ispresent: { least: 1, most: 1, of: ([value]) => truth(value !== undefined) },
  isempty: { least: 1, most: 1, of: ([value]) => truth(value === undefined || value === "") },
  isblank: { least: 1, most: 1, of: ([value]) => truth(textOf(value).trim() === "") },
  coalesce: { least: 1, most: 50, of: (args) => args.find((value) => value !== undefined) },
  concat: { least: 1, most: 50, of: (args) => args.map(textOf).join("") },
  strlen: text((value) => value.length),
  toupper: text((value) => value.toUpperCase()),
  tolower: text((value) => value.toLowerCase()),
  trim: text((value) => value.trim()),
  ltrim: text((value) => value.trimStart()),
  rtrim: text((value) => value.trimEnd()),
  substr: {
    least: 2,
    most: 3,
    of: ([value, from, length]) =>
      textOf(value).slice(numberOf(from), length === undefined ? undefined : numberOf(from) + numberOf(length)),
  },
  replace: { least: 3, most: 3, of: ([value, what, by]) => textOf(value).replaceAll(textOf(what), textOf(by)) },
  strcontains: { least: 2, most: 2, of: ([value, part]) => truth(textOf(value).includes(textOf(part))) },
  tomillis: { least: 1, most: 1, of: ([time]) => finite(numberOf(time)) },
  frommillis: { least: 1, most: 1, of: ([time]) => finite(numberOf(time)) },
  datefloor: { least: 2, most: 2, of: round(Math.floor) },
  dateceil: { least: 2, most: 2, of: round(Math.ceil) },
  bin: { least: 1, most: 1, of: () => undefined },
};

/** Functions whose values are times. */
export const TIMED: readonly string[] = ["bin", "datefloor", "dateceil", "frommillis"];

const numbers = (rows: readonly (readonly Value[])[]): number[] =>
  rows.map(([value]) => numberOf(value)).filter(Number.isFinite);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const average = (values: readonly number[]): number => sum(values) / values.length;

function percentile(values: number[], percent: number): Value {
  const sorted = values.sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

/** The value of the event that comes first by that order. */
function extreme(rows: readonly (readonly Value[])[], keys: readonly (number | string)[], sign: 1 | -1): Value {
  let best = -1;
  keys.forEach((key, i) => {
    if (rows[i]?.[0] === undefined) return;
    const than = keys[best];
    if (than === undefined || (key < than ? -1 : key > than ? 1 : 0) * sign < 0) best = i;
  });
  return rows[best]?.[0];
}

export const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  count: {
    least: 0,
    most: 1,
    over: (rows) => rows.filter((row) => row.length === 0 || row[0] !== undefined).length,
  },
  count_distinct: {
    least: 1,
    most: 1,
    over: (rows) => new Set(rows.map(([value]) => value).filter((v) => v !== undefined)).size,
  },
  sum: { least: 1, most: 1, over: (rows) => sum(numbers(rows)) },
  avg: { least: 1, most: 1, over: (rows) => finite(average(numbers(rows))) },
  min: { least: 1, most: 1, over: (rows) => finite(Math.min(...numbers(rows))) },
  max: { least: 1, most: 1, over: (rows) => finite(Math.max(...numbers(rows))) },
  median: { least: 1, most: 1, over: (rows) => percentile(numbers(rows), 50) },
  pct: { least: 2, most: 2, over: (rows) => percentile(numbers(rows), numberOf(rows[0]?.[1])) },
  stddev: {
    least: 1,
    most: 1,
    over: (rows) => {
      const values = numbers(rows);
      return finite(Math.sqrt(average(values.map((v) => (v - average(values)) ** 2))));
    },
  },
  earliest: { least: 1, most: 1, over: (rows, times) => extreme(rows, times, 1) },
  latest: { least: 1, most: 1, over: (rows, times) => extreme(rows, times, -1) },
  sortsfirst: {
    least: 1,
    most: 1,
    over: (rows) =>
      extreme(
        rows,
        rows.map(([v]) => textOf(v)),
        1,
      ),
  },
  sortslast: {
    least: 1,
    most: 1,
    over: (rows) =>
      extreme(
        rows,
        rows.map(([v]) => textOf(v)),
        -1,
      ),
  },
};
