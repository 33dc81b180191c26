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
