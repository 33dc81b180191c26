/**
 * A Dockerfile parted into instructions. Where one begins and ends is the kept parser's business; the text is handed to
 * it so that its reading and BuildKit's cannot differ (they do on heredocs, on two escapes at a line's end and on a
 * carriage return alone).
 */
import { DockerfileParser } from "dockerfile-ast";
import { goSpace, readWord } from "./shellWord";

/** What BuildKit refuses, with the line (from zero) that it is about. */
export class DockerfileError extends Error {
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}

export interface Heredoc {
  name: string;
  /** The name is quoted nowhere: variables in the text are replaced. */
  expands: boolean;
  content: string;
}

/** One instruction, its lines joined. */
export interface RawInstruction {
  /** As written. */
  keyword: string;
  flags: string[];
  /** What follows the flags. */
  rest: string;
  text: string;
  /** Its first line, from zero. */
  line: number;
  heredocs: Heredoc[];
}

/** Many times what people write, heredocs included, in characters. */
const longest = 512 * 1024;
/** What a physical line may have at most, in bytes. */
const longestLine = 65_535;
const isSpace = new RegExp(`^[${goSpace}]$`, "u");
const leading = new RegExp(`^[${goSpace}]+`, "u");
/** Noncharacters of Unicode, which no text has: what they stand for is nothing to the kept parser. */
const stands: Readonly<Record<string, string>> = { "\r": "\uFDD0", "<": "\uFDD1", "\\": "\uFDD2", "`": "\uFDD3" };
const hidden: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(stands).map(([character, other]) => [other, character]),
);
const show = (text: string) => text.replace(/[\uFDD0-\uFDD3]/g, (character) => hidden[character] ?? character);

/** Without white space at both ends. By hand: an expression that looks for an end tries it from each of many spaces. */
export function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isSpace.test(text[start] ?? "")) start++;
  while (end > start && isSpace.test(text[end - 1] ?? "")) end--;
  return text.slice(start, end);
}

function withoutReturns(line: string): string {
  let end = line.length;
  while (line[end - 1] === "\r") end--;
  return line.slice(0, end);
}
/** White space that parts words, as BuildKit has it: no line end, nothing of Unicode. */
export const betweenWords = /[\t\v\f\r ]+/;

/**
 * @throws DockerfileError where BuildKit's parser refuses the file as a whole
 */
export function readInstructions(content: string): { instructions: RawInstruction[]; escape: string; syntax?: string } {
  if (content.length > longest)
    throw new DockerfileError(`It is longer than ${longest / 1024} KB, which is more than is read of a Dockerfile.`, 0);
  const lines = content
    .replace(/^\uFEFF/, "")
    .split("\n")
    .map(withoutReturns);
  const tooLong = lines.findIndex((line) => new TextEncoder().encode(line).length > longestLine);
  if (tooLong >= 0) throw new DockerfileError(`A line may have ${longestLine} bytes at most.`, tooLong);
  const { escape, syntax } = directivesOf(lines);
  const masked = lines.map((line) => mask(line, escape));
  const instructions: RawInstruction[] = [];
  // A heredoc's text is no instruction: where one seems to reach out of it, the kept parser begins anew behind it.
  for (let from = 0; from < lines.length; ) {
    const next = readFrom(lines, masked, from, escape, instructions);
    if (next === undefined) break;
    from = next;
  }
  if (instructions.length === 0) throw new DockerfileError("There is no instruction in this file.", 0);
  return { instructions, escape, ...(syntax === undefined ? {} : { syntax }) };
}

/** Reads to the file's end, or gives the line from which it has to be read anew. */
function readFrom(
  lines: readonly string[],
  masked: readonly string[],
  from: number,
  escape: string,
  instructions: RawInstruction[],
): number | undefined {
  // A comment without `=` ends the directives, so that nothing further down is taken for one.
  const text = [`# escape=${escape}`, "#", ...masked.slice(from)];
  // Where the text of the last heredoc ends.
  let behind = from;
  for (const found of DockerfileParser.parse(text.join("\n")).getInstructions()) {
    const { start, end } = found.getRange();
    if (from + start.line - 2 < behind) {
      if (from + end.line - 2 >= behind) return behind;
      continue;
    }
    const parts = text.slice(start.line, end.line + 1);
    const joined = show(
      parts
        .filter((part, index) => index === 0 || trimmed(part) !== "")
        .map((part, index) => (index === 0 ? part.replace(leading, "") : part))
        .map((part) => (part.endsWith(escape) ? part.slice(0, -1) : part))
        .join(""),
    );
    if (joined === "") continue;
    const line = from + start.line - 2;
    const instruction = split(joined, line);
    instructions.push(instruction);
    const names = heredocsOf(instruction);
    let at = from + end.line - 2 + 1;
    for (const { name, expands, tabs } of names) {
      const plain = (line: number) => (tabs ? (lines[line] ?? "").replace(/^\t+/, "") : (lines[line] ?? ""));
      let ends = at;
      while (ends < lines.length && plain(ends) !== name) ends++;
      if (ends === lines.length)
        throw new DockerfileError(`The heredoc ${name} is not closed: no line says ${name} alone.`, line);
      const body = Array.from({ length: ends - at }, (_line, index) => `${plain(at + index)}\n`);
      instruction.heredocs.push({ name, expands, content: body.join("") });
      at = ends + 1;
    }
    if (names.length > 0) behind = at;
  }
  return undefined;
}

const isComment = (line: string) => line.replace(leading, "").startsWith("#");

function mask(line: string, escape: string): string {
  if (isComment(line)) return "";
  // An escape before the line's end goes on with the next line, unless it is escaped itself.
  const goesOn = new RegExp(`(?:^|[^\\${escape}])\\${escape}[ \\t]*$`).exec(line);
  const text = goesOn ? line.replace(new RegExp(`\\${escape}[ \\t]*$`), "") : line;
  return text.replace(/[\r<\\`]/g, (character) => stands[character] ?? character) + (goesOn ? escape : "");
}

const directive = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/;

/** The parser directives at the file's top: what escapes, and which syntax the builder fetches; others are looked at. */
function directivesOf(lines: readonly string[]): { escape: string; syntax: string | undefined } {
  const seen = new Set<string>();
  let escape = "\\";
  let syntax: string | undefined;
  for (const [index, line] of lines.entries()) {
    const [, written = "", value = ""] = directive.exec(line.replace(leading, "")) ?? [];
    const name = written.toLowerCase();
    if (!["escape", "syntax", "check"].includes(name)) break;
    if (seen.has(name)) throw new DockerfileError(`The directive ${name} may stand there once.`, index);
    seen.add(name);
    if (name === "check") checkOptions(value.split(" ")[0] ?? "", index);
    if (name === "syntax") syntax = value.split(" ")[0];
    if (name !== "escape") continue;
    if (value !== "\\" && value !== "`")
      throw new DockerfileError(`The escape directive takes \\ or \`, and not ${value}.`, index);
    escape = value;
  }
  return { escape, syntax };
}

function checkOptions(text: string, line: number): void {
  for (const option of text === "" ? [] : text.split(";")) {
    const [, name = "", value = ""] = /^([^=]*)=(.*)$/.exec(option) ?? [];
    const known = ["skip", "experimental"].includes(name.trim());
    if (!known && !(name.trim() === "error" && /^(1|0|t|f|T|F|true|false|TRUE|FALSE|True|False)$/.test(value.trim())))
      throw new DockerfileError(`The check directive has no "${option}".`, line);
  }
}

/** Parts an instruction into its keyword, its flags and the rest. */
export function split(text: string, line: number): RawInstruction {
  const whole = trimmed(text);
  const gap = betweenWords.exec(whole);
  const keyword = gap ? whole.slice(0, gap.index) : whole;
  const { flags, rest } = gap ? flagsOf(whole.slice(gap.index + gap[0].length)) : { flags: [], rest: "" };
  return { keyword, flags, rest: trimmed(rest), text: whole, line, heredocs: [] };
}

/** Words that begin with `--`, before anything else; quotes and backslashes are taken out of them. */
function flagsOf(text: string): { flags: string[]; rest: string } {
  const flags: string[] = [];
  for (let at = 0; ; ) {
    while (isSpace.test(text[at] ?? "")) at++;
    if (!text.startsWith("--", at)) return { flags, rest: text.slice(at) };
    let word = "";
    let quote = "";
    for (; at < text.length; at++) {
      const character = text[at] ?? "";
      if (quote === "" && isSpace.test(character)) break;
      if (character === quote) quote = "";
      else if (quote === "" && (character === "'" || character === '"')) quote = character;
      else if (character === "\\") word += text[++at] ?? "";
      else word += character;
    }
    // Two dashes alone end the flags.
    if (word === "--") return { flags, rest: text.slice(at) };
    flags.push(word);
  }
}

const takesHeredocs = new Set(["add", "copy", "run"]);

function heredocsOf(instruction: RawInstruction): { name: string; expands: boolean; tabs: boolean }[] {
  const inner =
    instruction.keyword.toLowerCase() === "onbuild" ? split(instruction.rest, instruction.line) : instruction;
  if (!takesHeredocs.has(inner.keyword.toLowerCase()) || jsonWords(inner.rest) !== undefined) return [];
  let words: string[];
  try {
    ({ words } = readWord(instruction.text, new Map(), { keepQuotes: true, keepEscapes: true, keepUnset: true }));
  } catch {
    return [];
  }
  return words.map((word) => heredocIn(word, instruction.line)).filter((each) => each !== undefined);
}

/** What a word such as `<<EOF`, `<<-"EOF"` or `3<<EOF` begins. */
export function heredocIn(word: string, line: number): { name: string; expands: boolean; tabs: boolean } | undefined {
  const [, tabs, rest = ""] = /^\d*<<(-?)([^<]*)$/.exec(word) ?? [];
  if (rest === "") return undefined;
  try {
    const { words } = readWord(rest, new Map(), { keepUnset: true });
    const { words: quoted } = readWord(rest, new Map(), { keepQuotes: true, keepUnset: true });
    const [name] = words;
    if (name === undefined || words.length !== 1) return undefined;
    const quotes = (text: string) => text.replace(/[^'"]/g, "").length;
    return { name, expands: quotes(name) === quotes(quoted[0] ?? ""), tabs: tabs === "-" };
  } catch (error) {
    throw new DockerfileError(`${word} begins no heredoc: ${error instanceof Error ? error.message : ""}.`, line);
  }
}

/**
 * The words of the JSON form; undefined where it is none, and BuildKit takes the text for the shell form without a word.
 * @returns "mixed" for an array that has something else than texts, which is refused
 */
export function jsonWords(text: string): string[] | "mixed" | undefined {
  const json = text.replace(leading, "");
  if (!json.startsWith("[")) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    if (!Array.isArray(value)) return undefined;
    return value.every((item) => typeof item === "string") ? value : "mixed";
  } catch {
    return undefined;
  }
}
