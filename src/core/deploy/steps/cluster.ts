import { quotedText, SlipwayError } from "../../base/errors";
import type { Cluster } from "../../ports/cloud";
import { requireOutput, originOf, poll, reuseOrAdopt, untilSeen, type RunContext, type Step } from "../step";
import { ownershipTags } from "../observedState";

export const cluster: Step = {
  id: "cluster",
  needs: ["files"],
  decide: (observed, { app }) => ({
    action: observed.cluster ? reuseOrAdopt(observed.cluster.tags, app) : "create",
    kind: "cluster",
    name: app.cluster,
    reason: observed.cluster ? { code: "exists" } : { code: "absent" },
  }),
  reuse: (context) => take(context, context.observed.cluster as Cluster),
  apply: async (context) => {
    const { app, cloud } = context;
    const input = { name: app.cluster, tags: ownershipTags(app) };
    const made = await untilSeen(context, async () => {
      try {
        return await cloud.ecs.createCluster(input);
      } catch (error) {
        // The first use of ECS in an account: the role that ECS acts as has to exist.
        if (/service linked role/i.test(quotedText(error)))
          await cloud.iam.createServiceLinkedRole("ecs.amazonaws.com");
        throw error;
      }
    });
    take(context, made);
    context.outputs.clusterStatus = made.status;
  },
  detail: ({ outputs }) => outputs.clusterArn,
};

function take(context: RunContext, made: Cluster): void {
  context.outputs.clusterArn = made.arn;
  context.reportResource("cluster", {
    kind: "cluster",
    name: made.name,
    arn: made.arn,
    origin: originOf(made.tags, context.app),
  });
}

export const clusterActive: Step = {
  id: "clusterActive",
  needs: ["cluster"],
  decide: (observed) =>
    observed.cluster?.status === "ACTIVE"
      ? { action: "reuse", reason: { code: "clusterActive" } }
      : { action: "run", reason: { code: "clusterMustBeActive" } },
  apply: async (context) => {
    const { app, cloud, outputs } = context;
    // It usually is so at once, and the answer to its making says so.
    if (outputs.clusterStatus === "ACTIVE") return;
    const active = await poll(context, 60_000, async () => {
      const found = await cloud.ecs.findCluster(app.cluster);
      return found?.status === "ACTIVE" ? found : undefined;
    });
    if (active) return;
    throw new SlipwayError({
      code: "ClusterNotActive",
      summary: `The cluster ${app.cluster} is not ACTIVE after a minute.`,
      evidence: [requireOutput(context, "clusterArn")],
      remedy: "Look at it in the console, then try again.",
      actions: ["retry"],
    });
  },
};
