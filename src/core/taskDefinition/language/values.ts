/** A document as the definition that AWS would be given, and the like of it for comparing. */
import { parse, type Node } from "jsonc-parser";
import { exactText, isJsonObject, markNumbers } from "../../base/exactJson";
import { generateDefinition, type Architecture } from "../model/generate";
import type { Application } from "../../app/app";
import { normalise } from "../model/normalise";
import { rootType, typeBelow, type TypeModel } from "../model/schema";
import { own, type Json, type TaskDefinition } from "../../base/taskDefinition";
import { removeChildren, applyEdits } from "../document/edits";
import { fixAll } from "./fixAll";
import { parseText } from "../document/parse";
import type { Task } from "../document/task";
import type { Value } from "../document/view";

/** The definition in the document, read-only members included; undefined for a list of containers and for no JSON. */
export function definitionOf(task: Task): TaskDefinition | undefined {
  const { document, definition } = task;
  if (!document.whole || !definition) return undefined;
  const { offset, length } = definition.node;
  const text = markNumbers(document.parsed.slice(offset, offset + length));
  return parse(text, [], { allowTrailingComma: true }) as TaskDefinition;
}

/** Places of the document that something still has to fill in, as they are written; the first few. */
export function openPlaces(task: Task): string[] {
  const found: string[] = [];
  const rest: Value[] = task.root ? [task.root] : [];
  while (rest.length && found.length < 5) {
    const value = rest.pop() as Value;
    const { node } = value;
    if (value.isPlaceholder) found.push(task.document.text.slice(node.offset, node.offset + node.length));
    rest.push(...value.items, ...(value.object?.entries.values() ?? []));
  }
  return found;
}

/** Two definitions as texts to be compared side by side: without what ECS adds, keys in the order of the second. */
export function compared(before: TaskDefinition, after: TaskDefinition): { before: string; after: string } {
  const plain = normalise(after);
  const text = (value: Json) => `${exactText(value, 2)}\n`;
  return { before: text(ordered(normalise(before), plain)), after: text(plain) };
}

function ordered(value: Json, like: Json | undefined): Json {
  if (Array.isArray(value))
    return value.map((item, index) => ordered(item, Array.isArray(like) ? like[index] : undefined));
  if (!isJsonObject(value)) return value;
  const model = isJsonObject(like) ? like : {};
  const keys = [
    ...Object.keys(model).filter((key) => Object.hasOwn(value, key)),
    ...Object.keys(value).filter((key) => !Object.hasOwn(model, key)),
  ];
  return Object.fromEntries(keys.map((key) => [key, ordered(own(value, key) ?? null, own(model, key))]));
}

const cleaning: ReadonlySet<string> = new Set(["wrapped-definition", "readonly-property", "null-value"]);

/** A pasted describe answer as one would have written it: no wrapper, no read-only keys, no nulls, no empty lists. */
export function cleaned(text: string): string {
  const bare = applyEdits(
    text,
    fixAll(text, {}, ({ rule }) => cleaning.has(rule)),
  );
  return withoutEmptyLists(bare);
}

/** Of members that the SDK knows: elsewhere an empty list may mean something. */
function withoutEmptyLists(text: string): string {
  const document = parseText(text);
  const parents = new Map<Node, Set<Node>>();
  const rest: [Node, TypeModel | undefined][] = document.root ? [[document.root, rootType]] : [];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const [node, type] = next;
    for (const child of node.children ?? []) {
      const [key, value] = child.type === "property" ? (child.children ?? []) : [undefined, child];
      const below = typeBelow(type, key ? String(key.value) : 0);
      if (!value || !below) continue;
      const isEmptyList = value.type === "array" && !value.children?.length;
      if (key && isEmptyList && key.value !== "containerDefinitions")
        parents.set(node, (parents.get(node) ?? new Set()).add(child));
      else rest.push([value, below]);
    }
  }
  return applyEdits(
    text,
    [...parents].flatMap(([parent, doomed]) => removeChildren(document.parsed, parent, doomed)),
  );
}

/** The definition that Slipway would write for an application, as a file's text. */
export function newDefinition(app: Application, architecture: Architecture): string {
  return `${JSON.stringify(generateDefinition(app, architecture), null, 2)}\n`;
}
