/** Manifests, read strictly: what the specifications of OCI and Docker demand of one, and what ECR takes. */
import { createHash } from "node:crypto";

export const MEDIA_TYPES = {
  docker: "application/vnd.docker.distribution.manifest.v2+json",
  dockerList: "application/vnd.docker.distribution.manifest.list.v2+json",
  oci: "application/vnd.oci.image.manifest.v1+json",
  ociIndex: "application/vnd.oci.image.index.v1+json",
} as const;

/** The most that a manifest may have: PutImage's imageManifest, API reference. */
export const MAX_MANIFEST = 4 * 1024 * 1024;

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os?: string; readonly architecture?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Manifest {
  readonly mediaType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The digest by which a manifest is known. */
export const digestOf = (body: string): string => `sha256:${createHash("sha256").update(body).digest("hex")}`;

/** Whether a text is a digest of the one algorithm that ECR has. */
export const isDigest = (text: unknown): text is string =>
  typeof text === "string" && /^sha256:[0-9a-f]{64}$/.test(text);

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isDescriptor = (value: unknown): value is Descriptor =>
  isObject(value) &&
  isDigest(value["digest"]) &&
  typeof value["mediaType"] === "string" &&
  value["mediaType"] !== "" &&
  Number.isSafeInteger(value["size"]) &&
  Number(value["size"]) >= 0;

const areDescriptors = (value: unknown): boolean => Array.isArray(value) && value.every(isDescriptor);

const isIndex = (mediaType: string): boolean =>
  mediaType === MEDIA_TYPES.dockerList || mediaType === MEDIA_TYPES.ociIndex;

/** Media types of layers that no registry may hold: they are elsewhere, and are not asked for. */
const isForeign = ({ mediaType }: Descriptor): boolean => /\.foreign\.|\.nondistributable\./.test(mediaType);

/**
 * The manifest of that media type, or what is wrong with it.
 *
 * An image has config and layers, an index manifests, and neither has the other's: that would be two images in one
 * (OCI image specification, CVE-2021-41190).
 */
export function readManifest(body: string, given: string | undefined): (Manifest & { mediaType: string }) | string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return "Invalid JSON syntax";
  }
  if (!isObject(value)) return "a manifest is a JSON object";
  const { schemaVersion, mediaType = given, config, layers, manifests, subject } = value;
  if (schemaVersion !== 2) return "schemaVersion is not 2";
  if (typeof mediaType !== "string") return "the manifest has no media type";
  if (given !== undefined && mediaType !== given)
    return `the manifest's mediaType '${mediaType}' is not the '${given}' that it was sent as`;
  if (!Object.values<string>(MEDIA_TYPES).includes(mediaType)) return `the media type '${mediaType}' is not supported`;
  if (subject !== undefined && !isDescriptor(subject)) return "subject is no descriptor";
  if (isIndex(mediaType)) {
    if (!areDescriptors(manifests)) return "manifests are not a list of descriptors";
    if (config !== undefined || layers !== undefined) return "an index has neither config nor layers";
  } else {
    if (!isDescriptor(config)) return "config is no descriptor";
    if (!areDescriptors(layers)) return "layers are not a list of descriptors";
    if (manifests !== undefined) return "an image has no manifests";
  }
  return { ...(value as Manifest), mediaType };
}

/** A stored manifest, which was read before it was stored. */
export const storedManifest = (body: string): Manifest => JSON.parse(body) as Manifest;

/** What a manifest needs to be there: blobs, and for an index manifests. */
export function needsOf(manifest: Manifest): { blobs: readonly Descriptor[]; manifests: readonly Descriptor[] } {
  const blobs = [...(manifest.config ? [manifest.config] : []), ...(manifest.layers ?? [])];
  return { blobs: blobs.filter((d) => !isForeign(d)), manifests: manifest.manifests ?? [] };
}
