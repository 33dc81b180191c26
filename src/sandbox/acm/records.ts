/** Certificates of ACM: what is remembered of each, and how it becomes issued. */
import { createHash } from "node:crypto";
import { findRecords } from "../route53/zones";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import type { Issued } from "./authority";
import type { CertificateRecord } from "./state";

/** AWS takes some minutes to see the records and to issue. */
const VALIDATION_MS = 120_000;

const digest = (text: string): string => createHash("md5").update(text).digest("hex");

/** The record that proves a name: one for a wildcard and its parent alike, the same in every region of an account. */
export function proofOf(account: string, domain: string): { Name: string; Type: string; Value: string } {
  const base = domain.replace(/^\*\./, "").toLowerCase();
  return {
    Name: `_${digest(`${account} name ${base}`)}.${base}.`,
    Type: "CNAME",
    Value: `_${digest(`${account} value ${base}`)}.${digest("validations").slice(0, 10)}.acm-validations.aws.`,
  };
}

/** Gives the record a certificate of the sandbox's authority. */
export function issue(world: SandboxState, { detail }: CertificateRecord, notAfter?: Date): Issued {
  const issued = world.authority.issue(
    detail.SubjectAlternativeNames ?? [detail.DomainName ?? ""],
    detail.KeyAlgorithm ?? "RSA_2048",
    notAfter,
  );
  Object.assign(detail, {
    Serial: issued.serial.replace(/..(?=.)/g, "$&:"),
    Subject: `CN=${detail.DomainName ?? ""}`,
    Issuer: "Slipway sandbox",
    SignatureAlgorithm: "SHA256WITHECDSA",
    NotBefore: issued.notBefore,
    NotAfter: issued.notAfter,
    RenewalEligibility: "INELIGIBLE",
    KeyUsages: [{ Name: "DIGITAL_SIGNATURE" }, { Name: "KEY_ENCIPHERMENT" }],
    ExtendedKeyUsages: [{ Name: "TLS_WEB_SERVER_AUTHENTICATION", OID: "1.3.6.1.5.5.7.3.1" }],
  });
  return issued;
}

/** Brings a certificate up to date: validated where its records stand in a public zone, expired where its time is over. */
export function settled(world: SandboxState, record: CertificateRecord): CertificateRecord {
  const { detail } = record;
  if (detail.Status === "PENDING_VALIDATION") validate(world, record);
  if (detail.Status === "ISSUED" && (detail.NotAfter?.getTime() ?? Infinity) <= Date.now()) detail.Status = "EXPIRED";
  return record;
}

function validate(world: SandboxState, record: CertificateRecord): void {
  const { detail } = record;
  for (const option of detail.DomainValidationOptions ?? []) {
    const proof = proofOf(world.account, option.DomainName);
    const there = findRecords(world, proof.Name).some(
      (set) => set.Type === "CNAME" && set.ResourceRecords?.some(({ Value }) => sameName(Value, proof.Value)),
    );
    if (there && option.ValidationMethod === "DNS") option.ValidationStatus = "SUCCESS";
  }
  if (!(detail.DomainValidationOptions ?? []).every((o) => o.ValidationStatus === "SUCCESS")) return;
  record.seenAt ??= Date.now();
  if (Date.now() < record.seenAt + world.clock.either(VALIDATION_MS, 300)) return;
  record.issued = issue(world, record);
  Object.assign(detail, { Status: "ISSUED", IssuedAt: new Date() });
}

const sameName = (a: string, b: string): boolean =>
  a.toLowerCase().replace(/\.$/, "") === b.toLowerCase().replace(/\.$/, "");

/** Load balancers that have the certificate. */
export function usersOf(region: Region, arn: string): readonly string[] {
  return [...region.elb.loadBalancers.entries()]
    .filter(([, { listeners }]) => [...listeners.values()].some((l) => certificatesOf(l).includes(arn)))
    .map(([balancer]) => balancer);
}

/** A listener's certificates, its default one first. */
export const certificatesOf = (listener: {
  readonly listener: { readonly Certificates?: readonly { readonly CertificateArn?: string }[] };
  readonly certificates: ReadonlySet<string>;
}): readonly string[] => [
  ...(listener.listener.Certificates ?? []).flatMap((c) => c.CertificateArn ?? []),
  ...listener.certificates,
];

/** Whether a certificate's name covers a host: a wildcard stands for exactly one label. */
export function covers(name: string, host: string): boolean {
  const [wanted, given] = [name.toLowerCase(), host.toLowerCase()];
  if (!wanted.startsWith("*.")) return wanted === given;
  const [, ...parent] = given.split(".");
  return parent.join(".") === wanted.slice(2) && !given.startsWith("*");
}

/** The certificate of that ARN; throws ACM's error where the region has none. */
export function certificateOf(world: SandboxState, region: Region, arn: string): CertificateRecord {
  if (!/^arn:[\w+=/,.@-]+:acm:[\w+=/,.@-]*:\d*:certificate\/[\w+=,.@/-]+$/.test(arn))
    throw new ApiError("InvalidArnException", `Invalid Arn: '${arn}'`);
  const found = region.acm.certificates.get(arn);
  if (!found)
    throw new ApiError("ResourceNotFoundException", `Could not find certificate ${arn} in account ${region.account}.`);
  return settled(world, found);
}
