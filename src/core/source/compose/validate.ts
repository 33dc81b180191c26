import { composeType, type Type } from "./schema";
import {
  ComposeProblem,
  entry,
  isList,
  isMapping,
  isPlain,
  pathText,
  type Mapping,
  type Path,
  type Value,
} from "./values";

/** Refuses a merged file that the Compose Specification does not allow: an unknown member, a value of another type. */
export function validate(file: Mapping): void {
  check(file, composeType, []);
}

const typeWords: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  null: "nothing",
};

const wordsFor = (type: Type): string =>
  typeof type === "string"
    ? (typeWords[type] ?? type)
    : "oneOf" in type
      ? [...new Set(type.oneOf.map(wordsFor))].join(" or ")
      : "list" in type
        ? "a list"
        : "a mapping";

function fits(value: Value, type: Type): boolean {
  if (typeof type !== "string") {
    if ("oneOf" in type) return type.oneOf.some((each) => fits(value, each));
    return "list" in type ? isList(value) : isMapping(value);
  }
  switch (type) {
    case "any":
      return true;
    case "null":
      return value === null;
    // A date without quotes is taken as its text.
    case "string":
      return typeof value === "string" || (isPlain(value) && value.kind === "time");
    case "number":
      return isPlain(value) && value.kind !== "time";
    case "integer":
      return isPlain(value) && /^-?\d+$/.test(value.text);
    case "boolean":
      return typeof value === "boolean";
  }
}

function check(value: Value, type: Type, path: Path): void {
  if (!fits(value, type))
    throw new ComposeProblem(`${pathText(path) || "the file"} has to be ${wordsFor(type)}, not ${wordOf(value)}`, path);
  if (typeof type === "string") return;
  if ("oneOf" in type) {
    const chosen = type.oneOf.find((each) => fits(value, each));
    if (chosen !== undefined) check(value, chosen, path);
  } else if ("list" in type) checkList(value as Value[], type, path);
  else if ("members" in type) checkMembers(value as Mapping, type, path);
  else
    for (const [name, member] of value as Mapping) {
      const known = type.names?.test(name) ?? true;
      if (!known && !type.lenient)
        throw new ComposeProblem(`"${name}" cannot be a name in ${pathText(path)}: letters, digits, . _ - alone`, path);
      if (known) check(member, type.each, [...path, name]);
    }
}

function checkList(items: readonly Value[], type: { list: Type; unique?: true }, path: Path): void {
  items.forEach((item, index) => check(item, type.list, [...path, entry(index)]));
  const texts = items.map((item) => JSON.stringify(isPlain(item) ? item.text : item));
  const twice = type.unique ? texts.find((item, index) => texts.indexOf(item) !== index) : undefined;
  if (twice !== undefined) throw new ComposeProblem(`${pathText(path)} has ${twice} twice`, path);
}

function checkMembers(
  mapping: Mapping,
  type: { members: Readonly<Record<string, Type>>; required?: readonly string[]; closed?: true },
  path: Path,
): void {
  for (const [name, member] of mapping) {
    if (Object.hasOwn(type.members, name)) check(member, type.members[name] as Type, [...path, name]);
    else if (type.closed || !name.startsWith("x-"))
      throw new ComposeProblem(`${pathText([...path, name])} is not a member that Compose knows`, [...path, name]);
  }
  const missing = type.required?.find((name) => !mapping.has(name));
  if (missing !== undefined) throw new ComposeProblem(`${pathText(path)} has no ${missing}`, path);
}

function wordOf(value: Value): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (isMapping(value)) return "a mapping";
  return isPlain(value) ? value.text : JSON.stringify(value);
}
