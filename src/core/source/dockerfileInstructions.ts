/** Each instruction of a Dockerfile by its own syntax, as BuildKit takes or refuses it before anything is built. */
import { betweenWords, DockerfileError, heredocIn, jsonWords, type RawInstruction, trimmed } from "./dockerfileText";
import { goSpace } from "./shellWord";
import { readMount } from "./runMounts";

export type Pair = readonly [name: string, value: string];

export interface FromInstruction {
  kind: "from";
  line: number;
  base: string;
  name?: string;
  platform?: string;
}

export interface ArgInstruction {
  kind: "arg";
  line: number;
  arguments: { name: string; value?: string }[];
}

export interface CopyInstruction {
  kind: "copy" | "add";
  line: number;
  sources: string[];
  destination: string;
  from?: string;
  checksum?: string;
  chmod?: string;
  /** Flags whose values have variables and mean nothing here. */
  others: string[];
  /** Texts of heredocs in which variables are replaced. */
  texts: string[];
}

export type Command =
  | ArgInstruction
  | CopyInstruction
  | { kind: "env" | "label"; line: number; pairs: Pair[] }
  | { kind: "run"; line: number; mounts: string[] }
  | { kind: "expose" | "volume"; line: number; words: string[] }
  | { kind: "user" | "workdir" | "stopsignal"; line: number; value: string }
  /** `test` as the image has it; undefined for NONE. */
  | { kind: "healthcheck"; line: number; test: string[] | undefined }
  | { kind: "onbuild"; line: number; instruction: RawInstruction }
  | { kind: "other"; line: number };

type FlagKind = "text" | "texts" | "switch";
type Flags = ReadonlyMap<string, readonly string[]>;

const copyFlags = { chown: "text", chmod: "text", link: "switch", exclude: "texts" } as const;
const durations = ["interval", "timeout", "start-period", "start-interval"];
const knownFlags: Readonly<Record<string, Readonly<Record<string, FlagKind>>>> = {
  add: { ...copyFlags, checksum: "text", "keep-git-dir": "switch", unpack: "switch" },
  copy: { ...copyFlags, from: "text", parents: "switch" },
  from: { platform: "text" },
  healthcheck: Object.fromEntries([...durations, "retries"].map((name) => [name, "text" as const])),
  run: { mount: "texts", network: "text", security: "text", device: "texts" },
};

const runFlags: Readonly<Record<string, readonly string[]>> = {
  network: ["default", "none", "host"],
  security: ["sandbox", "insecure"],
};

const keywords = [
  ..."ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL".split(" "),
  ..."MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(" "),
];

/**
 * @param escape what the file's directive says
 * @throws DockerfileError
 */
export function readInstruction(raw: RawInstruction, escape: string): FromInstruction | Command {
  const keyword = raw.keyword.toUpperCase();
  const { line, rest } = raw;
  const fail = (message: string): never => {
    throw new DockerfileError(message, line);
  };
  const one = (): string => (rest === "" ? fail(`${keyword} needs an argument.`) : rest);
  const several = (words: string[]): string[] =>
    words.length === 0 ? fail(`${keyword} needs at least one argument.`) : words;
  switch (keyword) {
    case "FROM":
      return readFrom(raw, flagsOf(raw));
    case "ARG":
      return { kind: "arg", line, arguments: several(quotedWords(rest, escape)).map((word) => argument(word, fail)) };
    case "ENV":
    case "LABEL": {
      flagsOf(raw);
      return { kind: keyword === "ENV" ? "env" : "label", line, pairs: pairs(keyword, rest, escape, fail) };
    }
    case "ADD":
    case "COPY":
      return readCopy(raw, keyword === "ADD" ? "add" : "copy", flagsOf(raw));
    case "EXPOSE":
      flagsOf(raw);
      return { kind: "expose", line, words: several(plainWords(rest)) };
    case "VOLUME": {
      flagsOf(raw);
      const words = several(listOf(rest, fail));
      return words.some((word) => trimmed(word) === "")
        ? fail("VOLUME takes no empty path.")
        : { kind: "volume", line, words };
    }
    case "USER":
    case "WORKDIR":
    case "STOPSIGNAL": {
      flagsOf(raw);
      const kind = keyword === "USER" ? "user" : keyword === "WORKDIR" ? "workdir" : "stopsignal";
      return { kind, line, value: one() };
    }
    case "HEALTHCHECK":
      return readHealthCheck(raw);
    case "ONBUILD":
      return readOnBuild(raw);
    case "RUN": {
      const flags = flagsOf(raw);
      const mounts = [...(flags.get("mount") ?? [])];
      for (const [name, values] of Object.entries(runFlags)) {
        const [value] = flags.get(name) ?? [];
        if (value !== undefined && !values.includes(value)) fail(`RUN --${name} takes ${values.join(", ")}.`);
      }
      for (const mount of mounts) readMount(mount, line);
      shellOrJson(rest, fail);
      return { kind: "run", line, mounts };
    }
    case "CMD":
    case "ENTRYPOINT":
      flagsOf(raw);
      shellOrJson(rest, fail);
      return { kind: "other", line };
    case "SHELL": {
      flagsOf(raw);
      const words = jsonWords(rest);
      if (!Array.isArray(words) || words.length === 0) fail('SHELL takes the JSON form alone, e.g. ["sh", "-c"].');
      return { kind: "other", line };
    }
    case "MAINTAINER":
      flagsOf(raw);
      one();
      return { kind: "other", line };
    default:
      return fail(unknownKeyword(raw.keyword));
  }
}

function unknownKeyword(keyword: string): string {
  const near = keywords.find((known) => distance(keyword.toUpperCase(), known) <= Math.min(2, keyword.length / 3));
  // What people mean most often: an array or a command over several lines.
  return near === undefined
    ? `There is no instruction ${keyword}. A line that goes on in the next one ends with an escape (\\).`
    : `There is no instruction ${keyword}; ${near} may be meant.`;
}

function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_each, index) => index);
  for (const [index, character] of [...one].entries()) {
    const next = [index + 1];
    for (let at = 1; at <= other.length; at++)
      next.push(
        Math.min(
          (row[at] ?? 0) + 1,
          (next[at - 1] ?? 0) + 1,
          (row[at - 1] ?? 0) + (character === other[at - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** The flags by name; one that the instruction does not have, has twice or has without its value is refused. */
function flagsOf({ keyword, flags, line }: RawInstruction): Flags {
  const known = knownFlags[keyword.toLowerCase()] ?? {};
  const found = new Map<string, string[]>();
  for (const flag of flags) {
    const [, name = "", value] = /^--([^=]*)(?:=([^]*))?$/.exec(flag) ?? [];
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    const fail = (message: string): never => {
      throw new DockerfileError(`${keyword.toUpperCase()}: ${message}`, line);
    };
    if (kind === undefined) fail(`there is no flag --${name}.`);
    if (found.has(name) && kind !== "texts") fail(`--${name} stands there twice.`);
    if (kind !== "switch" && value === undefined) fail(`--${name} needs a value, as in --${name}=….`);
    if (kind === "switch" && value !== undefined && !/^(true|false)$/i.test(value))
      fail(`--${name} is true or false, and not "${value}".`);
    found.set(name, [...(found.get(name) ?? []), value ?? "true"]);
  }
  return found;
}

function readFrom({ rest, line }: RawInstruction, flags: Flags): FromInstruction {
  const [base, as, name, ...more] = plainWords(rest);
  const named = as !== undefined && as.toLowerCase() === "as" && name !== undefined && more.length === 0;
  if (base === undefined || (as !== undefined && !named))
    throw new DockerfileError('FROM takes an image, or "image AS name".', line);
  const platform = flags.get("platform")?.[0];
  const stage: FromInstruction = { kind: "from", line, base, ...(platform ? { platform } : {}) };
  if (name === undefined) return stage;
  if (!/^[a-z][a-z0-9\-_.]*$/.test(name.toLowerCase()))
    throw new DockerfileError(
      `A build stage cannot be named "${name}": a name begins with a letter and has letters, digits, -, _ and ..`,
      line,
    );
  return { ...stage, name: name.toLowerCase() };
}

function readCopy(raw: RawInstruction, kind: "copy" | "add", flags: Flags): CopyInstruction {
  const { rest, line, keyword, heredocs } = raw;
  const fail = (message: string): never => {
    throw new DockerfileError(`${keyword.toUpperCase()} ${message}`, line);
  };
  const words = listOf(rest, (message) => fail(message));
  const destination = words.at(-1);
  if (words.length < 2 || destination === undefined) return fail("needs a source and a destination.");
  if (heredocIn(destination, line)) fail("cannot write to a heredoc.");
  const sources = words.slice(0, -1).filter((word) => heredocIn(word, line) === undefined);
  const texts = heredocs.filter(({ expands }) => expands).map(({ content }) => content);
  const [from] = flags.get("from") ?? [];
  const [checksum] = flags.get("checksum") ?? [];
  const [chmod] = flags.get("chmod") ?? [];
  return {
    kind,
    line,
    sources,
    destination,
    others: ["chown", "exclude"].flatMap((name) => flags.get(name) ?? []),
    texts,
    ...(from ? { from } : {}),
    ...(checksum ? { checksum } : {}),
    ...(chmod ? { chmod } : {}),
  };
}

function readHealthCheck(raw: RawInstruction): Command {
  const { rest, line } = raw;
  const fail = (message: string): never => {
    throw new DockerfileError(`HEALTHCHECK ${message}`, line);
  };
  const [, type = "", command = ""] = new RegExp(`^([^${goSpace}]*)[${goSpace}]*([^]*)$`, "u").exec(rest) ?? [];
  switch (type.toUpperCase()) {
    case "":
      return fail("needs CMD with a command, or NONE.");
    case "NONE":
      return command === "" ? { kind: "healthcheck", line, test: undefined } : fail("NONE takes no more words.");
    case "CMD":
      break;
    default:
      return fail(`takes CMD or NONE, and not ${type}.`);
  }
  const flags = flagsOf(raw);
  for (const name of durations) {
    const [value] = flags.get(name) ?? [];
    if (value && !isHealthDuration(value))
      fail(`--${name}=${value} is no duration of a millisecond or more, e.g. 30s.`);
  }
  const [retries] = flags.get("retries") ?? [];
  if (retries && !(/^\+?\d+$|^-0+$/.test(retries) && Number(retries) < 2 ** 31))
    fail(`--retries=${retries} is no whole number.`);
  const words = shellOrJson(command, fail);
  if (words === undefined || words.length === 0) return fail("CMD needs a command.");
  return { kind: "healthcheck", line, test: jsonWords(command) ? ["CMD", ...words] : ["CMD-SHELL", ...words] };
}

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1e3,
  m: 6e4,
  h: 36e5,
};

/** A duration as Go writes them: nothing, or a millisecond and more. */
function isHealthDuration(text: string): boolean {
  if (/^[+-]?0$/.test(text)) return true;
  if (!/^[+-]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return false;
  const parts = [...text.matchAll(/([\d.]+)([a-zµμ]+)/g)];
  const sum = parts.reduce((total, [, count, unit]) => total + Number(count) * (units[unit ?? ""] ?? 0), 0);
  return sum === 0 || (!text.startsWith("-") && sum >= 1);
}

function readOnBuild(raw: RawInstruction): Command {
  const { rest, line, heredocs } = raw;
  flagsOf(raw);
  const [, keyword = "", inner = ""] = new RegExp(`^(\\S*)[${goSpace}]*([^]*)$`, "u").exec(rest) ?? [];
  const trigger = keyword.toUpperCase();
  if (trigger === "") throw new DockerfileError("ONBUILD needs an instruction.", line);
  if (["ONBUILD", "MAINTAINER", "FROM"].includes(trigger))
    throw new DockerfileError(`ONBUILD cannot hold ${trigger}.`, line);
  return {
    kind: "onbuild",
    line,
    instruction: { keyword, flags: [], rest: inner, text: rest, line, heredocs },
  };
}

const plainWords = (text: string): string[] => (text === "" ? [] : text.split(betweenWords));

function listOf(text: string, fail: (message: string) => never): string[] {
  const words = jsonWords(text);
  if (words === "mixed") return fail("takes texts alone in the JSON form.");
  return words ?? plainWords(text);
}

/** The words of a command: several in the JSON form, one in the shell form. */
function shellOrJson(text: string, fail: (message: string) => never): string[] | undefined {
  const words = text === "" ? undefined : jsonWords(text);
  if (words === "mixed") return fail("A command's JSON form takes texts alone.");
  return words ?? (text === "" ? undefined : [text]);
}

function argument(word: string, fail: (message: string) => never): { name: string; value?: string } {
  const equals = word.indexOf("=");
  if (equals < 0) return { name: word };
  return equals === 0
    ? fail("ARG needs a name before the =.")
    : { name: word.slice(0, equals), value: word.slice(equals + 1) };
}

/** `name=value name=value`, or the old form `name value`, in which the value is the rest of the line. */
function pairs(keyword: string, rest: string, escape: string, fail: (message: string) => never): Pair[] {
  const words = quotedWords(rest, escape);
  const [first] = words;
  if (first === undefined) return fail(`${keyword} needs at least one argument.`);
  if (!first.includes("=")) {
    const gap = betweenWords.exec(rest);
    if (!gap) return fail(`${keyword} needs a name and a value.`);
    return [[rest.slice(0, gap.index), rest.slice(gap.index + gap[0].length)]];
  }
  return words.map((word) => {
    const equals = word.indexOf("=");
    if (equals < 0) return fail(`${keyword} takes name=value, and "${word}" has no =.`);
    if (equals === 0) return fail(`${keyword} needs a name before the =.`);
    return [word.slice(0, equals), word.slice(equals + 1)];
  });
}

const isSpace = new RegExp(`^[${goSpace}]$`, "u");

/** Words in which quotes and escapes stay; white space within quotes parts nothing. */
function quotedWords(text: string, escape: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  const characters = [...text];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (quote === "" && isSpace.test(character)) {
      if (word !== undefined && word !== "") words.push(word);
      word = undefined;
      continue;
    }
    word ??= "";
    if (character === escape && quote !== "'") {
      // One at the very end escapes nothing and is left out.
      if (at + 1 < characters.length) word += character + characters[++at];
      continue;
    }
    word += character;
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === "'" || character === '"') quote = character;
  }
  if (word !== undefined && word !== "") words.push(word);
  return words;
}
