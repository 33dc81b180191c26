/**
 * Tells a task definition from all other JSON by its file's name or the beginning of its text. It is part of the
 * extension's entry and runs for every JSON document that is opened: no parser, one pass, a bounded number of characters.
 */

/** Base names that people use, at any depth (`.aws/`, `aws/`, `ecs/` included). */
const baseNames =
  /^(?:(?:ecs-)?task-def(?:inition)?|taskdef|task_definition|taskDefinition|container-definitions)\.json$/;
/** Characters that are looked at. */
export const recogniseLimit = 65_536;
/** Top-level keys of documents that look alike but are something else: CloudFormation, SAM, JSON schemas. */
const foreignKeys: ReadonlySet<string> = new Set([
  "AWSTemplateFormatVersion",
  "Resources",
  "Transform",
  "properties",
  "definitions",
  "$defs",
  "openapi",
  "swagger",
]);
/** Keys that hardly anything but an ECS container has. */
const containerKeys: ReadonlySet<string> = new Set([
  "essential",
  "portMappings",
  "logConfiguration",
  "memoryReservation",
  "mountPoints",
  "volumesFrom",
  "linuxParameters",
  "firelensConfiguration",
  "readonlyRootFilesystem",
  "environmentFiles",
  "dockerLabels",
  "repositoryCredentials",
]);

/** True when a file of this name (the part after the last slash counts) is taken for a task definition. */
export function isTaskDefinitionName(path: string): boolean {
  return baseNames.test(path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1));
}

interface Outline {
  /** `{` or `[`, or what else the document begins with. */
  start: string;
  /** Keys of the outermost object, and of the first object in an outermost list; a value's first character with each. */
  keys: Map<string, string>;
  /** Keys of the object behind `taskDefinition`. */
  inner: Map<string, string>;
}

/** True when the text is a task definition, a describe-task-definition answer or a list of container definitions. */
export function looksLikeTaskDefinition(text: string): boolean {
  const { start, keys, inner } = outline(text.length > recogniseLimit ? text.slice(0, recogniseLimit) : text);
  if (isForeign(keys)) return false;
  if (start === "{") return isList(keys.get("containerDefinitions")) || isList(inner.get("containerDefinitions"));
  return (
    start === "[" && keys.has("name") && keys.has("image") && [...keys.keys()].some((key) => containerKeys.has(key))
  );
}

/** True for a document whose name fits and whose content is plainly something else. */
export function isForeignDocument(text: string): boolean {
  const { keys } = outline(text.length > recogniseLimit ? text.slice(0, recogniseLimit) : text);
  return isForeign(keys) && !keys.has("containerDefinitions");
}

const isForeign = (keys: Map<string, string>): boolean => [...keys.keys()].some((key) => foreignKeys.has(key));
/** A list, or a placeholder that stands for one. */
const isList = (first: string | undefined): boolean => first !== undefined && /[[$<%]/.test(first);

function outline(text: string): Outline {
  const found: Outline = { start: "", keys: new Map(), inner: new Map() };
  const open: string[] = [];
  let key = "";
  let afterColon = false;
  let taskDefinitionDepth = 0;
  const note = (name: string, first: string) => {
    const depth = open.length;
    if (depth === 1 && found.start === "{") found.keys.set(name, first);
    else if (depth === 2 && found.start === "[" && open[1] === "{") found.keys.set(name, first);
    else if (depth === 2 && taskDefinitionDepth === 2) found.inner.set(name, first);
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (
      character === " " ||
      character === "\n" ||
      character === "\r" ||
      character === "\t" ||
      character === "\uFEFF" ||
      character === ","
    )
      continue;
    if (character === "/") {
      const next = text[at + 1];
      const end = next === "/" ? text.indexOf("\n", at) : next === "*" ? text.indexOf("*/", at + 2) : at;
      if (end < 0) break;
      at = next === "*" ? end + 1 : end;
      continue;
    }
    if (character === ":") {
      afterColon = true;
      continue;
    }
    if (found.start === "") found.start = character;
    if (afterColon) note(key, character);
    if (character === "{" || character === "[") {
      open.push(character);
      if (afterColon && key === "taskDefinition" && open.length === 2) taskDefinitionDepth = 2;
    } else if (character === "}" || character === "]") {
      if (open.length === 2 && taskDefinitionDepth === 2) taskDefinitionDepth = 0;
      open.pop();
      // The first element of a list says enough.
      if (open.length === 0 || (open.length === 1 && found.start === "[")) break;
    } else if (character === '"') {
      const begin = at + 1;
      for (at = begin; at < text.length && text[at] !== '"' && text[at] !== "\n"; at++) if (text[at] === "\\") at++;
      if (!afterColon) key = text.slice(begin, at);
    }
    afterColon = false;
  }
  return found;
}
