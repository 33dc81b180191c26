/** Address arithmetic of EC2 and of load balancers. */
export interface Range {
  readonly first: number;
  readonly size: number;
}

const OCTET = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;

/** The 32-bit number of a dotted address, or undefined. */
export function toNumber(address: string): number | undefined {
  const parts = address.split(".");
  if (parts.length !== 4 || parts.some((p) => !OCTET.test(p))) return undefined;
  return parts.reduce((n, p) => n * 256 + Number(p), 0);
}

export function toAddress(n: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256).join(".");
}

/** The length behind the slash, or undefined where there is none up to `most`. */
function lengthOf(bits: string | undefined, most: number): number | undefined {
  return bits !== undefined && /^[0-9]+$/.test(bits) && Number(bits) <= most ? Number(bits) : undefined;
}

/** The addresses of an IPv4 block, or undefined when it is none. */
export function rangeOf(cidr: string): Range | undefined {
  const [base = "", bits, ...more] = cidr.split("/");
  const n = toNumber(base);
  const prefix = lengthOf(bits, 32);
  if (n === undefined || prefix === undefined || more.length > 0) return undefined;
  const size = 2 ** (32 - prefix);
  return { first: n - (n % size), size };
}

/** The eight groups of an IPv6 address, or undefined. */
function groupsOf(address: string): number[] | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  if (dotted) {
    const n = toNumber(dotted[2] ?? "");
    if (n === undefined) return undefined;
    return groupsOf(`${dotted[1]}${Math.floor(n / 65536).toString(16)}:${(n % 65536).toString(16)}`);
  }
  if (!/^[0-9a-fA-F:]+$/.test(address) || address.split("::").length > 2) return undefined;
  const [left = "", right] = address.split("::");
  const read = (half: string): string[] => (half === "" ? [] : half.split(":"));
  const [a, b] = [read(left), read(right ?? "")];
  const gap = 8 - a.length - b.length;
  if (right === undefined ? gap !== 0 : gap < 1) return undefined;
  const all = [...a, ...Array.from({ length: gap }, () => "0"), ...b];
  return all.every((g) => /^[0-9a-fA-F]{1,4}$/.test(g)) ? all.map((g) => parseInt(g, 16)) : undefined;
}

/** The groups of an IPv6 block with what is behind the prefix cleared, or undefined. */
function block6(cidr: string): { groups: number[]; prefix: number } | undefined {
  const [base = "", bits, ...more] = cidr.split("/");
  const groups = groupsOf(base);
  const prefix = lengthOf(bits, 128);
  if (!groups || prefix === undefined || more.length > 0) return undefined;
  return { groups: masked(groups, prefix), prefix };
}

const masked = (groups: readonly number[], prefix: number): number[] =>
  groups.map((g, i) => {
    const free = 16 - Math.min(16, Math.max(0, prefix - 16 * i));
    return g - (g % 2 ** free);
  });

/** Whether the block, of IPv4 or IPv6, has the address. */
export function contains(cidr: string, address: string): boolean {
  if (cidr.includes(":")) {
    const block = block6(cidr);
    const groups = groupsOf(address);
    return block !== undefined && groups !== undefined && masked(groups, block.prefix).join() === block.groups.join();
  }
  const range = rangeOf(cidr);
  const n = toNumber(address);
  return range !== undefined && n !== undefined && n >= range.first && n < range.first + range.size;
}

/** Whether two IPv4 blocks have an address in common. */
export function overlaps(a: string, b: string): boolean {
  const x = rangeOf(a);
  const y = rangeOf(b);
  return x !== undefined && y !== undefined && x.first < y.first + y.size && y.first < x.first + x.size;
}

/**
 * The block as EC2 stores it: bits behind the prefix cleared, IPv6 in its short form. Undefined when it is malformed.
 */
export function stored(cidr: string): string | undefined {
  const range = rangeOf(cidr);
  if (range) return `${toAddress(range.first)}/${32 - Math.log2(range.size)}`;
  const block = cidr.includes(":") ? block6(cidr) : undefined;
  if (!block) return undefined;
  const text = block.groups.map((g) => g.toString(16)).join(":");
  const runs = [...text.matchAll(/(?<![0-9a-f])0(?::0)+(?![0-9a-f])/g)];
  const longest = runs.reduce<RegExpExecArray | undefined>(
    (best, run) => (best === undefined || run[0].length > best[0].length ? run : best),
    undefined,
  );
  if (!longest) return `${text}/${block.prefix}`;
  const before = text.slice(0, longest.index).replace(/:$/, "");
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, "");
  return `${before}::${after}/${block.prefix}`;
}
