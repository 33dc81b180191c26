/** Slipway's command line as a person runs it: the built bundle, in a process of its own. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import type { Readable } from "node:stream";
import { ensureDir, localCache, projectRoot } from "../../../scripts/paths";

let frozen: string | undefined;

/**
 * A copy of the build, made once: a rebuild meanwhile must not change what is being tested. Its path is always the same for
 * the same build, since V8's compiled code is kept by path.
 */
export function distFolder(): string {
  if (frozen) return frozen;
  const dist = path.join(projectRoot, "dist");
  const hash = createHash("sha256");
  for (const name of readdirSync(dist).sort()) hash.update(name).update(readFileSync(path.join(dist, name)));
  const copies = ensureDir(path.join(localCache, "frozen"));
  const copy = path.join(copies, hash.digest("hex").slice(0, 16));
  if (!existsSync(copy)) {
    const staging = mkdtempSync(path.join(copies, "tmp-"));
    cpSync(dist, staging, { recursive: true });
    try {
      renameSync(staging, copy);
    } catch (error) {
      // Another process was quicker; what it copied is the same.
      rmSync(staging, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
    removeOld(copies, copy);
  }
  return (frozen = copy);
}

/** Copies that nobody has made for a day: a run that uses one is not that old. */
function removeOld(copies: string, except: string): void {
  const dayAgo = Date.now() - 24 * 3600_000;
  for (const name of readdirSync(copies)) {
    const copy = path.join(copies, name);
    if (copy !== except && (statSync(copy, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < dayAgo)
      rmSync(copy, { recursive: true, force: true });
  }
}

export interface ErrorReport {
  readonly code: string;
  readonly summary: string;
  readonly evidence?: readonly string[];
  readonly remedy?: string;
  /** The line counts from zero. */
  readonly location?: { readonly file: string; readonly line: number };
}

/** The last line of `--format json`. */
export interface CliResult {
  readonly outcome: string;
  readonly url: string | null;
  readonly resources: readonly {
    readonly kind: string;
    readonly name: string;
    readonly arn: string;
    readonly origin: string;
  }[];
  readonly error?: ErrorReport;
}

export interface CliEvent {
  readonly type: string;
  readonly at: number;
  readonly step?: string;
  readonly state?: string;
  readonly message?: string;
}

export interface Finished {
  /** 128 + the signal's number for one that was killed. */
  readonly code: number;
  readonly lines: readonly string[];
  readonly stderr: string;
}

/** A command line that runs. */
export interface RunningCli {
  readonly pid: number;
  readonly exited: Promise<Finished>;
  kill(signal: NodeJS.Signals): void;
  /** What reads its output goes away, as `head` does. */
  stopReading(): void;
  /** Resolves with the first event that fits; rejects when the process ends before. */
  event(fits: (event: CliEvent) => boolean): Promise<CliEvent>;
}

/** Starts `slipway` with these arguments. Its environment is `env` alone, besides PATH, HOME and where the engine is. */
export function startCli(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  program = path.join(distFolder(), "cli.js"),
): RunningCli {
  const { PATH, HOME, TMPDIR, DOCKER_HOST, NODE_COMPILE_CACHE } = process.env;
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(process.execPath, [program, ...args], {
    env: {
      PATH,
      HOME,
      ...(TMPDIR === undefined ? {} : { TMPDIR }),
      ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }),
      ...(DOCKER_HOST === undefined ? {} : { DOCKER_HOST }),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const waiting = new Set<{
    fits: (event: CliEvent) => boolean;
    resolve: (event: CliEvent) => void;
    reject: (error: Error) => void;
  }>();
  const take = (line: string): void => {
    lines.push(line);
    const event = parse(line) as CliEvent | undefined;
    if (!event) return;
    for (const waiter of [...waiting]) {
      if (!waiter.fits(event)) continue;
      waiting.delete(waiter);
      waiter.resolve(event);
    }
  };
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    parts.forEach(take);
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  const exited = new Promise<Finished>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (rest !== "") take(rest);
      const tail = `${lines.slice(-5).join("\n")}\n${stderr}`;
      for (const waiter of waiting)
        waiter.reject(new Error(`slipway ended with ${code ?? signal ?? "?"} before the event came:\n${tail}`));
      resolve({ code: code ?? 128 + (signal === "SIGKILL" ? 9 : 15), lines, stderr });
    });
  });
  return {
    pid: child.pid ?? 0,
    exited,
    kill: (signal) => void child.kill(signal),
    stopReading: () => void child.stdout.destroy(),
    event: (fits) => {
      const known = lines.map((line) => parse(line) as CliEvent | undefined).find((event) => event && fits(event));
      if (known) return Promise.resolve(known);
      return new Promise((resolve, reject) => waiting.add({ fits, resolve, reject }));
    },
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

/** The object in the last line of a finished command line. */
export function resultOf<T = CliResult>(finished: Finished): T {
  const last = parse(finished.lines.at(-1) ?? "");
  if (last === undefined)
    throw new Error(
      `slipway's last line is no object (exit code ${finished.code}):\n${finished.lines.slice(-5).join("\n")}\n${finished.stderr}`,
    );
  return last as T;
}

/** All events that a finished command line has printed. */
export const eventsOf = (finished: Finished): CliEvent[] =>
  finished.lines.flatMap((line) => (parse(line) as CliEvent | undefined) ?? []);

/** What can be read where an assertion on a run fails. */
export const accountOf = (finished: Finished): string =>
  `exit code ${finished.code}\n${finished.lines.slice(-6).join("\n").slice(0, 4000)}\n${finished.stderr}`;
