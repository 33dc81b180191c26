/** What can be written at the cursor. */
import { findNodeAtLocation } from "jsonc-parser";
import { locate, type Here } from "../document/locate";
import { noteOf, typeInWords } from "../document/schema";
import { shapeOf, type TypeModel } from "../model/schema";
import type { Note } from "../document/overlay/note";
import { awslogsOptions, fargateDrivers } from "../rules/logging";
import { fargateSizes, gigabytes, inNotationOf, sizesFor } from "../document/sizes";
import { skeletonOf } from "../document/snippets";
import type { Task } from "../document/task";
import { ObjectValue } from "../document/view";

export interface Completion {
  label: string;
  /** The whole text to put in place of `offset` and `length`. */
  insert: string;
  /** True when `insert` is a snippet in TextMate's syntax. */
  isSnippet: boolean;
  kind: "key" | "value" | "reference";
  detail?: string;
  documentation?: string;
  offset: number;
  length: number;
  /** Where it comes in the list; smaller is earlier. */
  rank: number;
}

/** What a connected account can offer, fetched only when it is asked for. */
export type AccountKind = "images" | "roles" | "logGroups" | "secrets";

export interface Completions {
  items: Completion[];
  /** What of the connected account belongs here as well. */
  account?: AccountKind;
  /** The token that an account's answer takes the place of. */
  offset: number;
  length: number;
}

/** Keys that belong here and are not here yet, or values for the key at hand. */
export function complete(task: Task, offset: number): Completions {
  const text = task.document.parsed;
  const here = locate(task, text, offset);
  const items = here.isKey ? keys(task, here) : values(task, here);
  const account = here.isKey ? undefined : accountKind(here);
  return { items, offset: here.token.offset, length: here.token.length, ...(account ? { account } : {}) };
}

function objectAt(task: Task, here: Here): ObjectValue | undefined {
  const { root } = task.document;
  const path = here.path.slice(0, -1);
  const node = root && findNodeAtLocation(root, [...path]);
  return node?.type === "object" ? new ObjectValue(task.document, node, path) : undefined;
}

const escaped = (text: string): string => text.replace(/[\\$}]/g, "\\$&");

function keys(task: Task, here: Here): Completion[] {
  const { text } = task.document;
  const object = objectAt(task, here);
  const { shape } = here;
  const driver = optionsOf(task, here);
  const members: Readonly<Record<string, TypeModel>> = driver ?? shapeOf(here.parentType)?.members ?? {};
  const current = here.token.length ? String(here.path.at(-1) ?? "") : "";
  const present = new Set(object?.entries.keys() ?? []);
  const hasValue = /^\s*:/.test(text.slice(here.token.offset + here.token.length));
  const comma = hasValue ? "" : commaAfter(text, here.token.offset + here.token.length);
  return Object.entries(members)
    .filter(([key]) => key === current || !present.has(key))
    .map(([key, type]) => {
      const note = noteOf(shape, key);
      const refused = note?.fargate === false && task.isFargate;
      const value = driver ? "" : skeletonOf(task, object ?? emptyObject(task), shape ?? "", key);
      const body = hasValue ? JSON.stringify(key) : `${JSON.stringify(key)}: ${snippet(value, type)}${comma}`;
      const required = shapeOf(here.parentType)?.required.includes(key) ?? false;
      return {
        label: key,
        insert: hasValue ? escaped(body) : body,
        isSnippet: true,
        kind: "key" as const,
        detail: `${typeInWords(type)}${required ? ", required" : ""}${refused ? ", not on Fargate" : ""}`,
        ...(note ? { documentation: documentationOf(note) } : {}),
        offset: here.token.offset,
        length: here.token.length,
        rank: refused ? 3 : required ? 0 : 1,
      };
    });
}

const emptyObject = (task: Task): ObjectValue =>
  new ObjectValue(task.document, { type: "object", offset: 0, length: 0, children: [] }, []);

/** A comma where another member follows without one. */
function commaAfter(text: string, from: number): string {
  return /^\s*"/.test(text.slice(from, from + 2000)) ? "," : "";
}

/** The value as a snippet: what a person will change is selected first. */
function snippet(value: unknown, type: TypeModel): string {
  if (type.type === "string" && type.enum) return `"\${1|${type.enum.join(",")}|}"`;
  if (type.type === "boolean") return value === false ? "${1|false,true|}" : "${1|true,false|}";
  if (typeof value === "string") return `"\${1:${escaped(value)}}"`;
  if (typeof value === "number") return `\${1:${value}}`;
  if (Array.isArray(value) && value.length === 0) return "[$1]";
  let stop = 0;
  // VS Code makes the file's own indentation out of a snippet's tabs, and puts the line's before them.
  const lines = JSON.stringify(value, null, "\t");
  return escaped(lines).replace(
    /(: |\[\n?\s*|, )("(?:[^"\\]|\\.)*"|\d+)(?!:)/g,
    (_match, before: string, item: string) =>
      `${before}${item.startsWith('"') ? `"\${${++stop}:${item.slice(1, -1)}}"` : `\${${++stop}:${item}}`}`,
  );
}

const documentationOf = (note: Note): string =>
  [
    note.text,
    note.unit ? `Unit: ${note.unit}.` : "",
    note.default ? `Left out: ${note.default}.` : "",
    typeof note.fargate === "string" ? note.fargate : "",
  ]
    .filter(Boolean)
    .join("\n\n");

/** Options of the log driver at hand, as members. */
function optionsOf(task: Task, here: Here): Readonly<Record<string, TypeModel>> | undefined {
  const path = here.path.slice(0, -1);
  if (path.at(-1) !== "options" || path.at(-2) !== "logConfiguration" || !task.document.root) return undefined;
  const node = findNodeAtLocation(task.document.root, [...path.slice(0, -1), "logDriver"]);
  const names =
    node?.value === "awslogs"
      ? awslogsOptions
      : node?.value === "splunk"
        ? ["splunk-url", "splunk-token", "splunk-source", "splunk-sourcetype", "splunk-index", "splunk-format"]
        : [];
  return Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
}

function values(task: Task, here: Here): Completion[] {
  const make = (value: unknown, rank: number, detail?: string, kind: Completion["kind"] = "value"): Completion => ({
    label: String(value),
    insert: escaped(JSON.stringify(value)),
    isSnippet: true,
    kind,
    offset: here.token.offset,
    length: here.token.length,
    rank,
    ...(detail === undefined ? {} : { detail }),
  });
  const special = references(task, here, make);
  if (special) return special;
  const ofList = here.type?.type === "list" ? here.type.of : here.type;
  if (ofList?.enum) {
    const isDriver = here.inner.at(-1) === "logDriver" && task.isFargate;
    return ofList.enum.map((value) =>
      make(
        value,
        isDriver && !fargateDrivers.includes(value) ? 2 : 1,
        isDriver && !fargateDrivers.includes(value) ? "not on Fargate" : undefined,
      ),
    );
  }
  if (here.type?.type === "boolean") return [make(true, 1), make(false, 2)];
  return [];
}

type Make = (value: unknown, rank: number, detail?: string, kind?: Completion["kind"]) => Completion;

/** Values that other parts of the document or the task's size decide. */
function references(task: Task, here: Here, make: Make): Completion[] | undefined {
  const { inner } = here;
  const key = inner.at(-1);
  if (inner.length === 1 && task.definition) {
    if (key === "cpu")
      return sizesFor(task.isWindows).map((size, index) =>
        make(inNotationOf(task.definition?.get("cpu")?.raw, size.cpu, "vCPU"), index, `${size.cpu / 1024} vCPU`),
      );
    if (key === "memory") {
      const memory =
        (task.cpu === undefined ? undefined : fargateSizes.find((size) => size.cpu === task.cpu)?.memory) ??
        [...new Set(fargateSizes.flatMap((size) => size.memory))].sort((a, b) => a - b);
      return memory.map((value, index) =>
        make(inNotationOf(task.definition?.get("memory")?.raw, value, "GB"), index, gigabytes(value)),
      );
    }
  }
  const list = inner.at(-3);
  if (
    (key === "containerName" && (list === "dependsOn" || inner[0] === "proxyConfiguration")) ||
    (key === "sourceContainer" && list === "volumesFrom")
  ) {
    const own = task.containers[Number(inner[inner.length - 4])]?.name;
    return [...task.byName.keys()]
      .filter((name) => list !== "dependsOn" || name !== own)
      .map((name, index) => make(name, index, "container", "reference"));
  }
  if (key === "sourceVolume")
    return task.volumes
      .flatMap((volume) => volume.textOf("name") ?? [])
      .map((name, index) => make(name, index, "volume", "reference"));
  if (key === "awslogs-create-group") return [make("true", 0)];
  if (key === "mode" && inner.at(-2) === "options") return [make("non-blocking", 0), make("blocking", 1)];
  if (inner.at(-2) === "add" && inner.at(-3) === "capabilities" && task.isFargate)
    return [make("SYS_PTRACE", 0, "the only one on Fargate")];
  if (typeof key === "number" && inner.at(-2) === "command" && inner.at(-3) === "healthCheck" && key === 0)
    return [make("CMD-SHELL", 0, "run by the shell"), make("CMD", 1, "run as it is")];
  return undefined;
}

/** Which of the account's resources belong at this place. */
function accountKind({ inner }: Here): AccountKind | undefined {
  switch (inner.at(-1)) {
    case "image":
      return "images";
    case "executionRoleArn":
    case "taskRoleArn":
      return "roles";
    case "awslogs-group":
      return "logGroups";
    case "valueFrom":
    case "credentialsParameter":
      return "secrets";
    default:
      return undefined;
  }
}
