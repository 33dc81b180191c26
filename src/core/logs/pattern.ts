/**
 * CloudWatch Logs' filter patterns, checked while they are typed.
 * Source: "Filter pattern syntax" in the CloudWatch Logs user guide. AWS has the last word: what is only suspicious here is a warning.
 */

export interface PatternProblem {
  message: string;
  severity: "error" | "warning";
  /** Position in the pattern, from zero. */
  at: number;
}

const mostCharacters = 1024;

class Failure {
  constructor(readonly problem: PatternProblem) {}
}

const fail = (at: number, message: string): never => {
  throw new Failure({ message, severity: "error", at });
};

/** What is wrong with a pattern; undefined when nothing is. An empty pattern is none, and right. */
export function patternProblem(pattern: string): PatternProblem | undefined {
  if (pattern.length > mostCharacters)
    return {
      message: `A pattern may have ${mostCharacters} characters at most; this one has ${pattern.length}.`,
      severity: "error",
      at: mostCharacters,
    };
  const reader = new Reader(pattern);
  try {
    reader.space();
    if (reader.over) return undefined;
    reader.isLimited = /[{[]/.test(reader.peek());
    if (reader.peek() === "{") return json(reader);
    if (reader.peek() === "[") return fields(reader);
    return terms(reader);
  } catch (error) {
    if (error instanceof Failure) return error.problem;
    throw error;
  }
}

/** In a pattern in braces or brackets. */
const mostRegexes = 2;

/** The first character that CloudWatch does not take in a regular expression, not behind a backslash either: `\x28` is a `(`. */
function foreign(body: string): { character: string; at: number } | undefined {
  for (const { 0: found, index } of body.matchAll(/\\?[^]/gu))
    if (!/^(?:\\[A-Za-z0-9_#=@/;:,^$?[\]{}|*+.\\-]|[A-Za-z0-9 _#=@/;:,^$?[\]{}|*+.-])$/.test(found))
      return { character: found, at: index };
  return undefined;
}

class Reader {
  at = 0;
  /** True within braces or brackets, where the number of regular expressions is limited. */
  isLimited = false;
  private regexes = 0;
  constructor(readonly text: string) {}

  get over(): boolean {
    return this.at >= this.text.length;
  }

  peek(length = 1): string {
    return this.text.slice(this.at, this.at + length);
  }

  space(): void {
    while (/\s/.test(this.peek())) this.at++;
  }

  /** Takes the text, if it is what comes next. */
  take(text: string): boolean {
    if (this.peek(text.length) !== text) return false;
    this.at += text.length;
    return true;
  }

  match(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern.source, `${pattern.flags.replace("y", "")}y`);
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** A text in double quotes, whose opening quote is next. */
  quoted(): void {
    const from = this.at;
    this.at++;
    while (!this.over && this.peek() !== '"') this.at += this.peek() === "\\" ? 2 : 1;
    if (!this.take('"')) fail(from, "The quote that begins here is not closed.");
  }

  /** A regular expression between percent signs, whose first is next. */
  regex(): void {
    const from = this.at;
    this.at++;
    const body = this.match(/(?:\\.|[^%\\])*/) ?? "";
    if (!this.take("%")) fail(from, "The regular expression that begins here has no closing %.");
    if (body === "") fail(from, "There is no regular expression between these % signs.");
    const odd = foreign(body);
    if (odd)
      fail(
        from + 1 + odd.at,
        /[()]/.test(odd.character)
          ? "This regular expression cannot be read: CloudWatch's have no parentheses. \\x28 and \\x29 stand for them."
          : `This regular expression cannot be read: CloudWatch takes no "${odd.character}" in one.`,
      );
    if (++this.regexes > mostRegexes && this.isLimited)
      fail(from, `A pattern in braces or brackets has ${mostRegexes} regular expressions at most.`);
    try {
      new RegExp(body);
    } catch {
      fail(from, "This regular expression cannot be read.");
    }
  }
}

function terms(reader: Reader): PatternProblem | undefined {
  const kinds = { any: -1, other: -1 };
  while (!reader.over) {
    const from = reader.at;
    const sign = reader.match(/[?-]/);
    if (sign !== undefined && (reader.over || /\s/.test(reader.peek())))
      fail(from, `"${sign}" needs a term right after it.`);
    if (reader.take('""')) fail(from, "There is no text between these quotes.");
    else if (reader.peek() === '"') reader.quoted();
    else if (reader.peek() === "%") reader.regex();
    else {
      const word = reader.match(/[^\s"]+/) ?? "";
      if (reader.peek() === '"')
        fail(reader.at, 'A quote may stand only at the beginning of a term; inside one it is written \\".');
      if (!/^[\p{L}\p{N}_]+$/u.test(word))
        fail(
          from,
          `CloudWatch takes terms with other characters than letters, digits and _ in quotes alone: "${word}"`,
        );
    }
    if (!reader.over && !/\s/.test(reader.peek())) fail(reader.at, "Terms are separated by spaces.");
    if (sign === "?") kinds.any = from;
    else kinds.other = from;
    reader.space();
  }
  if (kinds.any < 0 || kinds.other < 0) return undefined;
  return {
    message: "Where some terms have a ? and others have none, CloudWatch ignores those with a ?.",
    severity: "warning",
    at: kinds.any,
  };
}

function json(reader: Reader): undefined {
  const from = reader.at;
  reader.take("{");
  either(reader, comparison);
  reader.space();
  if (reader.over) fail(from, "The { that begins here is not closed.");
  if (!reader.take("}")) fail(reader.at, `&&, || or } is expected here, not "${reader.peek()}".`);
  end(reader);
  return undefined;
}

/** Alternatives of conjunctions of what `one` reads, with parentheses. */
function either(reader: Reader, one: (reader: Reader) => void): void {
  for (;;) {
    reader.space();
    const from = reader.at;
    if (reader.take("(")) {
      either(reader, one);
      reader.space();
      if (!reader.take(")")) fail(from, "The ( that begins here is not closed.");
    } else one(reader);
    reader.space();
    if (!reader.take("&&") && !reader.take("||")) return;
  }
}

function comparison(reader: Reader): void {
  const from = reader.at;
  if (!reader.take("$")) fail(from, "A property is expected here: it begins with $., for example $.level.");
  if (reader.match(/(?:\.[\p{L}\p{N}_-]+|\.?\[(?:\d+|\*|"[^"]*"|'[^']*')\])+/u) === undefined)
    fail(reader.at, "After $ comes the property's path: .name or [index].");
  reader.space();
  if (reader.match(/NOT\s+EXISTS\b/i) !== undefined) return;
  if (reader.match(/IS\b/i) !== undefined) {
    reader.space();
    if (reader.match(/(?:TRUE|FALSE|NULL)\b/i) === undefined) fail(reader.at, "After IS comes TRUE, FALSE or NULL.");
    return;
  }
  const operator = reader.match(/!=|>=|<=|=|>|</);
  if (operator === undefined) fail(reader.at, "A comparison is expected here: = != > < >= <= IS or NOT EXISTS.");
  value(reader, operator as string);
}

function value(reader: Reader, operator: string): void {
  reader.space();
  const from = reader.at;
  const equality = operator === "=" || operator === "!=";
  if (reader.peek() === '"') {
    reader.quoted();
    if (!equality) fail(from, `${operator} compares numbers; a text can be compared with = and != alone.`);
  } else if (reader.peek() === "%") {
    reader.regex();
    if (!equality) fail(from, "A regular expression goes with = and != alone.");
  } else {
    const word = reader.match(/[^\s=<>!()&|{}[\],"%][^\s()&|{}\],"%]*/);
    if (word === undefined) fail(from, `A value is expected after ${operator}.`);
    else if (!equality && !/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(word))
      fail(from, `${operator} compares numbers; "${word}" is none.`);
  }
}

function fields(reader: Reader): undefined {
  const from = reader.at;
  reader.take("[");
  let ellipses = 0;
  for (;;) {
    reader.space();
    if (reader.take("...")) {
      if (++ellipses > 1) fail(reader.at - 3, "Only one ... may stand for fields that are left out.");
    } else either(reader, fieldCondition);
    reader.space();
    if (reader.take("]")) break;
    if (reader.over) fail(from, "The [ that begins here is not closed.");
    if (!reader.take(",")) fail(reader.at, `A comma or ] is expected here, not "${reader.peek()}".`);
  }
  end(reader);
  return undefined;
}

function fieldCondition(reader: Reader): void {
  if (reader.match(/[\p{L}_][\p{L}\p{N}_]*/u) === undefined) fail(reader.at, "A field's name is expected here.");
  reader.space();
  const operator = reader.match(/!=|>=|<=|=|>|</);
  if (operator !== undefined) value(reader, operator);
}

function end(reader: Reader): void {
  reader.space();
  if (!reader.over) fail(reader.at, "Nothing may follow the closing bracket.");
}
