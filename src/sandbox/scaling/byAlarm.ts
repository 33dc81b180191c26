/** Scaling by alarms: what a policy does to its service's desired count when an alarm names it as its action. */
import type { Scale } from "../cloudwatch/evaluator";
import { uuid } from "../ids";
import type { ScalableTarget, ScalingPolicy, StepScalingPolicyConfiguration } from "../model/autoscaling.types";
import type { AlarmRecord } from "../states";
import type { Region, SandboxState } from "../world";

/** Application Auto Scaling's own cooldown for services of ECS, in seconds. */
const COOLDOWN_S = 300;

/** Sets a service's desired count within its target's limits, and writes down why; false where nothing changed. */
export function setDesired(region: Region, target: ScalableTarget, wanted: number, cause: string): boolean {
  const service = region.ecs.services.get(region.arn("ecs", target.ResourceId ?? ""));
  if (!service || service.service.status !== "ACTIVE") return false;
  const current = service.service.desiredCount ?? 0;
  const count = Math.min(Math.max(wanted, target.MinCapacity ?? 0), target.MaxCapacity ?? wanted);
  if (count === current) return false;
  service.service.desiredCount = count;
  service.wake();
  region.scaling.activities.unshift({
    ActivityId: uuid(),
    ServiceNamespace: "ecs",
    ResourceId: target.ResourceId ?? "",
    ScalableDimension: target.ScalableDimension ?? "",
    Description: `Setting desired count to ${count}.`,
    Cause: cause,
    StartTime: new Date(),
    EndTime: new Date(),
    StatusCode: "Successful",
    StatusMessage: `Successfully set desired count to ${count}. Change successfully fulfilled by ecs.`,
  });
  return true;
}

/** What target tracking makes of a value: as many tasks as would bring it to the target. */
function tracked(policy: ScalingPolicy, current: number, value: number, isHigh: boolean): number {
  const target = policy.TargetTrackingScalingPolicyConfiguration?.TargetValue ?? value;
  const wanted = Math.ceil((current * value) / target);
  return isHigh ? Math.max(wanted, current + 1) : Math.min(wanted, current);
}

/** What a step scaling policy makes of how far the value is from the alarm's threshold. */
function stepped(
  config: StepScalingPolicyConfiguration,
  current: number,
  value: number,
  threshold: number,
): number | undefined {
  const distance = value - threshold;
  const step = config.StepAdjustments?.find(
    (s) => distance >= (s.MetricIntervalLowerBound ?? -Infinity) && distance < (s.MetricIntervalUpperBound ?? Infinity),
  );
  if (!step) return undefined;
  if (config.AdjustmentType === "ExactCapacity") return step.ScalingAdjustment;
  if (config.AdjustmentType !== "PercentChangeInCapacity") return current + step.ScalingAdjustment;
  const change = (current * step.ScalingAdjustment) / 100;
  const whole = change > 0 ? Math.max(1, Math.floor(change)) : Math.min(-1, Math.ceil(change));
  const least = config.MinAdjustmentMagnitude ?? 0;
  return current + Math.sign(whole) * Math.max(Math.abs(whole), least);
}

/** How alarms of this account scale: cooldowns hold between two changes of one policy in one direction. */
export function scaleByAlarm(world: SandboxState): Scale {
  const changedAt = new Map<string, number>();
  return (region: Region, { alarm }: AlarmRecord, actionArn: string, value: number | undefined): boolean => {
    const policy = [...region.scaling.policies.values()].find((p) => p.PolicyARN === actionArn);
    if (!policy || alarm.StateValue !== "ALARM") return policy !== undefined;
    const target = [...region.scaling.targets.values()].find((t) => t.target.ResourceId === policy.ResourceId)?.target;
    const current = region.ecs.services.get(region.arn("ecs", policy.ResourceId ?? ""))?.service.desiredCount;
    if (!target || current === undefined) return true;
    const tracking = policy.TargetTrackingScalingPolicyConfiguration;
    const step = policy.StepScalingPolicyConfiguration;
    const threshold = alarm.Threshold ?? 0;
    const isHigh = alarm.ComparisonOperator?.startsWith("Greater") ?? true;
    const wanted = tracking
      ? tracked(policy, current, value ?? threshold, isHigh)
      : step && stepped(step, current, value ?? threshold, threshold);
    if (wanted === undefined || wanted === current) return true;
    const isOut = wanted > current;
    const suspended = target.SuspendedState;
    if (isOut ? suspended?.DynamicScalingOutSuspended : suspended?.DynamicScalingInSuspended) return true;
    const cooldown =
      (tracking ? (isOut ? tracking.ScaleOutCooldown : tracking.ScaleInCooldown) : step?.Cooldown) ?? COOLDOWN_S;
    const key = `${actionArn} ${isOut ? "out" : "in"}`;
    if (Date.now() < (changedAt.get(key) ?? 0) + world.clock.timer(cooldown * 1000)) return true;
    const cause = `monitor alarm ${alarm.AlarmName ?? ""} in state ALARM triggered policy ${policy.PolicyName ?? ""}`;
    if (setDesired(region, target, wanted, cause)) changedAt.set(key, Date.now());
    return true;
  };
}
