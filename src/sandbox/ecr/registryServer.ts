/** The Docker Registry v2 protocol as ECR speaks it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ManifestRecord, RepositoryRecord } from "../states";
import type { Region, SandboxState } from "../world";
import type { BlobStore } from "./blobs";
import { presignedRegion } from "./presigned";
import { findManifest, MEDIA_TYPES, parseManifest, putManifest } from "./images";
import { immutableText, type RegistryTokens } from "./records";

const MAX_MANIFEST = 4 * 1024 * 1024;

function fail(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "docker-distribution-api-version": "registry/2.0",
  });
  response.end(JSON.stringify({ errors: [{ code, message }] }));
}

async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_MANIFEST) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

export class RegistryServer {
  constructor(
    private readonly world: SandboxState,
    private readonly blobs: BlobStore,
    private readonly tokens: RegistryTokens,
  ) {}

  /** The region that the request's password is for; answers 401 or 403 itself. */
  private authenticate(request: IncomingMessage, response: ServerResponse, url: URL): Region | undefined {
    const presigned =
      request.method === "GET" && url.pathname.includes("/blobs/")
        ? presignedRegion(this.blobs.downloadKey, url)
        : undefined;
    if (presigned !== undefined) return this.world.region(presigned);
    const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
    const [user, ...rest] = Buffer.from(basic ?? "", "base64")
      .toString("utf8")
      .split(":");
    const known = user === "AWS" ? this.tokens.get(rest.join(":")) : undefined;
    if (known && known.expiresAt > Date.now()) return this.world.region(known.region);
    if (known) {
      fail(response, 403, "DENIED", "Your authorization token has expired. Reauthenticate and try again.");
      return undefined;
    }
    response.writeHead(401, {
      "docker-distribution-api-version": "registry/2.0",
      "content-type": "text/plain; charset=utf-8",
      "www-authenticate": `Basic realm="http://127.0.0.1:${this.world.port}/",service="ecr.amazonaws.com"`,
    });
    response.end("Not Authorized\n");
    return undefined;
  }

  /** Answers one registry request. */
  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const region = this.authenticate(request, response, url);
    if (!region) {
      request.resume();
      return;
    }
    response.setHeader("docker-distribution-api-version", "registry/2.0");
    if (url.pathname === "/v2/" || url.pathname === "/v2") {
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
      return;
    }
    const match = /^\/v2\/(.+)\/(blobs|manifests|tags)\/(.+)$/.exec(url.pathname);
    const [, name = "", kind, rest = ""] = match ?? [];
    if (!match) {
      fail(response, 404, "UNSUPPORTED", "The operation is unsupported.");
      return;
    }
    const record = region.ecr.repositories.get(name);
    if (!record) {
      request.resume();
      fail(
        response,
        404,
        "NAME_UNKNOWN",
        `The repository with name '${name}' does not exist in the registry with id '${region.account}'`,
      );
      return;
    }
    if (kind === "blobs" && rest.startsWith("uploads"))
      await this.upload(request, response, url, record, name, rest.slice("uploads".length).replace(/^\//, ""));
    else if (kind === "blobs") await this.blob(request, response, record, rest);
    else if (kind === "manifests") await this.manifest(request, response, record, name, rest);
    else
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ name, tags: [...record.imageTags.keys()] }));
  }

  private async upload(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    record: RepositoryRecord,
    name: string,
    id: string,
  ): Promise<void> {
    if (id === "" && request.method === "POST") {
      // Mounting needs an account setting that is off by default: ECR starts an ordinary upload instead.
      const fresh = this.blobs.begin(name);
      const digest = url.searchParams.get("digest");
      if (digest) {
        await this.blobs.append(fresh, request);
        await this.complete(response, record, name, fresh, digest);
        return;
      }
      request.resume();
      response
        .writeHead(202, {
          location: `/v2/${name}/blobs/uploads/${fresh}`,
          "docker-upload-uuid": fresh,
          range: "0-0",
          "content-length": "0",
        })
        .end();
      return;
    }
    const upload = this.blobs.upload(id);
    if (!upload || upload.repository !== name) {
      request.resume();
      fail(response, 404, "BLOB_UPLOAD_UNKNOWN", "The upload with that id could not be found");
      return;
    }
    switch (request.method) {
      case "PATCH": {
        const first = upload.size === 0;
        const size = await this.blobs.append(id, request);
        // ECR answers 201 where the specification says 202.
        response
          .writeHead(201, {
            location: `/v2/${name}/blobs/uploads/${id}`,
            "docker-upload-uuid": id,
            range: `0-${first ? Math.max(0, size - 1) : upload.size - 1}`,
            "content-length": "0",
          })
          .end();
        return;
      }
      case "PUT":
        await this.blobs.append(id, request);
        await this.complete(response, record, name, id, url.searchParams.get("digest") ?? "");
        return;
      case "GET":
        response.writeHead(204, { "docker-upload-uuid": id, range: `0-${Math.max(0, upload.size - 1)}` }).end();
        return;
      case "DELETE":
        this.blobs.abandon(id);
        response.writeHead(204).end();
        return;
      default:
        fail(response, 405, "UNSUPPORTED", "The operation is unsupported.");
    }
  }

  private async complete(
    response: ServerResponse,
    record: RepositoryRecord,
    name: string,
    id: string,
    digest: string,
  ): Promise<void> {
    if (!/^sha256:[0-9a-f]{64}$/.test(digest) || !(await this.blobs.finish(id, digest))) {
      fail(response, 400, "DIGEST_INVALID", "The provided digest did not match the uploaded content");
      return;
    }
    record.blobs.set(digest, this.blobs.size(digest));
    response
      .writeHead(201, {
        location: `/v2/${name}/blobs/${digest}`,
        "docker-content-digest": digest,
        "content-length": "0",
      })
      .end();
  }

  private async blob(
    request: IncomingMessage,
    response: ServerResponse,
    record: RepositoryRecord,
    digest: string,
  ): Promise<void> {
    const size = record.blobs.get(digest);
    if (size === undefined || !this.blobs.has(digest)) {
      fail(response, 404, "BLOB_UNKNOWN", "blob unknown to registry");
      return;
    }
    const headers = {
      "content-type": "application/octet-stream",
      "docker-content-digest": digest,
      "accept-ranges": "bytes",
    };
    if (request.method === "HEAD") {
      response.writeHead(200, { ...headers, "content-length": size }).end();
      return;
    }
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const partial = start > 0 && start < size;
    response.writeHead(partial ? 206 : 200, {
      ...headers,
      "content-length": partial ? size - start : size,
      ...(partial ? { "content-range": `bytes ${start}-${size - 1}/${size}` } : {}),
    });
    await new Promise<void>((resolve) => {
      const stream = this.blobs.read(digest, partial ? start : 0);
      stream.on("error", () => response.destroy());
      response.on("close", () => resolve(void stream.destroy()));
      stream.pipe(response);
    });
  }

  private async manifest(
    request: IncomingMessage,
    response: ServerResponse,
    record: RepositoryRecord,
    name: string,
    reference: string,
  ): Promise<void> {
    const byDigest = reference.startsWith("sha256:");
    if (request.method === "PUT") {
      await this.putManifest(request, response, record, name, reference, byDigest);
      return;
    }
    const found = findManifest(record, byDigest ? { imageDigest: reference } : { imageTag: reference });
    if (!found) {
      fail(response, 404, "MANIFEST_UNKNOWN", "Requested image not found");
      return;
    }
    this.sendManifest(request, response, found);
  }

  private sendManifest(request: IncomingMessage, response: ServerResponse, found: ManifestRecord): void {
    response.writeHead(200, {
      "content-type": found.mediaType,
      "docker-content-digest": found.digest,
      "content-length": Buffer.byteLength(found.body),
    });
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    found.lastPull = new Date();
    response.end(found.body);
  }

  private async putManifest(
    request: IncomingMessage,
    response: ServerResponse,
    record: RepositoryRecord,
    name: string,
    reference: string,
    byDigest: boolean,
  ): Promise<void> {
    const body = await readText(request);
    const manifest = body === undefined ? undefined : parseManifest(body);
    if (body === undefined || !manifest) {
      fail(response, 400, "MANIFEST_INVALID", "manifest invalid");
      return;
    }
    if (!byDigest && !/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(reference)) {
      fail(response, 400, "TAG_INVALID", "manifest tag did not match URI");
      return;
    }
    const mediaType = request.headers["content-type"] ?? manifest.mediaType ?? MEDIA_TYPES.docker;
    if (!Object.values<string>(MEDIA_TYPES).includes(mediaType)) {
      fail(response, 415, "MANIFEST_INVALID", `The manifest media type '${mediaType}' is not supported`);
      return;
    }
    const result = putManifest(record, body, mediaType, byDigest ? undefined : reference);
    if (result.kind === "missing") {
      fail(response, 400, "MANIFEST_BLOB_UNKNOWN", `Manifest references unknown blobs: ${result.digests.join(", ")}`);
      return;
    }
    if (result.kind === "immutable") {
      fail(response, 400, "TAG_INVALID", immutableText(reference, name));
      return;
    }
    if (byDigest && result.digest !== reference) {
      fail(response, 400, "DIGEST_INVALID", "The provided digest did not match the manifest");
      return;
    }
    response
      .writeHead(201, {
        location: `/v2/${name}/manifests/${result.digest}`,
        "docker-content-digest": result.digest,
        "content-length": "0",
      })
      .end();
  }
}
