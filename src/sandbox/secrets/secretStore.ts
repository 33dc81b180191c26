/** Secrets of Secrets Manager: how they are named, their versions and stages, and reading one. */
import { token, uuid } from "../ids";
import { ApiError } from "../wire/errors";
import type { Region } from "../world";
import { awsKey, findKey, seal, sealedBy, unseal } from "./keyStore";
import type { KeyRecord, SecretRecord, SecretVersion } from "./records";

export const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";

export const invalidParameter = (text: string): ApiError => new ApiError("InvalidParameterException", text);
export const invalidRequest = (text: string): ApiError => new ApiError("InvalidRequestException", text);
const noSecret = (): ApiError =>
  new ApiError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");

/** A value as it came or goes out: text or bytes. */
export interface Plain {
  readonly text?: string | undefined;
  readonly bytes?: Uint8Array | undefined;
}

/** The ARN without the six characters that AWS puts after a secret's name. */
const withoutSuffix = (arn: string): string => arn.replace(/-[A-Za-z0-9]{6}$/, "");

/** Takes away what its recovery window has run out for. */
function expire(region: Region, record: SecretRecord | undefined): SecretRecord | undefined {
  if (record?.deleted && record.deleted.gone.getTime() <= Date.now()) {
    region.secrets.secrets.delete(record.name);
    return undefined;
  }
  return record;
}

/** The secret of a name, an ARN, or an ARN without the suffix. */
export function findSecret(region: Region, id: string): SecretRecord | undefined {
  if (!id.startsWith("arn:")) return expire(region, region.secrets.secrets.get(id));
  for (const record of region.secrets.secrets.values())
    if (record.arn === id || withoutSuffix(record.arn) === id) return expire(region, record);
  return undefined;
}

/** The same; throws Secrets Manager's ResourceNotFoundException. */
export function secretOf(region: Region, id: string): SecretRecord {
  const found = findSecret(region, id);
  if (!found) throw noSecret();
  return found;
}

/** One that is not scheduled for deletion: of others nothing can be read or changed. */
export function liveSecret(region: Region, id: string): SecretRecord {
  const found = secretOf(region, id);
  if (found.deleted)
    throw invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
  return found;
}

/** The key that a secret's values are sealed with; throws EncryptionFailure for one that cannot. */
export function sealingKey(region: Region, named: string | undefined): KeyRecord {
  const key = named === undefined ? awsKey(region, "secretsmanager") : findKey(region, named);
  if (key?.metadata.KeyState !== "Enabled")
    throw new ApiError(
      "EncryptionFailure",
      "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the KMS key is " +
        "available, enabled, and not in an invalid state.",
    );
  return key;
}

const contextOf = (record: SecretRecord, version: string): Readonly<Record<string, string>> => ({
  SecretARN: record.arn,
  SecretVersionId: version,
});

/** A new secret without a value. */
export function makeSecret(
  region: Region,
  about: Pick<SecretRecord, "name" | "description" | "kmsKeyId" | "type" | "tags">,
): SecretRecord {
  const suffix = token(6).replace(/[^A-Za-z0-9]/g, "x");
  const now = new Date();
  const record: SecretRecord = {
    ...about,
    arn: region.arn("secretsmanager", `secret:${about.name}-${suffix}`),
    created: now,
    changed: now,
    versions: new Map(),
  };
  region.secrets.secrets.set(about.name, record);
  return record;
}

/** Puts a stage on one version and takes it from any other; what was current becomes previous. */
export function moveStage(record: SecretRecord, stage: string, to: SecretVersion | undefined): void {
  const from = [...record.versions.values()].find((v) => v.stages.has(stage));
  if (from === to) return;
  from?.stages.delete(stage);
  to?.stages.add(stage);
  if (stage === CURRENT && from) moveStage(record, PREVIOUS, from);
}

function plainBytes(value: Plain): Uint8Array {
  return value.bytes ?? Buffer.from(value.text ?? "", "utf8");
}

/** Adds a version; asked for again with the same value, it is the one that is there. Throws ResourceExistsException. */
export function addVersion(
  region: Region,
  record: SecretRecord,
  value: Plain,
  given: { token: string | undefined; stages: readonly string[] },
): SecretVersion {
  const id = given.token ?? uuid();
  const known = record.versions.get(id);
  if (known) {
    const same =
      known.isText === (value.bytes === undefined) &&
      Buffer.compare(unseal(region, known.sealed, contextOf(record, id)), plainBytes(value)) === 0;
    if (same) return known;
    throw new ApiError(
      "ResourceExistsException",
      `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${record.arn}.`,
    );
  }
  const key = sealingKey(region, record.kmsKeyId);
  const version: SecretVersion = {
    id,
    created: new Date(),
    stages: new Set(),
    isText: value.bytes === undefined,
    keyId: key.metadata.KeyId,
    sealed: seal(key, plainBytes(value), contextOf(record, id)),
  };
  record.versions.set(id, version);
  for (const stage of given.stages) moveStage(record, stage, version);
  if (![...record.versions.values()].some((v) => v.stages.has(CURRENT))) moveStage(record, CURRENT, version);
  record.changed = new Date();
  prune(record);
  return version;
}

/** Versions without a stage are deprecated, and AWS keeps about a hundred of them. */
function prune(record: SecretRecord): void {
  const deprecated = [...record.versions.values()].filter((v) => v.stages.size === 0);
  for (const v of deprecated.slice(0, Math.max(0, deprecated.length - 100))) record.versions.delete(v.id);
}

/** The version that an id and a stage name; throws as AWS does where there is none, or they name two. */
export function versionOf(record: SecretRecord, id: string | undefined, stage: string | undefined): SecretVersion {
  const missing = (what: string): ApiError =>
    new ApiError("ResourceNotFoundException", `Secrets Manager can't find the specified secret value for ${what}`);
  if (id !== undefined) {
    const found = record.versions.get(id);
    if (!found) throw missing(`VersionId: ${id}`);
    if (stage !== undefined && !found.stages.has(stage))
      throw invalidRequest("You provided a VersionStage that is not associated to the provided VersionId.");
    return found;
  }
  const wanted = stage ?? CURRENT;
  const found = [...record.versions.values()].find((v) => v.stages.has(wanted));
  if (!found) throw missing(`staging label: ${wanted}`);
  return found;
}

/** The key under which a version lies, where it is a customer's: reading it then takes kms:Decrypt. */
export function customerKey(region: Region, sealed: Uint8Array): string | undefined {
  const key = sealedBy(region, sealed);
  return key?.metadata.KeyManager === "CUSTOMER" ? key.metadata.Arn : undefined;
}

/** A version's value; throws DecryptionFailure where its key cannot be worked with. */
export function readVersion(region: Region, record: SecretRecord, version: SecretVersion): Plain {
  let bytes: Buffer;
  try {
    bytes = unseal(region, version.sealed, contextOf(record, version.id));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError(
      "DecryptionFailure",
      "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
    );
  }
  version.accessed = new Date();
  record.accessed = version.accessed;
  return version.isText ? { text: bytes.toString("utf8") } : { bytes };
}
