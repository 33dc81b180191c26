/** The endpoint under test: a sandbox that the suite starts itself, or the one that SLIPWAY_CONTRACT_TARGET names. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { parseEnv } from "node:util";

export const TARGET = process.env["SLIPWAY_CONTRACT_TARGET"];
const BUNDLE = process.env["SLIPWAY_SANDBOX_BUNDLE"] ?? path.resolve("dist/sandbox.js");

export interface Endpoint {
  readonly url: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly token: string;
  readonly pid: number | undefined;
  readonly state: string;
  /** What the aws command line needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

function targetEndpoint(url: string): Endpoint {
  const accessKeyId = process.env["AWS_ACCESS_KEY_ID"] ?? "test";
  const secretAccessKey = process.env["AWS_SECRET_ACCESS_KEY"] ?? "test";
  const sessionToken = process.env["AWS_SESSION_TOKEN"];
  const region = process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"] ?? "us-east-1";
  return {
    url,
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
    token: process.env["SLIPWAY_SANDBOX_TOKEN"] ?? "",
    pid: undefined,
    state: "",
    stop: async () => Promise.resolve(null),
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
    },
  };
}

const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => child.kill()));

/** Starts a sandbox with the given arguments and waits for its `ready` line; a state folder that is given stays. */
export async function startSandbox(
  args: readonly string[] = ["--tasks", "simulated"],
  given?: string,
): Promise<Endpoint> {
  const state = given ?? mkdtempSync(path.join(tmpdir(), "slipway-contract-"));
  if (!existsSync(BUNDLE)) throw new Error(`${BUNDLE} is missing: run npm run build first`);
  // Node reads --env-file itself unless its own options end first.
  const child: ChildProcess = spawn(process.execPath, ["--", BUNDLE, "--port", "0", "--state", state, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const env: Record<string, string> = {};
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the sandbox ended with ${code} before it was ready`)));
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("export ")) Object.assign(env, parseEnv(line));
      if (line.startsWith("ready ")) resolve();
    });
  });
  child.removeAllListeners("exit");
  // A process that ends before its hooks have run must not be held open by the sandbox, and the sandbox not outlive it.
  child.unref();
  (child.stdout as Socket | null)?.unref();
  running.add(child);
  child.once("exit", () => running.delete(child));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    url: env["AWS_ENDPOINT_URL"] ?? "",
    region: env["AWS_REGION"] ?? "",
    token: env["SLIPWAY_SANDBOX_TOKEN"] ?? "",
    env,
    pid: child.pid,
    state,
    credentials: { accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "", secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "" },
    stop: async (signal = "SIGTERM") => {
      child.ref();
      child.kill(signal);
      const code = await exited;
      if (given === undefined && signal !== "SIGKILL") rmSync(state, { recursive: true, force: true });
      return code;
    },
  };
}

/** A name of this run's own: another endpoint keeps what earlier runs made. */
export const RUN = TARGET === undefined ? "contract" : `contract-${Date.now().toString(36)}`;

let shared: Promise<Endpoint> | undefined;

/** The one endpoint that most of the suite shares. */
export async function endpoint(): Promise<Endpoint> {
  shared ??= TARGET === undefined ? startSandbox() : Promise.resolve(targetEndpoint(TARGET));
  return shared;
}

// Here and not in a file of its own: whichever specs are chosen to run, what they share is put away.
after(async () => {
  if (shared) await (await shared).stop();
  shared = undefined;
});

/** A control request of the sandbox. */
export async function control(e: Endpoint, method: string, name: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${e.url}/_sandbox/${name}`, {
    method,
    headers: { "x-sandbox-token": e.token },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${name}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Waits until `probe` gives something, looking every 50 ms at first and every half second in the end: AWS's rates hold here too. */
export async function until<T>(what: string, probe: () => Promise<T | undefined | false>, ms = 20_000): Promise<T> {
  const end = Date.now() + ms;
  for (let pause = 50; ; pause = Math.min(500, pause * 1.2)) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`${what} did not come within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
