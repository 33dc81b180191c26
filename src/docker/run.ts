import { spawn, type ChildProcess } from "node:child_process";
import { cancelled, throwIfCancelled } from "../core/base/errors";
import type { Command } from "./commands";

export interface RunResult {
  /** -1 for one that a signal ended. */
  code: number;
  /** The signal that somebody else ended it with. */
  killed?: NodeJS.Signals;
  stdout: string;
  /** The last lines of both streams, in the order in which they came. */
  tail: string[];
}

const living = new Set<ChildProcess>();
const tailLength = 60;
/** Milliseconds between asking a child to end and making it. */
const patience = 800;

// A host that ends takes its children along.
process.once("exit", () => {
  for (const child of living) stop(child, "SIGKILL");
});

/** Ends a child with everything that it started. */
function stop(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It ended meanwhile.
  }
}

/** Where a child is run and who listens to it. */
export interface RunOptions {
  cwd?: string;
  signal?: AbortSignal | undefined;
  /** Each line of both streams, as it comes. */
  onLine?: (line: string) => void;
}

/**
 * Runs a command to its end. Resolves with the exit code, whatever it is; rejects with ENOENT when there is no such
 * program and with the cancellation when the signal is aborted, after the child is gone.
 */
export async function run(command: Command, options: RunOptions = {}): Promise<RunResult> {
  throwIfCancelled(options.signal);
  const child = spawn(command.program, [...command.args], {
    cwd: options.cwd,
    env: { ...process.env, ...command.env },
    stdio: ["pipe", "pipe", "pipe"],
    // A process group of its own, so that plugins and helpers die with it.
    detached: process.platform !== "win32",
    shell: false,
    windowsHide: true,
  });
  living.add(child);
  let killer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    stop(child, "SIGTERM");
    killer = setTimeout(() => stop(child, "SIGKILL"), patience);
  };
  options.signal?.addEventListener("abort", onAbort, { once: true });
  let stdout = "";
  const tail: string[] = [];
  const line = (text: string) => {
    tail.push(text);
    if (tail.length > tailLength) tail.shift();
    options.onLine?.(text);
  };
  const out = lines(line);
  const err = lines(line);
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    if (stdout.length < 4_000_000) stdout += chunk;
    out.push(chunk);
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => err.push(chunk));
  // A child that ends before it has read its input is no reason to fall over.
  child.stdin.on("error", () => undefined);
  child.stdin.end(command.input ?? "");
  try {
    const [code, killed] = await new Promise<[number, NodeJS.Signals | null]>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exit, by) => resolve([exit ?? -1, by]));
    });
    out.end();
    err.end();
    if (options.signal?.aborted) throw cancelled();
    return { code, stdout, tail, ...(killed ? { killed } : {}) };
  } finally {
    clearTimeout(killer);
    options.signal?.removeEventListener("abort", onAbort);
    living.delete(child);
  }
}

/** Cuts a stream into lines; a carriage return begins a line anew, as on a terminal. */
function lines(onLine: (line: string) => void): { push(chunk: string): void; end(): void } {
  let rest = "";
  return {
    push(chunk) {
      const parts = (rest + chunk).split(/\r?\n|\r/);
      rest = parts.pop() ?? "";
      for (const part of parts) if (part !== "") onLine(part);
    },
    end() {
      if (rest !== "") onLine(rest);
      rest = "";
    },
  };
}
