/** Manifests and tags of a repository: the same rules for PutImage and for a push. */
import type { ImageTagMutabilityExclusionFilter } from "../model/ecr.types";
import type { ManifestRecord, RepositoryRecord } from "../states";
import { digestOf, needsOf, type Manifest } from "./manifests";

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
  | { readonly kind: "missing"; readonly digests: readonly string[] }
  | { readonly kind: "sizes"; readonly digests: readonly string[] };

/** Stores a manifest that was read under its digest and, if given, a tag. */
export function putManifest(
  record: RepositoryRecord,
  body: string,
  manifest: Manifest & { readonly mediaType: string },
  tag: string | undefined,
): PutResult {
  const digest = digestOf(body);
  const { mediaType } = manifest;
  const { blobs, manifests } = needsOf(manifest);
  const held = [
    ...blobs.map((d) => ({ d, size: record.blobs.get(d.digest) })),
    ...manifests.map((d) => {
      const child = record.manifests.get(d.digest);
      return { d, size: child && Buffer.byteLength(child.body) };
    }),
  ];
  const missing = held.filter(({ size }) => size === undefined);
  if (missing.length > 0) return { kind: "missing", digests: missing.map(({ d }) => d.digest) };
  const wrong = held.filter(({ d, size }) => d.size !== size);
  if (wrong.length > 0) return { kind: "sizes", digests: wrong.map(({ d }) => d.digest) };
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

/** Takes a tag away, or the image with all its tags; an image that loses its last tag that way goes too. */
export function deleteImage(
  record: RepositoryRecord,
  found: ManifestRecord,
  tag: string | undefined,
): readonly string[] {
  const tags = tag === undefined ? tagsOf(record, found.digest) : [tag];
  for (const t of tags) record.imageTags.delete(t);
  if (tag === undefined || tagsOf(record, found.digest).length === 0) record.manifests.delete(found.digest);
  return tags;
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
