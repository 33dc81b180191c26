/** JSON as it is written: values keep their text, so that no number, no member and no escape is another one afterwards. */

export interface JsonMember {
  /** Decoded. */
  name: string;
  /** With its quotes. */
  nameText: string;
  /** The value's own text. */
  text: string;
}

const isSpace = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13;

/** Behind the string that begins here. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** Behind the value that begins here. */
function endOfValue(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return endOfString(text, from);
  if (first !== "{" && first !== "[") {
    let at = from;
    while (at < text.length && !",]}".includes(text[at] as string) && !isSpace(text.charCodeAt(at))) at++;
    return at;
  }
  let depth = 0;
  for (let at = from; at < text.length; ) {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at);
      continue;
    }
    if (character === "{" || character === "[") depth++;
    if (character === "}" || character === "]") depth--;
    at++;
    if (depth === 0) return at;
  }
  return text.length;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** Whether a text is a JSON object, whole and valid. */
export function isJsonObject(text: string): boolean {
  if (text[0] !== "{" || text.at(-1) !== "}") return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The members of a valid object in their order, also those of one name. */
export function membersOf(text: string): JsonMember[] {
  const members: JsonMember[] = [];
  let at = skipSpace(text, 1);
  while (text[at] === '"') {
    const nameEnd = endOfString(text, at);
    const nameText = text.slice(at, nameEnd);
    const from = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = endOfValue(text, from);
    members.push({ name: JSON.parse(nameText) as string, nameText, text: text.slice(from, end) });
    at = skipSpace(text, end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return members;
}

/** What a person reads of a value: a string without its quotes, where nothing is lost by that; else its own text. */
export function valueText(text: string): string {
  if (text[0] !== '"') return text;
  const value = JSON.parse(text) as string;
  // Half a surrogate pair cannot be written.
  return /\p{Surrogate}/u.test(value) ? text : value;
}

/** A valid value with a line for each member; names and values keep their text. */
export function indented(text: string, indent = ""): string {
  const open = text[0];
  if (open !== "{" && open !== "[") return text;
  const inner = `${indent}  `;
  const parts: string[] = [];
  if (open === "{")
    for (const member of membersOf(text)) parts.push(`${member.nameText}: ${indented(member.text, inner)}`);
  else
    for (let at = skipSpace(text, 1); text[at] !== "]" && at < text.length; ) {
      const end = endOfValue(text, at);
      parts.push(indented(text.slice(at, end), inner));
      at = skipSpace(text, end);
      if (text[at] === ",") at = skipSpace(text, at + 1);
    }
  const close = open === "{" ? "}" : "]";
  return parts.length ? `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}` : `${open}${close}`;
}
