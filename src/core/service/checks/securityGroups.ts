/** The guide's eighth item: security groups let in what is needed, and nothing more. */
import type { SecurityGroupRule } from "../../ports/shapes";
import { valueOf, type SeenLoadBalancer, type ServiceSnapshot } from "../snapshot/serviceSnapshot";
import { balancerEnds, pathFromBalancer } from "../access/paths";
import {
  groupSet,
  internet,
  isOpenToAll,
  letsIn,
  letsOut,
  portsOf,
  ruleText,
  rulesFor,
  securityGroupsNamed,
  type GroupSet,
  type Peer,
} from "../access/securityGroups";
import {
  activeService,
  failed,
  isBalanced,
  leftOut,
  passed,
  routesOf,
  unread,
  type Check,
  type Verdict,
} from "./verdict";

const onlyPort = (rule: SecurityGroupRule, ports: readonly number[]): boolean =>
  rule.protocol !== "-1" && rule.fromPort === rule.toPort && ports.includes(rule.fromPort);

function securityGroups(snapshot: ServiceSnapshot): Verdict {
  const service = activeService(snapshot);
  if (!service) return failed("no service, so no task is guarded", "service");
  if (!snapshot.securityGroups.known) return unread(snapshot.securityGroups);
  const ids = service.network?.securityGroups ?? [];
  if (ids.length === 0) return leftOut("the service has no network of its own");
  const { gone } = groupSet(snapshot.securityGroups, ids);
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

/** What is needed and not open. What could not be read accuses nobody. */
function closed(snapshot: ServiceSnapshot, ids: readonly string[]): string[] {
  const found: string[] = [];
  for (const { balancer, containerPort } of routesOf(snapshot)) {
    if (!balancer) continue;
    const path = pathFromBalancer(balancerEnds(snapshot, balancer), containerPort);
    if (path.open === "no")
      found.push(
        path.closed === "tasks"
          ? `port ${containerPort} of the tasks is closed to the load balancer`
          : `the load balancer's group ${securityGroupsNamed(snapshot, balancer.securityGroups)
              .map(({ name }) => name)
              .join(", ")} lets nothing out to port ${containerPort} of the tasks`,
      );
    found.push(
      ...closedToPeople(snapshot, groupSet(snapshot.securityGroups, balancer.securityGroups), balancer.listeners),
    );
  }
  const egress: Peer = {
    groups: (valueOf(snapshot.endpoints) ?? []).flatMap((endpoint) => endpoint.securityGroups),
    addresses: [...internet.addresses, ...(valueOf(snapshot.subnets) ?? []).map((subnet) => subnet.cidr)],
  };
  if (letsOut(groupSet(snapshot.securityGroups, ids), egress, 443) === "no")
    found.push("the tasks' groups let nothing out on port 443, over which images are pulled and logs are written");
  return found;
}

/** Listeners that those who are meant to come cannot reach. */
function closedToPeople(
  snapshot: ServiceSnapshot,
  balancers: GroupSet,
  listeners: SeenLoadBalancer["listeners"],
): string[] {
  if (balancers.groups.length === 0) return [];
  const settings = snapshot.expected?.loadBalancer;
  const port = settings?.listenerPort;
  const ports = (valueOf(listeners) ?? [])
    .map((listener) => listener.port)
    .filter((listener) => port === undefined || listener === port);
  const allowed = (settings?.allowFrom ?? []).filter((cidr) => !cidr.includes(":"));
  return ports.flatMap((listener) => {
    if (rulesFor(balancers, listener).length === 0)
      return [`port ${listener} of the load balancer is closed to everyone`];
    const shut = allowed.filter((cidr) => letsIn(balancers, { groups: [], addresses: [cidr] }, listener) === "no");
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
