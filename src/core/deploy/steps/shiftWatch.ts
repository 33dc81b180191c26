/** How a deployment that moves traffic is told: its stage, each version's share, and what it waits for. */
import { elapsed } from "../../base/elapsed";
import type { Deployment, ServiceDeployment } from "../../ports/cloud";
import type { RolloutCounts } from "../events";
import type { RunContext, StuckAnswer } from "../step";

/** What a stage means to somebody who waits. Source: the API's documentation of ServiceDeployment, lifecycleStage. */
const stageWords: Readonly<Record<string, string>> = {
  RECONCILE_SERVICE: "cleans up after the deployment before",
  PRE_SCALE_UP: "about to start the new version",
  SCALE_UP: "starts the new version beside the old one",
  POST_SCALE_UP: "the new version runs beside the old one",
  TEST_TRAFFIC_SHIFT: "moves the test traffic",
  POST_TEST_TRAFFIC_SHIFT: "the new version has the test traffic",
  PRE_PRODUCTION_TRAFFIC_SHIFT: "about to move traffic",
  PRODUCTION_TRAFFIC_SHIFT: "moves traffic",
  POST_PRODUCTION_TRAFFIC_SHIFT: "the new version has all traffic",
  BAKE_TIME: "the old version is kept for a while",
  CLEAN_UP: "stops the version that has no traffic",
};

/** "moves traffic, new version 10 %, old version 90 %". */
function stageText(stage: string, share: number | undefined): string {
  const words = Object.hasOwn(stageWords, stage) ? stageWords[stage] : stage;
  return share === undefined ? `ECS ${words}` : `ECS ${words}; new version ${share} %, old version ${100 - share} %`;
}

/** What a rollout says of its traffic beside its tasks; nothing where tasks are replaced one by one. */
export function shiftCounts(own: ServiceDeployment | undefined): Partial<RolloutCounts> {
  const pause = own?.waitingHooks?.find(({ id }) => id !== undefined);
  return {
    ...(own?.stage === undefined ? {} : { stage: own.stage }),
    ...(own?.stage === undefined || own.share === undefined ? {} : { share: own.share }),
    ...(pause
      ? { pause: { ...(pause.until === undefined ? {} : { until: pause.until }), then: pause.then ?? "ROLLBACK" } }
      : {}),
  };
}

const minutesUntil = (until: number | undefined, now: number): number | undefined =>
  until === undefined ? undefined : Math.max(0, Math.ceil((until - now) / 60_000));

/** As exact as anybody needs it: what is said anew each minute is read by nobody. */
function roughly(minutes: number): string {
  if (minutes > 120) return `${Math.ceil(minutes / 60)} h`;
  return `${minutes > 10 ? Math.ceil(minutes / 5) * 5 : minutes} min`;
}

/** So often tasks fail before Slipway goes back by itself: more often than ECS's own breaker lets them, where it judges. */
const mostFailures = 5;
/** A rollback that ECS began is not yet to be seen at once. */
const ownBreakerMilliseconds = 10_000;

export class ShiftWatch {
  private readonly toldHooks = new Set<string>();
  private failingSince: number | undefined;
  private isGivenUp = false;
  private told = "";

  constructor(private readonly context: RunContext) {}

  /** Where it is, each version's share and what it waits for, in words; empty where tasks are replaced one by one. */
  textOf({ stage, share, waitingHooks: [waiting] = [] }: ServiceDeployment): string {
    if (stage === undefined) return "";
    const text = stageText(stage, share);
    if (!waiting) return text;
    const left = minutesUntil(waiting.until, this.context.clock.now());
    return `${text}; waits for you${left === undefined ? "" : `, ${roughly(left)} left`}`;
  }

  /** Says each new stage and share once, and each hook that waits. */
  tell({ stage, share, waitingHooks = [] }: ServiceDeployment): void {
    if (stage === undefined) return;
    const message = stageText(stage, share);
    if (message !== this.told) this.context.emit({ type: "output", step: "rollout", line: message });
    this.told = message;
    for (const hook of waitingHooks) this.tellHook(hook);
  }

  private tellHook({ name, id, until, then }: NonNullable<ServiceDeployment["waitingHooks"]>[number]): void {
    if (this.toldHooks.has(name)) return;
    this.toldHooks.add(name);
    const { clock, emit } = this.context;
    const minutes = minutesUntil(until, clock.now());
    const otherwise = then === "CONTINUE" ? "goes on" : "is rolled back";
    const end = minutes === undefined ? "" : ` Without either it ${otherwise} in ${minutes} min.`;
    const message =
      id === undefined
        ? `The hook ${name} is under way.${end}`
        : `The deployment waits for you: slipway continue (or Continue) goes on, slipway rollback goes back.${end}`;
    emit({ type: "note", level: "warning", message });
  }

  /**
   * Goes back, or stops where there is nothing to go back to, once tasks of the new version fail again and again and ECS's
   * circuit breaker does not judge that; undefined until then.
   */
  judge(own: ServiceDeployment | undefined, primary: Deployment | undefined): StuckAnswer | undefined {
    const { emit, observed } = this.context;
    if (this.isGivenUp || !this.isHopeless(own, primary)) return undefined;
    this.isGivenUp = true;
    const message = "The tasks of the new version fail again and again, and ECS does not judge that by itself.";
    emit({ type: "note", level: "warning", message });
    return observed.service ? "rollBack" : "stop";
  }

  private isHopeless(own: ServiceDeployment | undefined, primary: Deployment | undefined): boolean {
    const now = elapsed(this.context.clock);
    const failing = own?.stage !== undefined && own.status === "IN_PROGRESS" && (primary?.failed ?? 0) >= mostFailures;
    this.failingSince = failing ? (this.failingSince ?? now) : undefined;
    const patience = Math.min(ownBreakerMilliseconds, this.context.pollMilliseconds * 5);
    return this.failingSince !== undefined && now - this.failingSince >= patience;
  }
}
