/**
 * What a load balancer counts (AWS/ApplicationELB). Each answer counts once: as the target's, or as the balancer's own.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
import { vend } from "../cloudwatch/vended";
import type { LoadBalancerRecord, TargetGroupRecord } from "../states";
import type { Region, SandboxState } from "../world";
import { balancerUsing } from "./lookup";

const NAMESPACE = "AWS/ApplicationELB";

/** Codes of its own that a balancer counts one by one, beside their hundred. */
const OWN_CODES: readonly number[] = [500, 502, 503, 504];

/** The dimension by which a load balancer's metrics are known: `app/NAME/ID`. */
const balancerDimension = (arn: string): string => arn.split(":loadbalancer/")[1] ?? arn;

/** The dimension by which a target group's metrics are known: `targetgroup/NAME/ID`. */
const groupDimension = (arn: string): string => arn.split(":").at(-1) ?? arn;

export class Counts {
  constructor(private readonly world: SandboxState) {}

  private add(
    { region, balancer }: { readonly region: Region; readonly balancer: LoadBalancerRecord },
    groupArn: string | undefined,
    name: string,
    value = 1,
    unit = "Count",
  ): void {
    const LoadBalancer = balancerDimension(balancer.loadBalancer.LoadBalancerArn ?? "");
    vend(this.world, region, NAMESPACE, name, { LoadBalancer }, value, unit);
    if (groupArn === undefined) return;
    const TargetGroup = groupDimension(groupArn);
    vend(this.world, region, NAMESPACE, name, { TargetGroup, LoadBalancer }, value, unit);
  }

  /** A request for which a target was chosen: those that are answered before that are not counted. */
  request(found: Found, groupArn: string): void {
    this.add(found, groupArn, "RequestCount");
    const group = found.region.elb.targetGroups.get(groupArn);
    const targets = [...(group?.targets.values() ?? [])].filter((t) => t.state === "healthy").length;
    const TargetGroup = groupDimension(groupArn);
    const LoadBalancer = balancerDimension(found.balancer.loadBalancer.LoadBalancerArn ?? "");
    const share = 1 / Math.max(1, targets);
    const both: readonly Readonly<Record<string, string>>[] = [{ TargetGroup }, { TargetGroup, LoadBalancer }];
    for (const of of both) vend(this.world, found.region, NAMESPACE, "RequestCountPerTarget", of, share, "Count");
  }

  /** A target's answer, by its status and the seconds until its head came. */
  target(found: Found, groupArn: string, status: number, seconds: number): void {
    const hundred = Math.floor(status / 100);
    if (hundred >= 2 && hundred <= 5) this.add(found, groupArn, `HTTPCode_Target_${hundred}XX_Count`);
    this.add(found, groupArn, "TargetResponseTime", seconds, "Seconds");
  }

  /** The balancer's own answer. */
  own(found: Found, status: number): void {
    const hundred = Math.floor(status / 100);
    if (hundred >= 3 && hundred <= 5) this.add(found, undefined, `HTTPCode_ELB_${hundred}XX_Count`);
    if (OWN_CODES.includes(status)) this.add(found, undefined, `HTTPCode_ELB_${status}_Count`);
  }

  /** A redirect or a fixed response, beside what it answers. */
  action(found: Found, name: "HTTP_Redirect_Count" | "HTTP_Fixed_Response_Count"): void {
    this.add(found, undefined, name);
  }

  /** A connection to a target that could not be made. */
  connectionError(found: Found, groupArn: string): void {
    this.add(found, groupArn, "TargetConnectionErrorCount");
  }
}

interface Found {
  readonly region: Region;
  readonly balancer: LoadBalancerRecord;
}

/** Notes how many of the group's targets are healthy now; nothing of a group without targets, or without a balancer. */
export function countHosts(world: SandboxState, region: Region, { group, targets }: TargetGroupRecord): void {
  const arn = group.TargetGroupArn ?? "";
  const balancer = balancerUsing(region, arn);
  const counted = [...targets.values()].filter((t) => t.drainingSince === undefined && t.state !== "unused");
  if (!balancer || counted.length === 0) return;
  const of = {
    TargetGroup: groupDimension(arn),
    LoadBalancer: balancerDimension(balancer.loadBalancer.LoadBalancerArn ?? ""),
  };
  const healthy = counted.filter((t) => t.state === "healthy").length;
  const unhealthy = counted.filter((t) => t.state === "unhealthy").length;
  vend(world, region, NAMESPACE, "HealthyHostCount", of, healthy, "Count");
  vend(world, region, NAMESPACE, "UnHealthyHostCount", of, unhealthy, "Count");
}
