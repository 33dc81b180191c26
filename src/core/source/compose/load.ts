import { parseDotenv } from "./dotenv";
import { interpolateTree, type Lookup } from "./interpolate";
import { buildMapping, mergeFiles, mergeServices, removePaths, withoutDuplicates } from "./merge";
import { contextFrom, folderOf, joinPath } from "./paths";
import { ComposeProblem, copyOf, isList, isMapping, pathText, type Mapping, type Path, type Value } from "./values";
import { validate } from "./validate";
import { parseCompose, type ComposeDocument } from "./yaml";

/** What reading a Compose file needs of the outside. */
export interface ComposeHost {
  /** The text of a file, its path relative to the first one's folder or absolute; undefined when there is none. */
  read(path: string): Promise<string | undefined>;
  /** A variable of the process. */
  environment: Lookup;
}

/** Folder and variables that a file is read with. */
interface Place {
  readonly folder: string;
  readonly lookup: Lookup;
}

interface OpenedFile {
  readonly name: string;
  readonly documents: readonly ComposeDocument[];
}

/** Files that Compose reads by itself, and those that it lays over them. */
const defaultNames = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
const overrideNames = [
  "compose.override.yml",
  "compose.override.yaml",
  "docker-compose.override.yml",
  "docker-compose.override.yaml",
];

/** A loaded project: everything merged, build contexts seen from the first file's folder. */
export interface LoadedCompose {
  readonly project: Mapping;
  readonly lookup: Lookup;
  /** What was read: the file and what was laid over it or included, relative to the first one's folder. */
  readonly files: readonly string[];
}

/**
 * Before a build context that is seen from the first folder already. Contexts are relative to the file that states them,
 * and files are merged: no path begins with this.
 */
const placed = "\0";

/** A context as it is merged, without what marks it as placed. */
export const contextOf = (value: Value | undefined): string =>
  typeof value === "string" ? value.replace(placed, "") : ".";

/** So many services, or files, may stand on each other; and so many files are read, counted each time. */
const [deepest, mostFiles] = [50, 500];

const resourceKinds = ["services", "volumes", "networks", "secrets", "configs", "models"] as const;

/** Reads a Compose file with all that it extends, includes and is overridden by. */
export class ComposeLoader {
  private readonly lines = new Map<string, ReadonlyMap<string, number>>();
  private readonly files: string[] = [];
  private opened = 0;

  constructor(private readonly host: ComposeHost) {}

  /** @param entry the file's name in its folder */
  async load(entry: string): Promise<LoadedCompose> {
    const variables = await this.dotenv(".env", this.host.environment);
    const own: Lookup = (name) => this.host.environment(name) ?? variables.get(name);
    const names = [entry];
    if (defaultNames.includes(entry))
      for (const name of overrideNames)
        if (names.length === 1 && (await this.host.read(name)) !== undefined) names.push(name);
    const opened = await Promise.all(names.map((name) => this.open(name)));
    const lookup = withProjectName(own, opened);
    const project = await this.merge(opened, { folder: ".", lookup }, []);
    if (project.size === 0) throw new ComposeProblem("the file is empty", [], entry);
    return { project, lookup, files: this.files };
  }

  /** Where a value stands in a file that was read, from zero. */
  lineOf(file: string, path: Path): number | undefined {
    const lines = this.lines.get(file);
    for (let length = path.length; length > 0; length--) {
      const line = lines?.get(pathText(path.slice(0, length)));
      if (line !== undefined) return line;
    }
    return undefined;
  }

  private async dotenv(file: string, lookup: Lookup): Promise<Map<string, string>> {
    const text = await this.host.read(file);
    return text === undefined ? new Map<string, string>() : parseDotenv(text, file, lookup);
  }

  private async open(name: string): Promise<OpenedFile> {
    if (++this.opened > mostFiles)
      throw new ComposeProblem(`more than ${mostFiles} files are included and extended, all told`);
    const text = await this.host.read(name);
    if (text === undefined) throw new ComposeProblem(`there is no ${name}`);
    const { documents, lines } = parseCompose(text, name);
    this.lines.set(name, lines);
    this.files.push(name);
    return { name, documents };
  }

  private async merge(files: readonly OpenedFile[], place: Place, including: readonly string[]): Promise<Mapping> {
    let project: Mapping = new Map();
    for (const { name, documents } of files)
      for (const { root, resets } of documents)
        project = await this.inFile(name, async () => {
          if (!isMapping(root)) throw new ComposeProblem("the whole file has to be a mapping");
          const own = interpolateTree(root, place.lookup);
          await this.extendAll(own, { name, documents }, place, resets);
          removePaths(project, resets);
          await this.includeAll(own, place, [...including, name], resets);
          const merged = withoutDuplicates(mergeFiles(project, own)) as Mapping;
          validate(merged);
          merged.delete("version");
          return merged;
        });
    const services = project.get("services");
    if (isMapping(services)) {
      for (const service of services.values()) {
        const build = isMapping(service) ? service.get("build") : undefined;
        if (isMapping(build) && !build.has("context")) build.set("context", ".");
      }
      this.placeContexts(services, place);
    }
    return project;
  }

  /** Says of a problem in which file and line it is. */
  private async inFile<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ComposeProblem) {
        error.file ??= name;
        error.line ??= this.lineOf(error.file, error.path);
      }
      throw error;
    }
  }

  private async extendAll(own: Mapping, file: OpenedFile, place: Place, resets: readonly Path[]): Promise<void> {
    const services = own.get("services");
    if (services === undefined) return;
    if (!isMapping(services)) throw new ComposeProblem("services has to be a mapping", ["services"]);
    for (const name of services.keys())
      services.set(name, await this.extended(name, services, file.name, place, resets, new Set()));
  }

  /** A service with all that it extends. `seen` are the services on the way, each by its file. */
  private async extended(
    name: string,
    services: Mapping,
    file: string,
    place: Place,
    resets: readonly Path[],
    seen: ReadonlySet<string>,
  ): Promise<Value> {
    const service = services.get(name);
    const path = ["services", name];
    if (service === undefined || service === null) return null;
    if (!isMapping(service)) throw new ComposeProblem(`services.${name} has to be a mapping`, path);
    const extending = service.get("extends");
    if (extending === undefined || extending === null) return service;
    const reference = isMapping(extending) ? extending.get("service") : extending;
    const other = isMapping(extending) ? extending.get("file") : undefined;
    if (typeof reference !== "string" || (other !== undefined && other !== null && typeof other !== "string"))
      throw new ComposeProblem(`services.${name}.extends has to name a service`, [...path, "extends"]);
    if (seen.size >= deepest)
      throw new ComposeProblem(`services.${name} is extended over more than ${deepest} services`, [...path, "extends"]);
    const key = `${file} ${name}`;
    if (seen.has(key)) throw new ComposeProblem(`services.${name} extends itself in a circle`, [...path, "extends"]);
    const on = new Set(seen).add(key);
    const found = typeof other === "string" ? await this.baseFile(other, place, [...path, "extends"]) : undefined;
    const from = found?.services ?? services;
    if (!from.has(reference))
      throw new ComposeProblem(`services.${name} extends ${reference}, which is not in ${found?.name ?? file}`, [
        ...path,
        "extends",
      ]);
    const base = found
      ? await this.inFile(found.name, () => this.extended(reference, from, found.name, found.place, found.resets, on))
      : await this.extended(reference, from, file, place, resets, on);
    if (!isMapping(base)) return service;
    const holder: Mapping = new Map([["services", new Map([[name, copyOf(base)]])]]);
    removePaths(holder, resets);
    const source = (holder.get("services") as Mapping).get(name);
    const result = isMapping(source) ? mergeServices(source, service, name) : copyOf(service);
    result.delete("extends");
    services.set(name, result);
    return result;
  }

  /** The services of another file that is extended, as they stand in it; their contexts from the first folder. */
  private async baseFile(
    name: string,
    place: Place,
    path: Path,
  ): Promise<{ name: string; services: Mapping; place: Place; resets: readonly Path[] }> {
    const at = joinPath(place.folder, name);
    const { documents } = await this.open(at).catch((error: unknown) => {
      if (error instanceof ComposeProblem && error.path.length === 0 && error.file === undefined)
        throw new ComposeProblem(error.message, path);
      throw error;
    });
    return this.inFile(at, () => {
      let whole: Mapping = new Map();
      for (const { root, resets } of documents) {
        if (!isMapping(root)) throw new ComposeProblem("the whole file has to be a mapping");
        removePaths(whole, resets);
        whole = withoutDuplicates(mergeFiles(whole, interpolateTree(root, place.lookup))) as Mapping;
      }
      const services = whole.get("services");
      if (!isMapping(services)) throw new ComposeProblem("there are no services to extend", ["services"]);
      const there = { folder: folderOf(at), lookup: place.lookup };
      this.placeContexts(services, there);
      return Promise.resolve({ name: at, services, place: there, resets: documents.flatMap(({ resets }) => resets) });
    });
  }

  private placeContexts(services: Mapping, { folder, lookup }: Place): void {
    for (const service of services.values()) {
      const build = isMapping(service) ? service.get("build") : undefined;
      if (!isMapping(service) || !(isMapping(build) || typeof build === "string")) continue;
      const form = copyOf(buildMapping(build));
      const context = form.get("context");
      if (typeof context === "string" && !context.startsWith(placed))
        form.set("context", placed + contextFrom(folder, context, lookup("HOME")));
      service.set("build", form);
    }
  }

  private async includeAll(own: Mapping, place: Place, including: readonly string[], resets: readonly Path[]) {
    const include = own.get("include");
    own.delete("include");
    if (include === undefined || include === null) return;
    if (!isList(include)) throw new ComposeProblem("include has to be a list", ["include"]);
    for (const [index, item] of include.entries()) {
      const path = ["include", `[${index}]`];
      const { files, there } = await this.including(item, place, path);
      if (including.length >= deepest) throw new ComposeProblem(`more than ${deepest} files include each other`, path);
      const circle = files.find((file) => including.includes(file));
      if (circle !== undefined) throw new ComposeProblem(`${circle} is included in a circle`, path);
      const opened: OpenedFile[] = [];
      for (const file of files)
        opened.push(
          await this.open(file).catch((error: unknown) => {
            if (error instanceof ComposeProblem && error.file === undefined)
              throw new ComposeProblem(error.message, path);
            throw error;
          }),
        );
      const included = await this.merge(opened, there, including);
      removePaths(included, resets);
      for (const kind of resourceKinds) {
        const resources = included.get(kind);
        const mine = own.get(kind);
        // What includes has the last word.
        if (isMapping(resources))
          own.set(
            kind,
            isMapping(mine)
              ? (mergeFiles(new Map([[kind, resources]]), new Map([[kind, mine]])).get(kind) ?? null)
              : resources,
          );
      }
    }
  }

  /** The files of one entry of `include`, and where they are read. */
  private async including(item: Value, place: Place, path: Path): Promise<{ files: string[]; there: Place }> {
    const form: Mapping = isMapping(item) ? item : new Map([["path", item]]);
    const known = new Set(["path", "env_file", "project_directory"]);
    const texts = (name: string): string[] => {
      const value = form.get(name) ?? [];
      const list = isList(value) ? value : [value];
      if (!list.every((each) => typeof each === "string"))
        throw new ComposeProblem(`${pathText([...path, name])} has to be a text or a list of texts`, path);
      return list;
    };
    const odd = [...form.keys()].find((name) => !known.has(name));
    if (odd !== undefined)
      throw new ComposeProblem(`${pathText([...path, odd])} is not a member that Compose knows`, path);
    const files = texts("path").map((file) => joinPath(place.folder, file));
    const [first] = files;
    if (first === undefined) throw new ComposeProblem(`${pathText(path)} names no file`, path);
    const [stated = ""] = texts("project_directory");
    const folder = stated === "" ? folderOf(first) : joinPath(place.folder, stated);
    const found = new Map<string, string>();
    const lookup: Lookup = (name) => place.lookup(name) ?? found.get(name);
    const envFiles = texts("env_file");
    for (const file of envFiles.length > 0 ? envFiles : [".env"]) {
      if (file === "/dev/null") continue;
      const at = joinPath(envFiles.length > 0 ? place.folder : folder, file);
      if (envFiles.length > 0 && (await this.host.read(at)) === undefined)
        throw new ComposeProblem(`there is no ${at}`, path);
      for (const [name, value] of await this.dotenv(at, lookup)) found.set(name, value);
    }
    return { files, there: { folder, lookup } };
  }
}

/** COMPOSE_PROJECT_NAME may be used as a variable: it is what the file calls itself. */
function withProjectName(own: Lookup, files: readonly OpenedFile[]): Lookup {
  const stated = files
    .flatMap(({ documents }) => documents.map(({ root }) => (isMapping(root) ? root.get("name") : undefined)))
    .findLast((name) => typeof name === "string");
  if (stated === undefined || own("COMPOSE_PROJECT_NAME") !== undefined) return own;
  const named = interpolateTree(new Map([["name", stated]]), own).get("name");
  return (name) => (name === "COMPOSE_PROJECT_NAME" && typeof named === "string" ? named : own(name));
}
