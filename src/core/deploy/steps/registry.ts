import { throughOutages } from "./registryPatience";
import { registryOf } from "../../base/imageReference";
import { isOurs, ownershipTags, type ObservedState } from "../observedState";
import { requireOutput, originOf, reuseOrAdopt, type RunContext, type Step } from "../step";
import { errorCode, SlipwayError } from "../../base/errors";
import type { Repository } from "../../ports/cloud";

/**
 * Untagged images go after two weeks, and of the tagged ones the newest hundred stay: what runs and what a rollback
 * needs is among them.
 */
const lifecyclePolicy = JSON.stringify({
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
export const imageIsThere = (observed: ObservedState, rebuild: boolean): boolean =>
  observed.image !== undefined && !rebuild;

export const identity: Step = {
  id: "identity",
  needs: [],
  decide: (observed) => ({ action: "run", reason: { code: "identity", arn: observed.identity.arn } }),
  apply: () => Promise.resolve(),
  detail: ({ observed }) => `${observed.identity.account}, ${observed.identity.region}, ${observed.identity.arn}`,
};

export const repository: Step = {
  id: "repository",
  needs: ["files"],
  decide: (observed, { app }) => ({
    action: observed.repository ? reuseOrAdopt(observed.repository.tags, app) : "create",
    kind: "repository",
    name: app.repository,
    reason: observed.repository ? { code: "exists" } : { code: "absent" },
  }),
  reuse: (context) => takeRepository(context, context.observed.repository as Repository),
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
  context.reportResource("repository", {
    kind: "repository",
    name: made.name,
    arn: made.arn,
    origin: originOf(made.tags, context.app),
  });
}

export const lifecycle: Step = {
  id: "lifecycle",
  needs: ["repository"],
  decide: (observed, { app }) => {
    const ours = !observed.repository || isOurs(observed.repository.tags, app);
    if (observed.lifecycle !== undefined) return { action: "reuse", reason: { code: "lifecycleSet" } };
    if (!ours) return { action: "leaveOut", reason: { code: "repositoryNotOurs" } };
    return { action: "create", name: app.repository, reason: { code: "imagesPileUp" } };
  },
  apply: ({ app, cloud }) => cloud.ecr.putLifecyclePolicy(app.repository, lifecyclePolicy),
};

export const token: Step = {
  id: "token",
  needs: ["files"],
  decide: (observed, { rebuild }) =>
    imageIsThere(observed, rebuild)
      ? { action: "reuse", reason: { code: "nothingPushed" } }
      : { action: "run", reason: { code: "pushNeedsIt" } },
  apply: async (context) => {
    context.outputs.token = await context.cloud.ecr.authorizationToken();
  },
};

export const login: Step = {
  id: "login",
  needs: ["token", "repository"],
  decide: (observed, { rebuild }) =>
    imageIsThere(observed, rebuild)
      ? { action: "reuse", reason: { code: "nothingPushed" } }
      : { action: "run", reason: { code: "pushNeedsIt" } },
  apply: async (context) => {
    const registry = registryOf(requireOutput(context, "repositoryUri"));
    if (!registry)
      throw new SlipwayError({
        code: "NoRegistryHost",
        summary: "ECR gave a repository address without a host.",
        evidence: [requireOutput(context, "repositoryUri")],
        actions: ["showLog"],
      });
    const token = requireOutput(context, "token");
    context.outputs.login = await throughOutages(context, () => context.engine.login(registry, token, context.signal));
  },
};
