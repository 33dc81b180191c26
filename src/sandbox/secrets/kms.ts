/** AWS KMS, as far as tasks' secrets need it: symmetric keys, their states and aliases. */
import { randomBytes } from "node:crypto";
import type { KmsOperations } from "../model/kms.types";
import type { Table } from "../registry";
import { page } from "../util";
import { ApiError } from "../wire/errors";
import type { Region } from "../world";
import { findKey, keyOf, makeKey, seal, sealedBy, unseal, usable } from "./keyStore";
import type { KeyRecord } from "./records";

const validation = (text: string): ApiError => new ApiError("ValidationException", text);
const badMarker = (): ApiError => new ApiError("InvalidMarkerException", "Could not deserialize marker.");
const DAY_MS = 86_400_000;

/** A key of the person's own: AWS's cannot be changed. */
function ownKey(region: Region, given: string): KeyRecord {
  if (given.includes("alias/"))
    throw new ApiError("InvalidArnException", `${given} is not a valid key ID or ARN for this operation.`);
  const key = keyOf(region, given);
  if (key.metadata.KeyManager === "AWS")
    throw new ApiError(
      "AccessDeniedException",
      `The request was denied: ${key.metadata.Arn ?? ""} is an AWS managed key.`,
    );
  return key;
}

function notPending(key: KeyRecord): KeyRecord {
  if (key.metadata.KeyState === "PendingDeletion") usable(key);
  return key;
}

/** An alias' name; throws what KMS answers to one that is none. */
function aliasName(name: string): string {
  if (!name.startsWith("alias/"))
    throw validation('Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/');
  if (!/^alias\/[a-zA-Z0-9/_-]{1,250}$/.test(name))
    throw validation(
      `1 validation error detected: Value '${name}' at 'aliasName' failed to satisfy constraint: Member must satisfy ` +
        "regular expression pattern: ^[a-zA-Z0-9/_-]+$",
    );
  if (name.startsWith("alias/aws/")) throw new ApiError("NotAuthorizedException", "");
  return name;
}

/** The key that a message is sealed or opened with, and the algorithm that is the only one here. */
function checkAlgorithm(algorithm: string | undefined): void {
  if (algorithm !== undefined && algorithm !== "SYMMETRIC_DEFAULT")
    throw new ApiError("InvalidKeyUsageException", `The algorithm ${algorithm} is not compatible with this key.`);
}

function limited(limit: number | undefined, most: number): number {
  if (limit !== undefined && (limit < 1 || limit > 1000 || !Number.isInteger(limit)))
    throw validation(
      `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value ` +
        `between 1 and 1000`,
    );
  return Math.min(limit ?? most, 1000);
}

export const kmsOperations: Table<KmsOperations> = {
  CreateKey: {
    supports: "Description KeyUsage KeySpec CustomerMasterKeySpec Origin Tags BypassPolicyLockoutSafetyCheck",
    run: (input, { region }) => {
      const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? "SYMMETRIC_DEFAULT";
      if (spec !== "SYMMETRIC_DEFAULT" || (input.KeyUsage ?? "ENCRYPT_DECRYPT") !== "ENCRYPT_DECRYPT")
        throw new ApiError("UnsupportedOperationException", "The sandbox has symmetric keys for encryption alone.");
      if ((input.Origin ?? "AWS_KMS") !== "AWS_KMS")
        throw new ApiError("UnsupportedOperationException", "The sandbox has keys of the origin AWS_KMS alone.");
      const made = makeKey(region, {
        manager: "CUSTOMER",
        description: input.Description,
        tags: new Map((input.Tags ?? []).map((t) => [t.TagKey, t.TagValue])),
      });
      return { KeyMetadata: made.metadata };
    },
  },
  DescribeKey: {
    supports: "KeyId",
    run: (input, { region }) => ({ KeyMetadata: keyOf(region, input.KeyId).metadata }),
  },
  ListKeys: {
    supports: "*",
    run: (input, { region }) => {
      const p = page([...region.kms.keys.values()], input.Marker, limited(input.Limit, 100), badMarker);
      return {
        Keys: p.items.map((k) => ({ KeyId: k.metadata.KeyId, KeyArn: k.metadata.Arn ?? "" })),
        NextMarker: p.next,
        Truncated: p.next !== undefined,
      };
    },
  },
  EnableKey: {
    supports: "*",
    run: (input, { region }) => {
      const { metadata } = notPending(ownKey(region, input.KeyId));
      Object.assign(metadata, { Enabled: true, KeyState: "Enabled" });
      return {};
    },
  },
  DisableKey: {
    supports: "*",
    run: (input, { region }) => {
      const { metadata } = notPending(ownKey(region, input.KeyId));
      Object.assign(metadata, { Enabled: false, KeyState: "Disabled" });
      return {};
    },
  },
  ScheduleKeyDeletion: {
    supports: "*",
    run: (input, { region }) => {
      const days = input.PendingWindowInDays ?? 30;
      if (!Number.isInteger(days) || days < 7 || days > 30)
        throw validation(
          `1 validation error detected: Value '${days}' at 'pendingWindowInDays' failed to satisfy constraint: Member ` +
            `must have value ${days < 7 ? "greater than or equal to 7" : "less than or equal to 30"}`,
        );
      const { metadata } = notPending(ownKey(region, input.KeyId));
      const DeletionDate = new Date(Date.now() + days * DAY_MS);
      Object.assign(metadata, { Enabled: false, KeyState: "PendingDeletion", DeletionDate });
      return { KeyId: metadata.Arn, DeletionDate, KeyState: "PendingDeletion", PendingWindowInDays: days };
    },
  },
  CancelKeyDeletion: {
    supports: "*",
    run: (input, { region }) => {
      const { metadata } = ownKey(region, input.KeyId);
      if (metadata.KeyState !== "PendingDeletion")
        throw new ApiError("KMSInvalidStateException", `${metadata.Arn ?? ""} is not pending deletion.`);
      Object.assign(metadata, { Enabled: false, KeyState: "Disabled", DeletionDate: undefined });
      return { KeyId: metadata.Arn };
    },
  },
  CreateAlias: {
    supports: "*",
    run: (input, { region }) => {
      const name = aliasName(input.AliasName);
      if (region.kms.aliases.has(name))
        throw new ApiError(
          "AlreadyExistsException",
          `An alias with the name ${region.arn("kms", name)} already exists`,
        );
      const key = notPending(ownKey(region, input.TargetKeyId));
      region.kms.aliases.set(name, { name, keyId: key.metadata.KeyId, created: new Date() });
      return {};
    },
  },
  DeleteAlias: {
    supports: "*",
    run: (input, { region }) => {
      const name = aliasName(input.AliasName);
      if (!region.kms.aliases.delete(name))
        throw new ApiError("NotFoundException", `Alias ${region.arn("kms", name)} is not found.`);
      return {};
    },
  },
  ListAliases: {
    supports: "*",
    run: (input, { region }) => {
      const of = input.KeyId === undefined ? undefined : keyOf(region, input.KeyId).metadata.KeyId;
      const all = [...region.kms.aliases.values()].filter((a) => of === undefined || a.keyId === of);
      const p = page(all, input.Marker, limited(input.Limit, 50), badMarker);
      return {
        Aliases: p.items.map((a) => ({
          AliasName: a.name,
          AliasArn: region.arn("kms", a.name),
          TargetKeyId: a.keyId,
          CreationDate: a.created,
          LastUpdatedDate: a.created,
        })),
        NextMarker: p.next,
        Truncated: p.next !== undefined,
      };
    },
  },
  Encrypt: {
    supports: "KeyId Plaintext EncryptionContext EncryptionAlgorithm",
    run: (input, { region }) => {
      checkAlgorithm(input.EncryptionAlgorithm);
      if (input.Plaintext.length === 0 || input.Plaintext.length > 4096)
        throw validation(
          "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length " +
            `${input.Plaintext.length === 0 ? "greater than or equal to 1" : "less than or equal to 4096"}`,
        );
      const key = usable(keyOf(region, input.KeyId));
      return {
        CiphertextBlob: seal(key, input.Plaintext, input.EncryptionContext),
        KeyId: key.metadata.Arn,
        EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
      };
    },
  },
  Decrypt: {
    supports: "CiphertextBlob EncryptionContext KeyId EncryptionAlgorithm",
    run: (input, { region }) => {
      checkAlgorithm(input.EncryptionAlgorithm);
      const blob = input.CiphertextBlob ?? new Uint8Array();
      const by = sealedBy(region, blob);
      if (input.KeyId !== undefined && by !== keyOf(region, input.KeyId))
        throw new ApiError(
          "IncorrectKeyException",
          "The key ID in the request does not identify a CMK that can perform this operation.",
        );
      const Plaintext = unseal(region, blob, input.EncryptionContext);
      return { KeyId: by?.metadata.Arn, Plaintext, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
    },
  },
  GenerateDataKey: {
    supports: "KeyId EncryptionContext NumberOfBytes KeySpec",
    run: (input, { region }) => {
      if ((input.NumberOfBytes === undefined) === (input.KeySpec === undefined))
        throw validation("Please specify either number of bytes or key spec.");
      const size = input.NumberOfBytes ?? (input.KeySpec === "AES_128" ? 16 : 32);
      if (!Number.isInteger(size) || size < 1 || size > 1024)
        throw validation(
          `1 validation error detected: Value '${size}' at 'numberOfBytes' failed to satisfy constraint: Member must ` +
            "have value between 1 and 1024",
        );
      const key = usable(keyOf(region, input.KeyId));
      const Plaintext = randomBytes(size);
      return { CiphertextBlob: seal(key, Plaintext, input.EncryptionContext), Plaintext, KeyId: key.metadata.Arn };
    },
  },
  TagResource: {
    supports: "*",
    run: (input, { region }) => {
      const key = notPending(ownKey(region, input.KeyId));
      for (const t of input.Tags) key.tags.set(t.TagKey, t.TagValue);
      return {};
    },
  },
  UntagResource: {
    supports: "*",
    run: (input, { region }) => {
      const key = notPending(ownKey(region, input.KeyId));
      for (const name of input.TagKeys) key.tags.delete(name);
      return {};
    },
  },
  ListResourceTags: {
    supports: "*",
    run: (input, { region }) => {
      const key = keyOf(region, input.KeyId);
      const all = [...key.tags].map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
      const p = page(all, input.Marker, limited(input.Limit, 50), badMarker);
      return { Tags: p.items, NextMarker: p.next, Truncated: p.next !== undefined };
    },
  },
};

/** The ARN of the key that a call of KMS is about. */
export const keyArn = (region: Region, given: string): string =>
  findKey(region, given)?.metadata.Arn ?? (given.startsWith("arn:") ? given : region.arn("kms", `key/${given}`));
