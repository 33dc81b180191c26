import { SlipwayError } from "../core/base/errors";
import type { SignInPrompts } from "../core/base/connection";
import type { Clock } from "../core/ports/machine";
import { callSettings, type ClientSettings } from "./clientSettings";
import { credentialSource } from "./credentials";
import { readProfileFiles, variableOf, type ProfileFiles } from "./profileFiles";
import { type CredentialSource, Session } from "./session";

export interface ConnectInput {
  /** Undefined for the environment's credentials. */
  profile?: string | undefined;
  region?: string | undefined;
  endpoint?: string | undefined;
  /** Variables that count instead of the process's own: the sandbox's. */
  environment?: Readonly<Record<string, string>> | undefined;
  /** What sends requests, instead of the SDK's own. */
  requestHandler?: ClientSettings["requestHandler"];
}

const noFiles: ProfileFiles = {
  profiles: new Map(),
  ssoSessions: new Map(),
  services: new Map(),
  configFile: "",
  credentialsFile: "",
};

/**
 * A session for what was chosen, with the settings of the chosen profile alone. Region and endpoint: as stated, else
 * the environment's, else the profile's. Credentials are a provider, never values: they are renewed while a deployment
 * runs.
 */
export async function openSession(input: ConnectInput, prompts: SignInPrompts, clock: Clock): Promise<Session> {
  const environment = input.environment ?? process.env;
  const named =
    input.profile ??
    (input.environment
      ? undefined
      : (variableOf(environment, "AWS_PROFILE") ?? variableOf(environment, "AWS_DEFAULT_PROFILE")));
  const files = input.environment ? noFiles : await readProfileFiles(environment);
  const profile = files.profiles.get(named ?? "default");
  if (named !== undefined && !profile) throw profileMissing(named, files, input.profile === undefined);
  const found = callSettings({ files, profile, environment, region: input.region, endpoint: input.endpoint });
  const { requestHandler } = input;
  const settings = requestHandler ? { ...found, client: { ...found.client, requestHandler } } : found;
  const credentials = input.environment
    ? fixedCredentials(input.environment)
    : credentialSource({
        profile: named,
        chosen: input.profile !== undefined,
        environment,
        settings,
        prompts,
        clock,
      });
  const { region, endpoint, endpointOf, client } = settings;
  return new Session(
    { region, credentials, endpointOf, client, ...(endpoint === undefined ? {} : { endpoint }) },
    clock,
  );
}

/** What is worth saying of credentials that nobody chose a profile for; empty where nothing is. */
export function connectionNotes(environment: NodeJS.ProcessEnv = process.env): string[] {
  const named = variableOf(environment, "AWS_PROFILE") ?? variableOf(environment, "AWS_DEFAULT_PROFILE");
  const keys = variableOf(environment, "AWS_ACCESS_KEY_ID");
  if (named === undefined || keys === undefined) return [];
  return [
    `AWS_ACCESS_KEY_ID is set, and so is the profile ${named}: the key in the variables is used, as the AWS CLI does.`,
  ];
}

function profileMissing(name: string, files: ProfileFiles, fromVariable: boolean): SlipwayError {
  const there = [...files.profiles.keys()];
  return new SlipwayError({
    code: "ProfileMissing",
    summary: `There is no AWS profile "${name}" on this machine.`,
    evidence: there.length ? [`There are: ${there.join(", ")}.`] : [],
    remedy: fromVariable
      ? "The variable AWS_PROFILE names it: set it to one that is there, or unset it."
      : "Choose one that is there, or add it to ~/.aws/config.",
    actions: ["chooseConnection"],
  });
}

function fixedCredentials(environment: Readonly<Record<string, string>>): CredentialSource {
  const accessKeyId = environment["AWS_ACCESS_KEY_ID"] ?? "";
  const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"] ?? "";
  return () => Promise.resolve({ accessKeyId, secretAccessKey });
}
