/**
 * Where a new rule goes in a listener that others use: behind every rule that it shares a request with, so that no
 * request that a rule got before goes elsewhere afterwards.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html (rules are asked in the
 * order of their priorities, the lowest first).
 */
import { covers, meet, wildcardParts } from "../base/wildcards";
import type { ListenerCondition } from "../base/listenerConditions";
import type { ListenerRule } from "../ports/cloud";

/** Which requests are an application's: by host, by path, or by both. */
export interface RuleMatch {
  readonly pathPattern?: string | undefined;
  readonly hostHeader?: string | undefined;
}

export interface RulePlace {
  /** Undefined where no priority is left behind them. */
  readonly priority: number | undefined;
  /** Priorities of the rules that get their requests first, since they share some with the new one. */
  readonly after: readonly number[];
  /** Of these, the ones that leave nothing for the new rule. */
  readonly shadowedBy: readonly number[];
}

const highestPriority = 50_000;

/** The path pattern that takes every request. */
export const everyPath = "/*";

/**
 * True for a rule that an application of Slipway's stands behind all others with, to move its own traffic by: it is what the
 * listener's default action is elsewhere, and new rules go before it.
 */
export const isLastResort = ({ isDefault, tags }: ListenerRule): boolean =>
  !isDefault && tags[lastResortTag] !== undefined;

/** Tag of such a rule. */
export const lastResortTag = "slipway:moves-traffic";

/** The priority of such a rule: room is left for those that come later. Undefined where one stands at the very end. */
export const lastPriority = (rules: readonly ListenerRule[]): number | undefined =>
  rules.some(({ priority }) => Number(priority) >= highestPriority) ? undefined : highestPriority;
type Pattern = Extract<ListenerCondition, { field: "host-header" | "path-pattern" }>;

const isPattern = (condition: ListenerCondition): condition is Pattern =>
  condition.field === "host-header" || condition.field === "path-pattern";

const partsOf = (text: string) => wildcardParts(text, true);

/** What a new rule asks of a request, by the field of the condition. */
const wantedOf = ({ pathPattern, hostHeader }: RuleMatch): Readonly<Record<Pattern["field"], string>> => ({
  "path-pattern": pathPattern ?? "*",
  "host-header": hostHeader ?? "*",
});

/** True unless no request can meet both: what else the rule asks for may be met as well. */
function shares(match: RuleMatch, rule: ListenerRule): boolean {
  const wanted = wantedOf(match);
  return rule.conditions.filter(isPattern).every(
    ({ field, values = [], regexValues = [] }) =>
      // What a regular expression takes is not worked out.
      regexValues.length > 0 ||
      values.some((value) => meet(partsOf(value), partsOf(wanted[field]), field === "host-header")),
  );
}

/** True where every request of the new rule is the other's. */
function takesAll(match: RuleMatch, rule: ListenerRule): boolean {
  const wanted = wantedOf(match);
  return (
    !rule.partlyRead &&
    rule.conditions.every(
      (condition) =>
        isPattern(condition) &&
        (condition.values ?? []).some((value) =>
          covers(partsOf(value), partsOf(wanted[condition.field]), condition.field === "host-header"),
        ),
    )
  );
}

/**
 * @param rules those of the listener
 * @param leaving the ARN of the one that goes when the new one is there: it keeps its priority until then
 */
export function placeRule(match: RuleMatch, rules: readonly ListenerRule[], leaving?: string): RulePlace {
  const all = rules.filter(({ isDefault }) => !isDefault).map((rule) => ({ rule, at: Number(rule.priority) }));
  const others = all.filter(({ rule }) => !isLastResort(rule));
  const highest = Math.min(highestPriority, ...all.filter(({ rule }) => isLastResort(rule)).map(({ at }) => at - 1));
  const before = others
    .filter(({ rule }) => rule.arn !== leaving && shares(match, rule))
    .sort((one, other) => one.at - other.at);
  const taken = new Set(others.map(({ at }) => at));
  // Behind all of them: whoever adds a rule later finds the order in which they were made.
  let priority = Math.max(0, ...taken) + 1;
  if (priority > highest) {
    priority = Math.max(0, ...before.map(({ at }) => at)) + 1;
    while (taken.has(priority)) priority++;
  }
  return {
    priority: priority <= highest ? priority : undefined,
    after: before.map(({ at }) => at),
    shadowedBy: before.filter(({ rule }) => takesAll(match, rule)).map(({ at }) => at),
  };
}
