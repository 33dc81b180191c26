/** Identifiers in AWS's formats. */
import { randomBytes, randomInt, randomUUID } from "node:crypto";

/** `n` hexadecimal digits. */
export function hex(n: number): string {
  return randomBytes(Math.ceil(n / 2))
    .toString("hex")
    .slice(0, n);
}

/** `n` decimal digits, the first not zero. */
export function digits(n: number): string {
  return String(randomInt(1, 10)) + Array.from({ length: n - 1 }, () => String(randomInt(0, 10))).join("");
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const MIXED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const pick = (alphabet: string, n: number): string =>
  Array.from({ length: n }, () => alphabet[randomInt(0, alphabet.length)]).join("");

/** An IAM unique id (AROA…, 21 characters) or access key id (AKIA…, ASIA…, 20 characters). */
export function iamId(prefix: string): string {
  return prefix + pick(ALPHABET, /^A[KS]IA$/.test(prefix) ? 16 : 17);
}

/** `n` characters of the URL-safe alphabet. */
export function token(n: number): string {
  return pick(MIXED, n);
}

export { randomUUID as uuid };
