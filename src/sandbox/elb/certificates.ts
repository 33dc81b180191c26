/** Certificates of listeners: which may be used, and which of them answers for a name. */
import { createSecureContext, type SecureContext } from "node:tls";
import { certificatesOf, covers, settled } from "../acm/records";
import type { CertificateRecord } from "../acm/state";
import type { Certificate, Elbv2Operations } from "../model/elbv2.types";
import type { Table } from "../registry";
import type { ListenerRecord, LoadBalancerRecord } from "../states";
import { page } from "../util";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { badMarker } from "./loadBalancers";
import { listenerOf } from "./lookup";
import { versionsOf } from "./sslPolicies";

/** Without the default ones: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const MOST = 25;

/** Throws what ELB answers to a certificate that the region does not have, or that cannot be served. */
function usable(world: SandboxState, region: Region, arn: string): void {
  const record = region.acm.certificates.get(arn);
  if (!record) throw new ApiError("CertificateNotFound", `Certificate '${arn}' not found`);
  if (settled(world, record).detail.Status !== "ISSUED")
    throw new ApiError(
      "UnsupportedCertificate",
      `The certificate '${arn}' must have a fully-qualified domain name, a supported signature, and a supported key size.`,
    );
}

/** The default certificate of a listener of that protocol; throws where there is none, more than one, or one too many. */
export function defaultCertificate(
  world: SandboxState,
  region: Region,
  protocol: string,
  given: readonly Certificate[] | undefined,
): string | undefined {
  if (protocol !== "HTTPS") {
    if (given?.length)
      throw new ApiError("ValidationError", `Certificates cannot be specified for ${protocol} listeners`);
    return undefined;
  }
  const [first, ...more] = given ?? [];
  if (first?.CertificateArn === undefined)
    throw new ApiError("ValidationError", "A certificate must be specified for HTTPS listeners");
  if (more.length > 0) throw new ApiError("ValidationError", "Only one default certificate can be specified");
  usable(world, region, first.CertificateArn);
  return first.CertificateArn;
}

function checkCount(balancer: LoadBalancerRecord, added: number): void {
  const now = [...balancer.listeners.values()].reduce((sum, l) => sum + l.certificates.size, 0);
  if (now + added > MOST)
    throw new ApiError(
      "TooManyCertificates",
      `The maximum number of certificates on load balancer '${balancer.loadBalancer.LoadBalancerName ?? ""}' has been reached`,
    );
}

function secure(record: ListenerRecord): void {
  if (record.listener.Protocol !== "HTTPS")
    throw new ApiError("InvalidConfigurationRequest", "Certificates can only be added to HTTPS listeners");
}

type Operations = Pick<
  Elbv2Operations,
  "AddListenerCertificates" | "RemoveListenerCertificates" | "DescribeListenerCertificates"
>;

export const certificateOperations = (world: SandboxState): Table<Operations> => ({
  AddListenerCertificates: {
    supports: "*",
    run: (input, { region }) => {
      const { record, balancer } = listenerOf(region, input.ListenerArn);
      secure(record);
      const arns = input.Certificates.flatMap((c) => c.CertificateArn ?? []);
      if (arns.length !== 1) throw new ApiError("ValidationError", "You must specify exactly one certificate");
      for (const arn of arns) usable(world, region, arn);
      checkCount(balancer, arns.filter((arn) => !record.certificates.has(arn)).length);
      for (const arn of arns) record.certificates.add(arn);
      return { Certificates: arns.map((CertificateArn) => ({ CertificateArn, IsDefault: false })) };
    },
  },
  RemoveListenerCertificates: {
    supports: "*",
    run: (input, { region }) => {
      const { record } = listenerOf(region, input.ListenerArn);
      for (const { CertificateArn: arn = "" } of input.Certificates) {
        if (record.listener.Certificates?.some((c) => c.CertificateArn === arn))
          throw new ApiError(
            "OperationNotPermitted",
            `Default certificate '${arn}' cannot be removed from the listener`,
          );
        record.certificates.delete(arn);
      }
      return {};
    },
  },
  DescribeListenerCertificates: {
    supports: "*",
    run: (input, { region }) => {
      const { listener, certificates } = listenerOf(region, input.ListenerArn).record;
      const all = [
        ...(listener.Certificates ?? []).map((c) => ({ ...c, IsDefault: true })),
        ...[...certificates].map((CertificateArn) => ({ CertificateArn, IsDefault: false })),
      ];
      const p = page(all, input.Marker, input.PageSize ?? 400, badMarker);
      return { Certificates: p.items, NextMarker: p.next };
    },
  },
});

const contexts = new WeakMap<object, Map<string, SecureContext>>();

function contextOf({ issued }: CertificateRecord, policy: string): SecureContext | undefined {
  if (!issued) return undefined;
  const known = contexts.get(issued) ?? new Map<string, SecureContext>();
  contexts.set(issued, known);
  const made =
    known.get(policy) ??
    createSecureContext({
      cert: `${issued.certificate}\n${issued.chain}`,
      key: issued.key,
      ...versionsOf(policy),
    });
  known.set(policy, made);
  return made;
}

/**
 * What answers a client that names `host`, as ELB chooses: the certificate whose name it is, else one whose wildcard
 * covers it, else the default one.
 */
export function contextFor(region: Region, listener: ListenerRecord, host: string): SecureContext | undefined {
  const all = certificatesOf(listener).flatMap((arn) => region.acm.certificates.get(arn) ?? []);
  const names = ({ detail }: CertificateRecord): readonly string[] => detail.SubjectAlternativeNames ?? [];
  const chosen =
    all.find((c) => names(c).some((name) => name === host.toLowerCase())) ??
    all.find((c) => names(c).some((name) => covers(name, host))) ??
    all[0];
  return chosen && contextOf(chosen, listener.listener.SslPolicy ?? "");
}
