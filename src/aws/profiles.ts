import type { ProfileSummary } from "../core/base/connection";
import { readProfileFiles, settingText, type Environment, type Profile } from "./profileFiles";

/** Kinds of profiles by what makes them one, in the order in which credentials are looked for. */
export function kindOf(profile: Profile): ProfileSummary["kind"] {
  const has = (name: string): boolean => settingText(profile, name) !== undefined;
  if (has("web_identity_token_file")) return "web identity";
  if (has("role_arn")) return has("mfa_serial") ? "role with MFA" : "role";
  if (has("aws_access_key_id")) return "access key";
  if (has("sso_account_id") || has("sso_role_name") || has("sso_session") || has("sso_start_url")) return "SSO";
  if (has("login_session")) return "console sign-in";
  return has("credential_process") ? "process" : "no credentials";
}

/** The person's profiles by name, as the AWS CLI lists them. */
export async function listProfiles(environment: Environment = process.env): Promise<ProfileSummary[]> {
  const { profiles } = await readProfileFiles(environment);
  return [...profiles.values()]
    .map((profile) => {
      const region = settingText(profile, "region");
      return { name: profile.name, kind: kindOf(profile), ...(region === undefined ? {} : { region }) };
    })
    .sort(
      (one, other) =>
        Number(other.name === "default") - Number(one.name === "default") || one.name.localeCompare(other.name),
    );
}
