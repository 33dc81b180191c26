import {
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { isCancelled, reportOf, type ErrorReport } from "../../core/base/errors";
import { ago, type ResourceItem } from "../../core/ports/resourceModel";
import type { Caller } from "../session";
import type { Loaders } from "./shared";

export const scalingOf = (ref: ResourceItem["ref"]) => ({
  ServiceNamespace: "ecs" as const,
  ResourceId: `service/${ref["cluster"] ?? ""}/${ref["service"] ?? ""}`,
  ScalableDimension: "ecs:service:DesiredCount" as const,
});

/** The metrics of target tracking, as people call them. */
const metricWords: Readonly<Record<string, string>> = {
  ECSServiceAverageCPUUtilization: "CPU",
  ECSServiceAverageMemoryUtilization: "memory",
  ALBRequestCountPerTarget: "requests per target",
};

async function recentActivities(caller: Caller, parent: ResourceItem, ResourceId: string): Promise<ResourceItem[]> {
  const { ScalingActivities } = await caller.send(
    caller.session.scaling,
    new DescribeScalingActivitiesCommand({ ServiceNamespace: "ecs", ResourceId, MaxResults: 10 }),
  );
  return (ScalingActivities ?? []).map((activity) => ({
    kind: "scalingActivity",
    key: activity.ActivityId ?? "",
    label: activity.Description ?? "",
    description: [activity.StatusCode?.toLowerCase(), ago(activity.StartTime?.getTime(), Date.now())]
      .filter(Boolean)
      .join(" · "),
    state: activity.StatusCode === "Failed" ? "bad" : "plain",
    expandable: false,
    can: [],
    ref: parent.ref,
    facts: [
      ["Cause", activity.Cause ?? ""],
      ["Status", activity.StatusMessage ?? activity.StatusCode ?? ""],
    ],
  }));
}

/** Stands where the activities would, and says why they are not there. */
const unread = (parent: ResourceItem, error: ErrorReport): ResourceItem => ({
  kind: "scalingActivity",
  key: "(unread)",
  label: "Activities could not be read",
  description: error.summary,
  state: "off",
  expandable: false,
  can: [],
  ref: parent.ref,
  facts: [["What happened", error.summary], ...error.evidence.map((line): [string, string] => ["AWS says", line])],
});

export const scalingLoaders: Loaders = {
  async scaling(caller, parent) {
    const { scaling } = caller.session;
    const { ResourceId, ...rest } = scalingOf(parent.ref);
    const { ScalableTargets } = await caller.send(
      scaling,
      new DescribeScalableTargetsCommand({ ...rest, ResourceIds: [ResourceId] }),
    );
    const [target] = ScalableTargets ?? [];
    if (!target) return { items: [] };
    const [{ ScalingPolicies }, activities] = await Promise.all([
      caller.send(scaling, new DescribeScalingPoliciesCommand({ ...rest, ResourceId })),
      // Without them the policies are still worth seeing: their own permission may be missing, and emulators may not
      // have them.
      recentActivities(caller, parent, ResourceId).catch((error: unknown) => {
        if (isCancelled(error)) throw error;
        return [unread(parent, reportOf(error))];
      }),
    ]);
    const limits = `${target.MinCapacity ?? 0} to ${target.MaxCapacity ?? 0} tasks`;
    const policies = (ScalingPolicies ?? []).map((policy): ResourceItem => {
      const tracking = policy.TargetTrackingScalingPolicyConfiguration;
      const metric = tracking?.PredefinedMetricSpecification?.PredefinedMetricType ?? policy.PolicyType ?? "";
      return {
        kind: "scalingPolicy",
        key: policy.PolicyName ?? "",
        label: policy.PolicyName ?? "",
        description: [
          metricWords[metric] ?? metric,
          tracking?.TargetValue === undefined ? "" : `target ${tracking.TargetValue}`,
          limits,
        ]
          .filter(Boolean)
          .join(" · "),
        state: "plain",
        expandable: false,
        can: [],
        ...(policy.PolicyARN === undefined ? {} : { arn: policy.PolicyARN }),
        ref: { ...parent.ref, policy: policy.PolicyName ?? "" },
        facts: [
          ["Metric", metric],
          ["Target", String(tracking?.TargetValue ?? "")],
          ["Limits", limits],
        ],
      };
    });
    const whole: ResourceItem = {
      kind: "scalingPolicy",
      key: "(limits)",
      label: limits,
      description: policies.length ? "" : "no policy",
      state: "plain",
      ref: parent.ref,
      facts: [["Limits", limits]],
      expandable: false,
      can: [],
    };
    return { items: [...(policies.length ? [] : [whole]), ...policies, ...activities] };
  },
};
