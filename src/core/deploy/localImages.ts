/** The images of an application that its builds left on this machine. */
import { isCancelled } from "../base/errors";
import type { ContainerEngine } from "../ports/machine";
import type { Identity } from "../ports/cloud";
import type { Target } from "./removalTargets";
import { isRemoved } from "./removals";

export type ImageStore = Pick<ContainerEngine, "localImages" | "removeImages">;

/** How the names begin that a build gives; only what pushed them calls one `latest`. */
const contentTag = /:slipway-[0-9a-z-]+$/;

/** Whether Slipway named an image so for this repository: for the build, or to push it to this account or a sandbox. */
export function isOwnImage(reference: string, repository: string, { account }: Pick<Identity, "account">): boolean {
  const colon = reference.lastIndexOf(":");
  const name = reference.slice(0, colon);
  if (name === repository) return contentTag.test(reference);
  if (!name.endsWith(`/${repository}`)) return false;
  const registry = name.slice(0, -repository.length - 1);
  const isHere =
    registry.startsWith(`${account}.dkr`) || /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(registry);
  return isHere && (contentTag.test(reference) || reference.endsWith(":latest"));
}

/**
 * What a removal takes of the engine, where it takes the repository: an engine that does not answer has nothing to take,
 * and an image that is in use stays. Neither is an error.
 */
export async function localImageTargets(
  images: ImageStore | undefined,
  targets: readonly Target[],
  repository: string,
  identity: Identity,
  signal: AbortSignal,
): Promise<Target[]> {
  const isTaken = targets.some((target) => target.id === "repository" && isRemoved(target));
  if (!images || !isTaken) return [];
  const there = await images.localImages(signal).catch((error: unknown) => {
    if (isCancelled(error)) throw error;
    return [];
  });
  const own = there.filter((reference) => isOwnImage(reference, repository, identity));
  const [first, ...others] = own;
  if (first === undefined) return [];
  return [
    {
      id: "localImages",
      kind: "image",
      name: `${first} on this machine${others.length ? ` and ${others.length} more` : ""}`,
      arn: "",
      ours: true,
      remove: async (context) => {
        const kept = await images.removeImages(own, context.signal).catch((error: unknown) => {
          if (isCancelled(error)) throw error;
          return own;
        });
        if (kept.length > 0) context.tell(`${kept.length} of ${own.length} stay: something uses them`);
      },
    },
  ];
}
