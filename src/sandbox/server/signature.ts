/**
 * Signature Version 4, verified by recomputing it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Key, Keys } from "../iam/sts";
import { ApiError } from "../wire/errors";
import type { Model } from "../wire/model";

const MAX_SKEW_MS = 5 * 60 * 1000;

export interface Scope {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** The parts of the Authorization header, or undefined when it is not Signature Version 4. */
export function scopeOf(request: IncomingMessage): Scope | undefined {
  const match =
    /^AWS4-HMAC-SHA256\s+Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? "",
    );
  if (!match) return undefined;
  const [, accessKeyId = "", date = "", region = "", service = "", headers = "", signature = ""] = match;
  return { accessKeyId, date, region, service, signedHeaders: headers.split(";"), signature };
}

const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string): Buffer => createHmac("sha256", key).update(data).digest();
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function headerText(request: IncomingMessage, name: string): string {
  const values: string[] = [];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    if (request.rawHeaders[i]?.toLowerCase() === name)
      values.push((request.rawHeaders[i + 1] ?? "").trim().replace(/\s+/g, " "));
  }
  return values.join(",");
}

/** The codes with which each protocol refuses credentials. */
const CODES = {
  json: {
    missing: ["MissingAuthenticationTokenException", 400],
    unknown: ["UnrecognizedClientException", 400],
    mismatch: ["InvalidSignatureException", 400],
    expired: ["ExpiredTokenException", 400],
    skew: ["InvalidSignatureException", 400],
    early: ["InvalidSignatureException", 400],
  },
  query: {
    missing: ["MissingAuthenticationToken", 403],
    unknown: ["InvalidClientTokenId", 403],
    mismatch: ["SignatureDoesNotMatch", 403],
    expired: ["ExpiredToken", 403],
    skew: ["SignatureDoesNotMatch", 403],
    early: ["SignatureDoesNotMatch", 403],
  },
  ec2: {
    missing: ["MissingAuthenticationToken", 403],
    unknown: ["AuthFailure", 401],
    mismatch: ["AuthFailure", 401],
    expired: ["RequestExpired", 400],
    skew: ["RequestExpired", 400],
    early: ["AuthFailure", 401],
  },
} as const;

/** REST services refuse as those that speak awsQuery where they answer in XML, and as those of JSON where in that. */
const codesOf = (protocol: Model["protocol"]): (typeof CODES)[keyof typeof CODES] =>
  CODES[protocol === "rest-xml" ? "query" : protocol === "rest-json" ? "json" : protocol];

const TEXTS = {
  missing: "Request is missing Authentication Token",
  unknown: "The security token included in the request is invalid.",
  mismatch:
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access " +
    "Key and signing method. Consult the service documentation for details.",
  expired: "The security token included in the request is expired",
  skew: "Signature expired",
  early: "Signature not yet current",
} as const;

/** An error of the credentials, in the protocol's own code. */
export function authError(model: Model, kind: keyof typeof TEXTS, text?: string): ApiError {
  const [code, status] = codesOf(model.protocol)[kind];
  // EC2 has one sentence for whatever is wrong with a signature (API reference, error codes, AuthFailure).
  const message =
    code === "AuthFailure" ? "AWS was not able to validate the provided access credentials" : (text ?? TEXTS[kind]);
  return new ApiError(code, message, status);
}

function parseDate(text: string): number {
  const m = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  return m
    ? Date.UTC(Number(m[1]), Number(m[2]) - 1, Number(m[3]), Number(m[4]), Number(m[5]), Number(m[6]))
    : Number.NaN;
}

const basic = (ms: number): string =>
  new Date(ms)
    .toISOString()
    .replace(/[-:]/g, "")
    .replace(/\.\d+Z$/, "Z");

/** A clock that is more than five minutes late or early, in AWS's own sentences; EC2 has one of its own. */
function checkClock(model: Model, amzDate: string, at: number): void {
  const now = Date.now();
  if (Math.abs(now - at) <= MAX_SKEW_MS) return;
  const late = at < now;
  const [kind, begin, limit] = late
    ? ([
        "skew",
        `Signature expired: ${amzDate} is now earlier than`,
        `${basic(now - MAX_SKEW_MS)} (${basic(now)} - 5 min.)`,
      ] as const)
    : ([
        "early",
        `Signature not yet current: ${amzDate} is still later than`,
        `${basic(now + MAX_SKEW_MS)} (${basic(now)} + 5 min.)`,
      ] as const);
  const text = late && model.protocol === "ec2" ? "Request has expired." : `${begin} ${limit}`;
  throw authError(model, kind, model.protocol === "ec2" && !late ? undefined : text);
}

/** What the head of a request proves so far: the key that its signature has to be made with, and for what. */
export interface Signed extends Scope {
  readonly key: Key;
}

/**
 * The headers that AWS wants among the signed ones, as its sentence names them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
function unsignedHeader(request: IncomingMessage, { signedHeaders }: Scope): string | undefined {
  if (!signedHeaders.includes("host")) return "'Host' or ':authority'";
  const name = Object.keys(request.headers).find((h) => h.startsWith("x-amz-") && !signedHeaders.includes(h));
  return name === undefined ? undefined : `'${name}'`;
}

/** Refuses a signature that was made for another service. */
export function checkService(model: Model, scope: Scope): void {
  if (scope.service !== model.signing)
    throw authError(model, "mismatch", `Credential should be scoped to correct service: '${model.signing}'.`);
}

/** Judges all that a request's head says, before any of its body is read; throws the protocol's error. */
export function verifyHead(model: Model, request: IncomingMessage, keys: Keys): Signed {
  const scope = scopeOf(request);
  if (!scope) throw authError(model, "missing");
  const key = keys.get(scope.accessKeyId);
  if (!key || key.isInactive) throw authError(model, "unknown");
  if ((key.sessionToken ?? "") !== headerText(request, "x-amz-security-token")) throw authError(model, "unknown");
  const unsigned = unsignedHeader(request, scope);
  if (unsigned !== undefined)
    throw authError(model, "mismatch", `${unsigned} must be a 'SignedHeader' in the AWS Authorization.`);
  const amzDate = headerText(request, "x-amz-date");
  const at = parseDate(amzDate);
  if (!amzDate.startsWith(scope.date) || Number.isNaN(at))
    throw authError(
      model,
      "mismatch",
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${amzDate}'.`,
    );
  checkClock(model, amzDate, at);
  checkService(model, scope);
  return { ...scope, key };
}

/** A path as it is signed: without empty parts, and encoded once more than it was sent (only S3's is not). */
const signedPath = (path: string): string =>
  path
    .split("/")
    .map(encode)
    .join("/")
    .replace(/\/{2,}/g, "/");

/** Recomputes the signature, now that the body is there. */
export function verifyBody(model: Model, request: IncomingMessage, body: Buffer, signed: Signed): void {
  const { key, ...scope } = signed;
  const amzDate = headerText(request, "x-amz-date");
  const url = new URL(request.url ?? "/", "http://x");
  const query = [...url.searchParams]
    .map(([k, v]) => `${encode(k)}=${encode(v)}`)
    .sort()
    .join("&");
  const headers = scope.signedHeaders.map((name) => `${name}:${headerText(request, name)}\n`).join("");
  const payload = sha256(body);
  const declared = headerText(request, "x-amz-content-sha256");
  if (declared !== "" && declared !== payload && declared !== "UNSIGNED-PAYLOAD") throw authError(model, "mismatch");
  const canonical = [
    request.method,
    signedPath(url.pathname),
    query,
    headers,
    scope.signedHeaders.join(";"),
    declared === "UNSIGNED-PAYLOAD" ? declared : payload,
  ].join("\n");
  const credential = `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", amzDate, credential, sha256(canonical)].join("\n");
  const signingKey = [scope.date, scope.region, scope.service, "aws4_request"].reduce<string | Buffer>(
    (k, part) => hmac(k, part),
    `AWS4${key.secret}`,
  );
  const expected = createHmac("sha256", signingKey).update(toSign).digest();
  if (!timingSafeEqual(expected, Buffer.from(scope.signature, "hex"))) throw authError(model, "mismatch");
  if (key.expiresAt !== undefined && key.expiresAt <= Date.now()) throw authError(model, "expired");
}
