import { registryOf } from "../../base/imageReference";
import { isOurs, ownershipTags, type World } from "../observedState";
import { need, originOf, reuseOrAdopt, type RunContext, type Step } from "../step";
import { errorCode, SlipwayError } from "../../base/errors";
import type { Repository } from "../../ports/cloud";

/**
 * Untagged images go after two weeks, and of the tagged ones the newest hundred stay: what runs and what a rollback
 * needs is among them.
 */
export const lifecyclePolicy = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      description: "Untagged images go after 14 days",
      selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 14 },
      action: { type: "expire" },
    },
    {
      rulePriority: 2,
      description: "The newest 100 of Slipway's images stay",
      selection: {
        tagStatus: "tagged",
        tagPrefixList: ["slipway-"],
        countType: "imageCountMoreThan",
        countNumber: 100,
      },
      action: { type: "expire" },
    },
  ],
});

/** With the image in ECR already there is nothing to log in for. */
export const imageIsThere = (world: World, rebuild: boolean): boolean => world.image !== undefined && !rebuild;

export const identity: Step = {
  id: "identity",
  needs: [],
  decide: (world) => ({ action: "run", reason: `you act as ${world.identity.arn}` }),
  apply: () => Promise.resolve(),
  detail: ({ world }) => `${world.identity.account}, ${world.identity.region}, ${world.identity.arn}`,
};

export const repository: Step = {
  id: "repository",
  needs: ["identity"],
  decide: (world, { app }) => ({
    action: world.repository ? reuseOrAdopt(world.repository.tags, app) : "create",
    kind: "repository",
    name: app.repository,
    reason: world.repository ? "it exists" : "it does not exist",
  }),
  reuse: (context) => takeRepository(context, context.world.repository as Repository),
  apply: async (context) => {
    const { app, cloud } = context;
    const made = await cloud.ecr
      .createRepository({ name: app.repository, immutable: app.immutableTags, tags: ownershipTags(app) })
      .catch(async (error: unknown) => {
        const there =
          errorCode(error) === "RepositoryAlreadyExistsException"
            ? await cloud.ecr.findRepository(app.repository)
            : undefined;
        if (!there) throw error;
        return there;
      });
    takeRepository(context, made);
  },
  detail: ({ outputs }) => outputs.repositoryUri,
};

function takeRepository(context: RunContext, made: Repository): void {
  context.outputs.repositoryUri = made.uri;
  context.made("repository", {
    kind: "repository",
    name: made.name,
    arn: made.arn,
    origin: originOf(made.tags, context.app),
  });
}

export const lifecycle: Step = {
  id: "lifecycle",
  needs: ["repository"],
  decide: (world, { app }) => {
    const ours = !world.repository || isOurs(world.repository.tags, app);
    if (world.lifecycle !== undefined) return { action: "reuse", reason: "it has one" };
    if (!ours) return { action: "leaveOut", reason: "the repository is not Slipway's" };
    return { action: "create", name: app.repository, reason: "old images would pile up" };
  },
  apply: ({ app, cloud }) => cloud.ecr.putLifecyclePolicy(app.repository, lifecyclePolicy),
};

export const token: Step = {
  id: "token",
  needs: ["identity"],
  decide: (world, { rebuild }) =>
    imageIsThere(world, rebuild)
      ? { action: "reuse", reason: "nothing is pushed" }
      : { action: "run", reason: "the push needs it" },
  apply: async (context) => {
    context.outputs.token = await context.cloud.ecr.authorizationToken();
  },
};

export const login: Step = {
  id: "login",
  needs: ["token", "repository"],
  decide: (world, { rebuild }) =>
    imageIsThere(world, rebuild)
      ? { action: "reuse", reason: "nothing is pushed" }
      : { action: "run", reason: "the push needs it" },
  apply: async (context) => {
    const registry = registryOf(need(context, "repositoryUri"));
    if (!registry)
      throw new SlipwayError({
        code: "NoRegistryHost",
        summary: "ECR gave a repository address without a host.",
        evidence: [need(context, "repositoryUri")],
        actions: ["showLog"],
      });
    context.outputs.login = await context.engine.login(registry, need(context, "token"), context.signal);
  },
};
