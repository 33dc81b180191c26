import type { STSClientConfig } from "@aws-sdk/client-sts";
import { SlipwayError } from "../core/base/errors";
import {
  profileProblem,
  settingText,
  variableOf,
  type Environment,
  type Profile,
  type ProfileFiles,
  type Section,
} from "./profileFiles";

/** AWS's names of the services that are called: variables and `services` sections have them. */
export type ServiceName =
  | "ACM"
  | "APPLICATION_AUTO_SCALING"
  | "CLOUDWATCH"
  | "CLOUDWATCH_LOGS"
  | "EC2"
  | "ECR"
  | "ECS"
  | "ELASTIC_LOAD_BALANCING_V2"
  | "IAM"
  | "PRICING"
  | "ROUTE_53"
  | "SCHEDULER"
  | "SECRETS_MANAGER"
  | "SERVICE_QUOTAS"
  | "SSM"
  | "SSO"
  | "SSO_OIDC"
  | "STS";

/** What every client of the SDK is made with, beside its endpoint and credentials. */
export type ClientSettings = Pick<
  STSClientConfig,
  "useFipsEndpoint" | "useDualstackEndpoint" | "retryMode" | "defaultsMode" | "requestHandler" | "maxAttempts"
>;

/** Where calls go and how, out of the chosen profile and the variables, and of no other profile. */
export interface CallSettings {
  readonly region: string;
  /** For every service that has none of its own; undefined for AWS itself. */
  readonly endpoint: string | undefined;
  readonly endpointOf: (service: ServiceName) => string | undefined;
  readonly client: ClientSettings;
}

/**
 * The SDK waits for ever where an endpoint takes a connection and says nothing. No operation that is called here
 * takes as
 * long as this before it begins to answer; each is tried five times.
 */
const timeouts = { connectionTimeout: 5000, requestTimeout: 15_000, throwOnRequestTimeout: true } as const;

/**
 * A client's settings in full. The SDK looks into [default], whatever the profile is, for everything that it is not
 * told: so it is told all, a profile that nobody has, and to leave configured endpoints alone.
 */
export const clientOptions = ({ region, client, endpointOf }: CallSettings, service: ServiceName) => {
  const endpoint = endpointOf(service);
  return {
    maxAttempts: 5,
    ...isolated,
    ...client,
    region,
    // Where an endpoint is configured, it is the one: FIPS and dual stack choose among AWS's own.
    ...(endpoint === undefined ? {} : { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false }),
  };
};

/** Keeps a client from reading settings of [default] or of AWS_PROFILE, and from waiting for ever. */
export const isolated = {
  profile: "slipway reads the files itself",
  ignoreConfiguredEndpointUrls: true,
  requestHandler: timeouts,
} as const;

interface Sources {
  readonly files: ProfileFiles;
  /** Undefined where there is none, and for the sandbox. */
  readonly profile: Profile | undefined;
  readonly environment: Environment;
  /** As stated on the command line or in the editor. */
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
}

const flag = (text: string | undefined): boolean => text?.toLowerCase() === "true";

/** In botocore's order: what is stated, the variables, the profile. */
export function callSettings(sources: Sources): CallSettings {
  const { files, profile, environment } = sources;
  const either = (variable: string, setting: string): string | undefined =>
    variableOf(environment, variable) ?? settingText(profile, setting);
  const ignores = flag(either("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"));
  const sectionName = settingText(profile, "services");
  const services = sectionName === undefined ? undefined : files.services.get(sectionName);
  const variable = (name: string) => (ignores ? undefined : variableOf(environment, name));
  const global = variable("AWS_ENDPOINT_URL");
  const own = ignores ? undefined : settingText(profile, "endpoint_url");
  const endpointOf = (service: ServiceName): string | undefined =>
    sources.endpoint ??
    variable(`AWS_ENDPOINT_URL_${service}`) ??
    global ??
    (ignores ? undefined : nestedEndpoint(services, service)) ??
    own;
  const useFipsEndpoint = flag(either("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"));
  const stated = regionOf(sources);
  // Older names of FIPS endpoints stand where a region does.
  const fipsRegion = /^fips-(?:dkr-|prod-)?|-fips$/;
  return {
    region: stated.replace(fipsRegion, ""),
    endpoint: sources.endpoint ?? global ?? own,
    endpointOf,
    client: {
      useFipsEndpoint: useFipsEndpoint || fipsRegion.test(stated),
      useDualstackEndpoint: flag(either("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")),
      retryMode: retryModeOf(profile, environment),
      defaultsMode: defaultsModeOf(profile, environment),
    },
  };
}

const nestedEndpoint = (services: Section | undefined, service: ServiceName): string | undefined =>
  services?.settings.get(service.toLowerCase())?.nested.get("endpoint_url")?.value || undefined;

const regionForm = /^(?![0-9]+$)(?!-)[a-zA-Z0-9-]{1,63}(?<!-)$/;

function regionOf({ profile, environment, region: stated }: Sources): string {
  const variable = stated ?? variableOf(environment, "AWS_REGION") ?? variableOf(environment, "AWS_DEFAULT_REGION");
  const region = variable ?? settingText(profile, "region");
  if (region === undefined)
    throw new SlipwayError({
      code: "NoRegion",
      summary: "No AWS region is chosen.",
      remedy: profile
        ? `Choose a region, or write "region = eu-central-1" into the profile ${profile.name}.`
        : "Choose a region, or set one in the profile.",
      actions: ["chooseConnection"],
    });
  if (regionForm.test(region)) return region;
  const setting = variable === undefined ? profile?.settings.get("region") : undefined;
  const remedy = "A region is written like eu-central-1; a comment behind it begins with a space and #.";
  if (setting) throw profileProblem(setting, `"${region}" is no region.`, remedy, "InvalidRegion");
  throw new SlipwayError({
    code: "InvalidRegion",
    summary: `"${region}" is no region.`,
    remedy,
    actions: ["chooseConnection"],
  });
}

type DefaultsMode = NonNullable<Exclude<STSClientConfig["defaultsMode"], (...input: never) => unknown>>;

const defaultsModes: readonly DefaultsMode[] = ["legacy", "standard", "cross-region", "in-region", "mobile", "auto"];
const retryModes: Readonly<Record<string, string>> = { legacy: "standard", standard: "standard", adaptive: "adaptive" };

function defaultsModeOf(profile: Profile | undefined, environment: Environment): DefaultsMode {
  const text = modeText(profile, environment, "AWS_DEFAULTS_MODE", "defaults_mode", defaultsModes)?.toLowerCase();
  return defaultsModes.find((mode) => mode === text) ?? "legacy";
}

function retryModeOf(profile: Profile | undefined, environment: Environment): string {
  const text = modeText(profile, environment, "AWS_RETRY_MODE", "retry_mode", Object.keys(retryModes));
  return retryModes[text ?? "standard"] ?? "standard";
}

/**
 * A mode as it is written; capitals are fine for defaults_mode alone, as in the AWS CLI. Fails where it is none of
 * these, with file and line.
 */
function modeText(
  profile: Profile | undefined,
  environment: Environment,
  variable: string,
  name: string,
  modes: readonly string[],
): string | undefined {
  const stated = variableOf(environment, variable);
  const setting = stated === undefined ? profile?.settings.get(name) : undefined;
  const text = stated ?? setting?.value ?? "";
  if (text === "" || modes.includes(name === "defaults_mode" ? text.toLowerCase() : text)) return text || undefined;
  const what = `"${text}" is no ${name}.`;
  const remedy = `Write one of ${modes.join(", ")}.`;
  if (setting) throw profileProblem(setting, what, remedy);
  throw new SlipwayError({
    code: "InvalidProfile",
    summary: `The variable ${variable} says "${text}", which is no ${name}.`,
    remedy,
    actions: ["chooseConnection"],
  });
}
