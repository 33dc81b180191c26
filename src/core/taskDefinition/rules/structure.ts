/** Rules that come out of the SDK's model: keys, types, enumerations, what is required. One walk finds all of them. */
import type { Node } from "jsonc-parser";
import { removeChildren, type TextEdit } from "../document/edits";
import type { Draft, Fix } from "../document/finding";
import { at, atKey, atNode, fix, missingIn, nearest, putEdits } from "../document/fixes";
import { typeInWords } from "../document/schema";
import {
  containersType,
  modelDate,
  readOnlyKeys,
  rootType,
  shapeOf,
  typeBelow,
  type ShapeModel,
  type TypeModel,
} from "../model/schema";
import { skeletonOf } from "../document/snippets";
import type { Task } from "../document/task";
import { pointer, type ObjectValue, type Value } from "../document/view";
import { api, parameters, type TaskRule } from "./rule";

type StructureId =
  | "unknown-property"
  | "type-mismatch"
  | "null-value"
  | "enum-value"
  | "required-property"
  | "duplicate-key";
type Found = Map<StructureId, Draft[]>;

/** Unknown keys that are looked at for a near name; a document of nothing else must not cost more. */
const mostUnknown = 100;

const walks = new WeakMap<Task, Found>();

function walked(task: Task): Found {
  const known = walks.get(task);
  if (known) return known;
  const found: Found = new Map();
  const report = (id: StructureId, draft: Draft) => {
    const drafts = found.get(id);
    if (drafts) drafts.push(draft);
    else found.set(id, [draft]);
  };
  if (task.shape === "containers" && task.list) walk(task, task.list, containersType, report);
  else if (task.definition) walk(task, task.definition, rootType, report);
  else if (task.root) mismatch(task.root, rootType, report);
  walks.set(task, found);
  return found;
}

type Report = (id: StructureId, draft: Draft) => void;

function walk(task: Task, value: Value, type: TypeModel, report: Report): void {
  if (value.isOpen) return;
  if (type.type === "list") {
    if (value.node.type !== "array") return mismatch(value, type, report);
    for (const item of value.items) {
      if (item.isNull)
        report("null-value", {
          spot: at(item),
          message: "A list may not have null in it.",
          fixes: [fix.remove("Remove it", item)],
        });
      else if (type.of) walk(task, item, type.of, report);
    }
    return;
  }
  if (type.type === "map" || type.type === "object") {
    const object = value.object;
    return object ? walkObject(task, object, type, report) : mismatch(value, type, report);
  }
  const ok =
    type.type === "string"
      ? value.node.type === "string"
      : type.type === "boolean"
        ? value.node.type === "boolean"
        : value.node.type === "number" && Number.isInteger(value.node.value);
  if (!ok) return mismatch(value, type, report);
  // Tools write "" for what is not set, and deployments take it out as they do with null.
  if (type.enum && value.string === "")
    report("null-value", {
      spot: at(value),
      message: "This is empty: leave it out instead.",
      fixes: [fix.remove("Remove it", value)],
    });
  else if (type.enum && value.string !== undefined && !type.enum.includes(value.string))
    enumeration(value, type.enum, report);
}

function walkObject(task: Task, object: ObjectValue, type: TypeModel, report: Report): void {
  duplicates(object, report);
  const shape = shapeOf(type);
  const isRoot = object.node === task.definition?.node;
  let unknown = 0;
  for (const [key, value] of object.entries) {
    const below = typeBelow(type, key);
    if (!below) {
      if (!isRoot || !(readOnlyKeys.has(key) || key === "$schema"))
        if (unknown++ < mostUnknown) unknownKey(object, value, shape as ShapeModel, report);
      continue;
    }
    if (value.isNull) {
      if (!shape?.required.includes(key))
        report("null-value", {
          spot: at(value),
          message: `\`${key}\` is null: leave it out instead.`,
          fixes: [fix.remove(`Remove "${key}"`, value)],
        });
    } else walk(task, value, below, report);
  }
  for (const key of shape?.required ?? []) {
    if (key === "containerDefinitions" || object.has(key) || isMisnamed(object, key)) continue;
    if (key === "family" && isRoot && task.surroundings.slipway) continue;
    report("required-property", {
      spot: object.entries.get(key) ? at(object.entries.get(key) as Value) : missingIn(object),
      message: `\`${key}\` is required here.`,
      aws: `Missing required parameter in input: "${key}"`,
      fixes: [
        fix.by(`Add "${key}"`, true, () => putEdits(object, key, skeletonOf(task, object, type.shape ?? "", key))),
      ],
    });
  }
}

function duplicates(object: ObjectValue, report: Report): void {
  const children = object.node.children ?? [];
  if (children.length === object.entries.size) return;
  const seen = new Map<string, Node>();
  for (const child of children) {
    const key = child.children?.[0];
    if (!key) continue;
    const name = String(key.value);
    const before = seen.get(name);
    seen.set(name, child);
    if (!before) continue;
    const text = object.document.parsed;
    const fixes = [
      fix.by("Remove the earlier one, which does not count", true, () =>
        removeChildren(text, object.node, new Set([before])),
      ),
    ];
    report("duplicate-key", {
      spot: atNode(key, [...object.path, name]),
      message: `\`${name}\` is here twice; only the last one counts.`,
      related: [{ message: "The first one", spot: atNode(before, [...object.path, name]) }],
      fixes,
    });
  }
}

const plain = (key: string): string => key.toLowerCase().replace(/[-_ ]/g, "");

/** True when another key of the object is plainly meant to be this one: its own finding says so. */
export function isMisnamed(object: ObjectValue, wanted: string): boolean {
  const target = plain(wanted);
  for (const key of object.entries.keys()) if (key !== wanted && plain(key) === target) return true;
  return false;
}

/**
 * AWS has members that this version's SDK does not know, and they are registered as they stand: no error, and nothing that
 * _Fix all_ takes away. A key that is known but for its case or its dashes is another matter.
 */
function unknownKey(object: ObjectValue, value: Value, shape: ShapeModel, report: Report): void {
  const key = String(value.key?.value);
  const free = Object.keys(shape.members).filter((member) => !object.entries.has(member));
  const same = free.find((member) => plain(member) === plain(key));
  const near = same ?? nearest(key, free);
  const fixes: Fix[] = [
    ...(near === undefined ? [] : [fix.rename(`Rename to "${near}"`, value, near, same !== undefined)]),
    fix.remove(`Remove "${key}"`, value, false),
  ];
  report("unknown-property", {
    spot: atKey(value),
    message:
      `\`${key}\` is not known to this version (API of ${modelDate}).` +
      (near === undefined ? " It is registered as it stands." : ` Is \`${near}\` meant?`),
    fixes,
    ...(same === undefined ? {} : { severity: shape.required.includes(same) ? "error" : "warning" }),
  });
}

function enumeration(value: Value, values: readonly string[], report: Report): void {
  const wrong = value.string ?? "";
  const near = nearest(wrong, values);
  const others = values.filter((item) => item !== near).slice(0, near === undefined ? 4 : 0);
  report("enum-value", {
    spot: at(value),
    message: `\`${wrong}\` is none of ${values.map((item) => `\`${item}\``).join(", ")}.`,
    fixes: [
      ...(near === undefined ? [] : [fix.set(`Change to "${near}"`, value, near)]),
      ...others.map((item) => fix.set(`Change to "${item}"`, value, item, false)),
    ],
  });
}

function mismatch(value: Value, type: TypeModel, report: Report): void {
  // A map where tags are a list is a rule of its own.
  if (value.path.at(-1) === "tags" && value.node.type === "object") return;
  const said = {
    string: "a string",
    number: "a number",
    boolean: "true or false",
    array: "a list",
    object: "an object",
    null: "null",
    property: "a property",
  }[value.node.type];
  const name = value.path.at(-1);
  report("type-mismatch", {
    spot: at(value),
    message:
      `${typeof name === "string" ? `\`${name}\`` : "This"} has to be ${typeInWords(type)}, and is ` +
      `${value.node.type === "number" && type.type === "integer" ? "no whole number" : said}.`,
    aws: `Invalid type for parameter ${pointer(value.path)
      .slice(1)
      .replace(/\/(\d+)/g, "[$1]")
      .replaceAll("/", ".")}`,
    fixes: converted(value, type),
  });
}

/** Fixes of a wrong type: the same value in the type that belongs there, where there is one. */
function converted(value: Value, type: TypeModel): Fix[] {
  const { node, document } = value;
  const source = document.parsed.slice(node.offset, node.offset + node.length);
  const to = (title: string, result: unknown): Fix[] => [fix.set(title, value, result)];
  const text = typeof node.value === "string" ? node.value.trim() : "";
  if (type.type === "string" && (node.type === "number" || node.type === "boolean"))
    return to("Put it into quotes", source);
  if (type.type === "integer" && node.type === "string" && /^\d{1,9}$/.test(text))
    return to("Take it out of its quotes", Number(text));
  if (type.type === "integer" && node.type === "number" && Number.isFinite(node.value))
    return to("Round it up", Math.ceil(node.value as number));
  if (type.type === "boolean" && node.type === "string" && /^(true|false)$/i.test(text))
    return to("Take it out of its quotes", text.toLowerCase() === "true");
  if (type.type !== "list" || !type.of) return [];
  if (type.of.type === "string" && node.type === "string")
    return to("Make it a list", value.path.at(-2) === "healthCheck" ? ["CMD-SHELL", node.value] : [node.value]);
  if (node.type !== "object") return [];
  const members = shapeOf(type.of)?.members ?? {};
  const entries = [...(value.object?.entries ?? [])];
  if (
    "name" in members &&
    "value" in members &&
    !entries.some(([key]) => key === "name") &&
    entries.every(([, item]) => ["string", "number", "boolean"].includes(item.node.type))
  ) {
    return to(
      "Make it a list of names and values",
      entries.map(([name, item]) => ({ name, value: String(item.node.value) })),
    );
  }
  return [
    fix.by("Put it into a list", true, (): TextEdit[] => [
      { offset: node.offset, length: 0, text: "[" },
      { offset: node.offset + node.length, length: 0, text: "]" },
    ]),
  ];
}

/** describe-task-definition's additions: one finding, one fix. */
function* readOnly(task: Task): Generator<Draft> {
  const { definition } = task;
  if (!definition) return;
  const found = [...definition.entries].filter(([key]) => readOnlyKeys.has(key)).map(([, value]) => value);
  const [first, ...others] = found;
  if (!first) return;
  yield {
    spot: atKey(first),
    message:
      `${found.map((value) => `\`${String(value.key?.value)}\``).join(", ")}: describe-task-definition adds ` +
      `${found.length === 1 ? "this" : "these"}; GitHub's deploy action takes ` +
      `${found.length === 1 ? "it" : "them"} out, the SDK and the AWS CLI refuse ` +
      `${found.length === 1 ? "it" : "them"}.`,
    related: others.map((value) => ({ message: "Read-only as well", spot: atKey(value) })),
    fixes: [fix.removeAll("Remove all read-only keys", definition, found)],
  };
}

/** The answer of describe-task-definition, or a bare list of containers. */
function* wrapped(task: Task): Generator<Draft> {
  const { definition, root, document } = task;
  if (!root) return;
  if (task.shape === "wrapped" && definition?.key) {
    yield {
      spot: atNode(definition.key, definition.path),
      message:
        "This is the answer of describe-task-definition. What is in it is checked; registering takes it without " +
        "the wrapper.",
      fixes: [fix.by("Take the definition out of its wrapper", true, () => unwrapped(document.text, definition))],
    };
  } else if (task.shape === "containers") {
    yield {
      spot: missingIn(root),
      message:
        "This is a list of container definitions, without the task definition around it. The containers are checked.",
    };
  }
}

/** The definition alone, moved to the left by what it was indented. */
function unwrapped(text: string, definition: Value): TextEdit[] {
  const { offset, length } = definition.node;
  const body = text.slice(offset, offset + length);
  const indent = /\n([ \t]*)[}\]]$/.exec(body)?.[1] ?? "";
  const moved = indent ? body.replaceAll(`\n${indent}`, "\n") : body;
  const tail = /\r?\n$/.exec(text)?.[0] ?? "";
  return [{ offset: 0, length: text.length, text: moved + tail }];
}

const rule = (id: StructureId, severity: TaskRule["severity"], link: string): TaskRule => ({
  id,
  severity,
  link,
  find: (task) => walked(task).get(id) ?? [],
});

export const structureRules: readonly TaskRule[] = [
  rule("unknown-property", "info", api("RegisterTaskDefinition")),
  rule("type-mismatch", "error", api("RegisterTaskDefinition")),
  rule("null-value", "warning", api("RegisterTaskDefinition")),
  rule("enum-value", "error", api("RegisterTaskDefinition")),
  rule("required-property", "error", api("RegisterTaskDefinition")),
  rule("duplicate-key", "warning", "https://www.rfc-editor.org/rfc/rfc8259#section-4"),
  { id: "readonly-property", severity: "info", link: api("TaskDefinition"), find: readOnly },
  { id: "wrapped-definition", severity: "info", link: parameters(), find: wrapped },
];
