/** Metric math, computed: scalars, time series and lists of them. */
import { FormulaError, type Formula } from "./formula";

/** Time (ms) to value. */
export type Values = ReadonlyMap<number, number>;

/** A series of a query: its values and the period between them, in milliseconds. */
export interface TimeSeries {
  readonly values: Values;
  readonly period: number;
}
type Result = number | TimeSeries | readonly TimeSeries[];

/** The range that is asked for, and the series that ids stand for. */
export interface Scope {
  readonly from: number;
  readonly until: number;
  readonly series: (id: string) => TimeSeries;
}

const isSeries = (r: Result): r is TimeSeries => typeof r === "object" && "values" in r && r.values instanceof Map;
const isList = (r: Result): r is readonly TimeSeries[] => Array.isArray(r);

const truth = (value: boolean): number => (value ? 1 : 0);
const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
  "<": (a, b) => truth(a < b),
  ">": (a, b) => truth(a > b),
  "<=": (a, b) => truth(a <= b),
  ">=": (a, b) => truth(a >= b),
  "==": (a, b) => truth(a === b),
  "!=": (a, b) => truth(a !== b),
  "&&": (a, b) => truth(a !== 0 && b !== 0),
  AND: (a, b) => truth(a !== 0 && b !== 0),
  "||": (a, b) => truth(a !== 0 || b !== 0),
  OR: (a, b) => truth(a !== 0 || b !== 0),
};

/** What is no number, as after a division by zero, is no point. */
const points = (entries: Iterable<readonly [number, number]>): Map<number, number> =>
  new Map([...entries].filter(([, value]) => Number.isFinite(value)));

const times = (all: readonly TimeSeries[]): number[] =>
  [...new Set(all.flatMap((s) => [...s.values.keys()]))].sort((a, b) => a - b);
const periodOf = (all: readonly TimeSeries[]): number => Math.max(...all.map((s) => s.period));

/** A missing point counts as 0 where another series has one at that time. */
function combine(all: readonly Result[], compute: (values: readonly number[]) => number): number | TimeSeries {
  const series = all.filter(isSeries);
  if (series.length === 0) return compute(all.map(Number));
  return {
    period: periodOf(series),
    values: points(
      times(series).map((t): [number, number] => [
        t,
        compute(all.map((r) => (isSeries(r) ? (r.values.get(t) ?? 0) : Number(r)))),
      ]),
    ),
  };
}

function operation(operator: string, left: Result, right: Result): Result {
  const compute = OPERATORS[operator];
  if (!compute) throw new FormulaError(`Unknown operator '${operator}'`);
  const two = (a: Result, b: Result): number | TimeSeries => combine([a, b], ([x = 0, y = 0]) => compute(x, y));
  const each = (list: readonly TimeSeries[], apply: (s: TimeSeries) => Result): TimeSeries[] =>
    list.map(apply).filter(isSeries);
  if (isList(left) && isList(right)) throw new FormulaError(`The operator '${operator}' does not take two lists`);
  if (isList(left)) return each(left, (s) => two(s, right));
  return isList(right) ? each(right, (s) => two(left, s)) : two(left, right);
}

/** How many points a series can be filled to: what GetMetricData gives at most. */
const MOST_POINTS = 100_800;

/** Every time of the range in steps of the period. */
export function grid({ from, until }: Pick<Scope, "from" | "until">, period: number): number[] {
  const first = Math.ceil(from / period) * period;
  if ((until - first) / period > MOST_POINTS) throw new FormulaError("The range has too many datapoints");
  return Array.from({ length: Math.max(0, Math.ceil((until - first) / period)) }, (_, i) => first + i * period);
}

function fill(scope: Scope, series: TimeSeries, by: number | "REPEAT" | "LINEAR"): TimeSeries {
  const known = [...series.values].sort(([a], [b]) => a - b);
  const out = grid(scope, series.period).map((t): [number, number] => {
    const value = series.values.get(t);
    if (value !== undefined) return [t, value];
    if (typeof by === "number") return [t, by];
    const before = known.findLast(([at]) => at < t);
    const after = known.find(([at]) => at > t);
    if (by === "REPEAT") return [t, before?.[1] ?? NaN];
    if (!before || !after) return [t, NaN];
    return [t, before[1] + ((after[1] - before[1]) * (t - before[0])) / (after[0] - before[0])];
  });
  return { period: series.period, values: points(out) };
}

type Compute = (args: readonly Result[], scope: Scope, formulas: readonly Formula[]) => Result;

const one =
  (compute: (value: number) => number): Compute =>
  ([of = 0]) => {
    const apply = (s: TimeSeries): TimeSeries => ({
      ...s,
      values: points([...s.values].map(([t, v]) => [t, compute(v)])),
    });
    return isList(of) ? of.map(apply) : isSeries(of) ? apply(of) : compute(of);
  };

/** Of one series a number, of a list of them a series: at each time over those that have a point. */
const over =
  (compute: (values: readonly number[]) => number): Compute =>
  ([of = 0]) => {
    if (!isList(of)) return isSeries(of) ? compute([...of.values.values()]) : of;
    if (of.length === 0) return { period: 60_000, values: new Map<number, number>() };
    return {
      period: periodOf(of),
      values: points(times(of).map((t) => [t, compute(of.flatMap((s) => s.values.get(t) ?? []))])),
    };
  };

/** A point out of it and the one before. */
const steps =
  (compute: (value: number, before: number, seconds: number) => number): Compute =>
  ([of = 0]) => {
    const apply = (s: TimeSeries): TimeSeries => {
      const known = [...s.values].sort(([a], [b]) => a - b);
      const out = known.slice(1).map(([t, v], i): [number, number] => {
        const [at = t, before = v] = known[i] ?? [];
        return [t, compute(v, before, (t - at) / 1000)];
      });
      return { ...s, values: points(out) };
    };
    if (isList(of)) return of.map(apply);
    if (!isSeries(of)) throw new FormulaError("The function takes a time series");
    return apply(of);
  };

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const average = (values: readonly number[]): number => sum(values) / values.length;

const FUNCTIONS: Readonly<Record<string, readonly [least: number, most: number, compute: Compute]>> = {
  ABS: [1, 1, one(Math.abs)],
  CEIL: [1, 1, one(Math.ceil)],
  FLOOR: [1, 1, one(Math.floor)],
  SUM: [1, 1, over(sum)],
  AVG: [1, 1, over(average)],
  MIN: [1, 1, over((values) => Math.min(...values))],
  MAX: [1, 1, over((values) => Math.max(...values))],
  STDDEV: [1, 1, over((values) => Math.sqrt(average(values.map((v) => (v - average(values)) ** 2))))],
  DATAPOINT_COUNT: [1, 1, over((values) => values.length)],
  METRIC_COUNT: [1, 1, ([of = 0]) => (isList(of) ? of.length : 1)],
  RATE: [1, 1, steps((value, before, seconds) => (value - before) / seconds)],
  DIFF: [1, 1, steps((value, before) => value - before)],
  RUNNING_SUM: [1, 1, ([of = 0]) => runningSum(of)],
  PERIOD: [1, 1, ([of = 0]) => (isSeries(of) ? of.period / 1000 : NaN)],
  FILL: [2, 2, fillCall],
  IF: [2, 3, ifCall],
  TIME_SERIES: [
    1,
    1,
    ([of = 0], scope) => {
      if (typeof of !== "number") throw new FormulaError("TIME_SERIES takes a number");
      return { period: 60_000, values: points(grid(scope, 60_000).map((t) => [t, of])) };
    },
  ],
  REMOVE_EMPTY: [1, 1, ([of = 0]) => (isList(of) ? of.filter((s) => s.values.size > 0) : of)],
};

function runningSum(of: Result): Result {
  if (isList(of)) return of.map(runningSum).filter(isSeries);
  if (!isSeries(of)) throw new FormulaError("RUNNING_SUM takes a time series");
  let total = 0;
  return {
    ...of,
    values: points([...of.values].sort(([a], [b]) => a - b).map(([t, v]) => [t, (total += v)])),
  };
}

function fillCall([of = 0, by]: readonly Result[], scope: Scope, formulas: readonly Formula[]): Result {
  const word = formulas[1]?.kind === "word" ? formulas[1].name : undefined;
  const how = word === "REPEAT" || word === "LINEAR" ? word : by;
  if (typeof how === "object" || how === undefined)
    throw new FormulaError("FILL takes a number, REPEAT or LINEAR as its second argument");
  if (isList(of)) return of.map((s) => fill(scope, s, how));
  if (!isSeries(of)) throw new FormulaError("FILL takes a time series as its first argument");
  return fill(scope, of, how);
}

/** Where the condition has no point the answer has none; where it is not met and nothing else is given, neither. */
function ifCall([condition = 0, then = 0, otherwise]: readonly Result[]): Result {
  if (isList(condition) || isList(then) || (otherwise !== undefined && isList(otherwise)))
    throw new FormulaError("IF takes no lists");
  const at = (r: number | TimeSeries | undefined, t: number): number =>
    r === undefined ? NaN : typeof r === "number" ? r : (r.values.get(t) ?? NaN);
  const series = [condition, then, ...(otherwise === undefined ? [] : [otherwise])].filter(isSeries);
  if (series.length === 0) return condition !== 0 ? Number(then) : otherwise === undefined ? NaN : Number(otherwise);
  const all = isSeries(condition) ? [...condition.values.keys()].sort((a, b) => a - b) : times(series);
  return {
    period: periodOf(series),
    values: points(all.map((t) => [t, at(condition, t) !== 0 ? at(then, t) : at(otherwise, t)])),
  };
}

/** Functions of AWS's that are not here. */
const ELSEWHERE =
  /\b(ANOMALY_DETECTION_BAND|DAY|DATE|DB_PERF_INSIGHTS|EPOCH|FIRST|HOUR|INSIGHT_RULE_METRIC|LAMBDA|LAST|LOG|LOG10|METRICS|MINUTE|MONTH|SEARCH|SERVICE_QUOTA|SLICE|SORT|YEAR)\s*\(/;

/** The function of AWS's in that expression which the sandbox has not. */
export const elsewhereIn = (expression: string): string | undefined => ELSEWHERE.exec(expression)?.[1];

/** Computes a formula; throws FormulaError where it cannot be. */
export function evaluate(formula: Formula, scope: Scope): Result {
  switch (formula.kind) {
    case "number":
      return formula.value;
    case "word":
      return NaN;
    case "id":
      return scope.series(formula.name);
    case "list":
      return formula.items.flatMap((item) => {
        const found = evaluate(item, scope);
        if (typeof found === "number") throw new FormulaError("A list holds time series");
        return isList(found) ? found : [found as TimeSeries];
      });
    case "negative":
      return operation("*", -1, evaluate(formula.of, scope));
    case "operation":
      return operation(formula.operator, evaluate(formula.left, scope), evaluate(formula.right, scope));
    case "call":
      return call(formula, scope);
  }
}

function call({ name, of }: Extract<Formula, { kind: "call" }>, scope: Scope): Result {
  const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!found) throw new FormulaError(`Unsupported function '${name}'`);
  const [least, most, compute] = found;
  if (of.length < least || of.length > most)
    throw new FormulaError(`Wrong number of arguments for the function '${name}'`);
  return compute(
    of.map((argument) => evaluate(argument, scope)),
    scope,
    of,
  );
}

export { isSeries };
