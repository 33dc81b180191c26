/** One build stage while it is worked out, and the words in it. */
import type { Command } from "./dockerfileInstructions";
import { DockerfileError } from "./dockerfileText";
import type { Protocol } from "./exposedPorts";
import { readWord, type Word, type WordOptions } from "./shellWord";
import { WordError } from "./wordError";

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
  /** Of a doubt: the syntax that may take it. */
  syntax?: string;
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
  workdir?: string;
  sources: Set<string>;
  copies: StageCopy[];
  mounts: Set<string>;
  /** Secrets and SSH agents that its RUNs ask for. */
  buildSecrets: BuildSecretUse[];
}

/** What COPY or ADD puts where: from the context, or from another stage. */
export interface StageCopy {
  from?: Stage;
  /** Rooted; may have wildcards. */
  sources: string[];
  /** As it is written, after WORKDIR where it is relative. */
  destination: string;
}

/** A secret, or an SSH agent, that a RUN asks for by its id. */
export interface BuildSecretUse {
  kind: "secret" | "ssh";
  id: string;
  /** True where RUN says that it does without. */
  isOptional: boolean;
  /** From zero. */
  line: number;
}

export const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export function emptyStage(index: number, base: string, line: number): Stage {
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
    copies: [],
    mounts: new Set(),
    buildSecrets: [],
  };
}

export const nameOf = ({ name, index, base }: Stage): string => name ?? (index < 0 ? base : String(index));

export function reachable(stage: Stage, found = new Set<Stage>()): Set<Stage> {
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

/** The stage that a chain of FROMs begins with. */
export function rootOf(stage: Stage): Stage {
  let root = stage;
  while (root.parent) root = root.parent;
  return root;
}

/** What a file may make to do, in characters and in entries that are copied. */
const mostWork = 4_000_000;

/** Words of a file, with its escape, and what could be wrong in them and may be right. */
export class Words {
  readonly doubts: DockerfileProblem[] = [];
  private work = 0;

  constructor(private readonly escape: string) {}

  /**
   * Counts what a file makes to do: a few lines may double a value, a list of ports or a stage with each line.
   * @throws DockerfileError where it is more than any real file makes
   */
  count(work: number, line: number): void {
    this.work += work;
    if (this.work > mostWork)
      throw new DockerfileError(
        "Up to here its values grow larger than Slipway works out (4,000,000 characters).",
        line,
      );
  }

  expand(
    text: string,
    values: ReadonlyMap<string, string>,
    line: number,
    stage?: Stage,
    options?: WordOptions,
  ): string {
    return this.word(text, values, line, stage, options).text;
  }

  word(
    text: string,
    values: ReadonlyMap<string, string>,
    line: number,
    stage?: Stage,
    options: WordOptions = {},
  ): Word {
    try {
      const word = readWord(text, values, { escape: this.escape, ...options });
      this.count(text.length + word.text.length, line);
      return word;
    } catch (error) {
      if (!(error instanceof WordError)) throw error;
      const message = `${text.split("\n")[0]}: ${error.message}.`;
      if (error.variable === undefined || !stage || rootOf(stage).base === "scratch")
        throw new DockerfileError(message, line);
      this.doubts.push({ message, line });
      return { text: "", words: [], unset: [error.variable] };
    }
  }

  /** A value that is wrong because a variable is unset may be right: the base image may set it. */
  refuse(message: string, line: number, stage: Stage, written: string): void {
    const { unset } = this.word(written, stage.values, line, stage);
    this.hangOnBase(message, line, stage, unset.length > 0);
  }

  /** What is wrong unless the base image says otherwise, where it can. */
  hangOnBase(message: string, line: number, stage: Stage, may: boolean): void {
    if (!may || rootOf(stage).base === "scratch") throw new DockerfileError(message, line);
    this.doubts.push({ message, line });
  }
}
