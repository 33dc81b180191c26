import { interpolated, type Lookup } from "./interpolate";
import { ComposeProblem } from "./values";

/** Spaces that end no line. */
const blanks = /^[\t\v\f\r \u0085\u00A0]*/;
const escapes = /\\(?:[abcfnrtv$"\\]|0\d{0,3})/g;
const escaped: Readonly<Record<string, string>> = {
  "\\a": "\u0007",
  "\\b": "\b",
  "\\f": "\f",
  "\\n": "\n",
  "\\r": "\r",
  "\\t": "\t",
  "\\v": "\v",
  '\\"': '"',
  "\\\\": "\\",
  // Two dollars are one, once variables are put in.
  "\\$": "$$",
};

/**
 * Reads a file of variables as Compose does: `export`, `NAME: value`, quotes over several lines, comments behind a
 * space, variables in values. What the process has wins over the file.
 * @param file its name, for what is said of it
 */
export function parseDotenv(text: string, file: string, environment: Lookup): Map<string, string> {
  const found = new Map<string, string>();
  const lookup: Lookup = (name) => environment(name) ?? found.get(name);
  let rest = text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const problem = (message: string, left: string) =>
    new ComposeProblem(message, [], file, text.split("\n").length - left.split("\n").length);
  for (;;) {
    rest = rest.trimStart();
    if (rest === "") return found;
    if (rest.startsWith("#")) {
      rest = /\n[^]*/.exec(rest)?.[0] ?? "";
      continue;
    }
    const start = rest.replace(/^export(?=\s)/, "").replace(blanks, "");
    const [, name = "", separator = ""] = /^([\p{L}\p{N}_.\-[\]\t\v\f\r ]*)([=:\n]|$)/u.exec(start) ?? [];
    const key = name.trimEnd();
    if (key === "") throw problem("a line begins with no variable's name", start);
    if (/\s/.test(key)) throw problem(`"${key}" is no variable's name: it has a space`, start);
    const after = start.slice(name.length + separator.length);
    if (separator !== "=" && separator !== ":") {
      // A name alone passes on what the process has.
      const inherited = environment(key);
      if (inherited !== undefined) found.set(key, inherited);
      rest = after;
      continue;
    }
    const { value, left } = valueOf(after.replace(blanks, ""), lookup, problem);
    found.set(key, environment(key) ?? value);
    rest = left;
  }
}

function valueOf(
  text: string,
  lookup: Lookup,
  problem: (message: string, left: string) => ComposeProblem,
): { value: string; left: string } {
  const quote = text.charAt(0);
  if (quote !== '"' && quote !== "'") {
    const [line = ""] = text.split("\n");
    const value = (line.startsWith("#") ? "" : line.replace(/\s#[^]*$/, "")).trimEnd();
    return { value: interpolated(value, lookup), left: text.slice(line.length) };
  }
  for (let at = 1; at < text.length; at++) {
    if (text.charAt(at) === "\\" && text.charAt(at + 1) !== "") {
      at += 1;
      continue;
    }
    if (text.charAt(at) !== quote) continue;
    const inner = text.slice(1, at);
    const left = text.slice(at + 1);
    if (quote === "'") return { value: inner.replaceAll("\\'", "'"), left };
    const plain = inner.replace(escapes, (match) => escaped[match] ?? octal(match));
    return { value: interpolated(plain, lookup), left };
  }
  throw problem("a quoted value is never closed", text);
}

const octal = (match: string): string =>
  /^\\0\d*$/.test(match) ? String.fromCharCode(Number.parseInt(match.slice(2) || "0", 8)) : match;
