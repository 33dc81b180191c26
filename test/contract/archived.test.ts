/** Images that are archived: there, listed where they are asked for, and not pulled. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  ListImagesCommand,
  PutImageCommand,
  UpdateImageStorageClassCommand,
} from "@aws-sdk/client-ecr";
import { endpoint, RUN, TARGET, type Endpoint } from "./support/sandbox";

describe("an archived image", () => {
  let e: Endpoint;
  let ecr: ECRClient;
  let authorization: string;
  const repositoryName = `${RUN}/archived`;
  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await endpoint();
    ecr = new ECRClient({ endpoint: e.url, region: e.region, credentials: e.credentials });
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    authorization = `Basic ${authorizationData?.[0]?.authorizationToken ?? ""}`;
    const config = "{}";
    const digest = `sha256:${createHash("sha256").update(config).digest("hex")}`;
    const pushed = await fetch(`${e.url}/v2/${repositoryName}/blobs/uploads/?digest=${digest}`, {
      method: "POST",
      headers: { authorization },
      body: config,
    });
    assert.equal(pushed.status, 201);
    const imageManifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: { mediaType: "application/vnd.oci.image.config.v1+json", size: config.length, digest },
      layers: [],
    });
    await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: "old" }));
  });

  const imageId = { imageTag: "old" };
  const seen = async () => {
    const filter = { imageStatus: "ARCHIVED" } as const;
    const all = await ecr.send(new DescribeImagesCommand({ repositoryName }));
    const archived = await ecr.send(new DescribeImagesCommand({ repositoryName, filter }));
    const listed = await ecr.send(new ListImagesCommand({ repositoryName }));
    const got = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [imageId] }));
    const pulled = await fetch(`${e.url}/v2/${repositoryName}/manifests/old`, { headers: { authorization } });
    return [
      all.imageDetails?.length,
      archived.imageDetails?.map((image) => image.imageStatus).join(),
      listed.imageIds?.length,
      got.failures?.[0]?.failureCode,
      pulled.status,
    ];
  };

  it("is not pulled until it is restored", async () => {
    assert.deepEqual(await seen(), [1, "", 1, undefined, 200]);
    const move = (targetStorageClass: "ARCHIVE" | "STANDARD") =>
      ecr.send(new UpdateImageStorageClassCommand({ repositoryName, imageId, targetStorageClass }));
    assert.equal((await move("ARCHIVE")).imageStatus, "ARCHIVED");
    assert.deepEqual(await seen(), [0, "ARCHIVED", 0, "ImageNotFound", 404]);
    assert.equal((await move("STANDARD")).imageStatus, "ACTIVE");
    assert.deepEqual(await seen(), [1, "", 1, undefined, 200]);
  });
});
