/** Alarms of the service, and what its deployments do when one rings. */
import type { JsonObject } from "../../base/taskDefinition";
import type { MetricAlarm } from "../../ports/metrics";
import {
  alarmDiffers,
  alarmName,
  alarmSettings,
  alarmSpecs,
  alarmPrefix,
  wantedAlarms,
  type AlarmPlace,
} from "../alarms";
import type { Change } from "../decision";
import { isOurs, ownershipTags, type ObservedState, type RunInput } from "../observedState";
import { untilSeen, type RunContext, type Step } from "../step";
import { isAdoptedService } from "./network";
import { needsCutover } from "./targetGroupCutover";

type Judging = "ignore" | "fail" | "rollBack";

/** True where the load balancer serves this application alone, as far as Slipway made it. */
const balancerIsOurs = (observed: ObservedState, { app }: RunInput): boolean =>
  observed.loadBalancer === undefined || isOurs(observed.loadBalancer.tags, app);

/** Where the figures come from, of what is there; undefined where a target group is still to come. */
function placeOf(observed: ObservedState, input: RunInput): AlarmPlace {
  return {
    // Whose health check path changes gets another target group.
    targetGroupArn: needsCutover(observed, input) ? undefined : observed.targetGroup?.arn,
    loadBalancerArn: observed.loadBalancer?.arn,
    loadBalancerIsOurs: balancerIsOurs(observed, input),
  };
}

/** Names of those that a deployment is judged by. */
function judgingNames(observed: ObservedState, input: RunInput): string[] {
  const wanted = wantedAlarms(input.app, balancerIsOurs(observed, input));
  return wanted.filter(({ id }) => alarmSpecs[id].judgesDeployments).map(({ id }) => alarmName(input.app, id));
}

interface DeploymentAlarms {
  readonly alarmNames: readonly string[];
  readonly enable: boolean;
  readonly rollback: boolean;
}

/** What the service's deployments are judged by now, as ECS says. */
function judgedBy(configuration: JsonObject | undefined): DeploymentAlarms {
  const { alarmNames, enable, rollback } = (configuration?.["alarms"] ?? {}) as Partial<Record<string, unknown>>;
  return {
    alarmNames: Array.isArray(alarmNames) ? alarmNames.map(String) : [],
    enable: enable === true,
    rollback: rollback === true,
  };
}

/**
 * What they are to be judged by: those of others stay, and ours are as slipway.json says. Undefined where nothing
 * changes.
 */
function wantedJudging(observed: ObservedState, input: RunInput): DeploymentAlarms | undefined {
  const now = judgedBy(observed.service?.deploymentConfiguration);
  const isOwn = (name: string): boolean => name.startsWith(alarmPrefix(input.app));
  const others = now.enable ? now.alarmNames.filter((name) => !isOwn(name)) : [];
  const judging: Judging = input.app.alarms?.deployments ?? "ignore";
  const own = judging === "ignore" ? [] : judgingNames(observed, input);
  const names = [...others, ...own];
  const rollback = own.length > 0 ? judging === "rollBack" : now.rollback;
  const enable = names.length > 0;
  const before = now.enable ? now.alarmNames : [];
  const isSame =
    [...before].sort().join("\n") === [...names].sort().join("\n") && (!enable || now.rollback === rollback);
  return isSame ? undefined : { alarmNames: names, enable, rollback: enable && rollback };
}

function changesOf(observed: ObservedState, input: RunInput): { puts: Change[]; removes: MetricAlarm[] } {
  const { app } = input;
  const wanted = wantedAlarms(app, balancerIsOurs(observed, input));
  const place = placeOf(observed, input);
  const puts = wanted.flatMap((each): Change[] => {
    const settings = alarmSettings(app, each, place);
    const there = observed.alarms.find(({ name }) => name === settings.name);
    if (there && !alarmDiffers(there, settings)) return [];
    const { name, metric, comparison, threshold } = settings;
    return [{ code: "alarm", name, metric, comparison, threshold }];
  });
  const names = new Set(wanted.map(({ id }) => alarmName(app, id)));
  return { puts, removes: observed.alarms.filter(({ name }) => !names.has(name)) };
}

export const alarms: Step = {
  id: "alarms",
  needs: ["service", "targetGroupArn", "loadBalancer"],
  decide: (observed, input) => {
    const { app } = input;
    if (!app.alarms && !app.withoutAlarms) return { action: "leaveOut", reason: { code: "alarmsNotStated" } };
    const { puts, removes } = changesOf(observed, input);
    const judging = isAdoptedService(observed, input) ? undefined : wantedJudging(observed, input);
    const changes: Change[] = [
      ...puts,
      ...removes.map(({ name }) => ({ code: "removeAlarm" as const, name })),
      ...(judging
        ? [
            {
              code: "deploymentAlarms" as const,
              names: judging.alarmNames,
              then: !judging.enable
                ? ("ignore" as const)
                : judging.rollback
                  ? ("rollBack" as const)
                  : ("fail" as const),
            },
          ]
        : []),
    ];
    const named = { kind: "alarm" as const, name: alarmPrefix(app) };
    const reason = { code: app.withoutAlarms ? ("alarmsUnwanted" as const) : ("alarmsStated" as const) };
    if (changes.length === 0)
      return app.withoutAlarms
        ? { action: "leaveOut", reason }
        : { action: "reuse", ...named, reason: { code: "alarmsSet" } };
    return { action: observed.alarms.length ? "update" : "create", ...named, reason, changes };
  },
  apply: async (context) => {
    const { app, cloud, observed, outputs } = context;
    const place: AlarmPlace = {
      targetGroupArn: outputs.targetGroupArn ?? observed.targetGroup?.arn,
      loadBalancerArn: outputs.loadBalancerArn ?? observed.loadBalancer?.arn,
      loadBalancerIsOurs: balancerIsOurs(observed, context),
    };
    for (const wanted of wantedAlarms(app, place.loadBalancerIsOurs)) {
      const settings = alarmSettings(app, wanted, place);
      const there = observed.alarms.find(({ name }) => name === settings.name);
      if (!there || alarmDiffers(there, settings)) await cloud.metrics.putAlarm(settings, ownershipTags(app));
    }
    const { removes } = changesOf(observed, context);
    const judging = isAdoptedService(observed, context) ? undefined : wantedJudging(observed, context);
    if (judging) await judgeBy(context, judging);
    // ECS names none of them any more when they go.
    await cloud.metrics.deleteAlarms(removes.map(({ name }) => name));
  },
};

async function judgeBy(context: RunContext, { alarmNames, enable, rollback }: DeploymentAlarms): Promise<void> {
  const { app, cloud } = context;
  const now = await cloud.ecs.findService(app.cluster, app.service);
  const deploymentConfiguration: JsonObject = {
    ...now?.deploymentConfiguration,
    alarms: { alarmNames: [...alarmNames], enable, rollback },
  };
  await untilSeen(context, () => cloud.ecs.updateService(app.cluster, app.service, { deploymentConfiguration }));
}

/** The alarm that rings now, where deployments are judged by it: ECS then watches none of them. */
export const ringing = (observed: ObservedState, { app, goBack }: RunInput): string | undefined =>
  !goBack && app.alarms && (app.alarms.deployments ?? "ignore") !== "ignore"
    ? observed.alarms.find(
        ({ name, state }) =>
          state === "ALARM" && judgedBy(observed.service?.deploymentConfiguration).alarmNames.includes(name),
      )?.name
    : undefined;
