import { checkProject } from "./check";
import { ComposeLoader, contextOf, type ComposeHost, type LoadedCompose } from "./load";
import { isAbsolutePath, isRemoteContext, joinPath } from "./paths";
import { portsOf, webPortOf, type ComposePort } from "./ports";
import { isList, isMapping, textOf, type Mapping, type Scalar, type Value } from "./values";

/** A service of a Compose project that has a build, as Compose understands it. */
export interface BuiltService {
  readonly name: string;
  /** Relative to the first file's folder, absolute, or the address of a repository. */
  readonly context: string;
  /** In the same form; null where the Dockerfile stands in the Compose file. */
  readonly dockerfile: string | null;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  /** Arguments without a value that nothing sets. */
  readonly unsetArguments: readonly string[];
  readonly ports: readonly ComposePort[];
  readonly expose: readonly string[];
  readonly port: number | null;
  readonly notCarriedOver: readonly string[];
  readonly buildMembersNotCarriedOver: readonly string[];
}

/** Members of a service that Slipway takes over, or that mean nothing on Fargate. */
const carried: ReadonlySet<string> = new Set(["build", "image", "ports", "expose", "container_name", "restart"]);
const carriedOfBuild: ReadonlySet<string> = new Set(["context", "dockerfile", "dockerfile_inline", "target", "args"]);

/** What a Compose project builds, sorted by name, and the files that say so. */
export interface BuiltServices {
  readonly services: readonly BuiltService[];
  readonly files: readonly string[];
}

/** Reads a Compose project by the Compose Specification. Fails with a ComposeProblem. */
export async function readProject(entry: string, loader: ComposeLoader): Promise<BuiltServices> {
  const loaded = await loader.load(entry);
  checkProject(loaded.project);
  const services = loaded.project.get("services");
  const found = isMapping(services) ? [...services] : [];
  return {
    services: found
      .flatMap(([name, service]) => {
        const build = isMapping(service) ? service.get("build") : undefined;
        const ports = isMapping(service) ? portsOf(service.get("ports"), ["services", name, "ports"]) : [];
        return isMapping(service) && isMapping(build) ? [builtService(name, service, build, ports, loaded)] : [];
      })
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
    files: loaded.files,
  };
}

/** A loader for a host. */
export const composeLoader = (host: ComposeHost): ComposeLoader => new ComposeLoader(host);

function builtService(
  name: string,
  service: Mapping,
  build: Mapping,
  ports: readonly ComposePort[],
  { lookup }: LoadedCompose,
): BuiltService {
  const context = contextOf(build.get("context"));
  const target = build.get("target");
  const { args, unset } = argumentsOf(build.get("args"), lookup);
  const expose = (listOf(service.get("expose")) as Scalar[]).map(textOf);
  return {
    name,
    context,
    dockerfile: dockerfileOf(build, context),
    ...(typeof target === "string" && target !== "" ? { target } : {}),
    args,
    unsetArguments: unset,
    ports,
    expose,
    port: webPortOf(ports, expose) ?? null,
    notCarriedOver: [...service.keys()].filter((key) => !carried.has(key)).sort(),
    buildMembersNotCarriedOver: [...build.keys()].filter((key) => !carriedOfBuild.has(key)).sort(),
  };
}

const listOf = (value: Value | undefined): Value[] => (isList(value) ? value : []);

function dockerfileOf(build: Mapping, context: string): string | null {
  const stated = build.get("dockerfile");
  const name = typeof stated === "string" ? stated : "";
  if (name === "" && build.has("dockerfile_inline") && build.get("dockerfile_inline") !== "") return null;
  const file = name || "Dockerfile";
  return isRemoteContext(context) || isAbsolutePath(file) ? file : joinPath(context || ".", file);
}

/** Arguments by name; one without a value takes that of the environment. */
function argumentsOf(
  value: Value | undefined,
  lookup: LoadedCompose["lookup"],
): { args: Record<string, string>; unset: string[] } {
  const pairs: (readonly [string, Value])[] = isMapping(value)
    ? [...value]
    : listOf(value).map((item) => {
        const text = textOf(item as Scalar);
        const at = text.indexOf("=");
        return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
      });
  const known = pairs.map(([name, each]) => [name, each === null ? lookup(name) : textOf(each as Scalar)] as const);
  const given = new Map(known.flatMap(([name, each]) => (each === undefined ? [] : [[name, each] as const])));
  const unset = new Set(known.flatMap(([name, each]) => (each === undefined ? [name] : [])));
  return { args: Object.fromEntries(given), unset: [...unset] };
}
