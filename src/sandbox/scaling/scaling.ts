import { uuid } from "../ids";
import type { AutoscalingOperations, ScalableTarget } from "../model/autoscaling.types";
import type { Table } from "../registry";
import type { Tags } from "../states";
import { page } from "../util";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { ensureLinkedRole } from "../iam/records";
import { setDesired } from "./byAlarm";
import { scheduledActionOperations } from "./scheduledActions";
import type { Timetable } from "../timetable";
import { badToken, check, keyOf, missing, validation } from "./targetId";
import { dropAlarms, makeAlarms } from "./tracking";

/** Keeps the service's desired count within the target's limits, as registering does. */
function clamp(region: Region, target: ScalableTarget): void {
  const current = region.ecs.services.get(region.arn("ecs", target.ResourceId ?? ""))?.service.desiredCount;
  if (current === undefined) return;
  const isLow = current < (target.MinCapacity ?? 0);
  const { DynamicScalingInSuspended: noneIn, DynamicScalingOutSuspended: noneOut } = target.SuspendedState ?? {};
  if (isLow ? noneOut : noneIn) return;
  const cause = isLow
    ? "minimum capacity was set above the desired count"
    : "maximum capacity was set below the desired count";
  setDesired(region, target, current, cause);
}

export const scalingOperations = (world: SandboxState, schedules: () => Timetable): Table<AutoscalingOperations> => ({
  RegisterScalableTarget: {
    supports: "*",
    run: (input, { region }) => {
      check(input);
      const service = region.ecs.services.get(region.arn("ecs", input.ResourceId));
      if (!service || service.service.status !== "ACTIVE")
        throw validation(`ECS service doesn't exist: ${input.ResourceId}`);
      const existing = region.scaling.targets.get(keyOf(input));
      if (!existing && (input.MinCapacity === undefined || input.MaxCapacity === undefined))
        throw validation("Minimum capacity and maximum capacity must be given for a new scalable target.");
      const min = input.MinCapacity ?? existing?.target.MinCapacity ?? 0;
      const max = input.MaxCapacity ?? existing?.target.MaxCapacity ?? 0;
      if (min < 0) throw validation("Minimum capacity cannot be negative.");
      if (min > max) throw validation(`Maximum capacity cannot be less than minimum capacity.`);
      ensureLinkedRole(world, "ecs.application-autoscaling.amazonaws.com");
      const arn =
        existing?.target.ScalableTargetARN ??
        region.arn("application-autoscaling", `scalable-target/0ec5${uuid().replaceAll("-", "")}`);
      const target: ScalableTarget = {
        ServiceNamespace: "ecs",
        ResourceId: input.ResourceId,
        ScalableDimension: input.ScalableDimension,
        MinCapacity: min,
        MaxCapacity: max,
        CreationTime: existing?.target.CreationTime ?? new Date(),
        RoleARN: `arn:aws:iam::${region.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
        ScalableTargetARN: arn,
        SuspendedState: {
          DynamicScalingInSuspended: false,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: false,
          ...existing?.target.SuspendedState,
          ...input.SuspendedState,
        },
      };
      const tags = existing?.tags ?? new Map<string, string>();
      for (const [k, v] of Object.entries(input.Tags ?? {})) tags.set(k, v);
      region.scaling.targets.set(keyOf(input), {
        target,
        tags,
        visibleAt: existing?.visibleAt ?? Date.now() + world.lag("scalableTarget"),
      });
      clamp(region, target);
      return { ScalableTargetARN: arn };
    },
  },
  DeregisterScalableTarget: {
    supports: "*",
    run: (input, { region }) => {
      check(input);
      if (!region.scaling.targets.delete(keyOf(input))) throw missing(input, "scalable target found");
      for (const [key, p] of region.scaling.policies) {
        if (p.ResourceId !== input.ResourceId) continue;
        dropAlarms(region, p);
        region.scaling.policies.delete(key);
      }
      for (const [key, action] of region.scaling.scheduled)
        if (action.ResourceId === input.ResourceId) region.scaling.scheduled.delete(key);
      return {};
    },
  },
  DescribeScalableTargets: {
    supports: "*",
    run: (input, { region }) => {
      const all = [...region.scaling.targets.values()]
        .map((t) => t.target)
        .filter(
          (t) =>
            t.ServiceNamespace === input.ServiceNamespace &&
            (!input.ResourceIds?.length || input.ResourceIds.includes(t.ResourceId ?? "")) &&
            (input.ScalableDimension === undefined || input.ScalableDimension === t.ScalableDimension),
        );
      const p = page(all, input.NextToken, Math.min(input.MaxResults ?? 50, 50), badToken);
      return { ScalableTargets: p.items, NextToken: p.next };
    },
  },
  PutScalingPolicy: {
    supports:
      "PolicyName ServiceNamespace ResourceId ScalableDimension PolicyType StepScalingPolicyConfiguration " +
      "TargetTrackingScalingPolicyConfiguration",
    run: (input, { region }) => {
      check(input);
      if (input.PolicyName.length < 1 || input.PolicyName.length > 256)
        throw validation(
          "1 validation error detected: Value at 'policyName' failed to satisfy constraint: Member must have " +
            "length less than or equal to 256",
        );
      const target = region.scaling.targets.get(keyOf(input));
      if (!target || Date.now() < target.visibleAt) throw missing(input, "scalable target registered");
      const tracking = input.TargetTrackingScalingPolicyConfiguration;
      if (input.PolicyType === "TargetTrackingScaling" && !tracking)
        throw validation("TargetTrackingScalingPolicyConfiguration must be given for a TargetTrackingScaling policy.");
      const metric = tracking?.PredefinedMetricSpecification?.PredefinedMetricType;
      if (metric === "ALBRequestCountPerTarget" && !tracking?.PredefinedMetricSpecification?.ResourceLabel)
        throw validation("ResourceLabel is required for predefined metric type ALBRequestCountPerTarget.");
      const key = `${keyOf(input)}|${input.PolicyName}`;
      const existing = region.scaling.policies.get(key);
      const arn =
        existing?.PolicyARN ??
        region.arn(
          "autoscaling",
          `scalingPolicy:${uuid()}:resource/ecs/${input.ResourceId}:policyName/${input.PolicyName}`,
        );
      const known = { PolicyARN: arn, ResourceId: input.ResourceId, Alarms: existing?.Alarms };
      const alarms = tracking ? makeAlarms(world, region, known, tracking) : [];
      region.scaling.policies.set(key, {
        PolicyARN: arn,
        PolicyName: input.PolicyName,
        ServiceNamespace: "ecs",
        ResourceId: input.ResourceId,
        ScalableDimension: input.ScalableDimension,
        PolicyType: input.PolicyType ?? "StepScaling",
        StepScalingPolicyConfiguration: input.StepScalingPolicyConfiguration,
        TargetTrackingScalingPolicyConfiguration: tracking,
        Alarms: alarms,
        CreationTime: existing?.CreationTime ?? new Date(),
      });
      return { PolicyARN: arn, Alarms: alarms };
    },
  },
  DeleteScalingPolicy: {
    supports: "*",
    run: (input, { region }) => {
      check(input);
      const key = `${keyOf(input)}|${input.PolicyName}`;
      dropAlarms(region, region.scaling.policies.get(key));
      if (!region.scaling.policies.delete(key)) throw missing(input, "scaling policy found");
      return {};
    },
  },
  DescribeScalingPolicies: {
    supports: "*",
    run: (input, { region }) => {
      const all = [...region.scaling.policies.values()].filter(
        (p) =>
          p.ServiceNamespace === input.ServiceNamespace &&
          (input.ResourceId === undefined || p.ResourceId === input.ResourceId) &&
          (input.ScalableDimension === undefined || p.ScalableDimension === input.ScalableDimension) &&
          (!input.PolicyNames?.length || input.PolicyNames.includes(p.PolicyName ?? "")),
      );
      const p = page(all, input.NextToken, Math.min(input.MaxResults ?? 10, 10), badToken);
      return { ScalingPolicies: p.items, NextToken: p.next };
    },
  },
  DescribeScalingActivities: {
    supports: "ServiceNamespace ResourceId ScalableDimension MaxResults NextToken IncludeNotScaledActivities",
    run: (input, { region }) => {
      const all = region.scaling.activities.filter(
        (a) =>
          a.ServiceNamespace === input.ServiceNamespace &&
          (input.ResourceId === undefined || a.ResourceId === input.ResourceId),
      );
      const p = page(all, input.NextToken, Math.min(input.MaxResults ?? 50, 50), badToken);
      return { ScalingActivities: p.items, NextToken: p.next };
    },
  },
  ...scheduledActionOperations(schedules),
  TagResource: {
    supports: "*",
    run: (input, { region }) => {
      for (const [k, v] of Object.entries(input.Tags)) tagsOf(region, input.ResourceARN).set(k, v);
      return {};
    },
  },
  UntagResource: {
    supports: "*",
    run: (input, { region }) => {
      for (const k of input.TagKeys) tagsOf(region, input.ResourceARN).delete(k);
      return {};
    },
  },
  ListTagsForResource: {
    supports: "*",
    run: (input, { region }) => ({ Tags: Object.fromEntries(tagsOf(region, input.ResourceARN)) }),
  },
});

function tagsOf(region: Region, arn: string): Tags {
  const found = [...region.scaling.targets.values()].find((t) => t.target.ScalableTargetARN === arn);
  if (!found)
    throw new ApiError("ResourceNotFoundException", `The specified resource was not found: ${arn}`, 400, {
      ResourceName: arn,
    });
  return found.tags;
}
