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

const part = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const hosts = `(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const tag = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const digest = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
const grammar = new RegExp(`^(?:(${hosts})/)?(${part}(?:/${part})*)(?::(${tag}))?(?:@(${digest}))?$`);
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** A reference with what it leaves out: a name without a host is Docker Hub's, and `library/` where it is one part. */
export interface FullImageReference {
  domain: string;
  path: string;
  tag?: string;
  digest?: string;
  /** As people write it. */
  familiar: string;
}

/**
 * Reads an image reference by the grammar of container registries.
 * @returns why it is none, as the end of a sentence, where it is refused
 */
export function readImageReference(text: string): FullImageReference | string {
  if (/^[a-f0-9]{64}$/.test(text)) return "64 hexadecimal digits are an image's id";
  const slash = text.indexOf("/");
  const first = slash < 0 ? "" : text.slice(0, slash);
  const named = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  const domain = !named || first === "index.docker.io" ? "docker.io" : first;
  const rest = named ? text.slice(slash + 1) : text;
  const remote = rest.replace(/[:@][^]*$/, "");
  if (remote !== remote.toLowerCase()) return `the name ${remote} has capital letters`;
  const whole = `${domain}/${domain === "docker.io" && !rest.includes("/") ? "library/" : ""}${rest}`;
  const found = grammar.exec(whole);
  if (!found) return "it is not of the form host/name:tag@digest";
  const [, host = "", path = "", itsTag, itsDigest] = found;
  if (path.length > 255) return "its name has more than 255 characters";
  if (itsDigest !== undefined) {
    const [kind = "", hex = ""] = itsDigest.split(":");
    const length = Object.hasOwn(digestLengths, kind) ? digestLengths[kind] : undefined;
    if (length === undefined) return `there is no digest of the kind ${kind}`;
    if (hex.length !== length || hex !== hex.toLowerCase()) return `a digest has ${length} digits from 0-9 and a-f`;
  }
  const ends = `${itsTag === undefined ? "" : `:${itsTag}`}${itsDigest === undefined ? "" : `@${itsDigest}`}`;
  const short =
    host === "docker.io" ? path.replace(/^library\/(?=[^/]+$)/, "") : host === "" ? path : `${host}/${path}`;
  return {
    domain: host,
    path,
    ...(itsTag === undefined ? {} : { tag: itsTag }),
    ...(itsDigest === undefined ? {} : { digest: itsDigest }),
    familiar: short + ends,
  };
}

/** The registry's host out of a repository's URI, as ECR gave it (never made from a template: partitions differ). */
export function registryOf(repositoryUri: string): string {
  return parseImageReference(repositoryUri).registry ?? "";
}

/** `sha256:0123456789abcdef…` -> `sha256:0123456789ab`. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 19);
}
