/** Scaling as slipway.json states it: limits and target tracking. */
import { noneSuspended, standstillOf, standstillText, stoppedTag, type Standstill } from "../../app/standstill";
import type { ScalableTarget } from "../../ports/cloud";
import type { Change } from "../decision";
import { ownershipTags, type RunInput, type ObservedState } from "../observedState";
import { requireOutput, untilSeen, type RunContext, type Step } from "../step";
import { needsCutover } from "./targetGroupCutover";

/** Policy name and metric for each target that slipway.json can state. */
const metrics = [
  { setting: "cpuPercent", suffix: "cpu", metric: "ECSServiceAverageCPUUtilization" },
  { setting: "memoryPercent", suffix: "memory", metric: "ECSServiceAverageMemoryUtilization" },
  { setting: "requestsPerTarget", suffix: "requests", metric: "ALBRequestCountPerTarget" },
] as const;

interface Policy {
  name: string;
  metric: string;
  value: number;
}

function wantedPolicies(input: RunInput): Policy[] {
  const { app } = input;
  return metrics.flatMap(({ setting, suffix, metric }) => {
    const value = app.scaling?.[setting];
    return value === undefined ? [] : [{ name: `${app.service}-${suffix}`, metric, value }];
  });
}

export const scaling: Step = {
  id: "scaling",
  needs: ["service"],
  decide: (observed, input) => {
    const { app } = input;
    if (!app.scaling) return { action: "leaveOut", reason: { code: "scalingNotStated" } };
    const { policies } = observed.scaling;
    const target = limitsNow(observed);
    const changes: Change[] = [
      ...(target?.minimum === app.scaling.minimum && target.maximum === app.scaling.maximum
        ? []
        : [{ code: "taskRange" as const, minimum: app.scaling.minimum, maximum: app.scaling.maximum }]),
      ...wantedPolicies(input).flatMap((wanted) =>
        policies.some(
          (policy) =>
            policy.name === wanted.name && policy.value === wanted.value && labelHolds(policy.label, observed, input),
        )
          ? []
          : [{ code: "scalingTarget" as const, metric: wanted.metric, value: wanted.value }],
      ),
    ];
    const named = { kind: "scalingTarget" as const, name: app.service };
    if (changes.length === 0) return { action: "reuse", ...named, reason: { code: "scalingSet" } };
    return { action: target ? "update" : "create", ...named, reason: { code: "scalingStated" }, changes };
  },
  apply: async (context) => {
    const { app, cloud } = context;
    if (!app.scaling) return;
    const { minimum, maximum } = app.scaling;
    const memory = standstillOf(context.observed.service);
    if (memory?.limits) await rememberLimits(context, memory, { minimum, maximum });
    else
      await untilSeen(context, () =>
        cloud.scaling.registerTarget(app.cluster, app.service, { minimum, maximum }, ownershipTags(app)),
      );
    for (const policy of wantedPolicies(context)) {
      const label = policy.metric === "ALBRequestCountPerTarget" ? requestLabel(context) : undefined;
      await untilSeen(context, () =>
        cloud.scaling.putPolicy(app.cluster, app.service, { ...policy, ...(label === undefined ? {} : { label }) }),
      );
    }
  },
};

/** Requests are counted in one target group; the policy has to follow the service into another. */
function labelHolds(label: string | undefined, observed: ObservedState, input: RunInput): boolean {
  if (label === undefined) return true;
  return (
    !needsCutover(observed, input) &&
    observed.targetGroup !== undefined &&
    label.endsWith(observed.targetGroup.arn.split(":").at(-1) ?? "")
  );
}

/** `app/NAME/ID/targetgroup/NAME/ID`, from the two ARNs. */
function requestLabel(context: RunContext): string {
  const balancer = requireOutput(context, "loadBalancerArn").split(":loadbalancer/")[1] ?? "";
  const group = requireOutput(context, "targetGroupArn").split(":").at(-1) ?? "";
  return `${balancer}/${group}`;
}

/** The limits that hold, or that will once it is started again. */
function limitsNow({ scaling: { target }, service }: ObservedState): ScalableTarget | undefined {
  return (target && standstillOf(service)?.limits) ?? target;
}

/** A stopped application gets its new limits when it is started. */
async function rememberLimits(
  { cloud, observed }: RunContext,
  memory: Standstill,
  limits: { readonly minimum: number; readonly maximum: number },
): Promise<void> {
  const suspended = memory.limits?.suspended ?? noneSuspended;
  const text = standstillText({ ...memory, limits: { ...limits, suspended } });
  await cloud.ecs.tag(observed.service?.arn ?? "", { [stoppedTag]: text });
}
