/**
 * Text of others for a terminal or an output channel: what either would act on becomes text that can be seen. Only colors
 * stay what they are, where they are shown. Source: ECMA-48 (control functions), Unicode UAX #9 (bidirectional controls).
 */

const escape = "\u001b";
/** What is acted on, or changes the order of what is read; line breaks and tabs are neither. */
// eslint-disable-next-line no-control-regex
const acting = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;
// eslint-disable-next-line no-control-regex
const each = /\u001b\[[0-9:;]{0,64}m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;
const reset = `${escape}[0m`;

/** One character as it can be seen: of ASCII its picture (␛ for ESC), else as JSON and source code write it. */
function visible(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** The parameters of SGR (Select Graphic Rendition) one after another: those that name a color count as one. */
function attributes(sequence: string): number[] {
  const parts = sequence.slice(2, -1).split(";");
  const found: number[] = [];
  for (let at = 0; at < parts.length; at++) {
    const value = Number.parseInt(parts[at] || "0", 10);
    found.push(value);
    // 38;5;N and 38;2;R;G;B: what follows is the color.
    if ((value === 38 || value === 48 || value === 58) && !parts[at]?.includes(":"))
      at += parts[at + 1] === "5" ? 2 : parts[at + 1] === "2" ? 4 : 0;
  }
  return found;
}

const conceal = 8;

/**
 * One line or several; each line with colors ends without.
 * @param colors whether colors are shown; where not, they are taken out
 */
export function harmless(text: string, colors: boolean): string {
  if (!acting.test(text)) return text;
  if (text.includes("\n"))
    return text
      .split("\n")
      .map((line) => harmless(line, colors))
      .join("\n");
  let open = false;
  const shown = text.replace(each, (found) => {
    if (found.length === 1) return visible(found);
    const values = attributes(found);
    // What is concealed would not be seen.
    if (values.includes(conceal)) return `${visible(escape)}${found.slice(1)}`;
    if (!colors) return "";
    open = values.at(-1) !== 0;
    return found;
  });
  return open ? `${shown}${reset}` : shown;
}
