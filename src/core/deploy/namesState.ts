/** What is read of certificates, zones and records. */
import type { Certificate, RecordSet, Zone } from "../ports/cloud";
import { known, type Read } from "../service/snapshot/serviceSnapshot";

export interface NamesState {
  /** The stated one, those of the domain, and those of this application's listeners. */
  readonly certificates: readonly Certificate[];
  /** Public zones that have the domain; several of one name, where nobody can tell which of them answers. */
  readonly zones: Read<readonly Zone[]>;
  /** What the zone has at the domain. */
  readonly records: readonly RecordSet[];
  /** What the zone has at the names that prove the certificate. */
  readonly proofs: readonly RecordSet[];
  /** Certificates of a listener that others made and this application's rule goes to. */
  readonly foreign: Read<readonly Certificate[]>;
}

export const noNames: NamesState = { certificates: [], zones: known([]), records: [], proofs: [], foreign: known([]) };
