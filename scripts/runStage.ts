/** Runs a stage of `npm test`, each of its parts as a process of its own, and reads what came of it. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { ensureDir, projectRoot, resultsDir } from "./paths";
import { startProcess, type Running } from "./processes";
import { processorTimeOf, type ProcessorTime } from "./processorTime";
import { secondLooks, together as withSecondLook, type Ran } from "./secondLook";
import type { Part, Stage, StageContext } from "./stages";
import { messageOf, waitFor, within } from "./waiting";

/** A test that has run; its time in milliseconds. */
export interface TimedTest {
  readonly title: string;
  readonly ms: number;
  readonly state: string;
  /** Relative to the project; absent where its reporter does not say. */
  readonly file?: string;
}

/** What a part, or a stage of several, came to. `notes` name what was skipped and why, and what failed. */
export interface StageResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** From its beginning to its end. */
  readonly ms: number;
  /** Processor time of all its processes; undefined where the system does not tell. */
  readonly processorMs: number | undefined;
  readonly notes: readonly string[];
  readonly tests: readonly TimedTest[];
}

type Outcome = Pick<StageResult, "passed" | "failed" | "skipped" | "notes" | "tests">;

/** How many parts run at a time: two cores are filled, since every part waits now and then. */
const sideBySide = 4;

/**
 * Runs the parts of all these stages, what takes longest first and never more than {@link sideBySide} at a time. Never
 * throws.
 *
 * @param onDone is told of each part at its end
 * @returns one result for each stage
 */
export async function runStages(
  stages: readonly Stage[],
  context: StageContext,
  onDone: (result: StageResult) => void,
): Promise<readonly StageResult[]> {
  const queue: { readonly stage: Stage; readonly part: Part }[] = [];
  const results = new Map<Stage, { started: number; parts: StageResult[] }>();
  const ran: (Ran & { readonly stage: Stage })[] = [];
  const add = (stage: Stage, result: StageResult): void => {
    results.get(stage)?.parts.push(result);
    onDone(result);
  };
  for (const stage of stages) {
    results.set(stage, { started: Infinity, parts: [] });
    const obstacle = context.cannot.get(stage.name) ?? stage.missing?.();
    if (obstacle !== undefined) add(stage, skipped(stage.name, obstacle));
    else queue.push(...stage.parts(context).map((part) => ({ stage, part })));
  }
  queue.sort((a, b) => b.part.expected - a.part.expected);
  const ends = new Map<Stage, number>();
  const alone = queue.length === 1;
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { stage, part } = next;
      const entry = results.get(stage);
      if (entry) entry.started = Math.min(entry.started, Date.now());
      const result = await runPart(stage, part, context, alone);
      ran.push({ stage, part, result });
      add(stage, result);
      ends.set(stage, Date.now());
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
  for (const { first, part } of alone ? [] : secondLooks(ran)) {
    const { stage } = ran.find(({ result }) => result === first.result) ?? {};
    const parts = stage && results.get(stage)?.parts;
    if (!parts) continue;
    const second = await runPart(stage, part, context, true);
    onDone(second);
    parts[parts.indexOf(first.result)] = withSecondLook(first.result, second);
    ends.set(stage, Date.now());
  }
  return [...results].map(([stage, { started, parts }]) =>
    together(stage.name, parts, (ends.get(stage) ?? started) - (started === Infinity ? 0 : started)),
  );
}

const skipped = (name: string, why: string): StageResult => ({
  name,
  passed: 0,
  failed: 0,
  skipped: 1,
  ms: 0,
  processorMs: 0,
  notes: [`${name}: skipped, ${why}`],
  tests: [],
});

/** The parts of a stage as one. */
function together(name: string, parts: readonly StageResult[], ms: number): StageResult {
  const sum = (pick: (part: StageResult) => number): number => parts.reduce((total, part) => total + pick(part), 0);
  const nothing = sum((part) => part.passed + part.failed + part.skipped) === 0;
  return {
    name,
    passed: sum((part) => part.passed),
    failed: sum((part) => part.failed),
    skipped: nothing ? 1 : sum((part) => part.skipped),
    ms: Number.isFinite(ms) ? ms : 0,
    processorMs: parts.every((part) => part.processorMs !== undefined)
      ? sum((part) => part.processorMs ?? 0)
      : undefined,
    notes: nothing ? [`${name}: skipped, no test was chosen`] : parts.flatMap((part) => part.notes),
    tests: parts.flatMap((part) => part.tests),
  };
}

/** Runs a part as a process of its own, each of its lines marked with its label. Never throws. */
async function runPart(stage: Stage, part: Part, context: StageContext, alone: boolean): Promise<StageResult> {
  const started = Date.now();
  const report = path.join(ensureDir(resultsDir), `${part.label}.json`);
  rmSync(report, { force: true });
  let processor: ProcessorTime | undefined;
  const trouble: string[] = [];
  try {
    const env = {
      ...context.env,
      SLIPWAY_REPORT: report,
      SLIPWAY_PART: part.label,
      SLIPWAY_GREP: context.grep,
      ...(alone ? {} : { SLIPWAY_BESIDE_OTHERS: "1" }),
    };
    const child = await startProcess(part.label, process.execPath, part.args, {
      cwd: projectRoot,
      env,
      onLine: (line) => console.log(`${part.label.padEnd(18)} ${line}`),
    });
    processor = processorTimeOf(child.pid);
    const code = await within(part.label, stage.limitMs, endAfterReport(report, child)).finally(() => child.stop());
    if (code !== 0) trouble.push(`failed, ended with code ${code}`);
  } catch (error) {
    trouble.push(`failed, ${messageOf(error)}`);
  }
  processor?.stop();
  const outcome = read(report, trouble, Boolean(context.grep));
  return {
    name: part.label,
    ...outcome,
    ms: Date.now() - started,
    processorMs: processor?.ms(),
    notes: outcome.notes.map((note) => `${part.label}: ${note}`),
  };
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
  readonly tests: readonly (TimedTest & { readonly error?: string })[];
}

/** As much of an error as says what was waited for and where: a log's end is often all that is kept of a run. */
const errorLines = 14;

/** The report's counts; an end that the report does not account for is one more failure. */
function read(file: string, trouble: readonly string[], chosenByGrep: boolean): Outcome {
  const bare = (failed: number, skipped: number, notes: readonly string[]): Outcome => ({
    passed: 0,
    failed,
    skipped,
    notes,
    tests: [],
  });
  if (!existsSync(file)) return bare(1, 0, trouble.length > 0 ? trouble : ["failed, it left no report"]);
  const report = JSON.parse(readFileSync(file, "utf8")) as Report;
  const why = (error = "") =>
    error
      .split("\n")
      .slice(0, errorLines)
      .map((line) => `\n      ${line.slice(0, 1000)}`)
      .join("");
  const named = (state: string) =>
    report.tests.filter((test) => test.state === state).map((test) => `${state}: ${test.title}${why(test.error)}`);
  const unexplained = trouble.length > 0 && report.failed === 0;
  // Nothing left by --grep is nobody's fault; nothing at all is a suite that did not load.
  if (report.passed + report.failed + report.skipped === 0) {
    if (chosenByGrep && !unexplained) return bare(0, 0, []);
    return bare(1, 0, ["failed, no test ran", ...trouble]);
  }
  return {
    passed: report.passed,
    failed: report.failed + (unexplained ? 1 : 0),
    skipped: report.skipped,
    notes: [...named("failed"), ...named("skipped"), ...(unexplained ? trouble : [])],
    tests: report.tests.map(({ title, ms, state, file }) => ({ title, ms, state, ...(file ? { file } : {}) })),
  };
}
