/** Certificates, zones and records that HTTPS and a name of one's own hang on, and what they come to. Pure. */
import { coversHost } from "../base/certificateNames";
import type { Application, LoadBalancerSettings } from "../app/app";
import type { Certificate, DnsRecord, Listener, LoadBalancer, RecordSet, Tags, Zone } from "../ports/cloud";
import { valueOf } from "../service/snapshot/serviceSnapshot";
import type { NamesState } from "./namesState";
import { isOurs, type ObservedState, type RunInput } from "./observedState";
import { balancerOf } from "./steps/network";

/** Tag of a load balancer: the record that was written for it, `zone/name`. */
export const recordTag = "slipway:record";
/** Tag of a certificate: the zone that its proof was written into. */
export const proofTag = "slipway:proof";

/** A load balancer that speaks HTTPS, with its name. */
export type SecureSettings = LoadBalancerSettings & { domain: string; certificate: string };

/** The settings where this application's own listener is to speak HTTPS. */
export function secureSettings(observed: ObservedState, input: RunInput): SecureSettings | undefined {
  const settings = balancerOf(observed, input);
  if (settings?.certificate === undefined || settings.domain === undefined) return undefined;
  if (observed.listener && !isOurs(observed.listener.tags, input.app)) return undefined;
  return { ...settings, domain: settings.domain, certificate: settings.certificate };
}

export const isSecure = (observed: ObservedState, input: RunInput): boolean =>
  secureSettings(observed, input) !== undefined;

export const isUsable = ({ status, notAfter = Infinity }: Certificate, now: number): boolean =>
  status === "ISSUED" && notAfter > now;

/** Keys that an application load balancer takes. Source: its user guide, page on certificates. */
const usableKeys = /^(RSA_(2048|3072|4096)|EC_(prime256v1|secp384r1|secp521r1))$/;

/** What ACM does not say is not held against it. */
export const isUsableKey = (algorithm: string | undefined): boolean =>
  algorithm === undefined || usableKeys.test(algorithm);

/** The certificate that the listener is to have, as far as it is there: issued, or on its way. */
export function wantedCertificate(observed: ObservedState, input: RunInput): Certificate | undefined {
  const settings = secureSettings(observed, input);
  const { certificates } = observed.names;
  if (!settings) return undefined;
  if (settings.certificate !== "request") return certificates.find(({ arn }) => arn === settings.certificate);
  const own = ownRequests(certificates, input.app, settings.domain);
  const newest = (one: Certificate, other: Certificate) => (other.createdAt ?? 0) - (one.createdAt ?? 0);
  return (
    own.filter((each) => isUsable(each, input.clock.now())).sort(newest)[0] ??
    own.filter(({ status }) => status === "PENDING_VALIDATION").sort(newest)[0]
  );
}

/** What was requested for the domain before, in whichever state. */
export const ownRequests = (certificates: readonly Certificate[], app: Application, domain: string): Certificate[] =>
  certificates.filter((each) => isOurs(each.tags, app) && each.domain.toLowerCase() === domain);

/** The zone that the domain's records go to; undefined where none is known to answer. */
export function zoneOf({ zones }: NamesState): Zone | undefined {
  const found = valueOf(zones) ?? [];
  return found.length === 1 ? found[0] : undefined;
}

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, "");

/** Whether a record says what proves a name. */
export const proves = (set: RecordSet, proof: DnsRecord): boolean =>
  set.name === plain(proof.name) &&
  set.type === proof.type &&
  set.values.some((value) => plain(value) === plain(proof.value));

/** Proofs of a certificate that the zone does not have. */
export const missingProofs = ({ proofs }: NamesState, certificate: Certificate): DnsRecord[] =>
  certificate.proofs.filter((proof) => !proofs.some((set) => proves(set, proof)));

/** Proofs in whose place the zone has something else. */
export const takenProofs = (names: NamesState, certificate: Certificate): DnsRecord[] =>
  missingProofs(names, certificate).filter((proof) => names.proofs.some(({ name }) => name === plain(proof.name)));

/** Types of records that say where a name leads. */
const leading = new Set(["A", "AAAA", "CNAME"]);

/** Where the records of a name lead: here, to something else, or nowhere yet. */
export function leadOf(
  records: readonly RecordSet[],
  balancer: Pick<LoadBalancer, "dnsName"> | undefined,
): { readonly here: boolean; readonly to: string } | undefined {
  const found = records.filter(({ type }) => leading.has(type));
  if (!found.length) return undefined;
  const here = plain(balancer?.dnsName ?? "");
  const target = ({ alias, values }: RecordSet): string[] => (alias === undefined ? [...values] : [alias]);
  const elsewhere = found.flatMap(target).filter((to) => plain(to).replace(/^dualstack\./, "") !== here);
  return { here: elsewhere.length === 0, to: elsewhere.join(", ") };
}

export const covers = ({ names }: Pick<Certificate, "names">, host: string): boolean =>
  names.some((name) => coversHost(name, host));

/** The host that a rule of another's listener is asked by; undefined where it takes several, or any. */
export const hostOf = ({ domain, hostHeader }: LoadBalancerSettings): string | undefined =>
  domain ?? (hostHeader !== undefined && !/[*?]/.test(hostHeader) ? hostHeader : undefined);

/**
 * Where port 80 sends people. To the domain where the certificate is good for nothing else: who calls the load balancer
 * by its own name would be warned of a wrong certificate; else to the host that they called.
 */
export function redirectTo({ listenerPort, domain }: SecureSettings, certificate: Certificate | undefined) {
  const others = (certificate?.names ?? []).filter((name) => name.toLowerCase() !== domain);
  return { protocol: "HTTPS", host: others.length ? "#{host}" : domain, port: String(listenerPort) };
}

/** The record that was written for a load balancer, by its tag. */
export function recordOf(tags: Tags): { readonly zone: string; readonly name: string } | undefined {
  const [zone, name] = (tags[recordTag] ?? "").split("/");
  return zone && name ? { zone, name } : undefined;
}

/** What a deployment leaves behind that only the settings before needed; nothing of others is among it. */
export interface Leftovers {
  readonly listeners: readonly Listener[];
  readonly certificates: readonly Certificate[];
  readonly record: { readonly zone: string; readonly name: string } | undefined;
}

export function leftovers(observed: ObservedState, input: RunInput): Leftovers {
  const { app } = input;
  const settings = balancerOf(observed, input);
  const { loadBalancer, balancing, names } = observed;
  if (!settings) return { listeners: [], certificates: [], record: undefined };
  const secure = settings.certificate !== undefined;
  const listeners = balancing.listeners.filter(
    ({ port, protocol, redirect, tags }) =>
      isOurs(tags, app) &&
      port !== settings.listenerPort &&
      (protocol === "HTTPS" || (secure && settings.redirectHttp === false && (port === 80 || redirect !== undefined))),
  );
  const wanted = wantedCertificate(observed, input);
  const written = loadBalancer && isOurs(loadBalancer.tags, app) ? recordOf(loadBalancer.tags) : undefined;
  return {
    listeners,
    certificates: names.certificates.filter(
      (each) => isOurs(each.tags, app) && each.arn !== wanted?.arn && each.arn !== settings.certificate,
    ),
    record: written && written.name !== settings.domain ? written : undefined,
  };
}
