import type { BuildRequest } from "../core/ports/machine";
import { argumentOptions, inputOptions } from "./buildOptions";
import { plainArgument } from "./plainArgument";

/** A command as data, so that what is run can be tested without running it. Never a shell string. */
export interface Command {
  program: string;
  args: readonly string[];
  /** Written to standard input and never shown. */
  input?: string;
  env?: Readonly<Record<string, string>>;
}

/** How an engine is reached: its program, and its host when a private configuration would hide the user's context. */
export interface EngineAddress {
  program: string;
  kind: "docker" | "podman" | "finch" | "nerdctl";
  host?: string;
  /** Of a host that is reached by TLS: the environment variables that name its certificates. */
  tls?: Readonly<Record<string, string>>;
  /** A client without the buildx plugin knows no attestations and no option against them. */
  withoutBuildx?: boolean;
}

const hostEnv = (engine: EngineAddress): Record<string, string> =>
  engine.host === undefined ? { ...engine.tls } : { DOCKER_HOST: engine.host, ...engine.tls };

/** Absolute paths; `contexts` are the named contexts that are folders, `stored` the values of stored secrets by id. */
export interface BuildPaths {
  context: string;
  dockerfile: string;
  contexts?: Readonly<Record<string, string>>;
  stored?: ReadonlyMap<string, string>;
  /** Agents and keys with absolute paths. */
  ssh?: readonly string[];
}

/**
 * Builds with the user's own configuration (credentials for base images are theirs).
 */
export function buildCommand(
  engine: EngineAddress,
  request: BuildRequest,
  paths: BuildPaths,
  builder: "buildkit" | "classic",
): Command {
  const buildkit = builder === "buildkit" && engine.kind === "docker";
  const given = argumentOptions(request.arguments);
  const inputs = inputOptions(request, paths);
  const args = [
    "build",
    // A provenance attestation would make an index of a single image, with an entry for no platform at all.
    ...(buildkit ? ["--progress=plain"] : []),
    ...(buildkit && !engine.withoutBuildx ? ["--provenance=false"] : []),
    "--platform",
    plainArgument(request.platform, "The platform"),
    "--file",
    paths.dockerfile,
    // What was left out is not there: nothing is to be left out again.
    ...(engine.kind === "podman" ? ["--ignorefile", `${paths.dockerfile}.dockerignore`] : []),
    ...given.args,
    ...inputs.args,
    ...Object.entries(request.labels ?? {}).flatMap(([name, value]) => [
      "--label",
      `${plainArgument(name, "A label")}=${value}`,
    ]),
    ...(request.target === undefined ? [] : ["--target", plainArgument(request.target, "The target stage")]),
    ...request.tags.flatMap((tag) => ["--tag", plainArgument(tag, "A tag")]),
    paths.context,
  ];
  // Without its plugin the client takes the classic builder by itself, and says how to get the plugin; told to do so by
  // the variable, it says to remove the variable.
  return {
    program: engine.program,
    args,
    env: {
      ...given.env,
      ...inputs.env,
      ...(engine.kind === "docker" ? { DOCKER_BUILDKIT: buildkit ? "1" : engine.withoutBuildx ? "" : "0" } : {}),
    },
  };
}

export function tagCommand(engine: EngineAddress, image: string, tag: string): Command {
  return { program: engine.program, args: ["tag", plainArgument(image, "The image"), plainArgument(tag, "A tag")] };
}

/** The images with a label, a name with its tag on each line. */
export function listCommand(engine: EngineAddress, label: string): Command {
  return {
    program: engine.program,
    args: ["images", "--filter", `label=${label}`, "--format", "{{.Repository}}:{{.Tag}}"],
  };
}

/** Takes one name of an image away, never by force. */
export function removeCommand(engine: EngineAddress, image: string): Command {
  return { program: engine.program, args: ["rmi", plainArgument(image, "The image")] };
}

export function inspectCommand(engine: EngineAddress, image: string): Command {
  return { program: engine.program, args: ["image", "inspect", plainArgument(image, "The image")] };
}

/** Logs in with a configuration folder of its own; the password goes in on standard input. */
export function loginCommand(
  engine: EngineAddress,
  registry: string,
  user: string,
  password: string,
  folder: string,
): Command {
  const tail = [
    "--username",
    plainArgument(user, "The user"),
    "--password-stdin",
    plainArgument(registry, "The registry"),
  ];
  if (engine.kind === "podman")
    return {
      program: engine.program,
      args: ["login", "--authfile", `${folder}/auth.json`, ...insecure(registry), ...tail],
      input: password,
    };
  return {
    program: engine.program,
    args: engine.kind === "docker" ? ["--config", folder, "login", ...tail] : ["login", ...tail],
    input: password,
    env: { ...hostEnv(engine), ...(engine.kind === "docker" ? {} : { DOCKER_CONFIG: folder }) },
  };
}

export function pushCommand(engine: EngineAddress, image: string, folder: string): Command {
  const name = plainArgument(image, "The image");
  if (engine.kind === "podman")
    return {
      program: engine.program,
      args: ["push", "--authfile", `${folder}/auth.json`, "--digestfile", `${folder}/digest`, ...insecure(image), name],
    };
  if (engine.kind === "docker")
    return { program: engine.program, args: ["--config", folder, "push", name], env: hostEnv(engine) };
  return {
    program: engine.program,
    args: ["push", ...(insecure(image).length ? ["--insecure-registry"] : []), name],
    env: { DOCKER_CONFIG: folder },
  };
}

/** Docker takes a registry on loopback without TLS by itself; podman has to be told. */
function insecure(image: string): string[] {
  return /^(localhost|127\.\d+\.\d+\.\d+)(:|\/|$)/.test(image) ? ["--tls-verify=false"] : [];
}

/** A command as one line for the log: what is run, without its input. */
export function describe(command: Command): string {
  return [command.program, ...withoutValues(command.args)]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)))
    .join(" ");
}

/** A build argument that stands in the command has its value left out where it is shown. */
function withoutValues(args: readonly string[]): string[] {
  return args.map((word, index) => (args[index - 1] === "--build-arg" ? word.replace(/=[^]*$/, "=…") : word));
}
