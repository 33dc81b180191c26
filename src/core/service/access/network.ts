/** Ways out of a subnet, and who lets whom in, for the task that is judged. Undefined: it cannot be told. */
import type { GuardFacts, SubnetFacts } from "../../ports/inspection";
import { letsIn, letsOut, reachesServices } from "./reach";
import { valueOf, type SeenLoadBalancer, type Situation } from "../snapshot/serviceSnapshot";
import type { View } from "../diagnosis/types";

export interface Way {
  open: boolean | undefined;
  why: string;
}

/** These groups; undefined where one of them could not be read. */
export function guardsOf(situation: Situation, ids: readonly string[]): GuardFacts[] | undefined {
  const known = valueOf(situation.securityGroups);
  if (!known || ids.length === 0) return undefined;
  const groups = ids.map((id) => known.find((group) => group.id === id));
  return groups.every((group) => group !== undefined) ? groups : undefined;
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

/** Whether the task reaches these AWS services: `ecr.api`, `ecr.dkr`, `s3`, `logs`, `secretsmanager`, `ssm`, … */
export function wayTo(view: View, services: readonly string[]): Way {
  const { situation, task } = view;
  const subnets = subnetsOf(view);
  if (!subnets?.length)
    return {
      open: undefined,
      why: situation.subnets.known
        ? "which subnet the task is in is not known"
        : `the subnets could not be read: ${situation.subnets.why}`,
    };
  const network = valueOf(situation.service)?.network;
  if (!network && task?.publicAddress === undefined && subnets.some((subnet) => subnet.egress === "internet"))
    return { open: undefined, why: "whether the task had a public address is not known" };
  const groups = guardsOf(situation, taskGroups(view)) ?? [];
  const publicIp = task?.publicAddress !== undefined || (network?.assignPublicIp ?? false);
  const endpoints = valueOf(situation.endpoints);
  const ways = subnets.map((subnet): Way => {
    const reach = reachesServices(
      { subnet, groups, publicIp },
      services,
      endpoints ?? [],
      valueOf(situation.securityGroups) ?? [],
    );
    if (!reach.ok)
      return endpoints
        ? { open: false, why: reach.why }
        : { open: undefined, why: `the VPC's endpoints could not be read` };
    const narrow =
      reach.why.includes("endpoint") &&
      endpoints?.find((item) => services.includes(item.service) && item.openPolicy === false);
    return narrow
      ? {
          open: undefined,
          why: `the policy of the endpoint ${narrow.id} for ${narrow.service} does not let everything through`,
        }
      : { open: true, why: reach.why };
  });
  const shut = ways.find((way) => way.open === false);
  if (shut && ways.every((way) => way.open === false)) return shut;
  if (shut) return { open: undefined, why: `some of the subnets have a way out and some have not: ${shut.why}` };
  return ways.find((way) => way.open === undefined) ?? (ways[0] as Way);
}

/** The load balancers that send to this target group; undefined where that could not be read. */
export function balancersOf(situation: Situation, targetGroupArn: string): SeenLoadBalancer[] | undefined {
  const all = valueOf(situation.loadBalancers);
  const group = valueOf(situation.targetGroups)?.find((item) => item.arn === targetGroupArn);
  return all?.filter((balancer) => group?.loadBalancers.includes(balancer.arn) ?? forwardsTo(balancer, targetGroupArn));
}

/** True when a listener or one of its rules names the group. */
export function forwardsTo(balancer: SeenLoadBalancer, arn: string): boolean {
  const names = (forwards: readonly { arn: string }[]) => forwards.some((item) => item.arn === arn);
  return (valueOf(balancer.listeners) ?? []).some(
    (listener) => names(listener.forwards) || (valueOf(listener.rules) ?? []).some((rule) => names(rule.forwards)),
  );
}

/** Whether the load balancer's connections get to the task's port: its own way out, and the task's way in. */
export function balancerWay(view: View, balancer: SeenLoadBalancer, port: number): Way {
  const { situation } = view;
  const blocksOf = (ids: readonly string[]) =>
    (valueOf(situation.subnets) ?? []).filter((subnet) => ids.includes(subnet.id)).map((subnet) => subnet.cidr);
  const ids = taskGroups(view);
  const tasks = guardsOf(situation, ids);
  if (!tasks)
    return {
      open: undefined,
      why: situation.securityGroups.known
        ? "The tasks' security groups are not known."
        : `The security groups could not be read: ${situation.securityGroups.why}`,
    };
  if (!letsIn(tasks, { groups: balancer.securityGroups, addresses: blocksOf(balancer.subnets) }, port))
    return {
      open: false,
      why: `The tasks' security group ${ids.join(", ")} does not let the load balancer ${balancer.name} (${balancer.securityGroups.join(", ")}) in on port ${port}.`,
    };
  const own = guardsOf(situation, balancer.securityGroups);
  if (!own) return { open: undefined, why: "The load balancer's security groups are not known." };
  const addresses = view.task?.address
    ? [view.task.address]
    : blocksOf(valueOf(situation.service)?.network?.subnets ?? []);
  if (!letsOut(own, { groups: ids, addresses }, port))
    return {
      open: false,
      why: `The load balancer's security group ${balancer.securityGroups.join(", ")} lets nothing out to the tasks on port ${port}.`,
    };
  return { open: true, why: `Security groups let the load balancer ${balancer.name} in on port ${port}.` };
}
