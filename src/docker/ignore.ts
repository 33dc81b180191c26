import path from "node:path";
import { SlipwayError } from "../core/base/errors";
import { BadPattern, checkPattern, compilePattern, mostSteps, type StepBudget } from "./ignorePattern";

interface Rule {
  pattern: string;
  /** A line with `!`: takes back what a line before it left out. */
  exception: boolean;
  matches: ((path: string, budget: StepBudget) => boolean) | BadPattern;
  /** In the file, from zero. */
  line: number;
}

/** Which rules a folder matched: what is below it matches them too. Opaque to who walks. */
export type FolderMatches = readonly boolean[];

/** What builds: each has its own walk through the context. */
export type Builder = "buildkit" | "classic";

export interface IgnoreFile {
  /**
   * Whether an entry of the context is left out. `within` is what was answered for its folder, undefined at the top.
   * Of what is said not to be a folder only this is told, which is quicker.
   * Throws InvalidDockerignore where Docker refuses a line only on its first use.
   */
  look(
    name: string,
    within: FolderMatches | undefined,
    isFolder?: boolean,
  ): { ignored: boolean; matches: FolderMatches };
  /**
   * Whether the builder looks into a folder that is left out, for something that an exception takes back. The classic
   * builder does so only where an exception's text begins with the folder.
   */
  enters(folder: string, builder?: Builder): boolean;
}

/** What Go's scanner takes, in bytes. */
const longestLine = 65_535;
/** Each is asked about each file. */
const mostRules = 10_000;
/** What Go's strings.TrimSpace takes off. */
const space = "[\\t-\\r \\x85\\xA0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]+";
const spaceAround = new RegExp(`^${space}|${space}$`, "g");
/** An exception that has one of these fits more than what begins with it. */
const wild = /[*[\]?^\\]/;

/** A .dockerignore as BuildKit reads it; `file` is its name in the workspace, for errors. */
export function readIgnoreFile(text: string, file: string): IgnoreFile {
  const rules: Rule[] = [];
  for (const [line, content] of text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    if (content.startsWith("#")) continue;
    if (Buffer.byteLength(content) > longestLine) throw invalid(file, line, "the line is too long");
    if (rules.length === mostRules) throw invalid(file, line, `there are more than ${mostRules} patterns`);
    const pattern = cleanLine(content);
    if (pattern === "") continue;
    if (pattern === "!") throw invalid(file, line, 'illegal exclusion pattern: "!"');
    const exception = pattern.startsWith("!");
    const rest = exception ? pattern.slice(1) : pattern;
    try {
      checkPattern(rest);
    } catch (error) {
      throw error instanceof BadPattern ? invalid(file, line, error.message) : error;
    }
    rules.push({ pattern: rest, exception, matches: compilePattern(rest), line });
  }
  const written = rules.filter(({ exception }) => exception).map(({ pattern }) => pattern);
  const exceptions = written.map(withoutTrailingGlob);
  const anywhere = exceptions.some((pattern) => wild.test(pattern));
  return {
    look(name, within, isFolder = true) {
      let ignored = false;
      const budget = { left: mostSteps };
      const all: boolean[] = [];
      for (let index = 0; index < rules.length; index++) {
        const { exception, matches: test, line } = rules[index] as Rule;
        let match = within?.[index] === true;
        // A rule that could change nothing is not asked: Docker takes it for one that does not fit, below as well.
        if (!match && exception === ignored) {
          if (test instanceof BadPattern) throw invalid(file, line, test.message);
          try {
            match = test(name, budget);
          } catch (error) {
            throw error instanceof BadPattern ? invalid(file, line, error.message) : error;
          }
        }
        if (match) ignored = !exception;
        if (isFolder) all.push(match);
      }
      return { ignored, matches: isFolder ? all : none };
    },
    enters: (folder, builder = "buildkit") => {
      const below = (pattern: string) => `${pattern}/`.startsWith(`${folder}/`);
      return builder === "classic" ? written.some(below) : anywhere || exceptions.some(below);
    },
  };
}

const none: FolderMatches = [];

/** What of a list of files is sent, walked as a folder is. */
export function sentOf(files: readonly string[], ignore: IgnoreFile, builder: Builder): string[] {
  const seen = new Map<string, { ignored: boolean; matches: FolderMatches }>();
  const look = (name: string, within: FolderMatches | undefined) => {
    const known = seen.get(name) ?? ignore.look(name, within);
    seen.set(name, known);
    return known;
  };
  return files.filter((file) => {
    const parts = file.split("/");
    let within: FolderMatches | undefined;
    for (let count = 1; count < parts.length; count++) {
      const folder = parts.slice(0, count).join("/");
      const { ignored, matches } = look(folder, within);
      if (ignored && !ignore.enters(folder, builder)) return false;
      within = matches;
    }
    return !look(file, within).ignored;
  });
}

/** Cleaned twice, as Docker does: once when the file is read, and once more together with its `!`. */
function cleanLine(content: string): string {
  const line = content.replace(spaceAround, "");
  if (line === "") return "";
  const exception = line.startsWith("!");
  let pattern = exception ? line.slice(1).replace(spaceAround, "") : line;
  if (pattern !== "") pattern = clean(pattern);
  if (pattern.length > 1 && pattern.startsWith("/")) pattern = pattern.slice(1);
  return clean(`${exception ? "!" : ""}${pattern}`.replace(spaceAround, ""));
}

/** Go's filepath.Clean: unlike Node's, it leaves no slash at the end. */
function clean(pattern: string): string {
  const normal = path.posix.normalize(pattern);
  return normal.length > 1 && normal.endsWith("/") ? normal.slice(0, -1) : normal;
}

function withoutTrailingGlob(pattern: string): string {
  return pattern.replace(/\/\*\*$/, "").replace(/\/\*$/, "");
}

function invalid(file: string, line: number, reason: string): SlipwayError {
  return new SlipwayError({
    code: "InvalidDockerignore",
    summary: `Line ${line + 1} of ${file} is not a pattern that Docker takes: ${reason}.`,
    quotes: [reason],
    remedy: "Correct that line: a class needs its closing ], and a backslash something to escape.",
    actions: ["retry"],
    location: { file, line },
  });
}
