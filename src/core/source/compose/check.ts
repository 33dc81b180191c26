import { volumeParts } from "./merge";
import { isAbsolutePath } from "./paths";
import {
  ComposeProblem,
  entry,
  isList,
  isMapping,
  textOf,
  type Mapping,
  type Path,
  type Scalar,
  type Value,
} from "./values";

const empty: Mapping = new Map();
const mappingAt = (holder: Mapping, name: string): Mapping => {
  const value = holder.get(name);
  return isMapping(value) ? value : empty;
};
const listAt = (holder: Mapping, name: string): Value[] => {
  const value = holder.get(name);
  return isList(value) ? value : [];
};
const textAt = (holder: Mapping, name: string): string => {
  const value = holder.get(name);
  return value === undefined || isList(value) || isMapping(value) ? "" : textOf(value);
};
/** The names of a list of names, or of a mapping by name. */
const namesAt = (holder: Mapping, name: string): string[] => {
  const value = holder.get(name);
  if (isMapping(value)) return [...value.keys()];
  return (isList(value) ? value : []).filter((item) => typeof item === "string");
};

/** Refuses a merged project whose parts do not fit together, as Compose refuses it. */
export function checkProject(project: Mapping): void {
  const name = textAt(project, "name");
  if (name !== "" && !/^[a-z0-9][a-z0-9_-]*$/.test(name))
    throw new ComposeProblem(`"${name}" cannot be a project's name: small letters, digits, _ and - alone`, ["name"]);
  for (const kind of ["secrets", "configs"]) checkFiles(project, kind);
  const services = mappingAt(project, "services");
  for (const [service, definition] of services)
    if (isMapping(definition)) checkService(service, definition, project, services);
  checkNames(services);
  for (const service of services.keys()) checkCircle(service, services, []);
}

/** A secret or a config comes from somewhere. */
function checkFiles(project: Mapping, kind: string): void {
  const sources = kind === "secrets" ? ["file", "environment", "driver"] : ["file", "environment", "content"];
  for (const [name, definition] of mappingAt(project, kind)) {
    if (!isMapping(definition)) continue;
    const external = definition.get("external");
    if (external !== undefined && external !== false) continue;
    const given = sources.filter((source) => definition.has(source));
    if (given.length === 0)
      throw new ComposeProblem(`${kind}.${name} has to say one of ${sources.slice(0, -1).join(", ")}`, [kind, name]);
    if (given.length > 1)
      throw new ComposeProblem(`${kind}.${name} says ${given.join(" and ")}: one of them`, [kind, name]);
  }
}

function checkService(name: string, service: Mapping, project: Mapping, services: Mapping): void {
  const path = ["services", name];
  const refuse = (message: string, ...more: string[]) =>
    new ComposeProblem(`services.${name} ${message}`, [...path, ...more]);
  const build = service.get("build");
  if (!isMapping(build) && textAt(service, "image") === "" && !service.has("provider"))
    throw refuse("has neither an image nor a build");
  if (isMapping(build)) checkBuild(name, service, build, project);
  const uses = (member: string, kind: string, given: readonly string[]) => {
    const defined = mappingAt(project, kind);
    const missing = given.find((each) => !defined.has(each));
    if (missing !== undefined) throw refuse(`uses ${missing}, which ${kind} does not define`, member);
  };
  uses(
    "networks",
    "networks",
    namesAt(service, "networks").filter((each) => each !== "default"),
  );
  uses("secrets", "secrets", sourcesOf(service, "secrets"));
  uses("configs", "configs", sourcesOf(service, "configs"));
  uses("models", "models", namesAt(service, "models"));
  uses("volumes", "volumes", volumesOf(service, path));
  const mode = textAt(service, "network_mode");
  if (mode !== "" && namesAt(service, "networks").length > 0)
    throw refuse("has both network_mode and networks", "networks");
  const shared = ["network_mode", "ipc", "pid", "uts", "cgroup"].map((member) => textAt(service, member));
  const needed = [
    ...dependenciesOf(service),
    ...shared.filter((value) => value.startsWith("service:")).map((value) => value.slice("service:".length)),
    ...namesAt(service, "links").map((link) => link.split(":")[0] ?? ""),
    ...namesAt(service, "volumes_from")
      .filter((from) => !from.startsWith("container:"))
      .map((from) => from.split(":")[0] ?? ""),
  ];
  const unknown = needed.find((other) => !services.has(other));
  if (unknown !== undefined) throw refuse(`depends on ${unknown}, which is no service of this file`, "depends_on");
  const test = listAt(mappingAt(service, "healthcheck"), "test")[0];
  if (test !== undefined && !["NONE", "CMD", "CMD-SHELL"].includes(textOf(test as Scalar)))
    throw refuse("has a health check that begins with neither NONE, CMD nor CMD-SHELL", "healthcheck", "test");
  checkNumbers(service, refuse);
}

const units = ["", "k", "m", "g", "t", "p"];

/** A number, or a size in bytes; a text that is neither stays as it is. */
function amountOf(text: string): number | string {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmgtp]?)i?b?$/i.exec(text) ?? [];
  return digits === undefined ? text : Number(digits) * 1024 ** units.indexOf(unit.toLowerCase());
}

/** What may be said in two places is the same in both. */
function checkNumbers(service: Mapping, refuse: (message: string, ...more: string[]) => ComposeProblem): void {
  const deploy = mappingAt(service, "deploy");
  const limits = mappingAt(mappingAt(deploy, "resources"), "limits");
  const pairs = [
    ["scale", textAt(service, "scale"), "deploy.replicas", textAt(deploy, "replicas")],
    ["cpus", textAt(service, "cpus"), "deploy.resources.limits.cpus", textAt(limits, "cpus")],
    ["pids_limit", textAt(service, "pids_limit"), "deploy.resources.limits.pids", textAt(limits, "pids")],
    ["mem_limit", textAt(service, "mem_limit"), "deploy.resources.limits.memory", textAt(limits, "memory")],
    [
      "mem_reservation",
      textAt(service, "mem_reservation"),
      "deploy.resources.reservations.memory",
      textAt(mappingAt(mappingAt(deploy, "resources"), "reservations"), "memory"),
    ],
  ] as const;
  for (const [one, value, other, otherValue] of pairs)
    if (value !== "" && otherValue !== "" && amountOf(value) !== amountOf(otherValue))
      throw refuse(`says ${value} in ${one} and ${otherValue} in ${other}`, one);
  const scale = Number(textAt(service, "scale") || textAt(deploy, "replicas") || "1");
  if (textAt(service, "container_name") !== "" && scale > 1)
    throw refuse("has a container_name, and runs more than once", "container_name");
}

function checkBuild(name: string, service: Mapping, build: Mapping, project: Mapping): void {
  const path = ["services", name, "build"];
  if (textAt(build, "dockerfile") !== "" && textAt(build, "dockerfile_inline") !== "")
    throw new ComposeProblem(`services.${name}.build has both dockerfile and dockerfile_inline`, path);
  const secrets = mappingAt(project, "secrets");
  const missing = sourcesOf(build, "secrets").find((each) => !secrets.has(each));
  if (missing !== undefined)
    throw new ComposeProblem(`services.${name}.build uses ${missing}, which secrets does not define`, path);
  const contexts = build.get("additional_contexts");
  const given = isMapping(contexts)
    ? [...contexts.values()].map((value) => (isMapping(value) || isList(value) ? "" : textOf(value)))
    : (isList(contexts) ? contexts : []).map((item) => (typeof item === "string" ? item.replace(/^[^=]*=/, "") : ""));
  const services = mappingAt(project, "services");
  const other = given.find((value) => value.startsWith("service:") && !services.has(value.slice("service:".length)));
  if (other !== undefined)
    throw new ComposeProblem(`services.${name}.build uses ${other}, which is no service of this file`, path);
  const platforms = namesAt(build, "platforms");
  const platform = textAt(service, "platform");
  if (platform !== "" && platforms.length > 0 && !platforms.includes(platform))
    throw new ComposeProblem(`services.${name}.build.platforms lacks the service's platform ${platform}`, path);
}

/** The secrets or configs that a service, or its build, asks for. */
const sourcesOf = (holder: Mapping, member: string): string[] =>
  listAt(holder, member).map((item) =>
    isMapping(item) ? textAt(item, "source") : typeof item === "string" ? item : "",
  );

/** The named volumes of a service. */
function volumesOf(service: Mapping, path: Path): string[] {
  return listAt(service, "volumes").flatMap((item, index) => {
    if (isMapping(item)) {
      const source = textAt(item, "source");
      return textAt(item, "type") === "volume" && source !== "" ? [source] : [];
    }
    if (typeof item !== "string") return [];
    const { source } = volumeParts(item, [...path, "volumes", entry(index)]);
    return source === undefined || /^[.~]/.test(source) || isAbsolutePath(source) ? [] : [source];
  });
}

/** The services that one waits for, those left out that it may do without. */
function dependenciesOf(service: Mapping): string[] {
  const value = service.get("depends_on");
  if (!isMapping(value)) return namesAt(service, "depends_on");
  return [...value].filter(([, each]) => !isMapping(each) || each.get("required") !== false).map(([name]) => name);
}

function checkNames(services: Mapping): void {
  const seen = new Set<string>();
  for (const [name, service] of services) {
    const container = isMapping(service) ? textAt(service, "container_name") : "";
    if (container !== "" && seen.has(container))
      throw new ComposeProblem(`services.${name} has the container_name of another service`, ["services", name]);
    seen.add(container);
  }
}

function checkCircle(name: string, services: Mapping, way: readonly string[]): void {
  if (way.includes(name))
    throw new ComposeProblem(`the services depend on each other in a circle: ${[...way, name].join(", ")}`, [
      "services",
      name,
      "depends_on",
    ]);
  const service = services.get(name);
  if (isMapping(service)) for (const other of dependenciesOf(service)) checkCircle(other, services, [...way, name]);
}
