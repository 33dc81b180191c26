/** Metric math, read into a tree: numbers, ids, lists, operators and functions. */

export type Formula =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "word"; readonly name: string }
  | { readonly kind: "id"; readonly name: string }
  | { readonly kind: "list"; readonly items: readonly Formula[] }
  | { readonly kind: "negative"; readonly of: Formula }
  | { readonly kind: "operation"; readonly operator: string; readonly left: Formula; readonly right: Formula }
  | { readonly kind: "call"; readonly name: string; readonly of: readonly Formula[] };

/** What is no metric math; the message says where. */
export class FormulaError extends Error {}

/** Operators by how strongly they bind, the weakest first. */
const LEVELS: readonly (readonly string[])[] = [
  ["||", "OR"],
  ["&&", "AND"],
  ["==", "!=", "<=", ">=", "<", ">"],
  ["+", "-"],
  ["*", "/"],
  ["^"],
];
/** Arguments that are said by a word. */
const WORDS: readonly string[] = ["REPEAT", "LINEAR"];
const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|([A-Za-z][A-Za-z0-9_]*)|(\|\||&&|==|!=|<=|>=|[-+*/^<>()[\],])|(\S))/y;
/** How deep an expression may be: one that is a thousand characters long has no use for more. */
const DEEPEST = 100;

interface Token {
  readonly text: string;
  readonly kind: "number" | "word" | "sign" | "end";
}

function tokens(text: string): Token[] {
  const out: Token[] = [];
  TOKEN.lastIndex = 0;
  for (;;) {
    const match = TOKEN.exec(text);
    if (!match) return [...out, { text: "the end", kind: "end" }];
    const [, number, word, sign, other] = match;
    if (other !== undefined) throw new FormulaError(`Unexpected character '${other}'`);
    if (number !== undefined) out.push({ text: number, kind: "number" });
    else if (word !== undefined) out.push({ text: word, kind: "word" });
    else if (sign !== undefined) out.push({ text: sign, kind: "sign" });
  }
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly list: readonly Token[]) {}

  private get next(): Token {
    return this.list[this.at] ?? { text: "the end", kind: "end" };
  }

  private take(text: string): boolean {
    if (this.next.text !== text || this.next.kind === "end") return false;
    this.at++;
    return true;
  }

  private need(text: string): void {
    if (!this.take(text)) throw new FormulaError(`Expected '${text}' and not '${this.next.text}'`);
  }

  whole(): Formula {
    const formula = this.level(0);
    if (this.next.kind !== "end") throw new FormulaError(`Unexpected '${this.next.text}'`);
    return formula;
  }

  private level(n: number): Formula {
    const operators = LEVELS[n];
    if (!operators) return this.unary();
    let left = this.level(n + 1);
    for (;;) {
      const operator = operators.find((o) => this.take(o));
      if (operator === undefined) return left;
      left = { kind: "operation", operator, left, right: this.level(n + 1) };
    }
  }

  private unary(): Formula {
    if (++this.depth > DEEPEST) throw new FormulaError("It is nested too deeply");
    const formula: Formula = this.take("-") ? { kind: "negative", of: this.unary() } : this.primary();
    this.depth--;
    return formula;
  }

  private primary(): Formula {
    const { text, kind } = this.next;
    this.at++;
    if (kind === "number") return { kind: "number", value: Number(text) };
    if (text === "(") {
      const inner = this.level(0);
      this.need(")");
      return inner;
    }
    if (text === "[") return { kind: "list", items: this.items("]") };
    if (kind !== "word") throw new FormulaError(`Unexpected '${text}'`);
    if (this.take("(")) return { kind: "call", name: text, of: this.items(")") };
    return WORDS.includes(text) ? { kind: "word", name: text } : { kind: "id", name: text };
  }

  private items(end: string): Formula[] {
    const items: Formula[] = [];
    if (this.take(end)) return items;
    do items.push(this.level(0));
    while (this.take(","));
    this.need(end);
    return items;
  }
}

/** Reads an expression; throws FormulaError. */
export function parseFormula(text: string): Formula {
  return new Parser(tokens(text)).whole();
}

/** The ids that a formula names. */
export function idsIn(formula: Formula): string[] {
  switch (formula.kind) {
    case "id":
      return [formula.name];
    case "negative":
      return idsIn(formula.of);
    case "operation":
      return [...idsIn(formula.left), ...idsIn(formula.right)];
    case "list":
      return formula.items.flatMap(idsIn);
    case "call":
      return formula.of.flatMap(idsIn);
    default:
      return [];
  }
}
