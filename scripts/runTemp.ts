/**
 * A run's own temporary folder: everything that the run and its tools put into the system's temporary folder goes below
 * it, so that what is left at the end can be seen, and the run fails for it.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureDir, machineCache, runTempVariable } from "./paths";
import { onEnd, pidAlive } from "./processes";

const prefix = "slw-run-";

/** A socket of VS Code's own, which its process leaves where it is ended in the middle of its start. */
const ofVsCode = /^vscode-ipc-[\w-]+\.sock$/;

/** The temporary folder of a run. */
export interface RunTemp {
  readonly dir: string;
  /** What was left in it when everything had been put away; empty before that. */
  readonly leftovers: () => readonly string[];
}

/**
 * Makes the folder and turns this process and all its later children to it. To be called before anything is started: the
 * folder is looked at and removed when everything else has been put away.
 *
 * Two things that tools keep in the temporary folder are caches which every run reads and which are meant to stay: what
 * tsx has compiled (linked into this folder), and what V8 has compiled (in the machine's cache). The container engine's
 * and the sandboxes' state (`slipway-engine-*`, `slipway-sandbox-*`) are not of one run either: runs share the engine by
 * leases, and a sandbox looks there for containers of one that was killed. Both stay in the system's folder.
 */
export function useRunTemp(): RunTemp {
  // Short: VS Code's sockets lie below it, and a unix socket's path has at most 107 bytes.
  const base = tmpdir().length > 20 && existsSync("/tmp") ? "/tmp" : tmpdir();
  removeAbandoned(base);
  const dir = mkdtempSync(path.join(base, `${prefix}${process.pid}-`));
  const user = process.getuid?.();
  const compiled = user === undefined ? "tsx" : `tsx-${user}`;
  // A junction: it needs no rights on Windows, and elsewhere it is a link like any other.
  symlinkSync(ensureDir(path.join(tmpdir(), compiled)), path.join(dir, compiled), "junction");
  Object.assign(process.env, { TMPDIR: dir, TEMP: dir, TMP: dir, [runTempVariable]: base });
  process.env["NODE_COMPILE_CACHE"] ??= ensureDir(path.join(machineCache(), "compiled"));
  let left: readonly string[] = [];
  onEnd(`remove ${dir}`, () => {
    left = readdirSync(dir).filter((name) => name !== compiled && !ofVsCode.test(name));
    rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  return { dir, leftovers: () => left };
}

/** Folders of runs that were killed outright and so could not remove theirs. */
function removeAbandoned(base: string): void {
  mkdirSync(base, { recursive: true });
  for (const name of readdirSync(base)) {
    const owner = name.startsWith(prefix) ? Number(name.slice(prefix.length).split("-")[0]) : NaN;
    if (owner > 0 && !pidAlive(owner)) rmSync(path.join(base, name), { recursive: true, force: true });
  }
}
