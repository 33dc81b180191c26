/** A secret of Secrets Manager, without what it says. */
export interface FoundSecret {
  arn: string;
  name: string;
  /** Its own key, as it was named. */
  key?: string;
  tags: Record<string, string>;
  /** When its value last changed, in milliseconds since 1970. */
  changedAt?: number;
  /** True while it can be restored and nothing else. */
  isDeleted: boolean;
}

/** What a secret's JSON says of a key: there, absent, or no JSON object at all. */
export type JsonKeyState = "there" | "absent" | "notJson";

/**
 * Where tasks' secrets come from. Asked is whether they are there and what they are called. A value goes out to AWS and
 * comes back to nobody: what reads one says only whether it has a key.
 */
export interface SecretsPort {
  /** True when Secrets Manager has a secret of this ARN in that region. */
  hasSecret(arn: string, region: string): Promise<boolean>;
  /** True when the session's account has a parameter of this name in that region. */
  hasParameter(name: string, region: string): Promise<boolean>;
  /** The key of a secret, as it was named to Secrets Manager; undefined for AWS's own and where there is no such secret. */
  keyOfSecret(arn: string, region: string): Promise<string | undefined>;
  /** The same for a parameter. */
  keyOfParameter(name: string, region: string): Promise<string | undefined>;
  /** Secrets whose name begins so; not those that are to be deleted. */
  listOwn(prefix: string): Promise<FoundSecret[]>;
  /** By name or ARN, with or without the six characters behind it. */
  findSecret(id: string, region?: string): Promise<FoundSecret | undefined>;
  /** Makes a secret; its ARN. Fails with AWS's ResourceExistsException where there is one of that name. */
  createSecret(about: {
    name: string;
    value: string;
    description: string;
    tags: Record<string, string>;
    key?: string;
  }): Promise<string>;
  /** Puts a new current version. */
  putSecret(arn: string, value: string): Promise<void>;
  /** Brings back one that is to be deleted. */
  restoreSecret(arn: string): Promise<void>;
  /** Reads the value, which takes secretsmanager:GetSecretValue, and keeps nothing of it. */
  jsonKey(
    reference: { id: string; key: string; stage?: string; version?: string },
    region: string,
  ): Promise<JsonKeyState>;
  /** ARNs of secrets and parameters, the first hundreds. */
  list(): Promise<string[]>;
}
