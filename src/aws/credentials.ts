import { readFile } from "node:fs/promises";
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromContainerMetadata, fromHttp, fromInstanceMetadata } from "@aws-sdk/credential-providers";
import { errorCode, SlipwayError } from "../core/base/errors";
import type { SignInPrompts } from "../core/base/connection";
import type { Clock } from "../core/ports/machine";
import { clientOptions, type CallSettings } from "./clientSettings";
import { loginCredentials, processCredentials, ssoCredentials, type Keys } from "./credentialSources";
import { translate } from "./errors";
import {
  profileProblem,
  readProfileFiles,
  settingText,
  shortPath,
  variableOf,
  type Environment,
  type Profile,
  type ProfileFiles,
  type Section,
} from "./profileFiles";
import { toldApart } from "./regions";
import type { CredentialSource } from "./session";

export interface CredentialsInput {
  /** Undefined where no profile is named: `default` then, where there is one. */
  profile: string | undefined;
  /** True for a profile that a person chose: the variables' keys then do not count. */
  chosen: boolean;
  environment: Environment;
  settings: CallSettings;
  prompts: SignInPrompts;
  clock: Clock;
}

/** Renewed so long before they end. */
const renewBeforeMs = 5 * 60_000;

/**
 * A provider of credentials in botocore's order. What it gave is kept until shortly before it ends, for all clients
 * together: an MFA code is asked for once.
 */
export function credentialSource(input: CredentialsInput): CredentialSource {
  let kept: Promise<Keys> | undefined;
  const source = async (): Promise<Keys> => {
    const asked = kept;
    const known = await asked?.catch(() => undefined);
    const ends = known?.expiration?.getTime() ?? Infinity;
    if (known && ends - input.clock.now() > renewBeforeMs) return known;
    // Many clients ask at the same moment: one of them renews.
    if (kept === asked) kept = new Resolver(input).resolve();
    return kept as Promise<Keys>;
  };
  return Object.assign(source, {
    memoized: true,
    forget: () => {
      kept = undefined;
    },
  });
}

/** Keys in the variables; undefined where there are none. */
function environmentKeys(environment: Environment): Keys | undefined {
  const [accessKeyId, secretAccessKey, sessionToken] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
  ].map((name) => variableOf(environment, name));
  if (accessKeyId === undefined) return undefined;
  if (secretAccessKey === undefined)
    throw noCredentials(
      "AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not.",
      "Set both variables, or neither.",
    );
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

const noCredentials = (summary: string, remedy: string): SlipwayError =>
  new SlipwayError({ code: "NoCredentials", summary, remedy, actions: ["chooseConnection", "signIn", "useSandbox"] });

class Resolver {
  constructor(private readonly input: CredentialsInput) {}

  async resolve(): Promise<Keys> {
    const { chosen, environment } = this.input;
    const keys = chosen ? undefined : environmentKeys(environment);
    if (keys) return keys;
    const files = await readProfileFiles(environment);
    const profile = files.profiles.get(this.input.profile ?? "default");
    const found = profile
      ? hasRole(profile)
        ? await this.role(profile, files, [])
        : await this.own(profile, files, !chosen)
      : await this.webIdentity(undefined, !chosen);
    return found ?? this.machine(profile);
  }

  /** What a profile gives by itself, without another one's help. */
  private async own(profile: Profile, files: ProfileFiles, variables: boolean): Promise<Keys | undefined> {
    const { settings, clock } = this.input;
    return (
      (await this.webIdentity(profile, variables)) ??
      // Keys that stand there are used, whatever stands beside them.
      keysOf(profile.credentials) ??
      keysOf(profile.config) ??
      (await ssoCredentials(profile, files, { settings, clock })) ??
      (await loginCredentials(profile, settings)) ??
      (await processCredentials(profile))
    );
  }

  private async role(profile: Profile, files: ProfileFiles, visited: readonly string[]): Promise<Keys> {
    const roleArn = settingText(profile, "role_arn") ?? "";
    const spot = profile.settings.get("role_arn") ?? profile;
    const mfa = settingText(profile, "mfa_serial");
    const source = await this.source(profile, files, [...visited, profile.name]);
    const token = mfa === undefined ? {} : { SerialNumber: mfa, TokenCode: await this.mfaCode(mfa) };
    const duration = settingText(profile, "duration_seconds");
    const externalId = settingText(profile, "external_id");
    if (duration !== undefined && !/^\d+$/.test(duration))
      throw profileProblem(
        profile.settings.get("duration_seconds") ?? spot,
        `"${duration}" is no number of seconds.`,
        "Write a whole number, such as duration_seconds = 3600.",
      );
    return this.assumed("AssumeRole", roleArn, (sts) =>
      sts(source).send(
        new AssumeRoleCommand({
          RoleArn: roleArn,
          RoleSessionName: settingText(profile, "role_session_name") ?? this.sessionName(),
          ...(externalId === undefined ? {} : { ExternalId: externalId }),
          ...(duration === undefined ? {} : { DurationSeconds: Number(duration) }),
          ...token,
        }),
      ),
    );
  }

  /** The keys that a role is assumed with. */
  private async source(profile: Profile, files: ProfileFiles, visited: readonly string[]): Promise<Keys> {
    const name = settingText(profile, "source_profile");
    const kind = settingText(profile, "credential_source");
    const roleSpot = profile.settings.get("role_arn") ?? profile;
    if (name !== undefined && kind !== undefined)
      throw profileProblem(
        profile.settings.get("credential_source") ?? roleSpot,
        `the profile ${profile.name} has both source_profile and credential_source.`,
        "Take one of them out.",
      );
    if (kind !== undefined) return this.named(kind, profile);
    if (name === undefined)
      throw profileProblem(
        roleSpot,
        `the profile ${profile.name} has a role, and nothing says who assumes it.`,
        "Write source_profile = NAME with the profile that may, or credential_source = Environment.",
      );
    const spot = profile.settings.get("source_profile") ?? roleSpot;
    const other = files.profiles.get(name);
    if (!other)
      throw profileProblem(
        spot,
        `source_profile names ${name}, and there is no profile of that name.`,
        `Write one that is there${files.profiles.size ? ` (${[...files.profiles.keys()].join(", ")})` : ""}.`,
      );
    const hasKeys = settingText(other, "aws_access_key_id") !== undefined;
    if (visited.includes(name) && !(name === profile.name && hasKeys))
      throw profileProblem(
        spot,
        `the profiles name each other as their source: ${[...visited, name].join(" -> ")}.`,
        "Let one of them name a profile with credentials of its own.",
      );
    if (hasRole(other) && !hasKeys) return this.role(other, files, visited);
    const found = await this.own(other, files, false);
    if (found) return found;
    throw profileProblem(
      spot,
      `source_profile names ${name}, which has no credentials.`,
      `Give ${name} keys, a sign-in or a role; or name another profile.`,
    );
  }

  private async named(kind: string, profile: Profile): Promise<Keys> {
    const { environment } = this.input;
    const spot = profile.settings.get("credential_source") ?? profile;
    switch (kind.toLowerCase()) {
      case "environment": {
        const keys = environmentKeys(environment);
        if (keys) return keys;
        throw profileProblem(
          spot,
          "credential_source is Environment, and AWS_ACCESS_KEY_ID is not set.",
          "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write source_profile = NAME.",
        );
      }
      case "ec2instancemetadata":
        return fromInstanceMetadata({ timeout: 1000, maxRetries: 0 })();
      case "ecscontainer":
        return containerKeys(environment);
      default:
        throw profileProblem(
          spot,
          `"${kind}" is no credential_source.`,
          "Write Environment, Ec2InstanceMetadata or EcsContainer.",
        );
    }
  }

  private async webIdentity(profile: Profile | undefined, variables: boolean): Promise<Keys | undefined> {
    const { environment } = this.input;
    const value = (variable: string, setting: string) =>
      (variables ? variableOf(environment, variable) : undefined) ?? settingText(profile, setting);
    const file = value("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
    if (file === undefined) return undefined;
    const roleArn = value("AWS_ROLE_ARN", "role_arn");
    const spot = profile?.settings.get("web_identity_token_file");
    const refuse = (what: string, remedy: string): SlipwayError =>
      spot ? profileProblem(spot, what, remedy) : noCredentials(what, remedy);
    if (roleArn === undefined)
      throw refuse(
        "web_identity_token_file is there without a role.",
        "Write role_arn beside it (AWS_ROLE_ARN for the variables).",
      );
    const token = await readFile(file, "utf8").catch((error: unknown) => {
      throw refuse(
        `the web identity's token file ${shortPath(file)} cannot be read (${errorCode(error)}).`,
        "Correct web_identity_token_file (AWS_WEB_IDENTITY_TOKEN_FILE), or have the file written.",
      );
    });
    return this.assumed("AssumeRoleWithWebIdentity", roleArn, (sts) =>
      sts(undefined).send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: roleArn,
          RoleSessionName: value("AWS_ROLE_SESSION_NAME", "role_session_name") ?? this.sessionName(),
          WebIdentityToken: token,
        }),
      ),
    );
  }

  private sessionName(): string {
    return `slipway-${this.input.clock.now()}`;
  }

  private async mfaCode(serial: string): Promise<string> {
    const code = await this.input.prompts.mfaCode(serial);
    if (code) return code;
    throw new SlipwayError({ code: "Cancelled", summary: "Cancelled.", actions: [] });
  }

  /** A role's keys. STS is asked where the chosen profile says that STS is. */
  private async assumed(
    action: string,
    roleArn: string,
    ask: (sts: (keys: Keys | undefined) => STSClient) => Promise<AssumedRole>,
  ): Promise<Keys> {
    const options = clientOptions(this.input.settings, "STS");
    const clients: STSClient[] = [];
    let used: Keys | undefined;
    const client = (keys: Keys | undefined): STSClient => {
      // A web identity is asked for without keys; the SDK would look for some.
      used = keys;
      const made = new STSClient({ ...options, credentials: keys ?? { accessKeyId: "", secretAccessKey: "" } });
      clients.push(made);
      return made;
    };
    try {
      const { Credentials: found } = await ask(client);
      if (!found?.AccessKeyId || !found.SecretAccessKey)
        throw noCredentials(`STS gave no credentials for ${roleArn}.`, "Try again.");
      return {
        accessKeyId: found.AccessKeyId,
        secretAccessKey: found.SecretAccessKey,
        ...(found.SessionToken === undefined ? {} : { sessionToken: found.SessionToken }),
        ...(found.Expiration === undefined ? {} : { expiration: found.Expiration }),
      };
    } catch (error) {
      const { settings } = this.input;
      const translated = translate(error, `${action} (${roleArn})`);
      // A web identity signs nothing that another region could be asked with.
      throw used === undefined || options.endpoint !== undefined
        ? translated
        : await toldApart(
            translated,
            settings.region,
            (region) => new STSClient({ ...clientOptions({ ...settings, region }, "STS"), credentials: used }),
          );
    } finally {
      for (const made of clients) made.destroy();
    }
  }

  /** What the machine itself gives: its container, or its instance. */
  private async machine(profile: Profile | undefined): Promise<Keys> {
    const { environment } = this.input;
    const container = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    if (container.some((name) => variableOf(environment, name) !== undefined)) return containerKeys(environment);
    if (variableOf(environment, "AWS_EC2_METADATA_DISABLED")?.toLowerCase() !== "true") {
      const found = await fromInstanceMetadata({ timeout: 1000, maxRetries: 0 })().catch(() => undefined);
      if (found) return found;
    }
    if (!profile)
      throw noCredentials(
        "There are no usable AWS credentials.",
        "Choose a profile, sign in, or use the local sandbox, which needs no account.",
      );
    const misnamed = await this.misnamed(profile.name);
    throw profileProblem(
      profile,
      `the profile ${profile.name} has no credentials.`,
      misnamed ?? "Give it keys, a sign-in or a role (aws configure), or choose another profile.",
      "NoCredentials",
    );
  }

  /** The credentials file has names alone in brackets: `[profile x]` there is often meant as x. */
  private async misnamed(name: string): Promise<string | undefined> {
    const wrong = (await readProfileFiles(this.input.environment)).profiles.get(`profile ${name}`);
    return wrong && `Write [${name}] in ${shortPath(wrong.file)}, line ${wrong.line}, without the word profile.`;
  }
}

interface AssumedRole {
  Credentials?:
    | {
        AccessKeyId?: string | undefined;
        SecretAccessKey?: string | undefined;
        SessionToken?: string | undefined;
        Expiration?: Date | undefined;
      }
    | undefined;
}

const hasRole = (profile: Profile): boolean =>
  settingText(profile, "role_arn") !== undefined && settingText(profile, "web_identity_token_file") === undefined;

async function containerKeys(environment: Environment): Promise<Keys> {
  const whole = variableOf(environment, "AWS_CONTAINER_CREDENTIALS_FULL_URI") !== undefined;
  return whole ? fromHttp()() : fromContainerMetadata()();
}

/** The keys of one file's section: a session token of the other file is another key's. */
function keysOf(section: Section | undefined): Keys | undefined {
  const accessKeyId = settingText(section, "aws_access_key_id");
  if (!section || accessKeyId === undefined) return undefined;
  const secretAccessKey = settingText(section, "aws_secret_access_key");
  if (secretAccessKey === undefined)
    throw profileProblem(
      section.settings.get("aws_access_key_id") ?? section,
      "there is an access key without its secret.",
      "Write aws_secret_access_key = … below it, or take the key out.",
    );
  const sessionToken = settingText(section, "aws_session_token") ?? settingText(section, "aws_security_token");
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}
