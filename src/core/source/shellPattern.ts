/**
 * Patterns in `${x#…}`, `${x%…}` and `${x/…/…}`: `*`, `?` and escapes. Matched by the set of places that can be reached,
 * so that the time does not explode with the number of stars.
 */
import { WordError } from "./wordError";

/** What stands for itself, any character, or any number of them; a line end is neither of the last two. */
type Token = { literal: string } | "one" | "any";

/** How much work one expansion may make; more is left undone. */
const mostWork = 50_000_000;

/** @throws WordError for an escape before what needs none */
export function readPattern(pattern: string): Token[] {
  const tokens: Token[] = [];
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (character === "*") tokens.push("any");
    else if (character === "?") tokens.push("one");
    else if (character !== "\\") tokens.push({ literal: character });
    else {
      const next = characters[at + 1];
      // Both have to be escaped to stand in a pattern at all.
      if (next === "}" || next === "/") continue;
      if (next !== "*" && next !== "?" && next !== "\\")
        throw new WordError(`the pattern ${pattern} escapes what needs no escape`);
      tokens.push({ literal: next });
      at++;
    }
  }
  return tokens;
}

const takes = (token: Token, character: string): boolean =>
  typeof token === "object" ? token.literal === character : character !== "\n";

/** Where a pattern that begins at `start` can end: the first or the last such place. */
function endOf(text: readonly string[], start: number, tokens: readonly Token[], longest: boolean): number | undefined {
  let reached = new Set([start]);
  for (const token of tokens) {
    const next = new Set<number>();
    for (const place of reached) {
      if (token !== "any") {
        const character = text[place];
        if (character !== undefined && takes(token, character)) next.add(place + 1);
        continue;
      }
      for (let at = place; !next.has(at); at++) {
        next.add(at);
        const character = text[at];
        if (character === undefined || !takes(token, character)) break;
      }
    }
    if (next.size === 0) return undefined;
    reached = next;
  }
  // A place for each character: too many to be handed on as arguments.
  return [...reached].reduce((one, other) => (longest === other > one ? other : one));
}

/** The text without what fits at its beginning; undefined where that is too much work. */
export function withoutStart(value: string, tokens: readonly Token[], longest: boolean): string | undefined {
  const text = [...value];
  if (text.length * tokens.length > mostWork) return undefined;
  return text.slice(endOf(text, 0, tokens, longest) ?? 0).join("");
}

/** The same at its end. */
export function withoutEnd(value: string, tokens: readonly Token[], longest: boolean): string | undefined {
  const rest = withoutStart([...value].reverse().join(""), [...tokens].reverse(), longest);
  return rest === undefined ? undefined : [...rest].reverse().join("");
}

/** The first place that fits, or each of them, replaced; of several that begin alike the longest. */
export function replaced(
  value: string,
  tokens: readonly Token[],
  replacement: string,
  all: boolean,
): string | undefined {
  const text = [...value];
  if (text.length * text.length * tokens.length > mostWork) return undefined;
  let result = "";
  let lastEnd = 0;
  let done = false;
  for (let at = 0; at <= text.length; ) {
    const end = done ? undefined : endOf(text, at, tokens, true);
    if (end !== undefined) {
      // Nothing, right behind what was replaced, is not replaced again.
      if (end > lastEnd || at === 0) result += replacement;
      lastEnd = end;
      done = !all;
    }
    if (end === undefined || end === at) result += text[at++] ?? "";
    else at = end;
  }
  return result;
}
