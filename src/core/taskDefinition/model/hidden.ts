/**
 * Differences as they may be shown, logged and kept: with the names of environment variables and without their values. A
 * password stands in a plain variable more often than anybody admits, and a plan ends up in a pipeline's log; what looks
 * like a secret is no judge of that, so no value is shown.
 */
import { exactText, isJsonObject } from "../../base/exactJson";
import type { ContainerDefinition, Json, TaskDefinition } from "../../base/taskDefinition";
import type { Difference } from "./normalise";

/** Stands for a value that is there. */
export const notShown = "(not shown)";

/** Members of a container whose entries are named values. */
const named: ReadonlySet<string> = new Set(["environment"]);

/** The path leads into one of them. */
const inside = /(?:^|\.)environment(?:\[|\.|$)/;

function hidden(value: Json | undefined, within: boolean): Json {
  if (Array.isArray(value)) return value.map((item) => hidden(item, within));
  if (!isJsonObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [
      member,
      within && member === "value" ? notShown : hidden(inner, within || named.has(member)),
    ]),
  );
}

/** The same differences without values of environment variables; whether there is one stays to be seen. */
export function withoutValues(differences: readonly Difference[]): Difference[] {
  return differences.map(({ path, before, after }) => {
    const within = inside.test(path);
    const shown = (side: Json | undefined): Json | undefined =>
      side === undefined ? undefined : within && /\.value$/.test(path) ? notShown : hidden(side, within);
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
