import {
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
  type MetricType,
} from "@aws-sdk/client-application-auto-scaling";
import type { ScalingPort } from "../core/ports/cloud";
import type { Caller } from "./session";

const target = (cluster: string, service: string) => ({
  ServiceNamespace: "ecs" as const,
  ResourceId: `service/${cluster}/${service}`,
  ScalableDimension: "ecs:service:DesiredCount" as const,
});

/** Application Auto Scaling, of ECS services. */
export function scalingPort(caller: Caller): ScalingPort {
  const { scaling } = caller.session;
  return {
    async findTarget(cluster, service) {
      const { ResourceId, ...rest } = target(cluster, service);
      const { ScalableTargets } = await caller.send(
        scaling,
        new DescribeScalableTargetsCommand({ ...rest, ResourceIds: [ResourceId] }),
      );
      const found = ScalableTargets?.[0];
      return found ? { minimum: found.MinCapacity ?? 0, maximum: found.MaxCapacity ?? 0 } : undefined;
    },
    async registerTarget(cluster, service, { minimum, maximum }, tags) {
      await caller.send(
        scaling,
        new RegisterScalableTargetCommand({
          ...target(cluster, service),
          MinCapacity: minimum,
          MaxCapacity: maximum,
          Tags: tags,
        }),
      );
    },
    async deregisterTarget(cluster, service) {
      await caller.send(scaling, new DeregisterScalableTargetCommand(target(cluster, service)));
    },
    async listPolicies(cluster, service) {
      const { ScalingPolicies } = await caller.send(
        scaling,
        new DescribeScalingPoliciesCommand(target(cluster, service)),
      );
      return (ScalingPolicies ?? []).map((policy) => {
        const configuration = policy.TargetTrackingScalingPolicyConfiguration;
        const metric = configuration?.PredefinedMetricSpecification;
        return {
          name: policy.PolicyName ?? "",
          metric: metric?.PredefinedMetricType ?? "",
          value: configuration?.TargetValue ?? 0,
          ...(metric?.ResourceLabel === undefined ? {} : { label: metric.ResourceLabel }),
        };
      });
    },
    async putPolicy(cluster, service, { name, metric, value, label }) {
      await caller.send(
        scaling,
        new PutScalingPolicyCommand({
          ...target(cluster, service),
          PolicyName: name,
          PolicyType: "TargetTrackingScaling",
          TargetTrackingScalingPolicyConfiguration: {
            TargetValue: value,
            PredefinedMetricSpecification: {
              PredefinedMetricType: metric as MetricType,
              ...(label === undefined ? {} : { ResourceLabel: label }),
            },
          },
        }),
      );
    },
  };
}
