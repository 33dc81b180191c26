/** What the sandbox remembers of keys, secrets and parameters. Values are kept sealed under a key, as AWS keeps them. */
import type { KeyMetadata } from "../model/kms.types";

type Tags = Map<string, string>;

export interface KeyRecord {
  readonly metadata: KeyMetadata;
  readonly tags: Tags;
  /** What seals; it never leaves this process. */
  readonly material: Buffer;
}

export interface AliasRecord {
  readonly name: string;
  readonly keyId: string;
  readonly created: Date;
}

export interface KmsState {
  readonly keys: Map<string, KeyRecord>;
  readonly aliases: Map<string, AliasRecord>;
}

/** A value as it is kept: its ciphertext, which names its key. */
export type Sealed = Buffer;

export interface SecretVersion {
  readonly id: string;
  readonly created: Date;
  readonly stages: Set<string>;
  readonly sealed: Sealed;
  readonly isText: boolean;
  readonly keyId: string;
  accessed?: Date;
}

export interface SecretRecord {
  readonly arn: string;
  readonly name: string;
  readonly created: Date;
  readonly tags: Tags;
  readonly versions: Map<string, SecretVersion>;
  description: string | undefined;
  /** The key as it was named; undefined for AWS's own. */
  kmsKeyId: string | undefined;
  type: string | undefined;
  changed: Date;
  accessed?: Date;
  /** When its deletion was asked for, and when it is carried out. */
  deleted?: { readonly at: Date; readonly gone: Date };
}

export interface SecretsState {
  /** By name. */
  readonly secrets: Map<string, SecretRecord>;
}

export interface ParameterVersion {
  readonly version: number;
  readonly type: string;
  /** Of a SecureString, sealed; the text itself otherwise. */
  readonly value: Sealed | string;
  readonly keyId: string | undefined;
  readonly description: string | undefined;
  readonly allowedPattern: string | undefined;
  readonly tier: string;
  readonly dataType: string;
  readonly at: Date;
  readonly by: string;
  readonly labels: Set<string>;
}

export interface ParameterRecord {
  readonly name: string;
  readonly arn: string;
  readonly tags: Tags;
  /** Oldest first; at most a hundred. */
  readonly versions: ParameterVersion[];
}

export interface ParametersState {
  readonly parameters: Map<string, ParameterRecord>;
}
