import type { ContainerDefinition, Json, JsonObject, TaskDefinition } from "../../base/taskDefinition";

/** What DescribeTaskDefinition adds and RegisterTaskDefinition refuses. */
const readOnlyMembers: readonly string[] = [
  "taskDefinitionArn",
  "revision",
  "status",
  "requiresAttributes",
  "compatibilities",
  "registeredAt",
  "registeredBy",
  "deregisteredAt",
  "deleteRequestedAt",
  "tags",
];

/** Values that ECS fills in for what a definition leaves out, by member of a container definition. */
const containerDefaults: Readonly<Record<string, Json>> = { cpu: 0, essential: true };
const healthCheckDefaults: Readonly<Record<string, Json>> = { interval: 30, timeout: 5, retries: 3 };

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

/** Without nulls, empty lists and empty objects, at every depth (ECS returns them for what was never set). */
function compact(value: Json): Json {
  if (Array.isArray(value)) return value.map(compact);
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const inner = compact(member);
    if (!isEmpty(inner)) result[key] = inner;
  }
  return result;
}

function withoutDefaults(object: JsonObject, defaults: Readonly<Record<string, Json>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([key, value]) => !(key in defaults) || defaults[key] !== value),
  );
}

function normaliseContainer(container: ContainerDefinition): ContainerDefinition {
  const result: ContainerDefinition = withoutDefaults(container, containerDefaults);
  if (isObject(result["healthCheck"]))
    result["healthCheck"] = withoutDefaults(result["healthCheck"], healthCheckDefaults);
  const mappings = result["portMappings"];
  if (Array.isArray(mappings)) {
    result["portMappings"] = mappings.map((mapping) => {
      if (!isObject(mapping)) return mapping;
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

/** A definition without what ECS adds by itself, so that what was registered equals what is described. */
export function normalise(definition: TaskDefinition): TaskDefinition {
  const kept = Object.fromEntries(Object.entries(definition).filter(([key]) => !readOnlyMembers.includes(key)));
  const result = compact(kept) as TaskDefinition;
  if (result.containerDefinitions) result.containerDefinitions = result.containerDefinitions.map(normaliseContainer);
  if (result["enableFaultInjection"] === false) delete result["enableFaultInjection"];
  return result;
}

/** The member by which the elements of a list are told apart; a list that is not named here is one value. */
const listKeys: Readonly<Record<string, string>> = {
  containerDefinitions: "name",
  environment: "name",
  secrets: "name",
  portMappings: "containerPort",
  mountPoints: "containerPath",
  volumes: "name",
  ulimits: "name",
  systemControls: "namespace",
  dependsOn: "containerName",
  extraHosts: "hostname",
  secretOptions: "name",
};

/** The key of a list's elements when every one of them has it. */
export function keyOfList(member: string, list: readonly Json[]): string | undefined {
  const key = listKeys[member];
  return key !== undefined && list.every((item) => isObject(item) && item[key] !== undefined) ? key : undefined;
}

/** JSON with sorted keys and keyed lists in key order: equal text means equal meaning. */
export function canonical(value: Json | undefined, member = ""): string {
  if (value === undefined) return "undefined";
  if (Array.isArray(value)) {
    const key = keyOfList(member, value);
    const items = value.map((item) => canonical(item));
    return `[${(key === undefined ? items : items.sort()).join(",")}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
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
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], path ? `${path}.${key}` : key, key));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const key = keyOfList(member, [...before, ...after]);
    if (key !== undefined) {
      const of = (list: Json[], id: Json | undefined) => list.find((item) => isObject(item) && item[key] === id);
      const ids = [...new Set([...before, ...after].map((item) => (item as JsonObject)[key]))];
      return ids.flatMap((id) =>
        differences(of(before, id), of(after, id), `${path}[${typeof id === "string" ? id : JSON.stringify(id)}]`),
      );
    }
  }
  return [{ path, before, after }];
}
