/** Where things are: the project, the machine's cache shared by all clones, and what a run leaves behind. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onEnd } from "./processes";

export { machineCache } from "./node.mjs";

/** The project's root folder. */
export const projectRoot = path.resolve(__dirname, "..");

/** Built things that belong to this clone alone (test bundles, the packaged VSIX). Ignored by git. */
export const localCache = path.join(projectRoot, ".cache");

/** Traces, screenshots, logs and reports of the last run. Ignored by git. */
export const resultsDir = path.join(projectRoot, "test-results");

/** Names the system's temporary folder where a run has one of its own (runTemp.ts). */
export const runTempVariable = "SLIPWAY_SYSTEM_TEMP";

/** The system's temporary folder, for what several runs share; also where this run has one of its own. */
export function systemTemp(): string {
  return process.env[runTempVariable] ?? tmpdir();
}

/** Makes the folder and its parents, and returns it. */
export function ensureDir(dir: string): string {
  mkdirSync(dir, { recursive: true });
  return dir;
}

/**
 * A temporary folder which is removed when the process ends. Its path is short, since unix sockets (VS Code's and
 * docker's) may be at most 107 bytes long.
 */
export function temporaryDir(label: string): string {
  const base = tmpdir().length > 40 && existsSync("/tmp") ? "/tmp" : tmpdir();
  const dir = mkdtempSync(path.join(base, `slw-${label}-`));
  onEnd(`remove ${dir}`, () => rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return dir;
}
