/**
 * Reads Logs Insights' own language.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
import { AGGREGATES, FUNCTIONS } from "./functions";
import { QueryError, type Command, type Expression, type Named } from "./tree";

/** Operators by how strongly they bind, the weakest first; comparisons stand between the two groups. */
const LOGICAL = ["or", "and"] as const;
const COMPARISONS = ["!=", "<=", ">=", "=", "<", ">"] as const;
const ARITHMETIC = [["+", "-"], ["*", "/", "%"], ["^"]] as const;
const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const DEEPEST = 100;

class Reader {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  /** The whole query. */
  query(): Command[] {
    const commands = [this.command()];
    while (this.take("|")) commands.push(this.command());
    this.space();
    if (this.at < this.text.length) throw this.unexpected();
    return commands;
  }

  private space(): void {
    this.match(/(?:\s+|#[^\n]*)*/y);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private take(sign: string): boolean {
    this.space();
    if (!this.text.startsWith(sign, this.at)) return false;
    this.at += sign.length;
    return true;
  }

  private word(word: string): boolean {
    this.space();
    return this.match(new RegExp(`${word}\\b`, "iy")) !== undefined;
  }

  private need(sign: string): void {
    if (!this.take(sign)) throw this.unexpected(`expected '${sign}'`);
  }

  private unexpected(why?: string): QueryError {
    this.space();
    const start = this.at;
    const found = this.match(/[\w@.]+|\S/y);
    const what = found === undefined ? "unexpected end of the query" : `unexpected symbol found ${found}`;
    const lines = this.text.slice(0, start).split("\n");
    const where = `at line ${lines.length} and position ${lines.at(-1)?.length ?? 0}`;
    return new QueryError(`${what} ${where}${why ? `: ${why}` : ""}`, start, Math.max(start, this.at));
  }

  private command(): Command {
    this.space();
    const from = this.at;
    const name = this.match(/[A-Za-z]+/y)?.toLowerCase() ?? "";
    switch (name) {
      case "fields":
      case "display":
        return { kind: name, columns: this.list(() => this.named()) };
      case "filter":
      case "where":
        return { kind: "filter", test: this.logical(0) };
      case "stats":
        return this.stats();
      case "sort":
      case "order":
        if (name === "order" && !this.word("by")) throw this.unexpected("expected 'by'");
        return { kind: "sort", by: this.list(() => this.sorted()) };
      case "limit":
      case "head":
        return { kind: "limit", count: this.count() };
      case "dedup":
        return { kind: "dedup", by: this.list(() => ({ kind: "field" as const, name: this.field() })) };
      case "parse":
        return this.parse();
      default:
        this.at = from;
        throw this.unexpected("no such command is here");
    }
  }

  private list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.take(",")) items.push(item());
    return items;
  }

  private count(): number {
    this.space();
    const digits = this.match(/\d+/y);
    if (digits === undefined) throw this.unexpected("expected a number");
    return Number(digits);
  }

  private named(): Named {
    this.space();
    const from = this.at;
    const of = this.logical(0);
    const written = this.text.slice(from, this.at).trim();
    if (this.word("as")) return { of, name: this.field() };
    return { of, name: of.kind === "field" ? of.name : written };
  }

  private sorted(): Named & { descending: boolean } {
    this.space();
    const from = this.at;
    const of = this.logical(0);
    const name = this.text.slice(from, this.at).trim();
    const descending = this.word("desc");
    if (!descending) this.word("asc");
    return { of, name, descending };
  }

  private stats(): Command {
    const columns = this.list(() => {
      this.space();
      const start = this.at;
      const column = this.named();
      if (!aggregates(column.of)) throw new QueryError("stats takes aggregations such as count(*)", start, this.at);
      return column;
    });
    return { kind: "stats", columns, by: this.word("by") ? this.list(() => this.named()) : [] };
  }

  private parse(): Command {
    this.space();
    const isField = !/["'/]/.test(this.text.charAt(this.at));
    const from = isField ? this.field() : "@message";
    this.space();
    const start = this.at;
    const regex = this.regex();
    if (regex) {
      const names = [...regex.source.matchAll(/\(\?<([A-Za-z]\w*)>/g)].map(([, name = ""]) => name);
      if (names.length === 0) throw new QueryError("the expression has no named group", start, this.at);
      return { kind: "parse", from, pattern: regex, names };
    }
    const glob = this.quoted();
    if (glob === undefined) throw this.unexpected("expected a pattern");
    const parts = glob.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\/]/g, "\\$&"));
    if (!this.word("as")) throw this.unexpected("expected 'as'");
    const names = this.list(() => this.field());
    if (names.length !== parts.length - 1)
      throw new QueryError("there are not as many names as asterisks", start, this.at);
    // Each asterisk takes as little as it can; one at the end takes all that is left.
    const [first = "", ...rest] = parts;
    const pattern = rest.reduce(
      (all, part, i) => `${all}${i === rest.length - 1 && part === "" ? "(.*)" : "(.*?)"}${part}`,
      first,
    );
    return { kind: "parse", from, pattern: new RegExp(pattern, "s"), names };
  }

  private regex(): RegExp | undefined {
    this.space();
    const start = this.at;
    const literal = this.match(/\/(?:\\.|[^/\\\n])+\//y);
    if (literal === undefined) return undefined;
    const [, flags = "", source = ""] = /^(?:\(\?(i)\))?(.*)$/s.exec(literal.slice(1, -1)) ?? [];
    try {
      return new RegExp(source, flags);
    } catch {
      throw new QueryError("the regular expression is not valid", start, this.at);
    }
  }

  /** A text in quotes. */
  private quoted(): string | undefined {
    this.space();
    const literal = this.match(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/sy);
    return literal?.slice(1, -1).replace(/\\(["'\\])/g, "$1");
  }

  private field(): string {
    this.space();
    const quoted = this.match(/`[^`]+`/y);
    if (quoted !== undefined) return quoted.slice(1, -1);
    const name = this.match(/[@A-Za-z_$][\w$]*(?:\.[\w@$]+|\[\d+\])*/y);
    if (name === undefined) throw this.unexpected("expected a field");
    return name.replace(/\[(\d+)\]/g, ".$1");
  }

  private logical(level: number): Expression {
    const operator = LOGICAL[level];
    if (operator === undefined) return this.negation();
    let left = this.logical(level + 1);
    while (this.word(operator)) left = { kind: "operation", operator, left, right: this.logical(level + 1) };
    return left;
  }

  private negation(): Expression {
    if (++this.depth > DEEPEST) throw this.unexpected("it is nested too deeply");
    const found: Expression = this.word("not") ? { kind: "not", of: this.negation() } : this.comparison();
    this.depth--;
    return found;
  }

  private comparison(): Expression {
    const left = this.arithmetic(0);
    if (this.take("=~")) return { kind: "like", of: left, pattern: this.pattern(), negated: false };
    const operator = COMPARISONS.find((o) => this.take(o));
    if (operator !== undefined) return { kind: "operation", operator, left, right: this.arithmetic(0) };
    const negated = this.word("not");
    if (this.word("like")) return { kind: "like", of: left, pattern: this.pattern(), negated };
    if (this.word("in")) {
      this.need("[");
      const list = this.list(() => this.arithmetic(0));
      this.need("]");
      return { kind: "in", of: left, list, negated };
    }
    if (negated) throw this.unexpected("expected 'like' or 'in'");
    return left;
  }

  private pattern(): RegExp | string {
    const found = this.regex() ?? this.quoted();
    if (found === undefined) throw this.unexpected("expected a text or a regular expression");
    return found;
  }

  private arithmetic(level: number): Expression {
    const operators = ARITHMETIC[level];
    if (!operators) return this.primary();
    let left = this.arithmetic(level + 1);
    for (;;) {
      const operator = operators.find((o) => this.take(o));
      if (operator === undefined) return left;
      left = { kind: "operation", operator, left, right: this.arithmetic(level + 1) };
    }
  }

  private primary(): Expression {
    if (this.take("(")) {
      const inner = this.logical(0);
      this.need(")");
      return inner;
    }
    if (this.take("-")) {
      const zero: Expression = { kind: "value", value: 0 };
      return { kind: "operation", operator: "-", left: zero, right: this.primary() };
    }
    const text = this.quoted();
    if (text !== undefined) return { kind: "value", value: text };
    const period = this.match(/\d+(?:ms|[smhdw])\b/y);
    if (period !== undefined)
      return { kind: "period", ms: Number.parseInt(period, 10) * (UNITS[period.replace(/\d+/, "")] ?? 0) };
    const number = this.match(/\d+(?:\.\d+)?/y);
    if (number !== undefined) return { kind: "value", value: Number(number) };
    const start = this.at;
    const name = this.field();
    return this.take("(") ? this.call(name, start) : { kind: "field", name };
  }

  private call(name: string, start: number): Expression {
    const known = AGGREGATES[name.toLowerCase()] ?? FUNCTIONS[name.toLowerCase()];
    if (!known) throw new QueryError(`unknown function ${name}`, start, start + name.length);
    const of: Expression[] = [];
    if (this.take("*")) this.need(")");
    else if (!this.take(")")) {
      of.push(...this.list(() => this.logical(0)));
      this.need(")");
    }
    if (of.length < known.least || of.length > known.most)
      throw new QueryError(`wrong number of arguments for the function ${name}`, start, this.at);
    return { kind: "call", name: name.toLowerCase(), of };
  }
}

/** Whether it is computed over several events. */
export function aggregates(e: Expression): boolean {
  if (e.kind === "call") return Object.hasOwn(AGGREGATES, e.name) || e.of.some(aggregates);
  return e.kind === "operation" && (aggregates(e.left) || aggregates(e.right));
}

/** Reads a query; throws QueryError. */
export function readQuery(text: string): Command[] {
  return new Reader(text).query();
}
