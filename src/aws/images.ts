/** Images of Amazon ECR through its API, so that they can be copied where there is no container engine. */
import {
  BatchCheckLayerAvailabilityCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  ECRClient,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from "@aws-sdk/client-ecr";
import type { ImagePort } from "../core/ports/images";
import { SlipwayError } from "../core/base/errors";
import { isolated } from "./clientSettings";
import { translate } from "./errors";
import { undefinedOn, type Caller } from "./session";

/** Above the least of a part that another one follows (5 MiB), and quickly sent again. */
const partBytes = 8 * 1024 * 1024;
/** A part over a slow line: 8 MiB at 30 kB a second. */
const partMilliseconds = 300_000;
/** A download that brings nothing for so long has broken off. */
const silenceMilliseconds = 30_000;
/** The most digests that BatchCheckLayerAvailability takes. Source: the API reference. */
const digestsAtOnce = 100;

/** Amazon ECR, for copies. */
export function imagePort(caller: Caller): ImagePort {
  const { session } = caller;
  const { ecr } = session;
  let uploads: ECRClient | undefined;
  // The other clients' limit of a request would end a part on its way.
  const patientClient = (): ECRClient =>
    (uploads ??= session.keep(
      new ECRClient({
        ...session.optionsOf("ECR", session.settings.region),
        requestHandler: { ...isolated.requestHandler, requestTimeout: partMilliseconds },
      }),
    ));
  return {
    async manifest(repositoryName, imageDigest) {
      const answer = await undefinedOn(
        /^RepositoryNotFoundException$/,
        caller.send(ecr, new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest }] })),
      );
      const found = answer?.images?.[0];
      return found?.imageManifest === undefined
        ? undefined
        : { body: found.imageManifest, mediaType: found.imageManifestMediaType ?? "" };
    },
    async *layer(repositoryName, layerDigest) {
      const { downloadUrl } = await caller.send(
        ecr,
        new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }),
      );
      try {
        yield* download(downloadUrl ?? "", caller.signal);
      } catch (error) {
        throw translate(error, "download a layer", caller.signal);
      }
    },
    async missingLayers(repositoryName, digests) {
      const missing: string[] = [];
      for (let at = 0; at < digests.length; at += digestsAtOnce) {
        const layerDigests = digests.slice(at, at + digestsAtOnce);
        const { layers } = await caller.send(
          ecr,
          new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests }),
        );
        const there = new Set(
          (layers ?? []).flatMap((each) => (each.layerAvailability === "AVAILABLE" ? each.layerDigest : [])),
        );
        missing.push(...layerDigests.filter((digest) => !there.has(digest)));
      }
      return missing;
    },
    async putLayer(repositoryName, layerDigest, bytes, tell) {
      const client = patientClient();
      const { uploadId } = await caller.send(ecr, new InitiateLayerUploadCommand({ repositoryName }));
      let first = 0;
      for await (const layerPartBlob of parts(bytes)) {
        const partLastByte = first + layerPartBlob.length - 1;
        await caller.send(
          client,
          new UploadLayerPartCommand({ repositoryName, uploadId, partFirstByte: first, partLastByte, layerPartBlob }),
        );
        tell(layerPartBlob.length);
        first = partLastByte + 1;
      }
      await undefinedOn(
        /^LayerAlreadyExistsException$/,
        caller.send(ecr, new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [layerDigest] })),
      );
    },
    async putManifest(repositoryName, { body, mediaType }, imageDigest, imageTag) {
      await undefinedOn(
        /^ImageAlreadyExistsException$/,
        caller.send(
          ecr,
          new PutImageCommand({
            repositoryName,
            imageManifest: body,
            imageDigest,
            ...(mediaType === "" ? {} : { imageManifestMediaType: mediaType }),
            ...(imageTag === undefined ? {} : { imageTag }),
          }),
        ),
      );
    },
  };
}

/** What arrives, gathered into parts. */
async function* parts(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let gathered: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    gathered.push(chunk);
    size += chunk.length;
    if (size < partBytes) continue;
    const whole = Buffer.concat(gathered);
    let at = 0;
    for (; whole.length - at >= partBytes; at += partBytes) yield whole.subarray(at, at + partBytes);
    gathered = [whole.subarray(at)];
    size = whole.length - at;
  }
  if (size > 0) yield Buffer.concat(gathered);
}

/** The address is signed: it needs no credentials, and is never shown. */
async function* download(url: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const silence = new AbortController();
  const late = setTimeout(() => silence.abort(brokenOff()), silenceMilliseconds);
  try {
    const ends = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
    const response = await fetch(url, { signal: ends });
    if (!response.ok || !response.body) throw brokenOff(response.status);
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      late.refresh();
      yield chunk;
      // However long what takes it needs is not silence.
      late.refresh();
    }
  } finally {
    clearTimeout(late);
  }
}

const brokenOff = (status?: number): SlipwayError =>
  new SlipwayError({
    code: "LayerNotDownloaded",
    summary:
      status === undefined
        ? "The download of a layer brought nothing for half a minute."
        : `The download of a layer was refused (HTTP ${status}).`,
    remedy: "Try again. A network that lets through only some hosts has to let through the region's Amazon S3, too.",
    actions: ["retry"],
    ...(status === undefined || status >= 500 ? { transient: true } : {}),
  });
