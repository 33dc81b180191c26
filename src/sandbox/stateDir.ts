/** The state folder: what a sandbox that was killed left behind is found by it and removed. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { uuid } from "./ids";

export interface StateDir {
  /** This run's own folder, removed at the end. */
  readonly dir: string;
  readonly run: string;
  readonly remove: () => void;
  /** Notes where this run's registry is: the next run removes what refers to it, if this one cannot. */
  readonly remember: (host: string) => void;
  /** Registries of runs which were killed. */
  readonly orphans: readonly string[];
}

const REGISTRY = "registry.txt";

interface Mark {
  readonly pid: number;
  readonly envFile?: string;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Where runs live when no folder is given. */
function defaultRoot(): string {
  const state = process.env["XDG_STATE_HOME"] ?? (existsSync(path.join(homedir(), ".local/state")) ? path.join(homedir(), ".local/state") : undefined);
  return state ? path.join(state, "slipway", "sandbox") : path.join(tmpdir(), `slipway-sandbox-${process.getuid?.() ?? "user"}`);
}

/** Makes this run's folder, after removing those of runs whose process is gone. */
export function openStateDir(given: string | undefined, envFile: string | undefined): StateDir {
  const root = given ?? defaultRoot();
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const orphans: string[] = [];
  for (const name of readdirSync(root).filter((n) => n.startsWith("run-"))) {
    const dir = path.join(root, name);
    const mark = readMark(dir);
    if (mark && alive(mark.pid)) continue;
    if (mark?.envFile) rmSync(mark.envFile, { force: true });
    orphans.push(...readLines(path.join(dir, REGISTRY)));
    rmSync(dir, { recursive: true, force: true });
  }
  const run = uuid();
  const dir = path.join(root, `run-${run}`);
  mkdirSync(dir, { mode: 0o700 });
  const mark: Mark = { pid: process.pid, envFile: envFile === undefined ? undefined : path.resolve(envFile) };
  writeFileSync(path.join(dir, "run.json"), JSON.stringify(mark), { mode: 0o600 });
  const remember = (host: string): void => writeFileSync(path.join(dir, REGISTRY), `${host}\n`);
  return { dir, run, orphans, remember, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}

function readMark(dir: string): Mark | undefined {
  try {
    return JSON.parse(readFileSync(path.join(dir, "run.json"), "utf8")) as Mark;
  } catch {
    return undefined;
  }
}
