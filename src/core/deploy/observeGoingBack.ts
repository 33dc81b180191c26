/** What is looked at before an earlier revision runs again: no source, no engine, but all that the revision itself needs. */
import { isCancelled } from "../base/errors";
import { parseImageReference, registryOf } from "../base/imageReference";
import type { Repository } from "../ports/cloud";
import { architectureOf } from "../taskDefinition/model/generate";
import { sourceTag, type GoBack, type Inspectors, type OldImage, type RunInput } from "./observedState";
import { sourceRequest, wantedDefinition } from "./wantedDefinition";

/** Instead of the inspectors of a deployment. */
export function goingBack({ revision, definition, digest }: GoBack): Partial<Inspectors> {
  const engine = {
    name: "docker" as const,
    version: "",
    architecture: architectureOf(definition),
    builder: "buildkit" as const,
  };
  return {
    // Nothing is built, so a machine without a container engine can do it.
    engine: () => Promise.resolve(engine),
    registrySeen: () => Promise.resolve(true),
    source: (input) => {
      const request = sourceRequest(input.app, wantedDefinition(input, engine, undefined, undefined));
      return Promise.resolve({ digest: revision.tags[sourceTag] ?? "", files: 0, bytes: 0, counted: [], request });
    },
    buildInputs: () => Promise.resolve({ secrets: [], ssh: [] }),
    outside: () => Promise.resolve([]),
    image: () => Promise.resolve({ digest: digest ?? "", tags: [] }),
    tagged: () => Promise.resolve(undefined),
    lifecycle: () => Promise.resolve("given"),
    oldImages: async (input, see) => {
      const repository = await see("repository");
      const images = [...new Set((definition.containerDefinitions ?? []).flatMap(({ image }) => image ?? []))];
      return Promise.all(
        images.map(async (image): Promise<OldImage> => ({ image, state: await stateOf(image, input, repository) })),
      );
    },
    taskRoleArn: () => Promise.resolve(definition.taskRoleArn),
    // The load balancer stays as it is.
    answersHealthPath: () => Promise.resolve(undefined),
    balancingLimits: () => Promise.resolve({}),
  };
}

/** True for an image of this account's registry in this region. */
export function isInOwnRegistry(image: string, app: RunInput["app"], repository: Repository | undefined): boolean {
  const { registry, repository: name } = parseImageReference(image);
  return repository === undefined ? name === app.repository : registry === registryOf(repository.uri);
}

async function stateOf(
  image: string,
  { app, cloud }: RunInput,
  repository: Repository | undefined,
): Promise<OldImage["state"]> {
  if (!isInOwnRegistry(image, app, repository)) return "elsewhere";
  const { repository: name, digest, tag = "latest" } = parseImageReference(image);
  try {
    const found = await cloud.inspection.image(name, digest === undefined ? { tag } : { digest });
    return found ? (found.archived ? "archived" : "there") : "gone";
  } catch (error) {
    if (isCancelled(error)) throw error;
    return "unknown";
  }
}
