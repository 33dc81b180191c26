import {
  DeleteScheduledActionCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  paginateDescribeScheduledActions,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
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
      if (!found) return undefined;
      const state = found.SuspendedState;
      const suspended = {
        in: state?.DynamicScalingInSuspended ?? false,
        out: state?.DynamicScalingOutSuspended ?? false,
        schedule: state?.ScheduledScalingSuspended ?? false,
      };
      return { minimum: found.MinCapacity ?? 0, maximum: found.MaxCapacity ?? 0, suspended };
    },
    async registerTarget(cluster, service, { minimum, maximum, suspended }, tags) {
      await caller.send(
        scaling,
        new RegisterScalableTargetCommand({
          ...target(cluster, service),
          MinCapacity: minimum,
          MaxCapacity: maximum,
          ...(Object.keys(tags).length ? { Tags: tags } : {}),
          ...(suspended
            ? {
                SuspendedState: {
                  DynamicScalingInSuspended: suspended.in,
                  DynamicScalingOutSuspended: suspended.out,
                  ScheduledScalingSuspended: suspended.schedule,
                },
              }
            : {}),
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
    async listScheduled(cluster, service) {
      const found = await caller.all(
        paginateDescribeScheduledActions,
        scaling,
        target(cluster, service),
        (page) => page.ScheduledActions,
      );
      return found.map(({ ScheduledActionName, Schedule, Timezone, ScalableTargetAction }) => ({
        name: ScheduledActionName ?? "",
        schedule: Schedule ?? "",
        ...(Timezone === undefined ? {} : { timezone: Timezone }),
        ...(ScalableTargetAction?.MinCapacity === undefined ? {} : { minimum: ScalableTargetAction.MinCapacity }),
        ...(ScalableTargetAction?.MaxCapacity === undefined ? {} : { maximum: ScalableTargetAction.MaxCapacity }),
      }));
    },
    async putScheduled(cluster, service, { name, schedule, timezone, minimum, maximum }) {
      await caller.send(
        scaling,
        new PutScheduledActionCommand({
          ...target(cluster, service),
          ScheduledActionName: name,
          Schedule: schedule,
          Timezone: timezone ?? "UTC",
          ScalableTargetAction: { MinCapacity: minimum, MaxCapacity: maximum },
        }),
      );
    },
    async deleteScheduled(cluster, service, name) {
      await caller.send(
        scaling,
        new DeleteScheduledActionCommand({ ...target(cluster, service), ScheduledActionName: name }),
      );
    },
  };
}
