/** What a service used and answered in the last hour, a minute each, as far as CloudWatch has it. */
import { loadBalancerDimension, targetGroupDimension } from "../../base/metricDimensions";
import type { Cloud, Service } from "../../ports/cloud";
import type { MetricQuery } from "../../ports/metrics";
import { read, type Read, type SeenFigures, type SeenTargetGroup } from "./serviceSnapshot";

const hour = 3_600_000;
const minute = 60_000;

/** One call. */
export function figuresOf(
  cloud: Cloud,
  cluster: string,
  service: Service,
  groups: readonly SeenTargetGroup[],
  now: number,
): Promise<Read<SeenFigures>> {
  const ofService = { ClusterName: cluster, ServiceName: service.name };
  const group = groups.find(({ arn }) => arn === service.loadBalancers[0]?.targetGroupArn);
  const balancer = group?.loadBalancers[0];
  const ofGroup =
    group && balancer !== undefined
      ? { LoadBalancer: loadBalancerDimension(balancer), TargetGroup: targetGroupDimension(group.arn) }
      : undefined;
  const query = (
    id: keyof SeenFigures,
    metric: string,
    more: Pick<MetricQuery, "namespace" | "dimensions" | "statistic">,
  ) => ({
    id,
    metric,
    periodSeconds: 60,
    ...more,
  });
  const use = { namespace: "AWS/ECS", dimensions: ofService, statistic: "Maximum" } as const;
  const queries: MetricQuery[] = [
    query("cpu", "CPUUtilization", use),
    query("memory", "MemoryUtilization", use),
    ...(ofGroup
      ? [
          query("requests", "RequestCount", { namespace: "AWS/ApplicationELB", dimensions: ofGroup, statistic: "Sum" }),
          query("failed", "HTTPCode_Target_5XX_Count", {
            namespace: "AWS/ApplicationELB",
            dimensions: ofGroup,
            statistic: "Sum",
          }),
        ]
      : []),
  ];
  const until = Math.ceil(now / minute) * minute;
  return read(async () => {
    const found = await cloud.metrics.read(queries, until - hour, until);
    const points = (id: keyof SeenFigures) => found.get(id)?.points ?? [];
    return { cpu: points("cpu"), memory: points("memory"), requests: points("requests"), failed: points("failed") };
  });
}
