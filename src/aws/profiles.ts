import { loadSharedConfigFiles } from "@smithy/shared-ini-file-loader";
import type { ProfileSummary } from "../core/base/connection";

type Section = Record<string, string | undefined>;

/** Sections of both shared files, read anew: people renew keys while an editor is open. */
export async function readProfiles(): Promise<{ config: Record<string, Section>; merged: Record<string, Section> }> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const names = new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)]);
  const merged = Object.fromEntries(
    [...names].map((name) => [name, { ...configFile[name], ...credentialsFile[name] }]),
  );
  return { config: configFile, merged };
}

function kindOf(section: Section): ProfileSummary["kind"] {
  if (section["role_arn"]) return section["mfa_serial"] ? "role with MFA" : "role";
  if (section["sso_session"] || section["sso_start_url"]) return "SSO";
  if (section["credential_process"]) return "process";
  if (section["web_identity_token_file"]) return "web identity";
  if (section["aws_access_key_id"]) return "access key";
  return "no credentials";
}

/** The person's profiles, by name; sections of sso-sessions and services are none. */
export async function listProfiles(): Promise<ProfileSummary[]> {
  const { merged } = await readProfiles();
  return Object.entries(merged)
    .filter(([name]) => !/^(sso-session|services)[ .]/.test(name))
    .map(([name, section]) => ({
      name,
      kind: kindOf(section),
      ...(section["region"] ? { region: section["region"] } : {}),
    }))
    .sort(
      (one, other) =>
        Number(other.name === "default") - Number(one.name === "default") || one.name.localeCompare(other.name),
    );
}

/** One profile's section; undefined when there is none of that name. */
export async function findProfile(name: string): Promise<Section | undefined> {
  return (await readProfiles()).merged[name];
}
