import {
  ComposeProblem,
  copyOf,
  entry,
  isList,
  isMapping,
  isPlain,
  pathIs,
  pathText,
  textOf,
  type Mapping,
  type Path,
  type Scalar,
  type Value,
} from "./values";

/** What may be a list or a mapping is a list of `NAME=VALUE` while files are merged. */
const sequences = [
  "services.*.annotations",
  "services.*.build.args",
  "services.*.build.additional_contexts",
  "services.*.build.labels",
  "services.*.build.extra_hosts",
  "services.*.deploy.labels",
  "services.*.dns",
  "services.*.dns_opt",
  "services.*.dns_search",
  "services.*.env_file",
  "services.*.label_file",
  "services.*.environment",
  "services.*.extra_hosts",
  "services.*.labels",
  "services.*.sysctls",
  "services.*.tmpfs",
] as const;

const replaced = ["services.*.command", "services.*.entrypoint", "services.*.healthcheck.test"] as const;

/** What may be a list of names or a mapping by name, and what a name alone means. */
const named: readonly (readonly [form: string, alone: () => Value])[] = [
  ["services.*.depends_on", () => new Map<string, Value>([["condition", "service_started"]])],
  ["services.*.networks", () => null],
  ["services.*.models", () => null],
];

/** Lists whose later entries replace earlier ones with the same key. */
const keyed: readonly (readonly [form: string, key: (item: Value, path: Path) => string])[] = [
  ...[
    ...sequences.filter((form) => !form.endsWith("extra_hosts") && !form.endsWith("env_file")),
    "services.*.build.tags",
    "services.*.build.platforms",
    "services.*.cap_add",
    "services.*.cap_drop",
    "services.*.links",
    "services.*.networks.*.aliases",
    "services.*.networks.*.link_local_ips",
    "services.*.profiles",
    "services.*.security_opt",
  ].map((form) => [form, nameKey] as const),
  ["services.*.expose", exposeKey],
  ["services.*.ports", portKey],
  ["services.*.volumes", volumeKey],
  ["services.*.secrets", mountKey],
  ["services.*.configs", mountKey],
];

/** A file laid over the ones before; neither is changed. */
export const mergeFiles = (base: Mapping, over: Mapping): Mapping => merged(base, over, []) as Mapping;

/** A service laid over the one that it extends. */
export const mergeServices = (base: Mapping, over: Mapping, name: string): Mapping =>
  merged(base, over, ["services", name]) as Mapping;

function merged(base: Value, over: Value, path: Path): Value {
  if (replaced.some((form) => pathIs(path, form))) return copyOf(over);
  if (sequences.some((form) => pathIs(path, form))) return [...sequenceOf(base), ...sequenceOf(over)];
  const alone = named.find(([form]) => pathIs(path, form))?.[1];
  if (alone) return mergedMappings(byName(base, alone), byName(over, alone), path);
  if (pathIs(path, "services.*.build")) return mergedMappings(buildMapping(base), buildMapping(over), path);
  if (pathIs(path, "services.*.logging") && isMapping(base) && isMapping(over)) {
    const [one, other] = [base.get("driver"), over.get("driver")];
    if (one !== undefined && other !== undefined && one !== other) return copyOf(over);
  }
  if (pathIs(path, "services.*.ulimits.*")) return copyOf(over);
  if (isMapping(base)) {
    if (over === null) return copyOf(base);
    if (!isMapping(over))
      throw new ComposeProblem(`${pathText(path)} is a mapping in one file and none in the next`, path);
    return mergedMappings(base, over, path);
  }
  if (isList(base)) {
    if (over === null) return copyOf(base);
    if (!isList(over)) throw new ComposeProblem(`${pathText(path)} is a list in one file and none in the next`, path);
    return [...copyOf(base), ...copyOf(over)];
  }
  return copyOf(over);
}

function mergedMappings(base: Mapping, over: Mapping, path: Path): Mapping {
  const result = copyOf(base);
  for (const [name, value] of over) {
    const before = base.get(name);
    const plain = before === undefined || name.startsWith("x-");
    result.set(name, plain ? copyOf(value) : merged(before, value, [...path, name]));
  }
  return result;
}

function sequenceOf(value: Value): Value[] {
  if (isList(value)) return copyOf(value);
  if (!isMapping(value)) return value === null ? [] : [value];
  return [...value]
    .map(([name, member]) => (member === null ? name : `${name}=${isScalar(member) ? textOf(member) : ""}`))
    .sort();
}

const isScalar = (value: Value): value is Scalar => !isList(value) && !isMapping(value);

function byName(value: Value, alone: () => Value): Mapping {
  if (isMapping(value)) return value;
  return new Map(
    (isList(value) ? value : []).filter((item) => typeof item === "string").map((item) => [item, alone()]),
  );
}

/** A `build` that is a text is its context. */
export function buildMapping(build: Value | undefined): Mapping {
  if (isMapping(build)) return build;
  return new Map<string, Value>(build === undefined || build === null ? [] : [["context", build]]);
}

/** Takes what `!reset` and `!override` name out of a tree. */
export function removePaths(tree: Mapping, paths: readonly Path[]): void {
  for (const path of paths) {
    let at: Value | undefined = tree;
    for (const name of path.slice(0, -1)) at = isMapping(at) ? at.get(name) : undefined;
    if (isMapping(at)) at.delete(path.at(-1) ?? "");
  }
}

/** Drops entries of lists that a later one replaces; refuses entries that such a list cannot hold. */
export function withoutDuplicates(value: Value, path: Path = []): Value {
  if (isMapping(value))
    return new Map([...value].map(([name, member]) => [name, withoutDuplicates(member, [...path, name])]));
  const key = isList(value) ? keyed.find(([form]) => pathIs(path, form))?.[1] : undefined;
  if (!key || !isList(value)) return value;
  const found = new Map<string, Value>();
  value.forEach((item, index) => found.set(key(item, [...path, entry(index)]), item));
  return [...found.values()];
}

function nameKey(item: Value, path: Path): string {
  if (typeof item !== "string") throw new ComposeProblem(`${pathText(path)} has to be a text`, path);
  return item.split("=")[0] ?? "";
}

function exposeKey(item: Value, path: Path): string {
  if (typeof item === "string") return item;
  if (isPlain(item) && item.kind === "integer") return item.text;
  throw new ComposeProblem(`${pathText(path)} has to be a port`, path);
}

function portKey(item: Value, path: Path): string {
  if (!isMapping(item)) return isScalar(item) ? textOf(item) : "";
  const [target, published, address, protocol] = ["target", "published", "host_ip", "protocol"].map((name) =>
    item.get(name),
  );
  if (!isPlain(target) || target.kind !== "integer")
    throw new ComposeProblem(`${pathText(path)} has no target port`, path);
  const text = (value: Value | undefined, fallback: string) =>
    value !== undefined && isScalar(value) ? textOf(value) : fallback;
  return `${text(address, "0.0.0.0")}:${text(published, "")}:${target.text}/${text(protocol, "tcp")}`;
}

function volumeKey(item: Value, path: Path): string {
  if (isMapping(item)) {
    const target = item.get("target");
    if (typeof target !== "string") throw new ComposeProblem(`${pathText(path)} has no target`, path);
    return target;
  }
  return typeof item === "string" ? volumeParts(item, path).target : "";
}

function mountKey(item: Value): string {
  if (!isMapping(item)) return isScalar(item) ? textOf(item) : "";
  const target = item.get("target") ?? item.get("source") ?? null;
  return isScalar(target) ? textOf(target) : "";
}

/** The short form of a volume: `TARGET`, `SOURCE:TARGET` or `SOURCE:TARGET:MODE`; a drive's colon parts nothing. */
export function volumeParts(spec: string, path: Path): { source?: string; target: string } {
  const drive = /^[A-Za-z]:/.exec(spec)?.[0] ?? "";
  const [start = "", ...more] = spec.slice(drive.length).split(":");
  const parts = [drive + start, ...more];
  if (parts.includes("")) throw new ComposeProblem(`${pathText(path)} is no volume: "${spec}"`, path);
  if (parts.length > 3) throw new ComposeProblem(`${pathText(path)} has too many colons: "${spec}"`, path);
  const [first = "", second] = parts;
  return second === undefined ? { target: first } : { source: first, target: second };
}
