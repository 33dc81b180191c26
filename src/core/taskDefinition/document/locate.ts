/** Where the cursor is: the object or list around it, the key or value that it is in. */
import { getLocation } from "jsonc-parser";
import { rootType, containersType, typeBelow, type TypeModel } from "../model/schema";
import type { Task } from "./task";
import type { Path } from "./view";

export interface Here {
  /** As the document has it, the key or index under the cursor last. */
  path: Path;
  /** The part of the path that is within the definition. */
  inner: Path;
  isKey: boolean;
  /** Type of the object or list that the cursor's key or value belongs to. */
  parentType: TypeModel | undefined;
  /** Type of the value under the cursor; the parent's member when it is in a value. */
  type: TypeModel | undefined;
  /** Shape of the parent, for what the overlay says. */
  shape: string | undefined;
  /** Range of the token that the cursor is in, quotes included; empty when it is in none. */
  token: { offset: number; length: number };
}

/** What the model knows about a place of the text. */
export function locate(task: Task, text: string, offset: number): Here {
  const location = getLocation(text, offset);
  const path = location.path.filter((step) => step !== "");
  const isKey = location.isAtPropertyKey;
  const depth = task.shape === "wrapped" ? 1 : 0;
  const inner = path.slice(depth);
  const root = task.shape === "containers" ? containersType : rootType;
  const full = isKey && location.path.at(-1) === "" ? [...inner, ""] : inner;
  const parentType = full.slice(0, -1).reduce<TypeModel | undefined>((type, step) => typeBelow(type, step), root);
  const last = full.at(-1);
  const type = last === undefined ? root : typeBelow(parentType, last);
  const node = location.previousNode;
  const inside =
    node && offset >= node.offset && offset <= node.offset + node.length && (node.type !== "null" || node.length > 0);
  return {
    path: location.path,
    inner: full,
    isKey,
    parentType: full.length === 0 ? undefined : parentType,
    type,
    shape: parentType?.shape,
    token: inside ? { offset: node.offset, length: node.length } : bareWord(text, offset),
  };
}

/** What is typed so far without a quote before it. */
function bareWord(text: string, offset: number): { offset: number; length: number } {
  const length = /(?<!["\w])[A-Za-z_][\w-]*$/.exec(text.slice(Math.max(0, offset - 100), offset))?.[0].length ?? 0;
  return { offset: offset - length, length };
}
