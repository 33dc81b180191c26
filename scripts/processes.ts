/**
 * Children and what must be put away at the end. Each child leads a process group of its own, so that stopping it
 * stops whatever it started; Ctrl+C, an error and a normal end all go through the same {@link shutdown}.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { messageOf, waitFor, within } from "./waiting";

const posix = process.platform !== "win32";
const running = new Set<ChildProcess>();
const closers: { readonly name: string; readonly close: () => Promise<void> }[] = [];
const ends: { readonly name: string; readonly end: () => void }[] = [];
let shuttingDown: Promise<void> | undefined;
let installed = false;

/** A child that was started by {@link startProcess}. */
export interface Running {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string | undefined;
  /** Resolves with the exit code (or 1 for a signal) once the child itself has ended. */
  readonly exited: Promise<number>;
  readonly alive: () => boolean;
  /** The last lines that the child wrote to its log. */
  readonly logTail: (lines?: number) => string;
  /** SIGTERM to the whole group, SIGKILL after `graceMs`. Idempotent. */
  readonly stop: (graceMs?: number) => Promise<void>;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Output goes to this file; without it the child's output is the parent's. */
  readonly logFile?: string;
  /** Gets each line that the child prints to standard output; not together with `logFile`. */
  readonly onLine?: (line: string) => void;
}

/** Starts a child in a process group of its own and registers it for {@link shutdown}. */
export async function startProcess(
  name: string,
  command: string,
  args: readonly string[],
  options: StartOptions = {},
): Promise<Running> {
  installHandlers();
  const { logFile, onLine } = options;
  if (logFile) mkdirSync(path.dirname(logFile), { recursive: true });
  const log = logFile ? openSync(logFile, "a") : undefined;
  const child = spawn(command, [...args], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: posix,
    stdio:
      log !== undefined ? ["ignore", log, log] : onLine ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
  });
  if (log !== undefined) closeSync(log);
  if (onLine) {
    forwardLines(child.stdout, onLine);
    forwardLines(child.stderr, onLine);
  }
  const exited = new Promise<number>((resolve) => {
    // `exit`, not `close`: a grandchild may hold the pipes open long after the child itself has gone.
    child.once("exit", (code, signal) => resolve(code ?? (signal ? 1 : 0)));
    child.once("error", () => resolve(127));
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => reject(new Error(`${name} could not be started: ${error.message}`)));
  });
  const pid = child.pid!;
  running.add(child);
  const alive = () => child.exitCode === null && child.signalCode === null;
  const stop = async (graceMs = 10_000) => {
    signalGroup(pid, "SIGTERM");
    try {
      await waitFor(`${name} to stop`, () => !groupAlive(pid), { timeoutMs: graceMs, intervalMs: 25 });
    } catch {
      signalGroup(pid, "SIGKILL");
      await waitFor(`${name} to be gone`, () => !groupAlive(pid), { timeoutMs: 5_000, intervalMs: 25 }).catch(
        () => undefined,
      );
    }
    running.delete(child);
  };
  return { name, pid, logFile, exited, alive, stop, logTail: (lines = 20) => tailOf(logFile, lines) };
}

/** What a finished command left. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, collecting its output. Never throws for an exit code; 127 when it could not be started. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string; timeoutMs?: number } = {},
): Promise<Finished> {
  installHandlers();
  return new Promise((resolve) => {
    const child = spawn(command, [...args], {
      cwd: options.cwd,
      env: options.env ?? process.env,
      detached: posix,
      stdio: "pipe",
    });
    let stdout = "";
    let stderr = "";
    running.add(child);
    const timer = options.timeoutMs
      ? setTimeout(() => child.pid && signalGroup(child.pid, "SIGKILL"), options.timeoutMs)
      : undefined;
    const finish = (code: number) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code, stdout, stderr });
    };
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
    child.once("error", (error) => {
      stderr += error.message;
      finish(127);
    });
    child.once("close", (code) => finish(code ?? 1));
  });
}

/** Like {@link run}, but an exit code other than 0 is an error that carries the output's end. */
export async function runOrThrow(
  command: string,
  args: readonly string[],
  options: Parameters<typeof run>[2] = {},
): Promise<string> {
  const done = await run(command, args, options);
  if (done.code === 0) return done.stdout;
  const output = `${done.stdout}\n${done.stderr}`.trim().split("\n").slice(-25).join("\n");
  throw new Error(`${path.basename(command)} ${args.join(" ")} ended with code ${done.code}:\n${output}`);
}

/** Registers something to be put away at the end; the last registered goes first. */
export function onShutdown(name: string, close: () => Promise<void>): void {
  installHandlers();
  closers.push({ name, close });
}

/**
 * Registers what is done when nothing runs any more, such as removing folders that children write to; the last registered
 * goes first. It must not wait for anything: it is also done where the process ends without {@link shutdown}.
 */
export function onEnd(name: string, end: () => void): void {
  installHandlers();
  ends.push({ name, end });
}

/** Whether everything is being put away: a child that ends now has been asked to. */
export const isShuttingDown = (): boolean => shuttingDown !== undefined;

/** Puts away everything that was started here. Safe to call more than once. */
export function shutdown(): Promise<void> {
  shuttingDown ??= (async () => {
    for (let next = closers.pop(); next; next = closers.pop()) {
      const { name, close } = next;
      await within(name, 30_000, close()).catch((error: unknown) =>
        console.error(`slipway ! ${name}: ${messageOf(error)}`),
      );
    }
    for (const child of running) if (child.pid) signalGroup(child.pid, "SIGTERM");
    await waitFor("children to stop", () => ![...running].some((child) => child.pid && groupAlive(child.pid)), {
      timeoutMs: 5_000,
    }).catch(() => undefined);
    endEverything();
  })();
  return shuttingDown;
}

/** Runs a program's main function, always puts everything away, and ends the process with the code that it returned. */
export async function main(work: () => Promise<number>): Promise<void> {
  installHandlers();
  endWithParent();
  let code = 1;
  try {
    code = await work();
  } catch (error) {
    console.error(`slipway ! ${messageOf(error)}`);
    if (process.env["SLIPWAY_DEBUG"] && error instanceof Error) console.error(error.stack);
  }
  await shutdown();
  process.exit(code);
}

function installHandlers(): void {
  if (installed) return;
  installed = true;
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    process.on(signal, () => void shutdown().then(() => process.exit(code)));
  }
  process.on("exit", endEverything);
}

/** Where the parent is killed outright nobody passes a signal on; what we started must not outlive it even so. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void shutdown().then(() => process.exit(1));
  }, 1000).unref();
}

function endEverything(): void {
  for (const child of running) if (child.pid) signalGroup(child.pid, "SIGKILL");
  running.clear();
  for (let next = ends.pop(); next; next = ends.pop()) {
    try {
      next.end();
    } catch (error) {
      console.error(`slipway ! ${next.name}: ${messageOf(error)}`);
    }
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(posix ? -pid : pid, signal);
  } catch {
    // Already gone.
  }
}

function groupAlive(pid: number): boolean {
  try {
    process.kill(posix ? -pid : pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether a process with this id exists. */
export function pidAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function tailOf(file: string | undefined, lines: number): string {
  if (!file) return "";
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  } catch {
    return "";
  }
}

function forwardLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let rest = "";
  stream?.on("data", (data: Buffer) => {
    const parts = (rest + data.toString()).split(/\r?\n/);
    rest = parts.pop() ?? "";
    parts.forEach(onLine);
  });
  stream?.on("end", () => rest && onLine(rest));
}
