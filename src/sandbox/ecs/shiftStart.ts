/** How a deployment that shifts traffic begins: who has the traffic now, and where the new tasks go. */
import { shareOf } from "../elb/weights";
import type { Deployment, LoadBalancer, ServiceRevision } from "../model/ecs.types";
import type { ServiceRecord, ShiftRoute, ShiftState } from "../states";
import type { Region } from "../world";
import { shifts } from "./strategyInput";

const runningOf = (record: ServiceRecord, id: string | undefined): number =>
  [...record.tasks].filter((t) => t.deploymentId === id && t.task.lastStatus === "RUNNING").length;

const revisionOf = (record: ServiceRecord, id: string | undefined): ServiceRevision | undefined =>
  record.revisions.get(record.rollouts.get(id ?? "")?.revisionArn ?? "");

/** The target groups that a revision's tasks are registered with, in the order of its load balancers. */
export const groupsOf = (revision: ServiceRevision | undefined): readonly string[] =>
  (revision?.loadBalancers ?? []).map(
    ({ targetGroupArn }, n) =>
      revision?.resolvedConfiguration?.loadBalancers?.[n]?.targetGroupArn ?? targetGroupArn ?? "",
  );

/** What a deployment has of the production traffic; all of it where no rule says otherwise. */
function shareOfDeployment(region: Region, record: ServiceRecord, { id }: Deployment): number {
  const rule = record.service.loadBalancers?.[0]?.advancedConfiguration?.productionListenerRule;
  const group = groupsOf(revisionOf(record, id))[0];
  return rule === undefined || group === undefined ? 100 : (shareOf(region, rule, group) ?? 100);
}

/** The deployment that is kept until the new one has proved itself: the one with the traffic, and of those the fuller. */
export function blueOf(region: Region, record: ServiceRecord): Deployment | undefined {
  const rank = (d: Deployment): readonly number[] => {
    const running = runningOf(record, d.id);
    const share = shareOfDeployment(region, record, d);
    return [share > 0 && running > 0 ? 1 : 0, share, running, d.rolloutState === "COMPLETED" ? 1 : 0];
  };
  const compare = (a: Deployment, b: Deployment): number => {
    const [one, other] = [rank(a), rank(b)];
    const n = one.findIndex((value, i) => value !== other[i]);
    return n < 0 ? 0 : (other[n] ?? 0) - (one[n] ?? 0);
  };
  const [first] = [...(record.service.deployments ?? [])].sort(compare);
  return first && (first.rolloutState === "COMPLETED" || runningOf(record, first.id) > 0) ? first : undefined;
}

/**
 * The groups that the new revision's tasks go to. ECS puts a first revision into the alternate group: the rule of a
 * service that has just been made gives it everything (https://github.com/go-to-k/cdk-real-drift/issues/1730).
 */
export function greenGroups(record: ServiceRecord, blue: Deployment | undefined): readonly string[] {
  const { deploymentConfiguration, loadBalancers = [] } = record.service;
  const taken = groupsOf(blue ? revisionOf(record, blue.id) : undefined);
  return loadBalancers.map(({ targetGroupArn = "", advancedConfiguration }) => {
    const other = advancedConfiguration?.alternateTargetGroupArn;
    if (!shifts(deploymentConfiguration?.strategy) || !other) return targetGroupArn;
    return taken.includes(other) ? targetGroupArn : other;
  });
}

const routeOf = (balancer: LoadBalancer, green: string): readonly ShiftRoute[] => {
  const { targetGroupArn = "", advancedConfiguration: more } = balancer;
  if (!more?.alternateTargetGroupArn || !more.productionListenerRule) return [];
  return [
    {
      green,
      blue: green === targetGroupArn ? more.alternateTargetGroupArn : targetGroupArn,
      productionRule: more.productionListenerRule,
      testRule: more.testListenerRule,
      roleArn: more.roleArn ?? "",
    },
  ];
};

/** The shares of each step: all at once, a part first, or the same part again and again. */
function stepsOf({ service }: ServiceRecord, blue: Deployment | undefined): readonly number[] {
  const { strategy, linearConfiguration, canaryConfiguration } = service.deploymentConfiguration ?? {};
  // Nobody is served yet: there is nothing to compare with. What AWS does there is not verified.
  if (!blue) return [100];
  if (strategy === "CANARY") return [...new Set([canaryConfiguration?.canaryPercent ?? 100, 100])];
  if (strategy !== "LINEAR") return [100];
  const percent = linearConfiguration?.stepPercent ?? 100;
  const whole = Math.ceil(100 / percent - 1e-9);
  return Array.from({ length: whole }, (_, n) => Math.min(100, Math.round(percent * (n + 1) * 10) / 10));
}

/** The state of a shift that is about to begin; undefined where the strategy moves no traffic. */
export function beginShift(
  record: ServiceRecord,
  blue: Deployment | undefined,
  greens: readonly string[],
): ShiftState | undefined {
  const { deploymentConfiguration: config, loadBalancers = [] } = record.service;
  if (!shifts(config?.strategy)) return undefined;
  return {
    blueId: blue?.id,
    routes: loadBalancers.flatMap((balancer, n) => routeOf(balancer, greens[n] ?? "")),
    steps: stepsOf(record, blue),
    stepMinutes:
      config?.linearConfiguration?.stepBakeTimeInMinutes ?? config?.canaryConfiguration?.canaryBakeTimeInMinutes ?? 0,
    taken: 0,
    stage: undefined,
    waiting: [],
  };
}
