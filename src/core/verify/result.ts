/** One item that was looked at. */
export interface CheckResult {
  id: string;
  title: string;
  state: "passed" | "failed" | "leftOut";
  evidence: string;
}
