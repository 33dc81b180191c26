/**
 * Runs mocha inside VS Code's extension host. VS Code calls {@link run}; a rejection makes it end with code 1.
 * What is printed carries a mark, so that the outer process can tell it from VS Code's own log.
 */
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type Mocha from "mocha";

/** One test's outcome, as written to the report that `npm test` adds up. */
interface Outcome {
  readonly title: string;
  readonly state: "passed" | "failed" | "skipped";
  readonly ms: number;
  readonly error?: string;
}

/** Files of the smoke set, which also runs at the oldest VS Code that the manifest admits. */
const smoke = /(^|\/)(manifest|activation|.+\.smoke)\.test\.js$/;

const print = (text: string) => text.split("\n").forEach((line) => console.log(`│${line}`));

/** Called by VS Code. Environment: SLIPWAY_SUITE=smoke, SLIPWAY_GREP, SLIPWAY_REPORT (a file to write). */
export async function run(): Promise<void> {
  const { default: MochaClass } = (await import("mocha")) as unknown as { default: typeof Mocha };
  const grep = process.env["SLIPWAY_GREP"];
  const mocha = new MochaClass({
    ui: "bdd",
    timeout: 20_000,
    color: false,
    reporter: Silent as unknown as Mocha.ReporterConstructor,
    ...(grep ? { grep: new RegExp(grep) } : {}),
  });
  const files = readdirSync(__dirname).filter(
    (file) => file.endsWith(".test.js") && (process.env["SLIPWAY_SUITE"] !== "smoke" || smoke.test(file)),
  );
  files.forEach((file) => mocha.addFile(path.join(__dirname, file)));
  await mocha.loadFilesAsync();
  const outcomes = await runAll(mocha);
  const count = (state: Outcome["state"]) => outcomes.filter((outcome) => outcome.state === state).length;
  const report = process.env["SLIPWAY_REPORT"];
  if (report)
    writeFileSync(
      report,
      JSON.stringify({ passed: count("passed"), failed: count("failed"), skipped: count("skipped"), tests: outcomes }),
    );
  print(`suite: ${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`);
  if (count("passed") + count("failed") === 0) throw new Error("no test ran");
  if (count("failed") > 0) throw new Error(`${count("failed")} tests failed`);
}

/** Mocha insists on a reporter; ours listens to the runner instead. */
class Silent {}

function runAll(mocha: Mocha): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  return new Promise((resolve) => {
    const runner = mocha.run(() => resolve(outcomes));
    runner.on("pass", (test) => {
      outcomes.push({ title: test.fullTitle(), state: "passed", ms: test.duration ?? 0 });
      print(`  ✔ ${test.fullTitle()} (${test.duration ?? 0} ms)`);
    });
    runner.on("pending", (test) => {
      outcomes.push({ title: test.fullTitle(), state: "skipped", ms: 0 });
      print(`  - ${test.fullTitle()}`);
    });
    // A hook that fails is reported here too; what it kept from running is not counted as passed.
    runner.on("fail", (test, error: Error) => {
      outcomes.push({
        title: test.fullTitle(),
        state: "failed",
        ms: test.duration ?? 0,
        error: error.stack ?? error.message,
      });
      print(`  ✘ ${test.fullTitle()}\n${(error.stack ?? error.message).replaceAll(/^/gm, "      ")}`);
    });
  });
}
