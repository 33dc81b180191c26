/** The alarms by which a target tracking policy scales: CloudWatch's own, which Application Auto Scaling makes. */
import { deleteAlarms, putAlarm } from "../cloudwatch/alarms";
import { dimensions } from "../cloudwatch/store";
import { uuid } from "../ids";
import type { ScalingPolicy, TargetTrackingScalingPolicyConfiguration } from "../model/autoscaling.types";
import type { PutMetricAlarmInput } from "../model/cloudwatch.types";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";

const validation = (text: string): ApiError => new ApiError("ValidationException", text);

type Watched = Pick<PutMetricAlarmInput, "MetricName" | "Namespace" | "Dimensions" | "Statistic">;

/** ECS's predefined metrics: `ECSServiceAverageCPUUtilization` and its like. */
const PREDEFINED: Readonly<Record<string, string>> = {
  ECSServiceAverageCPUUtilization: "CPUUtilization",
  ECSServiceAverageMemoryUtilization: "MemoryUtilization",
};

/** What the policy watches. */
function watched(resourceId: string, tracking: TargetTrackingScalingPolicyConfiguration): Watched {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: own } = tracking;
  if ((predefined === undefined) === (own === undefined))
    throw validation("Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be given.");
  if (own) {
    if (own.Metrics?.length)
      throw new ApiError(
        "NotImplementedException",
        "The sandbox does not implement member 'CustomizedMetricSpecification.Metrics' of autoscaling PutScalingPolicy.",
        501,
      );
    return {
      MetricName: own.MetricName ?? "",
      Namespace: own.Namespace ?? "",
      Dimensions: own.Dimensions ?? [],
      Statistic: own.Statistic ?? "Average",
    };
  }
  const type = predefined?.PredefinedMetricType ?? "";
  if (type === "ALBRequestCountPerTarget") {
    const [, LoadBalancer = "", TargetGroup = ""] =
      /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/.exec(predefined?.ResourceLabel ?? "") ?? [];
    if (LoadBalancer === "")
      throw validation("ResourceLabel is required for predefined metric type ALBRequestCountPerTarget.");
    return {
      MetricName: "RequestCountPerTarget",
      Namespace: "AWS/ApplicationELB",
      Dimensions: dimensions({ TargetGroup, LoadBalancer }),
      Statistic: "Sum",
    };
  }
  if (/^ECS.*HighResolution$/.test(type))
    throw new ApiError(
      "NotImplementedException",
      `The sandbox does not implement the predefined metric type '${type}' of autoscaling PutScalingPolicy.`,
      501,
    );
  const MetricName = PREDEFINED[type];
  if (MetricName === undefined)
    throw validation(`Unsupported predefined metric type ${type} for the service namespace ecs.`);
  const [, ClusterName = "", ServiceName = ""] = resourceId.split("/");
  return {
    MetricName,
    Namespace: "AWS/ECS",
    Dimensions: dimensions({ ClusterName, ServiceName }),
    Statistic: "Average",
  };
}

/** More than the target in three minutes scales out; a tenth less than it in fifteen scales in. */
const KINDS = [
  { kind: "AlarmHigh", periods: 3, operator: "GreaterThanThreshold", share: 1 },
  { kind: "AlarmLow", periods: 15, operator: "LessThanThreshold", share: 0.9 },
] as const;

/** Makes the policy's alarms, in place of those that it had; gives them as the policy tells them. */
export function makeAlarms(
  world: SandboxState,
  region: Region,
  policy: Pick<ScalingPolicy, "PolicyARN" | "ResourceId" | "Alarms">,
  tracking: TargetTrackingScalingPolicyConfiguration,
): NonNullable<ScalingPolicy["Alarms"]> {
  const resourceId = policy.ResourceId ?? "";
  const metric = watched(resourceId, tracking);
  const kinds = KINDS.filter((k) => k.kind === "AlarmHigh" || tracking.DisableScaleIn !== true);
  const names = kinds.map(({ kind }) => {
    const had = policy.Alarms?.find((a) => a.AlarmName?.includes(`-${kind}-`))?.AlarmName;
    return had ?? `TargetTracking-${resourceId}-${kind}-${uuid()}`;
  });
  deleteAlarms(
    region,
    (policy.Alarms ?? []).flatMap((a) => (names.includes(a.AlarmName ?? "") ? [] : [a.AlarmName ?? ""])),
  );
  return kinds.map(({ periods, operator, share }, i) => {
    const AlarmName = names[i] ?? "";
    const { alarm } = putAlarm(world, region, {
      ...metric,
      AlarmName,
      AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policy.PolicyARN ?? ""}.`,
      ActionsEnabled: true,
      AlarmActions: [policy.PolicyARN ?? ""],
      Period: 60,
      EvaluationPeriods: periods,
      Threshold: tracking.TargetValue * share,
      ComparisonOperator: operator,
    });
    return { AlarmName, AlarmARN: alarm.AlarmArn ?? "" };
  });
}

/** Deletes the policy's alarms. */
export function dropAlarms(region: Region, policy: ScalingPolicy | undefined): void {
  if (policy?.PolicyType !== "TargetTrackingScaling") return;
  deleteAlarms(
    region,
    (policy.Alarms ?? []).map((a) => a.AlarmName ?? ""),
  );
}
