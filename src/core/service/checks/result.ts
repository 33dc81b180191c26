export type CheckState = "passed" | "failed" | "blocked" | "leftOut";

/** One item that was looked at. */
export interface CheckResult {
  id: string;
  title: string;
  /** `blocked`: it is not as it should be, and follows from another item, which has to be fixed first. */
  state: CheckState;
  evidence: string;
  /** Of a blocked one: the item that it follows from. */
  blockedBy?: string;
  /** When it was looked at, in epoch milliseconds. */
  at?: number;
  /** How long the answer took, where that says something. */
  milliseconds?: number;
}
