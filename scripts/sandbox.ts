/** Starts the local sandbox as a process of its own and reads what a client needs to reach it. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import type { Engine } from "./engine";
import { ensureDir, projectRoot, systemTemp, temporaryDir } from "./paths";
import { startProcess, type Running } from "./processes";
import { Final, waitFor } from "./waiting";

/** A running sandbox. */
export interface Sandbox {
  readonly url: string;
  /** Endpoint, region and keys, as the `export …` lines of its env file state them. */
  readonly env: Readonly<Record<string, string>>;
  /** For a VS Code or a command line that shall find this one when "Local sandbox" is chosen: Slipway's state folder. */
  readonly stateEnv: Readonly<Record<string, string>>;
  readonly process: Running;
  readonly stop: () => Promise<void>;
}

/** The bundle that {@link startSandbox} runs. */
export const sandboxBundle = path.join(projectRoot, "dist", "sandbox.js");

/**
 * Starts a sandbox on a free port and waits until it says that it is ready.
 *
 * @param engine where tasks run; without one they are simulated
 * @param more further arguments, such as `--time aws`
 */
export async function startSandbox(
  engine: Engine | undefined,
  logFile: string,
  more: readonly string[] = [],
): Promise<Sandbox> {
  if (!existsSync(sandboxBundle)) throw new Error("dist/sandbox.js does not exist: the build has no sandbox");
  // Where Slipway itself looks for the machine's sandbox.
  const stateDir = temporaryDir("sandbox");
  const envFile = path.join(ensureDir(path.join(stateDir, "sandbox")), "env");
  ensureDir(path.dirname(logFile));
  const tasks = engine ? [] : ["--tasks", "simulated"];
  rmSync(logFile, { force: true });
  // "--": without it Node (20 and 22) takes the sandbox's --env-file for its own and fails, since it is not there yet.
  const args = ["--", sandboxBundle, "--port", "0", "--env-file", envFile, ...tasks, ...more];
  const process_ = await startProcess("the sandbox", process.execPath, args, {
    // In the system's temporary folder it finds, and puts away, what a killed one of any run left in the engine.
    env: { ...process.env, ...engine?.env, TMPDIR: systemTemp() },
    logFile,
  });
  const url = await waitFor(
    "the sandbox to be ready",
    () => {
      if (!process_.alive()) throw new Final("it has ended");
      return /^ready (http:\/\/\S+)$/m.exec(readFileSync(logFile, "utf8"))?.[1];
    },
    { timeoutMs: 60_000, evidence: () => process_.logTail() },
  );
  await waitFor("the sandbox's env file", () => existsSync(envFile));
  return {
    url,
    env: parseEnv(readFileSync(envFile, "utf8")) as Record<string, string>,
    stateEnv: { SLIPWAY_STATE_DIR: stateDir },
    process: process_,
    stop: () => process_.stop(30_000),
  };
}
