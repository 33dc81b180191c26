import {
  DockerfileParser,
  type Instruction,
  type ModifiableInstruction,
  type PropertyInstruction,
} from "dockerfile-ast";

/** A port that the image says it listens on. */
export interface ExposedPort {
  port: number;
  protocol: "tcp" | "udp";
  /** The line of the EXPOSE, from zero. */
  line: number;
}

export interface BuildStage {
  /** Position in the file, from zero. */
  index: number;
  name?: string;
  /** What it is built from: an image reference, or the name of an earlier stage. */
  base: string;
  platform?: string;
  line: number;
}

export interface HealthCheckHint {
  command: string;
  /** Path and port of the first loopback URL in the command, where there is one. */
  path?: string;
  port?: number;
}

export interface DockerfileFacts {
  stages: BuildStage[];
  /** The stage that ships: the chosen target, else the last. */
  shipped: BuildStage | undefined;
  /** In file order, without repeats; a range of more than 16 ports is cut there and `portRangeCut` is set. */
  ports: ExposedPort[];
  portRangeCut: boolean;
  /** An EXPOSE whose variable nothing sets: the engine takes it silently for no port. */
  unsetPortVariables: string[];
  environment: Record<string, string>;
  healthCheck?: HealthCheckHint;
  platform?: string;
  user?: string;
  /** What COPY and ADD take from the build context (no stage, URL or heredoc), variables expanded. */
  sources: string[];
  /** Names of the ARGs that can be given at build time. */
  arguments: string[];
  /** Sentences about what the engine would refuse. */
  problems: { message: string; line: number }[];
}

const maximumRange = 16;

interface Scope {
  environment: Map<string, string>;
  args: Map<string, string>;
  ports: Map<string, ExposedPort>;
  healthCheck: HealthCheckHint | undefined;
  user: string | undefined;
  stage: BuildStage;
  /** Earlier stages that this one takes something from. */
  uses: Set<number>;
  sources: string[];
}

/**
 * Reads a Dockerfile for what a deployment needs to know.
 * @param buildArguments values given at build time, which win over the file's defaults
 * @param target name or number of the stage to ship; the last one when absent
 */
export function readDockerfile(
  content: string,
  buildArguments: Readonly<Record<string, string>> = {},
  target?: string,
): DockerfileFacts {
  const text = content.replace(/^\uFEFF/, "");
  const file = DockerfileParser.parse(text);
  const reader = new Reader(buildArguments);
  for (const instruction of file.getInstructions()) reader.read(instruction);
  return reader.facts(target);
}

class Reader {
  private readonly globals = new Map<string, string>();
  private readonly scopes: Scope[] = [];
  private readonly argumentNames = new Set<string>();
  private readonly unset = new Set<string>();
  private readonly problems: { message: string; line: number }[] = [];
  private cut = false;

  constructor(private readonly given: Readonly<Record<string, string>>) {}

  read(instruction: Instruction): void {
    const keyword = instruction.getKeyword();
    const line = instruction.getRange().start.line;
    const scope = this.scopes.at(-1);
    if (keyword === "FROM") return this.from(instruction, line);
    if (keyword === "ARG") return this.arg(instruction, scope);
    if (!scope) return;
    switch (keyword) {
      case "ENV":
        for (const property of (instruction as PropertyInstruction).getProperties()) {
          scope.environment.set(property.getName(), this.expand(property.getValue() ?? "", scope));
        }
        return;
      case "EXPOSE":
        for (const argument of instruction.getArguments()) this.expose(argument.getValue(), scope, line);
        return;
      case "USER":
        scope.user = this.expand(instruction.getArgumentsContent() ?? "", scope);
        return;
      case "HEALTHCHECK":
        scope.healthCheck = healthCheckFrom(this.expand(instruction.getRawArgumentsContent() ?? "", scope));
        return;
      case "COPY":
      case "ADD":
        return this.copy(instruction, scope);
      default:
        return;
    }
  }

  facts(target: string | undefined): DockerfileFacts {
    const shipped =
      target === undefined
        ? this.scopes.at(-1)
        : this.scopes.find(
            (scope) => scope.stage.name === target.toLowerCase() || String(scope.stage.index) === target,
          );
    if (!this.scopes.length)
      this.problems.push({ message: "There is no FROM: the engine cannot build this file.", line: 0 });
    else if (!shipped) this.problems.push({ message: `There is no build stage named "${target}".`, line: 0 });
    const facts: DockerfileFacts = {
      stages: this.scopes.map((scope) => scope.stage),
      shipped: shipped?.stage,
      ports: shipped ? [...shipped.ports.values()] : [],
      portRangeCut: this.cut,
      unsetPortVariables: [...this.unset],
      environment: shipped ? Object.fromEntries(shipped.environment) : {},
      sources: [...new Set(this.reachable(shipped).flatMap((scope) => scope.sources))],
      arguments: [...this.argumentNames],
      problems: this.problems,
    };
    if (shipped?.healthCheck) facts.healthCheck = shipped.healthCheck;
    if (shipped?.stage.platform) facts.platform = shipped.stage.platform;
    if (shipped?.user) facts.user = shipped.user;
    return facts;
  }

  private reachable(from: Scope | undefined, found = new Set<Scope>()): Scope[] {
    if (!from || found.has(from)) return [...found];
    found.add(from);
    for (const index of from.uses) this.reachable(this.scopes[index], found);
    return [...found];
  }

  private from(instruction: Instruction, line: number): void {
    const words = instruction.getArguments().map((argument) => argument.getValue());
    const platform = flagOf(instruction, "platform");
    const rest = words.filter((word) => !word.startsWith("--"));
    const base = this.expandWith(rest[0] ?? "", this.globals);
    const name = rest[1]?.toLowerCase() === "as" ? rest[2]?.toLowerCase() : undefined;
    const parent = this.stageNamed(base);
    const stage: BuildStage = { index: this.scopes.length, base, line };
    if (name) stage.name = name;
    if (platform) stage.platform = this.expandWith(platform, this.globals);
    this.scopes.push({
      environment: new Map(parent?.environment),
      args: new Map(),
      ports: new Map(parent?.ports),
      healthCheck: parent?.healthCheck,
      user: parent?.user,
      stage,
      uses: new Set(parent ? [parent.stage.index] : []),
      sources: [],
    });
  }

  private arg(instruction: Instruction, scope: Scope | undefined): void {
    for (const property of (instruction as PropertyInstruction).getProperties()) {
      const name = property.getName();
      this.argumentNames.add(name);
      const fallback = property.getValue();
      const own =
        fallback === null ? undefined : scope ? this.expand(fallback, scope) : this.expandWith(fallback, this.globals);
      const value = this.given[name] ?? own ?? (scope ? this.globals.get(name) : undefined);
      if (value !== undefined) (scope ? scope.args : this.globals).set(name, value);
    }
  }

  private expose(raw: string, scope: Scope, line: number): void {
    const value = this.expand(raw, scope, (name) => this.unset.add(name));
    if (value === "" && raw !== "") return;
    // The engine takes quotes away, wherever in a word they stand.
    for (const word of value.replace(/"([^"]*)"|'([^']*)'/g, "$1$2").split(/\s+/)) {
      if (word === "") continue;
      const match = /^(?:(\d+)(?:-\d+)?:)?(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/i.exec(word);
      const first = Number(match?.[2]);
      const last = match?.[3] === undefined ? first : Number(match[3]);
      if (!match || first < 1 || last > 65535 || last < first) {
        this.problems.push({
          message: `The engine refuses "EXPOSE ${word}": it takes a port or a range, e.g. 8080 or 8000-8010/udp.`,
          line,
        });
        continue;
      }
      const protocol = match[4]?.toLowerCase() === "udp" ? "udp" : "tcp";
      if (last - first >= maximumRange) this.cut = true;
      for (let port = first; port <= Math.min(last, first + maximumRange - 1); port++) {
        const key = `${port}/${protocol}`;
        if (!scope.ports.has(key)) scope.ports.set(key, { port, protocol, line });
      }
    }
  }

  private copy(instruction: Instruction, scope: Scope): void {
    const json = /^\s*(\[.*\])\s*$/s.exec(instruction.getRawArgumentsContent() ?? "");
    const words = instruction.getArguments().map((argument) => argument.getValue());
    const fromFlag = flagOf(instruction, "from");
    if (fromFlag !== undefined) {
      const stage = this.stageNamed(fromFlag) ?? this.scopes[Number(fromFlag)];
      if (stage && stage !== scope) scope.uses.add(stage.stage.index);
      return;
    }
    const plain = words.filter((word) => !word.startsWith("--"));
    const all = json ? (stringsOf(json[1] ?? "") ?? plain) : plain;
    for (const source of all.slice(0, -1)) {
      if (source.startsWith("<<") || /^(https?|git|ssh):|^git@/.test(source)) continue;
      scope.sources.push(this.expand(source, scope));
    }
  }

  private stageNamed(name: string): Scope | undefined {
    return this.scopes.findLast((scope) => scope.stage.name !== undefined && scope.stage.name === name.toLowerCase());
  }

  private expand(text: string, scope: Scope, onUnset?: (name: string) => void): string {
    return this.expandWith(text, new Map([...scope.args, ...scope.environment]), onUnset);
  }

  /** `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+other}`, as the engine evaluates them. */
  private expandWith(text: string, values: ReadonlyMap<string, string>, onUnset?: (name: string) => void): string {
    return text.replace(
      /\\\$|\$(?:\{([A-Za-z_]\w*)(?:(:?[-+])((?:[^{}]|\{[^}]*\})*))?\}|([A-Za-z_]\w*))/g,
      (whole, braced?: string, operator?: string, word?: string, bare?: string) => {
        if (whole === "\\$") return "$";
        const name = braced ?? bare ?? "";
        const value = values.get(name);
        const has = operator?.startsWith(":") ? value !== undefined && value !== "" : value !== undefined;
        if (operator?.endsWith("-")) return has ? (value ?? "") : this.expandWith(word ?? "", values, onUnset);
        if (operator?.endsWith("+")) return has ? this.expandWith(word ?? "", values, onUnset) : "";
        if (value === undefined) onUnset?.(name);
        return value ?? "";
      },
    );
  }
}

/** The value of `--name=value` before an instruction's arguments (the parser leaves flags out of them). */
function flagOf(instruction: Instruction, name: string): string | undefined {
  const flags = (instruction as ModifiableInstruction).getFlags();
  return flags.find((flag) => flag.getName() === name)?.getValue() ?? undefined;
}

function stringsOf(json: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
  } catch {
    return undefined;
  }
}

function healthCheckFrom(raw: string): HealthCheckHint | undefined {
  const command = raw.replace(/^(\s*--\S+)*\s*/, "");
  if (/^none\s*$/i.test(command) || command === "") return undefined;
  const url = /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d+))?(\/[^\s"'\\|;,)\]]*)?/i.exec(command);
  const hint: HealthCheckHint = { command };
  if (url?.[2]) hint.path = url[2].split("#")[0] ?? url[2];
  else if (url) hint.path = "/";
  if (url?.[1]) hint.port = Number(url[1]);
  return hint;
}

/**
 * The port that the load balancer should send to, with where it was found; undefined when the file does not say.
 * A udp port is no candidate: an Application Load Balancer speaks HTTP.
 */
export function webPort(
  facts: DockerfileFacts,
): { port: number; source: "expose" | "environment"; from: string } | undefined {
  const candidates = facts.ports.filter((item) => item.protocol === "tcp");
  const preferred = candidates.find((item) => item.port === facts.healthCheck?.port) ?? candidates[0];
  if (preferred) return { port: preferred.port, source: "expose", from: `EXPOSE, line ${preferred.line + 1}` };
  const fromEnvironment = Number(facts.environment["PORT"]);
  if (Number.isInteger(fromEnvironment) && fromEnvironment > 0 && fromEnvironment < 65536)
    return { port: fromEnvironment, source: "environment", from: "ENV PORT" };
  return undefined;
}
