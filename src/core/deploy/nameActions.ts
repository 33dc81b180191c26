/** How certificates and records that Slipway made are taken away again, and no others. */
import { errorCode } from "../base/errors";
import type { Certificate, Cloud, LoadBalancer } from "../ports/cloud";
import { leadOf, proofTag, proves } from "./names";
import { poll, type Waiting } from "./step";

/** What ACM says of a certificate that a listener had a moment ago. */
const stillUsed = /^ResourceInUse/;
const gone = /^(ResourceNotFound|NoSuchHostedZone|InvalidChangeBatch)/;

const unlessGone = (removal: Promise<void>): Promise<void> =>
  removal.catch((error: unknown) => {
    if (!gone.test(errorCode(error))) throw error;
  });

/**
 * Deletes a certificate that Slipway requested, with the record that it wrote for its proof. Gives false where something
 * still uses it when the time is over: it then stays, with its record, without which ACM could not renew it.
 */
export async function removeCertificate(
  context: Waiting & { readonly cloud: Cloud },
  { arn }: Pick<Certificate, "arn">,
  limitMilliseconds: number,
): Promise<boolean> {
  const { certificates } = context.cloud;
  const free = await poll(context, limitMilliseconds, async () => {
    const found = await certificates.find(arn);
    return found && found.usedBy.length > 0 ? undefined : { found };
  });
  if (!free) return false;
  if (free.found) await removeProofs(context.cloud, free.found);
  const deleted = await poll(context, limitMilliseconds, async () => {
    try {
      await unlessGone(certificates.delete(arn));
      return true;
    } catch (error) {
      if (!stillUsed.test(errorCode(error))) throw error;
      return undefined;
    }
  });
  return deleted === true;
}

/** A name has one proof for all its certificates: it stays where another one needs it to be renewed. */
async function removeProofs({ certificates, zones }: Cloud, certificate: Certificate): Promise<void> {
  const zone = certificate.tags[proofTag];
  const domain = certificate.domain.toLowerCase();
  if (zone === undefined) return;
  const others = [...(await certificates.issued()), ...(await certificates.ofDomain(domain))].filter(
    ({ arn, names }) =>
      arn !== certificate.arn && names.some((name) => name.toLowerCase().replace(/^\*\./, "") === domain),
  );
  if (others.length) return;
  for (const proof of certificate.proofs) {
    const there = await zones.records(zone, proof.name).catch((error: unknown) => {
      if (!gone.test(errorCode(error))) throw error;
      return [];
    });
    if (there.some((set) => proves(set, proof))) await unlessGone(zones.delete(zone, proof));
  }
}

/** Deletes the record of a name, where it still leads to the load balancer that it was written for. */
export async function removeRecord(
  { zones }: Cloud,
  { zone, name }: { readonly zone: string; readonly name: string },
  { dnsName, zoneId = "" }: Pick<LoadBalancer, "dnsName" | "zoneId">,
): Promise<void> {
  const records = await zones.records(zone, name).catch((error: unknown) => {
    if (!gone.test(errorCode(error))) throw error;
    return [];
  });
  const written = records.filter(({ type, alias }) => type === "A" && alias !== undefined);
  if (leadOf(written, { dnsName })?.here) await unlessGone(zones.delete(zone, { name, balancer: { dnsName, zoneId } }));
}
