import { isJsonObject } from "../../base/exactJson";
import {
  own,
  type ContainerDefinition,
  type Json,
  type JsonObject,
  type TaskDefinition,
} from "../../base/taskDefinition";
import { readOnlyKeys, rootType, typeBelow, type TypeModel } from "./schema";

/** What is no part of what ECS runs: tags are given beside it, and `$schema` is for editors. */
const besides: readonly string[] = ["tags", "$schema"];

/** Values that ECS fills in for what a definition leaves out, by member of a container definition. */
const containerDefaults: Readonly<Record<string, Json>> = { cpu: 0, essential: true };
const healthCheckDefaults: Readonly<Record<string, Json>> = { interval: 30, timeout: 5, retries: 3 };

const isUnset = (value: Json): boolean => value === null;

function isEmpty(value: Json): boolean {
  if (value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
}

/**
 * Without the members that say nothing, at every depth, of those that the SDK knows. What it does not know is left as it is:
 * there null or an empty list may mean something.
 */
function without(saysNothing: (value: Json) => boolean, value: Json, type: TypeModel | undefined): Json {
  if (Array.isArray(value) && type?.type === "list") return value.map((item) => without(saysNothing, item, type.of));
  if (!isJsonObject(value) || (type?.type !== "object" && type?.type !== "map")) return value;
  const entries = Object.entries(value).flatMap(([key, member]): [string, Json][] => {
    const below = typeBelow(type, key);
    if (member === undefined) return [];
    if (!below) return [[key, member]];
    const inner = without(saysNothing, member, below);
    return saysNothing(inner) ? [] : [[key, inner]];
  });
  return Object.fromEntries(entries);
}

/** A definition without null for what is not set, as emulators and files have it. */
export const withoutUnset = (definition: TaskDefinition): TaskDefinition =>
  without(isUnset, definition, rootType) as TaskDefinition;

function withoutDefaults(object: JsonObject, defaults: Readonly<Record<string, Json>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([key, value]) => !(key in defaults) || defaults[key] !== value),
  );
}

function normaliseContainer(container: ContainerDefinition): ContainerDefinition {
  const result: ContainerDefinition = withoutDefaults(container, containerDefaults);
  if (isJsonObject(result["healthCheck"]))
    result["healthCheck"] = withoutDefaults(result["healthCheck"], healthCheckDefaults);
  const mappings = result["portMappings"];
  if (Array.isArray(mappings)) {
    result["portMappings"] = mappings.map((mapping) => {
      if (!isJsonObject(mapping)) return mapping;
      const { hostPort, protocol, ...rest } = mapping;
      return {
        ...rest,
        ...(hostPort === undefined || hostPort === rest["containerPort"] || hostPort === 0 ? {} : { hostPort }),
        ...(protocol === undefined || protocol === "tcp" ? {} : { protocol }),
      };
    });
  }
  return result;
}

/** What of a described definition can be registered: all but what only Describe says. */
export const registrable = (definition: TaskDefinition): TaskDefinition =>
  Object.fromEntries(Object.entries(definition).filter(([key]) => !readOnlyKeys.has(key) && !besides.includes(key)));

/** A definition without what ECS adds by itself, so that what was registered equals what is described. */
export function normalise(definition: TaskDefinition): TaskDefinition {
  // ECS answers with empty lists and objects for what was never set.
  const result = without(isEmpty, registrable(definition), rootType) as TaskDefinition;
  if (result.containerDefinitions) result.containerDefinitions = result.containerDefinitions.map(normaliseContainer);
  if (result["enableFaultInjection"] === false) delete result["enableFaultInjection"];
  return result;
}

type Identify = (element: JsonObject) => Json | undefined;
const by =
  (member: string): Identify =>
  (element) =>
    own(element, member);

/** What tells the elements of a list apart, by the list's member; a list that is not named here is one value. */
const identities: Readonly<Record<string, Identify>> = {
  containerDefinitions: by("name"),
  environment: by("name"),
  secrets: by("name"),
  // One port may be mapped for TCP and for UDP, and a range instead of a port.
  portMappings: ({ containerPort, containerPortRange, protocol }) => {
    const port = containerPort ?? containerPortRange;
    return port === undefined || protocol === undefined || protocol === "tcp"
      ? port
      : `${exact(port)}/${exact(protocol)}`;
  },
  mountPoints: by("containerPath"),
  volumes: by("name"),
  ulimits: by("name"),
  systemControls: by("namespace"),
  dependsOn: by("containerName"),
  extraHosts: by("hostname"),
  secretOptions: by("name"),
};

const exact = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The elements of lists by what tells them apart; undefined where one has nothing that does, or two have the same. */
export function elementsOf(member: string, ...lists: readonly Json[][]): Map<string, Json>[] | undefined {
  const identify = own(identities, member);
  if (!identify) return undefined;
  const found: Map<string, Json>[] = [];
  for (const list of lists) {
    const elements = new Map<string, Json>();
    for (const item of list) {
      const id = isJsonObject(item) ? identify(item) : undefined;
      if (id === undefined || elements.has(exact(id))) return undefined;
      elements.set(exact(id), item);
    }
    found.push(elements);
  }
  return found;
}

/** JSON with sorted keys and keyed lists in key order: equal text means equal meaning. */
export function canonical(value: Json | undefined, member = ""): string {
  if (value === undefined) return "undefined";
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item));
    return `[${(elementsOf(member, value) ? items.sort() : items).join(",")}]`;
  }
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name], name)}`).join(",")}}`;
}

/** True when ECS would run the same thing from both. */
export function sameDefinition(one: TaskDefinition, other: TaskDefinition): boolean {
  return canonical(normalise(one)) === canonical(normalise(other));
}

export interface Difference {
  /** e.g. `containerDefinitions[web].environment[MODE].value`. */
  path: string;
  before: Json | undefined;
  after: Json | undefined;
}

/** Every place where two definitions differ, lists compared by their elements' keys. */
export function differences(before: Json | undefined, after: Json | undefined, path = "", member = ""): Difference[] {
  if (canonical(before, member) === canonical(after, member)) return [];
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(own(before, key), own(after, key), path ? `${path}.${key}` : key, key));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const [was, is] = elementsOf(member, before, after) ?? [];
    if (was && is)
      return [...new Set([...was.keys(), ...is.keys()])].flatMap((id) =>
        differences(was.get(id), is.get(id), `${path}[${id}]`),
      );
  }
  return [{ path, before, after }];
}
