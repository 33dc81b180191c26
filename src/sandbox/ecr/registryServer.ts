/** The Docker Registry v2 protocol as ECR speaks it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { answerHeaders, endAnswer, goOn } from "../server/bodies";
import type { RepositoryRecord } from "../states";
import type { Region, SandboxState } from "../world";
import type { BlobStore } from "./blobs";
import { presignedRegion } from "./presigned";
import type { RegistryToken, RegistryTokens } from "./records";
import { registryDenial } from "./registryAccess";
import { sendList } from "./registryLists";
import { fail, handleManifest, handleReferrers, unsupported } from "./registryManifests";

export class RegistryServer {
  constructor(
    private readonly world: SandboxState,
    private readonly blobs: BlobStore,
    private readonly tokens: RegistryTokens,
  ) {}

  /** The region that the request's password is for; answers 401 or 403 itself. */
  private async authenticate(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): Promise<{ readonly region: Region; readonly of?: RegistryToken["of"] } | undefined> {
    const presigned =
      request.method === "GET" && url.pathname.includes("/blobs/")
        ? presignedRegion(this.blobs.downloadKey, url)
        : undefined;
    if (presigned !== undefined) return { region: this.world.region(presigned) };
    const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
    const [user, ...rest] = Buffer.from(basic ?? "", "base64")
      .toString("utf8")
      .split(":");
    const known = user === "AWS" ? this.tokens.get(rest.join(":")) : undefined;
    if (known && known.expiresAt > Date.now())
      return { region: this.world.region(known.region), ...(known.of ? { of: known.of } : {}) };
    if (known) {
      await fail(
        request,
        response,
        403,
        "DENIED",
        "Your authorization token has expired. Reauthenticate and try again.",
      );
      return undefined;
    }
    const text = "Not Authorized\n";
    response.writeHead(401, {
      "docker-distribution-api-version": "registry/2.0",
      "content-type": "text/plain; charset=utf-8",
      "www-authenticate": `Basic realm="http://127.0.0.1:${this.world.port}/",service="ecr.amazonaws.com"`,
      ...answerHeaders(request, text),
    });
    await endAnswer(request, response, request.method === "HEAD" ? "" : text);
    return undefined;
  }

  /** Answers one registry request. */
  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const authenticated = await this.authenticate(request, response, url);
    if (!authenticated) return;
    const { region, of } = authenticated;
    response.setHeader("docker-distribution-api-version", "registry/2.0");
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (url.pathname === "/v2/" || url.pathname === "/v2") {
      if (isRead) response.writeHead(200, { "content-type": "application/json" }).end("{}");
      else await unsupported(request, response);
      return;
    }
    const denied = of && registryDenial(this.world, region, of, request.method ?? "GET", url.pathname);
    if (denied !== undefined) {
      await fail(request, response, 403, "DENIED", denied);
      return;
    }
    if (url.pathname === "/v2/_catalog") {
      await sendList(request, response, url, region.ecr.repositories.keys(), (repositories) => ({ repositories }));
      return;
    }
    const match = /^\/v2\/(.+)\/(blobs|manifests|tags|referrers)\/(.+)$/.exec(url.pathname);
    const [, name = "", kind, rest = ""] = match ?? [];
    if (!match || (kind === "tags" && rest !== "list")) {
      await fail(request, response, 404, "UNSUPPORTED", "The operation is unsupported.");
      return;
    }
    const record = region.ecr.repositories.get(name);
    if (!record) {
      const text = `The repository with name '${name}' does not exist in the registry with id '${region.account}'`;
      await fail(request, response, 404, "NAME_UNKNOWN", text);
      return;
    }
    const upload = kind === "blobs" ? /^uploads(?:\/(.*))?$/.exec(rest) : undefined;
    if (upload) await this.upload(request, response, url, record, name, upload[1] ?? "");
    else if (kind === "blobs") await this.blob(request, response, record, rest);
    else if (kind === "manifests") await handleManifest(request, response, { name, record }, rest);
    else if (kind === "referrers") await handleReferrers(request, response, { name, record }, url, rest);
    else await sendList(request, response, url, record.imageTags.keys(), (tags) => ({ name, tags }));
  }

  private async upload(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    record: RepositoryRecord,
    name: string,
    id: string,
  ): Promise<void> {
    if (id === "" && request.method !== "POST") {
      await unsupported(request, response);
      return;
    }
    if (id === "") {
      goOn(request, response);
      // Mounting needs an account setting that is off by default: ECR starts an ordinary upload instead.
      const fresh = this.blobs.begin(name);
      const digest = url.searchParams.get("digest");
      if (digest) {
        await this.blobs.append(fresh, request);
        await this.complete(request, response, record, name, fresh, digest);
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
      await fail(request, response, 404, "BLOB_UPLOAD_UNKNOWN", "The upload with that id could not be found");
      return;
    }
    goOn(request, response);
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
        await this.complete(request, response, record, name, id, url.searchParams.get("digest") ?? "");
        return;
      case "GET":
        response.writeHead(204, { "docker-upload-uuid": id, range: `0-${Math.max(0, upload.size - 1)}` }).end();
        return;
      case "DELETE":
        this.blobs.abandon(id);
        response.writeHead(204).end();
        return;
      default:
        await unsupported(request, response);
    }
  }

  private async complete(
    request: IncomingMessage,
    response: ServerResponse,
    record: RepositoryRecord,
    name: string,
    id: string,
    digest: string,
  ): Promise<void> {
    if (!/^sha256:[0-9a-f]{64}$/.test(digest) || !(await this.blobs.finish(id, digest))) {
      await fail(request, response, 400, "DIGEST_INVALID", "The provided digest did not match the uploaded content");
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
    if (request.method !== "GET" && request.method !== "HEAD") {
      await unsupported(request, response);
      return;
    }
    const size = record.blobs.get(digest);
    if (size === undefined || !this.blobs.has(digest)) {
      await fail(request, response, 404, "BLOB_UNKNOWN", "blob unknown to registry");
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
}
