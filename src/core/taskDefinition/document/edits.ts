/**
 * Text edits that change one thing and move nothing else. jsonc-parser's own `modify` reformats the lines that it touches
 * and drops comments beside what it removes, so these are made from the tree's offsets.
 */
import { createScanner, type Node } from "jsonc-parser";
import type { ObjectValue, Value } from "./view";

/** jsonc-parser's SyntaxKind is a const enum, which a file compiled by itself cannot use. */
const SyntaxKind = {
  CommaToken: 5,
  LineCommentTrivia: 12,
  BlockCommentTrivia: 13,
  LineBreakTrivia: 14,
  EOF: 17,
} as const;

export interface TextEdit {
  offset: number;
  length: number;
  text: string;
}

/** Applies edits that do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = text;
  for (const edit of [...edits].sort((one, other) => other.offset - one.offset))
    result = result.slice(0, edit.offset) + edit.text + result.slice(edit.offset + edit.length);
  return result;
}

const eolOf = (text: string): string => (text.includes("\r\n") ? "\r\n" : "\n");

/** What stands before the first character of the offset's line. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset + 1))?.[0] ?? "";
}

/** One step of indentation: what most of the document's first indented lines have. */
function indentUnit(text: string): string {
  const match = /\n([ \t]+)["{[]/.exec(text.slice(0, 20_000));
  const first = match?.[1] ?? "  ";
  return first.startsWith("\t") ? "\t" : first.length > 8 ? "  " : first;
}

const isMultiLine = (text: string, from: number, to: number): boolean => text.slice(from, to).includes("\n");

/** A JSON value in the document's own formatting, for a place with this indentation. */
function rendered(text: string, value: unknown, indent: string, oneLine: boolean): string {
  if (oneLine) return inline(value);
  return JSON.stringify(value, null, indentUnit(text)).replaceAll("\n", `${eolOf(text)}${indent}`);
}

/** `{"a": [1, 2]}` with a space after colons and commas, as people write it. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${inline(member)}`);
    return members.length ? `{ ${members.join(", ")} }` : "{}";
  }
  return JSON.stringify(value);
}

/** True when what the value belongs to has a line for each of its members. */
function standsAlone(text: string, at: Node): boolean {
  const member = at.parent?.type === "property" ? at.parent : at;
  return /^[ \t]*$/.test(text.slice(text.lastIndexOf("\n", member.offset - 1) + 1, member.offset));
}

/** Puts another value where one is. In a row everything stays on its line. */
export function replaceValue(text: string, at: Node, value: unknown): TextEdit[] {
  const isPlain = typeof value !== "object" || value === null || JSON.stringify(value).length < 3;
  // What has several parts and is on one line was put there on purpose.
  const isRow = (at.children?.length ?? 0) > 0 && !isMultiLine(text, at.offset, at.offset + at.length);
  const oneLine = isPlain || isRow || !(isMultiLine(text, at.offset, at.offset + at.length) || standsAlone(text, at));
  return [{ offset: at.offset, length: at.length, text: rendered(text, value, indentAt(text, at.offset), oneLine) }];
}

export function renameKey(key: Node, name: string): TextEdit[] {
  return [{ offset: key.offset, length: key.length, text: JSON.stringify(name) }];
}

/** Adds members at the end of an object. */
export function insertMembers(
  text: string,
  object: ObjectValue,
  members: Readonly<Record<string, unknown>>,
): TextEdit[] {
  return insertChild(text, object.node, (indent, oneLine) =>
    Object.entries(members)
      .map(([key, value]) => `${JSON.stringify(key)}: ${rendered(text, value, indent, oneLine)}`)
      .join(oneLine ? ", " : `,${eolOf(text)}${indent}`),
  );
}

export function insertMember(text: string, object: ObjectValue, key: string, value: unknown): TextEdit[] {
  return insertMembers(text, object, { [key]: value });
}

/** Adds an element at the end of a list. */
export function insertElement(text: string, list: Node, value: unknown): TextEdit[] {
  return insertChild(text, list, (indent, oneLine) => rendered(text, value, indent, oneLine));
}

function insertChild(text: string, parent: Node, write: (indent: string, oneLine: boolean) => string): TextEdit[] {
  const children = parent.children ?? [];
  const last = children.at(-1);
  const [begin, end] = [parent.offset + 1, parent.offset + parent.length - 1];
  if (!last) {
    const own = indentAt(text, parent.offset);
    const inner = text.slice(begin, end);
    // A comment in an otherwise empty object stays where it is.
    if (inner.trim())
      return [
        {
          offset: end,
          length: 0,
          text: `${inner.includes("\n") ? "" : eolOf(text)}${indentUnit(text)}${write(own + indentUnit(text), false)}${eolOf(text)}${own}`,
        },
      ];
    // A document that is one line stays one.
    if (parent.parent && !text.trimEnd().includes("\n"))
      return [{ offset: begin, length: end - begin, text: write("", true) }];
    const content = write(own + indentUnit(text), false);
    return [
      {
        offset: begin,
        length: end - begin,
        text: `${eolOf(text)}${own}${indentUnit(text)}${content}${eolOf(text)}${own}`,
      },
    ];
  }
  const first = children[0] as Node;
  const after = last.offset + last.length;
  const multiLine =
    isMultiLine(text, parent.offset, first.offset) ||
    (children.length > 1 && isMultiLine(text, first.offset + first.length, (children[1] as Node).offset));
  const { comma, quiet } = trailing(text, after, end);
  const edits: TextEdit[] = comma < 0 ? [{ offset: after, length: 0, text: "," }] : [];
  if (!multiLine) {
    if (comma >= 0) return [{ offset: comma + 1, length: 0, text: ` ${write("", true)},` }];
    return [{ offset: after, length: 0, text: `, ${write("", true)}` }];
  }
  const indent = indentAt(text, last.offset);
  const added = `${eolOf(text)}${indent}${write(indent, false)}`;
  if (comma < 0 && quiet === after) return [{ offset: after, length: 0, text: `,${added}` }];
  const offset = Math.max(quiet, comma + 1);
  // Where commas may trail, the new member keeps to that.
  return [...edits, { offset, length: 0, text: comma < 0 ? added : `${added},` }];
}

/** After a last child: where a trailing comma is (-1: none), and where the comments of its own line end. */
function trailing(text: string, from: number, to: number): { comma: number; quiet: number } {
  let comma = -1;
  let quiet = from;
  for (const token of tokens(text, from, to)) {
    if (token.kind === SyntaxKind.LineBreakTrivia) {
      if (comma >= 0 || quiet > from) break;
      // A comment or a comma of a later line still belongs to the list's end.
      const rest = [...tokens(text, token.offset + token.length, to)].some(
        (later) => later.kind === SyntaxKind.CommaToken,
      );
      if (!rest) break;
    }
    if (token.kind === SyntaxKind.CommaToken) comma = token.offset;
    if (token.kind === SyntaxKind.LineCommentTrivia || token.kind === SyntaxKind.BlockCommentTrivia)
      quiet = token.offset + token.length;
  }
  return { comma, quiet };
}

function* tokens(text: string, from: number, to: number): Generator<{ kind: number; offset: number; length: number }> {
  const scanner = createScanner(text.slice(from, to));
  for (let kind: number = scanner.scan(); kind !== SyntaxKind.EOF; kind = scanner.scan())
    yield { kind, offset: from + scanner.getTokenOffset(), length: scanner.getTokenLength() };
}

/** Takes members out of an object, or elements out of a list; comments stay. */
export function removeChildren(text: string, parent: Node, doomed: ReadonlySet<Node>): TextEdit[] {
  const children = parent.children ?? [];
  const end = parent.offset + parent.length - 1;
  const edits: TextEdit[] = [];
  const kept = children.filter((child) => !doomed.has(child));
  if (kept.length === 0 && doomed.size > 0) return emptied(text, parent, children);
  const lastKept = kept.at(-1);
  children.forEach((child, index) => {
    if (!doomed.has(child)) return;
    const next = children[index + 1];
    const comma = commaBetween(text, child.offset + child.length, next?.offset ?? end);
    const isTail = lastKept !== undefined && child.offset > lastKept.offset;
    edits.push(
      ...cut(text, child.offset, child.offset + child.length, comma, index === 0 ? parent.offset + 1 : undefined),
    );
    if (!isTail || comma >= 0) return;
    // The last one had no comma behind it: the comma before the removed ones goes as well.
    const before = commaBetween(
      text,
      lastKept.offset + lastKept.length,
      children[children.indexOf(lastKept) + 1]?.offset ?? end,
    );
    if (before >= 0) edits.push({ offset: before, length: 1, text: "" });
  });
  return edits;
}

/** An object or list that nothing is left in: `{}`, or what comments it had. */
function emptied(text: string, parent: Node, children: readonly Node[]): TextEdit[] {
  const [begin, end] = [parent.offset + 1, parent.offset + parent.length - 1];
  const comments = [...tokens(text, begin, end)].some(
    ({ kind }) => kind === SyntaxKind.LineCommentTrivia || kind === SyntaxKind.BlockCommentTrivia,
  );
  if (!comments) return [{ offset: begin, length: end - begin, text: "" }];
  return children.flatMap((child, index) =>
    cut(
      text,
      child.offset,
      child.offset + child.length,
      commaBetween(text, child.offset + child.length, children[index + 1]?.offset ?? end),
      undefined,
    ),
  );
}

function commaBetween(text: string, from: number, to: number): number {
  for (const token of tokens(text, from, to)) if (token.kind === SyntaxKind.CommaToken) return token.offset;
  return -1;
}

/** Removes a child and its comma; the whole line when nothing else is on it. `begin` is where a first child's list begins. */
function cut(text: string, from: number, to: number, comma: number, begin: number | undefined): TextEdit[] {
  // A comment between value and comma stays: then these are two cuts.
  const together = comma >= 0 && /^[ \t\r\n]*$/.test(text.slice(to, comma));
  const rest: TextEdit[] = comma >= 0 && !together ? [{ offset: comma, length: 1, text: "" }] : [];
  const until = together ? comma + 1 : to;
  const lineStart = text.lastIndexOf("\n", from - 1) + 1;
  const startsLine = /^[ \t]*$/.test(text.slice(lineStart, from));
  const after = /^[ \t]*/.exec(text.slice(until))?.[0].length ?? 0;
  const newline = /^\r?\n/.exec(text.slice(until + after))?.[0].length ?? 0;
  if (startsLine && newline > 0 && rest.length === 0)
    return [{ offset: lineStart, length: until + after + newline - lineStart, text: "" }];
  if (startsLine || begin !== undefined || /[,{[]\s*$/.test(text.slice(Math.max(0, from - 100), from)) === false)
    return [{ offset: from, length: until + (startsLine || newline === 0 ? after : 0) - from, text: "" }, ...rest];
  // In a row: the space before goes when it is the last, the space behind when it is not.
  if (comma >= 0) return [{ offset: from, length: until + (newline === 0 ? after : 0) - from, text: "" }, ...rest];
  const space = /[ \t]*$/.exec(text.slice(Math.max(0, from - 100), from))?.[0].length ?? 0;
  return [{ offset: from - space, length: until - from + space, text: "" }, ...rest];
}

/** Takes one member or element out of what it is in. */
export function removeValue(text: string, value: Value): TextEdit[] {
  const child = value.node.parent?.type === "property" ? value.node.parent : value.node;
  return child.parent ? removeChildren(text, child.parent, new Set([child])) : [];
}

/** The smallest single edit that makes one text of another. */
export function differenceEdit(before: string, after: string): TextEdit[] {
  if (before === after) return [];
  let start = 0;
  const shortest = Math.min(before.length, after.length);
  while (start < shortest && before[start] === after[start]) start++;
  let end = 0;
  while (end < shortest - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return [{ offset: start, length: before.length - start - end, text: after.slice(start, after.length - end) }];
}
