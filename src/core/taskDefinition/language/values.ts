/** A document as the definition that AWS would be given, and the like of it for comparing. */
import { getNodeValue, type Node } from "jsonc-parser";
import { generateDefinition, type Architecture } from "../model/generate";
import type { Application } from "../../app/app";
import { normalise } from "../model/normalise";
import type { Json, JsonObject, TaskDefinition } from "../../base/taskDefinition";
import { removeChildren, applyEdits } from "../document/edits";
import { fixAll } from "./fixAll";
import { parseText } from "../document/parse";
import type { Task } from "../document/task";
import type { Value } from "../document/view";

/** The definition in the document, read-only members included; undefined for a list of containers and for no JSON. */
export function definitionOf(task: Task): TaskDefinition | undefined {
  return task.document.whole && task.definition ? (getNodeValue(task.definition.node) as TaskDefinition) : undefined;
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
  const text = (value: Json) => `${JSON.stringify(value, null, 2)}\n`;
  return { before: text(ordered(normalise(before), plain)), after: text(plain) };
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function ordered(value: Json, like: Json | undefined): Json {
  if (Array.isArray(value))
    return value.map((item, index) => ordered(item, Array.isArray(like) ? like[index] : undefined));
  if (!isObject(value)) return value;
  const model = isObject(like) ? like : {};
  const keys = [
    ...Object.keys(model).filter((key) => key in value),
    ...Object.keys(value).filter((key) => !(key in model)),
  ];
  return Object.fromEntries(keys.map((key) => [key, ordered(value[key] ?? null, model[key])]));
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

function withoutEmptyLists(text: string): string {
  const document = parseText(text);
  const parents = new Map<Node, Set<Node>>();
  const rest: Node[] = document.root ? [document.root] : [];
  while (rest.length) {
    const node = rest.pop() as Node;
    const [key, value] = node.type === "property" ? (node.children ?? []) : [];
    if (
      key &&
      node.parent &&
      key.value !== "containerDefinitions" &&
      value?.type === "array" &&
      !value.children?.length
    )
      parents.set(node.parent, (parents.get(node.parent) ?? new Set()).add(node));
    rest.push(...(node.children ?? []));
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
