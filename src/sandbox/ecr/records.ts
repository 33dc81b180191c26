/** ECR's repositories and images: finding, checking and describing them. */
import type { ImageDetail, ImageFailure, ImageIdentifier } from "../model/ecr.types";
import type { ManifestRecord, RepositoryRecord } from "../states";
import { ApiError } from "../wire/errors";
import type { Context, Region } from "../world";
import { findManifest, imageSize, tagsOf } from "./images";
import { storedManifest } from "./manifests";

/** A registry password that was given out: the region that it is for, and who asked for it; a task's is nobody's. */
export interface RegistryToken {
  readonly region: string;
  readonly expiresAt: number;
  readonly of?: Pick<Context, "caller" | "roleName" | "userName" | "sessionPolicy">;
}

/** The passwords that were given out. */
export type RegistryTokens = Map<string, RegistryToken>;

export const NAME = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
export const invalid = (text: string): ApiError => new ApiError("InvalidParameterException", text);
export const badToken = (): ApiError =>
  invalid("Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'");

function noRepository(region: Region, name: string): ApiError {
  return new ApiError(
    "RepositoryNotFoundException",
    `The repository with name '${name}' does not exist in the registry with id '${region.account}'`,
  );
}

export function repositoryOf(region: Region, input: { repositoryName: string; registryId?: string }): RepositoryRecord {
  const record = region.ecr.repositories.get(input.repositoryName);
  if (!record || (input.registryId !== undefined && input.registryId !== region.account))
    throw noRepository(region, input.repositoryName);
  return record;
}

export function byArn(region: Region, arn: string): RepositoryRecord {
  const name = arn.split(":repository/")[1] ?? "";
  const record = region.ecr.repositories.get(name);
  if (!record) throw noRepository(region, name);
  return record;
}

export const describeId = (id: ImageIdentifier): string =>
  `{imageDigest:'${id.imageDigest ?? "null"}', imageTag:'${id.imageTag ?? "null"}'}`;

export function imageOf(region: Region, record: RepositoryRecord, id: ImageIdentifier): ManifestRecord {
  const found = findManifest(record, id);
  if (found) return found;
  throw new ApiError(
    "ImageNotFoundException",
    `The image with imageId ${describeId(id)} does not exist within the repository with name '${record.repository.repositoryName ?? ""}' in the registry with id '${region.account}'`,
  );
}

export function detail(region: Region, record: RepositoryRecord, m: ManifestRecord): ImageDetail {
  const manifest = storedManifest(m.body);
  const tags = tagsOf(record, m.digest);
  return {
    registryId: region.account,
    repositoryName: record.repository.repositoryName,
    imageDigest: m.digest,
    imageTags: tags.length > 0 ? tags : undefined,
    imageSizeInBytes: imageSize(manifest),
    imagePushedAt: m.pushedAt,
    imageManifestMediaType: m.mediaType,
    artifactMediaType: manifest.config?.mediaType,
    lastRecordedPullTime: m.lastPull,
    imageStatus: statusOf(m),
    ...(m.archivedAt ? { lastArchivedAt: m.archivedAt } : {}),
    ...(m.activeFrom ? { lastActivatedAt: m.activeFrom } : {}),
    ...(m.scan
      ? {
          imageScanStatus: { status: m.scan.status, description: "The scan was completed successfully." },
          imageScanFindingsSummary: {
            imageScanCompletedAt: m.scan.completedAt,
            vulnerabilitySourceUpdatedAt: m.scan.startedAt,
            findingSeverityCounts: {},
          },
        }
      : {}),
  };
}

/** Where an image stands: only an ACTIVE one can be pulled. */
export function statusOf({ archivedAt, activeFrom }: ManifestRecord): "ACTIVE" | "ARCHIVED" | "ACTIVATING" {
  if (archivedAt) return "ARCHIVED";
  return activeFrom && activeFrom.getTime() > Date.now() ? "ACTIVATING" : "ACTIVE";
}

/** Whether a list that asks for that status has the image; one that asks for none has those that are ACTIVE. */
export const hasStatus = (m: ManifestRecord, wanted: string | undefined): boolean =>
  wanted === "ANY" || statusOf(m) === (wanted ?? "ACTIVE");

/** The image, where it can be pulled: what is archived is not found. */
export function pullable(record: RepositoryRecord, id: ImageIdentifier): ManifestRecord | undefined {
  const found = findManifest(record, id);
  return found && statusOf(found) === "ACTIVE" ? found : undefined;
}

export const failure = (imageId: ImageIdentifier): ImageFailure => ({
  imageId,
  failureCode: "ImageNotFound",
  failureReason: "Requested image not found",
});

export function checkCount(ids: readonly unknown[]): void {
  if (ids.length > 100)
    throw invalid(
      "Invalid parameter at 'imageIds' failed to satisfy constraint: 'Member must have length less than or equal " +
        "to 100'",
    );
}

/** What ECR says when an immutable tag would be overwritten. */
export function immutableText(tag: string, repository: string): string {
  return `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the tag is immutable.`;
}

export function policyOf(region: Region, input: { repositoryName: string; registryId?: string }): string {
  const policy = repositoryOf(region, input).policy;
  if (policy === undefined)
    throw new ApiError(
      "RepositoryPolicyNotFoundException",
      `Repository policy does not exist for the repository with name '${input.repositoryName}' in the registry with id '${region.account}'`,
    );
  return policy;
}

export function tagStatus(record: RepositoryRecord, m: ManifestRecord, status: string | undefined): boolean {
  if (status === undefined || status === "ANY") return true;
  return tagsOf(record, m.digest).length > 0 === (status === "TAGGED");
}
