/** What is remembered of certificates. */
import type { CertificateDetail } from "../model/acm.types";
import type { Tags } from "../states";
import type { Issued } from "./authority";

export interface CertificateRecord {
  readonly detail: CertificateDetail;
  readonly tags: Tags;
  issued?: Pick<Issued, "certificate" | "key" | "chain">;
  /** Until then the records for the validation are not shown: AWS makes them in the seconds after the request. */
  readonly recordsAt: number;
  /** When the records for the validation were first seen. */
  seenAt?: number;
  readonly token: string | undefined;
}

export interface AcmState {
  readonly certificates: Map<string, CertificateRecord>;
}
