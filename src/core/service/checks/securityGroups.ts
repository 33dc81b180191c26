/** The guide's eighth item: security groups let in what is needed, and nothing more. */
import type { SecurityGroupFacts } from "../../ports/inspection";
import type { SecurityGroupRule } from "../../ports/shapes";
import { valueOf, type SeenLoadBalancer, type ServiceSnapshot } from "../snapshot/serviceSnapshot";
import { everyone, letsIn, letsOut, within, type Peer } from "../access/reach";
import {
  activeService,
  failed,
  isBalanced,
  leftOut,
  passed,
  routesOf,
  unread,
  type Check,
  type Route,
  type Verdict,
} from "./verdict";

export const portsOf = (rule: SecurityGroupRule): string =>
  rule.protocol === "-1" || (rule.fromPort === 0 && rule.toPort === 65535)
    ? "every port"
    : rule.fromPort === rule.toPort
      ? `port ${rule.fromPort}`
      : `ports ${rule.fromPort}-${rule.toPort}`;

export const isOpenToAll = (rule: SecurityGroupRule): boolean => rule.cidrs.some((cidr) => everyone.includes(cidr));

const onlyPort = (rule: SecurityGroupRule, ports: readonly number[]): boolean =>
  rule.protocol !== "-1" && rule.fromPort === rule.toPort && ports.includes(rule.fromPort);

/** A rule in words: `port 22 from 0.0.0.0/0`. */
export const ruleText = (rule: SecurityGroupRule): string =>
  `${portsOf(rule)} from ${[...rule.cidrs, ...rule.groups].join(", ")}`;

export const securityGroupsNamed = (snapshot: ServiceSnapshot, ids: readonly string[]): SecurityGroupFacts[] =>
  (valueOf(snapshot.securityGroups) ?? []).filter((group) => ids.includes(group.id));

/** The load balancer as the tasks' groups see it: its groups and its subnets' addresses. */
export function balancerPeer(snapshot: ServiceSnapshot, route: Route): Peer {
  const subnets = valueOf(snapshot.subnets) ?? [];
  return {
    groups: route.balancer?.securityGroups ?? [],
    addresses: subnets.filter((subnet) => route.balancer?.subnets.includes(subnet.id)).map((subnet) => subnet.cidr),
  };
}

function securityGroups(snapshot: ServiceSnapshot): Verdict {
  const service = activeService(snapshot);
  if (!service) return failed("no service, so no task is guarded", "service");
  if (!snapshot.securityGroups.known) return unread(snapshot.securityGroups);
  const ids = service.network?.securityGroups ?? [];
  if (ids.length === 0) return leftOut("the service has no network of its own");
  const gone = ids.filter((id) => !securityGroupsNamed(snapshot, [id]).length);
  if (gone.length) return failed(`the service names ${gone.join(", ")}, which is gone`);
  const wrong = [...closed(snapshot, ids), ...tooOpen(snapshot, ids)];
  if (wrong.length) return failed(wrong.join("; "));
  const routes = routesOf(snapshot);
  return passed(
    routes.length
      ? routes.map(({ containerPort }) => `port ${containerPort} from the load balancer alone`).join(", ")
      : `${securityGroupsNamed(snapshot, ids).flatMap((group) => group.ingress).length} rules`,
  );
}

/** What is needed and not open. */
function closed(snapshot: ServiceSnapshot, ids: readonly string[]): string[] {
  const tasks = securityGroupsNamed(snapshot, ids);
  const found: string[] = [];
  for (const route of routesOf(snapshot)) {
    const { balancer, containerPort } = route;
    if (!balancer) continue;
    const balancers = securityGroupsNamed(snapshot, balancer.securityGroups);
    const subnets = (valueOf(snapshot.subnets) ?? []).filter((subnet) =>
      activeService(snapshot)?.network?.subnets.includes(subnet.id),
    );
    if (!letsIn(tasks, balancerPeer(snapshot, route), containerPort))
      found.push(`port ${containerPort} of the tasks is closed to the load balancer`);
    if (
      balancers.length &&
      !letsOut(balancers, { groups: ids, addresses: subnets.map((subnet) => subnet.cidr) }, containerPort)
    )
      found.push(
        `the load balancer's group ${balancers.map(({ name }) => name).join(", ")} lets nothing out to port ${containerPort} of the tasks`,
      );
    found.push(...closedToPeople(snapshot, balancers, balancer.listeners));
  }
  const egress: Peer = {
    groups: (valueOf(snapshot.endpoints) ?? []).flatMap((endpoint) => endpoint.securityGroups),
    addresses: ["203.0.113.10", ...(valueOf(snapshot.subnets) ?? []).map((subnet) => subnet.cidr)],
  };
  if (!letsOut(tasks, egress, 443))
    found.push("the tasks' groups let nothing out on port 443, over which images are pulled and logs are written");
  return found;
}

/** Listeners that those who are meant to come cannot reach. */
function closedToPeople(
  snapshot: ServiceSnapshot,
  balancers: readonly SecurityGroupFacts[],
  listeners: SeenLoadBalancer["listeners"],
): string[] {
  if (balancers.length === 0) return [];
  const settings = snapshot.expected?.loadBalancer;
  const port = settings?.listenerPort;
  const ports = (valueOf(listeners) ?? [])
    .map((listener) => listener.port)
    .filter((listener) => port === undefined || listener === port);
  const allowed = (settings?.allowFrom ?? []).filter((cidr) => !cidr.includes(":"));
  return ports.flatMap((listener) => {
    const rules = balancers
      .flatMap((group) => group.ingress)
      .filter((rule) => rule.protocol === "-1" || (rule.fromPort <= listener && listener <= rule.toPort));
    if (rules.length === 0) return [`port ${listener} of the load balancer is closed to everyone`];
    const shut = allowed.filter(
      (cidr) =>
        !rules.some((rule) =>
          rule.cidrs.some((open) => open === cidr || open === "0.0.0.0/0" || within(open, cidr.split("/")[0] ?? "")),
        ),
    );
    return shut.length ? [`port ${listener} of the load balancer is closed to ${shut.join(", ")}`] : [];
  });
}

/** What is open and not needed. */
function tooOpen(snapshot: ServiceSnapshot, ids: readonly string[]): string[] {
  const routes = routesOf(snapshot);
  const ports = routes.flatMap(({ containerPort, group }) => [containerPort, Number(group.healthCheckPort)]);
  const own = snapshot.expected?.port === undefined ? [] : [snapshot.expected.port];
  const found: string[] = [];
  for (const group of securityGroupsNamed(snapshot, ids)) {
    for (const rule of group.ingress) {
      const shared = routes.flatMap(({ balancer }) => balancer?.securityGroups ?? []);
      const needed = isBalanced(snapshot)
        ? onlyPort(rule, ports) && rule.cidrs.length === 0 && rule.groups.every((id) => shared.includes(id))
        : onlyPort(rule, own);
      // In a group that is not Slipway's own, what others are let in by is theirs to judge, but for everyone.
      if (!needed && (isOpenToAll(rule) || group.tags["slipway:app"] !== undefined))
        found.push(
          isOpenToAll(rule)
            ? `the tasks are open to everyone on ${portsOf(rule)}`
            : `the tasks' group ${group.name} also lets in ${ruleText(rule)}`,
        );
    }
  }
  for (const { balancer } of routes) {
    if (!balancer) continue;
    const listeners = (valueOf(balancer.listeners) ?? []).map((listener) => listener.port);
    for (const rule of securityGroupsNamed(snapshot, balancer.securityGroups).flatMap((group) => group.ingress)) {
      if (isOpenToAll(rule) && !onlyPort(rule, listeners))
        found.push(`the load balancer is open to everyone on ${portsOf(rule)}, where nothing listens`);
    }
  }
  return [...new Set(found)];
}

export const securityGroupCheck: Check = {
  id: "securityGroups",
  title: "Security groups let in what is needed and no more",
  judge: securityGroups,
};
