/** Signed requests without a client: the SDK would refuse to send what these tests send. */
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Endpoint } from "./sandbox";
import { MODELS, isSimple, shapeOf, type Member, type Model } from "../../../src/sandbox/wire/model";
import { formName } from "../../../src/sandbox/wire/query";

export interface Answer {
  readonly status: number;
  readonly text: string;
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

/** The body that stands for the input. */
export function bodyOf(service: string, operation: string, input: Json): string {
  const model = modelOf(service);
  if (model.protocol === "json") return JSON.stringify(input);
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
): Promise<Record<string, string>> {
  const model = modelOf(service);
  const url = new URL(e.url);
  const headers: Record<string, string> = { host: url.host, ...options.headers };
  if (model.protocol === "json") {
    headers["content-type"] = "application/x-amz-json-1.1";
    if (!options.withoutTarget) headers["x-amz-target"] = `${model.target ?? ""}.${operation}`;
  } else headers["content-type"] = "application/x-www-form-urlencoded; charset=utf-8";
  const signer = new SignatureV4({
    credentials: options.credentials ?? e.credentials,
    region: e.region,
    service: model.signing,
    sha256: Sha256,
  });
  // A header that is not to be signed is not there when the request is.
  for (const name of Object.keys(options.unsigned ?? {})) delete headers[name];
  const { hostname, port, protocol } = url;
  const request = { method: "POST", protocol, hostname, port: Number(port), path: "/", headers, body, query: {} };
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
): Promise<Answer> {
  const response = await fetch(e.url, {
    method: "POST",
    headers: await signedHeaders(e, service, operation, body, options),
    body: options.tamper ? `${body} ` : body,
    signal: AbortSignal.timeout(15_000),
  });
  return { status: response.status, text: await response.text() };
}

/** Sends one operation's input as it is, complete or not. */
export async function send(
  e: Endpoint,
  service: string,
  operation: string,
  input: Json,
  options: SendOptions = {},
): Promise<Answer> {
  return sendBody(e, service, operation, bodyOf(service, operation, input), options);
}
