/** The build stages of a Dockerfile worked out as BuildKit works them out: what is reached, in which order, with which values. */
import { readImageReference } from "../base/imageReference";
import { parsePlatform } from "../base/platform";
import {
  type ArgInstruction,
  type Command,
  type CopyInstruction,
  type FromInstruction,
  readInstruction,
} from "./dockerfileInstructions";
import { DockerfileError, type RawInstruction, split } from "./dockerfileText";
import { type Protocol, readExposedPorts } from "./exposedPorts";
import { readMount } from "./runMounts";
import { readWord, WordError, type WordOptions } from "./shellWord";
import { isRemote, isSignal } from "./sourceKinds";

/** A port that the image says it listens on. */
export interface ExposedPort {
  port: number;
  protocol: Protocol;
  /** The line of the EXPOSE, from zero. */
  line: number;
}

/** Something that the builder refuses; `line` from zero. */
export interface DockerfileProblem {
  message: string;
  line: number;
}

export interface Stage {
  index: number;
  name?: string;
  base: string;
  platform?: string;
  /** The platform is the same whatever is built for. */
  platformFixed: boolean;
  line: number;
  /** The stage that it is built on, where it is one of this file. */
  parent?: Stage;
  commands: Command[];
  /** Stages and images that it takes something from; the value is the line. */
  uses: Map<Stage, number>;
  /** An image that COPY or a mount names: nothing of this file. */
  outside: boolean;
  triggersRan: boolean;
  built: boolean;
  /** What variables are replaced by: ENV and ARG. */
  values: Map<string, string>;
  /** What the image will have. */
  environment: Map<string, string>;
  ports: Map<string, ExposedPort>;
  healthCheck?: { test: string[]; line: number };
  user?: string;
  sources: Set<string>;
  mounts: Set<string>;
}

/** What is given from outside the file. */
export interface BuildSettings {
  buildArguments: ReadonlyMap<string, string>;
  target?: string;
  /** What is built for, e.g. `linux/amd64`. */
  platform: string;
}

export const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Everything of a file, as far as it could be worked out. */
export class Build {
  readonly stages: Stage[] = [];
  shipped: Stage | undefined;
  readonly argumentNames = new Set<string>();
  readonly unsetPortVariables = new Set<string>();
  readonly doubts: DockerfileProblem[] = [];
  private readonly globalArguments: ArgInstruction[] = [];
  private globalValues: ReadonlyMap<string, string> = new Map();
  private readonly names = new Map<string, Stage>();
  /** The stages of the file, and the images that it copies from. */
  private readonly all: Stage[] = [];

  constructor(
    private readonly settings: BuildSettings,
    private readonly escape: string,
  ) {}

  /** @throws DockerfileError at the first thing that the builder refuses; what was found until then stays */
  run(instructions: readonly RawInstruction[]): void {
    const drafts = this.parted(instructions);
    if (drafts.length === 0) throw new DockerfileError("There is no FROM: the engine cannot build this file.", 0);
    this.name(drafts);
    const { target } = this.settings;
    this.shipped = target === undefined ? this.stages.at(-1) : this.names.get(target.toLowerCase());
    if (!this.shipped) throw new DockerfileError(`There is no build stage named "${target}".`, 0);
    for (const stage of this.stages) for (const command of stage.commands) this.use(stage, command);
    this.refuseCircles();
    const reached = this.reach(this.shipped);
    for (const stage of this.all) if (reached.has(stage) && !stage.outside) this.build(stage);
  }

  /** The stage that a chain of FROMs begins with. */
  static rootOf(stage: Stage): Stage {
    return stage.parent ? Build.rootOf(stage.parent) : stage;
  }

  /** Every instruction by its own syntax; a wrong one is refused wherever it stands. */
  private parted(instructions: readonly RawInstruction[]): { from: FromInstruction; commands: Command[] }[] {
    const drafts: { from: FromInstruction; commands: Command[] }[] = [];
    for (const raw of instructions) {
      const command = readInstruction(raw, this.escape);
      if (command.kind === "arg") for (const { name } of command.arguments) this.argumentNames.add(name);
      const draft = drafts.at(-1);
      if (command.kind === "from") drafts.push({ from: command, commands: [] });
      else if (draft) draft.commands.push(command);
      else if (command.kind === "arg") this.globalArguments.push(command);
      else
        throw new DockerfileError(
          `${raw.keyword.toUpperCase()} stands before the first FROM: there is no FROM for it.`,
          raw.line,
        );
    }
    return drafts;
  }

  private name(drafts: readonly { from: FromInstruction; commands: Command[] }[]): void {
    const targetStage = this.settings.target ?? drafts.at(-1)?.from.name ?? "default";
    const values = this.globals(this.settings.platform, targetStage);
    this.globalValues = values;
    const elsewhere = this.globals(
      this.settings.platform === "linux/arm64" ? "linux/amd64" : "linux/arm64",
      targetStage,
    );
    for (const { from, commands } of drafts) {
      const { line } = from;
      const base = this.expand(from.base, values, line);
      if (base === "") throw new DockerfileError(`FROM ${from.base} names no image: the variable has no value.`, line);
      const stage = emptyStage(this.stages.length, base, line);
      stage.commands = commands;
      if (from.name !== undefined) stage.name = from.name;
      if (from.platform !== undefined) {
        stage.platform = this.expand(from.platform, values, line);
        stage.platformFixed = stage.platform === this.expand(from.platform, elsewhere, line);
        if (!parsePlatform(stage.platform))
          throw new DockerfileError(
            `FROM --platform=${from.platform} ${stage.platform === "" ? "has no value" : "is no platform"}.`,
            line,
          );
      }
      this.add(stage);
      this.stages.push(stage);
    }
  }

  private add(stage: Stage): void {
    this.all.push(stage);
    const parent = this.names.get(stage.base);
    if (parent) stage.parent = parent;
    if (stage.name !== undefined) this.names.set(stage.name, stage);
  }

  /** The ARGs before the first FROM, and those that BuildKit sets by itself. */
  private globals(platform: string, target: string): Map<string, string> {
    const { buildArguments } = this.settings;
    const { os, architecture, variant = "" } = parsePlatform(platform) ?? { os: "linux", architecture: "amd64" };
    const values = new Map<string, string>();
    for (const side of ["BUILD", "TARGET"])
      for (const [name, value] of Object.entries({
        PLATFORM: platform,
        OS: os,
        OSVERSION: "",
        ARCH: architecture,
        VARIANT: variant,
      }))
        values.set(side + name, value);
    values.set("TARGETSTAGE", target);
    for (const name of values.keys()) values.set(name, buildArguments.get(name) ?? values.get(name) ?? "");
    for (const command of this.globalArguments)
      for (const { name, value } of command.arguments) {
        const given = buildArguments.get(name);
        const result = given ?? (value === undefined ? undefined : this.expand(value, values, command.line));
        if (result !== undefined) values.set(name, result);
      }
    return values;
  }

  /** What a command takes from other stages, whether or not its own is built. */
  private use(stage: Stage, command: Command): void {
    const { line } = command;
    if (command.kind === "copy" && command.from !== undefined) {
      if (this.expand(command.from, new Map(), line) !== command.from)
        throw new DockerfileError(
          "COPY --from takes no variable: give the image a stage of its own, whose FROM may have one.",
          line,
        );
      stage.uses.set(this.sourceOf(command.from, line, /^[+-]?\d+$/.test(command.from)), line);
    }
    if (command.kind === "run")
      for (const mount of command.mounts) {
        const { from } = readMount(mount, line);
        if (from) stage.uses.set(this.sourceOf(from, line, false), line);
      }
  }

  private sourceOf(name: string, line: number, byNumber: boolean): Stage {
    if (byNumber) {
      const stage = this.all[Number(name)];
      if (!stage) throw new DockerfileError(`There is no build stage ${name}.`, line);
      return stage;
    }
    const known = this.names.get(name.toLowerCase());
    if (known) return known;
    const stage = { ...emptyStage(-1, name, line), outside: true, built: true };
    this.add(stage);
    return stage;
  }

  private refuseCircles(): void {
    const done = new Set<Stage>();
    const visit = (stage: Stage, path: ReadonlySet<Stage>): void => {
      if (done.has(stage)) return;
      done.add(stage);
      const longer = new Set([...path, stage]);
      for (const [other, line] of stage.uses) {
        if (longer.has(other))
          throw new DockerfileError(`This stage takes something from "${nameOf(other)}", and that one from it.`, line);
        visit(other, longer);
      }
    };
    for (const stage of [...this.all]) visit(stage, new Set());
  }

  /** What is built; ONBUILD of a stage runs in those built on it, which may reach further. */
  private reach(shipped: Stage): Set<Stage> {
    for (;;) {
      const reached = reachable(shipped);
      for (const { base, parent, line } of this.all) {
        const reason = parent || base === "scratch" ? undefined : readImageReference(base);
        if (typeof reason === "string") throw new DockerfileError(`"${base}" is no image: ${reason}.`, line);
      }
      let more = false;
      for (const stage of reached) {
        if (stage.triggersRan || !stage.parent) continue;
        stage.triggersRan = true;
        const commands = stage.parent.commands.flatMap((command) => this.triggered(command));
        const before = stage.uses.size;
        for (const command of commands) this.use(stage, command);
        stage.commands = [...commands, ...stage.commands];
        more ||= stage.uses.size > before;
      }
      if (!more) return reached;
    }
  }

  private triggered(command: Command): Command[] {
    if (command.kind !== "onbuild") return [];
    const { text, line, heredocs } = command.instruction;
    const found = readInstruction({ ...split(text, line), heredocs }, this.escape);
    return found.kind === "from" ? [] : [found];
  }

  private build(stage: Stage): void {
    const { parent } = stage;
    if (parent) {
      stage.values = new Map([...parent.values, ...parent.environment]);
      stage.environment = new Map(parent.environment);
      stage.ports = new Map(parent.ports);
      if (parent.healthCheck) stage.healthCheck = parent.healthCheck;
      if (parent.user !== undefined) stage.user = parent.user;
    }
    stage.built = true;
    for (const command of stage.commands) this.carryOut(stage, command);
  }

  private carryOut(stage: Stage, command: Command): void {
    const { line } = command;
    const expand = (text: string, options?: WordOptions) => this.expand(text, stage.values, line, stage, options);
    switch (command.kind) {
      case "arg":
        return this.declare(stage, command);
      case "env": {
        // All of a line sees the values from before it.
        const pairs = command.pairs.map(([name, value]) => [expand(name), expand(value)] as const);
        for (const [name, value] of pairs) {
          stage.values.set(name, value);
          stage.environment.set(name, value);
        }
        return;
      }
      case "label":
        for (const pair of command.pairs) for (const text of pair) expand(text);
        return;
      case "expose":
        for (const word of command.words) this.expose(stage, word, line);
        return;
      case "user":
        stage.user = expand(command.value);
        return;
      case "workdir":
        expand(command.value);
        return;
      case "stopsignal": {
        const signal = expand(command.value);
        if (!isSignal(signal)) this.refuse(`There is no signal ${signal}.`, line, stage, command.value);
        return;
      }
      case "volume":
        for (const word of command.words)
          if (expand(word) === "") this.refuse("VOLUME takes no empty path.", line, stage, word);
        return;
      case "healthcheck":
        if (command.test) stage.healthCheck = { test: command.test, line };
        else delete stage.healthCheck;
        return;
      case "copy":
      case "add":
        return this.copy(stage, command, expand);
      case "run":
        return this.mount(stage, command.mounts, line, expand);
      default:
        return;
    }
  }

  private declare(stage: Stage, { arguments: list, line }: ArgInstruction): void {
    for (const { name, value } of list) {
      const given = this.settings.buildArguments.get(name);
      const result =
        given ?? (value === undefined ? this.globalValues.get(name) : this.expand(value, stage.values, line, stage));
      if (result !== undefined) stage.values.set(name, result);
    }
  }

  private expose(stage: Stage, word: string, line: number): void {
    const { words, unset } = this.word(word, stage.values, line, stage);
    if (words.length === 0) for (const name of unset) this.unsetPortVariables.add(name);
    for (const each of words) {
      const range = readExposedPorts(each);
      if (typeof range === "string") {
        this.refuse(
          `EXPOSE ${each}: ${range}. It takes a port or a range, e.g. 8080 or 8000-8010/udp.`,
          line,
          stage,
          word,
        );
        continue;
      }
      const { protocol } = range;
      for (let port = range.first; port <= range.last; port++) {
        const key = `${port}/${protocol}`;
        if (!stage.ports.has(key)) stage.ports.set(key, { port, protocol, line });
      }
    }
  }

  private copy(stage: Stage, command: CopyInstruction, expand: (text: string, options?: WordOptions) => string): void {
    const { kind, line, from } = command;
    for (const text of [...command.others, command.destination]) expand(text);
    for (const text of command.texts) expand(text, { plainQuotes: true, escape: "\\" });
    const sources = command.sources.map((source) => expand(source));
    if (command.checksum !== undefined) {
      expand(command.checksum);
      if (sources.length !== 1 || !isRemote(sources[0] ?? ""))
        throw new DockerfileError("ADD --checksum takes one source, a URL or a Git repository.", line);
    }
    if (kind === "copy" && sources.some(isRemote))
      throw new DockerfileError("COPY takes no URL and no Git repository; ADD does.", line);
    if (from === undefined) {
      for (const source of sources) if (!isRemote(source)) stage.sources.add(rooted(source));
      return;
    }
    this.demandBuilt(this.sourceOf(from, line, /^[+-]?\d+$/.test(from)), line);
  }

  private mount(stage: Stage, mounts: readonly string[], line: number, expand: (text: string) => string): void {
    for (const text of mounts) {
      const { type, from, source } = readMount(text, line, expand);
      if (type === "secret" || type === "ssh" || type === "tmpfs") continue;
      if (from !== undefined) this.demandBuilt(this.sourceOf(from, line, false), line);
      else if (type === "bind") stage.mounts.add(rooted(source));
    }
  }

  private demandBuilt(source: Stage, line: number): void {
    if (!source.built)
      throw new DockerfileError(`The stage "${nameOf(source)}" has to stand before what takes from it.`, line);
  }

  private expand(
    text: string,
    values: ReadonlyMap<string, string>,
    line: number,
    stage?: Stage,
    options?: WordOptions,
  ): string {
    return this.word(text, values, line, stage, options).text;
  }

  private word(
    text: string,
    values: ReadonlyMap<string, string>,
    line: number,
    stage?: Stage,
    options: WordOptions = {},
  ): ReturnType<typeof readWord> {
    try {
      return readWord(text, values, { escape: this.escape, ...options });
    } catch (error) {
      if (!(error instanceof WordError)) throw error;
      const message = `${text.split("\n")[0]}: ${error.message}.`;
      if (error.variable === undefined || !stage || Build.rootOf(stage).base === "scratch")
        throw new DockerfileError(message, line);
      this.doubts.push({ message, line });
      return { text: "", words: [], unset: [error.variable] };
    }
  }

  /** A value that is wrong because a variable is unset may be right: the base image may set it. */
  private refuse(message: string, line: number, stage: Stage, written: string): void {
    const { unset } = this.word(written, stage.values, line, stage);
    if (unset.length === 0 || Build.rootOf(stage).base === "scratch") throw new DockerfileError(message, line);
    this.doubts.push({ message, line });
  }
}

function emptyStage(index: number, base: string, line: number): Stage {
  return {
    index,
    base,
    line,
    platformFixed: false,
    commands: [],
    uses: new Map(),
    outside: false,
    triggersRan: false,
    built: false,
    values: new Map([["PATH", defaultPath]]),
    environment: new Map([["PATH", defaultPath]]),
    ports: new Map(),
    sources: new Set(),
    mounts: new Set(),
  };
}

const nameOf = ({ name, index, base }: Stage): string => name ?? (index < 0 ? base : String(index));

function reachable(stage: Stage, found = new Set<Stage>()): Set<Stage> {
  if (found.has(stage)) return found;
  found.add(stage);
  if (stage.parent) reachable(stage.parent, found);
  for (const other of stage.uses.keys()) reachable(other, found);
  return found;
}

/** A path within the context, from its root and without `.` and `..`. */
export function rooted(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/"))
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  return `/${parts.join("/")}`;
}
