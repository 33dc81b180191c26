/**
 * Conditions of policies, with three answers: what a request's facts do not say is `unknown`.
 * Source: IAM's pages on condition operators, on keys with several values and on policy variables.
 */
import { parseAddress, parseBlockOrAddress, overlaps, sizeOf } from "../../base/cidr";
import { instantOf } from "../../base/instant";
import type { Json, JsonObject } from "../../base/taskDefinition";
import { fitsWildcards, literally, wildcardParts } from "../../base/wildcards";

/** A truth that may not be known. */
export type Truth = "yes" | "no" | "unknown";

/** What is known of a request. Keys are compared without regard to case, as IAM does. */
export interface RequestFacts {
  /** By condition key; undefined for one that the request surely does not carry. */
  readonly values: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** True when `values` names every key that the request carries; else a key that is not named is not known. */
  readonly complete?: boolean;
}

export const both = (truths: readonly Truth[]): Truth =>
  truths.includes("no") ? "no" : truths.includes("unknown") ? "unknown" : "yes";

export const either = (truths: readonly Truth[]): Truth =>
  truths.includes("yes") ? "yes" : truths.includes("unknown") ? "unknown" : "no";

export const not = (truth: Truth): Truth => (truth === "yes" ? "no" : truth === "no" ? "yes" : "unknown");

const truthOf = (value: boolean): Truth => (value ? "yes" : "no");

/** The texts of a member that may be one or a list; booleans and numbers count as they are written. */
export const textsOf = (value: Json | undefined): string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((item) =>
    typeof item === "string" || typeof item === "boolean" || typeof item === "number" ? [String(item)] : [],
  );

/** What the facts say of a key: its values, none, or nothing at all. */
function factOf(facts: RequestFacts, key: string): readonly string[] | "absent" | "unknown" {
  const wanted = key.toLowerCase();
  const name = Object.keys(facts.values).find((item) => item.toLowerCase() === wanted);
  if (name === undefined) return facts.complete ? "absent" : "unknown";
  const value = facts.values[name];
  return value === undefined ? "absent" : typeof value === "string" ? [value] : value;
}

/** A text of a policy whose variables are filled in: a value stands for itself, the pattern's own `*` and `?` are wildcards. */
export type Pattern = readonly { readonly text: string; readonly literal: boolean }[];

const variable = /\$\{([^}]*)\}/g;

/**
 * Fills in a policy's variables. `missing`: a variable has no value, so the text matches nothing.
 * @param variables false for policies of the version before 2012-10-17, which know none
 */
export function patternOf(text: string, facts: RequestFacts, variables: boolean): Pattern | "missing" | "unknown" {
  if (!variables) return [{ text, literal: false }];
  const parts: { text: string; literal: boolean }[] = [];
  let from = 0;
  let unknown = false;
  for (const found of text.matchAll(variable)) {
    parts.push({ text: text.slice(from, found.index), literal: false });
    from = found.index + found[0].length;
    const [, inside = ""] = found;
    if (inside === "*" || inside === "?" || inside === "$") {
      parts.push({ text: inside, literal: true });
      continue;
    }
    const [, key = "", fallback] = /^\s*([^,\s]+)\s*(?:,\s*'(.*)'\s*)?$/.exec(inside) ?? [];
    const fact = factOf(facts, key);
    if (fact === "unknown") unknown = true;
    else if (fact !== "absent" && fact.length === 1) parts.push({ text: fact[0] ?? "", literal: true });
    else if (fallback !== undefined) parts.push({ text: fallback, literal: true });
    else return "missing";
  }
  if (unknown) return "unknown";
  return [...parts, { text: text.slice(from), literal: false }];
}

const plain = (pattern: Pattern): string => pattern.map(({ text }) => text).join("");

/** Whether a text is one that the pattern means. */
export const fits = (pattern: Pattern, text: string, ignoreCase = false): boolean =>
  fitsWildcards(
    pattern.flatMap((part) => (part.literal ? literally(part.text) : wildcardParts(part.text))),
    text,
    ignoreCase,
  );

/**
 * Whether an ARN is one that the pattern names: each of its six parts by itself, so that a `*` for the region cannot swallow
 * the account. Parts that a pattern leaves out at its end count as `*`.
 */
export function fitsArn(pattern: Pattern, arn: string): boolean {
  const whole = plain(pattern);
  if (/^\*+$/.test(whole) && !pattern.some(({ text, literal }) => literal && text)) return true;
  const given = arn.split(":");
  if (given.length < 6) return whole === arn;
  const parts: { text: string; literal: boolean }[][] = [[]];
  for (const { text, literal } of pattern) {
    text.split(":").forEach((piece, index) => {
      if (index > 0 && parts.length < 6) parts.push([]);
      else if (index > 0) parts.at(-1)?.push({ text: ":", literal: true });
      parts.at(-1)?.push({ text: piece, literal });
    });
  }
  const wanted = [...given.slice(0, 5), given.slice(5).join(":")];
  return wanted.every((part, index) => fits(parts[index] ?? [{ text: "*", literal: false }], part));
}

type Compare = (value: string, wanted: Pattern) => boolean;

const compared =
  (read: (text: string) => number, holds: (one: number, other: number) => boolean): Compare =>
  (value, wanted) => {
    const [one, other] = [read(value), read(plain(wanted))];
    return !Number.isNaN(one) && !Number.isNaN(other) && holds(one, other);
  };

const numeric = (text: string): number => (/^\s*$/.test(text) ? Number.NaN : Number(text));

function inBlock(value: string, wanted: Pattern): boolean {
  const [address, block] = [parseAddress(value), parseBlockOrAddress(plain(wanted))];
  return address !== undefined && block !== undefined && sizeOf(address) === 1n && overlaps(address, block);
}

/** What an operator compares, by its name without `Not`. */
const operators: Readonly<Record<string, Compare>> = {
  stringequals: (value, wanted) => value === plain(wanted),
  stringequalsignorecase: (value, wanted) => value.toLowerCase() === plain(wanted).toLowerCase(),
  stringlike: (value, wanted) => fits(wanted, value),
  numericequals: compared(numeric, (one, other) => one === other),
  numericlessthan: compared(numeric, (one, other) => one < other),
  numericlessthanequals: compared(numeric, (one, other) => one <= other),
  numericgreaterthan: compared(numeric, (one, other) => one > other),
  numericgreaterthanequals: compared(numeric, (one, other) => one >= other),
  dateequals: compared(instantOf, (one, other) => one === other),
  datelessthan: compared(instantOf, (one, other) => one < other),
  datelessthanequals: compared(instantOf, (one, other) => one <= other),
  dategreaterthan: compared(instantOf, (one, other) => one > other),
  dategreaterthanequals: compared(instantOf, (one, other) => one >= other),
  bool: (value, wanted) => value.toLowerCase() === plain(wanted).toLowerCase(),
  binaryequals: (value, wanted) => value === plain(wanted),
  ipaddress: inBlock,
  arnequals: (value, wanted) => fitsArn(wanted, value),
  arnlike: (value, wanted) => fitsArn(wanted, value),
};

interface Operator {
  readonly set: "all" | "any" | undefined;
  readonly negated: boolean;
  readonly ifExists: boolean;
  readonly compare: Compare;
}

/** An operator by its name in a policy; undefined for one that IAM does not document. */
function operatorOf(name: string): Operator | undefined {
  const [, set, rest = ""] = /^(?:(ForAllValues|ForAnyValue):)?(.+)$/i.exec(name) ?? [];
  const base = rest.replace(/IfExists$/i, "").toLowerCase();
  const positive = base.replace(/^(string|numeric|date|arn|binary)not/, "$1").replace(/^notip/, "ip");
  const compare = operators[positive];
  return (
    compare && {
      set: set === undefined ? undefined : set.toLowerCase() === "forallvalues" ? "all" : "any",
      negated: positive !== base,
      ifExists: /IfExists$/i.test(rest),
      compare,
    }
  );
}

/** One key under one operator. */
function keyHolds(operator: Operator, key: string, wanted: readonly string[], facts: RequestFacts, variables: boolean) {
  const fact = factOf(facts, key);
  if (fact === "unknown") return "unknown";
  const { set, negated, ifExists, compare } = operator;
  if (fact === "absent" || (fact.length === 0 && set !== undefined))
    return truthOf(ifExists || set === "all" || (negated && set === undefined));
  const patterns = wanted.map((text) => patternOf(text, facts, variables));
  const one = (value: string): Truth => {
    const fitting = either(
      patterns.map((pattern) =>
        pattern === "unknown" ? "unknown" : truthOf(pattern !== "missing" && compare(value, pattern)),
      ),
    );
    return negated ? not(fitting) : fitting;
  };
  // Without a set operator several values are not foreseen; each has to pass where the comparison is a negated one.
  return set === "all" || (negated && set === undefined) ? both(fact.map(one)) : either(fact.map(one));
}

/** Whether a statement's conditions hold: all operators, all of their keys. */
export function conditionHolds(condition: JsonObject, facts: RequestFacts, variables: boolean): Truth {
  return both(
    Object.entries(condition).flatMap(([name, keys]): Truth[] => {
      if (typeof keys !== "object" || keys === null || Array.isArray(keys)) return ["unknown"];
      if (/^null$/i.test(name))
        return Object.entries(keys).map(([key, wanted]) => {
          const fact = factOf(facts, key);
          return fact === "unknown"
            ? "unknown"
            : truthOf(textsOf(wanted).some((text) => (text.toLowerCase() === "true") === (fact === "absent")));
        });
      const operator = operatorOf(name);
      return Object.entries(keys).map(([key, wanted]) =>
        operator ? keyHolds(operator, key, textsOf(wanted), facts, variables) : "unknown",
      );
    }),
  );
}
