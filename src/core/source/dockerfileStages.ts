/** The build stages of a Dockerfile worked out as BuildKit works them out: what is reached, in which order, with which values. */
import { readImageReference } from "../base/imageReference";
import { parsePlatform } from "../base/platform";
import { type ArgInstruction, type Command, type FromInstruction, readInstruction } from "./dockerfileInstructions";
import { type DockerfileProblem, emptyStage, nameOf, reachable, type Stage, Words } from "./dockerfileStage";
import { DockerfileError, type RawInstruction, split } from "./dockerfileText";
import { readMount } from "./runMounts";
import { isStageNumber, StageBuilder } from "./stageCommands";

/** What is given from outside the file. */
export interface BuildSettings {
  buildArguments: ReadonlyMap<string, string>;
  target?: string;
  /** What is built for, e.g. `linux/amd64`. */
  platform: string;
  /** What the builder fetches to read the file, where that is not Docker's own: it may know what is unknown here. */
  otherSyntax?: string;
}

/** More than any file has; some of what is asked goes through all of them for each. */
const mostStages = 1000;

/** Everything of a file, as far as it could be worked out. */
export class Build {
  readonly stages: Stage[] = [];
  shipped: Stage | undefined;
  readonly argumentNames = new Set<string>();
  private readonly words: Words;
  unsetPortVariables: ReadonlySet<string> = new Set();
  private readonly globalArguments: ArgInstruction[] = [];
  private globalValues: ReadonlyMap<string, string> = new Map();
  private readonly names = new Map<string, Stage>();
  /** The stages of the file, and the images that it copies from. */
  private readonly all: Stage[] = [];

  constructor(
    private readonly settings: BuildSettings,
    private readonly escape: string,
  ) {
    this.words = new Words(escape);
  }

  get doubts(): DockerfileProblem[] {
    return this.words.doubts;
  }

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
    const { words, settings, globalValues: globals } = this;
    const builder = new StageBuilder({
      words,
      buildArguments: settings.buildArguments,
      globals,
      sourceOf: (name, line, byNumber) => this.sourceOf(name, line, byNumber),
    });
    this.unsetPortVariables = builder.unsetPortVariables;
    for (const stage of this.all) if (reached.has(stage) && !stage.outside) builder.build(stage);
  }

  /** Every instruction by its own syntax; a wrong one is refused wherever it stands. */
  private parted(instructions: readonly RawInstruction[]): { from: FromInstruction; commands: Command[] }[] {
    const drafts: { from: FromInstruction; commands: Command[] }[] = [];
    for (const raw of instructions) {
      const command = this.known(raw);
      if (!command) continue;
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

  /** Undefined for what another syntax may know, which is a doubt. */
  private known(raw: RawInstruction): FromInstruction | Command | undefined {
    try {
      return readInstruction(raw, this.escape);
    } catch (error) {
      const { otherSyntax } = this.settings;
      if (otherSyntax === undefined || !(error instanceof DockerfileError)) throw error;
      this.words.doubts.push({ message: error.message, line: error.line, syntax: otherSyntax });
      return undefined;
    }
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
      const base = this.words.expand(from.base, values, line);
      if (base === "")
        throw new DockerfileError(
          `FROM ${from.base} names no image, as the variable has no value: give it by --build-arg, or its ARG a default.`,
          line,
        );
      const stage = emptyStage(this.stages.length, base, line);
      stage.commands = commands;
      if (from.name !== undefined) stage.name = from.name;
      if (from.platform !== undefined) {
        stage.platform = this.words.expand(from.platform, values, line);
        stage.platformFixed = stage.platform === this.words.expand(from.platform, elsewhere, line);
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
    if (this.all.length > mostStages)
      throw new DockerfileError(`There are more than ${mostStages} stages and images up to here.`, stage.line);
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
        const result = given ?? (value === undefined ? undefined : this.words.expand(value, values, command.line));
        if (result !== undefined) values.set(name, result);
      }
    return values;
  }

  /** What a command takes from other stages, whether or not its own is built. */
  private use(stage: Stage, command: Command): void {
    const { line } = command;
    if (command.kind === "copy" && command.from !== undefined) {
      if (this.words.expand(command.from, new Map(), line) !== command.from)
        throw new DockerfileError(
          "COPY --from takes no variable: give the image a stage of its own, whose FROM may have one.",
          line,
        );
      stage.uses.set(this.sourceOf(command.from, line, isStageNumber(command.from)), line);
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
}
