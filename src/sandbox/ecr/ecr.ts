/** ECR's API. */
import { presign } from "./presigned";
import { token } from "../ids";
import type { EcrOperations, ImageDetail, ImageFailure, ImageIdentifier, Repository } from "../model/ecr.types";
import type { Table } from "../registry";
import type { ManifestRecord, RepositoryRecord } from "../states";
import { lowerTags, page, tagsFrom } from "../util";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import type { BlobStore } from "./blobs";
import { findManifest, imageSize, MEDIA_TYPES, parseManifest, putManifest, scan, tagsOf } from "./images";

/** Registry passwords that were given out, with the region that they are for. */
export type RegistryTokens = Map<string, { region: string; expiresAt: number }>;

const NAME = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const invalid = (text: string): ApiError => new ApiError("InvalidParameterException", text);
const badToken = (): ApiError =>
  invalid("Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'");

export function noRepository(region: Region, name: string): ApiError {
  return new ApiError(
    "RepositoryNotFoundException",
    `The repository with name '${name}' does not exist in the registry with id '${region.account}'`,
  );
}

function repositoryOf(region: Region, input: { repositoryName: string; registryId?: string }): RepositoryRecord {
  const record = region.ecr.repositories.get(input.repositoryName);
  if (!record || (input.registryId !== undefined && input.registryId !== region.account))
    throw noRepository(region, input.repositoryName);
  return record;
}

function byArn(region: Region, arn: string): RepositoryRecord {
  const name = arn.split(":repository/")[1] ?? "";
  const record = region.ecr.repositories.get(name);
  if (!record) throw noRepository(region, name);
  return record;
}

const describeId = (id: ImageIdentifier): string =>
  `{imageDigest:'${id.imageDigest ?? "null"}', imageTag:'${id.imageTag ?? "null"}'}`;

function imageOf(region: Region, record: RepositoryRecord, id: ImageIdentifier): ManifestRecord {
  const found = findManifest(record, id);
  if (found) return found;
  throw new ApiError(
    "ImageNotFoundException",
    `The image with imageId ${describeId(id)} does not exist within the repository with name '${record.repository.repositoryName ?? ""}' in the registry with id '${region.account}'`,
  );
}

function detail(region: Region, record: RepositoryRecord, m: ManifestRecord): ImageDetail {
  const manifest = parseManifest(m.body) ?? {};
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

const failure = (imageId: ImageIdentifier): ImageFailure => ({
  imageId,
  failureCode: "ImageNotFound",
  failureReason: "Requested image not found",
});

function checkCount(ids: readonly unknown[]): void {
  if (ids.length > 100)
    throw invalid(
      "Invalid parameter at 'imageIds' failed to satisfy constraint: 'Member must have length less than or equal to 100'",
    );
}

export const ecrOperations = (world: SandboxState, blobs: BlobStore, tokens: RegistryTokens): Table<EcrOperations> => ({
  CreateRepository: {
    supports:
      "repositoryName registryId tags imageTagMutability imageTagMutabilityExclusionFilters imageScanningConfiguration encryptionConfiguration",
    run: (input, { region }) => {
      const name = input.repositoryName;
      if (name.length < 2 || name.length > 256) {
        throw invalid(
          `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'Member must have length ${name.length < 2 ? "greater than or equal to 2" : "less than or equal to 256"}'`,
        );
      }
      if (!NAME.test(name))
        throw invalid(
          "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''",
        );
      if (region.ecr.repositories.has(name)) {
        throw new ApiError(
          "RepositoryAlreadyExistsException",
          `The repository with name '${name}' already exists in the registry with id '${region.account}'`,
        );
      }
      const filters = input.imageTagMutabilityExclusionFilters;
      if (filters && filters.length > 5)
        throw invalid(
          "Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint: 'Member must have length less than or equal to 5'",
        );
      const repository: Repository = {
        repositoryArn: region.arn("ecr", `repository/${name}`),
        registryId: region.account,
        repositoryName: name,
        repositoryUri: `127.0.0.1:${world.port}/${name}`,
        createdAt: new Date(),
        imageTagMutability: input.imageTagMutability ?? "MUTABLE",
        imageTagMutabilityExclusionFilters: filters,
        imageScanningConfiguration: { scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false },
        encryptionConfiguration: input.encryptionConfiguration ?? { encryptionType: "AES256" },
      };
      region.ecr.repositories.set(name, {
        repository,
        tags: tagsFrom(input.tags),
        manifests: new Map(),
        imageTags: new Map(),
        blobs: new Map(),
      });
      return { repository };
    },
  },
  DescribeRepositories: {
    supports: "*",
    run: (input, { region }) => {
      const names = input.repositoryNames;
      if (names && names.length > 100)
        throw invalid(
          "Invalid parameter at 'repositoryNames' failed to satisfy constraint: 'Member must have length less than or equal to 100'",
        );
      const all = names?.length
        ? names.map((n) => repositoryOf(region, { repositoryName: n, registryId: input.registryId }))
        : [...region.ecr.repositories.values()];
      const p = page(all, input.nextToken, input.maxResults ?? 100, badToken);
      return { repositories: p.items.map((r) => r.repository), nextToken: p.next };
    },
  },
  DeleteRepository: {
    supports: "*",
    run: (input, { region }) => {
      const record = repositoryOf(region, input);
      if (record.manifests.size > 0 && !input.force) {
        throw new ApiError(
          "RepositoryNotEmptyException",
          `The repository with name '${input.repositoryName}' in registry with id '${region.account}' cannot be deleted because it still contains images`,
        );
      }
      region.ecr.repositories.delete(input.repositoryName);
      return { repository: record.repository };
    },
  },
  PutLifecyclePolicy: {
    supports: "*",
    run: (input, { region }) => {
      const record = repositoryOf(region, input);
      const length = input.lifecyclePolicyText.length;
      if (length < 100 || length > 30720)
        throw invalid(
          `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Member must have length ${length < 100 ? "greater than or equal to 100" : "less than or equal to 30720"}'`,
        );
      const parsed = parseRules(input.lifecyclePolicyText);
      if (!parsed)
        throw invalid(
          "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: not a valid policy'",
        );
      record.lifecycle = { text: input.lifecyclePolicyText, evaluatedAt: new Date(0) };
      return {
        registryId: region.account,
        repositoryName: input.repositoryName,
        lifecyclePolicyText: input.lifecyclePolicyText,
      };
    },
  },
  GetLifecyclePolicy: {
    supports: "*",
    run: (input, { region }) => {
      const policy = repositoryOf(region, input).lifecycle;
      if (!policy)
        throw new ApiError(
          "LifecyclePolicyNotFoundException",
          `Lifecycle policy does not exist for the repository with name '${input.repositoryName}' in the registry with id '${region.account}'`,
        );
      return {
        registryId: region.account,
        repositoryName: input.repositoryName,
        lifecyclePolicyText: policy.text,
        lastEvaluatedAt: policy.evaluatedAt,
      };
    },
  },
  DeleteLifecyclePolicy: {
    supports: "*",
    run: (input, { region }) => {
      const record = repositoryOf(region, input);
      const policy = record.lifecycle;
      if (!policy)
        throw new ApiError(
          "LifecyclePolicyNotFoundException",
          `Lifecycle policy does not exist for the repository with name '${input.repositoryName}' in the registry with id '${region.account}'`,
        );
      delete record.lifecycle;
      return {
        registryId: region.account,
        repositoryName: input.repositoryName,
        lifecyclePolicyText: policy.text,
        lastEvaluatedAt: policy.evaluatedAt,
      };
    },
  },
  PutImageTagMutability: {
    supports: "*",
    run: (input, { region }) => {
      const { repository } = repositoryOf(region, input);
      repository.imageTagMutability = input.imageTagMutability;
      repository.imageTagMutabilityExclusionFilters = input.imageTagMutabilityExclusionFilters;
      return {
        registryId: region.account,
        repositoryName: input.repositoryName,
        imageTagMutability: input.imageTagMutability,
        imageTagMutabilityExclusionFilters: input.imageTagMutabilityExclusionFilters,
      };
    },
  },
  PutImageScanningConfiguration: {
    supports: "*",
    run: (input, { region }) => {
      const { repository } = repositoryOf(region, input);
      repository.imageScanningConfiguration = { scanOnPush: input.imageScanningConfiguration.scanOnPush ?? false };
      return {
        registryId: region.account,
        repositoryName: input.repositoryName,
        imageScanningConfiguration: repository.imageScanningConfiguration,
      };
    },
  },
  TagResource: {
    supports: "*",
    run: (input, { region }) => {
      const record = byArn(region, input.resourceArn);
      for (const [k, v] of tagsFrom(input.tags)) record.tags.set(k, v);
      return {};
    },
  },
  UntagResource: {
    supports: "*",
    run: (input, { region }) => {
      const record = byArn(region, input.resourceArn);
      for (const k of input.tagKeys) record.tags.delete(k);
      return {};
    },
  },
  ListTagsForResource: {
    supports: "*",
    run: (input, { region }) => ({
      tags: lowerTags(byArn(region, input.resourceArn).tags).map((t) => ({ Key: t.key, Value: t.value })),
    }),
  },
  GetAuthorizationToken: {
    supports: "*",
    run: (_input, { region }) => {
      const password = token(400);
      const expiresAt = Date.now() + 12 * 3600 * 1000;
      tokens.set(password, { region: region.name, expiresAt });
      const authorizationToken = Buffer.from(`AWS:${password}`).toString("base64");
      return {
        authorizationData: [
          { authorizationToken, expiresAt: new Date(expiresAt), proxyEndpoint: `http://127.0.0.1:${world.port}` },
        ],
      };
    },
  },
  DescribeImages: {
    supports: "*",
    run: (input, { region }) => {
      const record = repositoryOf(region, input);
      checkCount(input.imageIds ?? []);
      const chosen = input.imageIds?.length
        ? input.imageIds.map((id) => imageOf(region, record, id))
        : [...record.manifests.values()].filter((m) => tagStatus(record, m, input.filter?.tagStatus));
      const p = page([...new Set(chosen)], input.nextToken, input.maxResults ?? 100, badToken);
      return { imageDetails: p.items.map((m) => detail(region, record, m)), nextToken: p.next };
    },
  },
  ListImages: {
    supports: "*",
    run: (input, { region }) => {
      const record = repositoryOf(region, input);
      const ids = [...record.manifests.values()]
        .filter((m) => tagStatus(record, m, input.filter?.tagStatus))
        .flatMap((m): ImageIdentifier[] => {
          const tags = tagsOf(record, m.digest);
          return tags.length > 0
            ? tags.map((imageTag) => ({ imageDigest: m.digest, imageTag }))
            : [{ imageDigest: m.digest }];
        });
      const p = page(ids, input.nextToken, input.maxResults ?? 100, badToken);
      return { imageIds: p.items, nextToken: p.next };
    },
  },
  BatchGetImage: {
    supports: "*",
    run: (input, { region }) => {
      const record = repositoryOf(region, input);
      checkCount(input.imageIds);
      const found = input.imageIds.map((id) => ({ id, m: findManifest(record, id) }));
      return {
        images: found.flatMap(({ id, m }) =>
          m
            ? [
                {
                  registryId: region.account,
                  repositoryName: input.repositoryName,
                  imageId: { imageDigest: m.digest, imageTag: id.imageTag },
                  imageManifest: m.body,
                  imageManifestMediaType: m.mediaType,
                },
              ]
            : [],
        ),
        failures: found.flatMap(({ id, m }) => (m ? [] : [failure(id)])),
      };
    },
  },
  BatchDeleteImage: {
    supports: "*",
    run: (input, { region }) => {
      const record = repositoryOf(region, input);
      checkCount(input.imageIds);
      const imageIds: ImageIdentifier[] = [];
      const failures: ImageFailure[] = [];
      for (const id of input.imageIds) {
        const m = findManifest(record, id);
        if (!m) {
          failures.push(failure(id));
          continue;
        }
        const tags =
          id.imageDigest === undefined && id.imageTag !== undefined ? [id.imageTag] : tagsOf(record, m.digest);
        for (const t of tags) record.imageTags.delete(t);
        if (id.imageDigest !== undefined || tagsOf(record, m.digest).length === 0) record.manifests.delete(m.digest);
        imageIds.push(
          ...(tags.length > 0
            ? tags.map((imageTag) => ({ imageDigest: m.digest, imageTag }))
            : [{ imageDigest: m.digest }]),
        );
      }
      return { imageIds, failures };
    },
  },
  PutImage: {
    supports: "*",
    run: (input, { region }) => {
      const record = repositoryOf(region, input);
      const parsed = parseManifest(input.imageManifest);
      if (!parsed)
        throw invalid("Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'");
      const result = putManifest(
        record,
        input.imageManifest,
        input.imageManifestMediaType ?? parsed.mediaType ?? MEDIA_TYPES.docker,
        input.imageTag,
      );
      if (result.kind === "missing")
        throw new ApiError(
          "LayersNotFoundException",
          `The layers with digests '${result.digests.join(", ")}' required for pushing image into repository with name '${input.repositoryName}' in the registry with id '${region.account}' do not exist`,
        );
      if (result.kind === "immutable")
        throw new ApiError("ImageTagAlreadyExistsException", immutableText(input.imageTag ?? "", input.repositoryName));
      if (result.kind === "exists")
        throw new ApiError(
          "ImageAlreadyExistsException",
          `Image with digest '${result.digest}' and tag '${input.imageTag ?? ""}' already exists in the repository with name '${input.repositoryName}' in registry with id '${region.account}'`,
        );
      return {
        image: {
          registryId: region.account,
          repositoryName: input.repositoryName,
          imageId: { imageDigest: result.digest, imageTag: input.imageTag },
          imageManifest: input.imageManifest,
        },
      };
    },
  },
  BatchCheckLayerAvailability: {
    supports: "*",
    run: (input, { region }) => {
      const record = repositoryOf(region, input);
      return {
        layers: input.layerDigests
          .filter((d) => /^sha256:/.test(d))
          .map((layerDigest) => {
            const size = record.blobs.get(layerDigest);
            return {
              layerDigest,
              layerAvailability: size === undefined ? "UNAVAILABLE" : "AVAILABLE",
              layerSize: size,
              mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip",
            };
          }),
        failures: input.layerDigests
          .filter((d) => !/^sha256:/.test(d))
          .map((layerDigest) => ({
            layerDigest,
            failureCode: "InvalidLayerDigest",
            failureReason: "Invalid layer digest",
          })),
      };
    },
  },
  GetDownloadUrlForLayer: {
    supports: "*",
    run: (input, { region }) => {
      const record = repositoryOf(region, input);
      if (!record.blobs.has(input.layerDigest) || !blobs.has(input.layerDigest))
        throw new ApiError(
          "LayersNotFoundException",
          `The layer with digest '${input.layerDigest}' does not exist in the repository with name '${input.repositoryName}' in the registry with id '${region.account}'`,
        );
      return {
        layerDigest: input.layerDigest,
        downloadUrl: `http://127.0.0.1:${world.port}${presign(blobs.downloadKey, `/v2/${input.repositoryName}/blobs/${input.layerDigest}`, region.name)}`,
      };
    },
  },
  StartImageScan: {
    supports: "*",
    run: (input, { region }) => {
      const m = imageOf(region, repositoryOf(region, input), input.imageId);
      if (m.scan && Date.now() - m.scan.startedAt.getTime() < 24 * 3600 * 1000)
        throw new ApiError("LimitExceededException", "The scan quota per image has been exceeded. Wait and try again.");
      scan(m);
      return {
        registryId: region.account,
        repositoryName: input.repositoryName,
        imageId: { imageDigest: m.digest, imageTag: input.imageId.imageTag },
        imageScanStatus: { status: "IN_PROGRESS" },
      };
    },
  },
  DescribeImageScanFindings: {
    supports: "*",
    run: (input, { region }) => {
      const m = imageOf(region, repositoryOf(region, input), input.imageId);
      if (!m.scan)
        throw new ApiError(
          "ScanNotFoundException",
          `Image scan does not exist for the image with '${describeId({ imageDigest: m.digest, imageTag: input.imageId.imageTag })}' in the repository with name '${input.repositoryName}' in the registry with id '${region.account}'`,
        );
      return {
        registryId: region.account,
        repositoryName: input.repositoryName,
        imageId: { imageDigest: m.digest, imageTag: input.imageId.imageTag },
        imageScanStatus: { status: m.scan.status, description: "The scan was completed successfully." },
        imageScanFindings: {
          imageScanCompletedAt: m.scan.completedAt,
          vulnerabilitySourceUpdatedAt: m.scan.startedAt,
          findings: [],
          findingSeverityCounts: {},
        },
      };
    },
  },
  SetRepositoryPolicy: {
    supports: "*",
    run: (input, { region }) => {
      repositoryOf(region, input).policy = input.policyText;
      return { registryId: region.account, repositoryName: input.repositoryName, policyText: input.policyText };
    },
  },
  GetRepositoryPolicy: {
    supports: "*",
    run: (input, { region }) => ({
      registryId: region.account,
      repositoryName: input.repositoryName,
      policyText: policyOf(region, input),
    }),
  },
  DeleteRepositoryPolicy: {
    supports: "*",
    run: (input, { region }) => {
      const policyText = policyOf(region, input);
      delete repositoryOf(region, input).policy;
      return { registryId: region.account, repositoryName: input.repositoryName, policyText };
    },
  },
  DescribeRegistry: {
    supports: "*",
    run: (_input, { region }) => ({ registryId: region.account, replicationConfiguration: { rules: [] } }),
  },
});

/** What ECR says when an immutable tag would be overwritten. */
export function immutableText(tag: string, repository: string): string {
  return `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the tag is immutable.`;
}

function policyOf(region: Region, input: { repositoryName: string; registryId?: string }): string {
  const policy = repositoryOf(region, input).policy;
  if (policy === undefined)
    throw new ApiError(
      "RepositoryPolicyNotFoundException",
      `Repository policy does not exist for the repository with name '${input.repositoryName}' in the registry with id '${region.account}'`,
    );
  return policy;
}

function parseRules(text: string): unknown[] | undefined {
  try {
    const { rules } = JSON.parse(text) as { rules?: unknown };
    return Array.isArray(rules) && rules.length > 0 ? rules : undefined;
  } catch {
    return undefined;
  }
}

function tagStatus(record: RepositoryRecord, m: ManifestRecord, status: string | undefined): boolean {
  if (status === undefined || status === "ANY") return true;
  return tagsOf(record, m.digest).length > 0 === (status === "TAGGED");
}
