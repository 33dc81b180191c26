/** The registry's protocol, spoken without a client: what ECR has of it, and what it refuses. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand, PutImageCommand } from "@aws-sdk/client-ecr";
import { endpoint, RUN, TARGET } from "./support/sandbox";

const IMAGE = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";
const DOCKER = "application/vnd.docker.distribution.manifest.v2+json";
const sha = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const descriptor = (text: string, mediaType = "application/vnd.oci.image.layer.v1.tar+gzip") => ({
  mediaType,
  digest: sha(text),
  size: Buffer.byteLength(text),
});

describe("the registry", function () {
  this.timeout(20_000);
  const name = `${RUN}-registry`;
  let call: (method: string, path: string, body?: string, type?: string) => Promise<Response>;
  let ecr: ECRClient;
  const config = "{}";
  const layer = "layer";
  const image = (extra: object = {}) =>
    JSON.stringify({
      schemaVersion: 2,
      mediaType: IMAGE,
      config: descriptor(config, "application/vnd.oci.image.config.v1+json"),
      layers: [descriptor(layer)],
      ...extra,
    });
  const put = async (reference: string, body: string, type = IMAGE) =>
    call("PUT", `${name}/manifests/${reference}`, body, type);
  const codeOf = async (response: Response): Promise<string> =>
    `${response.status} ${((await response.json()) as { errors: { code: string }[] }).errors[0]?.code ?? ""}`;

  before(async function () {
    if (TARGET !== undefined) this.skip();
    const e = await endpoint();
    ecr = new ECRClient({ endpoint: e.url, region: e.region, credentials: e.credentials });
    await ecr.send(new CreateRepositoryCommand({ repositoryName: name }));
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const authorization = `Basic ${authorizationData?.[0]?.authorizationToken ?? ""}`;
    call = async (method, path, body, type) =>
      fetch(`${e.url}/v2/${path}`, {
        method,
        headers: { authorization, ...(type === undefined ? {} : { "content-type": type }) },
        ...(body === undefined ? {} : { body }),
      });
    for (const text of [config, layer])
      assert.equal((await call("POST", `${name}/blobs/uploads/?digest=${sha(text)}`, text)).status, 201);
  });

  const malformed: Readonly<Record<string, string>> = {
    "no JSON": "{",
    "no object": "[]",
    "no schemaVersion": image({ schemaVersion: undefined }),
    "schemaVersion 1": image({ schemaVersion: 1 }),
    "another media type": image({ mediaType: DOCKER }),
    "no config": image({ config: undefined }),
    "a config that is a list": image({ config: [] }),
    "a config without a size": image({ config: { ...descriptor(config), size: undefined } }),
    "layers that are no list": image({ layers: {} }),
    "a layer with a malformed digest": image({ layers: [{ ...descriptor(layer), digest: "sha256:x" }] }),
    "a layer with a negative size": image({ layers: [{ ...descriptor(layer), size: -1 }] }),
    "a layer that is null": image({ layers: [null] }),
    "manifests beside layers": image({ manifests: [] }),
    "a subject that is a text": image({ subject: "x" }),
  };
  for (const [what, body] of Object.entries(malformed)) {
    it(`refuses a manifest with ${what}, and so does PutImage`, async () => {
      assert.equal(await codeOf(await put("bad", body)), "400 MANIFEST_INVALID");
      await assert.rejects(
        ecr.send(
          new PutImageCommand({
            repositoryName: name,
            imageManifest: body,
            imageManifestMediaType: IMAGE,
            imageTag: "bad",
          }),
        ),
        { name: "InvalidParameterException" },
      );
      assert.equal((await call("HEAD", `${name}/manifests/bad`)).status, 404);
    });
  }

  it("compares sizes and digests with what was pushed, and wants an index's manifests there", async () => {
    const longer = image({ layers: [{ ...descriptor(layer), size: 6 }] });
    assert.equal(await codeOf(await put("bad", longer)), "400 SIZE_INVALID");
    assert.equal(await codeOf(await put("bad", image({ layers: [descriptor("other")] }))), "400 MANIFEST_BLOB_UNKNOWN");
    const index = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [descriptor("none", IMAGE)] });
    assert.equal(await codeOf(await put("bad", index, INDEX)), "400 MANIFEST_BLOB_UNKNOWN");
    assert.equal(await codeOf(await put(sha("x"), image())), "400 DIGEST_INVALID");
    assert.equal(await codeOf(await put("bad", image(), "text/plain")), "415 MANIFEST_INVALID");
    assert.equal((await call("HEAD", `${name}/manifests/${sha(image())}`)).status, 404);
  });

  it("a manifest above 4 MiB is refused whole, one below is kept as it came", async () => {
    const padded = image({ annotations: { pad: "x".repeat(4 * 1024 * 1024) } });
    assert.equal(await codeOf(await put("large", padded)), "413 SIZE_INVALID");
    const fits = image({ annotations: { pad: "ü".repeat(1_500_000) } });
    assert.equal((await put("large", fits)).status, 201);
    assert.equal(await (await call("GET", `${name}/manifests/large`)).text(), fits);
  });

  it("DELETE takes a tag, then by digest the image, and of nothing else anything", async () => {
    const body = image({ annotations: { for: "deletion" } });
    for (const tag of ["one", "two"]) assert.equal((await put(tag, body)).status, 201);
    assert.equal((await call("DELETE", `${name}/manifests/one`)).status, 202);
    assert.equal((await call("GET", `${name}/manifests/one`)).status, 404);
    assert.equal((await call("GET", `${name}/manifests/two`)).status, 200);
    assert.equal((await call("DELETE", `${name}/manifests/${sha(body)}`)).status, 202);
    assert.equal(await codeOf(await call("DELETE", `${name}/manifests/two`)), "404 MANIFEST_UNKNOWN");
    const others = [
      ["DELETE", `${name}/blobs/${sha(layer)}`],
      ["POST", `${name}/manifests/large`],
      ["PATCH", `${name}/manifests/large`],
      ["PUT", `${name}/blobs/${sha(layer)}`],
      ["DELETE", `${name}/tags/list`],
      ["GET", `${name}/blobs/uploads/`],
      ["POST", `${name}/referrers/${sha(layer)}`],
      ["PUT", ""],
    ] as const;
    for (const [method, path] of others)
      assert.equal(await codeOf(await call(method, path)), "405 UNSUPPORTED", `${method} ${path}`);
    assert.equal((await call("HEAD", `${name}/blobs/${sha(layer)}`)).status, 200);
  });

  it("lists tags and repositories by pages with Link, in order", async () => {
    for (const tag of ["v3", "v1", "v2"]) assert.equal((await put(tag, image({ annotations: { tag } }))).status, 201);
    const seen: string[] = [];
    let path: string | undefined = `${name}/tags/list?n=2`;
    while (path !== undefined) {
      const page: Response = await call("GET", path);
      seen.push(...((await page.json()) as { tags: string[] }).tags);
      path = /\/v2\/([^>]+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1];
    }
    assert.deepEqual(seen, ["large", "v1", "v2", "v3"]);
    assert.match(await codeOf(await call("GET", `${name}/tags/list?n=1001`)), /UNSUPPORTED/);
    const catalog = (await (await call("GET", "_catalog?n=1000")).json()) as { repositories: string[] };
    assert.ok(catalog.repositories.includes(name));
    assert.equal((await call("HEAD", "_catalog")).status, 200);
  });

  it("answers who refers to an image, and nobody with an empty index", async () => {
    const body = image();
    assert.equal((await put("subject", body)).status, 201);
    const empty = await call("GET", `${name}/referrers/${sha(body)}`);
    assert.deepEqual(await empty.json(), { schemaVersion: 2, mediaType: INDEX, manifests: [] });
    assert.equal(empty.headers.get("content-type"), INDEX);
    const signature = image({ artifactType: "application/x.sig", subject: descriptor(body, IMAGE) });
    const stored = await put(sha(signature), signature);
    assert.equal(stored.headers.get("oci-subject"), sha(body));
    const found = await call("GET", `${name}/referrers/${sha(body)}?artifactType=application/x.sig`);
    const { manifests } = (await found.json()) as { manifests: { digest: string; artifactType: string }[] };
    assert.deepEqual(
      manifests.map((m) => [m.digest, m.artifactType]),
      [[sha(signature), "application/x.sig"]],
    );
  });
});
