import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  CreateTokenCommand,
  SSOOIDCClient,
  type CreateTokenCommandOutput,
  type RegisterClientCommandOutput,
} from "@aws-sdk/client-sso-oidc";
import { SlipwayError } from "../core/base/errors";
import type { Clock } from "../core/ports/machine";
import { clientOptions, type CallSettings } from "./clientSettings";
import { profileProblem, settingText, type Profile, type ProfileFiles } from "./profileFiles";

export interface SsoSettings {
  startUrl: string;
  region: string;
  /** What the token's file is named after: the session, or for older profiles the start URL. */
  cacheName: string;
  scopes: string[];
}

/** The SSO settings of a profile; undefined for a profile that signs in otherwise. */
export function ssoSettingsOf(profile: Profile, files: ProfileFiles): SsoSettings | undefined {
  const name = settingText(profile, "sso_session");
  const spot = profile.settings.get("sso_session") ?? profile;
  const session = name === undefined ? profile : files.ssoSessions.get(name);
  // AWS's SDKs for Go and JavaScript do not find a session whose name has a space, whatever quotes it stands in.
  if (!session || (name !== undefined && /\s/.test(name)))
    throw profileProblem(
      spot,
      `sso_session names ${name ?? ""}, and no section [sso-session ${name ?? ""}] is found.`,
      "Write such a section with sso_start_url and sso_region (aws configure sso-session); its name has no spaces.",
    );
  const startUrl = settingText(session, "sso_start_url");
  const region = settingText(session, "sso_region");
  if (startUrl === undefined && region === undefined && name === undefined) return undefined;
  if (startUrl === undefined || region === undefined)
    throw profileProblem(
      session,
      `there is no ${startUrl === undefined ? "sso_start_url" : "sso_region"}.`,
      "Write it into this section (aws configure sso).",
    );
  for (const [setting, value] of [
    ["sso_start_url", startUrl],
    ["sso_region", region],
  ] as const) {
    const own = profile.settings.get(setting);
    if (own?.value && own.value !== value)
      throw profileProblem(
        own,
        `${setting} differs from that of the session ${name ?? ""} (${value}).`,
        "Take it out of the profile: the session says it.",
      );
  }
  const scopes = (settingText(session, "sso_registration_scopes") ?? "sso:account:access")
    .split(",")
    .map((scope) => scope.trim());
  return { startUrl, region, cacheName: name ?? startUrl, scopes };
}

/** A token as the SDK and the AWS CLI keep it. */
export interface StoredToken {
  readonly accessToken?: string | undefined;
  readonly expiresAt?: string;
  readonly refreshToken?: string;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly registrationExpiresAt?: string;
  readonly [more: string]: unknown;
}

export const signInExpired = (): SlipwayError =>
  new SlipwayError({
    code: "SignInExpired",
    summary: "Nobody confirmed the sign-in in time.",
    remedy: "Sign in again.",
    actions: ["signIn"],
  });

/** What CreateToken's answer says of a token. `expiresIn` is seconds from now. */
const membersOf = (made: CreateTokenCommandOutput, clock: Clock) => ({
  accessToken: made.accessToken,
  expiresAt: new Date(clock.now() + (made.expiresIn ?? 0) * 1000).toISOString(),
  ...(made.refreshToken === undefined ? {} : { refreshToken: made.refreshToken }),
});

/** The token of a sign-in, with the client that it was made for: only that one may renew it. */
export const signInToken = (
  { startUrl, region }: SsoSettings,
  client: RegisterClientCommandOutput,
  made: CreateTokenCommandOutput,
  clock: Clock,
): StoredToken => ({
  startUrl,
  region,
  clientId: client.clientId,
  clientSecret: client.clientSecret,
  registrationExpiresAt: new Date((client.clientSecretExpiresAt ?? 0) * 1000).toISOString(),
  ...membersOf(made, clock),
});

const fileOf = ({ cacheName }: SsoSettings): string =>
  path.join(
    process.env["HOME"] || os.homedir(),
    ".aws",
    "sso",
    "cache",
    `${createHash("sha1").update(cacheName).digest("hex")}.json`,
  );

/** Leaves a token where the SDK and the AWS CLI look for it. */
export async function saveToken(settings: SsoSettings, token: StoredToken): Promise<void> {
  const file = fileOf(settings);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.tmp`, JSON.stringify(token), { mode: 0o600 });
  await rename(`${file}.tmp`, file);
}

/** Renewed so long before it ends, as the AWS CLI does. */
const renewBeforeMs = 5 * 60_000;

/**
 * Makes sure that there is a token that holds: renews it where that is possible. Fails where a person has to sign in.
 */
export async function freshToken(settings: SsoSettings, calls: CallSettings, clock: Clock): Promise<void> {
  const token = await storedToken(settings);
  const left = Date.parse(token?.expiresAt ?? "") - clock.now();
  if (token?.accessToken !== undefined && left > renewBeforeMs) return;
  if (token && (await renewed(token, settings, calls, clock))) return;
  if (token?.accessToken !== undefined && left > 0) return;
  throw new SlipwayError({
    code: token ? "CredentialsExpired" : "NoCredentials",
    summary: token ? "Your AWS sign-in has expired." : "You are not signed in to AWS.",
    remedy: "Sign in, then go on: nothing is lost.",
    actions: ["signIn", "retry"],
  });
}

async function storedToken(settings: SsoSettings): Promise<StoredToken | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(settings), "utf8")) as StoredToken;
  } catch {
    return undefined;
  }
}

async function renewed(token: StoredToken, settings: SsoSettings, calls: CallSettings, clock: Clock): Promise<boolean> {
  const { clientId, clientSecret, refreshToken } = token;
  if (clientId === undefined || clientSecret === undefined || refreshToken === undefined) return false;
  if (Date.parse(token.registrationExpiresAt ?? "") < clock.now()) return false;
  const client = new SSOOIDCClient(clientOptions({ ...calls, region: settings.region }, "SSO_OIDC"));
  try {
    const made = await client.send(
      new CreateTokenCommand({ clientId, clientSecret, refreshToken, grantType: "refresh_token" }),
    );
    await saveToken(settings, { ...token, ...membersOf(made, clock) });
    return made.accessToken !== undefined;
  } catch {
    // Whoever signs in again gets a new one: why this one is not renewed does not matter.
    return false;
  } finally {
    client.destroy();
  }
}
