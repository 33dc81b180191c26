import {
  CreateTokenCommand,
  RegisterClientCommand,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
} from "@aws-sdk/client-sso-oidc";
import { elapsed } from "../core/base/elapsed";
import { cancelled, SlipwayError } from "../core/base/errors";
import type { SignedIn, SignInPrompts } from "../core/base/connection";
import type { Clock } from "../core/ports/machine";
import { tokenByBrowser } from "./browserSignIn";
import { isolated } from "./clientSettings";
import { readProfileFiles, settingText, type Profile, type ProfileFiles } from "./profileFiles";
import { saveToken, signInExpired, signInToken, ssoSettingsOf } from "./ssoToken";

/** The profile whose sign-in another one's role rests on; itself where it has one. */
function signingProfile(name: string, files: ProfileFiles): Profile | undefined {
  const seen = new Set<string>();
  for (let at = files.profiles.get(name); at && !seen.has(at.name); ) {
    seen.add(at.name);
    const source = settingText(at, "role_arn") === undefined ? undefined : settingText(at, "source_profile");
    if (source === undefined) return at;
    at = files.profiles.get(source);
  }
  return undefined;
}

/**
 * Signs in and leaves the token where the SDK and the AWS CLI look for it: in the browser where its answer reaches this
 * machine, as the AWS CLI does, with a device code elsewhere (RFC 8628, and the SSO OIDC API reference).
 */
export async function signIn(
  profile: string,
  prompts: SignInPrompts,
  clock: Clock,
  signal: AbortSignal,
  endpoint?: string,
): Promise<SignedIn> {
  const files = await readProfileFiles();
  const signsIn = signingProfile(profile, files);
  if (signsIn && settingText(signsIn, "login_session") !== undefined) return { consoleProfile: signsIn.name };
  const settings = signsIn && ssoSettingsOf(signsIn, files);
  if (!settings)
    throw new SlipwayError({
      code: "NotSso",
      summary: `The profile ${profile} has no SSO settings to sign in with.`,
      remedy: "Renew its credentials the way that they are made, or choose another profile.",
      actions: ["chooseConnection"],
    });
  const client = new SSOOIDCClient({
    ...isolated,
    region: settings.region,
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  try {
    const byBrowser =
      prompts.browser && (await tokenByBrowser(client, settings, prompts.browser, clock, signal, endpoint));
    if (byBrowser) {
      await saveToken(settings, byBrowser);
      return {};
    }
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
    const deadline = elapsed(clock) + (device.expiresIn ?? 600) * 1000;
    let interval = (device.interval ?? 5) * 1000;
    while (elapsed(clock) < deadline) {
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
        await saveToken(settings, signInToken(settings, registered, token, clock));
        return {};
      } catch (error) {
        const name = (error as Error).name;
        if (name === "SlowDownException") interval += 5000;
        else if (name !== "AuthorizationPendingException") throw error;
      }
    }
    throw signInExpired();
  } finally {
    client.destroy();
  }
}
