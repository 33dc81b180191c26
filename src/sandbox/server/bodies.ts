/** Bodies of API calls: how much of one is read, and only once somebody may send it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import { ApiError } from "../wire/errors";

const MIB = 1024 * 1024;
/**
 * For how long of silence, and how much of, a refused body is thrown away, so that the client gets to read the answer.
 */
const SILENCE_MS = 250;
const LINGER_BYTES = 64 * MIB;

/**
 * AWS publishes limits of inputs and none of bodies: these hold the largest input with every character escaped.
 * PutLogEvents:
 * 1,048,576 bytes in 10,000 events (API reference). PutImage: a manifest of 4 MiB (4,194,304 characters, API
 * reference).
 */
const LIMITS: Readonly<Record<string, number>> = {
  logs: 8 * MIB,
  ecr: 10 * MIB,
  // A part of a layer has at most 20,971,520 bytes (API reference), which JSON carries in base64.
  "ecr UploadLayerPart": 28 * MIB,
};

/** The most that a body of that service, for that operation, may have. */
export const limitOf = (service: string, operation = ""): number =>
  LIMITS[`${service} ${operation}`] ?? LIMITS[service] ?? MIB;

/**
 * Reads a body of at most `limit` bytes; undefined where it is longer: of one that says so before, nothing is read.
 */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  limit: number,
): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > limit) return undefined;
  goOn(request, response);
  const chunks: Buffer[] = [];
  let size = 0;
  // Not for await: leaving that loop early destroys the connection on which the refusal goes out.
  return new Promise((resolve, reject) => {
    const done = (body: Buffer | undefined): void => {
      request.off("data", take);
      request.pause();
      resolve(body);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) done(undefined);
      else chunks.push(chunk);
    };
    request.on("data", take);
    request.once("end", () => done(Buffer.concat(chunks)));
    request.once("error", reject);
    request.once("close", () => reject(new Error("the client went away")));
  });
}

/** Asks a client that waits for it (`Expect: 100-continue`) for the body. */
export function goOn(request: IncomingMessage, response: ServerResponse): void {
  if (/^100-continue$/i.test(request.headers.expect ?? "") && !response.headersSent) response.writeContinue();
}

/**
 * Ends an answer. A body that was not read is thrown away for a moment and the connection closed: closing it at once
 * would
 * reset it, and take the answer from a client that is still sending.
 */
export async function endAnswer(request: IncomingMessage, response: ServerResponse, text: string): Promise<void> {
  if (request.complete) {
    response.end(text);
    return;
  }
  response.write(text);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, SILENCE_MS);
    let size = 0;
    const over = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > LINGER_BYTES) over();
      else timer.refresh();
    });
    request.once("end", over);
    request.once("close", over);
    request.resume();
  });
  response.end();
}

/** The headers of such an answer. */
export const answerHeaders = (request: IncomingMessage, text: string): Record<string, string | number> => ({
  "content-length": Buffer.byteLength(text),
  ...(request.complete ? {} : { connection: "close" }),
});

/** Services whose clients send long bodies compressed (Smithy's requestCompression). */
const COMPRESSED: readonly string[] = ["cloudwatch"];

/** The body as it was before the client compressed it; the signature is over what was sent. */
export function inflated(request: IncomingMessage, service: string, body: Buffer): Buffer {
  if (request.headers["content-encoding"] !== "gzip" || !COMPRESSED.includes(service)) return body;
  const limit = limitOf(service);
  try {
    return gunzipSync(body, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limit);
    throw new ApiError("SerializationException", "The request's body is not in the encoding that it names.");
  }
}

/** A body that is longer than the service takes. */
export const tooLarge = (limit: number): ApiError =>
  new ApiError("RequestEntityTooLarge", `The request's body is larger than ${limit} bytes.`, 413);
