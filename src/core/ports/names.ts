/** Certificates (ACM) and names (Route 53): asked only where slipway.json states a certificate or a domain. */
import type { Tags } from "./shapes";

/** A record of DNS with values of its own. */
export interface DnsRecord {
  /** Without its last dot, in lower case. */
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** What a zone has at a name, of one type. */
export interface RecordSet {
  /** Without its last dot, in lower case. */
  readonly name: string;
  readonly type: string;
  readonly values: readonly string[];
  /** The name that an alias leads to, without its last dot and without `dualstack.`, in lower case. */
  readonly alias?: string;
}

/** A hosted zone that answers the internet. */
export interface Zone {
  readonly id: string;
  /** Without its last dot. */
  readonly name: string;
}

export interface Certificate {
  readonly arn: string;
  readonly domain: string;
  /** All names that it is good for, the domain among them. */
  readonly names: readonly string[];
  /** `ISSUED`, `PENDING_VALIDATION`, `FAILED`, `EXPIRED`, … */
  readonly status: string;
  /** Why ACM could not issue it. */
  readonly failure?: string;
  /** `RSA_2048`, `EC_prime256v1`, … */
  readonly keyAlgorithm?: string;
  /** Epoch milliseconds. */
  readonly notAfter?: number;
  readonly createdAt?: number;
  /** Records that prove the names; empty until ACM has made them, and for certificates that are proved otherwise. */
  readonly proofs: readonly DnsRecord[];
  /** ARNs of what uses it. */
  readonly usedBy: readonly string[];
  readonly tags: Tags;
}

export interface CertificatePort {
  /** Of this account and region. */
  find(arn: string): Promise<Certificate | undefined>;
  /** Those whose first name this is, in whichever state. */
  ofDomain(domain: string): Promise<Certificate[]>;
  /** All that are issued, without tags, for a choice. */
  issued(): Promise<Pick<Certificate, "arn" | "domain" | "names" | "notAfter" | "keyAlgorithm">[]>;
  /**
   * Asks for one that DNS proves.
   * @param token the same within an hour gives the same certificate
   */
  request(input: { domain: string; token: string; tags: Tags }): Promise<string>;
  tag(arn: string, tags: Tags): Promise<void>;
  delete(arn: string): Promise<void>;
}

export interface ZonePort {
  /** Public zones of the account that a host lies in, of the longest name that any has. */
  of(host: string): Promise<Zone[]>;
  /** What a zone has at a name. */
  records(zone: string, name: string): Promise<RecordSet[]>;
  /** Fails with `InvalidChangeBatch` where there is a record of that name and type; the change's id. */
  create(zone: string, record: NewRecord): Promise<string>;
  /** Whether all name servers of Route 53 know a change. */
  isEverywhere(change: string): Promise<boolean>;
  /** Deletes exactly this; fails where the zone has it with another value. */
  delete(zone: string, record: NewRecord): Promise<void>;
}

/** A record with a value, or an address that follows a load balancer. */
export type NewRecord =
  | DnsRecord
  | { readonly name: string; readonly balancer: { readonly dnsName: string; readonly zoneId: string } };
