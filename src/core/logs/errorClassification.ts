/** What goes wrong between a tail and AWS, and how each kind is got over: a table, so that nothing ends a tail by accident. */
import { errorCode, isCancelled, quotedText } from "../base/errors";

export type ErrorClass =
  | "cancelled"
  | "throttled"
  | "credentials"
  | "notThere"
  | "badToken"
  | "refused"
  | "unreachable";

const kinds: readonly [RegExp, ErrorClass][] = [
  [/^(Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|RequestThrottled)/, "throttled"],
  [/^(CredentialsExpired|CredentialsRefused|NoCredentials|ExpiredToken)/, "credentials"],
  [/^ResourceNotFound/, "notThere"],
  [
    /^(AccessDenied|Unauthorized|ValidationException|InvalidParameter|InvalidOperation|NotImplemented|UnknownOperation|ProfileMissing|NoRegion|ServiceMissing|TaskMissing|NoLogs)/,
    "refused",
  ],
];

/** What kind of trouble an error is; what nobody knows is taken for a bad connection, and tried again. */
export function classifyError(error: unknown): ErrorClass {
  if (isCancelled(error)) return "cancelled";
  const code = errorCode(error);
  if (/InvalidParameter/.test(code) && /nextToken/.test(quotedText(error))) return "badToken";
  return kinds.find(([pattern]) => pattern.test(code))?.[1] ?? "unreachable";
}

/** Milliseconds until the next attempt: doubling from half a second to thirty, with a random part so that tails do not march in step. */
export function backOff(attempt: number, random: () => number): number {
  const whole = Math.min(30_000, 500 * 2 ** Math.min(attempt, 10));
  return whole / 2 + (whole / 2) * random();
}
