import { elapsed } from "../core/base/elapsed";
import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { parseEnv } from "node:util";
import { SlipwayError } from "../core/base/errors";
import { isAlive } from "./alive";
import { makeFolder } from "./makeFolder";
import { systemClock } from "./clock";
import { stateFolder } from "./state";
import { readIfThere } from "./workspace";

/** A running sandbox: its environment variables, as its env file has them. */
export interface SandboxAddress {
  endpoint: string;
  environment: Record<string, string>;
}

export interface SandboxLease extends SandboxAddress {
  /** Gives the lease back; the sandbox stops after the last one. */
  release(): void;
  /** Called when the sandbox ended by itself. */
  onEnd(listener: () => void): void;
}

const startMilliseconds = 60_000;

/**
 * Joins the machine's sandbox, or starts it. One process serves every window and command line; it lives as long as
 * somebody holds a lease, which is an open connection and so ends with its holder.
 * @param program the sandbox's bundle
 */
export async function leaseSandbox(
  program: string,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<SandboxLease> {
  const folder = path.join(stateFolder(), "sandbox");
  await makeFolder(folder, 0o700);
  const envFile = path.join(folder, "env");
  const running = await addressFrom(envFile);
  const joined = running && (await lease(running, signal).catch(() => undefined));
  if (joined) return joined;
  await rm(envFile, { force: true });
  log("Starting the local sandbox");
  const logFile = path.join(folder, "sandbox.log");
  const output = openSync(logFile, "w", 0o600);
  const child = spawn(process.execPath, ["--", program, "--port", "0", "--env-file", envFile, "--leased"], {
    detached: true,
    stdio: ["ignore", output, output],
    // VS Code's own executable runs plain JavaScript only when it is told to.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
  });
  child.unref();
  const deadline = elapsed(systemClock) + startMilliseconds;
  for (;;) {
    const address = await addressFrom(envFile);
    const held = address && (await lease(address, signal).catch(() => undefined));
    if (held) return held;
    if (child.exitCode !== null || (child.pid !== undefined && !isAlive(child.pid)) || elapsed(systemClock) > deadline)
      throw await notStarted(logFile);
    await systemClock.sleep(100, signal);
  }
}

async function notStarted(logFile: string): Promise<SlipwayError> {
  const tail = (await readFile(logFile, "utf8").catch(() => ""))
    .trim()
    .split("\n")
    .filter((line) => !/SECRET|TOKEN/.test(line))
    .slice(-6);
  return new SlipwayError({
    code: "SandboxNotStarted",
    summary: "The local sandbox did not start.",
    evidence: tail,
    remedy: "The log says why.",
    actions: ["showLog", "retry"],
  });
}

async function addressFrom(envFile: string): Promise<SandboxAddress | undefined> {
  const environment = parseEnv((await readIfThere(envFile)) ?? "") as Record<string, string>;
  const endpoint = environment["AWS_ENDPOINT_URL"];
  return endpoint ? { endpoint, environment } : undefined;
}

function lease(address: SandboxAddress, signal: AbortSignal): Promise<SandboxLease> {
  return new Promise((resolve, reject) => {
    let listener: (() => void) | undefined;
    const request = http.get(`${address.endpoint}/_sandbox/lease`, {
      agent: false,
      headers: { "x-sandbox-token": address.environment["SLIPWAY_SANDBOX_TOKEN"] ?? "" },
    });
    const giveUp = (): void => void request.destroy(new Error("The sandbox does not answer."));
    const timer = setTimeout(giveUp, 5000);
    signal.addEventListener("abort", giveUp, { once: true });
    request.once("error", reject);
    request.once("response", (response) => {
      // From here on the open connection is the lease.
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
      if (response.statusCode !== 200) {
        request.destroy();
        reject(new Error(`The sandbox answered ${response.statusCode ?? "nothing"}`));
        return;
      }
      response.resume();
      response.once("close", () => listener?.());
      response.on("error", () => undefined);
      request.off("error", reject);
      request.on("error", () => undefined);
      // A lease alone must not keep a command line alive.
      response.socket.unref();
      resolve({
        ...address,
        release: () => {
          listener = undefined;
          request.destroy();
        },
        onEnd: (next) => {
          listener = next;
        },
      });
    });
  });
}

/**
 * Runs the sandbox in the foreground, on this terminal; gives its exit code. Unless it is told to write its variables
 * elsewhere, it becomes the machine's own: windows and command lines that choose "Local sandbox" join it.
 */
export async function runSandbox(program: string, args: readonly string[]): Promise<number> {
  const folder = path.join(stateFolder(), "sandbox");
  await makeFolder(folder, 0o700);
  const own = args.some((word) => word === "--env-file" || word.startsWith("--env-file="))
    ? []
    : ["--env-file", path.join(folder, "env")];
  const child = spawn(process.execPath, ["--", program, ...own, ...args], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
}

/** The certificate of a sandbox's authority, out of its file; undefined where none is named or it is gone. */
export function readAuthority(file: string | undefined): string | undefined {
  try {
    return file ? readFileSync(file, "utf8") : undefined;
  } catch {
    return undefined;
  }
}
