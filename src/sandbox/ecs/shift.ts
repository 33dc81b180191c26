/**
 * A deployment that shifts traffic, stage after stage: blue keeps its tasks until green has served for a while.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html
 */
import { shiftTo } from "../elb/weights";
import { ruleOf } from "../elb/lookup";
import { token } from "../ids";
import type { Deployment, ServiceDeployment } from "../model/ecs.types";
import type { Rollout, ServiceDeploymentRecord, ServiceRecord, ShiftRoute, ShiftState } from "../states";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { isBaking } from "./deploymentAlarms";
import { addEvent } from "./events";
import { tasksOf } from "./rolloutTasks";
import { DEFAULTS, mayShift, shiftingRole } from "./strategyInput";
import { INSTANT_MINUTE_MS } from "./times";

const STAGES = [
  "RECONCILE_SERVICE",
  "PRE_SCALE_UP",
  "SCALE_UP",
  "POST_SCALE_UP",
  "TEST_TRAFFIC_SHIFT",
  "POST_TEST_TRAFFIC_SHIFT",
  "PRE_PRODUCTION_TRAFFIC_SHIFT",
  "PRODUCTION_TRAFFIC_SHIFT",
  "POST_PRODUCTION_TRAFFIC_SHIFT",
  "BAKE_TIME",
  "CLEAN_UP",
] as const;
type Stage = (typeof STAGES)[number];

/** What the scheduler does for a shift. */
export interface ShiftHands {
  /** Brings a deployment's tasks to the number that is wanted; gives how many of them are healthy. */
  keep(deployment: Deployment): number;
  /** Asks all tasks of these deployments to stop; gives how many have not stopped. */
  clear(deployments: readonly (string | undefined)[]): number;
  complete(deployment: Deployment): void;
  fail(deployment: Deployment, cause: "hook" | "hookTimeout"): void;
}

/** Gives green that share of the traffic of its rules; whether the role was allowed to. */
export function moveTraffic(
  world: SandboxState,
  region: Region,
  record: ServiceRecord,
  { routes }: ShiftState,
  which: "production" | "test",
  percent: number,
): boolean {
  try {
    for (const route of routes) {
      const rule = which === "production" ? route.productionRule : route.testRule;
      if (rule !== undefined) move(world, region, route, rule, percent);
    }
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    complain(world, record, `) failed to modify listener rule with (error ${error.message})`);
    return false;
  }
}

function move(world: SandboxState, region: Region, route: ShiftRoute, rule: string, percent: number): void {
  const { record } = ruleOf(region, rule);
  const { IsDefault: isDefault = false } = record.rule;
  const action = isDefault ? "ModifyListener" : "ModifyRule";
  const resource = isDefault ? rule.replace(":listener-rule/", ":listener/").replace(/\/[^/]+$/, "") : rule;
  if (!mayShift(world, shiftingRole(world, region, route.roleArn), action, resource))
    throw new ApiError(
      "AccessDenied",
      `not authorized to perform: elasticloadbalancing:${action} on resource: ${rule}`,
    );
  shiftTo(region, rule, route.green, route.blue, percent);
}

/** Says it every now and then. */
function complain(world: SandboxState, record: ServiceRecord, text: string): void {
  const last = record.seenReasons.get(text) ?? 0;
  if (Date.now() - last < world.clock.either(60_000, 2000)) return;
  record.seenReasons.set(text, Date.now());
  addEvent(record, text);
}

export class Shift {
  constructor(
    private readonly world: SandboxState,
    private readonly region: Region,
    private readonly record: ServiceRecord,
    private readonly hands: ShiftHands,
  ) {}

  /** A minute of the strategy, here. */
  private minutes(n: number): number {
    return this.world.clock.either(n * 60_000, n * INSTANT_MINUTE_MS);
  }

  /** Goes as far as it can now. */
  step(green: Deployment, rollout: Rollout, target: ServiceDeploymentRecord, state: ShiftState): void {
    const blue = this.record.service.deployments?.find((d) => d.id === state.blueId);
    if (state.stage === undefined) this.enter("RECONCILE_SERVICE", target.deployment, state);
    for (let turns = 0; turns < 3 * STAGES.length; turns++) {
      // Blue is whole until it is cleaned up: all of the traffic may go back to it.
      if (blue && state.stage !== "CLEAN_UP") this.hands.keep(blue);
      const healthy = this.isScaled(state) ? this.hands.keep(green) : 0;
      this.report(target.deployment, state);
      if (!this.isDone(green, rollout, target, state, healthy) || this.isPaused(green, target.deployment, state))
        return;
      const next = this.after(state);
      if (next === undefined) {
        rollout.shift = undefined;
        this.hands.complete(green);
        return;
      }
      this.enter(next, target.deployment, state);
    }
  }

  private isScaled({ stage }: ShiftState): boolean {
    return STAGES.indexOf(stage as Stage) >= STAGES.indexOf("SCALE_UP");
  }

  /** Which stage comes after: traffic is shifted as often as there are steps. */
  private after({ stage, taken, steps }: ShiftState): Stage | undefined {
    if (stage === "PRODUCTION_TRAFFIC_SHIFT" && taken < steps.length) return "PRE_PRODUCTION_TRAFFIC_SHIFT";
    return STAGES[STAGES.indexOf(stage as Stage) + 1];
  }

  private enter(stage: Stage, deployment: ServiceDeployment, state: ShiftState): void {
    Object.assign(state, { stage, until: undefined });
    deployment.lifecycleStage = stage;
    deployment.updatedAt = new Date();
    this.record.wake();
    const hooks = this.hooksAt(stage, deployment, state);
    state.waiting = hooks.map(({ minutes, action }) => {
      const hookId = `ecs-pause-${token(43)}`;
      const until = Date.now() + this.minutes(minutes);
      const expiresAt = new Date(until);
      deployment.lifecycleHookDetails = [
        ...(deployment.lifecycleHookDetails ?? []),
        { hookId, targetType: "PAUSE", status: "AWAITING_ACTION", expiresAt, timeoutAction: action },
      ];
      return { hookId, until };
    });
  }

  private hooksAt(
    stage: Stage,
    { deploymentConfiguration }: ServiceDeployment,
    state: ShiftState,
  ): readonly { minutes: number; action: string }[] {
    // The stage has something to do, and its hooks are asked, only where more than two revisions are there.
    if (stage === "RECONCILE_SERVICE" && this.leftovers(state).length === 0) return [];
    return (deploymentConfiguration?.lifecycleHooks ?? [])
      .filter((hook) => hook.lifecycleStages?.includes(stage))
      .map(({ timeoutConfiguration: timeout }) => ({
        minutes: timeout?.timeoutInMinutes ?? DEFAULTS.pauseMinutes,
        action: timeout?.action ?? "ROLLBACK",
      }));
  }

  /** Deployments that were overtaken on their way. */
  private leftovers({ blueId }: ShiftState): readonly (string | undefined)[] {
    return (this.record.service.deployments ?? [])
      .filter((d) => d.status !== "PRIMARY" && d.id !== blueId)
      .map((d) => d.id);
  }

  /** Does what the stage is there for; whether it has come to its end. */
  private isDone(
    green: Deployment,
    rollout: Rollout,
    target: ServiceDeploymentRecord,
    state: ShiftState,
    healthy: number,
  ): boolean {
    const { service } = this.record;
    switch (state.stage) {
      case "RECONCILE_SERVICE": {
        if (!this.tryMove(state, "production", state.blueId === undefined ? undefined : 0)) return false;
        const left = this.leftovers(state);
        if (this.hands.clear(left) > 0) return false;
        service.deployments = service.deployments?.filter((d) => !left.includes(d.id));
        return true;
      }
      case "SCALE_UP":
        return healthy >= (service.desiredCount ?? 0);
      case "TEST_TRAFFIC_SHIFT":
        return this.tryMove(state, "test", 100);
      case "PRODUCTION_TRAFFIC_SHIFT":
        return this.isStepDone(state);
      case "BAKE_TIME":
        state.until ??= Date.now() + this.minutes(target.deployment.deploymentConfiguration?.bakeTimeInMinutes ?? 0);
        return Date.now() >= state.until && !isBaking(this.world, this.region, target, rollout);
      case "CLEAN_UP":
        return this.hands.clear((service.deployments ?? []).filter((d) => d !== green).map((d) => d.id)) === 0;
      default:
        return true;
    }
  }

  private isStepDone(state: ShiftState): boolean {
    if (state.until === undefined) {
      if (!this.tryMove(state, "production", state.steps[state.taken] ?? 100)) return false;
      state.taken++;
      // "This bake time is not applied after reaching 100 percent traffic."
      state.until = Date.now() + (state.taken < state.steps.length ? this.minutes(state.stepMinutes) : 0);
    }
    return Date.now() >= state.until;
  }

  private tryMove(state: ShiftState, which: "production" | "test", percent: number | undefined): boolean {
    return percent === undefined || moveTraffic(this.world, this.region, this.record, state, which, percent);
  }

  /** Whether a hook holds the deployment at the end of its stage; one that has run out goes its own way. */
  private isPaused(green: Deployment, deployment: ServiceDeployment, state: ShiftState): boolean {
    for (const { hookId, until } of state.waiting) {
      const hook = deployment.lifecycleHookDetails?.find((h) => h.hookId === hookId);
      if (hook?.status === "AWAITING_ACTION" && Date.now() >= until) {
        hook.status = "TIMED_OUT";
        if (hook.timeoutAction === "CONTINUE") continue;
        this.hands.fail(green, "hookTimeout");
        return true;
      }
      if (hook?.status === "FAILED") {
        this.hands.fail(green, "hook");
        return true;
      }
      if (hook?.status === "AWAITING_ACTION") return true;
    }
    state.waiting = [];
    return false;
  }

  /** What DescribeServiceDeployments says of both revisions. */
  private report(deployment: ServiceDeployment, state: ShiftState): void {
    const share = state.taken === 0 ? 0 : (state.steps[state.taken - 1] ?? 100);
    const tested = STAGES.indexOf(state.stage as Stage) > STAGES.indexOf("TEST_TRAFFIC_SHIFT");
    const test = tested && state.routes.some(({ testRule }) => testRule !== undefined) ? 100 : 0;
    Object.assign(deployment.targetServiceRevision ?? {}, {
      requestedProductionTrafficWeight: share,
      requestedTestTrafficWeight: test,
    });
    const blueArn = this.record.rollouts.get(state.blueId ?? "")?.revisionArn;
    const running = tasksOf(this.record, state.blueId).filter((t) => t.task.lastStatus === "RUNNING").length;
    for (const source of deployment.sourceServiceRevisions ?? []) {
      const isBlue = source.arn === blueArn;
      Object.assign(source, {
        requestedTaskCount: !isBlue || state.stage === "CLEAN_UP" ? 0 : this.record.service.desiredCount,
        runningTaskCount: isBlue && state.blueId !== undefined ? running : 0,
        requestedProductionTrafficWeight: isBlue ? 100 - share : 0,
        requestedTestTrafficWeight: 0,
      });
    }
  }
}
