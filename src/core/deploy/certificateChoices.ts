/** Certificates of the account and region that a load balancer can show for a host. */
import { coversHost } from "../base/certificateNames";
import type { Certificate, CertificatePort } from "../ports/cloud";
import { isUsableKey } from "./names";

export type CertificateChoice = Pick<Certificate, "arn" | "domain" | "names" | "notAfter">;

/** Those that are issued, good for the host and of a usable key; the one that is good the longest first. */
export async function certificatesFor(
  certificates: Pick<CertificatePort, "issued">,
  host: string,
  now: number,
): Promise<CertificateChoice[]> {
  return (await certificates.issued())
    .filter(({ notAfter = Infinity, keyAlgorithm }) => notAfter > now && isUsableKey(keyAlgorithm))
    .filter(({ names }) => names.some((name) => coversHost(name, host)))
    .sort((one, other) => (other.notAfter ?? Infinity) - (one.notAfter ?? Infinity));
}
