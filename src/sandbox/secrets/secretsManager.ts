/** AWS Secrets Manager's API. */
import { mayDecrypt } from "../iam/authorize";
import type { DescribeSecretResponse, Filter, SecretListEntry, SecretsOperations } from "../model/secrets.types";
import type { Table } from "../registry";
import { page, tagsFrom, upperTags } from "../util";
import { ApiError } from "../wire/errors";
import type { Context } from "../world";
import type { SecretRecord } from "./records";
import {
  addVersion,
  CURRENT,
  customerKey,
  findSecret,
  invalidParameter,
  invalidRequest,
  liveSecret,
  makeSecret,
  moveStage,
  readVersion,
  sealingKey,
  secretOf,
  versionOf,
  type Plain,
} from "./secretStore";

const DAY_MS = 86_400_000;
const MOST_BYTES = 65_536;
const MOST_STAGES = 20;
const MOST_TAGS = 50;

const validation = (text: string): ApiError => new ApiError("ValidationException", text);
const badToken = (): ApiError => new ApiError("InvalidNextTokenException", "The NextToken value is invalid.");

/** The value that a request carries; undefined where it has none. Never says it. */
function given(input: { SecretString?: string; SecretBinary?: Uint8Array }): Plain | undefined {
  const { SecretString: text, SecretBinary: bytes } = input;
  if (text !== undefined && bytes !== undefined)
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  if (text === undefined && bytes === undefined) return undefined;
  const size = bytes?.length ?? Buffer.byteLength(text ?? "", "utf8");
  if (size < 1 || size > MOST_BYTES)
    throw validation(
      `1 validation error detected: Value at 'secret${bytes ? "Binary" : "String"}' failed to satisfy constraint: Member ` +
        `must have length ${size < 1 ? "greater than or equal to 1" : `less than or equal to ${MOST_BYTES}`}`,
    );
  return { text, bytes };
}

function checkToken(token: string | undefined): string | undefined {
  if (token !== undefined && (token.length < 32 || token.length > 64))
    throw invalidParameter("The ClientRequestToken must be 32-64 characters long.");
  return token;
}

function checkName(name: string): void {
  if (!/^[A-Za-z0-9/_+=.@!-]{1,512}$/.test(name))
    throw validation(
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    );
}

function pageSize(asked: number | undefined): number {
  if (asked !== undefined && (!Number.isInteger(asked) || asked < 1 || asked > 100))
    throw validation(
      `1 validation error detected: Value '${asked}' at 'maxResults' failed to satisfy constraint: Member must have ` +
        `value ${asked < 1 ? "greater than or equal to 1" : "less than or equal to 100"}`,
    );
  return asked ?? 100;
}

const stagesOf = (record: SecretRecord): Record<string, string[]> =>
  Object.fromEntries([...record.versions.values()].filter((v) => v.stages.size > 0).map((v) => [v.id, [...v.stages]]));

function entry(record: SecretRecord): SecretListEntry & DescribeSecretResponse {
  return {
    ARN: record.arn,
    Name: record.name,
    Type: record.type,
    Description: record.description,
    KmsKeyId: record.kmsKeyId,
    LastChangedDate: record.changed,
    LastAccessedDate: record.accessed && new Date(record.accessed.toISOString().slice(0, 10)),
    DeletedDate: record.deleted?.at,
    CreatedDate: record.created,
    Tags: upperTags(record.tags),
  };
}

/** Whether a text begins so, whatever the case; a filter of `!word` excludes. */
function begins(texts: readonly (string | undefined)[], values: readonly string[]): boolean {
  const among = (word: string): boolean => texts.some((t) => t?.toLowerCase().startsWith(word.toLowerCase()));
  return values.some((v) => (v.startsWith("!") ? !among(v.slice(1)) : among(v)));
}

/** What each filter looks at. */
const FILTERS: Readonly<Record<string, (record: SecretRecord) => readonly (string | undefined)[]>> = {
  name: (r) => [r.name],
  description: (r) => [r.description, ...(r.description ?? "").split(/\s+/)],
  "tag-key": (r) => [...r.tags.keys()],
  "tag-value": (r) => [...r.tags.values()],
  "primary-region": () => [],
  "owning-service": () => [],
  all: (r) => [r.name, r.description, ...r.tags.keys(), ...r.tags.values()],
};

const passes = (record: SecretRecord, filters: readonly Filter[]): boolean =>
  filters.every((f) => begins(FILTERS[f.Key ?? "all"]?.(record) ?? [], f.Values ?? []));

/** Throws what Secrets Manager answers to a caller without kms:Decrypt on the secret's own key. */
function checkKey(context: Context, sealed: Uint8Array): void {
  const key = customerKey(context.region, sealed);
  if (key !== undefined && !mayDecrypt(context, key, "secretsmanager"))
    throw new ApiError("AccessDeniedException", "Access to KMS is not allowed");
}

export const secretsOperations: Table<SecretsOperations> = {
  CreateSecret: {
    supports: "Name ClientRequestToken Description KmsKeyId SecretBinary SecretString Tags Type",
    run: (input, { region }) => {
      checkName(input.Name);
      const value = given(input);
      const token = checkToken(input.ClientRequestToken);
      if ((input.Tags?.length ?? 0) > MOST_TAGS) throw invalidParameter("A secret has at most 50 tags.");
      const known = findSecret(region, input.Name);
      if (known?.deleted)
        throw invalidRequest(
          "You can't create this secret because a secret with this name is already scheduled for deletion.",
        );
      if (known && value && token !== undefined && known.versions.has(token)) {
        const version = addVersion(region, known, value, { token, stages: [CURRENT] });
        return { ARN: known.arn, Name: known.name, VersionId: version.id };
      }
      if (known)
        throw new ApiError(
          "ResourceExistsException",
          `The operation failed because the secret ${input.Name} already exists.`,
        );
      sealingKey(region, input.KmsKeyId);
      const record = makeSecret(region, {
        name: input.Name,
        description: input.Description,
        kmsKeyId: input.KmsKeyId,
        type: input.Type,
        tags: tagsFrom(input.Tags),
      });
      const version = value && addVersion(region, record, value, { token, stages: [CURRENT] });
      return { ARN: record.arn, Name: record.name, VersionId: version?.id };
    },
  },
  DescribeSecret: {
    supports: "*",
    run: (input, { region }) => {
      const record = secretOf(region, input.SecretId);
      return { ...entry(record), VersionIdsToStages: stagesOf(record) };
    },
  },
  GetSecretValue: {
    supports: "*",
    run: (input, context) => {
      const record = liveSecret(context.region, input.SecretId);
      const version = versionOf(record, input.VersionId, input.VersionStage);
      checkKey(context, version.sealed);
      const value = readVersion(context.region, record, version);
      return {
        ARN: record.arn,
        Name: record.name,
        VersionId: version.id,
        SecretString: value.text,
        SecretBinary: value.bytes,
        VersionStages: [...version.stages],
        CreatedDate: version.created,
      };
    },
  },
  PutSecretValue: {
    supports: "SecretId ClientRequestToken SecretBinary SecretString VersionStages",
    run: (input, { region }) => {
      const record = liveSecret(region, input.SecretId);
      const value = given(input);
      if (!value) throw invalidParameter("You must provide either SecretString or SecretBinary.");
      const stages = input.VersionStages ?? [CURRENT];
      if (stages.length < 1 || stages.length > MOST_STAGES)
        throw validation(
          "1 validation error detected: Value at 'versionStages' failed to satisfy constraint: Member must have length " +
            `between 1 and ${MOST_STAGES}`,
        );
      const version = addVersion(region, record, value, { token: checkToken(input.ClientRequestToken), stages });
      return { ARN: record.arn, Name: record.name, VersionId: version.id, VersionStages: [...version.stages] };
    },
  },
  UpdateSecret: {
    supports: "*",
    run: (input, { region }) => {
      const record = liveSecret(region, input.SecretId);
      const value = given(input);
      const token = checkToken(input.ClientRequestToken);
      if (input.KmsKeyId !== undefined) {
        sealingKey(region, input.KmsKeyId);
        record.kmsKeyId = input.KmsKeyId;
      }
      if (input.Description !== undefined) record.description = input.Description;
      if (input.Type !== undefined) record.type = input.Type;
      record.changed = new Date();
      const version = value && addVersion(region, record, value, { token, stages: [CURRENT] });
      return { ARN: record.arn, Name: record.name, VersionId: version?.id };
    },
  },
  ListSecrets: {
    supports: "IncludePlannedDeletion MaxResults NextToken Filters SortOrder SortBy",
    run: (input, { region }) => {
      const size = pageSize(input.MaxResults);
      const all = [...region.secrets.secrets.keys()]
        .flatMap((name) => findSecret(region, name) ?? [])
        .filter((r) => input.IncludePlannedDeletion === true || !r.deleted)
        .filter((r) => passes(r, input.Filters ?? []));
      if (input.SortBy === "name") all.sort((a, b) => (a.name < b.name ? -1 : 1));
      else all.sort((a, b) => a.created.getTime() - b.created.getTime());
      if ((input.SortOrder ?? "desc") === "desc") all.reverse();
      const p = page(all, input.NextToken, size, badToken);
      return {
        SecretList: p.items.map((r) => ({ ...entry(r), SecretVersionsToStages: stagesOf(r) })),
        NextToken: p.next,
      };
    },
  },
  ListSecretVersionIds: {
    supports: "*",
    run: (input, { region }) => {
      const record = secretOf(region, input.SecretId);
      const all = [...record.versions.values()].filter((v) => input.IncludeDeprecated === true || v.stages.size > 0);
      const p = page(all, input.NextToken, pageSize(input.MaxResults), badToken);
      return {
        ARN: record.arn,
        Name: record.name,
        Versions: p.items.map((v) => ({
          VersionId: v.id,
          VersionStages: [...v.stages],
          CreatedDate: v.created,
          LastAccessedDate: v.accessed,
          KmsKeyIds: [record.kmsKeyId === undefined ? "DefaultEncryptionKey" : v.keyId],
        })),
        NextToken: p.next,
      };
    },
  },
  UpdateSecretVersionStage: {
    supports: "*",
    run: (input, { region }) => {
      const record = liveSecret(region, input.SecretId);
      const stage = input.VersionStage;
      const to = input.MoveToVersionId === undefined ? undefined : versionOf(record, input.MoveToVersionId, undefined);
      const from = [...record.versions.values()].find((v) => v.stages.has(stage));
      if (from && from !== to && input.RemoveFromVersionId !== from.id)
        throw invalidParameter(
          `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ` +
            `${from.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
        );
      if (input.RemoveFromVersionId !== undefined && from?.id !== input.RemoveFromVersionId)
        throw invalidParameter(
          `The parameter RemoveFromVersionId is invalid. The staging label ${stage} is not attached to it.`,
        );
      if (stage === CURRENT && !to)
        throw invalidParameter(`You can't remove the ${CURRENT} staging label from a secret.`);
      moveStage(record, stage, to);
      record.changed = new Date();
      return { ARN: record.arn, Name: record.name };
    },
  },
  DeleteSecret: {
    supports: "*",
    run: (input, { region }) => {
      const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force } = input;
      if (force === true && days !== undefined)
        throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
      if (days !== undefined && (!Number.isInteger(days) || days < 7 || days > 30))
        throw invalidParameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
      if (force === true) {
        // What is gone already is no error then.
        const record = findSecret(region, input.SecretId);
        if (record) region.secrets.secrets.delete(record.name);
        return { ARN: record?.arn, Name: record?.name ?? input.SecretId, DeletionDate: new Date() };
      }
      const record = secretOf(region, input.SecretId);
      if (record.deleted)
        throw invalidRequest(
          "You can't perform this operation on the secret because it was already scheduled for deletion.",
        );
      const gone = new Date(Date.now() + (days ?? 30) * DAY_MS);
      record.deleted = { at: new Date(), gone };
      return { ARN: record.arn, Name: record.name, DeletionDate: gone };
    },
  },
  RestoreSecret: {
    supports: "*",
    run: (input, { region }) => {
      const record = secretOf(region, input.SecretId);
      delete record.deleted;
      return { ARN: record.arn, Name: record.name };
    },
  },
  TagResource: {
    supports: "*",
    run: (input, { region }) => {
      const record = liveSecret(region, input.SecretId);
      for (const [key, value] of tagsFrom(input.Tags)) record.tags.set(key, value);
      return {};
    },
  },
  UntagResource: {
    supports: "*",
    run: (input, { region }) => {
      const record = liveSecret(region, input.SecretId);
      for (const key of input.TagKeys) record.tags.delete(key);
      return {};
    },
  },
};
