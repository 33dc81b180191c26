/** The state folder: what a sandbox that was killed left behind is found by it and removed. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
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
const MARK = "run.json";

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
  const state =
    process.env["XDG_STATE_HOME"] ??
    (existsSync(path.join(homedir(), ".local/state")) ? path.join(homedir(), ".local/state") : undefined);
  return state
    ? path.join(state, "slipway", "sandbox")
    : path.join(tmpdir(), `slipway-sandbox-${process.getuid?.() ?? "user"}`);
}

/** Makes this run's folder, after removing those of runs whose process is gone. */
export function openStateDir(given: string | undefined, envFile: string | undefined): StateDir {
  const root = given ?? defaultRoot();
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const orphans: string[] = [];
  for (const name of readdirSync(root)) {
    const dir = path.join(root, name);
    const isRun = name.startsWith("run-");
    const mark = isRun ? readMark(dir) : making(name);
    // What is neither a run nor one in the making is somebody else's; a run that nobody answers for was left behind.
    if (mark ? alive(mark.pid) : !isRun) continue;
    if (mark?.envFile) rmSync(mark.envFile, { force: true });
    orphans.push(...readLines(path.join(dir, REGISTRY)));
    rmSync(dir, { recursive: true, force: true });
  }
  const run = uuid();
  const dir = path.join(root, `run-${run}`);
  const mark: Mark = { pid: process.pid, envFile: envFile === undefined ? undefined : path.resolve(envFile) };
  // It gets its name when it is whole: another sandbox that starts meanwhile takes one without a mark for left behind.
  const unfinished = path.join(root, `new-${process.pid}-${run}`);
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(path.join(unfinished, MARK), JSON.stringify(mark), { mode: 0o600 });
  renameSync(unfinished, dir);
  const remember = (host: string): void => writeFileSync(path.join(dir, REGISTRY), `${host}\n`);
  return { dir, run, orphans, remember, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Whose folder is being made, by its name. */
function making(name: string): Mark | undefined {
  const pid = /^new-(\d+)-/.exec(name)?.[1];
  return pid === undefined ? undefined : { pid: Number(pid) };
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
    return JSON.parse(readFileSync(path.join(dir, MARK), "utf8")) as Mark;
  } catch {
    return undefined;
  }
}
