/** What ACM and Route 53 say of an application's domain and certificate. */
import type { Certificate, RecordSet } from "../ports/cloud";
import { known, read } from "../service/snapshot/serviceSnapshot";
import { hostOf, ownRequests, zoneOf } from "./names";
import { noNames, type NamesState } from "./namesState";
import { isOurs, type ObservedState, type RunInput } from "./observedState";

type See = <K extends keyof ObservedState>(key: K) => Promise<ObservedState[K]>;

/** Reads what is stated, what was requested before, and what the listeners have; nothing for one that has only HTTP. */
export async function observeNames({ app: named, cloud, goBack }: RunInput, see: See): Promise<NamesState> {
  const settings = named.loadBalancer;
  if (!settings || goBack) return noNames;
  const [{ listeners, listener }, ownership] = await Promise.all([see("balancing"), see("ownership")]);
  const app = { ...named, owner: ownership.planned };
  const { domain, certificate } = settings;
  const attached = listeners.flatMap((each) =>
    each.certificate !== undefined && isOurs(each.tags, app) ? [each.certificate] : [],
  );
  const [certificates, zones, foreign] = await Promise.all([
    certificatesOf(
      cloud,
      [...attached, ...(await reachable(certificate, see))],
      certificate === "request" ? domain : undefined,
    ),
    domain === undefined ? known([]) : read(() => cloud.zones.of(domain)),
    listener?.protocol === "HTTPS" && !isOurs(listener.tags, app) && hostOf(settings) !== undefined
      ? read(async () => certificatesOf(cloud, await cloud.elb.certificatesOf(listener.arn), undefined))
      : known([]),
  ]);
  const found = { ...noNames, certificates, zones, foreign };
  const zone = zoneOf(found);
  if (!zone || domain === undefined) return found;
  const proofNames = ownRequests(certificates, app, domain).flatMap(({ proofs }) => proofs.map(({ name }) => name));
  const [records, proofs] = await Promise.all([
    cloud.zones.records(zone.id, domain),
    Promise.all([...new Set(proofNames)].map((name): Promise<RecordSet[]> => cloud.zones.records(zone.id, name))),
  ]);
  return { ...found, records, proofs: proofs.flat() };
}

/** A stated certificate that can be asked for here: one of another region or account is not known to this one. */
async function reachable(certificate: string | undefined, see: See): Promise<string[]> {
  if (certificate === undefined || certificate === "request") return [];
  const { region, account } = await see("identity");
  const [, , , itsRegion, itsAccount] = certificate.split(":");
  return itsRegion === region && itsAccount === account ? [certificate] : [];
}

async function certificatesOf(
  { certificates }: RunInput["cloud"],
  arns: readonly string[],
  domain: string | undefined,
): Promise<Certificate[]> {
  const found = await Promise.all([
    ...[...new Set(arns)].map((arn) => certificates.find(arn)),
    ...(domain === undefined ? [] : [certificates.ofDomain(domain)]),
  ]);
  const all = found.flat().filter((each) => each !== undefined);
  return all.filter(({ arn }, index) => all.findIndex((other) => other.arn === arn) === index);
}
