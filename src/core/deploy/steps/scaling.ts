/** Scaling as slipway.json states it: limits, target tracking, hours. */
import type { Application } from "../../app/app";
import { cronOf, hoursOf, switchesOf } from "../../app/hours";
import { noneSuspended, standstillOf, standstillText, stoppedTag, type Standstill } from "../../app/standstill";
import { isOffHours, offLimits, type Limits } from "../../app/sleep";
import { errorCode } from "../../base/errors";
import type { ScalableTarget, ScheduledAction } from "../../ports/cloud";
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
    const range = wantedRange(target, input);
    const schedules = scheduleChanges(observed, input);
    const changes: Change[] = [
      ...(range ? [{ code: "taskRange" as const, ...range }] : []),
      ...wantedPolicies(input).flatMap((wanted) =>
        policies.some(
          (policy) =>
            policy.name === wanted.name && policy.value === wanted.value && labelHolds(policy.label, observed, input),
        )
          ? []
          : [{ code: "scalingTarget" as const, metric: wanted.metric, value: wanted.value }],
      ),
      ...schedules.puts.map((each): Change => ({ code: "scheduleSet", ...each })),
      ...schedules.removes.map(({ name }): Change => ({ code: "scheduleRemoved", name })),
    ];
    const named = { kind: "scalingTarget" as const, name: app.service };
    if (changes.length === 0) return { action: "reuse", ...named, reason: { code: "scalingSet" } };
    return { action: target ? "update" : "create", ...named, reason: { code: "scalingStated" }, changes };
  },
  apply: async (context) => {
    const { app, cloud } = context;
    if (!app.scaling) return;
    const range = wantedRange(limitsNow(context.observed), context);
    const memory = standstillOf(context.observed.service);
    if (range && memory?.limits) await rememberLimits(context, memory, range);
    else if (range)
      await untilSeen(context, () => cloud.scaling.registerTarget(app.cluster, app.service, range, ownershipTags(app)));
    for (const policy of wantedPolicies(context)) {
      const label = policy.metric === "ALBRequestCountPerTarget" ? requestLabel(context) : undefined;
      await untilSeen(context, () =>
        cloud.scaling.putPolicy(app.cluster, app.service, { ...policy, ...(label === undefined ? {} : { label }) }),
      );
    }
    const { puts, removes } = scheduleChanges(context.observed, context);
    for (const action of puts)
      await untilSeen(context, () => cloud.scaling.putScheduled(app.cluster, app.service, action));
    for (const { name } of removes)
      await unlessGone(() => cloud.scaling.deleteScheduled(app.cluster, app.service, name));
  },
};

/** Another run, or somebody, may have been faster. */
async function unlessGone(remove: () => Promise<void>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!errorCode(error).startsWith("ObjectNotFound")) throw error;
  }
}

/**
 * The limits that are to be set now; undefined where they are right. Outside of the hours those of both times are: what was
 * deployed then for the first time runs until its hours end the next time.
 */
function wantedRange(now: ScalableTarget | undefined, { app, clock }: RunInput): Limits | undefined {
  if (!app.scaling) return undefined;
  const { minimum, maximum } = app.scaling;
  const holds = (limits: Limits) => now?.minimum === limits.minimum && now.maximum === limits.maximum;
  const isOff = isOffHours(app, clock.now());
  if (holds({ minimum, maximum }) || (isOff && holds(offLimits(app)))) return undefined;
  return now && isOff ? offLimits(app) : { minimum, maximum };
}

/** By which Slipway's own scheduled actions are told from those of others. */
const schedulePrefix = (app: Application): string => `${app.service}-hours-`;

/** Whether somebody else made this scheduled action. */
export const isForeignSchedule = (app: Application, { name }: ScheduledAction): boolean =>
  !name.startsWith(schedulePrefix(app));

function wantedSchedules({ app }: RunInput): Required<ScheduledAction>[] {
  const { scaling: stated } = app;
  if (stated?.hours === undefined) return [];
  const hours = hoursOf(stated.hours);
  const on = { minimum: stated.minimum, maximum: stated.maximum };
  return switchesOf(hours).map((each) => {
    const time = `${Math.floor(each.minute / 60)}`.padStart(2, "0") + `${each.minute % 60}`.padStart(2, "0");
    return {
      name: `${schedulePrefix(app)}${each.isOn ? "on" : "off"}-${time}`,
      schedule: cronOf(each),
      timezone: hours.zone,
      ...(each.isOn ? on : offLimits(app)),
    };
  });
}

/** What of the application's own scheduled actions is to be set, and what is to go; those of others stay. */
function scheduleChanges({ scaling: { scheduled } }: ObservedState, input: RunInput) {
  const wanted = wantedSchedules(input);
  const names = new Set(wanted.map(({ name }) => name));
  const puts = wanted.filter((each) => {
    const there = scheduled.find(({ name }) => name === each.name);
    return (
      there?.schedule !== each.schedule ||
      (there.timezone ?? "UTC") !== each.timezone ||
      there.minimum !== each.minimum ||
      there.maximum !== each.maximum
    );
  });
  const removes = scheduled.filter((each) => !isForeignSchedule(input.app, each) && !names.has(each.name));
  return { puts, removes };
}

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
async function rememberLimits({ cloud, observed }: RunContext, memory: Standstill, limits: Limits): Promise<void> {
  const suspended = memory.limits?.suspended ?? noneSuspended;
  const text = standstillText({ ...memory, limits: { ...limits, suspended } });
  await cloud.ecs.tag(observed.service?.arn ?? "", { [stoppedTag]: text });
}
