/**
 * What of a query's result can be drawn over time: the rows of `stats … by bin(…)`. Insights has no rows for bins in
 * which it found nothing; where events were counted that is zero, of every other value nobody knows.
 */
import { parseDuration } from "../logs/since";
import type { QueryResult } from "./run";

export interface QueryChartLine {
  readonly name: string;
  /** One for each step; undefined is a gap. */
  readonly values: readonly (number | undefined)[];
}

export interface QueryChart {
  /** The beginning of the first step and the end of the last one, epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  readonly periodSeconds: number;
  readonly lines: readonly QueryChartLine[];
  /** Lines that are in the table alone: the smaller ones. */
  readonly others: number;
}

/** The moments that a result's rows are of. */
export interface RowTimes {
  /** A row's stretch of time, epoch milliseconds; undefined where it says none. */
  at(row: number): { readonly from: number; readonly until: number } | undefined;
}

/** As many as can be told apart. */
const mostLines = 6;
/** More steps than a page has points for are no picture. */
const mostSteps = 3000;
const minute = 60_000;

/** The machine's reading of a date: epoch milliseconds or NaN. */
type ParseMoment = (text: string) => number;

/** `2026-12-01 03:20:00.000`, as Insights writes a moment, in UTC; epoch milliseconds. */
function momentOf(text: string | undefined, parse: ParseMoment): number | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,3})?)Z?$/.exec(text ?? "");
  const at = parts ? parse(`${parts[1]}T${parts[2]}Z`) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

const isNumber = (text: string): boolean => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);

/** The bins' column: `bin(5m)` by itself, or as what the query calls it. */
function binColumn(columns: readonly string[], text: string): { at: number; size: string } | undefined {
  for (const [at, name] of columns.entries()) {
    const own = /^bin\(\s*([^)]*?)\s*\)$/i.exec(name);
    if (own) return { at, size: own[1] ?? "" };
  }
  for (const [, size = "", name] of text.matchAll(/\bbin\(\s*([^)]{0,20}?)\s*\)\s+as\s+[`"]?([\w@.-]+)/gi)) {
    const at = columns.findIndex((column) => column === name);
    if (at >= 0) return { at, size };
  }
  return undefined;
}

/** What the rows are parted by beside the bins, as the last `by` says; a status is a number, and no value to draw. */
function partedBy(text: string): ReadonlySet<string> {
  const last = [...text.matchAll(/\bby\s([^|]*)/gi)].at(-1)?.[1] ?? "";
  return new Set(last.split(",").map((name) => name.trim().replaceAll("`", "")));
}

/** True for a column that counts events: where a bin has no row, none were there. */
function countsEvents(column: string, text: string): boolean {
  if (/^count\s*\(/i.test(column)) return true;
  for (const [, name] of text.matchAll(/\bcount\s*\([^()]{0,80}\)\s+as\s+[`"]?([\w@.-]+)/gi))
    if (name === column) return true;
  return false;
}

/** A bin's length in milliseconds: as the query says it, else the least distance of two rows. */
function periodOf(size: string, moments: readonly number[]): number | undefined {
  const said = parseDuration(size.replaceAll(/\s/g, ""));
  if (said) return said;
  const sorted = [...new Set(moments)].sort((one, other) => one - other);
  const least = sorted.reduce(
    (best, at, index) => (index ? Math.min(best, at - (sorted[index - 1] ?? at)) : best),
    Number.POSITIVE_INFINITY,
  );
  return Number.isFinite(least) ? least : undefined;
}

/** When each row was: its bin, else the minute of its event. */
export function rowTimes(
  { columns, rows }: Pick<QueryResult, "columns" | "rows">,
  text: string,
  parse: ParseMoment,
): RowTimes {
  const bin = binColumn(columns, text);
  const stamp = columns.indexOf("@timestamp");
  const moments = bin ? rows.flatMap((row) => momentOf(row[bin.at], parse) ?? []) : [];
  const period = bin ? (periodOf(bin.size, moments) ?? minute) : minute;
  return {
    at(index) {
      const row = rows[index];
      const at = momentOf(row?.[bin?.at ?? stamp], parse);
      if (at === undefined) return undefined;
      const from = bin ? at : Math.floor(at / minute) * minute;
      return { from, until: from + period };
    },
  };
}

/**
 * @param text the query: what its columns were made of
 * @returns undefined where nothing of it is a line over time
 */
export function chartOf(
  result: Pick<QueryResult, "columns" | "rows">,
  text: string,
  parse: ParseMoment,
): QueryChart | undefined {
  const { columns, rows } = result;
  const bin = binColumn(columns, text);
  if (!bin || rows.length < 2) return undefined;
  const read = rows.flatMap((row) => {
    const at = momentOf(row[bin.at], parse);
    return at === undefined ? [] : [{ at, row }];
  });
  const period = periodOf(
    bin.size,
    read.map(({ at }) => at),
  );
  if (read.length < 2 || !period) return undefined;
  const by = partedBy(text);
  const numeric = columns.flatMap((name, index) => {
    const cells = rows.map((row) => row[index] ?? "").filter((cell) => cell !== "");
    return index !== bin.at && !by.has(name) && cells.length > 0 && cells.every(isNumber) ? [index] : [];
  });
  const parted = columns.flatMap((_, index) => (index === bin.at || numeric.includes(index) ? [] : [index]));
  const from = read.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const last = read.reduce((most, { at }) => Math.max(most, at), 0);
  const steps = Math.round((last - from) / period) + 1;
  if (!numeric.length || steps < 2 || steps > mostSteps) return undefined;
  const lines = new Map<string, { name: string; values: (number | undefined)[]; total: number }>();
  for (const { at, row } of read)
    for (const column of numeric) {
      const group = parted.map((index) => row[index] ?? "");
      const key = JSON.stringify([column, group]);
      const called = columns[column] ?? "";
      const name = group.length ? [...group, ...(numeric.length > 1 ? [called] : [])].join(", ") : called;
      const empty = countsEvents(called, text) ? 0 : undefined;
      const line = lines.get(key) ?? { name, values: Array<number | undefined>(steps).fill(empty), total: 0 };
      lines.set(key, line);
      const cell = row[column] ?? "";
      if (cell === "") continue;
      line.values[Math.round((at - from) / period)] = Number(cell);
      line.total += Math.abs(Number(cell));
    }
  const sorted = [...lines.values()].sort((one, other) => other.total - one.total);
  return {
    from,
    until: from + steps * period,
    periodSeconds: period / 1000,
    lines: sorted.slice(0, mostLines).map(({ name, values }) => ({ name, values })),
    others: Math.max(0, sorted.length - mostLines),
  };
}
