/** AWS Certificate Manager: certificates requested with validation by DNS, and imported ones. */
import { uuid } from "../ids";
import type { AcmOperations, CertificateDetail, CertificateSummary, DomainValidation, Tag } from "../model/acm.types";
import type { Table } from "../registry";
import { page, tagsFrom } from "../util";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { readImported } from "./authority";
import { certificateOf, proofOf, settled, usersOf } from "./records";
import type { CertificateRecord } from "./state";

const validation = (text: string): ApiError => new ApiError("ValidationException", text);
const NAME = /^(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$/;
/** Names in a certificate; ten by default: https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html */
const MOST_NAMES = 10;
const HOUR_MS = 3_600_000;
/** Without a filter, ListCertificates gives no others: its page in ACM's API reference. */
const LISTED_KEYS = ["RSA_1024", "RSA_2048"];

function checkName(member: string, name: string): void {
  if (name.length <= 253 && NAME.test(name)) return;
  throw validation(
    `1 validation error detected: Value '${name}' at '${member}' failed to satisfy constraint: Member must satisfy ` +
      `regular expression pattern: ${NAME.source}`,
  );
}

function checkTags(tags: readonly Tag[]): void {
  for (const { Key } of tags)
    if (/^aws:/i.test(Key)) throw new ApiError("InvalidTagException", "aws: prefixed tag key names are not allowed");
}

function detailOf(world: SandboxState, region: Region, arn: string, record: CertificateRecord): CertificateDetail {
  const isShown = Date.now() >= record.recordsAt;
  const options = record.detail.DomainValidationOptions?.map(
    (option): DomainValidation =>
      option.ValidationMethod === "DNS" && isShown
        ? { ...option, ResourceRecord: proofOf(world.account, option.DomainName) }
        : option,
  );
  return {
    ...record.detail,
    ...(options ? { DomainValidationOptions: options } : {}),
    InUseBy: [...usersOf(region, arn)],
  };
}

function summaryOf(region: Region, arn: string, { detail }: CertificateRecord): CertificateSummary {
  const { DomainName, Status, Type, KeyAlgorithm, NotBefore, NotAfter, CreatedAt, IssuedAt, ImportedAt } = detail;
  return {
    CertificateArn: arn,
    DomainName,
    SubjectAlternativeNameSummaries: detail.SubjectAlternativeNames,
    HasAdditionalSubjectAlternativeNames: false,
    Status,
    Type,
    KeyAlgorithm,
    KeyUsages: detail.KeyUsages?.flatMap(({ Name }) => Name ?? []),
    ExtendedKeyUsages: detail.ExtendedKeyUsages?.flatMap(({ Name }) => Name ?? []),
    InUse: usersOf(region, arn).length > 0,
    RenewalEligibility: detail.RenewalEligibility,
    NotBefore,
    NotAfter,
    CreatedAt,
    IssuedAt,
    ImportedAt,
  } as CertificateSummary;
}

const keyAlgorithm = (type: string | undefined, bits: number | undefined): string =>
  type === "ec" ? (bits === 384 ? "EC_secp384r1" : "EC_prime256v1") : `RSA_${bits ?? 2048}`;

export const acmOperations = (world: SandboxState): Table<AcmOperations> => ({
  RequestCertificate: {
    supports: "DomainName ValidationMethod SubjectAlternativeNames IdempotencyToken Options Tags KeyAlgorithm",
    run: (input, { region }) => {
      checkName("domainName", input.DomainName);
      for (const name of input.SubjectAlternativeNames ?? []) checkName("subjectAlternativeNames", name);
      checkTags(input.Tags ?? []);
      const names = [
        ...new Set([input.DomainName, ...(input.SubjectAlternativeNames ?? [])].map((n) => n.toLowerCase())),
      ];
      if (names.length > MOST_NAMES)
        throw new ApiError(
          "LimitExceededException",
          "The maximum number of SAN entries in a certificate has been reached.",
        );
      const same = [...region.acm.certificates].find(
        ([, { token, detail }]) =>
          token !== undefined &&
          token === input.IdempotencyToken &&
          detail.DomainName === names[0] &&
          Date.now() - (detail.CreatedAt?.getTime() ?? 0) < HOUR_MS,
      );
      if (same) return { CertificateArn: same[0] };
      const arn = region.arn("acm", `certificate/${uuid()}`);
      const method = input.ValidationMethod ?? "EMAIL";
      const detail: CertificateDetail = {
        CertificateArn: arn,
        DomainName: names[0] ?? "",
        SubjectAlternativeNames: names,
        DomainValidationOptions: names.map((DomainName) => ({
          DomainName,
          ValidationDomain: DomainName.replace(/^\*\./, ""),
          ValidationStatus: "PENDING_VALIDATION",
          ValidationMethod: method,
        })),
        CreatedAt: new Date(),
        Status: "PENDING_VALIDATION",
        KeyAlgorithm: input.KeyAlgorithm ?? "RSA_2048",
        Type: "AMAZON_ISSUED",
        RenewalEligibility: "INELIGIBLE",
        Options: {
          CertificateTransparencyLoggingPreference:
            input.Options?.CertificateTransparencyLoggingPreference ?? "ENABLED",
          Export: input.Options?.Export ?? "DISABLED",
        },
      };
      region.acm.certificates.set(arn, {
        detail,
        tags: tagsFrom(input.Tags),
        recordsAt: Date.now() + world.lag("validation"),
        token: input.IdempotencyToken,
      });
      return { CertificateArn: arn };
    },
  },
  DescribeCertificate: {
    supports: "*",
    run: (input, { region }) => {
      const record = certificateOf(world, region, input.CertificateArn);
      return { Certificate: detailOf(world, region, input.CertificateArn, record) };
    },
  },
  ListCertificates: {
    supports: "CertificateStatuses Includes NextToken MaxItems SortBy SortOrder",
    run: (input, { region }) => {
      const keys = input.Includes?.keyTypes?.length ? input.Includes.keyTypes : LISTED_KEYS;
      const all = [...region.acm.certificates]
        .map(([arn, record]) => [arn, settled(world, record)] as const)
        .filter(([, { detail }]) => keys.includes(detail.KeyAlgorithm ?? ""))
        .filter(
          ([, { detail }]) =>
            !input.CertificateStatuses?.length || input.CertificateStatuses.includes(detail.Status ?? ""),
        );
      if (input.SortOrder === "DESCENDING") all.reverse();
      const bad = (): ApiError => new ApiError("InvalidArgsException", "The provided NextToken is not valid.");
      const p = page(all, input.NextToken, input.MaxItems ?? 1000, bad);
      return {
        CertificateSummaryList: p.items.map(([arn, record]) => summaryOf(region, arn, record)),
        ...(p.next === undefined ? {} : { NextToken: p.next }),
      };
    },
  },
  DeleteCertificate: {
    supports: "*",
    run: (input, { region }) => {
      certificateOf(world, region, input.CertificateArn);
      if (usersOf(region, input.CertificateArn).length > 0)
        throw new ApiError(
          "ResourceInUseException",
          `Certificate ${input.CertificateArn} in account ${region.account} is in use.`,
        );
      region.acm.certificates.delete(input.CertificateArn);
      return {};
    },
  },
  ImportCertificate: {
    supports: "CertificateArn Certificate PrivateKey CertificateChain Tags",
    run: (input, { region }) => {
      const [certificate, key, chain] = [
        input.Certificate,
        input.PrivateKey,
        input.CertificateChain ?? new Uint8Array(),
      ].map((bytes) => Buffer.from(bytes).toString("utf8")) as [string, string, string];
      const read = readImported(certificate, key);
      if (!read)
        throw validation("Unable to validate certificate chain. The certificate and its private key do not match.");
      if (input.CertificateArn !== undefined && input.Tags?.length)
        throw validation("Tagging is not permitted on re-import.");
      checkTags(input.Tags ?? []);
      const before =
        input.CertificateArn === undefined ? undefined : certificateOf(world, region, input.CertificateArn);
      const arn = input.CertificateArn ?? region.arn("acm", `certificate/${uuid()}`);
      const { publicKey } = read.x509;
      const bits =
        publicKey.asymmetricKeyDetails?.modulusLength ??
        (publicKey.asymmetricKeyDetails?.namedCurve === "secp384r1" ? 384 : undefined);
      const detail: CertificateDetail = {
        CertificateArn: arn,
        DomainName: read.names[0] ?? "",
        SubjectAlternativeNames: [...read.names],
        Serial: read.x509.serialNumber.toLowerCase().replace(/..(?=.)/g, "$&:"),
        Subject: read.x509.subject.replaceAll("\n", ","),
        Issuer: read.x509.issuer.replaceAll("\n", ","),
        CreatedAt: before?.detail.CreatedAt ?? new Date(),
        ImportedAt: new Date(),
        NotBefore: new Date(read.x509.validFrom),
        NotAfter: new Date(read.x509.validTo),
        Status: "ISSUED",
        KeyAlgorithm: keyAlgorithm(publicKey.asymmetricKeyType, bits),
        Type: "IMPORTED",
        RenewalEligibility: "INELIGIBLE",
      };
      region.acm.certificates.set(arn, {
        detail,
        tags: before?.tags ?? tagsFrom(input.Tags),
        recordsAt: 0,
        token: undefined,
        issued: { certificate, key, chain },
      });
      return { CertificateArn: arn };
    },
  },
  GetCertificate: {
    supports: "*",
    run: (input, { region }) => {
      const { issued, detail } = certificateOf(world, region, input.CertificateArn);
      if (!issued)
        throw detail.Status === "PENDING_VALIDATION"
          ? new ApiError(
              "RequestInProgressException",
              `Certificate ${input.CertificateArn} is still pending validation.`,
            )
          : new ApiError("ResourceNotFoundException", `Could not find certificate ${input.CertificateArn}.`);
      return { Certificate: issued.certificate, CertificateChain: issued.chain };
    },
  },
  AddTagsToCertificate: {
    supports: "*",
    run: (input, { region }) => {
      const { tags } = certificateOf(world, region, input.CertificateArn);
      checkTags(input.Tags);
      for (const { Key, Value } of input.Tags) tags.set(Key, Value ?? "");
      return {};
    },
  },
  ListTagsForCertificate: {
    supports: "*",
    run: (input, { region }) => {
      const { tags } = certificateOf(world, region, input.CertificateArn);
      return { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
    },
  },
  RemoveTagsFromCertificate: {
    supports: "*",
    run: (input, { region }) => {
      const { tags } = certificateOf(world, region, input.CertificateArn);
      for (const { Key, Value } of input.Tags) if (Value === undefined || tags.get(Key) === Value) tags.delete(Key);
      return {};
    },
  },
});
