import type { RunRequest, ServiceInspection } from "../../core/api";
import type { Diagnosis } from "../../core/service/diagnosis/types";
import type { Review } from "../../core/service/review/finding";

/** What the AWS Resources view hands over: the node's own words, and the connection that it was read by. */
export interface FromResources {
  readonly connection: ServiceInspection;
  readonly kind: string;
  readonly ref: Readonly<Record<string, string>>;
  readonly label: string;
}

/** Diagnosis and review, once their bundle is loaded. */
export interface DiagnosisPart {
  /** Diagnoses a resource's node; without one the active application. */
  diagnose(node: FromResources | undefined): Promise<Diagnosis | undefined>;
  review(connection: ServiceInspection, request: RunRequest): Promise<Review>;
}
