/**
 * Which way leads from a task to AWS's services, and from a load balancer to a task, as routes, endpoints and security
 * groups say. Network ACLs are not weighed: the default lets all through. What is unread is `unknown`, never open.
 */
import type { EndpointFacts, SecurityGroupFacts, SubnetFacts } from "../../ports/inspection";
import { valueOf, type Read, type SeenLoadBalancer, type ServiceSnapshot } from "../snapshot/serviceSnapshot";
import { groupSet, internet, letsIn, letsOut, type GroupSet, type Peer } from "./securityGroups";

/** Where a task would run: a subnet, its groups, and whether it gets a public address. */
export interface Place {
  subnet: SubnetFacts;
  groups: GroupSet;
  publicIp: boolean;
}

/** An endpoint service that Fargate (platform 1.4.0 and later) needs, and what for. */
export const serviceNeeds = {
  pull: ["ecr.api", "ecr.dkr", "s3"],
  logs: ["logs"],
  secrets: ["secretsmanager"],
  parameters: ["ssm"],
} as const;

/** Why no default route serves a place. */
export type RouteFault =
  | "blackhole"
  | "natUnavailable"
  | "noDefaultRoute"
  | "noPublicAddress"
  | "publicAccessBlocked"
  | "groupsClosed";

/** Why no endpoint serves a place. */
export type EndpointFault =
  | { code: "none" }
  | { code: "state"; state: string }
  | { code: "notInRouteTable" }
  | { code: "noPrivateDns" }
  | { code: "groupClosed" }
  | { code: "groupUnread" };

/** How AWS's services are reached from a place, or why they are not. */
export type ServicePath =
  | { open: "yes"; by: "nat" | "publicAddress"; subnet: SubnetFacts }
  | {
      open: "yes";
      by: "endpoints";
      subnet: SubnetFacts;
      services: readonly string[];
      /** An endpoint whose policy does not let everything through, or could not be read. */
      narrow?: { id: string; service: string };
    }
  | {
      open: "no";
      subnet: SubnetFacts;
      fault: RouteFault;
      missing: readonly { service: string; fault: EndpointFault }[];
    }
  | {
      open: "unknown";
      subnet: SubnetFacts;
      unread: "securityGroups" | "endpoints" | "someAddresses" | "routes";
      why: string;
    };

const natDead = ({ egress, natState }: SubnetFacts): boolean =>
  egress === "nat" && natState !== undefined && natState !== "available";

/**
 * Whether AWS's services are reached from this place: by its default route, or by endpoints of the VPC.
 * @param services last parts of endpoint services' names: `ecr.api`, `s3`, `logs`, …
 */
export function pathToServices(
  { subnet, groups, publicIp }: Place,
  services: readonly string[],
  endpoints: Read<readonly EndpointFacts[]>,
  securityGroups: Read<readonly SecurityGroupFacts[]>,
): ServicePath {
  const out = letsOut(groups, internet, 443);
  const blocked = subnet.blocked?.out ?? "no";
  const way =
    subnet.egress === "nat" && !natDead(subnet)
      ? "nat"
      : subnet.egress === "internet" && publicIp
        ? "publicAddress"
        : undefined;
  const routed = blocked === "yes" ? undefined : way;
  if (routed && blocked === "no" && out === "yes") return { open: "yes", by: routed, subnet };
  // Groups that were all read leave it open where they name a part of the addresses, or a prefix list.
  const isRead = groups.groups.length > 0 && groups.gone.length + groups.unread.length === 0;
  const unreadGroups = {
    open: "unknown",
    subnet,
    unread: isRead && routed && out === "unknown" ? "someAddresses" : "securityGroups",
    why: securityGroups.known ? "" : securityGroups.why,
  } as const;
  if (!endpoints.known)
    return routed && out === "unknown"
      ? unreadGroups
      : { open: "unknown", subnet, unread: "endpoints", why: endpoints.why };
  const missing = services.flatMap((service) => {
    const fault = endpointFault(service, subnet, groups, endpoints.value, securityGroups);
    return fault ? [{ service, fault }] : [];
  });
  if (missing.length === 0) {
    const narrow = endpoints.value.find((item) => services.includes(item.service) && item.openPolicy === false);
    return {
      open: "yes",
      by: "endpoints",
      subnet,
      services,
      ...(narrow ? { narrow: { id: narrow.id, service: narrow.service } } : {}),
    };
  }
  const maybe = subnet.egress === "unknown" || (routed && blocked === "unknown");
  if (maybe && out !== "no") return { open: "unknown", subnet, unread: "routes", why: "" };
  if ((routed && out === "unknown") || missing.every(({ fault }) => fault.code === "groupUnread")) return unreadGroups;
  const fault: RouteFault = subnet.blackhole
    ? "blackhole"
    : natDead(subnet)
      ? "natUnavailable"
      : subnet.egress === "none"
        ? "noDefaultRoute"
        : subnet.egress === "internet" && !publicIp
          ? "noPublicAddress"
          : blocked === "yes"
            ? "publicAccessBlocked"
            : "groupsClosed";
  return { open: "no", subnet, fault, missing };
}

/** Why no endpoint serves this place; undefined when one does. */
function endpointFault(
  service: string,
  subnet: SubnetFacts,
  groups: GroupSet,
  endpoints: readonly EndpointFacts[],
  securityGroups: Read<readonly SecurityGroupFacts[]>,
): EndpointFault | undefined {
  const found = endpoints.filter((endpoint) => endpoint.service === service);
  if (found.length === 0) return { code: "none" };
  const peer: Peer = {
    groups: [...groups.groups.map(({ id }) => id), ...groups.unread],
    addresses: [subnet.cidr],
  };
  const faults = found.map((endpoint): EndpointFault | undefined => {
    if (endpoint.state !== "available") return { code: "state", state: endpoint.state };
    if (endpoint.kind === "gateway")
      return subnet.routeTable !== undefined && endpoint.routeTables.includes(subnet.routeTable)
        ? undefined
        : { code: "notInRouteTable" };
    if (!endpoint.privateDns) return { code: "noPrivateDns" };
    const lets = letsIn(groupSet(securityGroups, endpoint.securityGroups), peer, 443);
    return lets === "yes" ? undefined : { code: lets === "no" ? "groupClosed" : "groupUnread" };
  });
  return faults.includes(undefined) ? undefined : faults[0];
}

const routeFaults: Readonly<Record<RouteFault, (subnet: SubnetFacts) => string>> = {
  blackhole: ({ id }) => `the default route of ${id} leads nowhere (a blackhole)`,
  natUnavailable: ({ id, natState }) => `the NAT gateway of ${id} is ${natState ?? ""}`,
  noDefaultRoute: ({ id }) => `${id} has no default route`,
  noPublicAddress: ({ id }) => `${id} is public, but its tasks get no public address`,
  publicAccessBlocked: ({ id }) => `VPC Block Public Access lets nothing of ${id} out to the internet`,
  groupsClosed: () => "the tasks' security groups let nothing out on port 443",
};

function endpointText(fault: EndpointFault): string {
  switch (fault.code) {
    case "none":
      return "there is no endpoint";
    case "state":
      return `the endpoint is ${fault.state}`;
    case "notInRouteTable":
      return "the gateway endpoint is not in the subnet's route table";
    case "noPrivateDns":
      return "the endpoint has no private DNS names";
    case "groupClosed":
      return "the endpoint's security group does not let the tasks in on port 443";
    case "groupUnread":
      return "the endpoint's security group could not be read";
  }
}

/** A path as a clause. */
export function servicePathText(path: ServicePath): string {
  const { subnet } = path;
  if (path.open === "unknown" && path.unread === "someAddresses")
    return "the tasks' security groups let some addresses be reached on port 443, and whether AWS's are among them is not known";
  if (path.open === "unknown" && path.unread === "routes")
    return `${subnet.id} has routes of which Slipway cannot tell where they lead (a transit gateway, an instance, a part of the addresses, what Block Public Access leaves out)`;
  if (path.open === "unknown")
    return path.unread === "endpoints"
      ? `the VPC's endpoints could not be read${path.why ? `: ${path.why}` : ""}`
      : `the security groups could not be read${path.why ? `: ${path.why}` : ""}`;
  if (path.open === "no")
    return (
      `${routeFaults[path.fault](subnet)}, and ` +
      `${path.missing.map(({ service, fault }) => `${endpointText(fault)} for ${service}`).join(", ")}`
    );
  switch (path.by) {
    case "nat":
      return `${subnet.id} has a NAT gateway`;
    case "publicAddress":
      return `${subnet.id} is public, and its tasks get public addresses`;
    case "endpoints":
      return path.narrow
        ? `the policy of the endpoint ${path.narrow.id} for ${path.narrow.service} does not let everything through`
        : `${subnet.id} has endpoints for ${path.services.join(", ")}`;
  }
}

/** How a load balancer's connections get to a task's port, or what stops them. */
export type BalancerPath =
  | { open: "yes" }
  | { open: "no"; closed: "tasks" | "loadBalancer" }
  | { open: "unknown"; unread: "tasks" | "loadBalancer" };

/** The two ends of a connection from a load balancer to a task. */
export interface BalancerEnds {
  tasks: GroupSet;
  taskGroupIds: readonly string[];
  /** Addresses of the task, or of the subnets that it may be in. */
  taskAddresses: readonly string[];
  balancer: GroupSet;
  balancerGroupIds: readonly string[];
  balancerAddresses: readonly string[];
}

/** Whether the load balancer's connections get to the task's port: its own way out, and the task's way in. */
export function pathFromBalancer(ends: BalancerEnds, port: number): BalancerPath {
  const inward = letsIn(ends.tasks, { groups: ends.balancerGroupIds, addresses: ends.balancerAddresses }, port);
  const outward = letsOut(ends.balancer, { groups: ends.taskGroupIds, addresses: ends.taskAddresses }, port);
  if (inward === "no") return { open: "no", closed: "tasks" };
  if (outward === "no") return { open: "no", closed: "loadBalancer" };
  if (inward === "unknown") return { open: "unknown", unread: "tasks" };
  return outward === "unknown" ? { open: "unknown", unread: "loadBalancer" } : { open: "yes" };
}

/** The ends of the connection from this load balancer to the service's tasks. */
export function balancerEnds(
  snapshot: ServiceSnapshot,
  balancer: Pick<SeenLoadBalancer, "securityGroups" | "subnets">,
  taskAddress?: string,
): BalancerEnds {
  const network = valueOf(snapshot.service)?.network;
  const blocksOf = (ids: readonly string[]) =>
    (valueOf(snapshot.subnets) ?? []).filter((subnet) => ids.includes(subnet.id)).map((subnet) => subnet.cidr);
  const taskGroupIds = network?.securityGroups ?? [];
  return {
    tasks: groupSet(snapshot.securityGroups, taskGroupIds),
    taskGroupIds,
    taskAddresses: taskAddress === undefined ? blocksOf(network?.subnets ?? []) : [taskAddress],
    balancer: groupSet(snapshot.securityGroups, balancer.securityGroups),
    balancerGroupIds: balancer.securityGroups,
    balancerAddresses: blocksOf(balancer.subnets),
  };
}

/** True when a listener or one of its rules names the group. */
export function forwardsTo(balancer: SeenLoadBalancer, arn: string): boolean {
  const names = (forwards: readonly { arn: string }[]) => forwards.some((item) => item.arn === arn);
  return (valueOf(balancer.listeners) ?? []).some(
    (listener) => names(listener.forwards) || (valueOf(listener.rules) ?? []).some((rule) => names(rule.forwards)),
  );
}

/** The load balancers that send to this target group; undefined where that could not be read. */
export function balancersOf(snapshot: ServiceSnapshot, targetGroupArn: string): SeenLoadBalancer[] | undefined {
  const all = valueOf(snapshot.loadBalancers);
  const group = valueOf(snapshot.targetGroups)?.find((item) => item.arn === targetGroupArn);
  return all?.filter((balancer) => group?.loadBalancers.includes(balancer.arn) ?? forwardsTo(balancer, targetGroupArn));
}
