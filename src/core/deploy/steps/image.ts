import { throughOutages } from "./registryPatience";
import { SlipwayError } from "../../base/errors";
import { shortDigest } from "../../base/imageReference";
import { buildOptions } from "../buildInputs";
import { withNamedContexts } from "../sourceDigest";
import type { Decision } from "../decision";
import { readSoFar, requireOutput, type RunContext, type Step } from "../step";
import { sourceLabel } from "../observedState";
import { imageName, tagsToPush } from "./imageTags";
import { copyPromoted } from "./promoting";
import { imageIsThere } from "./registry";

const reusedImage: Decision = { action: "reuse", reason: { code: "imageInRegistry" } };

export const build: Step = {
  id: "build",
  // A Dockerfile that speaks of them gets them as they will be.
  needs: ["files"],
  decide: (observed, input) =>
    imageIsThere(observed, input.rebuild)
      ? reusedImage
      : {
          action: "run",
          kind: "image",
          name: imageName(input, observed.source.digest),
          reason: input.rebuild ? { code: "rebuildRequested" } : { code: "imageAbsent" },
        },
  apply: async (context) => {
    const { app, engine, signal } = context;
    // The plan that was agreed to names all of it.
    const allowed = context.observed.outside.map(({ path }) => path);
    const { leaveOut: _, ...request } = { ...context.observed.source.request, allowed };
    const started = `${app.dockerfile} in ${request.context} for ${request.platform}`;
    context.emit({ type: "progress", step: "build", message: started });
    const onRead = (files: number, bytes: number) => {
      const line = readSoFar(files, bytes);
      context.emit({ type: "output", step: "build", line });
      context.emit({ type: "progress", step: "build", message: line });
    };
    const asked = { ...context.observed.source.request, allowed };
    const snapshot = await engine.snapshot(asked, onRead, signal);
    try {
      const { digest } = await withNamedContexts(engine, app.build.contexts, asked, snapshot, onRead, signal);
      const name = imageName(context, digest);
      await engine.build(
        {
          ...request,
          labels: { [sourceLabel]: digest },
          tags: [name],
          ...buildOptions(context, context.observed.buildInputs),
        },
        snapshot,
        (line) => onBuildLine(context, line),
        signal,
      );
      await checkArchitecture(context, name, request.platform);
      context.outputs.source = digest;
      context.outputs.localImage = name;
    } finally {
      await snapshot.discard();
    }
  },
  detail: ({ outputs }) => outputs.localImage,
};

function onBuildLine(context: RunContext, line: string): void {
  context.emit({ type: "output", step: "build", line });
  const step = /^(?:Step (\d+)\/(\d+)|#\d+ \[(?:\S+ )?(\d+)\/(\d+)\])/.exec(line);
  if (step)
    context.emit({
      type: "progress",
      step: "build",
      message: line.slice(0, 120),
      fraction: Number(step[1] ?? step[3]) / Number(step[2] ?? step[4]),
    });
}

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

/** Gives the built image the names under which it is pushed; those names. */
async function tagForPush(context: RunContext, uri: string): Promise<string[]> {
  const tags = (await tagsToPush(context)).map((name) => `${uri}:${name}`);
  await context.engine.tag(requireOutput(context, "localImage"), tags, context.signal);
  return tags;
}

const isOnMachine = async ({ engine, outputs, signal }: RunContext): Promise<boolean> =>
  outputs.localImage === undefined || (await engine.inspect(outputs.localImage, signal)) !== undefined;

export const tag: Step = {
  id: "tag",
  needs: ["build", "repository"],
  decide: (observed, input) =>
    imageIsThere(observed, input.rebuild) ? reusedImage : { action: "run", reason: { code: "tagNeeded" } },
  apply: async (context) => {
    const uri = requireOutput(context, "repositoryUri");
    context.outputs.remoteTags = await tagForPush(context, uri).catch(async (error: unknown) => {
      if (await isOnMachine(context)) throw error;
      // A prune, or another folder's removal, took the image since it was built: the builder's cache makes it again.
      context.emit({
        type: "progress",
        step: "tag",
        message: "the image is gone from this machine: building it again",
      });
      await build.apply(context, { action: "run", reason: { code: "imageAbsent" } });
      return tagForPush(context, uri);
    });
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
          name: imageName(input, observed.source.digest),
          reason: { code: "imageAbsent" },
        },
  apply: async (context) => {
    if (context.promotion) return copyPromoted(context, context.promotion);
    const login = requireOutput(context, "login");
    try {
      for (const image of requireOutput(context, "remoteTags")) {
        context.outputs.digest = await throughOutages(context, () =>
          login.push(
            image,
            (line) => context.emit({ type: "output", step: "push", line }),
            (fraction, message) => context.emit({ type: "progress", step: "push", message, fraction }),
            context.signal,
          ),
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
    context.outputs.source = context.observed.source.digest;
    // An earlier revision may run an image of another registry.
    if (context.goBack) return void (context.outputs.digest = context.goBack.digest);
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
    if (found.bytes !== undefined) context.outputs.imageBytes = found.bytes;
    takeImage(context, found.digest);
  },
  detail: ({ outputs }) => outputs.digest && shortDigest(outputs.digest),
};

function takeImage(context: RunContext, digest: string): void {
  context.outputs.digest = digest;
  const uri = requireOutput(context, "repositoryUri");
  context.reportResource("push", {
    kind: "image",
    name: imageName(context, requireOutput(context, "source")),
    arn: `${uri}@${digest}`,
    origin: "created",
  });
}
