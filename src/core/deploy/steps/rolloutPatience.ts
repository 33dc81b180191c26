/** How long a rollout may stand still before it is left to itself, computed from what it waits for. */
import { elapsed } from "../../base/elapsed";
import { SlipwayError } from "../../base/errors";
import type { ContainerDefinition } from "../../base/taskDefinition";
import type { Service, ServiceDeployment } from "../../ports/cloud";
import type { RunContext } from "../step";
import { healthCheckOf } from "./loadBalancer";

/** Fargate finds a place for a task, with its network interface, in a minute or two. */
const placeSeconds = 180;
/** Images are pulled at some ten megabytes a second at least; of one whose size nobody knows a large one's time is given. */
const [pulledBytesPerSecond, unknownPullSeconds] = [10e6, 600];
/** What ECS and the load balancer take besides, each time that something changes. */
const besideSeconds = 120;
/** Fargate's stopTimeout unless the definition states one. */
const stopSeconds = 30;
/** What ECS does by itself takes longer on a bad day. */
const badDay = 1.5;
/** A hook that has run out is acted on within minutes. */
const overdueMilliseconds = 5 * 60_000;
/** ECS starts a task that fails again and again: so often without any that stays, watching brings nothing more. */
const mostRounds = 12;

/** One thing that is waited for, in seconds. */
export interface Wait {
  readonly what: string;
  readonly seconds: number;
}

const numberOf = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);

/** Until a container's own check has passed, or has failed as often as it may. */
function containerCheckSeconds({ healthCheck }: ContainerDefinition): number {
  if (typeof healthCheck !== "object" || healthCheck === null || Array.isArray(healthCheck)) return 0;
  const { startPeriod, interval, retries, timeout } = healthCheck;
  return numberOf(startPeriod, 0) + numberOf(interval, 30) * numberOf(retries, 3) + numberOf(timeout, 5);
}

/** What one task needs to take another's place, one thing after the other. */
export function waitsOf(context: RunContext, service: Service): Wait[] {
  const { app, outputs } = context;
  const containers = outputs.definition?.containerDefinitions ?? [];
  const most = (of: (container: ContainerDefinition) => number): number => Math.max(0, ...containers.map(of));
  const check = healthCheckOf(context);
  const behind = service.loadBalancers.length > 0;
  const waits: Wait[] = [
    { what: "a place for the task", seconds: placeSeconds },
    {
      what: "its image",
      seconds:
        outputs.imageBytes === undefined
          ? unknownPullSeconds
          : placeSeconds + Math.ceil(outputs.imageBytes / pulledBytesPerSecond),
    },
    { what: "the containers it depends on", seconds: most(({ startTimeout }) => numberOf(startTimeout, 0)) },
    { what: "its containers' health checks", seconds: most(containerCheckSeconds) },
    {
      what: "the grace period",
      seconds: behind ? (service.gracePeriodSeconds ?? app.healthCheck.gracePeriodSeconds ?? 0) : 0,
    },
    {
      what: "the load balancer's health checks",
      seconds: behind ? check.intervalSeconds * (check.healthyThreshold + check.unhealthyThreshold) : 0,
    },
    { what: "connections that drain", seconds: behind ? app.deregistrationDelaySeconds : 0 },
    {
      what: "the old task's end",
      seconds: Math.max(
        stopSeconds,
        most(({ stopTimeout }) => numberOf(stopTimeout, 0)),
      ),
    },
    { what: "the traffic's steps", seconds: (service.strategy?.stepMinutes ?? 0) * 60 },
    { what: "the bake time", seconds: (service.strategy?.bakeMinutes ?? 0) * 60 },
  ];
  return waits.filter(({ seconds }) => seconds > 0);
}

/** Tasks are replaced so many at a time; each time something has to move. */
function wavesOf({ desired, minimumHealthyPercent = 100, maximumPercent = 200 }: Service): number {
  const more = Math.floor((desired * maximumPercent) / 100) - desired;
  const less = desired - Math.ceil((desired * minimumHealthyPercent) / 100);
  return Math.ceil(desired / Math.max(1, more + less));
}

/** Tells a rollout that moves from one that stands still. */
export class RolloutPatience {
  private began: number;
  private moved: number;
  private seen = "";

  constructor(private readonly context: RunContext) {
    this.began = this.moved = elapsed(context.clock);
  }

  /** @throws RolloutTakesLong, which is no failure, where nothing has moved for longer than anything may take */
  look(service: Service, own: ServiceDeployment | undefined): void {
    const now = elapsed(this.context.clock);
    const primary = service.deployments.find(({ id }) => id === this.context.outputs.deploymentId);
    const state = JSON.stringify([
      primary?.running,
      primary?.pending,
      primary?.failed,
      primary?.rolloutState,
      service.deployments.length,
      own?.status,
      own?.stage,
      own?.share,
    ]);
    if (state !== this.seen) [this.seen, this.moved] = [state, now];
    // A hook waits for a person, until a moment that it says itself; what somebody took to answer counts nowhere.
    const until = own?.waitingHooks?.[0]?.until;
    if (own?.waitingHooks?.length && (until === undefined || this.context.clock.now() < until + overdueMilliseconds)) {
      this.began += now - this.moved;
      this.moved = now;
      return;
    }
    const waits = waitsOf(this.context, service);
    const round = besideSeconds + badDay * waits.reduce((sum, { seconds }) => sum + seconds, 0);
    const rounds = wavesOf(service) + mostRounds;
    const still = (now - this.moved) / 1000;
    const all = (now - this.began) / 1000;
    if (still <= round && all <= round * rounds) return;
    throw takesLong(this.context, still > round ? still : all, still > round, waits, primary);
  }
}

function takesLong(
  { app, outputs }: RunContext,
  seconds: number,
  stands: boolean,
  waits: readonly Wait[],
  primary: { running: number; desired: number; pending: number; failed: number } | undefined,
): SlipwayError {
  const minutes = Math.round(seconds / 60);
  return new SlipwayError({
    code: rolloutTakesLong,
    summary: stands
      ? `Nothing has moved in the rollout of ${app.service} for ${minutes} minutes, so Slipway stopped watching; it goes on in AWS.`
      : `The rollout of ${app.service} has not come to an end in ${minutes} minutes, so Slipway stopped watching; it goes on in AWS.`,
    evidence: [
      ...(primary
        ? [`${primary.running} of ${primary.desired} running, ${primary.pending} starting, ${primary.failed} failed`]
        : []),
      `Waited for: ${waits.map(({ what, seconds: each }) => `${what} ${each} s`).join(", ")}`,
      `Deployment ${outputs.deploymentId ?? ""}`,
    ],
    remedy:
      "See what holds it up (slipway diagnose), then deploy again: it is watched on from where it is. It can be rolled " +
      "back or removed meanwhile.",
    actions: ["retry", "rollBack", "showLog"],
  });
}

/** The code of a rollout that is left to itself: neither failed nor done. */
export const rolloutTakesLong = "RolloutTakesLong";
