/** The guide's eighth item: security groups let in what is needed, and nothing more. */
import { parseBlock } from "../../base/cidr";
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
  type Answer,
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
  const { closed, unsure } = ways(snapshot, ids);
  const wrong = [...closed, ...tooOpen(snapshot, ids)];
  if (wrong.length) return failed(wrong.join("; "));
  if (unsure.length) return leftOut(unsure.join("; "));
  const routes = routesOf(snapshot);
  return passed(
    routes.length
      ? routes.map(({ containerPort }) => `port ${containerPort} from the load balancer alone`).join(", ")
      : `${securityGroupsNamed(snapshot, ids).flatMap((group) => group.ingress).length} rules`,
  );
}

interface Ways {
  /** What is needed and not open. */
  closed: string[];
  /** What is open in part, or to a prefix list: that accuses nobody, and is not called right. */
  unsure: string[];
}

/** The ways that are needed. What could not be read accuses nobody. */
function ways(snapshot: ServiceSnapshot, ids: readonly string[]): Ways {
  const found: string[] = [];
  const unsure: string[] = [];
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
    if (path.open === "unknown" && isReadWhole(snapshot, [...ids, ...balancer.securityGroups]))
      unsure.push(`whether port ${containerPort} of the tasks is open to all of the load balancer is not known`);
    const people = waysOfPeople(
      snapshot,
      groupSet(snapshot.securityGroups, balancer.securityGroups),
      balancer.listeners,
    );
    found.push(...people.closed);
    unsure.push(...people.unsure);
  }
  const egress: Peer = {
    groups: (valueOf(snapshot.endpoints) ?? []).flatMap((endpoint) => endpoint.securityGroups),
    addresses: [...internet.addresses, ...(valueOf(snapshot.subnets) ?? []).map((subnet) => subnet.cidr)],
  };
  if (letsOut(groupSet(snapshot.securityGroups, ids), egress, 443) === "no")
    found.push("the tasks' groups let nothing out on port 443, over which images are pulled and logs are written");
  return { closed: found, unsure };
}

const isReadWhole = (snapshot: ServiceSnapshot, ids: readonly string[]): boolean => {
  const { groups, gone, unread: not } = groupSet(snapshot.securityGroups, ids);
  return groups.length > 0 && gone.length + not.length === 0;
};

/** Listeners that those who are meant to come cannot reach. */
function waysOfPeople(snapshot: ServiceSnapshot, balancers: GroupSet, listeners: SeenLoadBalancer["listeners"]): Ways {
  if (balancers.groups.length === 0) return { closed: [], unsure: [] };
  const settings = snapshot.expected?.loadBalancer;
  const port = settings?.listenerPort;
  const ports = (valueOf(listeners) ?? [])
    .map((listener) => listener.port)
    .filter((listener) => port === undefined || listener === port);
  // What blocks a prefix list has is not read.
  const allowed = (settings?.allowFrom ?? []).filter((caller) => parseBlock(caller)?.family === 4);
  const found: Ways = { closed: [], unsure: [] };
  for (const listener of ports) {
    if (rulesFor(balancers, listener).length === 0) {
      found.closed.push(`port ${listener} of the load balancer is closed to everyone`);
      continue;
    }
    const thatAre = (answer: Answer) =>
      allowed.filter((cidr) => letsIn(balancers, { groups: [], addresses: [cidr] }, listener) === answer).join(", ");
    const [shut, part] = [thatAre("no"), thatAre("unknown")];
    if (shut) found.closed.push(`port ${listener} of the load balancer is closed to ${shut}`);
    else if (part && balancers.gone.length + balancers.unread.length === 0)
      found.unsure.push(`whether port ${listener} of the load balancer is open to all of ${part} is not known`);
  }
  return found;
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
        ? onlyPort(rule, ports) &&
          rule.cidrs.length === 0 &&
          !rule.prefixLists?.length &&
          rule.groups.every((id) => shared.includes(id))
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
