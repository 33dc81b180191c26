import { createHash } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  CreateTokenCommand,
  RegisterClientCommand,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
} from "@aws-sdk/client-sso-oidc";
import { cancelled, SlipwayError } from "../core/base/errors";
import type { SignInPrompts } from "../core/base/connection";
import type { Clock } from "../core/ports/machine";
import { readProfiles } from "./profiles";

interface SsoSettings {
  startUrl: string;
  region: string;
  /** What the token's file is named after: the session, or for older profiles the start URL. */
  cacheName: string;
  scopes: string[];
}

/** The SSO settings of a profile; undefined for a profile that signs in otherwise. */
async function ssoSettings(profile: string): Promise<SsoSettings | undefined> {
  const { config, merged } = await readProfiles();
  const section = merged[profile];
  const sessionName = section?.["sso_session"];
  const session =
    sessionName === undefined
      ? section
      : (config[`sso-session.${sessionName}`] ?? config[`sso-session ${sessionName}`]);
  const startUrl = session?.["sso_start_url"];
  const region = session?.["sso_region"];
  if (!startUrl || !region) return undefined;
  const scopes = (session["sso_registration_scopes"] ?? "sso:account:access").split(",").map((scope) => scope.trim());
  return { startUrl, region, cacheName: sessionName ?? startUrl, scopes };
}

/**
 * Signs in with a device code and leaves the token where the SDK and the AWS CLI look for it.
 * Source: RFC 8628, and the SSO OIDC API reference.
 */
export async function signInWithDeviceCode(
  profile: string,
  prompts: SignInPrompts,
  clock: Clock,
  signal: AbortSignal,
  endpoint?: string,
): Promise<void> {
  const settings = await ssoSettings(profile);
  if (!settings)
    throw new SlipwayError({
      code: "NotSso",
      summary: `The profile ${profile} has no SSO settings to sign in with.`,
      remedy: "Renew its credentials the way that they are made, or choose another profile.",
      actions: ["chooseConnection"],
    });
  const client = new SSOOIDCClient({ region: settings.region, ...(endpoint === undefined ? {} : { endpoint }) });
  try {
    const registered = await client.send(
      new RegisterClientCommand({ clientName: "slipway", clientType: "public", scopes: settings.scopes }),
      { abortSignal: signal },
    );
    const { clientId, clientSecret } = registered;
    const device = await client.send(
      new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl: settings.startUrl }),
      { abortSignal: signal },
    );
    const url = device.verificationUriComplete ?? device.verificationUri ?? settings.startUrl;
    if (!(await prompts.deviceCode({ userCode: device.userCode ?? "", url }))) throw cancelled();
    const deadline = clock.now() + (device.expiresIn ?? 600) * 1000;
    let interval = (device.interval ?? 5) * 1000;
    while (clock.now() < deadline) {
      await clock.sleep(interval, signal);
      try {
        const token = await client.send(
          new CreateTokenCommand({
            clientId,
            clientSecret,
            grantType: "urn:ietf:params:oauth:grant-type:device_code",
            deviceCode: device.deviceCode,
          }),
          { abortSignal: signal },
        );
        await saveToken(settings, {
          startUrl: settings.startUrl,
          region: settings.region,
          accessToken: token.accessToken,
          expiresAt: new Date(clock.now() + (token.expiresIn ?? 0) * 1000).toISOString(),
          clientId,
          clientSecret,
          registrationExpiresAt: new Date((registered.clientSecretExpiresAt ?? 0) * 1000).toISOString(),
          ...(token.refreshToken === undefined ? {} : { refreshToken: token.refreshToken }),
        });
        return;
      } catch (error) {
        const name = (error as Error).name;
        if (name === "SlowDownException") interval += 5000;
        else if (name !== "AuthorizationPendingException") throw error;
      }
    }
    throw new SlipwayError({
      code: "SignInExpired",
      summary: "Nobody confirmed the sign-in in time.",
      remedy: "Sign in again.",
      actions: ["signIn"],
    });
  } finally {
    client.destroy();
  }
}

async function saveToken(settings: SsoSettings, token: object): Promise<void> {
  const folder = path.join(os.homedir(), ".aws", "sso", "cache");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${createHash("sha1").update(settings.cacheName).digest("hex")}.json`);
  await writeFile(`${file}.tmp`, JSON.stringify(token), { mode: 0o600 });
  await rename(`${file}.tmp`, file);
}
