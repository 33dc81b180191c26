/** Who reaches whom, as routes, endpoints and security groups say. Network ACLs are not weighed: the default lets all through. */
import type { EndpointFacts, SecurityGroupFacts, SubnetFacts } from "../../ports/inspection";
import type { SecurityGroupRule } from "../../ports/shapes";

/** Everyone, as a rule writes it. */
export const everyone: readonly string[] = ["0.0.0.0/0", "::/0"];

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
export function within(cidr: string, address: string): boolean {
  const [base = "", length = "32"] = cidr.split("/");
  const [from, at] = [number(base), number(address)];
  if (from === undefined || at === undefined) return false;
  const size = 2 ** (32 - Number(length));
  return Math.floor(from / size) === Math.floor(at / size);
}

/** The other end of a connection: its groups, and the blocks or addresses that it may have. */
export interface Peer {
  groups: readonly string[];
  /** IPv4 addresses or blocks; a rule counts when it covers one of them. */
  addresses: readonly string[];
}

function ruleReaches(rule: SecurityGroupRule, peer: Peer): boolean {
  if (rule.groups.some((group) => peer.groups.includes(group))) return true;
  return rule.cidrs.some(
    (cidr) => cidr === "0.0.0.0/0" || peer.addresses.some((address) => within(cidr, address.split("/")[0] ?? "")),
  );
}

/** Whether any of these groups lets TCP `port` in from the peer. */
export const letsIn = (groups: readonly SecurityGroupFacts[], peer: Peer, port: number): boolean =>
  groups.some((group) => group.ingress.some((rule) => covers(rule, port) && ruleReaches(rule, peer)));

/** Whether any of these groups lets TCP `port` out to the peer. */
export const letsOut = (groups: readonly SecurityGroupFacts[], peer: Peer, port: number): boolean =>
  groups.some((group) => group.egress.some((rule) => covers(rule, port) && ruleReaches(rule, peer)));

/** Any address outside of every VPC. */
const internet: Peer = { groups: [], addresses: ["203.0.113.10"] };

/** Where a task would run: a subnet, its groups, and whether it gets a public address. */
export interface Place {
  subnet: SubnetFacts;
  groups: readonly SecurityGroupFacts[];
  publicIp: boolean;
}

export interface Reach {
  ok: boolean;
  /** How it is reached, or why it is not: a clause. */
  why: string;
}

/** An endpoint service that Fargate (platform 1.4.0 and later) needs, and what for. */
export const serviceNeeds = {
  pull: ["ecr.api", "ecr.dkr", "s3"],
  logs: ["logs"],
  secrets: ["secretsmanager"],
  parameters: ["ssm"],
} as const;

/** Whether AWS's services are reached from this place: by its default route, or by endpoints of the VPC. */
export function reachesServices(
  { subnet, groups, publicIp }: Place,
  services: readonly string[],
  endpoints: readonly EndpointFacts[],
  guards: readonly SecurityGroupFacts[],
): Reach {
  const out = groups.length === 0 || letsOut(groups, internet, 443);
  const natDead = subnet.egress === "nat" && subnet.natState !== undefined && subnet.natState !== "available";
  if (out && subnet.egress === "nat" && !natDead) return { ok: true, why: `${subnet.id} has a NAT gateway` };
  if (out && subnet.egress === "internet" && publicIp)
    return { ok: true, why: `${subnet.id} is public, and its tasks get public addresses` };
  const missing = services
    .map((service) => ({ service, why: endpointLacks(service, subnet, groups, endpoints, guards) }))
    .filter(({ why }) => why !== undefined);
  if (missing.length === 0) return { ok: true, why: `${subnet.id} has endpoints for ${services.join(", ")}` };
  const route = subnet.blackhole
    ? `the default route of ${subnet.id} leads nowhere (a blackhole)`
    : natDead
      ? `the NAT gateway of ${subnet.id} is ${subnet.natState ?? ""}`
      : subnet.egress === "none"
        ? `${subnet.id} has no default route`
        : subnet.egress === "internet" && !publicIp
          ? `${subnet.id} is public, but its tasks get no public address`
          : `the tasks' security groups let nothing out on port 443`;
  return {
    ok: false,
    why: `${route}, and ${missing.map(({ service, why }) => `${why ?? ""} for ${service}`).join(", ")}`,
  };
}

/** Why no endpoint serves this place, or undefined when one does. */
function endpointLacks(
  service: string,
  subnet: SubnetFacts,
  groups: readonly SecurityGroupFacts[],
  endpoints: readonly EndpointFacts[],
  guards: readonly SecurityGroupFacts[],
): string | undefined {
  const found = endpoints.filter((endpoint) => endpoint.service === service);
  if (found.length === 0) return "there is no endpoint";
  const peer: Peer = { groups: groups.map((group) => group.id), addresses: [subnet.cidr] };
  const lacks = found.map((endpoint) => {
    if (endpoint.state !== "available") return `the endpoint is ${endpoint.state}`;
    if (endpoint.kind === "gateway")
      return subnet.routeTable !== undefined && endpoint.routeTables.includes(subnet.routeTable)
        ? undefined
        : "the gateway endpoint is not in the subnet's route table";
    if (!endpoint.privateDns) return "the endpoint has no private DNS names";
    const own = guards.filter((guard) => endpoint.securityGroups.includes(guard.id));
    return own.length === 0 || letsIn(own, peer, 443)
      ? undefined
      : "the endpoint's security group does not let the tasks in on port 443";
  });
  return lacks.includes(undefined) ? undefined : lacks[0];
}
