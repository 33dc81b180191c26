/** Images that are copied between registries: lists with their images, layers once, each digest as it was. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyImage } from "../../src/core/deploy/copyImage";
import type { ImagePort, StoredManifest } from "../../src/core/ports/images";

const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** A registry of one repository, which takes a manifest only once it has what that names, as ECR does. */
class Registry implements ImagePort {
  readonly layers = new Map<string, string>();
  readonly manifests = new Map<string, StoredManifest>();
  readonly tags = new Map<string, string>();
  /** Digests of layers whose next sending fails. */
  readonly failing = new Set<string>();
  sent = 0;

  manifest(_repository: string, digest: string) {
    return Promise.resolve(this.manifests.get(digest));
  }
  async *layer(_repository: string, digest: string): AsyncGenerator<Uint8Array> {
    const text = this.layers.get(digest);
    assert.ok(text !== undefined, digest);
    await Promise.resolve();
    yield Buffer.from(text.slice(0, 3));
    yield Buffer.from(text.slice(3));
  }
  missingLayers(_repository: string, digests: readonly string[]) {
    return Promise.resolve(digests.filter((digest) => !this.layers.has(digest)));
  }
  async putLayer(_repository: string, digest: string, bytes: AsyncIterable<Uint8Array>, tell: (n: number) => void) {
    let text = "";
    for await (const chunk of bytes) {
      text += Buffer.from(chunk).toString();
      tell(chunk.length);
      if (this.failing.delete(digest)) throw new Error("cut off");
    }
    assert.equal(digestOf(text), digest);
    this.sent++;
    this.layers.set(digest, text);
  }
  putManifest(_repository: string, manifest: StoredManifest, digest: string, tag?: string) {
    assert.equal(digestOf(manifest.body), digest);
    const {
      manifests = [],
      config,
      layers = [],
    } = JSON.parse(manifest.body) as {
      manifests?: { digest: string }[];
      config?: { digest: string };
      layers?: { digest: string; mediaType: string }[];
    };
    for (const each of manifests) assert.ok(this.manifests.has(each.digest), "a list goes after what it names");
    const own = layers.filter(({ mediaType }) => !mediaType.includes("foreign"));
    for (const each of [...(config ? [config] : []), ...own]) assert.ok(this.layers.has(each.digest));
    this.manifests.set(digest, manifest);
    if (tag !== undefined) this.tags.set(tag, digest);
    return Promise.resolve();
  }

  addLayer(text: string, mediaType = "layer") {
    const digest = digestOf(text);
    if (!mediaType.includes("foreign")) this.layers.set(digest, text);
    return { digest, size: text.length, mediaType };
  }
  addManifest(contents: object) {
    const body = JSON.stringify(contents);
    this.manifests.set(digestOf(body), { body, mediaType: "m" });
    return { digest: digestOf(body), size: body.length };
  }
  /** An image of these layers. */
  addImage(...texts: string[]) {
    return this.addManifest({
      config: this.addLayer(`config of ${texts.join()}`),
      layers: texts.map((text) => this.addLayer(text)),
    });
  }
}

describe("a copied image", () => {
  const told: [number, number][] = [];
  const copyOf = (from: Registry, to: Registry, digest: string, tags: string[] = ["latest", "slipway-1"]) =>
    copyImage({
      from: { images: from, repository: "from" },
      to: { images: to, repository: "to" },
      digest,
      tags,
      tell: (sent, all) => told.push([sent, all]),
      again: async (work) => work().catch(work),
    });

  it("is the same, with every image that a list has, and each layer is sent once", async () => {
    const [from, to] = [new Registry(), new Registry()];
    const shared = "a layer that both have";
    const list = from.addManifest({
      manifests: [from.addImage(shared, "for arm64"), from.addImage(shared, "for amd64"), from.addImage("attestation")],
    });
    to.addLayer("for arm64");
    await copyOf(from, to, list.digest);
    assert.deepEqual([...to.manifests.keys()].sort(), [...from.manifests.keys()].sort());
    assert.deepEqual(
      [...to.tags],
      [
        ["latest", list.digest],
        ["slipway-1", list.digest],
      ],
    );
    // Two layers and three configurations, and the attestation: one layer was there.
    assert.equal(to.sent, 6);
    const [last] = told.slice(-1);
    assert.equal(last?.[0], last?.[1]);
    await copyOf(from, to, list.digest);
    assert.equal(to.sent, 6);
  });

  it("goes on where a layer is cut off, and counts none of it twice", async () => {
    const [from, to] = [new Registry(), new Registry()];
    const image = from.addImage("one layer", "another");
    to.failing.add(digestOf("another"));
    told.length = 0;
    await copyOf(from, to, image.digest);
    assert.ok(told.every(([sent, all]) => sent <= all));
    assert.equal(told.at(-1)?.[0], told.at(-1)?.[1]);
  });

  it("leaves layers where they are that nobody may pass on", async () => {
    const [from, to] = [new Registry(), new Registry()];
    const image = from.addManifest({
      config: from.addLayer("{}"),
      layers: [from.addLayer("windows", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")],
    });
    await copyOf(from, to, image.digest);
    assert.equal(to.sent, 1);
  });

  it("is refused where the manifest is none, names no digest, or nests without end", async () => {
    const from = new Registry();
    const refused = (digest: string, code: string) => assert.rejects(copyOf(from, new Registry(), digest), { code });
    await refused(digestOf("nothing"), "ImageGone");
    for (const contents of [{ layers: [{ digest: "../../x" }] }, { manifests: [{ digest: 7 }] }])
      await refused(from.addManifest(contents).digest, "ImageNotReadable");
    let nested = from.addImage("x");
    for (let depth = 0; depth < 6; depth++) nested = from.addManifest({ depth, manifests: [nested] });
    await refused(nested.digest, "ImageNotReadable");
  });
});
