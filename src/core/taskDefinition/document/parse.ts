import { parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";
import { coverPlaceholders } from "./placeholders";

/** Deeper than any definition can be; the parser recurses, so a deeper text is never given to it. */
const deepest = 64;
/** Characters without white space up to which a document is looked into; AWS takes 65,536 bytes. */
const largestCompact = 160_000;
/** The most syntax errors that are told: one mistake often makes several. */
const mostErrors = 3;

export interface SyntaxProblem {
  offset: number;
  length: number;
  message: string;
  code: string;
  /** Where a comma would fix it. */
  missingComma?: number;
}

/** A document's text with the tree that the parser made of it. */
export interface ParsedText {
  text: string;
  /** What was parsed: `text`, or `text` with its bare placeholders hidden. Offsets are the same in both. */
  parsed: string;
  root: Node | undefined;
  problems: SyntaxProblem[];
  /** Offset -> length of the placeholders that stand outside of strings. */
  placeholders: ReadonlyMap<number, number>;
  /** False when the tree has holes, so that nothing may be concluded from what is not in it. */
  whole: boolean;
  /** Bytes without white space. */
  size: number;
  /** Why the text was not parsed at all. */
  refused?: { reason: "deep" | "large"; offset: number; size: number };
}

interface Measure {
  /** Characters outside of white space (white space in strings counts). */
  compact: number;
  tooDeepAt: number;
}

/** One pass without recursion: how much there is, and how deep it goes. */
function measure(text: string, from = 0, to = text.length): Measure {
  let compact = 0;
  let depth = 0;
  let tooDeepAt = -1;
  let inString = false;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      compact += code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
      if (code === 92) {
        at++;
        compact++;
      } else if (code === 34 || code === 10) inString = false;
      continue;
    }
    if (code === 32 || code === 10 || code === 13 || code === 9) continue;
    compact++;
    if (code === 34) inString = true;
    else if (code === 123 || code === 91) {
      depth++;
      if (depth > deepest && tooDeepAt < 0) tooDeepAt = at;
    } else if (code === 125 || code === 93) depth--;
  }
  return { compact, tooDeepAt };
}

/** Parses a document, tolerating comments, trailing commas and placeholders of every style. Never throws. */
export function parseText(text: string): ParsedText {
  const { compact, tooDeepAt } = measure(text);
  const none = {
    text,
    parsed: text,
    root: undefined,
    problems: [],
    placeholders: new Map<number, number>(),
    whole: false,
    size: compact,
  };
  if (tooDeepAt >= 0) return { ...none, refused: { reason: "deep", offset: tooDeepAt, size: compact } };
  if (compact > largestCompact) return { ...none, refused: { reason: "large", offset: 0, size: compact } };
  const plain = attempt(text);
  if (plain.errors.length === 0) return { ...none, root: plain.root, whole: true };
  const covered = coverPlaceholders(text);
  const masked = covered.text === text ? plain : attempt(covered.text);
  const better = masked.errors.length < plain.errors.length;
  const { errors, root } = better ? masked : plain;
  const parsed = better ? covered.text : text;
  const harmless = errors.every((error) => printParseErrorCode(error.error) === "CommaExpected");
  return {
    text,
    parsed,
    root,
    problems: errors.slice(0, mostErrors).map((error) => problemOf(parsed, error)),
    placeholders: better ? covered.placeholders : new Map(),
    whole: harmless,
    size: compact,
  };
}

function attempt(text: string): { root: Node | undefined; errors: ParseError[] } {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  return { root, errors };
}

const sentences: Readonly<Record<string, string>> = {
  InvalidSymbol: "This is no JSON value.",
  InvalidNumberFormat: "This number is not written as JSON has it.",
  PropertyNameExpected: "A key in double quotes is expected here.",
  ValueExpected: "A value is expected here.",
  ColonExpected: "A colon is expected after the key.",
  CommaExpected: "A comma is missing before this.",
  CloseBraceExpected: "A closing brace is missing.",
  CloseBracketExpected: "A closing bracket is missing.",
  EndOfFileExpected: "The document ended before this.",
  UnexpectedEndOfString: "This string has no closing quote.",
  UnexpectedEndOfComment: "This comment has no end.",
  InvalidEscapeCharacter: "This is no escape that JSON knows.",
  InvalidCharacter: "This character may not stand in a string as it is.",
  InvalidUnicode: "A \\u escape has four hexadecimal digits.",
};

function problemOf(text: string, { error, offset, length }: ParseError): SyntaxProblem {
  const code = printParseErrorCode(error);
  const from = Math.min(offset, text.length);
  const problem = {
    offset: from,
    length: Math.max(0, Math.min(length, text.length - from)),
    message: sentences[code] ?? "This is no valid JSON.",
    code,
  };
  if (code !== "CommaExpected") return problem;
  let before = from;
  while (before > 0 && /\s/.test(text[before - 1] as string)) before--;
  return { ...problem, missingComma: before };
}

/** Length in bytes of what AWS would be sent for this node: without white space. */
export function serialisedBytes(text: string, node: Node): number {
  return measure(text, node.offset, node.offset + node.length).compact;
}
