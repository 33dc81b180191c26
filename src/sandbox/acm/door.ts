/** `/_sandbox/certificates`: gives a certificate the state that a test needs and that takes AWS days or a refusal. */
import type { SandboxState } from "../world";
import { issue } from "./records";

const STATES = ["PENDING_VALIDATION", "ISSUED", "FAILED", "EXPIRED", "VALIDATION_TIMED_OUT", "REVOKED"];
const DAY_MS = 86_400_000;

/** What of the body is wrong. */
export class CertificateDoorError extends Error {}

/** Sets a certificate's status; `reason` is that of a failure, `notAfter` when an issued one ends. */
export function setCertificate(world: SandboxState, body: unknown): { readonly arn: string; readonly status: string } {
  const given = typeof body === "object" && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const { arn, status, reason, notAfter } = given;
  const record = [...world.regions.values()].map((r) => r.acm.certificates.get(String(arn))).find(Boolean);
  if (typeof arn !== "string" || !record) throw new CertificateDoorError("'arn' must name a certificate");
  if (typeof status !== "string" || !STATES.includes(status))
    throw new CertificateDoorError(`'status' must be one of ${STATES.join(", ")}`);
  const end = notAfter === undefined ? undefined : new Date(typeof notAfter === "string" ? notAfter : Number.NaN);
  if (end && Number.isNaN(end.getTime())) throw new CertificateDoorError("'notAfter' must be a time");
  const expired = status === "EXPIRED" ? (end ?? new Date(Date.now() - DAY_MS)) : end;
  if (["ISSUED", "EXPIRED"].includes(status) && record.detail.Type !== "IMPORTED") {
    record.issued = issue(world, record, expired);
    record.detail.IssuedAt ??= new Date();
  }
  record.detail.Status = status;
  if (status === "FAILED") record.detail.FailureReason = typeof reason === "string" ? reason : "CAA_ERROR";
  return { arn, status };
}
