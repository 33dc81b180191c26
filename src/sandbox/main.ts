/** The sandbox's process: command line, env file, signals. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseOptions, USAGE, UsageError, type Options } from "./options";
import { coverageTable, startSandbox } from "./sandbox";
import { openStateDir } from "./stateDir";

function writeEnvFile(file: string, lines: readonly string[]): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${lines.join("\n")}\n`, { mode: 0o600 });
  renameSync(temporary, file);
}

function printCoverage(options: Options): void {
  const scratch = mkdtempSync(path.join(tmpdir(), "slipway-sandbox-"));
  console.log(coverageTable(options, scratch));
  rmSync(scratch, { recursive: true, force: true });
}

async function main(): Promise<void> {
  if (process.argv.includes("--help")) {
    console.log(USAGE);
    return;
  }
  const options = parseOptions(process.argv.slice(2));
  if (options.coverage) {
    printCoverage(options);
    return;
  }
  const state = openStateDir(options.stateDir, options.envFile);
  let end: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => end(0));
  const sandbox = await startSandbox(options, state, () => end(0)).catch((error: unknown) => {
    state.remove();
    throw error;
  });
  if (options.tasks !== sandbox.tasks) {
    console.error(
      "sandbox: NO CONTAINER ENGINE ANSWERS. Tasks are simulated: nothing that you push will run. Start Docker " +
        "and then the sandbox again.",
    );
  }
  if (options.envFile !== undefined) writeEnvFile(options.envFile, sandbox.exports);
  for (const line of sandbox.exports) console.log(line);
  console.log(`ready http://127.0.0.1:${sandbox.port}`);
  const code = await ended;
  await sandbox.stop();
  if (options.envFile !== undefined) rmSync(options.envFile, { force: true });
  process.exit(code);
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) console.error(`${error.message}\n${USAGE}`);
  else console.error("sandbox:", error);
  process.exit(error instanceof UsageError ? 2 : 1);
});
