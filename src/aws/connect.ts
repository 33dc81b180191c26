import { fromEnv, fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { cancelled, SlipwayError } from "../core/base/errors";
import type { SignInPrompts } from "../core/base/connection";
import type { Clock } from "../core/ports/machine";
import { findProfile } from "./profiles";
import { type CredentialSource, Session } from "./session";

export interface ConnectInput {
  /** Undefined for the environment's credentials. */
  profile?: string | undefined;
  region?: string | undefined;
  endpoint?: string | undefined;
  /** Variables that count instead of the process's own: the sandbox's. */
  environment?: Readonly<Record<string, string>> | undefined;
}

/**
 * A session for what was chosen. Region and endpoint: as stated, else the environment's, else the profile's.
 * Credentials are a provider, never values: they are renewed while a deployment runs.
 */
export async function openSession(input: ConnectInput, prompts: SignInPrompts, clock: Clock): Promise<Session> {
  const environment = input.environment ?? process.env;
  const profileName = input.profile ?? (input.environment ? undefined : process.env["AWS_PROFILE"]);
  const section = profileName === undefined ? undefined : await findProfile(profileName);
  if (profileName !== undefined && !section) {
    throw new SlipwayError({
      code: "ProfileMissing",
      summary: `There is no AWS profile "${profileName}" on this machine.`,
      remedy: "Choose one that is there, or add it to ~/.aws/config.",
      actions: ["chooseConnection"],
    });
  }
  const region = input.region ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? section?.["region"];
  if (!region)
    throw new SlipwayError({
      code: "NoRegion",
      summary: "No AWS region is chosen.",
      remedy: "Choose a region, or set one in the profile.",
      actions: ["chooseConnection"],
    });
  const endpoint = input.endpoint ?? environment["AWS_ENDPOINT_URL"] ?? section?.["endpoint_url"];
  const credentials = input.environment
    ? fixedCredentials(input.environment)
    : profileName === undefined
      ? environmentCredentials()
      : profileCredentials(profileName, region, endpoint, prompts);
  return new Session({ region, credentials, ...(endpoint === undefined ? {} : { endpoint }) }, clock);
}

function fixedCredentials(environment: Readonly<Record<string, string>>): CredentialSource {
  const accessKeyId = environment["AWS_ACCESS_KEY_ID"] ?? "";
  const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"] ?? "";
  return () => Promise.resolve({ accessKeyId, secretAccessKey });
}

/** Variables first; then what the machine itself gives (container, instance), as the SDK's chain has it. */
function environmentCredentials(): CredentialSource {
  return process.env["AWS_ACCESS_KEY_ID"] ? fromEnv() : fromNodeProviderChain();
}

function profileCredentials(
  profile: string,
  region: string,
  endpoint: string | undefined,
  prompts: SignInPrompts,
): CredentialSource {
  return fromNodeProviderChain({
    profile,
    // People renew keys while an editor is open; the SDK would keep the files' first content for good.
    ignoreCache: true,
    mfaCodeProvider: async (serial) => {
      const code = await prompts.mfaCode(serial);
      if (!code) throw cancelled();
      return code;
    },
    clientConfig: { region, ...(endpoint === undefined ? {} : { endpoint }) },
  });
}
