/** Keys of KMS: how they are named, and sealing and opening with them. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { uuid } from "../ids";
import { canonical } from "../util";
import { ApiError } from "../wire/errors";
import type { Region } from "../world";
import type { KeyRecord, Sealed } from "./records";

const IV_BYTES = 12;
const TAG_BYTES = 16;
/** A key's id in front of each ciphertext, as text. */
const ID_BYTES = 36;

type EncryptionContext = Readonly<Record<string, string>>;

const notFound = (text: string): ApiError => new ApiError("NotFoundException", text);

/** A new key; `manager` is AWS for those that a service makes for itself. */
export function makeKey(
  region: Region,
  about: { description?: string | undefined; manager: "AWS" | "CUSTOMER"; tags?: ReadonlyMap<string, string> },
): KeyRecord {
  const id = uuid();
  const record: KeyRecord = {
    material: randomBytes(32),
    tags: new Map(about.tags ?? []),
    metadata: {
      AWSAccountId: region.account,
      KeyId: id,
      Arn: region.arn("kms", `key/${id}`),
      CreationDate: new Date(),
      Enabled: true,
      Description: about.description ?? "",
      KeyUsage: "ENCRYPT_DECRYPT",
      KeyState: "Enabled",
      Origin: "AWS_KMS",
      KeyManager: about.manager,
      CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
      KeySpec: "SYMMETRIC_DEFAULT",
      EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
      MultiRegion: false,
    },
  };
  region.kms.keys.set(id, record);
  return record;
}

/** AWS's own key of a service, which is made when it is first used. */
export function awsKey(region: Region, service: "secretsmanager" | "ssm"): KeyRecord {
  const name = `alias/aws/${service}`;
  const known = region.kms.keys.get(region.kms.aliases.get(name)?.keyId ?? "");
  if (known) return known;
  const made = makeKey(region, {
    manager: "AWS",
    description: "Default key that protects my data when no other key is defined",
  });
  region.kms.aliases.set(name, { name, keyId: made.metadata.KeyId, created: new Date() });
  return made;
}

/** The key that an id, an ARN, an alias or an alias' ARN names; undefined where there is none. */
export function findKey(region: Region, given: string): KeyRecord | undefined {
  const local = given.startsWith("arn:") ? given.split(":").slice(5).join(":") : given;
  if (given.startsWith("arn:") && !given.startsWith(region.arn("kms", ""))) return undefined;
  const aws = /^alias\/aws\/(secretsmanager|ssm)$/.exec(local)?.[1];
  if (aws === "secretsmanager" || aws === "ssm") return awsKey(region, aws);
  if (local.startsWith("alias/")) return region.kms.keys.get(region.kms.aliases.get(local)?.keyId ?? "");
  return region.kms.keys.get(local.replace(/^key\//, ""));
}

/** The same; throws KMS's NotFoundException. */
export function keyOf(region: Region, given: string): KeyRecord {
  const found = findKey(region, given);
  if (found) return found;
  const alias = /(?:^|:)(alias\/.*)$/.exec(given)?.[1];
  if (alias !== undefined) throw notFound(`Alias ${region.arn("kms", alias)} is not found.`);
  const id = /(?:^|key\/)([0-9a-f]{8}-[0-9a-f-]{27})$/.exec(given)?.[1];
  throw notFound(
    id === undefined ? `Invalid keyId '${given}'` : `Key '${region.arn("kms", `key/${id}`)}' does not exist`,
  );
}

/** Throws unless the key can be worked with now. */
export function usable(key: KeyRecord): KeyRecord {
  const { Arn = "", KeyState } = key.metadata;
  if (KeyState === "PendingDeletion") throw new ApiError("KMSInvalidStateException", `${Arn} is pending deletion.`);
  if (KeyState !== "Enabled") throw new ApiError("DisabledException", `${Arn} is disabled.`);
  return key;
}

const bound = (context: EncryptionContext): Buffer => createHash("sha256").update(canonical(context)).digest();

/** The ciphertext of `plain`, which opens with the same key and context alone. */
export function seal(key: KeyRecord, plain: Uint8Array, context: EncryptionContext = {}): Sealed {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key.material, iv).setAAD(bound(context));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.from(key.metadata.KeyId, "ascii"), iv, cipher.getAuthTag(), text]);
}

/** The key that a ciphertext names. */
export const sealedBy = (region: Region, sealed: Uint8Array): KeyRecord | undefined =>
  region.kms.keys.get(Buffer.from(sealed.subarray(0, ID_BYTES)).toString("ascii"));

/** The plain value; throws KMS's InvalidCiphertextException for what this account did not seal so. */
export function unseal(region: Region, sealed: Uint8Array, context: EncryptionContext = {}): Buffer {
  const key = sealedBy(region, sealed);
  const rest = Buffer.from(sealed.subarray(ID_BYTES));
  if (!key || rest.length < IV_BYTES + TAG_BYTES) throw new ApiError("InvalidCiphertextException", "");
  const iv = rest.subarray(0, IV_BYTES);
  const tag = rest.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  usable(key);
  try {
    const decipher = createDecipheriv("aes-256-gcm", key.material, iv).setAAD(bound(context)).setAuthTag(tag);
    return Buffer.concat([decipher.update(rest.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    throw new ApiError("InvalidCiphertextException", "");
  }
}
