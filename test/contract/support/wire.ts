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
  form(model, member.s, value as Json, `${key}.`, out);
}

/** Sends one operation's input as it is, complete or not. */
export async function send(
  e: Endpoint,
  service: string,
  operation: string,
  input: Json,
  options: SendOptions = {},
): Promise<Answer> {
  const model = MODELS.find((m) => m.id === service);
  const io = model?.operations[operation];
  if (!model) throw new Error(`no service ${service}`);
  const url = new URL(e.url);
  let body: string;
  const headers: Record<string, string> = { host: url.host, ...options.headers };
  if (model.protocol === "json") {
    body = JSON.stringify(input);
    Object.assign(headers, {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `${model.target ?? ""}.${operation}`,
    });
  } else {
    const pairs: [string, string][] = [
      ["Action", operation],
      ["Version", model.version ?? ""],
    ];
    if (io && io.in !== null) form(model, io.in, input, "", pairs);
    body = new URLSearchParams(pairs).toString();
    headers["content-type"] = "application/x-www-form-urlencoded; charset=utf-8";
  }
  const signer = new SignatureV4({
    credentials: options.credentials ?? e.credentials,
    region: e.region,
    service: model.signing,
    sha256: Sha256,
  });
  const signed = await signer.sign(
    {
      method: "POST",
      protocol: url.protocol,
      hostname: url.hostname,
      port: Number(url.port),
      path: "/",
      headers,
      body,
      query: {},
    },
    options.signingDate ? { signingDate: options.signingDate } : {},
  );
  const { host: _host, ...rest } = signed.headers;
  const response = await fetch(url, {
    method: "POST",
    headers: rest,
    body: options.tamper ? `${body} ` : body,
    signal: AbortSignal.timeout(15_000),
  });
  return { status: response.status, text: await response.text() };
}
