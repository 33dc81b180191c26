/** The pieces that all kinds of filter patterns are made of. */
export type Test = (message: string) => boolean;

export const invalid = (): Error => new Error("Invalid filter pattern");

/** What a value is compared with. */
export interface Literal {
  readonly regex?: RegExp;
  readonly glob?: RegExp;
  /** Of a literal that stands for a number. */
  readonly number?: number;
}

export type Operator = "=" | "!=" | "<" | ">" | "<=" | ">=";

const ORDER: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
};

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const numberOf = (text: string): number | undefined => (NUMBER.test(text) ? Number(text) : undefined);

/** Whether a value, as text, compares so. Order is one of numbers; equality is one of numbers where both are. */
export function compares(value: string, operator: Operator, literal: Literal): boolean {
  const number = numberOf(value);
  const order = ORDER[operator];
  if (order) return number !== undefined && literal.number !== undefined && order(number, literal.number);
  const equal =
    (number !== undefined && number === literal.number) ||
    (literal.regex?.test(value) ?? literal.glob?.test(value) ?? false);
  return equal === (operator === "=");
}

const globOf = (text: string): RegExp =>
  new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "s");

/** Letters, digits, the symbols and operators that CloudWatch documents, and what a backslash stands before. */
const REGEX = /^(?:\\[A-Za-z0-9_#=@/;:,^$?[\]{}|*+.\\-]|[A-Za-z0-9 _#=@/;:,^$?[\]{}|*+.-])+$/;

/** Reads a pattern from left to right. */
export class Scanner {
  private at = 0;
  private regexes = 0;

  constructor(private readonly text: string) {}

  /** Skips spaces; true when nothing is left. */
  atEnd(): boolean {
    this.match(/\s+/);
    return this.at === this.text.length;
  }

  /** Whether a space, or the end, is here. */
  atBreak(): boolean {
    return this.at === this.text.length || /\s/.test(this.text.charAt(this.at));
  }

  match(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern.source, "uy");
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** Takes one of these texts, spaces before it skipped. */
  next(...texts: readonly string[]): string | undefined {
    this.match(/\s+/);
    const found = texts.find((text) => this.text.startsWith(text, this.at));
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** A text in double quotes, if one begins here. */
  quoted(): string | undefined {
    if (this.text.charAt(this.at) !== '"') return undefined;
    const found = this.match(/"(?:[^"\\]|\\[^])*"/);
    if (found === undefined) throw invalid();
    return found.slice(1, -1).replace(/\\([^])/g, "$1");
  }

  /** A regular expression between percent signs, if one begins here. */
  regex(): RegExp | undefined {
    if (this.text.charAt(this.at) !== "%") return undefined;
    const source = this.match(/%(?:[^%\\]|\\[^])*%/)?.slice(1, -1) ?? "";
    this.regexes++;
    if (!REGEX.test(source)) throw invalid();
    try {
      return new RegExp(source);
    } catch {
      throw invalid();
    }
  }

  /** JSON and field patterns have two regular expressions at most. */
  checkRegexes(): void {
    if (this.regexes > 2) throw invalid();
  }

  /** `=`, `!=`, … with what it compares with; undefined when no operator is here. */
  comparison(): { operator: Operator; literal: Literal } | undefined {
    const operator = this.next("!=", "<=", ">=", "=", "<", ">") as Operator | undefined;
    if (operator === undefined) return undefined;
    this.match(/\s+/);
    const literal = this.literal();
    if (ORDER[operator] && literal.number === undefined) throw invalid();
    return { operator, literal };
  }

  private literal(): Literal {
    const regex = this.regex();
    if (regex) return { regex };
    const quoted = this.quoted();
    if (quoted !== undefined) return { glob: globOf(quoted) };
    const word = this.match(/[^\s=<>!()&|{}[\],"%][^\s()&|{}\],"%]*/);
    if (word === undefined) throw invalid();
    const number = numberOf(word);
    return { glob: globOf(word), ...(number === undefined ? {} : { number }) };
  }

  /** Conditions joined by `&&`, which binds tighter, and `||`, with parentheses. */
  conditions<T>(one: () => (value: T) => boolean): (value: T) => boolean {
    const primary = (): ((value: T) => boolean) => {
      if (!this.next("(")) return one();
      const inner = this.conditions(one);
      if (!this.next(")")) throw invalid();
      return inner;
    };
    const all = (): ((value: T) => boolean) => {
      const parts = [primary()];
      while (this.next("&&")) parts.push(primary());
      return (value) => parts.every((part) => part(value));
    };
    const some = [all()];
    while (this.next("||")) some.push(all());
    return (value) => some.some((part) => part(value));
  }
}
