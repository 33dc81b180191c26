/** Signed requests without a client: the SDK would refuse to send what these tests send. */
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Endpoint } from "./sandbox";
import { MODELS, isRest, isSimple, shapeOf, type Member, type Model } from "../../../src/sandbox/wire/model";
import { formName } from "../../../src/sandbox/wire/query";

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The error's code, where it stands in a header. */
  readonly code: string | null;
}

export interface SendOptions {
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly signingDate?: Date;
  readonly headers?: Readonly<Record<string, string>>;
  readonly tamper?: boolean;
  /** Sent, but not signed. */
  readonly unsigned?: Readonly<Record<string, string>>;
  readonly withoutTarget?: boolean;
}

type Json = Readonly<Record<string, unknown>>;

function form(model: Model, shapeName: string, value: Json, prefix: string, out: [string, string][]): void {
  for (const [name, member] of Object.entries(shapeOf(model, shapeName).m ?? {})) {
    if (value[name] !== undefined) formValue(model, member, value[name], prefix + formName(model, name, member), out);
  }
}

function formValue(model: Model, member: Member, value: unknown, key: string, out: [string, string][]): void {
  if (isSimple(member.s)) {
    out.push([key, String(value)]);
    return;
  }
  const shape = shapeOf(model, member.s);
  if (shape.t === "list" && shape.of) {
    const { of } = shape;
    const inner = model.protocol === "ec2" || member.f === 1 ? key : `${key}.${of.x ?? "member"}`;
    (value as unknown[]).forEach((item, i) => formValue(model, of, item, `${inner}.${i + 1}`, out));
    return;
  }
  if (shape.t === "map" && shape.of) {
    const { of } = shape;
    Object.entries(value as Json).forEach(([k, v], i) => {
      out.push([`${key}.entry.${i + 1}.key`, k]);
      formValue(model, of, v, `${key}.entry.${i + 1}.value`, out);
    });
    return;
  }
  form(model, member.s, value as Json, `${key}.`, out);
}

const modelOf = (service: string): Model => {
  const model = MODELS.find((m) => m.id === service);
  if (!model) throw new Error(`no service ${service}`);
  return model;
};

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? c);

/** The elements of a structure's members that stand in the body. */
function xml(model: Model, shapeName: string, value: Json): string {
  return Object.entries(shapeOf(model, shapeName).m ?? {})
    .filter(([name, { l, hq }]) => value[name] !== undefined && l === undefined && hq === undefined)
    .map(([name, member]) => xmlValue(model, member, value[name], member.x ?? name))
    .join("");
}

function xmlValue(model: Model, member: Member, value: unknown, tag: string): string {
  if (isSimple(member.s)) return `<${tag}>${escaped(String(value))}</${tag}>`;
  const shape = shapeOf(model, member.s);
  const { of } = shape;
  if (shape.t === "list" && of) {
    const items = (value as unknown[]).map((item) => xmlValue(model, of, item, of.x ?? "member"));
    return `<${tag}>${items.join("")}</${tag}>`;
  }
  return `<${tag}>${xml(model, member.s, value as Json)}</${tag}>`;
}

/** A value as a text that can stand in an address. */
const plain = (value: unknown): string =>
  (typeof value === "string" ? value : (JSON.stringify(value) ?? "")).replace(/[\ud800-\udfff]/g, "?");

/** Method, path and query of a call of a REST protocol; those of an operation that the model does not have are a POST to the root. */
function placeOf(
  service: string,
  operation: string,
  input: Json,
): { readonly method: string; readonly path: string; readonly query: Record<string, string> } {
  const model = modelOf(service);
  const io = Object.hasOwn(model.operations, operation) ? model.operations[operation] : undefined;
  if (!isRest(model) || !io || !io.http || io.in === null) return { method: "POST", path: "/", query: {} };
  const members = Object.entries(shapeOf(model, io.in).m ?? {});
  const [method, pattern] = io.http;
  // A label that is not given leaves its place in the path empty; no HTTP client sends "." and ".." as they are.
  const path = members.reduce(
    (text, [name, { l }]) =>
      l === undefined ? text : text.replace(`{${name}}`, encodeURIComponent(plain(input[name])).replaceAll(".", "%2E")),
    pattern.split("?")[0] ?? "/",
  );
  const query = members.flatMap(([name, { hq }]) =>
    hq === undefined || input[name] === undefined ? [] : [[hq, plain(input[name])] as const],
  );
  return { method, path, query: Object.fromEntries(query) };
}

/** The body that stands for the input. */
export function bodyOf(service: string, operation: string, input: Json): string {
  const model = modelOf(service);
  if (model.protocol === "json") return JSON.stringify(input);
  if (model.protocol === "rest-json") {
    const io = Object.hasOwn(model.operations, operation) ? model.operations[operation] : undefined;
    if (!io || io.in === null || io.http?.[0] === "GET" || io.http?.[0] === "DELETE") return "";
    const members = shapeOf(model, io.in).m ?? {};
    const inAddress = (name: string): boolean => members[name]?.l !== undefined || members[name]?.hq !== undefined;
    return JSON.stringify(Object.fromEntries(Object.entries(input).filter(([name]) => !inAddress(name))));
  }
  if (model.protocol === "rest-xml") {
    const io = Object.hasOwn(model.operations, operation) ? model.operations[operation] : undefined;
    if (!io || io.in === null || io.http?.[0] === "GET") return "";
    return `<${io.in} xmlns="${model.xmlns ?? ""}">${xml(model, io.in, input)}</${io.in}>`;
  }
  const pairs: [string, string][] = [
    ["Action", operation],
    ["Version", model.version ?? ""],
  ];
  const io = Object.hasOwn(model.operations, operation) ? model.operations[operation] : undefined;
  if (io && io.in !== null) form(model, io.in, input, "", pairs);
  return new URLSearchParams(pairs).toString();
}

/** The headers of a signed request with that body. */
export async function signedHeaders(
  e: Endpoint,
  service: string,
  operation: string,
  body: string,
  options: SendOptions = {},
  place: ReturnType<typeof placeOf> = placeOf(service, operation, {}),
): Promise<Record<string, string>> {
  const model = modelOf(service);
  const url = new URL(e.url);
  const headers: Record<string, string> = { host: url.host, ...options.headers };
  if (model.protocol === "json") {
    headers["content-type"] = "application/x-amz-json-1.1";
    if (!options.withoutTarget) headers["x-amz-target"] = `${model.target ?? ""}.${operation}`;
  } else if (model.protocol === "rest-json") headers["content-type"] = "application/json";
  else if (model.protocol === "rest-xml") headers["content-type"] = "application/xml";
  else headers["content-type"] = "application/x-www-form-urlencoded; charset=utf-8";
  const signer = new SignatureV4({
    credentials: options.credentials ?? e.credentials,
    region: e.region,
    service: model.signing,
    sha256: Sha256,
  });
  // A header that is not to be signed is not there when the request is.
  for (const name of Object.keys(options.unsigned ?? {})) delete headers[name];
  const { hostname, port, protocol } = url;
  const request = { protocol, hostname, port: Number(port), headers, body, ...place };
  const signed = await signer.sign(request, options.signingDate ? { signingDate: options.signingDate } : {});
  const { host: _host, ...rest } = signed.headers;
  return { ...rest, ...options.unsigned };
}

/** Sends a body as it is. */
export async function sendBody(
  e: Endpoint,
  service: string,
  operation: string,
  body: string,
  options: SendOptions = {},
  place: ReturnType<typeof placeOf> = placeOf(service, operation, {}),
): Promise<Answer> {
  const query = new URLSearchParams(place.query).toString();
  const response = await fetch(`${e.url}${place.path === "/" ? "" : place.path}${query ? `?${query}` : ""}`, {
    method: place.method,
    headers: await signedHeaders(e, service, operation, body, options, place),
    ...(place.method === "GET" ? {} : { body: options.tamper ? `${body} ` : body }),
    signal: AbortSignal.timeout(15_000),
  });
  return { status: response.status, text: await response.text(), code: response.headers.get("x-amzn-errortype") };
}

/** Sends one operation's input as it is, complete or not. */
export async function send(
  e: Endpoint,
  service: string,
  operation: string,
  input: Json,
  options: SendOptions = {},
): Promise<Answer> {
  return sendBody(
    e,
    service,
    operation,
    bodyOf(service, operation, input),
    options,
    placeOf(service, operation, input),
  );
}
