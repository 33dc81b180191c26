/**
 * `npm test`: everything that belongs to a change. `--stage unit,contract` and `--grep PATTERN` choose less.
 * `--target URL` runs the contract suite alone, against another endpoint than our sandbox.
 * The last line is `N passed, N failed, N skipped`; under CI=true something skipped fails the run.
 */
import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { ensureBaseImages } from "./baseImages";
import { ensureBrowser } from "./browser";
import { provenByCanary } from "./canary";
import { installVsCode } from "./codeServer";
import { ensureEngine } from "./engine";
import { resultsDir } from "./paths";
import { main, shutdown } from "./processes";
import { say, seconds, warn } from "./say";
import { groups, runStage, type Stage, type StageContext, type StageResult } from "./stages";
import { packageVsix } from "./vsix";
import { canShowWindows } from "./vscodeExecutable";
import { messageOf } from "./waiting";

void main(async () => {
  const { values } = parseArgs({
    options: { stage: { type: "string" }, grep: { type: "string" }, target: { type: "string" } },
  });
  const target = values.target === undefined ? undefined : new URL(values.target).href;
  if (target !== undefined && (values.stage ?? "contract") !== "contract")
    throw new Error("--target is for the contract stage alone");
  const all = groups.flat(2);
  const chosen =
    target !== undefined
      ? ["contract"]
      : values.stage
        ? values.stage.split(",").map((name) => name.trim())
        : all.map(({ name }) => name);
  const unknown = chosen.filter((name) => !all.some((stage) => stage.name === name));
  if (unknown.length > 0)
    throw new Error(`no such stage: ${unknown.join(", ")} (there are ${all.map(({ name }) => name).join(", ")})`);

  const started = Date.now();
  rmSync(resultsDir, { recursive: true, force: true });
  const context = await prepare(new Set(chosen), values.grep, target);
  say(`set-up took ${seconds(Date.now() - started)}`);

  const results: StageResult[] = [];
  const runAll = async (stages: readonly Stage[]) => {
    for (const stage of stages.filter(({ name }) => chosen.includes(name))) {
      const result = await runStage(stage, context);
      say(
        `stage ${stage.name}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped in ${seconds(result.ms)}`,
      );
      results.push(result);
    }
  };
  for (const lanes of groups) await Promise.all(lanes.map(runAll));
  // Whatever has something to say about putting things away says it before the last line.
  await shutdown();
  return summarise(
    all.flatMap(({ name }) => results.filter((result) => result.name === name)),
    Date.now() - started,
  );
});

/**
 * Sets up what the chosen stages need. What cannot be had on this machine is noted for the stages that need it, and
 * they count as skipped; an error in setting up what can be had is theirs to fail with.
 */
async function prepare(
  chosen: ReadonlySet<string>,
  grep: string | undefined,
  target: string | undefined,
): Promise<StageContext> {
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

/** Prints times, what failed, what was skipped, and the totals. Returns the exit code. */
function summarise(results: readonly StageResult[], ms: number): number {
  const sum = (pick: (result: StageResult) => number) => results.reduce((total, result) => total + pick(result), 0);
  const failed = sum((result) => result.failed);
  const skipped = sum((result) => result.skipped);
  console.log("");
  for (const result of results)
    console.log(
      `${result.name.padEnd(14)} ${seconds(result.ms).padStart(8)}  ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`,
    );
  console.log(`${"all".padEnd(14)} ${seconds(ms).padStart(8)}`);
  results.flatMap((result) => result.notes).forEach((note) => console.log(`  ${note}`));
  if (failed > 0) console.log(`  evidence of failures is in ${resultsDir}`);
  if (skipped > 0 && process.env["CI"] === "true") console.log("  under CI=true something skipped fails the run");
  console.log(`${sum((result) => result.passed)} passed, ${failed} failed, ${skipped} skipped`);
  return failed > 0 || (skipped > 0 && process.env["CI"] === "true") ? 1 : 0;
}
