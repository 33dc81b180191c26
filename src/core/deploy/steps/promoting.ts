/** What each step decides where what runs in another environment is brought here: its image is copied, not built. */
import { copyImage } from "../copyImage";
import type { Decision } from "../decision";
import type { DefinitionPlan } from "../definitionPlan";
import type { ObservedState, Promotion, RunInput } from "../observedState";
import type { StepId } from "../phases";
import type { RunContext, Step } from "../step";
import { imageName, tagsToPush } from "./imageTags";
import { throughOutages } from "./registryPatience";

/** What a build needs, and a copy through ECR's API does not. */
const builds: readonly StepId[] = ["build", "tag", "token", "login"];

/** Pure, as `decide` of a step is. */
export function decidePromoting(
  step: Step,
  observed: ObservedState,
  input: RunInput,
  promotion: Promotion,
  definition: DefinitionPlan,
): Decision {
  if (builds.includes(step.id)) return { action: "leaveOut", reason: { code: "promoted" } };
  if (step.id !== "push" || observed.image) return step.decide(observed, input, definition);
  const { environment, account, region } = promotion.from;
  return {
    action: "create",
    kind: "image",
    name: imageName(input, observed.source.digest),
    reason: { code: "copiedFrom", environment, account, region },
  };
}

/** The image as it is, layer by layer; its digest stays, and the registry proves it. */
export async function copyPromoted(context: RunContext, { digest, images, from }: Promotion): Promise<void> {
  const { app, cloud, emit, observed, outputs, signal } = context;
  await copyImage({
    from: { images: images(signal), repository: from.repository },
    to: { images: cloud.images, repository: app.repository },
    digest,
    tags: await tagsToPush(context),
    tell: (sent, all) =>
      emit({ type: "progress", step: "push", message: copied(sent, all), fraction: sent / (all || 1) }),
    again: (work) => throughOutages(context, work),
  });
  outputs.source = observed.source.digest;
  outputs.digest = digest;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
const copied = (sent: number, all: number): string => `${megabytes(sent)} of ${megabytes(all)} MB copied`;
