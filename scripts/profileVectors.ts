/**
 * How reference vectors of AWS's config and credentials files are put to the product: a home folder for each, STS and
 * IAM Identity Center answered here, and no request leaves the machine.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { ListClustersCommand } from "@aws-sdk/client-ecs";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { openSession, type ConnectInput } from "../src/aws/connect";
import { listProfiles } from "../src/aws/profiles";
import { systemClock } from "../src/machine/clock";

/** A file's text; null is none, `{dir}` a folder, `{hex}` raw bytes. */
type FileContent = string | null | { readonly dir?: unknown; readonly hex?: string };

interface ProfileInput {
  readonly config?: FileContent;
  readonly credentials?: FileContent;
  readonly files?: Readonly<Record<string, FileContent>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly arguments?: { readonly profile?: string; readonly region?: string };
}

interface SentRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const prompts = { mfaCode: () => Promise.resolve("123456"), deviceCode: () => Promise.resolve(false) };

/** What signs, where calls go, and what the list of profiles says. */
export async function readProfileVector(given: unknown): Promise<unknown> {
  const input = given as ProfileInput;
  const home = mkdtempSync(path.join(os.tmpdir(), "slipway-profiles-"));
  const before = { ...process.env };
  try {
    const inHome = (text: string) => text.replaceAll("@HOME@", home);
    const files = {
      ...input.files,
      ".aws/config": input.config ?? null,
      ".aws/credentials": input.credentials ?? null,
    };
    for (const [name, content] of Object.entries(files)) write(path.join(home, name), content, inHome);
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
    Object.assign(process.env, { HOME: home, USERPROFILE: home, AWS_EC2_METADATA_DISABLED: "true" });
    for (const [name, value] of Object.entries(input.environment ?? {})) process.env[name] = inHome(value);
    return await answer(input.arguments ?? {});
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    rmSync(home, { recursive: true, force: true });
  }
}

function write(file: string, content: FileContent, inHome: (text: string) => string): void {
  if (content === null) return;
  mkdirSync(path.dirname(file), { recursive: true });
  if (typeof content === "string") {
    writeFileSync(file, inHome(content));
    if (file.endsWith(".sh")) chmodSync(file, 0o755);
  } else if (content.hex === undefined) mkdirSync(file);
  else writeFileSync(file, Buffer.from(content.hex, "hex"));
}

async function answer({ profile, region }: NonNullable<ProfileInput["arguments"]>): Promise<unknown> {
  const listed = await listProfiles();
  const profiles = listed.map(({ name }) => name).sort();
  const kind = listed.find(({ name }) => name === profile)?.kind;
  const seen = { profiles, ...(kind === undefined ? {} : { kind }) };
  const sent: SentRequest[] = [];
  try {
    const session = await openSession({ profile, region, requestHandler: standIn(sent) }, prompts, systemClock);
    try {
      const { accessKeyId } = await session.settings.credentials();
      sent.length = 0;
      await session.sts.send(new GetCallerIdentityCommand({}));
      await session.ecs.send(new ListClustersCommand({}));
      const [sts, ecs] = sent.map(placeOf);
      return { ...seen, accessKeyId, region: session.settings.region, endpoints: { sts, ecs } };
    } finally {
      session.close();
    }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { ...seen, error: true, code, message };
  }
}

const placeOf = ({ protocol, hostname, port, path: at }: SentRequest): string =>
  `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${at.replace(/\/+$/, "")}`;

/** Answers as STS and Identity Center do: whom they gave credentials to stands in the access key. */
function standIn(sent: SentRequest[]): ConnectInput["requestHandler"] {
  const handle = (request: SentRequest) => {
    sent.push(request);
    const json = answerTo(request);
    const headers = { "content-type": json.startsWith("<") ? "text/xml" : "application/json" };
    return Promise.resolve({ response: { statusCode: 200, headers, body: Readable.from([Buffer.from(json)]) } });
  };
  return { handle, metadata: { handlerProtocol: "http/1.1" } } as unknown as ConnectInput["requestHandler"];
}

const inAnHour = (): Date => new Date(systemClock.now() + 3_600_000);

function answerTo(request: SentRequest): string {
  if (request.path.includes("/federation/credentials")) {
    const { account_id: account = "", role_name: role = "" } = request.query ?? {};
    const accessKeyId = `SSO.${account}.${role}.${request.headers["x-amz-sso_bearer_token"] ?? ""}`;
    const expiration = inAnHour().getTime();
    return JSON.stringify({ roleCredentials: { accessKeyId, secretAccessKey: "s", sessionToken: "t", expiration } });
  }
  const form = new URLSearchParams(typeof request.body === "string" ? request.body : "");
  const action = form.get("Action") ?? "";
  if (action === "") return "{}";
  const role = (form.get("RoleArn") ?? "").split("/").at(-1) ?? "";
  const asker = /Credential=([^/]*)/.exec(request.headers["authorization"] ?? "")?.[1] ?? "";
  const key = action === "AssumeRole" ? `ROLE.${role}.${asker}` : `WEB.${role}.${form.get("WebIdentityToken") ?? ""}`;
  const credentials =
    `<Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>` +
    `<SessionToken>t</SessionToken><Expiration>${inAnHour().toISOString()}</Expiration></Credentials>`;
  return `<${action}Response><${action}Result>${credentials}</${action}Result></${action}Response>`;
}
