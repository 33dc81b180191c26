/** `npm test`: everything that belongs to a change, or what its options choose of it ({@link usage}). */
import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { ensureBaseImages } from "./baseImages";
import { ensureBrowser } from "./browser";
import { provenByCanary } from "./canary";
import { selectChanged } from "./changed";
import { installVsCode } from "./codeServer";
import { ensureEngine } from "./engine";
import { resultsDir } from "./paths";
import { main, shutdown } from "./processes";
import { runStages, type StageResult } from "./runStage";
import { useRunTemp } from "./runTemp";
import { say, seconds, warn } from "./say";
import { stages, type StageContext } from "./stages";
import { packageVsix } from "./vsix";
import { canShowWindows } from "./vscodeExecutable";
import { messageOf } from "./waiting";

const usage = `npm test                          everything that belongs to a change
npm test -- --stage NAME[,NAME]   these stages: ${stages.map(({ name }) => name).join(" ")}
            --grep PATTERN        of the tests, those whose titles match
            --changed [BASE]      what can be touched by what differs from HEAD, or from that commit
            --target URL          the contract stage alone, against another endpoint than our sandbox
            --help                this

The last line is "N passed, N failed, N skipped"; under CI=true something skipped fails the run.`;

const options = {
  stage: { type: "string" },
  grep: { type: "string" },
  target: { type: "string" },
  changed: { type: "boolean" },
  help: { type: "boolean" },
} as const;

/** @throws when there are others than {@link usage} names */
function readArguments() {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    // What Node goes on to say is about arguments that begin with a dash.
    throw new Error(`${messageOf(error).split(". ")[0] ?? ""}; --help lists the options`, { cause: error });
  }
}

void main(async () => {
  const { values, positionals } = readArguments();
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (positionals.length > (values.changed ? 1 : 0))
    throw new Error(`unexpected: ${positionals.join(" ")}; --help lists the options`);
  if (values.changed && (values.stage ?? values.target) !== undefined)
    throw new Error("--changed chooses the stages by itself");
  const target = values.target === undefined ? undefined : new URL(values.target).href;
  if (target !== undefined && (values.stage ?? "contract") !== "contract")
    throw new Error("--target is for the contract stage alone");
  const selection = values.changed ? await selectChanged(positionals[0] ?? "HEAD") : undefined;
  if (selection) tell(selection);
  const chosen = selection
    ? [...selection.files.keys()]
    : target !== undefined
      ? ["contract"]
      : values.stage
        ? values.stage.split(",").map((name) => name.trim())
        : stages.map(({ name }) => name);
  const unknown = chosen.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0)
    throw new Error(`no such stage: ${unknown.join(", ")} (there are ${stages.map(({ name }) => name).join(", ")})`);

  const started = Date.now();
  const temp = useRunTemp();
  rmSync(resultsDir, { recursive: true, force: true });
  const files = selection?.files ?? new Map<string, readonly string[]>();
  const context = { ...(await prepare(new Set(chosen), values.grep, target)), files };
  say(`set-up took ${seconds(Date.now() - started)}`);
  const results = await runStages(
    stages.filter(({ name }) => chosen.includes(name)),
    context,
    (part) => say(`${part.name}: ${counts(part)} in ${seconds(part.ms)}`),
  );
  // Whatever has something to say about putting things away says it before the last line.
  await shutdown();
  return summarise([...results, ...temporaryFolder(temp.leftovers())], Date.now() - started);
});

/**
 * Sets up what the chosen stages need. What cannot be had on this machine is noted for the stages that need it, and
 * they count as skipped; an error in setting up what can be had is theirs to fail with.
 */
async function prepare(
  chosen: ReadonlySet<string>,
  grep: string | undefined,
  target: string | undefined,
): Promise<Omit<StageContext, "files">> {
  const cannot = new Map<string, string>();
  const env: NodeJS.ProcessEnv = { ...process.env };
  if (target !== undefined) env["SLIPWAY_CONTRACT_TARGET"] = target;
  else if (["contract", "engine", "engine-simulated", "e2e"].some((name) => chosen.has(name))) {
    const engine = await ensureEngine();
    if (engine) {
      say(`container engine ${engine.version}${engine.ours ? ", Slipway's own" : ""}`);
      Object.assign(env, engine.env);
      await ensureBaseImages(engine);
    } else {
      // Specs that need containers look at this and skip themselves, so that the rest still runs.
      env["SLIPWAY_NO_ENGINE"] = "1";
    }
  }
  const hosted = ["vscode-current", "vscode-floor", "e2e"].filter((name) => chosen.has(name));
  const desktop = canShowWindows() || process.env["SLIPWAY_VSCODE"];
  if (hosted.length > 0) {
    const browser = await ensureBrowser();
    if (!browser)
      hosted
        .filter((name) => name === "e2e" || !desktop)
        .forEach((name) => cannot.set(name, "there is no Chromium on this machine"));
    else if (!desktop || chosen.has("e2e")) {
      for (const name of ["current", "floor"] as const) {
        if (!chosen.has(`vscode-${name}`) && !(name === "current" && chosen.has("e2e"))) continue;
        await provenByCanary(await installVsCode(name), browser);
      }
    }
  }
  if (chosen.has("e2e")) {
    try {
      env["SLIPWAY_VSIX"] = await packageVsix();
    } catch (error) {
      warn(`the VSIX could not be packaged: ${messageOf(error)}`);
    }
  }
  return { env, grep, cannot };
}

/** Says what is run for which changes, and what is not. */
function tell({ changed, files, leftOut }: Awaited<ReturnType<typeof selectChanged>>): void {
  say(`changed: ${changed.length} files`);
  for (const [stage, chosen] of files)
    say(`  ${stage}: ${stage === "lint" ? "all, but oxlint the changed files alone" : `${chosen.length} files`}`);
  say(`left out: ${leftOut.join(", ") || "no stage"}; npm test runs everything`);
}

/** What is left in the run's temporary folder when nothing runs any more, as one more check; none where nothing is. */
function temporaryFolder(left: readonly string[]): readonly StageResult[] {
  if (left.length === 0) return [];
  const notes = [`failed: left in the temporary folder: ${left.join(", ")}`];
  return [{ name: "temporary", passed: 0, failed: 1, skipped: 0, ms: 0, processorMs: 0, notes, tests: [] }];
}

const counts = ({ passed, failed, skipped }: StageResult): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** How many of its slowest tests are named for each stage. */
const slowest = 5;

/** Prints times, what failed, what was skipped, and the totals. Returns the exit code. */
function summarise(results: readonly StageResult[], ms: number): number {
  const sum = (pick: (result: StageResult) => number) => results.reduce((total, result) => total + pick(result), 0);
  const failed = sum((result) => result.failed);
  const skipped = sum((result) => result.skipped);
  const processor = (time: number | undefined) => (time === undefined ? "cannot tell" : seconds(time)).padStart(11);
  const known = results.every(({ processorMs }) => processorMs !== undefined);
  console.log(`\n${"".padEnd(16)} ${"wall".padStart(8)} ${"processor".padStart(11)}`);
  for (const result of results) {
    console.log(
      `${result.name.padEnd(16)} ${seconds(result.ms).padStart(8)} ${processor(result.processorMs)}  ${counts(result)}`,
    );
    const slow = [...result.tests].sort((a, b) => b.ms - a.ms).slice(0, slowest);
    for (const test of slow) console.log(`${"".padEnd(16)} ${seconds(test.ms).padStart(8)}  ${test.title}`);
  }
  const all = known ? sum(({ processorMs }) => processorMs ?? 0) : undefined;
  console.log(`${"all".padEnd(16)} ${seconds(ms).padStart(8)} ${processor(all)}`);
  results.flatMap((result) => result.notes).forEach((note) => console.log(`  ${note}`));
  if (failed > 0) console.log(`  evidence of failures is in ${resultsDir}`);
  if (skipped > 0 && process.env["CI"] === "true") console.log("  under CI=true something skipped fails the run");
  console.log(`${sum((result) => result.passed)} passed, ${failed} failed, ${skipped} skipped`);
  return failed > 0 || (skipped > 0 && process.env["CI"] === "true") ? 1 : 0;
}
