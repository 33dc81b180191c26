/** What CloudWatch is asked for a service's figures. */
import { loadBalancerDimension, targetGroupDimension } from "../base/metricDimensions";
import type { MetricQuery } from "../ports/metrics";
import { seriesSpecs, type MetricOf, type SeriesId } from "./charts";
import type { Absence } from "./look";
import type { TimeSpan } from "./range";

export interface QuerySubject {
  cluster: string;
  service: string;
  /** ARN of the target group that the service registers its tasks with; undefined where it has none. */
  groupArn: string | undefined;
  /** ARN of the load balancer that sends to it. */
  balancerArn: string | undefined;
  logGroup: string | undefined;
  /** False where the target group could not be read: then nobody knows about the load balancer. */
  wasRead: boolean;
}

/** The queries of one look, and why the others are not asked. */
export function planQueries(
  { cluster, service, groupArn, balancerArn, logGroup, wasRead }: QuerySubject,
  { periodSeconds }: TimeSpan,
): { queries: MetricQuery[]; absences: Map<SeriesId, Absence> } {
  const balancer = balancerArn === undefined ? undefined : loadBalancerDimension(balancerArn);
  const isNetwork = balancer !== undefined && !balancer.startsWith("app/");
  const noBalancer: Absence =
    groupArn !== undefined && !wasRead ? "failed" : isNetwork ? "networkLoadBalancer" : "noLoadBalancer";
  const ofBalancer = balancer === undefined || isNetwork ? undefined : { LoadBalancer: balancer };
  const dimensions: Readonly<Record<MetricOf, Readonly<Record<string, string>> | undefined>> = {
    service: { ClusterName: cluster, ServiceName: service },
    loadBalancer: ofBalancer,
    targetGroup:
      ofBalancer && groupArn !== undefined ? { ...ofBalancer, TargetGroup: targetGroupDimension(groupArn) } : undefined,
    logGroup: logGroup === undefined ? undefined : { LogGroupName: logGroup },
  };
  const queries: MetricQuery[] = [];
  const absences = new Map<SeriesId, Absence>();
  for (const { id, of, namespace, metric, statistic } of seriesSpecs) {
    const found = dimensions[of];
    if (found) queries.push({ id, namespace, metric, dimensions: found, statistic, periodSeconds });
    else absences.set(id, of === "logGroup" ? "noLogGroup" : noBalancer);
  }
  return { queries, absences };
}
