/** Which of what a build is given is a path on this machine. */

/** Folders and files of `--cache-from` and `--cache-to`, which are written as comma-separated values. */
export function cachePaths(caches: readonly string[]): string[] {
  return caches.flatMap((cache) =>
    cache
      .replaceAll('"', "")
      .split(",")
      .map((field) => /^\s*(?:src|dest)\s*=(.*)$/i.exec(field)?.[1]?.trim())
      .filter((path) => path !== undefined && path !== ""),
  ) as string[];
}

/** How a named context begins that is no folder; only these, since builders take everything else for a path. */
const elsewhere = /^(?:https?|git|ssh|docker-image|oci-layout|container-image|docker):\/\/|^git@/i;

/** A context that is a folder of this machine, and no URL and no image: neither of these goes up a folder. */
export const isFolder = (context: string): boolean =>
  !elsewhere.test(context) || (!layout.test(context) && context.split("/").includes(".."));

const layout = /^oci-layout:\/\//i;

/** The path that a named context has on this machine: of a folder or of an image layout. */
export function pathOfContext(context: string): string | undefined {
  if (isFolder(context)) return context;
  return layout.test(context) ? context.replace(layout, "").replace(/[@:][^/]*$/, "") : undefined;
}
