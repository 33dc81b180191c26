/** A rollout of this folder's application, whoever started it: whether there is one, and taking it back. */
import { SlipwayError } from "../base/errors";
import type { RunInput } from "./observedState";
import { settleOwnership } from "./ownership";

type Rollout = Pick<RunInput, "app" | "cloud" | "ids">;

/**
 * Has ECS go back to the revision before.
 * @throws SlipwayError NothingToRollBack where no rollout is under way
 */
export async function rollBackRollout({ app, cloud, ids }: Rollout): Promise<void> {
  const service = await cloud.ecs.findService(app.cluster, app.service);
  const mine = settleOwnership(app, service, ids).takesOver === undefined;
  const deployments = (mine && (await cloud.ecs.listServiceDeployments(app.cluster, app.service))) || [];
  const running = deployments.find((item) => ["PENDING", "IN_PROGRESS"].includes(item.status));
  if (!running)
    throw new SlipwayError({
      code: "NothingToRollBack",
      summary: `No rollout of ${app.service} is under way.`,
      actions: [],
    });
  await cloud.ecs.rollBack(running.arn);
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
