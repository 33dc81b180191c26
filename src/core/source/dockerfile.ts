import { copiedInto, type Copied } from "./copied";
import { readInstructions, DockerfileError, type RawInstruction } from "./dockerfileText";
import {
  type BuildSecretUse,
  defaultPath,
  type DockerfileProblem,
  type ExposedPort,
  reachable,
  rootOf,
  type Stage,
} from "./dockerfileStage";
import { Build } from "./dockerfileStages";
import { askedAddress } from "./healthCheckUrl";

export type { BuildSecretUse, DockerfileProblem, ExposedPort } from "./dockerfileStage";

export interface BuildStage {
  /** Position in the file, from zero. */
  index: number;
  name?: string;
  /** What it is built from: an image reference, or the name of an earlier stage. */
  base: string;
  platform?: string;
  line: number;
}

export interface BuildkitSyntax {
  /** As people know it, e.g. `RUN --mount`. */
  syntax: string;
  /** From zero. */
  line: number;
}

export interface HealthCheckHint {
  /** As the image has it: CMD or CMD-SHELL, then the words. */
  test: string[];
  /** Path and port of the address on this machine in the command, where there is one. */
  path?: string;
  port?: number;
  /** The line of the HEALTHCHECK, from zero. */
  line: number;
}

export interface DockerfileFacts {
  stages: BuildStage[];
  /** The stage that ships: the chosen target, else the last. */
  shipped: BuildStage | undefined;
  /** The image that the shipped stage is built from in the end, over all stages between. */
  baseImage?: string;
  /** In file order, without repeats. */
  ports: ExposedPort[];
  /** An EXPOSE whose variable nothing sets: the engine takes it silently for no port. */
  unsetPortVariables: string[];
  environment: Record<string, string>;
  healthCheck?: HealthCheckHint;
  /** The shipped image's platform, where FROM states it and it does not follow what is built for. */
  platform?: string;
  user?: string;
  /** The shipped image's WORKDIR, where the file states it. */
  workdir?: string;
  /** What COPY and ADD of what is built take from the build context, as paths from its root. */
  sources: string[];
  /** The WORKDIRs of the shipped image and of the stages that it is made of, its own first; `/` where none is stated. */
  workdirs: string[];
  /**
   * Where what is copied from the context lies in the shipped image, the last first; then where it lies in the stages
   * that it is made of: compiled programs name the paths that they were built at.
   */
  copied: Copied[];
  /** What `RUN --mount=type=bind` takes from it. */
  contextMounts: string[];
  /** Secrets and SSH agents that the RUNs of what is built ask for, each once. */
  buildSecrets: BuildSecretUse[];
  /** Names of the ARGs that can be given at build time. */
  arguments: string[];
  /** What only BuildKit builds, of the stages up to the one that ships: the classic builder builds all of them. */
  buildkitOnly: BuildkitSyntax[];
  /** What the builder refuses; the first alone, since it stops there. */
  problems: DockerfileProblem[];
  /** What it refuses unless the base image sets a variable or a folder, or another syntax takes it. */
  doubts: DockerfileProblem[];
}

/** Docker's stable syntax: what is read here. */
const dockersOwn = /^(?:docker\.io\/)?docker\/dockerfile(?::(?:1(?:\.\d+)*|latest))?(?:@.*)?$/;

/**
 * Reads a Dockerfile for what a deployment needs to know, as BuildKit reads it.
 * @param buildArguments values given at build time, which win over the file's defaults
 * @param target name of the stage to ship; the last one when absent
 * @param platform what is built for
 */
export function readDockerfile(
  content: string,
  buildArguments: Readonly<Record<string, string>> = {},
  target?: string,
  platform = "linux/amd64",
): DockerfileFacts {
  const settings = { buildArguments: new Map(Object.entries(buildArguments)), platform };
  const problems: DockerfileProblem[] = [];
  let build: Build | undefined;
  let otherSyntax: string | undefined;
  let instructions: RawInstruction[] = [];
  try {
    const read = readInstructions(content);
    const { escape, syntax = "" } = read;
    instructions = read.instructions;
    if (syntax !== "" && !dockersOwn.test(syntax)) otherSyntax = syntax;
    build = new Build(
      {
        ...settings,
        ...(target === undefined ? {} : { target }),
        ...(otherSyntax === undefined ? {} : { otherSyntax }),
      },
      escape,
    );
    build.run(instructions);
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    const found = { message: error.message, line: error.line };
    // Another syntax may see no fault there.
    if (otherSyntax === undefined) problems.push(found);
    else build?.doubts.push({ ...found, syntax: otherSyntax });
  }
  return {
    ...factsOf(build, problems),
    buildkitOnly: buildkitSyntaxOf(instructions, build?.shipped, settings.buildArguments, otherSyntax),
  };
}

/** Flags that the classic builder does not know, by instruction; of RUN it knows none. */
const buildkitFlags: Readonly<Record<string, RegExp>> = {
  RUN: /^--(?<name>[\w-]+)/,
  COPY: /^--(?<name>chmod|link|parents|exclude)\b/,
  ADD: /^--(?<name>chmod|link|exclude|checksum|keep-git-dir|unpack)\b/,
  // It sets none of the variables that say what is built for.
  FROM: /^--(?<name>platform)=.*\$\{?(?:BUILD|TARGET)(?:PLATFORM|OS|ARCH)/,
};
const builtFor = /\$\{?((?:BUILD|TARGET)(?:PLATFORM|OS|ARCH))/;

function buildkitSyntaxOf(
  instructions: readonly RawInstruction[],
  shipped: Stage | undefined,
  buildArguments: ReadonlyMap<string, string>,
  otherSyntax: string | undefined,
): BuildkitSyntax[] {
  const isGiven = (flag: string) => {
    const variable = builtFor.exec(flag)?.[1] ?? "";
    const given = instructions.some(({ keyword, rest }) => /^arg$/i.test(keyword) && rest.includes(`${variable}=`));
    return given || buildArguments.has(variable);
  };
  const found: BuildkitSyntax[] = otherSyntax === undefined ? [] : [{ syntax: `# syntax=${otherSyntax}`, line: 0 }];
  let stage = -1;
  for (const { keyword, flags, heredocs, line } of instructions) {
    const name = keyword.toUpperCase();
    if (name === "FROM") stage++;
    if (shipped && stage > shipped.index) break;
    for (const flag of flags) {
      const only = buildkitFlags[name]?.exec(flag)?.groups?.["name"];
      if (only !== undefined && !(name === "FROM" && isGiven(flag)))
        found.push({ syntax: name === "FROM" ? `FROM ${flag}` : `${name} --${only}`, line });
    }
    const [heredoc] = heredocs;
    if (heredoc) found.push({ syntax: `${name} <<${heredoc.name}`, line });
  }
  return found;
}

function factsOf(build: Build | undefined, problems: DockerfileProblem[]): Omit<DockerfileFacts, "buildkitOnly"> {
  const shipped = build?.shipped;
  const built = build?.stages.filter((stage) => stage.built) ?? [];
  const root = shipped && rootOf(shipped);
  // A set keeps its order, and the shipped one is found first.
  const made = shipped ? [...reachable(shipped)] : [];
  const environment = new Map(shipped?.environment);
  if (environment.get("PATH") === defaultPath) environment.delete("PATH");
  return {
    stages: build?.stages.map(stageOf) ?? [],
    shipped: shipped && stageOf(shipped),
    ...(root ? { baseImage: root.base } : {}),
    ports: [...(shipped?.ports.values() ?? [])],
    unsetPortVariables: [...(build?.unsetPortVariables ?? [])],
    environment: Object.fromEntries(environment),
    ...(shipped?.healthCheck ? { healthCheck: { ...shipped.healthCheck, ...healthAddress(shipped) } } : {}),
    ...(root?.platformFixed && root.platform !== undefined ? { platform: root.platform } : {}),
    ...(shipped?.user ? { user: shipped.user } : {}),
    ...(shipped?.workdir === undefined ? {} : { workdir: shipped.workdir }),
    sources: [...new Set(built.flatMap((stage) => [...stage.sources]))],
    workdirs: [...new Set(made.map(({ workdir }) => workdir ?? "/"))],
    copied: copiedInto(made),
    contextMounts: [...new Set(built.flatMap((stage) => [...stage.mounts]))],
    buildSecrets: secretsOf(built),
    arguments: [...(build?.argumentNames ?? [])],
    problems,
    doubts: [...(build?.doubts ?? [])],
  };
}

/** Each once: asked for twice, it is optional only where both do without. */
function secretsOf(built: readonly Stage[]): BuildSecretUse[] {
  const found = new Map<string, BuildSecretUse>();
  for (const use of built.flatMap((stage) => stage.buildSecrets)) {
    const key = `${use.kind}:${use.id}`;
    const before = found.get(key);
    found.set(key, before ? { ...before, isOptional: before.isOptional && use.isOptional } : use);
  }
  return [...found.values()];
}

function healthAddress({ healthCheck, environment }: Stage): { path?: string; port?: number } {
  return askedAddress(healthCheck?.test ?? [], environment) ?? {};
}

function stageOf({ index, name, base, platform, line }: Stage): BuildStage {
  return {
    index,
    base,
    line,
    ...(name === undefined ? {} : { name }),
    ...(platform === undefined ? {} : { platform }),
  };
}
