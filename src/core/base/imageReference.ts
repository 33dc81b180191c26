/** The parts of an image reference, e.g. `127.0.0.1:5000/team/app:v1@sha256:…`. */
export interface ImageReference {
  /** Registry host with its port; undefined for a name without one (Docker Hub). */
  registry?: string;
  /** Everything between host and tag: `team/app`, slashes included. */
  repository: string;
  tag?: string;
  digest?: string;
}

/** Reads an image reference the way the engine does: a first part with a dot, a colon or `localhost` is a host. */
export function parseImageReference(text: string): ImageReference {
  const [beforeDigest = "", digest] = text.split("@", 2);
  const slash = beforeDigest.indexOf("/");
  const first = slash < 0 ? "" : beforeDigest.slice(0, slash);
  const hasHost = first === "localhost" || /[.:]/.test(first);
  const path = hasHost ? beforeDigest.slice(slash + 1) : beforeDigest;
  const colon = path.lastIndexOf(":");
  const reference: ImageReference = { repository: colon < 0 ? path : path.slice(0, colon) };
  if (hasHost) reference.registry = first;
  if (colon >= 0) reference.tag = path.slice(colon + 1);
  if (digest) reference.digest = digest;
  return reference;
}

/** The registry's host out of a repository's URI, as ECR gave it (never made from a template: partitions differ). */
export function registryOf(repositoryUri: string): string {
  return parseImageReference(repositoryUri).registry ?? "";
}

/** `sha256:0123456789abcdef…` -> `sha256:0123456789ab`. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 19);
}
