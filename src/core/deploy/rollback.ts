/** A rollout of this folder's application, whoever started it: whether there is one, and taking it back. */
import { elapsed } from "../base/elapsed";
import { isCancelled, SlipwayError } from "../base/errors";
import type { RolloutCounts } from "./events";
import type { RunInput } from "./observedState";
import { settleOwnership } from "./ownership";

type Rollout = Pick<RunInput, "app" | "cloud" | "ids">;

/** What taking a rollout back came to. */
export interface RolledBack {
  /** `family:revision` that the service runs, or is going back to. */
  revision: string;
  /** False where it goes on without being watched: ECS needs longer than anybody should wait for. */
  settled: boolean;
}

/** ECS stops the new tasks and starts the old ones; a balancer's draining and a slow start are well within it. */
const longest = 30 * 60_000;
const forward = new Set(["PENDING", "IN_PROGRESS"]);
const back = new Set(["STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"]);
const ended = new Set(["ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "STOPPED", "SUCCESSFUL"]);

/**
 * Has ECS go back to the revision before, and watches until it runs alone. A look that fails is not the rollback's end.
 * @param tell how it goes, as counts
 * @throws SlipwayError NothingToRollBack where no rollout is under way, RollbackFailed where ECS could not go back
 */
export async function rollBackRollout(
  {
    app,
    cloud,
    ids,
    clock,
    pollMilliseconds,
    signal,
  }: Rollout & Pick<RunInput, "clock" | "pollMilliseconds" | "signal">,
  tell: (counts: RolloutCounts) => void = () => undefined,
): Promise<RolledBack> {
  const service = await cloud.ecs.findService(app.cluster, app.service);
  const mine = settleOwnership(app, service, ids).takesOver === undefined;
  const deployments = (mine && (await cloud.ecs.listServiceDeployments(app.cluster, app.service))) || [];
  const running = deployments.find(({ status }) => forward.has(status) || back.has(status));
  if (!running)
    throw new SlipwayError({
      code: "NothingToRollBack",
      summary: `No rollout of ${app.service} is under way.`,
      actions: [],
    });
  // ECS may have begun by itself, or somebody else had it begin: then it is watched.
  if (forward.has(running.status)) await cloud.ecs.rollBack(running.arn);
  const until = elapsed(clock) + longest;
  let revision = "";
  while (elapsed(clock) < until) {
    await clock.sleep(pollMilliseconds, signal);
    const seen = await lookedAt({ app, cloud }, running.arn).catch((error: unknown) => {
      if (isCancelled(error)) throw error;
      return undefined;
    });
    if (!seen) continue;
    revision = seen.revision;
    tell(seen.counts);
    if (!ended.has(seen.status) || seen.counts.pending > 0) continue;
    if (seen.status === "ROLLBACK_FAILED")
      throw new SlipwayError({
        code: "RollbackFailed",
        summary: `ECS could not take ${app.service} back to ${revision}.`,
        ...(seen.reason === undefined ? {} : { evidence: [seen.reason] }),
        remedy: "Diagnose the service: what keeps the old version from starting stands there.",
        actions: ["tailLogs"],
      });
    return { revision, settled: true };
  }
  return { revision, settled: false };
}

/** One look at a deployment that is being taken back. */
async function lookedAt({ app, cloud }: Pick<RunInput, "app" | "cloud">, arn: string) {
  const [service, deployments] = await Promise.all([
    cloud.ecs.findService(app.cluster, app.service),
    cloud.ecs.listServiceDeployments(app.cluster, app.service),
  ]);
  const own = deployments?.find((item) => item.arn === arn);
  if (!service || !own) return undefined;
  const { desired, running, pending } = service;
  return {
    status: own.status,
    reason: own.statusReason,
    revision: service.taskDefinition.split("/").at(-1) ?? "",
    counts: { state: own.status, desired, running, pending, failed: own.circuitBreaker?.failureCount ?? 0 },
  };
}

/** True when AWS has a rollout of this application under way. */
export async function rolloutUnderWay({ app, cloud, ids }: Rollout): Promise<boolean> {
  const cluster = await cloud.ecs.findCluster(app.cluster);
  const service =
    cluster && cluster.status !== "INACTIVE" ? await cloud.ecs.findService(app.cluster, app.service) : undefined;
  return (
    service?.status === "ACTIVE" &&
    settleOwnership(app, service, ids).takesOver === undefined &&
    service.deployments.some((deployment) => deployment.rolloutState === "IN_PROGRESS")
  );
}
