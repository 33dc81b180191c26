/** Finding load balancers, listeners and target groups by ARN, and what hangs together. */
import type { Action } from "../model/elbv2.types";
import type { ListenerRecord, LoadBalancerRecord, RuleRecord, TargetGroupRecord } from "../states";
import { ApiError } from "../wire/errors";
import type { Region } from "../world";

/** A load balancer and where it is. */
export interface Found {
  readonly region: Region;
  readonly balancer: LoadBalancerRecord;
}

export function loadBalancerOf(region: Region, arn: string): LoadBalancerRecord {
  const record = region.elb.loadBalancers.get(arn);
  if (!record) throw new ApiError("LoadBalancerNotFound", `Load balancer '${arn}' not found`);
  return record;
}

export function targetGroupOf(region: Region, arn: string): TargetGroupRecord {
  const record = region.elb.targetGroups.get(arn);
  if (!record) throw new ApiError("TargetGroupNotFound", `Target groups '${arn}' not found`);
  return record;
}

export function listenerOf(region: Region, arn: string): { record: ListenerRecord; balancer: LoadBalancerRecord } {
  for (const balancer of region.elb.loadBalancers.values()) {
    const record = balancer.listeners.get(arn);
    if (record) return { record, balancer };
  }
  throw new ApiError("ListenerNotFound", `One or more listeners not found`);
}

export function ruleOf(
  region: Region,
  arn: string,
): { record: RuleRecord; listener: ListenerRecord; balancer: LoadBalancerRecord } {
  for (const balancer of region.elb.loadBalancers.values()) {
    for (const listener of balancer.listeners.values()) {
      const record = listener.rules.get(arn);
      if (record) return { record, listener, balancer };
    }
  }
  throw new ApiError("RuleNotFound", `One or more rules not found`);
}

/** The target groups that actions forward to, with weights. */
export function forwardsTo(actions: readonly Action[] | undefined): { arn: string; weight: number }[] {
  return (actions ?? [])
    .filter((a) => a.Type === "forward")
    .flatMap((a) => {
      const tuples = a.ForwardConfig?.TargetGroups;
      if (tuples?.length) return tuples.map((t) => ({ arn: t.TargetGroupArn ?? "", weight: t.Weight ?? 1 }));
      return a.TargetGroupArn ? [{ arn: a.TargetGroupArn, weight: 1 }] : [];
    });
}

/** Every target group that the load balancer's rules name. */
export function groupsBehind(balancer: LoadBalancerRecord): Set<string> {
  const rules = [...balancer.listeners.values()].flatMap((l) => [...l.rules.values()]);
  return new Set(rules.flatMap((r) => forwardsTo(r.rule.Actions).map((f) => f.arn)));
}

/** The load balancer that uses the target group, if any. */
export function balancerUsing(region: Region, targetGroupArn: string): LoadBalancerRecord | undefined {
  return [...region.elb.loadBalancers.values()].find((b) => groupsBehind(b).has(targetGroupArn));
}

/** A task's loopback port behind an address of the VPC. */
export function endpointOf(
  region: Region,
  address: string,
  port: number,
): { port: number | undefined; groups: readonly string[]; zone: string | undefined } | undefined {
  for (const t of region.ecs.tasks.values()) {
    if (t.address !== address || t.stoppedAt !== undefined) continue;
    return {
      port: t.published.get(port),
      groups: t.securityGroups,
      zone: region.ec2.subnets.get(t.subnetId)?.AvailabilityZone,
    };
  }
  return undefined;
}
