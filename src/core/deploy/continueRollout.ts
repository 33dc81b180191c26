/** A deployment that waits at a pause goes on: somebody has looked, and said so. */
import { SlipwayError } from "../base/errors";
import type { RunInput } from "./observedState";
import { settleOwnership } from "./ownership";
import { elapsed } from "../base/elapsed";

/** What a deployment went on to. */
export interface Continued {
  /** `family:revision` that it brings. */
  readonly revision: string;
  /** The stage that it waited in, by ECS's name. */
  readonly stage: string;
}

/** ECS takes a hook from the list within moments. */
const longest = 60_000;
const nothing = (service: string, why: string): SlipwayError =>
  new SlipwayError({
    code: "NothingToContinue",
    summary: `No deployment of ${service} waits for somebody: ${why}.`,
    remedy: "slipway history shows what was deployed, slipway deploy watches a rollout that is under way.",
    actions: [],
  });

/**
 * Lets the deployment that is under way go on from its pause, and waits until ECS has taken that.
 * @throws SlipwayError NothingToContinue
 */
export async function continueRollout({
  app,
  cloud,
  ids,
  clock,
  pollMilliseconds,
  signal,
}: Pick<RunInput, "app" | "cloud" | "ids" | "clock" | "pollMilliseconds" | "signal">): Promise<Continued> {
  const service = await cloud.ecs.findService(app.cluster, app.service);
  const mine = service !== undefined && settleOwnership(app, service, ids).takesOver === undefined;
  const deployments = (mine && (await cloud.ecs.listServiceDeployments(app.cluster, app.service))) || [];
  const running = deployments.find(({ status }) => status === "IN_PROGRESS");
  if (!running) throw nothing(app.service, "no rollout is under way");
  const pause = running.waitingHooks?.find(({ id }) => id !== undefined);
  if (pause?.id === undefined)
    throw nothing(app.service, `its rollout is at ${running.stage ?? running.status}, and goes on by itself`);
  await cloud.ecs.continueDeployment(running.arn, pause.id);
  const until = elapsed(clock) + longest;
  while (elapsed(clock) < until) {
    const now = await cloud.ecs.listServiceDeployments(app.cluster, app.service);
    const own = now?.find(({ arn }) => arn === running.arn);
    if (!own?.waitingHooks?.some(({ id }) => id === pause.id)) break;
    await clock.sleep(pollMilliseconds, signal);
  }
  const definition =
    running.targetRevision === undefined
      ? undefined
      : await cloud.ecs.findRevisionTaskDefinition(running.targetRevision);
  return { revision: definition?.split("/").at(-1) ?? "", stage: running.stage ?? "" };
}
