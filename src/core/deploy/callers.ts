/**
 * Who may come in by a security group of ours: what slipway.json says of it, and what the group says. A caller is a CIDR block
 * or the id of a prefix list. Pure.
 */
import { isPrefixList, namedLists } from "../app/allowFrom";
import { own } from "../base/taskDefinition";
import type { IngressRule, PrefixList, SecurityGroup, SecurityGroupRule } from "../ports/cloud";
import type { Read } from "../service/snapshot/serviceSnapshot";

const everyone: readonly string[] = ["0.0.0.0/0", "::/0"];

/** Ids and names of the prefix lists that are stated. */
export function statedLists(allowFrom: readonly string[]): { ids: string[]; names: string[] } {
  return {
    ids: allowFrom.filter(isPrefixList),
    names: allowFrom.flatMap((stated) => own(namedLists, stated) ?? []),
  };
}

/** Those who are stated, a name as the id that it has here; one that is not known here is left out. */
export function callersOf(allowFrom: readonly string[], lists: Read<readonly PrefixList[]>): string[] {
  const idOf = (name: string): string | undefined =>
    lists.known ? lists.value.find((list) => list.name === name)?.id : undefined;
  return allowFrom.flatMap((stated) => {
    const name = own(namedLists, stated);
    return name === undefined ? [stated] : (idOf(name) ?? []);
  });
}

/** The rule that lets a caller in. */
export const ruleFor = (port: number, caller: string): IngressRule =>
  isPrefixList(caller) ? { port, prefixLists: [caller] } : { port, cidrs: [caller] };

const callersIn = ({ cidrs, prefixLists = [] }: SecurityGroupRule): string[] => [...cidrs, ...prefixLists];

const isOfPort =
  (port: number) =>
  ({ protocol, fromPort, toPort }: SecurityGroupRule): boolean =>
    protocol === "tcp" && fromPort === port && toPort === port;

/** Who is let in by rules of this very port. */
export const callersAt = (group: SecurityGroup, port: number): string[] =>
  group.ingress.filter(isOfPort(port)).flatMap(callersIn);

/** Whether a caller comes in at a port, by whichever rule. */
export const admitsCaller = (group: SecurityGroup, port: number, caller: string): boolean =>
  group.ingress.some(
    (rule) =>
      (rule.protocol === "-1" || (rule.protocol === "tcp" && rule.fromPort <= port && rule.toPort >= port)) &&
      callersIn(rule).includes(caller),
  );

/** Callers that are let in at a port and are not stated. */
export interface Surplus {
  readonly port: number;
  /** Let in by Slipway, which takes that back: rules that say so, and everyone, which was its default. */
  readonly ours: readonly string[];
  /** Let in by somebody else, which stays. */
  readonly others: readonly string[];
}

export function surplusAt(group: SecurityGroup, port: number, wanted: readonly string[]): Surplus {
  const rules = group.ingress.filter(isOfPort(port));
  const marked = new Set(rules.flatMap((rule) => rule.marked ?? []));
  const surplus = rules.flatMap(callersIn).filter((caller) => !wanted.includes(caller));
  const isMade = (caller: string): boolean => marked.has(caller) || everyone.includes(caller);
  return { port, ours: surplus.filter(isMade), others: surplus.filter((caller) => !isMade(caller)) };
}

/** As many rules as a group has once these callers come in at these ports; a prefix list counts for its weight. */
export function rulesAfter(
  group: SecurityGroup | undefined,
  ports: readonly number[],
  wanted: readonly string[],
  lists: readonly PrefixList[],
): number {
  const weightOf = (caller: string): number => lists.find(({ id }) => id === caller)?.weight ?? 1;
  const count = (callers: readonly string[]): number => callers.reduce((sum, caller) => sum + weightOf(caller), 0);
  const kept = (group?.ingress ?? []).flatMap((rule) => {
    const port = ports.find((each) => isOfPort(each)(rule));
    const gone = port === undefined || !group ? [] : surplusAt(group, port, wanted).ours;
    return [...callersIn(rule).filter((caller) => !gone.includes(caller)), ...rule.groups];
  });
  const missing = ports.flatMap((port) => wanted.filter((caller) => !group || !admitsCaller(group, port, caller)));
  return count(kept) + count(missing);
}
