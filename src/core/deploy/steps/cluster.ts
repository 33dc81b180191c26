import { SlipwayError } from "../../base/errors";
import type { Cluster } from "../../ports/cloud";
import { need, originOf, poll, reuseOrAdopt, untilSeen, wordsOf, type RunContext, type Step } from "../step";
import { ownershipTags } from "../observedState";

export const cluster: Step = {
  id: "cluster",
  needs: ["identity"],
  decide: (world, { app }) => ({
    action: world.cluster ? reuseOrAdopt(world.cluster.tags, app) : "create",
    kind: "cluster",
    name: app.cluster,
    reason: world.cluster ? "it exists" : "it does not exist",
  }),
  reuse: (context) => take(context, context.world.cluster as Cluster),
  apply: async (context) => {
    const { app, cloud } = context;
    const input = { name: app.cluster, tags: ownershipTags(app) };
    const made = await untilSeen(context, async () => {
      try {
        return await cloud.ecs.createCluster(input);
      } catch (error) {
        // The first use of ECS in an account: the role that ECS acts as has to exist.
        if (/service linked role/i.test(wordsOf(error))) await cloud.iam.createServiceLinkedRole("ecs.amazonaws.com");
        throw error;
      }
    });
    take(context, made);
  },
  detail: ({ outputs }) => outputs.clusterArn,
};

function take(context: RunContext, made: Cluster): void {
  context.outputs.clusterArn = made.arn;
  context.made("cluster", {
    kind: "cluster",
    name: made.name,
    arn: made.arn,
    origin: originOf(made.tags, context.app),
  });
}

export const clusterActive: Step = {
  id: "clusterActive",
  needs: ["cluster"],
  decide: (world) =>
    world.cluster?.status === "ACTIVE"
      ? { action: "reuse", reason: "it is ACTIVE" }
      : { action: "run", reason: "the service needs it ACTIVE" },
  apply: async (context) => {
    const { app, cloud } = context;
    const active = await poll(context, 60_000, async () => {
      const found = await cloud.ecs.findCluster(app.cluster);
      return found?.status === "ACTIVE" ? found : undefined;
    });
    if (active) return;
    throw new SlipwayError({
      code: "ClusterNotActive",
      summary: `The cluster ${app.cluster} is not ACTIVE after a minute.`,
      evidence: [need(context, "clusterArn")],
      remedy: "Look at it in the console, then try again.",
      actions: ["retry"],
    });
  },
};
