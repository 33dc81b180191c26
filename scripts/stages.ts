/** The stages of `npm test`: what each runs, and how its outcome is read. */
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ensureDir, projectRoot, resultsDir } from "./paths";
import { startProcess, type Running } from "./processes";
import { messageOf, waitFor, within } from "./waiting";

/** What a stage came to. `notes` name what was skipped and why, and what failed. */
export interface StageResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly ms: number;
  readonly notes: readonly string[];
}

/** A stage: its name for `--stage`, and its work. */
export interface Stage {
  readonly name: string;
  /** The most that it may take, in milliseconds; a stage that hangs is a stage that failed. */
  readonly limitMs: number;
  readonly command: (context: StageContext) => readonly string[];
  /** Why it cannot run here, if it cannot. */
  readonly missing?: (context: StageContext) => string | undefined;
}

export interface StageContext {
  readonly env: NodeJS.ProcessEnv;
  readonly grep: string | undefined;
  /** The stages that cannot run on this machine and why, found during set-up. */
  readonly cannot: ReadonlyMap<string, string>;
}

const tsx = () => pathToFileURL(createRequire(__filename).resolve("tsx")).href;
const mochaMain = path.join(projectRoot, "node_modules", "mocha", "bin", "mocha.js");

function filesBelow(dir: string, ending: string): string[] {
  const root = path.join(projectRoot, dir);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(ending));
}

function mochaStage(
  name: string,
  dir: string,
  ending: string,
  timeoutMs: number,
  limitMs: number,
  except?: string,
): Stage {
  return {
    name,
    limitMs,
    missing: () => (filesBelow(dir, ending).length === 0 ? `there is no ${dir}/**/*${ending}` : undefined),
    command: ({ grep }) => [
      mochaMain,
      `${dir}/**/*${ending}`,
      "--reporter",
      path.join(projectRoot, "scripts", "reporter.cjs"),
      "--timeout",
      String(timeoutMs),
      ...(except ? ["--exclude", `${dir}/**/*${except}`] : []),
      ...(grep ? ["--grep", grep] : []),
    ],
  };
}

const suiteStage = (name: "current" | "floor"): Stage => ({
  name: `vscode-${name}`,
  limitMs: 5 * 60_000,
  command: () => ["--import", tsx(), path.join(projectRoot, "scripts", "suite.ts"), name],
});

/** Specs of the engine suite that run with simulated tasks. */
const simulated = ".simulated.test.ts";

/**
 * One group after another; the lanes of a group run side by side, and what is in one lane one after another. Each lane
 * has what fills a core and what waits, for AWS's timers, for containers and for pages: together they fill two.
 */
export const groups: readonly (readonly (readonly Stage[])[])[] = [
  [
    [
      mochaStage("e2e", "test/e2e", ".spec.ts", 180_000, 15 * 60_000),
      { name: "lint", limitMs: 5 * 60_000, command: () => [path.join(projectRoot, "scripts", "lint.mjs")] },
    ],
    [
      mochaStage("unit", "test/unit", ".test.ts", 10_000, 3 * 60_000),
      mochaStage("contract", "test/contract", ".test.ts", 60_000, 8 * 60_000),
      mochaStage("engine", "test/engine", ".test.ts", 120_000, 12 * 60_000, simulated),
    ],
    [
      suiteStage("current"),
      suiteStage("floor"),
      mochaStage("engine-simulated", "test/engine", simulated, 120_000, 12 * 60_000),
    ],
  ],
];

/** Runs a stage as a process of its own, each of its lines marked with its name. Never throws. */
export async function runStage(stage: Stage, context: StageContext): Promise<StageResult> {
  const started = Date.now();
  const result = (passed: number, failed: number, skipped: number, notes: string[]): StageResult => ({
    name: stage.name,
    passed,
    failed,
    skipped,
    ms: Date.now() - started,
    notes: notes.map((note) => `${stage.name}: ${note}`),
  });
  const obstacle = context.cannot.get(stage.name) ?? stage.missing?.(context);
  if (obstacle) return result(0, 0, 1, [`skipped, ${obstacle}`]);
  const report = path.join(ensureDir(resultsDir), `${stage.name}.json`);
  rmSync(report, { force: true });
  let code: number;
  try {
    const env = { ...context.env, SLIPWAY_REPORT: report, SLIPWAY_GREP: context.grep };
    const child = await startProcess(stage.name, process.execPath, stage.command(context), {
      cwd: projectRoot,
      env,
      onLine: (line) => console.log(`${stage.name.padEnd(14)} ${line}`),
    });
    code = await within(stage.name, stage.limitMs, endAfterReport(report, child)).finally(() => child.stop());
  } catch (error) {
    return merge(report, result, [`failed, ${messageOf(error)}`], Boolean(context.grep));
  }
  return merge(report, result, code === 0 ? [] : [`failed, ended with code ${code}`], Boolean(context.grep));
}

/** A process that goes on after its last test has left something open: half a minute later that is a failure. */
async function endAfterReport(report: string, child: Running): Promise<number> {
  await waitFor("the report", () => existsSync(report) || !child.alive(), { timeoutMs: Infinity, intervalMs: 1000 });
  await waitFor("its process to end after its last test", () => !child.alive(), { timeoutMs: 30_000, intervalMs: 250 });
  return child.exited;
}

interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly tests: readonly { readonly title: string; readonly state: string; readonly error?: string }[];
}

/** As much of an error as says what was waited for and where: a log's end is often all that is kept of a run. */
const errorLines = 14;

/** The report's counts; an end that the report does not account for is one more failure. */
function merge(
  file: string,
  result: (passed: number, failed: number, skipped: number, notes: string[]) => StageResult,
  trouble: string[],
  chosenByGrep: boolean,
): StageResult {
  if (!existsSync(file)) return result(0, 1, 0, trouble.length > 0 ? trouble : ["failed, it left no report"]);
  const report = JSON.parse(readFileSync(file, "utf8")) as Report;
  const why = (error = "") =>
    error
      .split("\n")
      .slice(0, errorLines)
      .map((line) => `\n      ${line.slice(0, 1000)}`)
      .join("");
  const named = (state: string) =>
    report.tests.filter((test) => test.state === state).map((test) => `${state}: ${test.title}${why(test.error)}`);
  // Nothing left by --grep is nobody's fault; nothing at all is a suite that did not load.
  if (report.passed + report.failed + report.skipped === 0)
    return chosenByGrep ? result(0, 0, 1, ["skipped, no test was chosen"]) : result(0, 1, 0, ["failed, no test ran"]);
  const unexplained = trouble.length > 0 && report.failed === 0;
  return result(report.passed, report.failed + (unexplained ? 1 : 0), report.skipped, [
    ...named("failed"),
    ...named("skipped"),
    ...(unexplained ? trouble : []),
  ]);
}
