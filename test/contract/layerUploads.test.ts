/** Layers sent part by part through ECR's API, as whatever copies images without a container engine sends them. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import {
  BatchCheckLayerAvailabilityCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  ECRClient,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from "@aws-sdk/client-ecr";
import { endpoint, RUN, TARGET, type Endpoint } from "./support/sandbox";

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const MIB = 1024 * 1024;

describe("a layer in parts", () => {
  let e: Endpoint;
  let ecr: ECRClient;
  const repositoryName = `${RUN}/parts`;
  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await endpoint();
    ecr = new ECRClient({ endpoint: e.url, region: e.region, credentials: e.credentials });
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  });
  after(() => ecr?.destroy());

  const begin = async (): Promise<string> => {
    const { uploadId, partSize } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    assert.ok((partSize ?? 0) >= 5 * MIB);
    return uploadId ?? "";
  };
  const part = (uploadId: string, first: number, layerPartBlob: Uint8Array, last = first + layerPartBlob.length - 1) =>
    ecr.send(
      new UploadLayerPartCommand({ repositoryName, uploadId, partFirstByte: first, partLastByte: last, layerPartBlob }),
    );
  const complete = (uploadId: string, ...layerDigests: string[]) =>
    ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests }));
  const refused = (name: string, of: Promise<unknown>) => assert.rejects(of, { name });

  it("becomes a layer that can be downloaded, also by the longest part that there is", async () => {
    const layer = randomBytes(20 * MIB + 3);
    const uploadId = await begin();
    assert.equal((await part(uploadId, 0, layer.subarray(0, 20 * MIB))).lastByteReceived, 20 * MIB - 1);
    assert.equal((await part(uploadId, 20 * MIB, layer.subarray(20 * MIB))).lastByteReceived, layer.length - 1);
    const done = await complete(uploadId, digestOf(layer));
    assert.equal(done.layerDigest, digestOf(layer));
    const { layers } = await ecr.send(
      new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [digestOf(layer)] }),
    );
    assert.equal(layers?.[0]?.layerAvailability, "AVAILABLE");
    const { downloadUrl } = await ecr.send(
      new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: digestOf(layer) }),
    );
    const got = Buffer.from(await (await fetch(downloadUrl ?? "")).arrayBuffer());
    assert.ok(got.equals(layer));
    await refused("UploadNotFoundException", part(uploadId, 0, layer.subarray(0, 10)));
    const again = await begin();
    await part(again, 0, layer.subarray(0, 6 * MIB));
    await refused("LayerAlreadyExistsException", complete(again, digestOf(layer)));
  });

  it("is refused where a part does not follow the one before, is too small, or another digest comes of it", async () => {
    const layer = randomBytes(6 * MIB);
    const uploadId = await begin();
    await refused("EmptyUploadException", complete(uploadId, digestOf(layer)));
    await refused("InvalidLayerPartException", part(uploadId, 1, layer));
    await refused("InvalidLayerPartException", part(uploadId, 0, layer, layer.length));
    await part(uploadId, 0, layer.subarray(0, 1000));
    await assert.rejects(part(uploadId, 1001, layer.subarray(1001)), {
      name: "InvalidLayerPartException",
      lastValidByteReceived: 999,
    });
    await refused("LayerPartTooSmallException", part(uploadId, 1000, layer.subarray(1000)));
    await refused("InvalidLayerException", complete(uploadId, digestOf(layer)));
    await refused("UploadNotFoundException", complete("00000000-0000-0000-0000-000000000000", digestOf(layer)));
  });

  it("may belong to an image in another region, once it is there too", async () => {
    const other = new ECRClient({ endpoint: e.url, region: "eu-central-1", credentials: e.credentials });
    try {
      await other.send(new CreateRepositoryCommand({ repositoryName }));
      const config = Buffer.from(`{"seed":"${RUN}"}`);
      const imageManifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        config: {
          mediaType: "application/vnd.oci.image.config.v1+json",
          size: config.length,
          digest: digestOf(config),
        },
        layers: [],
      });
      const uploadId = await begin();
      await part(uploadId, 0, config);
      await complete(uploadId, digestOf(config));
      const put = { repositoryName, imageManifest, imageDigest: digestOf(Buffer.from(imageManifest)) };
      await ecr.send(new PutImageCommand(put));
      await refused("LayersNotFoundException", other.send(new PutImageCommand(put)));
    } finally {
      other.destroy();
    }
  });
});
