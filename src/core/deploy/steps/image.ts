import { SlipwayError } from "../../base/errors";
import { shortDigest } from "../../base/imageReference";
import { platformOf, wantedDefinition } from "../observe";
import { buildOptions } from "../buildInputs";
import type { Decision } from "../decision";
import { requireOutput, type RunContext, type Step } from "../step";
import { contentTag, isMovable, sourceLabel, type RunInput, type ObservedState } from "../observedState";
import { imageIsThere } from "./registry";

const wantedOf = (input: RunInput, observed: ObservedState) =>
  wantedDefinition(input, observed.engine, observed.live, observed.definitionFile);

/** The name of the image on this machine. */
const localName = (input: RunInput, observed: ObservedState): string =>
  `${input.app.repository}:${contentTag(observed.source.digest)}`;

/** `latest` is pushed first: the content tag is the sign that everything was. */
function tagsOf(context: RunContext, uri: string): string[] {
  const { repository, pushTag } = context.observed;
  const movable = repository ? isMovable(repository, "latest") : !context.app.immutableTags;
  return [...(movable ? [`${uri}:latest`] : []), `${uri}:${pushTag}`];
}

const reusedImage: Decision = { action: "reuse", reason: { code: "imageInRegistry" } };

export const build: Step = {
  id: "build",
  // They are written into the context: a file that comes and goes while it is read fails the build.
  needs: ["files"],
  decide: (observed, input) =>
    imageIsThere(observed, input.rebuild)
      ? reusedImage
      : {
          action: "run",
          kind: "image",
          name: localName(input, observed),
          reason: input.rebuild ? { code: "rebuildRequested" } : { code: "imageAbsent" },
        },
  apply: async (context) => {
    const { app, engine, observed } = context;
    const platform = platformOf(wantedOf(context, observed));
    const name = localName(context, observed);
    const started = `${app.dockerfile} in ${app.context ?? "."} for ${platform}`;
    context.emit({ type: "progress", step: "build", message: started });
    await engine.build(
      {
        context: app.context ?? ".",
        dockerfile: app.dockerfile,
        arguments: app.buildArguments,
        labels: { [sourceLabel]: observed.source.digest },
        platform,
        tags: [name],
        ...(app.target === undefined ? {} : { target: app.target }),
        ...buildOptions(context, observed.buildInputs),
      },
      (line) => {
        context.emit({ type: "output", step: "build", line });
        const step = /^(?:Step (\d+)\/(\d+)|#\d+ \[(?:\S+ )?(\d+)\/(\d+)\])/.exec(line);
        if (step)
          context.emit({
            type: "progress",
            step: "build",
            message: line.slice(0, 120),
            fraction: Number(step[1] ?? step[3]) / Number(step[2] ?? step[4]),
          });
      },
      context.signal,
    );
    await checkArchitecture(context, name, platform);
    context.outputs.localImage = name;
  },
  detail: ({ outputs }) => outputs.localImage,
};

/** The image's own architecture decides whether the task can start it; better found here than as "exec format error". */
async function checkArchitecture(context: RunContext, image: string, platform: string): Promise<void> {
  const built = await context.engine.inspect(image, context.signal);
  if (!built || platform.endsWith(`/${built.architecture}`)) return;
  throw new SlipwayError({
    code: "WrongArchitecture",
    summary:
      `The image was built for ${built.architecture}, but the task definition asks for ${platform}: its ` +
      "containers would not start.",
    evidence: [`${image}: ${built.architecture}`],
    remedy:
      `Set runtimePlatform.cpuArchitecture in ${context.app.taskDefinitionFile} to what the base image offers, or ` +
      `use a base image for ${platform}.`,
    actions: ["openTaskDefinition", "openDockerfile"],
  });
}

export const tag: Step = {
  id: "tag",
  needs: ["build", "repository"],
  decide: (observed, input) =>
    imageIsThere(observed, input.rebuild) ? reusedImage : { action: "run", reason: { code: "tagNeeded" } },
  apply: async (context) => {
    const tags = tagsOf(context, requireOutput(context, "repositoryUri"));
    await context.engine.tag(requireOutput(context, "localImage"), tags, context.signal);
    context.outputs.remoteTags = tags;
  },
  detail: ({ outputs }) => outputs.remoteTags?.join(", "),
};

export const push: Step = {
  id: "push",
  needs: ["tag", "login"],
  decide: (observed, input) =>
    imageIsThere(observed, input.rebuild)
      ? reusedImage
      : {
          action: "create",
          kind: "image",
          name: `${input.app.repository}:${contentTag(observed.source.digest)}`,
          reason: { code: "imageAbsent" },
        },
  apply: async (context) => {
    const login = requireOutput(context, "login");
    try {
      for (const image of requireOutput(context, "remoteTags")) {
        context.outputs.digest = await login.push(
          image,
          (line) => context.emit({ type: "output", step: "push", line }),
          (fraction, message) => context.emit({ type: "progress", step: "push", message, fraction }),
          context.signal,
        );
      }
    } finally {
      await login.logout();
    }
  },
  detail: ({ outputs }) => outputs.digest && shortDigest(outputs.digest),
};

export const verifyImage: Step = {
  id: "verifyImage",
  needs: ["push"],
  decide: (observed, input) =>
    imageIsThere(observed, input.rebuild)
      ? { action: "reuse", reason: { code: "registryHasDigest", digest: shortDigest(observed.image?.digest ?? "") } }
      : { action: "run", reason: { code: "verifyWhatWasPushed" } },
  reuse: (context) => {
    takeImage(context, context.observed.image?.digest ?? "");
  },
  apply: async (context) => {
    const digest = requireOutput(context, "digest");
    const found = await context.cloud.ecr.findImage(context.app.repository, { digest });
    if (!found) {
      throw new SlipwayError({
        code: "DigestMissing",
        summary: `ECR does not list the image that was just pushed (${shortDigest(digest)}).`,
        evidence: [digest],
        remedy:
          "Push it again. If it happens again, somebody or a lifecycle policy removes images from this repository.",
        actions: ["rebuild", "showLog"],
      });
    }
    takeImage(context, found.digest);
  },
  detail: ({ outputs }) => outputs.digest && shortDigest(outputs.digest),
};

function takeImage(context: RunContext, digest: string): void {
  context.outputs.digest = digest;
  const uri = requireOutput(context, "repositoryUri");
  context.reportResource("push", {
    kind: "image",
    name: `${context.app.repository}:${contentTag(context.observed.source.digest)}`,
    arn: `${uri}@${digest}`,
    origin: "created",
  });
}
