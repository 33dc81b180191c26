/** Manifests and tags of a repository: the same rules for PutImage and for a push. */
import { createHash } from "node:crypto";
import type { ImageTagMutabilityExclusionFilter } from "../model/ecr.types";
import type { ManifestRecord, RepositoryRecord } from "../states";

export const MEDIA_TYPES = {
  docker: "application/vnd.docker.distribution.manifest.v2+json",
  dockerList: "application/vnd.docker.distribution.manifest.list.v2+json",
  oci: "application/vnd.oci.image.manifest.v1+json",
  ociIndex: "application/vnd.oci.image.index.v1+json",
} as const;

export interface Descriptor {
  readonly mediaType?: string;
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
}

function digestOf(body: string): string {
  return `sha256:${createHash("sha256").update(body).digest("hex")}`;
}

export function parseManifest(body: string): Manifest | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null ? (parsed as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

/** Compressed bytes of an image; for an index, of nothing but itself (as ECR reports none). */
export function imageSize(manifest: Manifest): number {
  return [...(manifest.layers ?? []), ...(manifest.config ? [manifest.config] : [])].reduce(
    (sum, d) => sum + d.size,
    0,
  );
}

/** Whether the tag is protected by immutability: exclusion filters may invert it. */
function isImmutable(
  mutability: string | undefined,
  filters: readonly ImageTagMutabilityExclusionFilter[] | undefined,
  tag: string,
): boolean {
  const excluded = (filters ?? []).some((f) =>
    new RegExp(`^${f.filter.replace(/[.+^${}()|[\]\\?]/g, "\\$&").replace(/\*/g, ".*")}$`).test(tag),
  );
  switch (mutability) {
    case "IMMUTABLE":
      return true;
    case "IMMUTABLE_WITH_EXCLUSION":
      return !excluded;
    case "MUTABLE_WITH_EXCLUSION":
      return excluded;
    default:
      return false;
  }
}

export type PutResult =
  | { readonly kind: "stored" | "exists" | "immutable"; readonly digest: string }
  | { readonly kind: "missing"; readonly digests: readonly string[] };

/** Stores a manifest under its digest and, if given, a tag. */
export function putManifest(
  record: RepositoryRecord,
  body: string,
  mediaType: string,
  tag: string | undefined,
): PutResult {
  const digest = digestOf(body);
  const manifest = parseManifest(body) ?? {};
  const needed = [...(manifest.layers ?? []), ...(manifest.config ? [manifest.config] : [])]
    .map((d) => d.digest)
    .filter((d) => !record.blobs.has(d));
  const children = (manifest.manifests ?? []).map((d) => d.digest).filter((d) => !record.manifests.has(d));
  if (needed.length > 0 || children.length > 0) return { kind: "missing", digests: [...needed, ...children] };
  const current = tag === undefined ? undefined : record.imageTags.get(tag);
  if (tag !== undefined && current === digest) return { kind: "exists", digest };
  if (
    tag !== undefined &&
    current !== undefined &&
    isImmutable(record.repository.imageTagMutability, record.repository.imageTagMutabilityExclusionFilters, tag)
  ) {
    return { kind: "immutable", digest };
  }
  if (!record.manifests.has(digest)) {
    const stored: ManifestRecord = { digest, mediaType, body, pushedAt: new Date() };
    if (record.repository.imageScanningConfiguration?.scanOnPush) scan(stored);
    record.manifests.set(digest, stored);
  }
  if (tag !== undefined) record.imageTags.set(tag, digest);
  return { kind: "stored", digest };
}

/** Marks an image as scanned; findings are none. */
export function scan(record: ManifestRecord): void {
  const now = new Date();
  record.scan = { status: "COMPLETE", startedAt: now, completedAt: now };
}

export function tagsOf(record: RepositoryRecord, digest: string): string[] {
  return [...record.imageTags].filter(([, d]) => d === digest).map(([t]) => t);
}

/** The manifest for a tag or digest. */
export function findManifest(
  record: RepositoryRecord,
  reference: { imageDigest?: string; imageTag?: string },
): ManifestRecord | undefined {
  const byTag = reference.imageTag === undefined ? undefined : record.imageTags.get(reference.imageTag);
  if (reference.imageTag !== undefined && byTag === undefined) return undefined;
  if (reference.imageDigest !== undefined && byTag !== undefined && byTag !== reference.imageDigest) return undefined;
  return record.manifests.get(reference.imageDigest ?? byTag ?? "");
}
