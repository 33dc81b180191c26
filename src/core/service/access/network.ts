/** Ways out of a subnet, and who lets whom in, for the task that is judged. Undefined: it cannot be told. */
import type { SecurityGroupFacts, SubnetFacts } from "../../ports/inspection";
import { letsIn, letsOut, reachesServices } from "./reach";
import { valueOf, type SeenLoadBalancer, type ServiceSnapshot } from "../snapshot/serviceSnapshot";
import type { DiagnosisContext } from "../diagnosis/types";

export interface NetworkPath {
  open: boolean | undefined;
  why: string;
}

/** These groups; undefined where one of them could not be read. */
export function readSecurityGroups(
  snapshot: ServiceSnapshot,
  ids: readonly string[],
): SecurityGroupFacts[] | undefined {
  const known = valueOf(snapshot.securityGroups);
  if (!known || ids.length === 0) return undefined;
  const groups = ids.map((id) => known.find((group) => group.id === id));
  return groups.every((group) => group !== undefined) ? groups : undefined;
}

/** The groups of the tasks. */
export const taskGroups = ({ snapshot: snapshot }: DiagnosisContext): string[] =>
  valueOf(snapshot.service)?.network?.securityGroups ?? [];

/** The subnets that the judged task is in, or could be in. */
export function subnetsOf({ snapshot: snapshot, task }: DiagnosisContext): SubnetFacts[] | undefined {
  const known = valueOf(snapshot.subnets);
  const ids = task?.subnet ? [task.subnet] : valueOf(snapshot.service)?.network?.subnets;
  if (!known || !ids) return undefined;
  const found = ids.map((id) => known.find((subnet) => subnet.id === id));
  return found.every((subnet) => subnet !== undefined) ? found : undefined;
}

/** Whether the task reaches these AWS services: `ecr.api`, `ecr.dkr`, `s3`, `logs`, `secretsmanager`, `ssm`, … */
export function pathToServices(context: DiagnosisContext, services: readonly string[]): NetworkPath {
  const { snapshot: snapshot, task } = context;
  const subnets = subnetsOf(context);
  if (!subnets?.length)
    return {
      open: undefined,
      why: snapshot.subnets.known
        ? "which subnet the task is in is not known"
        : `the subnets could not be read: ${snapshot.subnets.why}`,
    };
  const network = valueOf(snapshot.service)?.network;
  if (!network && task?.publicAddress === undefined && subnets.some((subnet) => subnet.egress === "internet"))
    return { open: undefined, why: "whether the task had a public address is not known" };
  const groups = readSecurityGroups(snapshot, taskGroups(context)) ?? [];
  const publicIp = task?.publicAddress !== undefined || (network?.assignPublicIp ?? false);
  const endpoints = valueOf(snapshot.endpoints);
  const ways = subnets.map((subnet): NetworkPath => {
    const reach = reachesServices(
      { subnet, groups, publicIp },
      services,
      endpoints ?? [],
      valueOf(snapshot.securityGroups) ?? [],
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
  return ways.find((way) => way.open === undefined) ?? (ways[0] as NetworkPath);
}

/** The load balancers that send to this target group; undefined where that could not be read. */
export function balancersOf(snapshot: ServiceSnapshot, targetGroupArn: string): SeenLoadBalancer[] | undefined {
  const all = valueOf(snapshot.loadBalancers);
  const group = valueOf(snapshot.targetGroups)?.find((item) => item.arn === targetGroupArn);
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
export function pathFromBalancer(context: DiagnosisContext, balancer: SeenLoadBalancer, port: number): NetworkPath {
  const { snapshot: snapshot } = context;
  const blocksOf = (ids: readonly string[]) =>
    (valueOf(snapshot.subnets) ?? []).filter((subnet) => ids.includes(subnet.id)).map((subnet) => subnet.cidr);
  const ids = taskGroups(context);
  const tasks = readSecurityGroups(snapshot, ids);
  if (!tasks)
    return {
      open: undefined,
      why: snapshot.securityGroups.known
        ? "The tasks' security groups are not known."
        : `The security groups could not be read: ${snapshot.securityGroups.why}`,
    };
  if (!letsIn(tasks, { groups: balancer.securityGroups, addresses: blocksOf(balancer.subnets) }, port))
    return {
      open: false,
      why: `The tasks' security group ${ids.join(", ")} does not let the load balancer ${balancer.name} (${balancer.securityGroups.join(", ")}) in on port ${port}.`,
    };
  const own = readSecurityGroups(snapshot, balancer.securityGroups);
  if (!own) return { open: undefined, why: "The load balancer's security groups are not known." };
  const addresses = context.task?.address
    ? [context.task.address]
    : blocksOf(valueOf(snapshot.service)?.network?.subnets ?? []);
  if (!letsOut(own, { groups: ids, addresses }, port))
    return {
      open: false,
      why: `The load balancer's security group ${balancer.securityGroups.join(", ")} lets nothing out to the tasks on port ${port}.`,
    };
  return { open: true, why: `Security groups let the load balancer ${balancer.name} in on port ${port}.` };
}
