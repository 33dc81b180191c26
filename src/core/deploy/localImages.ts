/** The images of an application that its builds left on this machine. */
import { isCancelled } from "../base/errors";
import type { DestroyInput } from "./removalActions";
import type { Target } from "./removalTargets";
import { isRemoved } from "./removals";

/** The tag that a build gives, by what its source is; what pushes it calls one `latest` besides. */
const contentTag = /^slipway-[0-9a-z-]+$/;

/**
 * Of the images of this machine those that were pushed to this very repository, with the names that they were built
 * under. Another folder's application may have a repository of the same name in another account.
 * @param uri of the repository, without a tag
 */
export function ownImages(references: readonly string[], repository: string, uri: string): string[] {
  const tagOf = (name: string, reference: string) =>
    reference.startsWith(`${name}:`) ? reference.slice(name.length + 1) : undefined;
  const pushed = references.filter((each) => {
    const tag = tagOf(uri, each);
    return tag !== undefined && (tag === "latest" || contentTag.test(tag));
  });
  const tags = new Set(pushed.map((each) => tagOf(uri, each)));
  const built = references.filter((each) => {
    const tag = tagOf(repository, each);
    return tag !== undefined && contentTag.test(tag) && tags.has(tag);
  });
  return [...built, ...pushed];
}

/**
 * What a removal takes of the engine, where it takes the repository: an engine that does not answer has nothing to take,
 * and an image that is in use stays. Neither is an error.
 */
export async function localImageTargets(
  { images, cloud, app: { repository } }: Pick<DestroyInput, "images" | "cloud" | "app">,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<Target[]> {
  const isTaken = targets.some((target) => target.id === "repository" && isRemoved(target));
  if (!images || !isTaken) return [];
  const found = await cloud.ecr.findRepository(repository);
  const there = await images.localImages(signal).catch((error: unknown) => {
    if (isCancelled(error)) throw error;
    return [];
  });
  const own = found ? ownImages(there, repository, found.uri) : [];
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
