/**
 * Blocks of IP addresses, read as strictly as AWS reads them: four decimal numbers without leading zeros, or an IPv6
 * address, a slash and a length in digits. What is written in another way is no block, and is never guessed at.
 */

/** A block: `first` is its lowest address, `bits` how many of them are fixed. */
export interface AddressBlock {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly bits: number;
}

const widthOf = { 4: 32, 6: 128 } as const;

function fromDotted(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

/** The eight groups of an IPv6 address, of which `::` may leave some out and the last two may be written as IPv4. */
function fromColons(text: string): bigint | undefined {
  const tail = /:([0-9.]*\.[0-9.]*)$/.exec(text)?.[1];
  let written = text;
  if (tail !== undefined) {
    const four = fromDotted(tail);
    if (four === undefined) return undefined;
    written = `${text.slice(0, -tail.length)}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`;
  }
  const halves = written.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], rest] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const groups = [...head, ...(rest ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const missing = 8 - groups.length;
  if (rest === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = rest === undefined ? head : [...head, ...Array.from({ length: missing }, () => "0"), ...rest];
  return all.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
}

/** A single address as a block of one; undefined when the text is none. */
export function parseAddress(text: string): AddressBlock | undefined {
  const family = text.includes(":") ? 6 : 4;
  const first = family === 6 ? fromColons(text) : fromDotted(text);
  return first === undefined ? undefined : { family, first, bits: widthOf[family] };
}

/** How many addresses a block has. */
export const sizeOf = ({ family, bits }: AddressBlock): bigint => 1n << BigInt(widthOf[family] - bits);

/** A block with its length (`10.0.0.0/8`); bits behind the length are cleared, as EC2 clears them. Undefined when it is none. */
export function parseBlock(text: string): AddressBlock | undefined {
  const [, address = "", length = ""] = /^([^/]*)\/([0-9]+)$/.exec(text) ?? [];
  const found = parseAddress(address);
  if (!found || Number(length) > widthOf[found.family]) return undefined;
  const block = { ...found, bits: Number(length) };
  return { ...block, first: block.first - (block.first % sizeOf(block)) };
}

/** A block or an address, as a security group's peer may be given. */
export const parseBlockOrAddress = (text: string): AddressBlock | undefined =>
  text.includes("/") ? parseBlock(text) : parseAddress(text);

/** An address in the one form that AWS answers with: of IPv6 the longest run of zeros is left out, letters are small. */
export function addressText({ family, first }: Pick<AddressBlock, "family" | "first">): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (first >> shift) & 255n).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => ((first >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  let run = { from: 0, length: 1 };
  for (let from = 0; from < 8; from++) {
    let length = 0;
    while (groups[from + length] === "0") length++;
    if (length > run.length) run = { from, length };
  }
  if (run.length < 2) return groups.join(":");
  return `${groups.slice(0, run.from).join(":")}::${groups.slice(run.from + run.length).join(":")}`;
}

/** The form in which EC2 stores a block, so that two can be compared as texts; undefined when the text is none. */
export function canonicalBlock(text: string): string | undefined {
  const block = parseBlock(text);
  return block && `${addressText(block)}/${block.bits}`;
}

const endOf = (block: AddressBlock): bigint => block.first + sizeOf(block);

/** Whether two blocks have an address in common. */
export const overlaps = (one: AddressBlock, other: AddressBlock): boolean =>
  one.family === other.family && one.first < endOf(other) && other.first < endOf(one);

/** How much of a block others cover. */
export type Coverage = "all" | "some" | "none";

/** How much of `block` these cover together: two halves make a whole. What is no block covers nothing. */
export function coverage(blocks: readonly string[], block: string): Coverage {
  const wanted = parseBlockOrAddress(block);
  if (!wanted) return "none";
  const parts = blocks
    .flatMap((text) => parseBlockOrAddress(text) ?? [])
    .filter((part) => overlaps(part, wanted))
    .sort((one, other) => (one.first < other.first ? -1 : one.first > other.first ? 1 : 0));
  if (parts.length === 0) return "none";
  let reached = wanted.first;
  for (const part of parts) {
    if (part.first > reached) return "some";
    if (endOf(part) > reached) reached = endOf(part);
  }
  return reached >= endOf(wanted) ? "all" : "some";
}
