import type { ServiceSnapshot } from "../snapshot/serviceSnapshot";

export type ReviewSeverity = "high" | "medium" | "low";

/** One thing that works as it is and should still not be so. */
export interface ReviewFinding {
  /** Of the rule, for machines. */
  id: string;
  severity: ReviewSeverity;
  /** One sentence. */
  sentence: string;
  /** What proves it; a secret's value is never among it. */
  evidence: string[];
  remedy: string;
  /** A command that does it, where one does. */
  command?: string;
}

/** What was looked at; what could not be read is no finding and no proof that there is none. */
export interface Review {
  findings: ReviewFinding[];
  /** What could not be looked at, and why. */
  unknown: string[];
  /** Rules that found nothing. */
  clean: string[];
}

export interface ReviewRule {
  id: string;
  title: string;
  look(snapshot: ServiceSnapshot): Omit<ReviewFinding, "id">[];
}
