/**
 * The secrets of a task: read at its start with the execution role's permissions, as Fargate's agent does, or the task
 * stops in the agent's words. Values stay in the task's own memory.
 */
import { reachesService } from "../ec2/reach";
import { evaluate, findRole, whyDenied } from "../iam/evaluate";
import { viaService } from "../iam/authorize";
import type { ContainerDefinition } from "../model/ecs.types";
import { findParameter, findVersion, readParameter, selected } from "../secrets/parameterStore";
import { customerKey, liveSecret, readVersion, versionOf } from "../secrets/secretStore";
import type { TaskRecord } from "../states";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { placeOf, StartFailure } from "./prepare";

const RETRIEVAL =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ";

/** How the agent's sentence goes on, by the service that keeps the value. */
const SOURCES = {
  asm: `${RETRIEVAL}unable to retrieve secret from asm: service call has been retried`,
  ssm: `${RETRIEVAL}unable to retrieve secrets from ssm: service call has been retried`,
} as const;

/** What the containers of a task get: by container, the variables, and the login of its registry. */
export interface TaskSecrets {
  readonly environment: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly logins: ReadonlyMap<string, RegistryLogin>;
}

/** A login of a registry that is not ECR. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
}

/** A task that starts, and who starts it. */
interface Start {
  readonly world: SandboxState;
  readonly region: Region;
  readonly record: TaskRecord;
  readonly taskId: string;
}

const failed = (source: keyof typeof SOURCES, text: string, times = 1): StartFailure =>
  new StartFailure(`${SOURCES[source]} ${times} time(s): ${text}`);

/** Why the execution role may not; undefined where it may, or where the task has none that is known. */
function refusal(
  start: Start,
  action: string,
  resource: string,
  facts: Readonly<Record<string, string | readonly string[]>> = {},
): string | undefined {
  const { world, region, record, taskId } = start;
  const role = findRole(world, record.definition.executionRoleArn ?? "");
  if (!role) return undefined;
  const account = resource.split(":")[4];
  const foreign = account !== undefined && account !== "" && account !== world.account;
  if (!foreign && evaluate(world, role, action, resource, facts) === "allowed") return undefined;
  const arn = `arn:aws:sts::${region.account}:assumed-role/${role.role.RoleName ?? ""}/${taskId}`;
  const why = foreign
    ? `because no resource-based policy allows the ${action} action`
    : whyDenied(world, role, action, resource, facts);
  return `AccessDeniedException: User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
}

/** Whether the execution role may not have the service open what lies under a customer's key. */
const keyRefusal = (start: Start, region: Region, key: string, service: string): boolean =>
  refusal(start, "kms:Decrypt", key, viaService(region, service, key)) !== undefined;

const tagFacts = (tags: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries([...tags].map(([key, value]) => [`aws:ResourceTag/${key}`, value]));

const said = (error: unknown): string => {
  if (!(error instanceof ApiError)) throw error;
  return `${error.code}: ${error.message}`;
};

/** A reference to a secret: its ARN and, after it, the JSON key, the stage and the version, each of which may be empty. */
interface SecretReference {
  readonly arn: string;
  readonly key: string;
  readonly stage: string | undefined;
  readonly version: string | undefined;
}

function secretReference(valueFrom: string): SecretReference {
  const parts = valueFrom.split(":");
  const [key = "", stage = "", version = ""] = parts.slice(7);
  return { arn: parts.slice(0, 7).join(":"), key, stage: stage || undefined, version: version || undefined };
}

/** Go's `%v` of a JSON value, as the agent prints what a key holds. */
function printed(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(printed).join(" ")}]`;
  if (typeof value === "object")
    return `map[${Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => `${k}:${printed(v)}`)
      .join(" ")}]`;
  return JSON.stringify(value);
}

/** What a JSON key of a secret's text holds; throws as the agent does. Says nothing of the text. */
function keyed(text: string, key: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw failed("asm", "invalid character looking for beginning of value");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw failed("asm", "json: cannot unmarshal value into Go value of type map[string]interface {}");
  if (!Object.hasOwn(parsed, key))
    throw failed("asm", `retrieved secret from Secrets Manager did not contain json key ${key}`);
  return printed((parsed as Readonly<Record<string, unknown>>)[key]);
}

function checkReach(start: Start, source: keyof typeof SOURCES, service: "secretsmanager" | "ssm", what: string): void {
  if (reachesService(start.region, placeOf(start.record), [service])) return;
  throw failed(
    source,
    `${what}: RequestCanceled: request context canceled caused by: context deadline exceeded. There is a connection ` +
      "issue between the task and AWS. Please check your task network configuration.",
    5,
  );
}

/** A secret of Secrets Manager, as the execution role reads it. */
function fromSecretsManager(start: Start, valueFrom: string): string {
  const { arn, key, stage, version } = secretReference(valueFrom);
  const region = start.world.region(arn.split(":")[3] || start.region.name);
  const fetch = `failed to fetch secret ${arn} from secrets manager`;
  checkReach(start, "asm", "secretsmanager", fetch);
  const denied = refusal(start, "secretsmanager:GetSecretValue", knownArn(region, arn), {
    "aws:RequestedRegion": region.name,
    ...tagFacts(tagsOf(region, arn)),
  });
  if (denied !== undefined) throw failed("asm", `${fetch}: ${denied}`);
  let text: string;
  try {
    const record = liveSecret(region, arn);
    const found = versionOf(record, version, stage);
    const customer = customerKey(region, found.sealed);
    if (customer !== undefined && keyRefusal(start, region, customer, "secretsmanager"))
      throw new ApiError("AccessDeniedException", "Access to KMS is not allowed");
    text = readVersion(region, record, found).text ?? "";
  } catch (error) {
    throw failed("asm", `${fetch}: ${said(error)}`);
  }
  return key === "" ? text : keyed(text, key);
}

const knownArn = (region: Region, arn: string): string =>
  [...region.secrets.secrets.values()].find((r) => r.arn === arn || r.arn.replace(/-[A-Za-z0-9]{6}$/, "") === arn)
    ?.arn ?? arn;

const tagsOf = (region: Region, arn: string): ReadonlyMap<string, string> =>
  [...region.secrets.secrets.values()].find((r) => r.arn === knownArn(region, arn))?.tags ?? new Map<string, string>();

/** A parameter, as the execution role reads it. */
function fromParameterStore(start: Start, valueFrom: string): string {
  const region = start.world.region((valueFrom.startsWith("arn:") ? valueFrom.split(":")[3] : "") || start.region.name);
  checkReach(start, "ssm", "ssm", "RequestError: send request failed");
  const { name, selector } = selected(valueFrom);
  const asked = valueFrom.startsWith("arn:")
    ? valueFrom.split(":").slice(0, 6).join(":")
    : region.arn("ssm", `parameter/${name.replace(/^\//, "")}`);
  const record = findParameter(region, valueFrom);
  const denied = refusal(start, "ssm:GetParameters", asked, {
    "aws:RequestedRegion": region.name,
    ...tagFacts(record?.tags ?? new Map<string, string>()),
  });
  if (denied !== undefined) throw failed("ssm", denied);
  const version = record && findVersion(record, selector);
  if (!version) throw failed("ssm", `invalid parameters: ${valueFrom}`);
  const customer = typeof version.value === "string" ? undefined : customerKey(region, version.value);
  if (customer !== undefined && keyRefusal(start, region, customer, "ssm"))
    throw failed(
      "ssm",
      "AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in " +
        "this region, or you are not allowed to access.",
    );
  try {
    return readParameter(region, record, version, true);
  } catch (error) {
    throw failed("ssm", said(error));
  }
}

const isSecretsManager = (valueFrom: string): boolean => /^arn:[^:]*:secretsmanager:/.test(valueFrom);

function value(start: Start, valueFrom: string): string {
  return isSecretsManager(valueFrom) ? fromSecretsManager(start, valueFrom) : fromParameterStore(start, valueFrom);
}

/** The login that a secret holds for a registry which is not ECR. */
function login(start: Start, c: ContainerDefinition): RegistryLogin | undefined {
  const from = c.repositoryCredentials?.credentialsParameter;
  if (from === undefined || from === "") return undefined;
  const text = fromSecretsManager(start, from);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  const { username, password } = (parsed ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof username !== "string" || typeof password !== "string")
    throw failed("asm", "unable to unmarshal secret value: username and password are expected");
  return { username, password };
}

/** Reads all secrets of the task. Throws StartFailure as AWS words it. */
export function readTaskSecrets(world: SandboxState, region: Region, record: TaskRecord, taskId: string): TaskSecrets {
  const start: Start = { world, region, record, taskId };
  const environment = new Map<string, Readonly<Record<string, string>>>();
  const logins = new Map<string, RegistryLogin>();
  for (const c of record.definition.containerDefinitions ?? []) {
    const name = c.name ?? "";
    const entry = login(start, c);
    if (entry) logins.set(name, entry);
    environment.set(name, Object.fromEntries((c.secrets ?? []).map((s) => [s.name, value(start, s.valueFrom)])));
    // A log driver's secrets are read too, and go to the driver alone.
    for (const option of c.logConfiguration?.secretOptions ?? []) value(start, option.valueFrom);
  }
  return { environment, logins };
}
