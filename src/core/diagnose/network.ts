/** Ways out of a subnet, and who lets whom in: judged from route tables, endpoints and security groups. */
import type { LoadBalancerFacts, SubnetFacts } from "../ports/inspection";
import type { SecurityGroupRule } from "../ports/cloud";
import { valueOf, type SeenLoadBalancer, type Situation } from "../situation/model";
import type { View } from "./model";

/** Undefined: it cannot be told. */
export interface Way {
  open: boolean | undefined;
  why: string;
}

function bounds(cidr: string): [number, number] | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(cidr);
  if (!match) return undefined;
  const start = match.slice(1, 5).reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(match[5] ?? 32));
  const first = Math.floor(start / size) * size;
  return [first, first + size - 1];
}

/** True when two IPv4 blocks (or addresses) have an address in common. */
export function overlaps(one: string, other: string): boolean {
  const [a, b] = [bounds(one), bounds(other)];
  return a !== undefined && b !== undefined && a[0] <= b[1] && b[0] <= a[1];
}

/** Whether one of these rules lets TCP on this port pass for these groups or addresses. */
export function letsPass(rules: readonly SecurityGroupRule[], port: number, groups: readonly string[], blocks: readonly string[]): boolean {
  return rules.some((rule) => {
    const covers = rule.protocol === "-1" || (["tcp", "6"].includes(rule.protocol) && rule.fromPort <= port && port <= rule.toPort);
    return covers && (rule.groups.some((group) => groups.includes(group)) || rule.cidrs.some((cidr) => blocks.some((block) => overlaps(cidr, block))));
  });
}

const everywhere = ["0.0.0.0/0"];

/** Rules of these groups in one direction; undefined where one could not be read. */
export function rulesOf(situation: Situation, ids: readonly string[], direction: "ingress" | "egress"): SecurityGroupRule[] | undefined {
  const known = valueOf(situation.securityGroups);
  if (!known || ids.length === 0) return undefined;
  const groups = ids.map((id) => known.find((group) => group.id === id));
  return groups.every((group) => group !== undefined) ? groups.flatMap((group) => group[direction]) : undefined;
}

/** The groups of the tasks. */
export const taskGroups = ({ situation }: View): string[] => valueOf(situation.service)?.network?.securityGroups ?? [];

/** The subnets that the judged task is in, or could be in. */
export function subnetsOf({ situation, task }: View): SubnetFacts[] | undefined {
  const known = valueOf(situation.subnets);
  const ids = task?.subnet ? [task.subnet] : valueOf(situation.service)?.network?.subnets;
  if (!known || !ids) return undefined;
  const found = ids.map((id) => known.find((subnet) => subnet.id === id));
  return found.every((subnet) => subnet !== undefined) ? found : undefined;
}

function throughEndpoint(view: View, subnet: SubnetFacts, service: string): Way {
  const { situation } = view;
  if (!situation.endpoints.known) return { open: undefined, why: `The VPC's endpoints could not be read: ${situation.endpoints.why}` };
  const candidates = situation.endpoints.value.filter((item) => item.service === service);
  if (candidates.length === 0) return { open: false, why: `there is no endpoint for ${service}` };
  const usable = candidates.filter((item) => item.state.toLowerCase() === "available");
  if (usable.length === 0) return { open: false, why: `the endpoint ${candidates[0]?.id ?? ""} for ${service} is ${candidates[0]?.state ?? ""}` };
  let closed = "";
  for (const item of usable) {
    if (item.kind === "gateway") {
      if (subnet.routeTable !== undefined && item.routeTables.includes(subnet.routeTable)) {
        if (item.openPolicy !== false) return { open: true, why: `${item.id} serves ${service}` };
        return { open: undefined, why: `the policy of the endpoint ${item.id} for ${service} does not let everything through` };
      }
      closed = `the gateway endpoint ${item.id} for ${service} is not in the route table ${subnet.routeTable ?? "of the subnet"}`;
      continue;
    }
    if (!item.privateDns) {
      closed = `the endpoint ${item.id} for ${service} has no private DNS name`;
      continue;
    }
    const rules = rulesOf(situation, item.securityGroups, "ingress");
    if (!rules) return { open: undefined, why: `the security groups of the endpoint ${item.id} could not be read` };
    if (letsPass(rules, 443, taskGroups(view), [view.task?.address ?? subnet.cidr])) return { open: true, why: `${item.id} serves ${service}` };
    closed = `the security group of the endpoint ${item.id} for ${service} does not let the tasks in on port 443`;
  }
  return { open: false, why: closed };
}

/** The subnet's own way to the internet, endpoints aside. */
function direct(view: View, subnet: SubnetFacts): Way {
  const service = valueOf(view.situation.service);
  const egress = rulesOf(view.situation, taskGroups(view), "egress");
  if (egress && !letsPass(egress, 443, [], everywhere)) return { open: false, why: `the tasks' security group ${taskGroups(view).join(", ")} lets nothing out on port 443` };
  const place = `${subnet.id} (${subnet.zone})`;
  const table = subnet.routeTable ? `its route table ${subnet.routeTable}` : "its route table";
  if (subnet.blackhole) return { open: false, why: `the default route of ${place} leads nowhere (a blackhole in ${table})` };
  if (subnet.egress === "none") return { open: false, why: subnet.natState && subnet.natState !== "available" ? `the NAT gateway that ${place} goes out by is ${subnet.natState}` : `${place} has no default route in ${table}` };
  if (subnet.egress === "nat") return subnet.natState === undefined || subnet.natState === "available" ? { open: true, why: `${place} goes out by a NAT gateway` } : { open: false, why: `the NAT gateway that ${place} goes out by is ${subnet.natState}` };
  if (view.task?.publicAddress !== undefined) return { open: true, why: `the task in ${place} has the public address ${view.task.publicAddress}` };
  if (service?.network) return service.network.assignPublicIp ? { open: true, why: `${place} is public and its tasks get public addresses` } : { open: false, why: `${place} goes out by an internet gateway, but the tasks get no public address` };
  return { open: undefined, why: `whether the task in ${place} had a public address is not known` };
}

/** Whether the task reaches this AWS service: `ecr.api`, `ecr.dkr`, `s3`, `logs`, `secretsmanager`, `ssm`, … */
export function wayTo(view: View, service: string): Way {
  const subnets = subnetsOf(view);
  if (!subnets?.length) return { open: undefined, why: view.situation.subnets.known ? "Which subnet the task is in is not known." : `The subnets could not be read: ${view.situation.subnets.why}` };
  const ways = subnets.map((subnet): Way => {
    const out = direct(view, subnet);
    if (out.open) return out;
    const endpoint = throughEndpoint(view, subnet, service);
    if (endpoint.open) return endpoint;
    return { open: out.open === undefined || endpoint.open === undefined ? undefined : false, why: endpoint.open === undefined ? endpoint.why : `${out.why}, and ${endpoint.why}` };
  });
  const shut = ways.filter((way) => way.open === false);
  if (shut.length === ways.length) return ways[0] as Way;
  if (shut.length) return { open: undefined, why: `Some of the subnets have a way out and some have not: ${shut[0]?.why ?? ""}.` };
  return ways.find((way) => way.open === undefined) ?? (ways[0] as Way);
}

/** The load balancers that send to this target group; undefined where that could not be read. */
export function balancersOf(situation: Situation, targetGroupArn: string): SeenLoadBalancer[] | undefined {
  const all = valueOf(situation.loadBalancers);
  const group = valueOf(situation.targetGroups)?.find((item) => item.arn === targetGroupArn);
  if (!all) return undefined;
  return all.filter((balancer) => group?.loadBalancers.includes(balancer.arn) ?? forwardsTo(balancer, targetGroupArn));
}

/** True when a listener or one of its rules names the group. */
export function forwardsTo(balancer: SeenLoadBalancer, arn: string): boolean {
  const names = (forwards: readonly { arn: string }[]) => forwards.some((item) => item.arn === arn);
  return (valueOf(balancer.listeners) ?? []).some((listener) => names(listener.forwards) || (valueOf(listener.rules) ?? []).some((rule) => names(rule.forwards)));
}

/** Whether the load balancer's connections get to the task's port: its own way out, and the task's way in. */
export function balancerWay(view: View, balancer: LoadBalancerFacts, port: number): Way {
  const { situation } = view;
  const subnets = valueOf(situation.subnets) ?? [];
  const blocksOf = (ids: readonly string[]) => subnets.filter((subnet) => ids.includes(subnet.id)).map((subnet) => subnet.cidr);
  const [tasks, own] = [taskGroups(view), balancer.securityGroups];
  const ingress = rulesOf(situation, tasks, "ingress");
  if (!ingress) return { open: undefined, why: situation.securityGroups.known ? "The tasks' security groups are not known." : `The security groups could not be read: ${situation.securityGroups.why}` };
  if (!letsPass(ingress, port, own, blocksOf(balancer.subnets))) return { open: false, why: `The tasks' security group ${tasks.join(", ")} does not let the load balancer ${balancer.name} (${own.join(", ")}) in on port ${port}.` };
  const egress = rulesOf(situation, own, "egress");
  if (!egress) return { open: undefined, why: "The load balancer's security groups are not known." };
  const taskBlocks = view.task?.address ? [view.task.address] : blocksOf(valueOf(situation.service)?.network?.subnets ?? []);
  if (!letsPass(egress, port, tasks, taskBlocks)) return { open: false, why: `The load balancer's security group ${own.join(", ")} lets nothing out to the tasks on port ${port}.` };
  return { open: true, why: `Security groups let the load balancer ${balancer.name} in on port ${port}.` };
}
