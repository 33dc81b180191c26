/**
 * Conditions of policies.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { contains } from "../ec2/cidr";
import { arnMatches, expand, globMatches, type Context, type Piece } from "./patterns";

/** Keys are not case sensitive. */
export const requestContext = (facts: Readonly<Record<string, string | readonly string[]>>): Context =>
  new Map(Object.entries(facts).map(([key, value]) => [key.toLowerCase(), [value].flat()]));

type Test = (value: string, pattern: readonly Piece[]) => boolean;

const textOf = (pattern: readonly Piece[]): string => pattern.map((p) => p.text).join("");

const numbers =
  (holds: (a: number, b: number) => boolean): Test =>
  (value, pattern) =>
    value.trim() !== "" && textOf(pattern).trim() !== "" && holds(Number(value), Number(textOf(pattern)));

/** Dates are ISO 8601 or seconds since 1970; any other text is none. */
const time = (text: string): number =>
  /^\d+$/.test(text)
    ? Number(text) * 1000
    : /^\d{4}-\d\d(?:-\d\d(?:T.*)?)?$/.test(text)
      ? Date.parse(text)
      : Number.NaN;

const dates =
  (holds: (a: number, b: number) => boolean): Test =>
  (value, pattern) =>
    holds(time(value), time(textOf(pattern)));

const address: Test = (value, pattern) => {
  const wanted = textOf(pattern);
  const block = wanted.includes("/") ? wanted : `${wanted}/${wanted.includes(":") ? 128 : 32}`;
  return contains(block, value);
};

const arn: Test = (value, pattern) => arnMatches(pattern, value);

const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: (value, pattern) => value === textOf(pattern),
  StringEqualsIgnoreCase: (value, pattern) => value.toLowerCase() === textOf(pattern).toLowerCase(),
  StringLike: (value, pattern) => globMatches(pattern, value),
  NumericEquals: numbers((a, b) => a === b),
  NumericLessThan: numbers((a, b) => a < b),
  NumericLessThanEquals: numbers((a, b) => a <= b),
  NumericGreaterThan: numbers((a, b) => a > b),
  NumericGreaterThanEquals: numbers((a, b) => a >= b),
  DateEquals: dates((a, b) => a === b),
  DateLessThan: dates((a, b) => a < b),
  DateLessThanEquals: dates((a, b) => a <= b),
  DateGreaterThan: dates((a, b) => a > b),
  DateGreaterThanEquals: dates((a, b) => a >= b),
  Bool: (value, pattern) => value.toLowerCase() === textOf(pattern).toLowerCase(),
  BinaryEquals: (value, pattern) => value === textOf(pattern),
  IpAddress: address,
  ArnEquals: arn,
  ArnLike: arn,
};

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  NumericNotEquals: "NumericEquals",
  DateNotEquals: "DateEquals",
  NotIpAddress: "IpAddress",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
};

const byLowerCase = <T>(table: Readonly<Record<string, T>>): ReadonlyMap<string, T> =>
  new Map(Object.entries(table).map(([name, value]) => [name.toLowerCase(), value]));
const TEST_BY_NAME = byLowerCase(TESTS);
const NEGATED_BY_NAME = byLowerCase(NEGATED);

const texts = (wanted: unknown): string[] => [wanted].flat().map(String);

/**
 * One key under one operator, such as `ForAnyValue:StringNotLikeIfExists`. An operator that IAM does not know never
 * holds.
 */
function holds(
  operator: string,
  wanted: unknown,
  values: readonly string[] | undefined,
  toPattern: ToPattern,
): boolean {
  const [, set = "", name = "", ifExists] = /^(?:(forallvalues|foranyvalue):)?(.*?)(ifexists)?$/.exec(operator) ?? [];
  if (name === "null") return texts(wanted).some((text) => (text.toLowerCase() === "true") === (values === undefined));
  const opposite = NEGATED_BY_NAME.get(name);
  const test = TEST_BY_NAME.get(opposite?.toLowerCase() ?? name);
  if (!test) return false;
  if (values === undefined || values.length === 0)
    return ifExists !== undefined || set === "forallvalues" || (opposite !== undefined && set === "");
  const patterns = texts(wanted).flatMap((text) => {
    const pattern = toPattern(text);
    return pattern ? [pattern] : [];
  });
  const passes = (value: string): boolean => patterns.some((p) => test(value, p)) === (opposite === undefined);
  const every = set === "forallvalues" || (set === "" && opposite !== undefined);
  return every ? values.every(passes) : values.some(passes);
}

type ToPattern = (text: string) => readonly Piece[] | undefined;

/**
 * Whether every key under every operator holds.
 *
 * @param unknown what is answered for a key that the context lacks, where it is not known whether the request carries it
 */
export function allConditionsHold(
  conditions: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  context: Context,
  variables: boolean,
  unknown: (key: string) => boolean | undefined = () => undefined,
): boolean {
  const toPattern: ToPattern = (text) => expand(text, context, variables);
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const values = context.get(key.toLowerCase());
      const guess = values === undefined ? unknown(key.toLowerCase()) : undefined;
      return guess ?? holds(operator.toLowerCase(), wanted, values, toPattern);
    }),
  );
}
