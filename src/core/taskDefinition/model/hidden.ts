/**
 * Differences as they may be shown, logged and kept: with the names of environment variables, labels and log options and
 * without their values, with programs and without their arguments. A password stands in a plain variable or behind
 * `--password` more often than anybody admits, and a plan ends up in a pipeline's log; what looks like a secret is no judge
 * of that, so no value is shown.
 */
import { exactText, isJsonObject } from "../../base/exactJson";
import type { ContainerDefinition, Json, TaskDefinition } from "../../base/taskDefinition";
import type { Difference } from "./normalise";

/** Stands for a value that is there. */
export const notShown = "(not shown)";

type Show = (value: Json, member: string) => Json;

const each =
  (show: (inner: Json, member: string) => Json): Show =>
  (value) =>
    isJsonObject(value)
      ? Object.fromEntries(Object.entries(value).map(([member, inner = null]) => [member, show(inner, member)]))
      : notShown;

/** Named values, of which the names are shown: one of them, its value alone, or the list. */
const namedValues: Show = (value, member) => {
  if (Array.isArray(value)) return value.map((entry) => namedValues(entry, ""));
  if (isJsonObject(value)) return each((inner, name) => (name === "value" ? notShown : inner))(value, "");
  return member === "value" ? notShown : value;
};

/** A program is shown, and not what it is given: `--password=…` is there, and what a shell is to run. */
const words: Show = (value) =>
  Array.isArray(value)
    ? value.map((word, at) => (at === 0 && typeof word === "string" && /^[\w./-]+$/.test(word) ? word : notShown))
    : notShown;

/** Of log drivers only what says where CloudWatch has the lines: other drivers are given tokens and URLs with passwords. */
const isPlace = (option: string): boolean => /^(awslogs-[\w-]+|mode|max-buffer-size)$/.test(option);
const options: Show = (value, member) => {
  if (isJsonObject(value)) return each((inner, name) => (isPlace(name) ? inner : notShown))(value, "");
  return isPlace(member) ? value : notShown;
};

/** What is not shown as it is, by the member that holds it. */
const guarded: Readonly<Record<string, Show>> = {
  environment: namedValues,
  command: words,
  entryPoint: words,
  options,
  dockerLabels: (value) => (isJsonObject(value) ? each(() => notShown)(value, "") : notShown),
};
const guardOf = (member: string): Show | undefined => (Object.hasOwn(guarded, member) ? guarded[member] : undefined);

function hidden(value: Json, member = ""): Json {
  const show = guardOf(member);
  // What is no value cannot give one away: null stays null.
  if (show) return value === null ? null : show(value, member);
  if (Array.isArray(value)) return value.map((item) => hidden(item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner = null]) => [name, hidden(inner, name)]));
}

/** The guarded member that a path leads to or into, and the last member of the path. */
function guardAt(path: string): { show: Show; last: string } | undefined {
  // A key in brackets may be any text: a variable's name with a dot in it.
  const members = path.replaceAll(/\[[^\]]*\]/g, "").split(".");
  const at = members.findIndex((member) => guardOf(member) !== undefined);
  const show = at < 0 ? undefined : guardOf(members[at] ?? "");
  // An option's own name may have dots, too.
  return show && { show, last: members.slice(at + 1).join(".") };
}

/** The same differences without values that may be secret; whether there is one stays to be seen. */
export function withoutValues(differences: readonly Difference[]): Difference[] {
  return differences.map(({ path, before, after }) => {
    const guard = guardAt(path);
    const shown = (side: Json | undefined): Json | undefined =>
      side === undefined || side === null ? side : guard ? guard.show(side, guard.last) : hidden(side);
    return { path, before: shown(before), after: shown(after) };
  });
}

type Change = (entry: Json, container: ContainerDefinition) => Json;

function eachVariable(definition: TaskDefinition, change: Change): TaskDefinition {
  const { containerDefinitions: containers } = definition;
  if (!Array.isArray(containers)) return definition;
  return {
    ...definition,
    containerDefinitions: containers.map((container) => {
      const variables = isJsonObject(container) ? container["environment"] : undefined;
      return Array.isArray(variables)
        ? { ...container, environment: variables.map((entry) => change(entry, container)) }
        : container;
    }),
  };
}

/** What of a definition is noted on this machine: environment variables by their names. */
export const namesOnly = (definition: TaskDefinition): TaskDefinition =>
  eachVariable(definition, (entry) => {
    if (!isJsonObject(entry)) return null;
    const { value: _value, ...rest } = entry;
    return rest;
  });

/**
 * A definition that was noted by {@link namesOnly}, with the values that the revision has which was registered of it.
 * A variable that the revision does not have stays without a value.
 */
export function withValuesOf(noted: TaskDefinition, registered: TaskDefinition): TaskDefinition {
  const [only, ...others] = registered.containerDefinitions ?? [];
  const single = others.length === 0 && noted.containerDefinitions?.length === 1 ? only : undefined;
  return eachVariable(noted, (entry, container) => {
    const there = registered.containerDefinitions?.find(({ name }) => name === container.name) ?? single;
    const variables = there?.["environment"];
    if (!isJsonObject(entry) || !Array.isArray(variables)) return entry;
    const same = variables.find((each) => isJsonObject(each) && each["name"] === entry["name"]);
    return isJsonObject(same) && same["value"] !== undefined ? { ...entry, value: same["value"] } : entry;
  });
}

/** A noted text that may still have values, as earlier versions wrote it: without them, or nothing where it is no JSON. */
export function notedNames(text: string, parse: (text: string) => TaskDefinition): string | undefined {
  try {
    return exactText(namesOnly(parse(text)));
  } catch {
    return undefined;
  }
}
