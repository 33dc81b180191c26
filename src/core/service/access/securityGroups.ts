/** Whom security groups let in and out: the one place that answers it, for every judge. */
import type { SecurityGroupFacts } from "../../ports/inspection";
import type { SecurityGroupRule } from "../../ports/shapes";
import type { Read, ServiceSnapshot } from "../snapshot/serviceSnapshot";

/** `unknown` is an answer of its own: what could not be read is neither open nor closed. */
export type Answer = "yes" | "no" | "unknown";

/** Everyone, as a rule writes it. */
const everyone: readonly string[] = ["0.0.0.0/0", "::/0"];

/** Any address outside of every VPC. */
export const internet: Peer = { groups: [], addresses: ["203.0.113.10"] };

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

function number(address: string): number | undefined {
  const parts = address.split(".").map(Number);
  return parts.length === 4 && parts.every((part) => part >= 0 && part <= 255)
    ? parts.reduce((sum, part) => sum * 256 + part, 0)
    : undefined;
}

/** Whether an IPv4 address is within a block. */
function within(cidr: string, address: string): boolean {
  const [base = "", length = "32"] = cidr.split("/");
  const [from, at] = [number(base), number(address)];
  if (from === undefined || at === undefined) return false;
  const size = 2 ** (32 - Number(length));
  return Math.floor(from / size) === Math.floor(at / size);
}

/** The other end of a connection: its groups, and the blocks or addresses that it may have. */
export interface Peer {
  readonly groups: readonly string[];
  /** IPv4 addresses or blocks; a rule counts when it covers one of them. */
  readonly addresses: readonly string[];
}

function ruleReaches(rule: SecurityGroupRule, peer: Peer): boolean {
  if (rule.groups.some((group) => peer.groups.includes(group))) return true;
  return rule.cidrs.some(
    (cidr) => cidr === "0.0.0.0/0" || peer.addresses.some((address) => within(cidr, address.split("/")[0] ?? "")),
  );
}

/** A group that is gone, or a guard of which nothing is known, decides nothing. */
function answer({ groups, gone, unread }: GroupSet, lets: (group: SecurityGroupFacts) => boolean): Answer {
  if (groups.some(lets)) return "yes";
  return groups.length === 0 || unread.length || gone.length ? "unknown" : "no";
}

/** Whether any of these groups lets TCP `port` in from the peer. */
export const letsIn = (set: GroupSet, peer: Peer, port: number): Answer =>
  answer(set, (group) => group.ingress.some((rule) => covers(rule, port) && ruleReaches(rule, peer)));

/** Whether any of these groups lets TCP `port` out to the peer. */
export const letsOut = (set: GroupSet, peer: Peer, port: number): Answer =>
  answer(set, (group) => group.egress.some((rule) => covers(rule, port) && ruleReaches(rule, peer)));

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

/** A rule in words: `port 22 from 0.0.0.0/0`. */
export const ruleText = (rule: SecurityGroupRule): string =>
  `${portsOf(rule)} from ${[...rule.cidrs, ...rule.groups].join(", ")}`;
