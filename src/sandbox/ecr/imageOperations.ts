/** ECR's operations on images, and what follows from them. */
import { presign } from "./presigned";
import { token } from "../ids";
import type { EcrOperations, ImageFailure, ImageIdentifier } from "../model/ecr.types";
import type { Table } from "../registry";
import { lowerTags, page } from "../util";
import { checkRepositoryPolicy } from "./policyTexts";
import { ApiError } from "../wire/errors";
import type { SandboxState } from "../world";
import type { BlobStore } from "./blobs";
import { deleteImage, findManifest, putManifest, scan, tagsOf } from "./images";
import { digestOf, MAX_MANIFEST, readManifest } from "./manifests";
import {
  type RegistryTokens,
  invalid,
  badToken,
  repositoryOf,
  byArn,
  describeId,
  imageOf,
  detail,
  failure,
  checkCount,
  hasStatus,
  immutableText,
  pullable,
  statusOf,
  policyOf,
  tagStatus,
} from "./records";

/** Restoring an archived image takes up to 20 minutes. */
const RESTORE_MS = 20 * 60_000;

export const imageOperations = (
  world: SandboxState,
  blobs: BlobStore,
  tokens: RegistryTokens,
): Pick<
  Table<EcrOperations>,
  | "UntagResource"
  | "ListTagsForResource"
  | "GetAuthorizationToken"
  | "DescribeImages"
  | "ListImages"
  | "BatchGetImage"
  | "BatchDeleteImage"
  | "PutImage"
  | "BatchCheckLayerAvailability"
  | "GetDownloadUrlForLayer"
  | "StartImageScan"
  | "DescribeImageScanFindings"
  | "SetRepositoryPolicy"
  | "GetRepositoryPolicy"
  | "DeleteRepositoryPolicy"
  | "DescribeRegistry"
  | "GetRegistryScanningConfiguration"
  | "UpdateImageStorageClass"
> => ({
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
    run: (_input, { region, caller, roleName, userName, sessionPolicy }) => {
      const password = token(400);
      const expiresAt = Date.now() + 12 * 3600 * 1000;
      tokens.set(password, { region: region.name, expiresAt, of: { caller, roleName, userName, sessionPolicy } });
      const authorizationToken = Buffer.from(`AWS:${password}`).toString("base64");
      return {
        authorizationData: [
          { authorizationToken, expiresAt: new Date(expiresAt), proxyEndpoint: `http://127.0.0.1:${world.port}` },
        ],
      };
    },
  },
  UpdateImageStorageClass: {
    supports: "*",
    run: (input, { region }) => {
      const m = imageOf(region, repositoryOf(region, input), input.imageId);
      const now = new Date();
      if (input.targetStorageClass === "ARCHIVE") {
        m.archivedAt ??= now;
        delete m.activeFrom;
      } else if (m.archivedAt) {
        delete m.archivedAt;
        m.activeFrom = new Date(now.getTime() + world.clock.simulated(RESTORE_MS));
      }
      return {
        registryId: region.account,
        repositoryName: input.repositoryName,
        imageId: { ...input.imageId, imageDigest: m.digest },
        imageStatus: statusOf(m),
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
        : [...record.manifests.values()].filter(
            (m) => tagStatus(record, m, input.filter?.tagStatus) && hasStatus(m, input.filter?.imageStatus),
          );
      const p = page([...new Set(chosen)], input.nextToken, input.maxResults ?? 100, badToken);
      return { imageDetails: p.items.map((m) => detail(region, record, m)), nextToken: p.next };
    },
  },
  ListImages: {
    supports: "*",
    run: (input, { region }) => {
      const record = repositoryOf(region, input);
      const ids = [...record.manifests.values()]
        .filter((m) => tagStatus(record, m, input.filter?.tagStatus) && hasStatus(m, input.filter?.imageStatus))
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
      const found = input.imageIds.map((id) => ({ id, m: pullable(record, id) }));
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
        const tags = deleteImage(record, m, id.imageDigest === undefined ? id.imageTag : undefined);
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
      const text = input.imageManifest;
      const parsed =
        Buffer.byteLength(text) > MAX_MANIFEST
          ? `Member must have length less than or equal to ${MAX_MANIFEST}`
          : readManifest(text, input.imageManifestMediaType);
      if (typeof parsed === "string")
        throw invalid(`Invalid parameter at 'ImageManifest' failed to satisfy constraint: '${parsed}'`);
      if (input.imageDigest !== undefined && input.imageDigest !== digestOf(text))
        throw new ApiError(
          "ImageDigestDoesNotMatchException",
          `The specified image digest '${input.imageDigest}' does not match the digest '${digestOf(text)}' that ` +
            "Amazon ECR calculated for the image",
        );
      const result = putManifest(record, text, parsed, input.imageTag);
      if (result.kind === "sizes")
        throw invalid(
          "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'the sizes of " +
            `${result.digests.join(", ")} are not those of what was pushed'`,
        );
      if (result.kind === "missing")
        throw new ApiError(
          "LayersNotFoundException",
          `The layers with digests '${result.digests.join(", ")}' required for pushing image into repository ` +
            `with name '${input.repositoryName}' in the registry with id '${region.account}' do not exist`,
        );
      if (result.kind === "immutable")
        throw new ApiError("ImageTagAlreadyExistsException", immutableText(input.imageTag ?? "", input.repositoryName));
      if (result.kind === "exists")
        throw new ApiError(
          "ImageAlreadyExistsException",
          `Image with digest '${result.digest}' and tag '${input.imageTag ?? ""}' already exists in the ` +
            `repository with name '${input.repositoryName}' in registry with id '${region.account}'`,
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
          `The layer with digest '${input.layerDigest}' does not exist in the repository with name ` +
            `'${input.repositoryName}' in the registry with id '${region.account}'`,
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
          "Image scan does not exist for the image with " +
            `'${describeId({ imageDigest: m.digest, imageTag: input.imageId.imageTag })}' in the repository ` +
            `with name '${input.repositoryName}' in the registry with id '${region.account}'`,
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
      const record = repositoryOf(region, input);
      checkRepositoryPolicy(input.policyText);
      record.policy = input.policyText;
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
  // Basic scanning is what every registry has until it is changed (API reference, RegistryScanningConfiguration).
  GetRegistryScanningConfiguration: {
    supports: "*",
    run: (_input, { region }) => ({
      registryId: region.account,
      scanningConfiguration: { scanType: "BASIC", rules: [] },
    }),
  },
  DescribeRegistry: {
    supports: "*",
    run: (_input, { region }) => ({ registryId: region.account, replicationConfiguration: { rules: [] } }),
  },
});
