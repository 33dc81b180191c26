/** Texts with wildcards, as AWS writes them in policies and listener rules: `*` for any run of characters, `?` for one. */

/** A character that has to be there, or a wildcard. */
export type WildcardPart = { readonly character: string } | "one" | "run";

/** Characters that stand for themselves. */
export const literally = (text: string): WildcardPart[] => [...text].map((character) => ({ character }));

/**
 * Reads a pattern.
 * @param escapes true where a backslash makes the wildcard (or backslash) behind it stand for itself
 */
export function wildcardParts(pattern: string, escapes = false): WildcardPart[] {
  const parts: WildcardPart[] = [];
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string;
    const next = characters[at + 1];
    if (escapes && character === "\\" && next !== undefined && /[*?\\]/.test(next)) {
      parts.push({ character: next });
      at++;
    } else parts.push(character === "*" ? "run" : character === "?" ? "one" : { character });
  }
  return parts;
}

/** Whether some text fits both patterns. Each pair of places is looked at once. */
export function meet(one: readonly WildcardPart[], other: readonly WildcardPart[], ignoreCase = false): boolean {
  const fold = (character: string): string => (ignoreCase ? character.toLowerCase() : character);
  const seen = new Set<number>();
  const open: [number, number][] = [[0, 0]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [a, b] = next;
    const key = a * (other.length + 1) + b;
    if (seen.has(key)) continue;
    seen.add(key);
    if (a === one.length && b === other.length) return true;
    const [left, right] = [one[a], other[b]];
    if (left === "run") open.push([a + 1, b]);
    if (right === "run") open.push([a, b + 1]);
    if (left === undefined || right === undefined) continue;
    const same =
      typeof left === "string" || typeof right === "string" || fold(left.character) === fold(right.character);
    if (same) open.push([left === "run" ? a : a + 1, right === "run" ? b : b + 1]);
  }
  return false;
}

/**
 * Whether every text that fits `inner` fits `outer`. True is certain; a pattern that covers another by a longer way round
 * than wildcard against wildcard is not recognized.
 */
export function covers(outer: readonly WildcardPart[], inner: readonly WildcardPart[], ignoreCase = false): boolean {
  const fold = (character: string): string => (ignoreCase ? character.toLowerCase() : character);
  const seen = new Set<number>();
  const open: [number, number][] = [[0, 0]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [o, i] = next;
    const key = o * (inner.length + 1) + i;
    if (seen.has(key)) continue;
    seen.add(key);
    const [wide, narrow] = [outer[o], inner[i]];
    if (wide === undefined && narrow === undefined) return true;
    if (wide === "run") {
      open.push([o + 1, i]);
      if (narrow !== undefined) open.push([o, i + 1]);
      continue;
    }
    if (wide === undefined || narrow === undefined || narrow === "run") continue;
    if (wide === "one" || (narrow !== "one" && fold(wide.character) === fold(narrow.character)))
      open.push([o + 1, i + 1]);
  }
  return false;
}

/** Whether the whole text fits. Goes back to the last `*` alone, so that no pattern takes long. */
export function fitsWildcards(parts: readonly WildcardPart[], text: string, ignoreCase = false): boolean {
  const fold = (character: string): string => (ignoreCase ? character.toLowerCase() : character);
  const characters = [...text].map(fold);
  let at = 0;
  let part = 0;
  let resume: { part: number; at: number } | undefined;
  while (at < characters.length) {
    const wanted = parts[part];
    if (wanted === "run") resume = { part: ++part, at };
    else if (wanted !== undefined && (wanted === "one" || fold(wanted.character) === characters[at])) {
      part++;
      at++;
    } else if (resume) {
      resume = { part: resume.part, at: resume.at + 1 };
      ({ part, at } = resume);
    } else return false;
  }
  return parts.slice(part).every((left) => left === "run");
}
