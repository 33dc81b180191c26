/** The usual fixes, and the places that findings are shown at. */
import type { Node } from "jsonc-parser";
import {
  insertElement,
  insertMember,
  insertMembers,
  removeChildren,
  removeValue,
  renameKey,
  replaceValue,
  type TextEdit,
} from "./edits";
import type { Fix, Spot } from "./finding";
import type { ObjectValue, Path, Value } from "./view";

/** Where a value stands. */
export const at = (value: Value): Spot => ({ offset: value.node.offset, length: value.node.length, path: value.path });

/** Where a value's key stands; the value itself when it is an element of a list. */
export const atKey = (value: Value): Spot =>
  value.key ? { offset: value.key.offset, length: value.key.length, path: value.path } : at(value);

/** For something that is missing: the opening brace or bracket of what should have it. */
export const missingIn = (parent: Value): Spot => ({
  offset: parent.node.offset,
  length: Math.min(1, parent.node.length),
  path: parent.path,
});

export const atNode = (node: Node, path: Path): Spot => ({ offset: node.offset, length: node.length, path });

const makeFix = (title: string, preferred: boolean, edits: () => TextEdit[]): Fix => ({ title, preferred, edits });

export const fix = {
  /** Edits of one's own. */
  by: makeFix,
  set: (title: string, value: Value, to: unknown, preferred = true): Fix =>
    makeFix(title, preferred, () => replaceValue(value.document.parsed, value.node, to)),
  /** Puts a member's value, or adds the member. */
  put: (title: string, object: ObjectValue, key: string, to: unknown, preferred = true): Fix =>
    makeFix(title, preferred, () => putEdits(object, key, to)),
  putAll: (title: string, object: ObjectValue, members: Readonly<Record<string, unknown>>, preferred = true): Fix =>
    makeFix(title, preferred, () => putAllEdits(object, members)),
  remove: (title: string, value: Value, preferred = true): Fix =>
    makeFix(title, preferred, () => removeValue(value.document.parsed, value)),
  removeAll: (title: string, parent: ObjectValue, values: readonly Value[], preferred = true): Fix =>
    makeFix(title, preferred, () =>
      removeChildren(parent.document.parsed, parent.node, new Set(values.flatMap((value) => value.node.parent ?? []))),
    ),
  removeItems: (title: string, list: Value, items: readonly Value[], preferred = true): Fix =>
    makeFix(title, preferred, () =>
      removeChildren(list.document.parsed, list.node, new Set(items.map((item) => item.node))),
    ),
  rename: (title: string, value: Value, name: string, preferred = true): Fix =>
    makeFix(title, preferred, () => (value.key ? renameKey(value.key, name) : [])),
  append: (title: string, list: Value, element: unknown, preferred = true): Fix =>
    makeFix(title, preferred, () => insertElement(list.document.parsed, list.node, element)),
};

/** Puts several members at once. */
function putAllEdits(object: ObjectValue, members: Readonly<Record<string, unknown>>): TextEdit[] {
  const absent = Object.fromEntries(Object.entries(members).filter(([key]) => !object.entries.has(key)));
  const present = Object.entries(members).filter(([key]) => object.entries.has(key));
  return [
    ...present.flatMap(([key, to]) => putEdits(object, key, to)),
    ...(Object.keys(absent).length ? insertMembers(object.document.parsed, object, absent) : []),
  ];
}

export function putEdits(object: ObjectValue, key: string, to: unknown): TextEdit[] {
  const present = object.entries.get(key);
  return present
    ? replaceValue(object.document.parsed, present.node, to)
    : insertMember(object.document.parsed, object, key, to);
}

/** The name of these that is nearest to a mistyped one; undefined when none is near. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 0.5;
  const wanted = word.toLowerCase().replace(/[-_ ]/g, "");
  for (const name of names) {
    const plain = name.toLowerCase().replace(/[-_ ]/g, "");
    if (Math.abs(plain.length - wanted.length) >= least) continue;
    const distance =
      wanted === plain
        ? 0
        : editDistance(wanted, plain) + (plain.startsWith(wanted) || wanted.startsWith(plain) ? -0.5 : 0);
    if (distance < least) [best, least] = [name, distance];
  }
  return best;
}

/** Levenshtein's, for words of ordinary length. */
function editDistance(one: string, other: string): number {
  if (one.length > 64 || other.length > 64) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: other.length + 1 }, (_unused, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[other.length] ?? 0;
}

/** A name out of one that is none: bad characters become `-`. */
export function slug(text: string, fallback: string): string {
  const name = text
    .normalize("NFKD")
    .replace(/[\u0300-\u036F]/g, "")
    .replace(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 255);
  return name || fallback;
}

/** The name, or with a number behind it the first that is free. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}-${number}`;
  return free;
}
