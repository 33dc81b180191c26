/** IPv4 arithmetic. */
export interface Range {
  readonly first: number;
  readonly size: number;
}

/** The 32-bit number of a dotted address, or undefined. */
export function toNumber(address: string): number | undefined {
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((p) => !Number.isInteger(p) || p < 0 || p > 255)) return undefined;
  return parts.reduce((n, p) => n * 256 + p, 0);
}

export function toAddress(n: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256).join(".");
}

/** The addresses of a CIDR block, or undefined when it is none. */
export function rangeOf(cidr: string): Range | undefined {
  const [base = "", bits = ""] = cidr.split("/");
  const n = toNumber(base);
  const prefix = Number(bits);
  if (n === undefined || bits === "" || !Number.isInteger(prefix) || prefix < 0 || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  return { first: n - (n % size), size };
}

export function contains(cidr: string, address: string): boolean {
  const range = rangeOf(cidr);
  const n = toNumber(address);
  return range !== undefined && n !== undefined && n >= range.first && n < range.first + range.size;
}

export function overlaps(a: string, b: string): boolean {
  const x = rangeOf(a);
  const y = rangeOf(b);
  return x !== undefined && y !== undefined && x.first < y.first + y.size && y.first < x.first + x.size;
}
