import { createHash } from "node:crypto";
import path from "node:path";
import { fromLoginCredentials, fromProcess, fromSSO } from "@aws-sdk/credential-providers";
import { externalDataInterceptor } from "@smithy/shared-ini-file-loader";
import { SlipwayError } from "../core/base/errors";
import type { Clock } from "../core/ports/machine";
import { clientOptions, isolated, type CallSettings } from "./clientSettings";
import { translate } from "./errors";
import { profileProblem, settingText, shellWords, type Profile, type ProfileFiles } from "./profileFiles";
import type { CredentialSource } from "./session";
import { freshToken, ssoSettingsOf } from "./ssoToken";

/** An access key with what belongs to it. */
export type Keys = Awaited<ReturnType<CredentialSource>>;

/**
 * The SDK's providers read profiles by themselves, and lose names and values that the AWS CLI takes. They are given a
 * file that is not there, with the one setting that they need under a name that they read.
 */
function asFile(
  setting: string,
  value: string,
  region: string,
): { profile: string; filepath: string; configFilepath: string } {
  const text = `[profile slipway]\n${setting} = ${value}\nregion = ${region}\n`;
  const name = createHash("sha256").update(text).digest("hex");
  const configFilepath = path.join(path.sep, "slipway", "not-on-this-disk", name);
  const filepath = path.join(path.sep, "slipway", "not-on-this-disk", "credentials");
  externalDataInterceptor.interceptFile(configFilepath, text);
  externalDataInterceptor.interceptFile(filepath, "");
  return { profile: "slipway", filepath, configFilepath };
}

/** Keys of a program that prints them; undefined where the profile names none. */
export async function processCredentials(profile: Profile): Promise<Keys | undefined> {
  const setting = profile.settings.get("credential_process");
  if (!setting?.value) return undefined;
  const command = wholeCommand(setting.value);
  try {
    return await fromProcess({ ...asFile("credential_process", command, ""), ignoreCache: true })();
  } catch (error) {
    const said = (error as Error).message.replaceAll("Profile slipway credential_process ", "");
    throw new SlipwayError({
      ...profileProblem(setting, `credential_process gives no credentials: ${said}`, ""),
      code: "CredentialProcessFailed",
      quotes: [said],
      remedy:
        "Run the command in a terminal: it has to print one JSON object with Version 1, AccessKeyId and SecretAccessKey.",
    });
  }
}

/**
 * The SDK takes ` #` and ` ;` for the start of a comment. In quotes of their own they are none, and the same to a
 * shell.
 */
function wholeCommand(command: string): string {
  if (!/(?:^|\s)[#;]/.test(command) || process.platform === "win32") return command;
  const quoted = (word: string): string =>
    `'${word.replaceAll("'", `'"'"'`).replace(/[#;]/g, (character) => `''${character}`)}'`;
  return (shellWords(command) ?? [command]).map(quoted).join(" ");
}

/** Keys of a console sign-in (`aws login`), renewed by the SDK; undefined where the profile has none. */
export async function loginCredentials(profile: Profile, settings: CallSettings): Promise<Keys | undefined> {
  const setting = profile.settings.get("login_session");
  if (!setting?.value) return undefined;
  const { region, client } = settings;
  try {
    return await fromLoginCredentials({
      ...asFile("login_session", setting.value, region),
      ignoreCache: true,
      clientConfig: { ...isolated, ...client, region },
    })();
  } catch (error) {
    const said = (error as Error).message;
    throw new SlipwayError({
      ...profileProblem(setting, "the console sign-in has ended, or there was none yet.", ""),
      code: "CredentialsExpired",
      evidence: [said],
      quotes: [said],
      remedy: `Run: aws login --profile ${JSON.stringify(profile.name)}`,
      actions: ["retry", "chooseConnection"],
    });
  }
}

interface SsoContext {
  readonly settings: CallSettings;
  readonly clock: Clock;
}

/** Keys of an IAM Identity Center sign-in; undefined where the profile has none. */
export async function ssoCredentials(
  profile: Profile,
  files: ProfileFiles,
  { settings, clock }: SsoContext,
): Promise<Keys | undefined> {
  const accountId = settingText(profile, "sso_account_id");
  const roleName = settingText(profile, "sso_role_name");
  if (accountId === undefined && roleName === undefined) return undefined;
  const sso = ssoSettingsOf(profile, files);
  const missing = accountId === undefined ? "sso_account_id" : roleName === undefined ? "sso_role_name" : undefined;
  if (accountId === undefined || roleName === undefined || !sso)
    throw profileProblem(
      profile,
      `the profile ${profile.name} signs in by SSO without ${missing ?? "sso_session"}.`,
      missing === undefined
        ? "Write sso_session = NAME and a section [sso-session NAME] with sso_start_url and sso_region."
        : `Write ${missing} = … into it (aws configure sso).`,
    );
  await freshToken(sso, settings, clock);
  try {
    return await fromSSO({
      // Without a session's name the SDK looks for the token by this alone: it is the name of the token's file.
      ssoStartUrl: sso.cacheName,
      ssoAccountId: accountId,
      ssoRegion: sso.region,
      ssoRoleName: roleName,
      clientConfig: clientOptions({ ...settings, region: sso.region }, "SSO"),
    })();
  } catch (error) {
    const cause = error as Error & { name: string };
    if (cause.name === "CredentialsProviderError" || /Unauthorized/.test(`${cause.name} ${cause.message}`))
      throw new SlipwayError({
        code: "CredentialsExpired",
        summary: `The sign-in of the profile ${profile.name} has ended, or does not hold for this account and role.`,
        evidence: [cause.message],
        quotes: [cause.message],
        remedy: "Sign in again, then go on: nothing is lost.",
        actions: ["signIn", "retry"],
      });
    throw translate(error, "GetRoleCredentials (sso)");
  }
}
