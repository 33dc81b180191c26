/** Runs a query over events: command by command, rows of named values. */
import { AGGREGATES, FUNCTIONS, numberOf, textOf, TIMED } from "./functions";
import { aggregates } from "./syntax";
import type { Command, Expression, Named, Value } from "./tree";

/** An event with where it was. */
export interface Source {
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
  readonly stream: string;
  /** `ACCOUNT:GROUP`. */
  readonly log: string;
  readonly pointer: string;
}

interface Row {
  readonly values: Map<string, Value>;
  readonly time: number;
}

export type Result = readonly { readonly field: string; readonly value: string }[];

/** How many rows a query gives that says nothing. */
const MOST_ROWS = 10_000;
/** Fields of JSON that are found in one event. */
const MOST_FIELDS = 200;
const TIMES: readonly string[] = ["@timestamp", "@ingestionTime"];

/** A time as Insights writes it. */
const written = (time: number): string => new Date(time).toISOString().replace("T", " ").replace("Z", "");

function discover(into: Map<string, Value>, value: unknown, path: string): void {
  if (into.size > MOST_FIELDS) return;
  if (typeof value === "object" && value !== null)
    for (const [key, inner] of Object.entries(value)) discover(into, inner, path === "" ? key : `${path}.${key}`);
  else if (path !== "" && value !== null)
    into.set(path, typeof value === "number" || typeof value === "string" ? value : JSON.stringify(value));
}

/** The fields of an event: Insights' own, and those of a message that is JSON. */
export function fieldsOf(event: Source): Map<string, Value> {
  const fields = new Map<string, Value>([
    ["@timestamp", event.timestamp],
    ["@ingestionTime", event.ingestionTime],
    ["@message", event.message],
    ["@logStream", event.stream],
    ["@log", event.log],
    ["@ptr", event.pointer],
  ]);
  const json = /\{.*\}\s*$/s.exec(event.message)?.[0];
  if (json !== undefined) {
    try {
      discover(fields, JSON.parse(json), "");
    } catch {
      // It only looked like JSON.
    }
  }
  return fields;
}

function compare(a: Value, b: Value): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  const [x, y] = [numberOf(a), numberOf(b)];
  if (Number.isFinite(x) && Number.isFinite(y)) return x - y;
  return textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0;
}

const isTrue = (value: Value): boolean => value !== undefined && value !== 0 && value !== "" && value !== "false";
const truth = (value: boolean): Value => (value ? 1 : 0);

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "^": (a, b) => a ** b,
};
const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  ">": (order) => order > 0,
  "<=": (order) => order <= 0,
  ">=": (order) => order >= 0,
};

function operate(operator: string, a: Value, b: Value): Value {
  const compares = COMPARISONS[operator];
  if (compares)
    return truth(
      operator === "!=" ? compares(compare(a, b)) : a !== undefined && b !== undefined && compares(compare(a, b)),
    );
  const value = ARITHMETIC[operator]?.(numberOf(a), numberOf(b)) ?? NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** The value of an expression, of one row or of a group of them. */
function compute(e: Expression, row: Row, group: readonly Row[]): Value {
  const value = (of: Expression): Value => compute(of, row, group);
  switch (e.kind) {
    case "value":
      return e.value;
    case "period":
      return e.ms;
    case "field":
      return row.values.get(e.name);
    case "not":
      return truth(!isTrue(value(e.of)));
    case "in":
      return truth(e.list.some((item) => compare(value(e.of), value(item)) === 0) !== e.negated);
    case "like": {
      const text = textOf(value(e.of));
      const isLike = typeof e.pattern === "string" ? text.includes(e.pattern) : e.pattern.test(text);
      return truth(isLike !== e.negated);
    }
    case "operation":
      if (e.operator === "and") return truth(isTrue(value(e.left)) && isTrue(value(e.right)));
      if (e.operator === "or") return truth(isTrue(value(e.left)) || isTrue(value(e.right)));
      return operate(e.operator, value(e.left), value(e.right));
    case "call":
      return call(e, row, group);
  }
}

function call(e: Extract<Expression, { kind: "call" }>, row: Row, group: readonly Row[]): Value {
  const aggregate = AGGREGATES[e.name];
  if (aggregate)
    return aggregate.over(
      group.map((member) => e.of.map((argument) => compute(argument, member, group))),
      group.map((member) => member.time),
    );
  const args = e.of.map((argument) => compute(argument, row, group));
  if (e.name === "bin") return FUNCTIONS["datefloor"]?.of([row.time, args[0]]);
  return FUNCTIONS[e.name]?.of(args);
}

/** Whether the values of an expression are times. */
function isTimed(e: Expression): boolean {
  if (e.kind === "field") return TIMES.includes(e.name);
  if (e.kind !== "call") return false;
  const passes = ["min", "max", "earliest", "latest", "coalesce"].includes(e.name);
  return TIMED.includes(e.name) || (passes && e.of[0] !== undefined && isTimed(e.of[0]));
}

function group(rows: readonly Row[], columns: readonly Named[], by: readonly Named[]): Row[] {
  const groups = new Map<string, { keys: Value[]; rows: Row[] }>();
  for (const row of rows) {
    const keys = by.map((b) => compute(b.of, row, []));
    const id = JSON.stringify(keys.map((k) => k ?? null));
    const found = groups.get(id) ?? { keys, rows: [] };
    groups.set(id, found);
    found.rows.push(row);
  }
  if (by.length === 0 && groups.size === 0) groups.set("", { keys: [], rows: [] });
  return [...groups.values()].map(({ keys, rows: members }): Row => {
    const first = members[0] ?? { values: new Map<string, Value>(), time: 0 };
    const values = new Map<string, Value>(by.map((b, i) => [b.name, keys[i]]));
    for (const column of columns) values.set(column.name, compute(column.of, first, members));
    return { values, time: first.time };
  });
}

interface Output {
  /** Columns that are shown, with whether they are times. */
  shown: Map<string, boolean>;
  isDisplayed: boolean;
  isGrouped: boolean;
  isSorted: boolean;
}

/** Runs a query; gives its rows, and how many events its filters let through. */
export function runQuery(
  commands: readonly Command[],
  events: readonly Source[],
  limit: number | undefined,
): { readonly results: Result[]; readonly matched: number } {
  let rows: Row[] = events.map((event) => ({ values: fieldsOf(event), time: event.timestamp }));
  let matched = rows.length;
  const out: Output = { shown: new Map(), isDisplayed: false, isGrouped: false, isSorted: false };
  let most = limit ?? MOST_ROWS;
  for (const command of commands) {
    switch (command.kind) {
      case "fields":
      case "display":
        for (const row of rows) for (const { of, name } of command.columns) row.values.set(name, compute(of, row, []));
        show(command, out);
        break;
      case "filter":
        rows = rows.filter((row) => isTrue(compute(command.test, row, [])));
        if (!out.isGrouped) matched = rows.length;
        break;
      case "stats":
        rows = group(rows, command.columns, command.by);
        out.shown = new Map([...command.by, ...command.columns].map((c) => [c.name, isTimed(c.of)]));
        out.isGrouped = true;
        break;
      case "sort":
        rows = sorted(rows, command.by);
        out.isSorted = true;
        break;
      case "limit":
        most = command.count;
        // Before another command it cuts what that sees.
        rows = newestFirst(rows, out).slice(0, most);
        break;
      case "dedup":
        rows = distinct(newestFirst(rows, out), command.by);
        break;
      case "parse":
        for (const row of rows) parse(row, command);
        break;
    }
  }
  const last = newestFirst(rows, out).slice(0, most);
  return { results: last.map((row) => resultOf(row, out)), matched };
}

/** What a command shows: `fields` adds to it until `display` says it all. */
function show({ kind, columns }: Extract<Command, { kind: "fields" | "display" }>, out: Output): void {
  const before = out.shown;
  if (kind === "display") out.shown = new Map();
  else if (out.isDisplayed) return;
  for (const { of, name } of columns) out.shown.set(name, isTimed(of) || (before.get(name) ?? false));
  out.isDisplayed ||= kind === "display";
}

/** Events come with the newest first, unless something else was said. */
function newestFirst(rows: readonly Row[], { isSorted, isGrouped }: Output): Row[] {
  return isSorted || isGrouped ? [...rows] : [...rows].sort((a, b) => b.time - a.time);
}

function sorted(rows: readonly Row[], by: Extract<Command, { kind: "sort" }>["by"]): Row[] {
  const keyed = rows.map((row) => ({
    row,
    // A column of stats is known by what it was written as.
    keys: by.map(({ of, name }) => (aggregates(of) ? row.values.get(name) : compute(of, row, []))),
  }));
  return keyed
    .sort((a, b) => {
      for (const [i, { descending }] of by.entries()) {
        const order = compare(a.keys[i], b.keys[i]);
        if (order !== 0) return descending ? -order : order;
      }
      return 0;
    })
    .map(({ row }) => row);
}

function distinct(rows: readonly Row[], by: readonly Expression[]): Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const keys = by.map((e) => compute(e, row, []));
    // What has none of the fields is not the same as anything.
    if (keys.some((key) => key === undefined)) return true;
    const id = JSON.stringify(keys);
    return !seen.has(id) && seen.add(id);
  });
}

function parse(row: Row, { from, pattern, names }: Extract<Command, { kind: "parse" }>): void {
  const found = pattern.exec(textOf(row.values.get(from)));
  if (!found) return;
  names.forEach((name, i) => row.values.set(name, found.groups ? found.groups[name] : found[i + 1]));
}

function resultOf({ values }: Row, { shown, isGrouped }: Output): Result {
  const names = shown.size > 0 ? [...shown.keys()] : ["@timestamp", "@message"];
  const all = isGrouped ? names : [...names, "@ptr"];
  return all.flatMap((field) => {
    const value = values.get(field);
    if (value === undefined) return [];
    const isTime = typeof value === "number" && (shown.get(field) ?? TIMES.includes(field));
    return [{ field, value: isTime ? written(value) : textOf(value) }];
  });
}
