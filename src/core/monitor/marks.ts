/** What happened to a service, on its figures' time; and which alarms are about it. */
import { loadBalancerDimension } from "../base/metricDimensions";
import { outcomeOf } from "../deploy/history";
import type { ServiceDeployment, ServiceRevision } from "../ports/cloud";
import type { AlarmChange, MetricAlarm, ScalingActivity } from "../ports/metrics";
import type { Mark, MonitorSubject, SeenAlarm } from "./look";
import type { TimeSpan } from "./range";

/** Alarms of target tracking are made, changed and removed by Application Auto Scaling alone, under such names. */
const ofTargetTracking = /^TargetTracking-/;

/**
 * The alarms that watch this service, its target group or its load balancer; those of somebody else's metrics are left
 * out. The ones that rang stand first.
 * @param group its dimension, where the service has a target group
 */
export function alarmsOf(
  alarms: readonly MetricAlarm[],
  { cluster, service }: MonitorSubject,
  group: string | undefined,
  balancerArn: string | undefined,
): SeenAlarm[] {
  const balancer = balancerArn === undefined ? undefined : loadBalancerDimension(balancerArn);
  const isAbout = (dimensions: Readonly<Record<string, string>>): boolean =>
    (dimensions["ClusterName"] === cluster && dimensions["ServiceName"] === service) ||
    (group !== undefined && dimensions["TargetGroup"] === group) ||
    (balancer !== undefined && dimensions["LoadBalancer"] === balancer && dimensions["TargetGroup"] === undefined);
  const order = ["ALARM", "INSUFFICIENT_DATA", "OK"];
  return alarms
    .filter(({ dimensions }) => dimensions.some(isAbout))
    .map((alarm) => ({ ...alarm, ofScaling: ofTargetTracking.test(alarm.name) }))
    .sort(
      (one, other) =>
        order.indexOf(one.state) - order.indexOf(other.state) ||
        Number(one.ofScaling) - Number(other.ofScaling) ||
        (one.name < other.name ? -1 : 1),
    );
}

/** "Setting desired count to 3." and the like; ECS and Application Auto Scaling write it so in every region. */
const countIn = (description: string): number | undefined => {
  const found = /desired count to (\d+)/i.exec(description)?.[1];
  return found === undefined ? undefined : Number(found);
};

export interface MarksInput {
  deployments: readonly ServiceDeployment[] | undefined;
  revisions: readonly ServiceRevision[] | undefined;
  activities: readonly ScalingActivity[] | undefined;
  changes: ReadonlyMap<string, readonly AlarmChange[]> | undefined;
  span: TimeSpan;
  now: number;
}

/** All that happened from the beginning of the span until now, oldest first. */
export function marksOf({ deployments, revisions, activities, changes, span, now }: MarksInput): Mark[] {
  const nameOf = (revision: string | undefined): string | undefined =>
    revisions
      ?.find(({ arn }) => arn === revision)
      ?.taskDefinition.split("/")
      .at(-1);
  const marks: Mark[] = [
    ...(deployments ?? []).map((deployment): Mark => {
      const outcome = outcomeOf(deployment.status);
      const revision = nameOf(deployment.targetRevision);
      return {
        kind: "deployment",
        at: deployment.startedAt ?? deployment.createdAt,
        ...(deployment.finishedAt === undefined ? {} : { endedAt: deployment.finishedAt }),
        ...(outcome === undefined ? {} : { outcome }),
        ...(revision === undefined ? {} : { revision }),
      };
    }),
    ...(activities ?? []).map(({ at, status, description }): Mark => {
      const to = countIn(description);
      return {
        kind: "scaling",
        at,
        failed: status === "Failed",
        quote: description,
        ...(to === undefined ? {} : { to }),
      };
    }),
    ...[...(changes ?? [])].flatMap(([alarm, list]) =>
      list.map(({ at, to }): Mark => ({ kind: "alarm", at, alarm, to })),
    ),
  ];
  return marks
    .filter((mark) => ("endedAt" in mark ? (mark.endedAt ?? mark.at) : mark.at) >= span.from && mark.at <= now)
    .sort((one, other) => one.at - other.at);
}
