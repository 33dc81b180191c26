/** The stages of `npm test`: what each runs, in how many processes, and what it is expected to take. */
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { projectRoot } from "./paths";

/** One process of a stage. */
export interface Part {
  /** The stage's name; with a number where the stage has several parts. */
  readonly label: string;
  readonly args: readonly string[];
  /** Seconds that it takes on two cores beside the others. What takes longest is begun first. */
  readonly expected: number;
  /** The same with these of its files alone, with all where none is named; absent where a second look sees the same. */
  readonly again?: (files: readonly string[]) => Part;
}

/** A stage: its name for `--stage`, and its work. */
export interface Stage {
  readonly name: string;
  /** The most that one of its parts may take, in milliseconds; a part that hangs is a part that failed. */
  readonly limitMs: number;
  readonly parts: (context: StageContext) => readonly Part[];
  /** Its test files, relative to the project, where it is made of such. */
  readonly files?: () => readonly string[];
  /** Why it cannot run here, if it cannot. */
  readonly missing?: () => string | undefined;
}

export interface StageContext {
  readonly env: NodeJS.ProcessEnv;
  readonly grep: string | undefined;
  /** The stages that cannot run on this machine and why, found during set-up. */
  readonly cannot: ReadonlyMap<string, string>;
  /** The test files to run of a stage, relative to the project; a stage that is not named runs all of its own. */
  readonly files: ReadonlyMap<string, readonly string[]>;
}

const tsx = () => pathToFileURL(createRequire(__filename).resolve("tsx")).href;
const mochaMain = path.join(projectRoot, "node_modules", "mocha", "bin", "mocha.js");

interface MochaStage {
  readonly name: string;
  readonly dir: string;
  /** Its test files are those below `dir` whose names end like this … */
  readonly ending: string;
  /** … but not like this. */
  readonly except?: string;
  readonly timeoutMs: number;
  readonly limitMs: number;
  /** In how many processes its files run; each has its own sandboxes and windows. */
  readonly processes?: number;
  /** Seconds that most of its test files take. */
  readonly usualSeconds: number;
  /** Seconds of those that take longer, by their names without the ending, so that the processes take equally long. */
  readonly seconds?: Readonly<Record<string, number>>;
}

/** Test files of a stage, relative to the project. */
export function filesOf({ dir, ending, except }: Pick<MochaStage, "dir" | "ending" | "except">): string[] {
  const root = path.join(projectRoot, dir);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending) && !(except && file.endsWith(except)))
    .map((file) => path.posix.join(dir, file.replaceAll(path.sep, "/")))
    .sort();
}

/** Deals files out so that each hand takes about as long: the longest first, always to who has least. */
export function deal(
  files: readonly string[],
  hands: number,
  secondsOf: (file: string) => number,
): readonly { readonly files: readonly string[]; readonly seconds: number }[] {
  const dealt = Array.from({ length: Math.max(1, Math.min(hands, files.length)) }, () => ({
    files: [] as string[],
    seconds: 0,
  }));
  for (const file of [...files].sort((a, b) => secondsOf(b) - secondsOf(a))) {
    const least = dealt.reduce((best, hand) => (hand.seconds < best.seconds ? hand : best));
    least.files.push(file);
    least.seconds += secondsOf(file);
  }
  return dealt;
}

function mochaStage(stage: MochaStage): Stage {
  const { name, dir, ending, timeoutMs, limitMs, processes = 1, usualSeconds, seconds = {} } = stage;
  const secondsOf = (file: string) => seconds[path.posix.basename(file, ending)] ?? usualSeconds;
  return {
    name,
    limitMs,
    files: () => filesOf(stage),
    missing: () => (filesOf(stage).length === 0 ? `there is no ${dir}/**/*${ending}` : undefined),
    parts: ({ grep, files }) => {
      const hands = deal(files.get(name) ?? filesOf(stage), processes, secondsOf);
      const part = (label: string, chosen: readonly string[], expected: number): Part => ({
        label,
        expected,
        args: [
          mochaMain,
          ...chosen,
          "--reporter",
          path.join(projectRoot, "scripts", "reporter.cjs"),
          "--timeout",
          String(timeoutMs),
          ...(grep ? ["--grep", grep] : []),
        ],
        again: (failed) => part(`${label}-again`, failed.length > 0 ? failed : chosen, expected),
      });
      return hands.map((hand, index) =>
        part(hands.length === 1 ? name : `${name}-${index + 1}`, hand.files, hand.seconds),
      );
    },
  };
}

function suiteStage(name: "current" | "floor", expected: number): Stage {
  const part = (label: string): Part => ({
    label,
    expected,
    args: ["--import", tsx(), path.join(projectRoot, "scripts", "suite.ts"), name],
    again: () => part(`${label}-again`),
  });
  return { name: `vscode-${name}`, limitMs: 5 * 60_000, parts: () => [part(`vscode-${name}`)] };
}

/** Specs of the engine suite that run with simulated tasks. */
const simulated = ".simulated.test.ts";

/** All stages, in the order in which they are summed up. */
export const stages: readonly Stage[] = [
  mochaStage({
    name: "e2e",
    dir: "test/e2e",
    ending: ".spec.ts",
    timeoutMs: 180_000,
    limitMs: 15 * 60_000,
    processes: 2,
    usualSeconds: 20,
    seconds: {
      resources: 165,
      badDays: 150,
      deploy: 150,
      secrets: 130,
      monitorPage: 15,
      logs: 70,
      taskDefinition: 35,
    },
  }),
  {
    name: "lint",
    limitMs: 10 * 60_000,
    parts: ({ files }) => [
      {
        label: "lint",
        expected: 25,
        args: [
          path.join(projectRoot, "scripts", "lint.mjs"),
          ...(files.has("lint") ? ["--changed"] : []),
          ...(files.get("lint") ?? []),
        ],
      },
    ],
  },
  mochaStage({
    name: "unit",
    dir: "test/unit",
    ending: ".test.ts",
    timeoutMs: 10_000,
    limitMs: 6 * 60_000,
    usualSeconds: 1,
    seconds: { logsTailFaults: 10, taskDefinitionMutations: 10, diagnosis: 5, bundles: 5 },
  }),
  mochaStage({
    name: "contract",
    dir: "test/contract",
    ending: ".test.ts",
    timeoutMs: 60_000,
    limitMs: 12 * 60_000,
    processes: 2,
    usualSeconds: 5,
    seconds: { guide: 70, rollout: 30, containers: 35, lifecycle: 25, push: 15, strict: 10 },
  }),
  mochaStage({
    name: "engine",
    dir: "test/engine",
    ending: ".test.ts",
    except: simulated,
    timeoutMs: 120_000,
    limitMs: 12 * 60_000,
    usualSeconds: 5,
    seconds: { healthPath: 95, deploy: 95, logs: 50, diagnose: 30 },
  }),
  suiteStage("current", 90),
  suiteStage("floor", 50),
  mochaStage({
    name: "engine-simulated",
    dir: "test/engine",
    ending: simulated,
    timeoutMs: 120_000,
    limitMs: 15 * 60_000,
    processes: 5,
    usualSeconds: 15,
    seconds: {
      faults: 200,
      badDays: 130,
      kill: 165,
      releases: 190,
      https: 100,
      verify: 100,
      ownership: 90,
      preflight: 90,
      sharing: 90,
      diagnose: 55,
      secretsOfADay: 65,
      promote: 45,
      schedules: 45,
      callers: 50,
      sentences: 50,
      buildContext: 45,
      images: 40,
      chaos: 40,
      nothingLost: 40,
    },
  }),
];
