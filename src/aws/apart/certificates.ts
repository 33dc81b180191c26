import {
  ACMClient,
  AddTagsToCertificateCommand,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ListTagsForCertificateCommand,
  paginateListCertificates,
  RequestCertificateCommand,
  type CertificateDetail,
  type CertificateStatus,
  type KeyAlgorithm,
} from "@aws-sdk/client-acm";
import type { Certificate, CertificatePort, Tags } from "../../core/ports/cloud";
import { fromUpper, undefinedOn, upperTags, type Caller, type Session } from "../session";
import { plainName } from "./plainName";

/** Without a filter ACM lists RSA keys of up to 2048 bits alone: its page on ListCertificates. */
const keyTypes: KeyAlgorithm[] = [
  "RSA_1024",
  "RSA_2048",
  "RSA_3072",
  "RSA_4096",
  "EC_prime256v1",
  "EC_secp384r1",
  "EC_secp521r1",
];

const clients = new WeakMap<Session, ACMClient>();

function clientOf(session: Session): ACMClient {
  const known = clients.get(session) ?? session.keep(new ACMClient(session.optionsOf("ACM", session.settings.region)));
  clients.set(session, known);
  return known;
}

function certificateFrom(found: CertificateDetail, tags: Tags): Certificate {
  const proofs = (found.DomainValidationOptions ?? []).flatMap(({ ResourceRecord }) =>
    ResourceRecord
      ? [
          {
            name: plainName(ResourceRecord.Name ?? ""),
            type: ResourceRecord.Type ?? "",
            value: plainName(ResourceRecord.Value ?? ""),
          },
        ]
      : [],
  );
  return {
    arn: found.CertificateArn ?? "",
    domain: found.DomainName ?? "",
    names: found.SubjectAlternativeNames ?? [],
    status: found.Status ?? "",
    // A name and its wildcard have one record.
    proofs: proofs.filter(({ name }, index) => proofs.findIndex((other) => other.name === name) === index),
    usedBy: found.InUseBy ?? [],
    tags,
    ...(found.FailureReason === undefined ? {} : { failure: found.FailureReason }),
    ...(found.KeyAlgorithm === undefined ? {} : { keyAlgorithm: found.KeyAlgorithm }),
    ...(found.NotAfter === undefined ? {} : { notAfter: found.NotAfter.getTime() }),
    ...(found.CreatedAt === undefined ? {} : { createdAt: found.CreatedAt.getTime() }),
  };
}

/** AWS Certificate Manager. */
export function certificatePort(caller: Caller): CertificatePort {
  const client = clientOf(caller.session);
  const listed = (statuses?: CertificateStatus[]) =>
    caller.all(
      paginateListCertificates,
      client,
      { Includes: { keyTypes }, ...(statuses ? { CertificateStatuses: statuses } : {}) },
      (page) => page.CertificateSummaryList,
      { bucket: "acm" },
    );
  const find = async (arn: string): Promise<Certificate | undefined> => {
    const look = caller.send(client, new DescribeCertificateCommand({ CertificateArn: arn }), "acm");
    const found = (await undefinedOn(/^ResourceNotFoundException/, look))?.Certificate;
    if (!found) return undefined;
    const asked = caller.send(client, new ListTagsForCertificateCommand({ CertificateArn: arn }), "acm");
    return certificateFrom(found, fromUpper((await undefinedOn(/^ResourceNotFoundException/, asked))?.Tags));
  };
  return {
    find,
    async ofDomain(domain) {
      const arns = (await listed()).flatMap(({ CertificateArn, DomainName }) =>
        DomainName?.toLowerCase() === domain && CertificateArn !== undefined ? [CertificateArn] : [],
      );
      return (await Promise.all(arns.map(find))).filter((found) => found !== undefined);
    },
    async issued() {
      return (await listed(["ISSUED"])).map((found) => ({
        arn: found.CertificateArn ?? "",
        domain: found.DomainName ?? "",
        names: found.SubjectAlternativeNameSummaries ?? [],
        ...(found.NotAfter === undefined ? {} : { notAfter: found.NotAfter.getTime() }),
        ...(found.KeyAlgorithm === undefined ? {} : { keyAlgorithm: found.KeyAlgorithm }),
      }));
    },
    async request({ domain, token, tags }) {
      const { CertificateArn } = await caller.send(
        client,
        new RequestCertificateCommand({
          DomainName: domain,
          ValidationMethod: "DNS",
          IdempotencyToken: token,
          Tags: upperTags(tags),
        }),
        "acm",
      );
      return CertificateArn ?? "";
    },
    async tag(arn, tags) {
      await caller.send(client, new AddTagsToCertificateCommand({ CertificateArn: arn, Tags: upperTags(tags) }), "acm");
    },
    async delete(arn) {
      await caller.send(client, new DeleteCertificateCommand({ CertificateArn: arn }), "acm");
    },
  };
}
