/** What an earlier revision needs and may no longer find. */
import { isJsonObject } from "../../base/exactJson";
import type { Json, TaskDefinition } from "../../base/taskDefinition";
import { parseImageReference } from "../../base/imageReference";
import type { ObservedState, OldImage } from "../observedState";
import type { Problem } from "./problem";

type Sentence = (image: string) => Omit<Problem, "actions">;

const otherRevision = "Go back to another revision (slipway history lists them), or deploy: that builds a new image.";

const imageProblems: Partial<Record<OldImage["state"], Sentence>> = {
  gone: (image) => ({
    code: "ImageGone",
    severity: "stop",
    sentence: `The revision runs the image ${image}, which is no longer in ECR: its tasks could not start.`,
    remedy: otherRevision,
  }),
  archived: (image) => ({
    code: "ImageArchived",
    severity: "stop",
    sentence: `The revision runs the image ${image}, which ECR keeps in its archive, from where no task can pull it.`,
    remedy: `Restore it in ECR first; or go back to another revision (slipway history lists them).`,
  }),
  unknown: (image) => ({
    code: "ImageUnknown",
    severity: "warn",
    sentence: `Whether the image ${image} is still in ECR could not be read.`,
    remedy: "Ask for ecr:DescribeImages and ecr:BatchGetImage, or go on: the rollout itself will tell.",
  }),
};

export function oldImages(
  { oldImages: images }: ObservedState,
  { containerDefinitions = [] }: TaskDefinition,
): Problem[] {
  const states = images.flatMap(({ image, state }) => {
    const problem = imageProblems[state]?.(image);
    return problem ? [{ ...problem, actions: [] }] : [];
  });
  const first = containerDefinitions[0]?.image ?? "";
  const isLoose = images.length > 0 && containerDefinitions.length === 1 && !parseImageReference(first).digest;
  return [
    ...states,
    ...(isLoose
      ? [
          {
            code: "ImageByTag",
            severity: "warn" as const,
            sentence: `The revision names its image by the tag ${first}: what ran then may have been another image.`,
            remedy: "ECS no longer knows the digest of then.",
            actions: [],
          },
        ]
      : []),
  ];
}

const portsOf = (mappings: Json | undefined): unknown[] =>
  Array.isArray(mappings)
    ? mappings.map((mapping) => (isJsonObject(mapping) ? mapping["containerPort"] : undefined))
    : [];

/** A load balancer that sends to a container and port that the revision does not have: UpdateService refuses it. */
export function oldPorts(
  { service }: ObservedState,
  { containerDefinitions = [] }: TaskDefinition,
): Problem | undefined {
  const lost = service?.loadBalancers.find(
    ({ containerName, containerPort }) =>
      !containerDefinitions.some(
        ({ name, ["portMappings"]: mappings }) => name === containerName && portsOf(mappings).includes(containerPort),
      ),
  );
  if (!lost) return undefined;
  return {
    code: "PortNotInRevision",
    severity: "stop",
    sentence:
      `The load balancer sends to port ${lost.containerPort} of the container ${lost.containerName}, and the revision ` +
      "has no such port: ECS would refuse it.",
    remedy: "Go back to a revision with that port, or deploy the earlier source again, which moves the traffic along.",
    actions: ["openConfig"],
  };
}
