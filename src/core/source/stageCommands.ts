/** The commands of a stage carried out: what they add to its image, and what they take from the context. */
import type { ArgInstruction, Command, CopyInstruction } from "./dockerfileInstructions";
import { DockerfileError } from "./dockerfileText";
import { nameOf, rooted, type Stage, type Words } from "./dockerfileStage";
import { readExposedPorts } from "./exposedPorts";
import { readMount } from "./runMounts";
import type { WordOptions } from "./shellWord";
import { fitsChecksum, isFileMode, isRemote, isSignal } from "./sourceKinds";

/** What the commands of all stages share. */
export interface Surroundings {
  words: Words;
  buildArguments: ReadonlyMap<string, string>;
  /** The ARGs before the first FROM, and those that BuildKit sets by itself. */
  globals: ReadonlyMap<string, string>;
  /** The stage or image that a command names. */
  sourceOf: (name: string, line: number, byNumber: boolean) => Stage;
}

export const isStageNumber = (name: string): boolean => /^[+-]?\d+$/.test(name);

export class StageBuilder {
  /** Variables of an EXPOSE that came to nothing. */
  readonly unsetPortVariables = new Set<string>();

  constructor(private readonly around: Surroundings) {}

  /** @throws DockerfileError at the first command that the builder refuses */
  build(stage: Stage): void {
    const { parent } = stage;
    if (parent) {
      this.around.words.count(parent.values.size + 2 * parent.environment.size + parent.ports.size, stage.line);
      stage.values = new Map([...parent.values, ...parent.environment]);
      stage.environment = new Map(parent.environment);
      stage.ports = new Map(parent.ports);
      if (parent.healthCheck) stage.healthCheck = parent.healthCheck;
      if (parent.workdir !== undefined) stage.workdir = parent.workdir;
      if (parent.user !== undefined) stage.user = parent.user;
    }
    stage.built = true;
    for (const command of stage.commands) this.carryOut(stage, command);
  }

  private carryOut(stage: Stage, command: Command): void {
    const { line } = command;
    const expand = (text: string, options?: WordOptions) =>
      this.around.words.expand(text, stage.values, line, stage, options);
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
      case "workdir": {
        const path = expand(command.value);
        stage.workdir = path.startsWith("/") ? path : `${stage.workdir ?? ""}/${path}`;
        return;
      }
      case "stopsignal": {
        const signal = expand(command.value);
        if (!isSignal(signal)) this.around.words.refuse(`There is no signal ${signal}.`, line, stage, command.value);
        return;
      }
      case "volume":
        for (const word of command.words)
          if (expand(word) === "") this.around.words.refuse("VOLUME takes no empty path.", line, stage, word);
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
      const given = this.around.buildArguments.get(name);
      const result =
        given ??
        (value === undefined
          ? this.around.globals.get(name)
          : this.around.words.expand(value, stage.values, line, stage));
      if (result !== undefined) stage.values.set(name, result);
    }
  }

  private expose(stage: Stage, word: string, line: number): void {
    const { words, unset } = this.around.words.word(word, stage.values, line, stage);
    if (words.length === 0) for (const name of unset) this.unsetPortVariables.add(name);
    for (const each of words) {
      const range = readExposedPorts(each);
      if (typeof range === "string") {
        this.around.words.refuse(
          `EXPOSE ${each}: ${range}. It takes a port or a range, e.g. 8080 or 8000-8010/udp.`,
          line,
          stage,
          word,
        );
        continue;
      }
      const { protocol } = range;
      this.around.words.count(range.last - range.first, line);
      for (let port = range.first; port <= range.last; port++) {
        const key = `${port}/${protocol}`;
        if (!stage.ports.has(key)) stage.ports.set(key, { port, protocol, line });
      }
    }
  }

  private copy(stage: Stage, command: CopyInstruction, expand: (text: string, options?: WordOptions) => string): void {
    const { kind, line, from } = command;
    for (const text of command.others) expand(text);
    const to = expand(command.destination);
    const destination = to.startsWith("/") ? to : `${stage.workdir ?? ""}/${to}`;
    for (const text of command.texts) expand(text, { plainQuotes: true, escape: "\\" });
    const sources = command.sources.map((source) => expand(source));
    if (command.checksum !== undefined) {
      const checksum = expand(command.checksum);
      if (sources.length !== 1 || !fitsChecksum(checksum, sources[0] ?? ""))
        throw new DockerfileError("ADD --checksum takes a digest and one source, a URL or a Git repository.", line);
    }
    if (command.chmod !== undefined && !isFileMode(expand(command.chmod)))
      this.around.words.refuse(
        `--chmod=${command.chmod} is no mode, e.g. 755 or u=rwX,go=rX.`,
        line,
        stage,
        command.chmod,
      );
    if (kind === "copy" && sources.some(isRemote))
      throw new DockerfileError("COPY takes no URL and no Git repository; ADD does.", line);
    if (from === undefined) {
      const local = sources.filter((source) => !isRemote(source)).map(rooted);
      for (const source of local) stage.sources.add(source);
      if (local.length) stage.copies.push({ sources: local, destination });
      return;
    }
    const other = this.around.sourceOf(from, line, isStageNumber(from));
    this.demandBuilt(other, line);
    stage.copies.push({ from: other, sources: sources.map(rooted), destination });
  }

  private mount(stage: Stage, mounts: readonly string[], line: number, expand: (text: string) => string): void {
    for (const text of mounts) {
      const { type, from, source, target, id, required } = readMount(text, line, expand);
      if (type === "secret" || type === "ssh") {
        if (id !== undefined) stage.buildSecrets.push({ kind: type, id, isOptional: required === false, line });
        continue;
      }
      if (rooted(target.startsWith("/") ? target : `${stage.workdir ?? ""}/${target}`) === "/")
        this.around.words.hangOnBase(
          `RUN --mount=${text}: the root cannot be mounted over; name a target.`,
          line,
          stage,
          // Where nothing says the folder, the base image may.
          !target.startsWith("/") && stage.workdir === undefined,
        );
      if (type === "tmpfs") continue;
      if (from !== undefined) this.demandBuilt(this.around.sourceOf(from, line, false), line);
      else if (type === "bind") stage.mounts.add(rooted(source));
    }
  }

  private demandBuilt(source: Stage, line: number): void {
    if (!source.built)
      throw new DockerfileError(`The stage "${nameOf(source)}" has to stand before what takes from it.`, line);
  }
}
