/** Whom security groups let in and out: the one place that answers it, for every judge. */
import { coverage } from "../../base/cidr";
import type { SecurityGroupFacts } from "../../ports/inspection";
import type { SecurityGroupRule } from "../../ports/shapes";
import type { Read, ServiceSnapshot } from "../snapshot/serviceSnapshot";

/** `unknown` is an answer of its own: what could not be read is neither open nor closed. */
export type Answer = "yes" | "no" | "unknown";

/** Everyone, as a rule writes it. */
const everyone: readonly string[] = ["0.0.0.0/0", "::/0"];

/** Every address of IPv4, which is what AWS's services are reached by. */
export const internet: Peer = { groups: [], addresses: ["0.0.0.0/0"] };

/** The groups that guard something: those that were read, those that are gone, and those of which nothing is known. */
export interface GroupSet {
  readonly groups: readonly SecurityGroupFacts[];
  readonly gone: readonly string[];
  readonly unread: readonly string[];
}

/** A group that Slipway is about to make, or the VPC's default: lets everything out and nobody in. */
export const newGroup: GroupSet = {
  groups: [
    {
      id: "",
      name: "",
      vpc: "",
      tags: {},
      ingress: [],
      egress: [{ protocol: "-1", fromPort: 0, toPort: 65535, cidrs: ["0.0.0.0/0"], groups: [] }],
    },
  ],
  gone: [],
  unread: [],
};

/** These groups out of what was read; where none is named it is the VPC's default one, which lets everything out. */
export const groupsOfTasks = (read: Read<readonly SecurityGroupFacts[]>, ids: readonly string[]): GroupSet =>
  ids.length ? groupSet(read, ids) : newGroup;

/** These groups out of what was read. */
export function groupSet(read: Read<readonly SecurityGroupFacts[]>, ids: readonly string[]): GroupSet {
  if (!read.known) return { groups: [], gone: [], unread: ids };
  const groups = read.value.filter((group) => ids.includes(group.id));
  return { groups, gone: ids.filter((id) => !groups.some((group) => group.id === id)), unread: [] };
}

/** The groups of a snapshot that were read; where what is unread matters, `groupSet` says so. */
export const securityGroupsNamed = (snapshot: ServiceSnapshot, ids: readonly string[]): readonly SecurityGroupFacts[] =>
  groupSet(snapshot.securityGroups, ids).groups;

const covers = (rule: SecurityGroupRule, port: number): boolean =>
  rule.protocol === "-1" ||
  ((rule.protocol === "tcp" || rule.protocol === "6") && rule.fromPort <= port && port <= rule.toPort);

/** The other end of a connection: its groups, and the blocks or addresses that it may have. */
export interface Peer {
  readonly groups: readonly string[];
  /** Addresses or blocks, of which each has to be let through as a whole. */
  readonly addresses: readonly string[];
}

/** How much of the peer these rules let through. What is in a prefix list is not read: it may be any of it. */
function reach(rules: readonly SecurityGroupRule[], peer: Peer): Answer {
  if (rules.some((rule) => rule.groups.some((group) => peer.groups.includes(group)))) return "yes";
  const blocks = rules.flatMap((rule) => rule.cidrs);
  const covered = peer.addresses.map((address) => coverage(blocks, address));
  if (covered.length && covered.every((part) => part === "all")) return "yes";
  const may = covered.some((part) => part !== "none") || rules.some((rule) => rule.prefixLists?.length);
  return may ? "unknown" : "no";
}

/** All groups of a guard count together. One that is gone, or of which nothing is known, decides nothing. */
function answer({ groups, gone, unread }: GroupSet, lets: (groups: readonly SecurityGroupFacts[]) => Answer): Answer {
  const found = lets(groups);
  return found === "no" && (groups.length === 0 || unread.length || gone.length) ? "unknown" : found;
}

const onPort = (rules: readonly SecurityGroupRule[], port: number) => rules.filter((rule) => covers(rule, port));

/** Whether these groups let TCP `port` in from all of the peer; `unknown` also where they do from a part of it. */
export const letsIn = (set: GroupSet, peer: Peer, port: number): Answer =>
  answer(set, (groups) =>
    reach(
      groups.flatMap((group) => onPort(group.ingress, port)),
      peer,
    ),
  );

/** Whether these groups let TCP `port` out to all of the peer; `unknown` also where they do to a part of it. */
export const letsOut = (set: GroupSet, peer: Peer, port: number): Answer =>
  answer(set, (groups) =>
    reach(
      groups.flatMap((group) => onPort(group.egress, port)),
      peer,
    ),
  );

/** Rules that let somebody in on TCP `port`. */
export const rulesFor = (set: GroupSet, port: number): SecurityGroupRule[] =>
  set.groups.flatMap((group) => group.ingress.filter((rule) => covers(rule, port)));

export const isOpenToAll = (rule: SecurityGroupRule): boolean => rule.cidrs.some((cidr) => everyone.includes(cidr));

export const portsOf = (rule: SecurityGroupRule): string =>
  rule.protocol === "-1" || (rule.fromPort === 0 && rule.toPort === 65535)
    ? "every port"
    : rule.fromPort === rule.toPort
      ? `port ${rule.fromPort}`
      : `ports ${rule.fromPort}-${rule.toPort}`;

/** Whom a rule names: blocks, prefix lists, groups. */
export const sourcesOf = ({ cidrs, prefixLists = [], groups }: SecurityGroupRule): string[] => [
  ...cidrs,
  ...prefixLists,
  ...groups,
];

/** A rule in words: `port 22 from 0.0.0.0/0`. */
export const ruleText = (rule: SecurityGroupRule): string => `${portsOf(rule)} from ${sourcesOf(rule).join(", ")}`;
