/** Texts of policies that stand for many: wildcards, ARNs and variables. */

/** What a request carries, by condition key in small letters. */
export type Context = ReadonlyMap<string, readonly string[]>;

/** A piece of a pattern; a literal one has no wildcards, whatever is in it. */
export interface Piece {
  readonly text: string;
  readonly literal?: boolean;
}

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

const sourceOf = ({ text, literal }: Piece): string =>
  literal ? quoted(text) : quoted(text).replaceAll("\\*", "[^]*").replaceAll("\\?", "[^]");

/** Whether the whole text is what the pattern says: `*` any run of characters, `?` one. */
export const globMatches = (pattern: readonly Piece[], text: string, ignoreCase = false): boolean =>
  new RegExp(`^${pattern.map(sourceOf).join("")}$`, ignoreCase ? "iu" : "u").test(text);

/** An ARN's five parts and the rest; those that a pattern leaves out are any. */
function partsOf(pattern: readonly Piece[]): Piece[][] {
  const parts: Piece[][] = [[]];
  for (const piece of pattern) {
    const [first = "", ...more] = piece.text.split(":");
    parts.at(-1)?.push({ ...piece, text: first });
    for (const text of more) {
      if (parts.length === 6) parts.at(-1)?.push({ ...piece, text: `:${text}` });
      else parts.push([{ ...piece, text }]);
    }
  }
  return parts;
}

/** Whether a pattern names this ARN, part by part. `*` alone names everything, also what is no ARN. */
export function arnMatches(pattern: readonly Piece[], arn: string): boolean {
  if (pattern.every((p) => !p.literal && /^\**$/.test(p.text)) && pattern.some((p) => p.text !== "")) return true;
  const given = arn.split(":");
  if (given.length < 6) return pattern.map((p) => p.text).join("") === arn;
  const wanted = partsOf(pattern);
  return [...given.slice(0, 5), given.slice(5).join(":")].every((part, index) => {
    const piece = wanted[index];
    return piece === undefined || globMatches(piece, part);
  });
}

/** The pattern with its variables filled in; undefined when one has no value, so that it names nothing. */
export function expand(text: string, context: Context, variables: boolean): Piece[] | undefined {
  if (!variables) return [{ text }];
  const pieces: Piece[] = [];
  for (const part of text.split(/(\$\{[^}]*\})/)) {
    const inside = /^\$\{([^}]*)\}$/.exec(part)?.[1];
    if (inside === undefined) pieces.push({ text: part });
    else if (/^[*?$]$/.test(inside)) pieces.push({ text: inside, literal: true });
    else {
      const [key = "", fallback] = inside.split(/,(.*)/s).map((side) => side.trim());
      const values = context.get(key.toLowerCase());
      const value = values?.length === 1 ? values[0] : fallback?.replace(/^'(.*)'$/s, "$1");
      if (value === undefined) return undefined;
      pieces.push({ text: value, literal: true });
    }
  }
  return pieces;
}
