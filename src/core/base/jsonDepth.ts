/** Deeper than slipway.json, a task definition or a template of one can be. */
const deepest = 64;

/**
 * Where a JSON text is nested deeper than anything that Slipway reads; -1 where it is not. Parsers recurse, and a text of
 * brackets alone would end them: they are asked after this.
 */
export function tooDeepAt(text: string): number {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 92) at++;
      else if (code === 34 || code === 10) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 47 && (text[at + 1] === "/" || text[at + 1] === "*")) {
      const end = text[at + 1] === "/" ? text.indexOf("\n", at) : text.indexOf("*/", at + 2);
      if (end < 0) return -1;
      at = end;
    } else if (code === 123 || code === 91) {
      if (++depth > deepest) return at;
    } else if (code === 125 || code === 93) depth--;
  }
  return -1;
}
