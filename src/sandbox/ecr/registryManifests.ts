/** Manifests over the registry's protocol: GET, HEAD, PUT, DELETE, and what refers to one. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { answerHeaders, endAnswer, readBody } from "../server/bodies";
import type { ManifestRecord, RepositoryRecord } from "../states";
import { deleteImage, findManifest, putManifest } from "./images";
import { digestOf, isDigest, MAX_MANIFEST, MEDIA_TYPES, readManifest, storedManifest } from "./manifests";
import { immutableText, statusOf } from "./records";

/** Answers with an error of the registry's protocol; what is still to come of the request is thrown away. */
export async function fail(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
): Promise<void> {
  const text = JSON.stringify({ errors: [{ code, message }] });
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "docker-distribution-api-version": "registry/2.0",
    ...answerHeaders(request, text),
  });
  // An answer to HEAD has no body.
  await endAnswer(request, response, request.method === "HEAD" ? "" : text);
}

/** A method that this address does not have. */
export const unsupported = async (request: IncomingMessage, response: ServerResponse): Promise<void> =>
  fail(request, response, 405, "UNSUPPORTED", "The operation is unsupported.");

/** A repository's name and its record. */
export interface Named {
  readonly name: string;
  readonly record: RepositoryRecord;
}

/** Answers a request to `/v2/NAME/manifests/REFERENCE`. */
export async function handleManifest(
  request: IncomingMessage,
  response: ServerResponse,
  named: Named,
  reference: string,
): Promise<void> {
  const byDigest = reference.startsWith("sha256:");
  if (request.method === "PUT") {
    await put(request, response, named, reference, byDigest);
    return;
  }
  if (!["GET", "HEAD", "DELETE"].includes(request.method ?? "")) {
    await unsupported(request, response);
    return;
  }
  const found = findManifest(named.record, byDigest ? { imageDigest: reference } : { imageTag: reference });
  // What is archived can be deleted, and not pulled.
  if (!found || (request.method !== "DELETE" && statusOf(found) !== "ACTIVE")) {
    await fail(request, response, 404, "MANIFEST_UNKNOWN", "Requested image not found");
    return;
  }
  if (request.method === "DELETE") {
    deleteImage(named.record, found, byDigest ? undefined : reference);
    response.writeHead(202, { "content-length": "0" }).end();
    return;
  }
  send(request, response, found);
}

function send(request: IncomingMessage, response: ServerResponse, found: ManifestRecord): void {
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

/** The text of a body; undefined where it is no UTF-8: a manifest is stored as it came, or not at all. */
function textOf(body: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

async function put(
  request: IncomingMessage,
  response: ServerResponse,
  { name, record }: Named,
  reference: string,
  byDigest: boolean,
): Promise<void> {
  const refuse = async (status: number, code: string, text: string): Promise<void> =>
    fail(request, response, status, code, text);
  if (!byDigest && !/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(reference))
    return refuse(400, "TAG_INVALID", "manifest tag did not match URI");
  if (byDigest && !isDigest(reference)) return refuse(400, "DIGEST_INVALID", "The provided digest is malformed");
  const body = await readBody(request, response, MAX_MANIFEST);
  if (!body) return refuse(413, "SIZE_INVALID", `The manifest is larger than ${MAX_MANIFEST} bytes`);
  const text = textOf(body);
  const given = request.headers["content-type"];
  if (given !== undefined && !Object.values<string>(MEDIA_TYPES).includes(given))
    return refuse(415, "MANIFEST_INVALID", `The manifest media type '${given}' is not supported`);
  const manifest = text === undefined ? "the manifest is no UTF-8" : readManifest(text, given);
  if (text === undefined || typeof manifest === "string")
    return refuse(400, "MANIFEST_INVALID", `manifest invalid: ${typeof manifest === "string" ? manifest : ""}`);
  if (byDigest && digestOf(text) !== reference)
    return refuse(400, "DIGEST_INVALID", "The provided digest did not match the manifest");
  const result = putManifest(record, text, manifest, byDigest ? undefined : reference);
  switch (result.kind) {
    case "missing":
      return refuse(400, "MANIFEST_BLOB_UNKNOWN", `Manifest references unknown blobs: ${result.digests.join(", ")}`);
    case "sizes":
      return refuse(400, "SIZE_INVALID", `The sizes of ${result.digests.join(", ")} are not those of what was pushed`);
    case "immutable":
      return refuse(400, "TAG_INVALID", immutableText(reference, name));
    default:
      response
        .writeHead(201, {
          location: `/v2/${name}/manifests/${result.digest}`,
          "docker-content-digest": result.digest,
          ...(manifest.subject ? { "oci-subject": manifest.subject.digest } : {}),
          "content-length": "0",
        })
        .end();
  }
}

/**
 * Answers `/v2/NAME/referrers/DIGEST`: an index of what names that manifest as its subject, an empty one where nothing
 * does.
 */
export async function handleReferrers(
  request: IncomingMessage,
  response: ServerResponse,
  { record }: Named,
  url: URL,
  digest: string,
): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") return unsupported(request, response);
  if (!isDigest(digest)) return fail(request, response, 400, "DIGEST_INVALID", "The provided digest is malformed");
  const wanted = url.searchParams.get("artifactType");
  const manifests = [...record.manifests.values()].flatMap((m) => {
    const { subject, artifactType, config, annotations } = storedManifest(m.body);
    const type = artifactType ?? config?.mediaType;
    if (subject?.digest !== digest || (wanted !== null && type !== wanted)) return [];
    const { mediaType, digest: own, body } = m;
    return [{ mediaType, digest: own, size: Buffer.byteLength(body), artifactType: type, annotations }];
  });
  const text = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests });
  response.writeHead(200, {
    "content-type": MEDIA_TYPES.ociIndex,
    "content-length": Buffer.byteLength(text),
    ...(wanted === null ? {} : { "oci-filters-applied": "artifactType" }),
  });
  response.end(request.method === "HEAD" ? undefined : text);
}
