/** Filter patterns in braces, which compare properties of messages that are JSON. */
import { compares, invalid, type Scanner, type Test } from "./patternScanner";

type Step = (value: unknown) => readonly unknown[];

const member =
  (name: string): Step =>
  (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)
      ? [(value as Record<string, unknown>)[name]]
      : [];

const element =
  (index: number): Step =>
  (value) =>
    Array.isArray(value) && index < value.length ? [value[index]] : [];

const everyElement: Step = (value) => (Array.isArray(value) ? value : []);

/**
 * `$.name`, `$.list[0]`, `$.list[*].name`, `$.['a name']`: gives what is there, which of `[*]` may be several values.
 */
function selector(scanner: Scanner): Step {
  if (!scanner.next("$")) throw invalid();
  const steps: Step[] = [];
  for (;;) {
    const name = scanner.match(/\.[\p{L}\p{N}_-]+/u);
    const bracket = name === undefined ? scanner.match(/\.?\[(?:\d+|\*|'[^']*'|"[^"]*")\]/) : undefined;
    if (name !== undefined) steps.push(member(name.slice(1)));
    else if (bracket === undefined) break;
    else {
      const inside = bracket.replace(/^\.?\[|\]$/g, "");
      steps.push(
        inside === "*" ? everyElement : /^\d/.test(inside) ? element(Number(inside)) : member(inside.slice(1, -1)),
      );
    }
  }
  if (steps.length === 0) throw invalid();
  return (root) => steps.reduce<readonly unknown[]>((values, step) => values.flatMap(step), [root]);
}

type Plain = string | number | boolean;

const CONSTANTS: Readonly<Record<string, unknown>> = { TRUE: true, FALSE: false, NULL: null };

function condition(scanner: Scanner): (root: unknown) => boolean {
  const select = selector(scanner);
  scanner.match(/\s+/);
  if (scanner.match(/[Nn][Oo][Tt]\s+[Ee][Xx][Ii][Ss][Tt][Ss]\b/)) return (root) => select(root).length === 0;
  if (scanner.match(/[Ii][Ss]\s+/)) {
    const constant = scanner.match(/[A-Za-z]+/)?.toUpperCase() ?? "";
    if (!Object.hasOwn(CONSTANTS, constant)) throw invalid();
    return (root) => select(root).includes(CONSTANTS[constant]);
  }
  const comparison = scanner.comparison();
  if (!comparison) throw invalid();
  const { operator, literal } = comparison;
  // A property that is absent compares with nothing; one that is no plain value is unlike every text.
  return (root) =>
    select(root).some((value) => {
      if (typeof value === "object") return operator === "!=";
      const isOrder = operator !== "=" && operator !== "!=";
      return (!isOrder || typeof value === "number") && compares(String(value as Plain), operator, literal);
    });
}

/** Reads what follows `{`. */
export function compileJson(scanner: Scanner): Test {
  const test = scanner.conditions(() => {
    scanner.match(/\s+/);
    return condition(scanner);
  });
  if (!scanner.next("}") || !scanner.atEnd()) throw invalid();
  scanner.checkRegexes();
  return (message) => {
    let root: unknown;
    try {
      root = JSON.parse(message);
    } catch {
      return false;
    }
    return test(root);
  };
}
