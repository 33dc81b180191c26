/** Layers that are sent through ECR's API, part by part: what copies images without a container engine does. */
import { Readable } from "node:stream";
import type { EcrOperations } from "../model/ecr.types";
import type { Table } from "../registry";
import { ApiError } from "../wire/errors";
import type { Region } from "../world";
import type { BlobStore } from "./blobs";
import { repositoryOf } from "./records";

/** What InitiateLayerUpload advises. Source: the API reference's example of it. */
const PART_BYTES = 10_485_760;
/** The least of a part that is not the last. Source: the API reference, CompleteLayerUpload, LayerPartTooSmallException. */
const LEAST_PART_BYTES = 5 * 1024 * 1024;

export const layerUploads = (
  blobs: BlobStore,
): Pick<Table<EcrOperations>, "InitiateLayerUpload" | "UploadLayerPart" | "CompleteLayerUpload"> => {
  /** Uploads with a part below the least: no other part may follow it. */
  const short = new Set<string>();
  const ownUpload = (region: Region, input: { repositoryName: string; registryId?: string; uploadId: string }) => {
    repositoryOf(region, input);
    const upload = blobs.upload(input.uploadId);
    if (upload?.repository === input.repositoryName) return upload;
    throw new ApiError(
      "UploadNotFoundException",
      `The upload with id '${input.uploadId}' in the repository with name '${input.repositoryName}' in the registry ` +
        `with id '${region.account}' could not be found`,
    );
  };
  return {
    InitiateLayerUpload: {
      supports: "*",
      run: (input, { region }) => {
        repositoryOf(region, input);
        return { uploadId: blobs.begin(input.repositoryName), partSize: PART_BYTES };
      },
    },
    UploadLayerPart: {
      supports: "*",
      run: async (input, { region }) => {
        const { size } = ownUpload(region, input);
        const bytes = input.layerPartBlob;
        const sent = { registryId: region.account, repositoryName: input.repositoryName, uploadId: input.uploadId };
        if (input.partFirstByte !== size || input.partLastByte - input.partFirstByte + 1 !== bytes.length)
          throw new ApiError(
            "InvalidLayerPartException",
            `The layer part size is not valid, or the first byte specified is not consecutive to the last byte of a ` +
              `previous layer part upload: the upload has ${size} bytes`,
            400,
            { ...sent, lastValidByteReceived: size - 1 },
          );
        if (short.has(input.uploadId))
          throw new ApiError(
            "LayerPartTooSmallException",
            `Layer parts must be at least ${LEAST_PART_BYTES} bytes in size, the last one apart`,
          );
        if (bytes.length < LEAST_PART_BYTES) short.add(input.uploadId);
        const now = await blobs.append(input.uploadId, Readable.from([bytes]));
        return { ...sent, lastByteReceived: now - 1 };
      },
    },
    CompleteLayerUpload: {
      supports: "*",
      run: async (input, { region }) => {
        const { size } = ownUpload(region, input);
        const record = repositoryOf(region, input);
        const [layerDigest = "", ...others] = input.layerDigests;
        const at = `in the repository with name '${input.repositoryName}' in the registry with id '${region.account}'`;
        if (size === 0)
          throw new ApiError(
            "EmptyUploadException",
            `The specified layer upload '${input.uploadId}' ${at} does not contain any layer parts`,
          );
        if (record.blobs.has(layerDigest)) {
          blobs.abandon(input.uploadId);
          throw new ApiError(
            "LayerAlreadyExistsException",
            `The layer with digest '${layerDigest}' already exists ${at}`,
          );
        }
        short.delete(input.uploadId);
        if (others.length > 0 || !(await blobs.finish(input.uploadId, layerDigest)))
          throw new ApiError(
            "InvalidLayerException",
            `The layer digest calculation performed by Amazon ECR upon receipt of the layers does not match the ` +
              `digests '${input.layerDigests.join(", ")}' ${at}`,
          );
        record.blobs.set(layerDigest, blobs.size(layerDigest));
        return {
          registryId: region.account,
          repositoryName: input.repositoryName,
          uploadId: input.uploadId,
          layerDigest,
        };
      },
    },
  };
};
