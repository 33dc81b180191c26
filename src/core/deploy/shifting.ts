/**
 * Strategies of ECS that move the traffic from one target group to another: what slipway.json wants of them, and what the
 * service has.
 */
import { canonical } from "../taskDefinition/model/normalise";
import { isJsonObject } from "../base/exactJson";
import type { PauseBefore, Releases, Strategy } from "../app/releases";
import type { Json, JsonObject } from "../base/taskDefinition";
import type { Forward, ListenerRule, Service, ServiceSettings } from "../ports/cloud";
import { isLastResort } from "./rulePlace";
import { isOurs, type ObservedState, type RunInput } from "./observedState";

/** ECS's names of the strategies. */
const strategyNames: Readonly<Record<Strategy, string>> = {
  rolling: "ROLLING",
  blueGreen: "BLUE_GREEN",
  linear: "LINEAR",
  canary: "CANARY",
};

/** The lifecycle stage whose end a pause waits at. */
const pauseStages: Readonly<Record<PauseBefore, string>> = {
  traffic: "POST_SCALE_UP",
  eachStep: "PRE_PRODUCTION_TRAFFIC_SHIFT",
  end: "POST_PRODUCTION_TRAFFIC_SHIFT",
};

/** The same traffic as now, and both groups named. */
export const forwardsKeeping = (live: string, other: string): Forward[] => [
  { arn: live, weight: 100 },
  { arn: other, weight: 0 },
];

/** The strategy that slipway.json states for a service of its own; undefined where it says nothing, or there is nothing to move. */
export function wantedReleases(observed: ObservedState, { app, goBack }: RunInput): Releases | undefined {
  const isOthers = observed.service !== undefined && !isOurs(observed.service.tags, app);
  return goBack || isOthers || !app.loadBalancer ? undefined : app.releases;
}

/** True where slipway.json wants a strategy that moves traffic. */
export function wantsShifting(observed: ObservedState, input: RunInput): boolean {
  const strategy = wantedReleases(observed, input)?.strategy;
  return strategy !== undefined && strategy !== "rolling";
}

/** True where traffic is moved between groups by ECS, before this deployment or in it. */
export const involvesShifting = (observed: ObservedState, input: RunInput): boolean =>
  observed.service?.strategy !== undefined || wantsShifting(observed, input);

/** True where the service moved traffic and is to replace its tasks one by one again. */
export const endsShifting = (observed: ObservedState, input: RunInput): boolean =>
  observed.service?.strategy !== undefined && wantedReleases(observed, input)?.strategy === "rolling";

/** The rule of ours that takes every request to move the traffic by: slipway.json does not ask for it. */
export function explicitRule(observed: ObservedState, { app }: RunInput): ListenerRule | undefined {
  return observed.rules.find((rule) => isLastResort(rule) && isOurs(rule.tags, app));
}

/** True where what moved the traffic is of no use any more, and is still there. */
export function endedShifting(observed: ObservedState, input: RunInput): boolean {
  if (wantedReleases(observed, input)?.strategy !== "rolling") return false;
  const role = observed.shiftRole?.role;
  return endsShifting(observed, input) || explicitRule(observed, input) !== undefined || isOurs(role?.tags, input.app);
}

const ofStrategy = ["strategy", "bakeTimeInMinutes", "lifecycleHooks", "linearConfiguration", "canaryConfiguration"];

/** What ECS is told of the strategy: all of it, since an update replaces the whole. */
function strategyConfiguration(releases: Releases): JsonObject {
  const { strategy, bakeMinutes, stepPercent, stepMinutes, canaryPercent, canaryMinutes, pause } = releases;
  if (strategy === "rolling") return { strategy: strategyNames.rolling };
  return {
    strategy: strategyNames[strategy],
    bakeTimeInMinutes: bakeMinutes,
    ...(strategy === "linear" && stepPercent !== undefined && stepMinutes !== undefined
      ? { linearConfiguration: { stepPercent, stepBakeTimeInMinutes: stepMinutes } }
      : {}),
    ...(strategy === "canary" && canaryPercent !== undefined && canaryMinutes !== undefined
      ? { canaryConfiguration: { canaryPercent, canaryBakeTimeInMinutes: canaryMinutes } }
      : {}),
    ...(pause
      ? {
          lifecycleHooks: [
            {
              targetType: "PAUSE",
              lifecycleStages: [pauseStages[pause.before]],
              timeoutConfiguration: { timeoutInMinutes: pause.minutes, action: "ROLLBACK" },
            },
          ],
        }
      : {}),
  };
}

const isPause = (hook: Json): boolean => isJsonObject(hook) && hook["targetType"] === "PAUSE";

/** The whole configuration with that strategy: thresholds and alarms stay, and so do another tool's functions as hooks. */
export function configurationWith(now: JsonObject | undefined, releases: Releases): JsonObject {
  const isRolling = releases.strategy === "rolling";
  // Rolling deployments of another tool may have a bake time and an early success of their own.
  if (isRolling && (now?.["strategy"] ?? strategyNames.rolling) === strategyNames.rolling) return now ?? {};
  const kept = Object.entries(now ?? {}).filter(
    ([member]) => !ofStrategy.includes(member) && (isRolling || member !== "earlySuccessCriteria"),
  );
  const wanted = strategyConfiguration(releases);
  const before = now?.["lifecycleHooks"];
  const functions = !isRolling && Array.isArray(before) ? before.filter((hook) => !isPause(hook)) : [];
  const own = wanted["lifecycleHooks"];
  const hooks = [...functions, ...(Array.isArray(own) ? own : [])];
  return { ...Object.fromEntries(kept), ...wanted, ...(hooks.length ? { lifecycleHooks: hooks } : {}) };
}

const nothing = (value: Json | undefined): boolean =>
  value === undefined || value === null || value === 0 || (Array.isArray(value) && value.length === 0);

/** The strategy's members as text: what ECS says of its own accord, such as a bake time of 0, is left out. */
function strategyText(configuration: JsonObject): string {
  const members = ofStrategy.map((member) => [member, configuration[member]] as const);
  return canonical(Object.fromEntries(members.filter(([, value]) => !nothing(value))));
}

/** True where the service's deployments go by another strategy than slipway.json states. */
export function strategyDiffers(observed: ObservedState, input: RunInput): boolean {
  const wanted = wantedReleases(observed, input);
  if (!observed.service || !wanted) return false;
  const now: JsonObject = { strategy: strategyNames.rolling, ...observed.service.deploymentConfiguration };
  return strategyText(now) !== strategyText(configurationWith(now, wanted));
}

/** An update that starts a deployment names all of the strategy again: what it leaves out would be lost. */
export function carryStrategy(
  service: Service | undefined,
  settings: Partial<ServiceSettings>,
): Partial<ServiceSettings> {
  if (!service?.strategy || Object.keys(settings).length === 0) return settings;
  const { loadBalancers, deploymentConfiguration } = service;
  return { loadBalancers, ...(deploymentConfiguration ? { deploymentConfiguration } : {}), ...settings };
}
