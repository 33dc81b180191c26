/**
 * What the end-to-end specs run on: one server and one browser for each VS Code version (and environment) of a run, with
 * the VSIX installed. No token is left out and no test flag is set, so VS Code asks what it would ask a person.
 */
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { ensureBrowser, launchBrowser } from "../../scripts/browser";
import { provenByCanary } from "../../scripts/canary";
import { installVsCode, type VsCodeName } from "../../scripts/codeServer";
import { installVsix, startCodeServer, type CodeServer } from "../../scripts/codeServerProcess";
import { ensureEngine, type Engine } from "../../scripts/engine";
import { ensureDir, projectRoot, resultsDir, temporaryDir } from "../../scripts/paths";
import { run } from "../../scripts/processes";
import { startSandbox, type Sandbox } from "../../scripts/sandbox";
import { packageVsix } from "../../scripts/vsix";
import { waitFor } from "../../scripts/waiting";

/** What makes a server another one: everything that is fixed once it runs. */
export interface HostOptions {
  /** `current` unless given. */
  readonly vscode?: VsCodeName;
  /** The extension host's environment, such as a sandbox's `env`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The logs of this process: several may run specs side by side (scripts/stages.ts). */
const evidenceDir = (): string => ensureDir(path.join(resultsDir, process.env["SLIPWAY_PART"] ?? "e2e"));

const servers = new Map<string, Promise<CodeServer>>();
let browser: Promise<Browser> | undefined;
let engine: Promise<Engine | undefined> | undefined;
let sandbox: Promise<Sandbox> | undefined;

/** The run's one browser. */
export function theBrowser(): Promise<Browser> {
  browser ??= (async () => {
    const executable = await ensureBrowser();
    if (!executable) throw new Error("there is no Chromium on this machine");
    return launchBrowser(executable);
  })();
  return browser;
}

/** The run's container engine; undefined where there is none (specs that need one skip themselves). */
export function theEngine(): Promise<Engine | undefined> {
  engine ??= ensureEngine();
  return engine;
}

/** The run's one sandbox, with real containers where there is an engine. */
export function theSandbox(): Promise<Sandbox> {
  sandbox ??= (async () => startSandbox(await theEngine(), path.join(evidenceDir(), "sandbox.log")))();
  return sandbox;
}

/** A profile that leads to the run's sandbox as any profile leads to AWS: with keys, a region and an endpoint. */
export const profileName = "second";
let profileFile: Promise<string> | undefined;

async function writeProfile(): Promise<string> {
  const { env, url } = await theSandbox();
  const file = path.join(temporaryDir("aws"), "config");
  const lines = {
    region: "eu-west-1",
    endpoint_url: url,
    aws_access_key_id: env["AWS_ACCESS_KEY_ID"],
    aws_secret_access_key: env["AWS_SECRET_ACCESS_KEY"],
  };
  writeFileSync(
    file,
    `[profile ${profileName}]\n${Object.entries(lines)
      .map(([name, value]) => `${name} = ${value ?? ""}\n`)
      .join("")}`,
    { mode: 0o600 },
  );
  return file;
}

/** The environment that makes Slipway in VS Code reach the run's sandbox and engine. */
export async function sandboxEnvironment(): Promise<Readonly<Record<string, string>>> {
  profileFile ??= writeProfile();
  return { ...(await theSandbox()).stateEnv, ...(await theEngine())?.env, AWS_CONFIG_FILE: await profileFile };
}

/** The server for these options; started once, then shared by all specs that ask for the same. */
export function theServer(options: HostOptions): Promise<CodeServer> {
  const key = JSON.stringify([options.vscode ?? "current", Object.entries(options.env ?? {}).sort()]);
  let server = servers.get(key);
  if (!server) servers.set(key, (server = startServer(options, servers.size)));
  return server;
}

async function startServer({ vscode: name = "current", env }: HostOptions, index: number): Promise<CodeServer> {
  const vscode = await installVsCode(name);
  const executable = await ensureBrowser();
  if (executable) await provenByCanary(vscode, executable);
  const dataDir = temporaryDir("e2e");
  const extensionsDir = ensureDir(path.join(dataDir, "extensions"));
  await installVsix(vscode, process.env["SLIPWAY_VSIX"] ?? (await packageVsix()), dataDir, extensionsDir);
  const home = ensureDir(path.join(dataDir, "home"));
  const logFile = path.join(evidenceDir(), `server-${name}-${index}.log`);
  // A person's own AWS configuration must not reach a test, nor a test's reach the person.
  const own = {
    HOME: home,
    // VS Code's sockets and its TypeScript server's files stay where they are made; so they are made in what is removed.
    TMPDIR: ensureDir(path.join(dataDir, "t")),
    AWS_CONFIG_FILE: path.join(home, ".aws", "config"),
    AWS_SHARED_CREDENTIALS_FILE: path.join(home, ".aws", "credentials"),
  };
  return startCodeServer(vscode, {
    dataDir,
    extensionsDir,
    env: { ...own, ...env },
    logFile,
    reconnectionGraceSeconds: 5,
  });
}

/** Stops every server; the browser, sandbox and engine go with the process (see `main` and the root hook in harness.ts). */
export async function stopServers(): Promise<void> {
  const all = [...servers.values()];
  servers.clear();
  await Promise.allSettled(all.map(async (server) => (await server).stop()));
}

/** Removes everything that a former spec left on the server's side. The page must be closed. */
export async function freshUserData(server: CodeServer): Promise<void> {
  await waitFor(
    "the extension host of the former spec to end",
    async () => (await extensionHosts(server.process.pid)).length === 0,
    { timeoutMs: 20_000 },
  );
  for (const name of ["User", "Machine", "Workspaces", "logs"])
    rmSync(path.join(server.dataDir, "data", name), { recursive: true, force: true });
  ensureDir(server.userDir);
}

/** A copy of the sample application, or of another folder, in a folder of its own. */
export function workspaceCopy(source = path.join(projectRoot, "scripts", "sample")): string {
  const folder = path.join(temporaryDir("ws"), path.basename(source));
  cpSync(source, folder, { recursive: true });
  return folder;
}

/** The process ids of the extension hosts below a server. */
async function extensionHosts(serverPid: number): Promise<number[]> {
  return (await processes())
    .filter(({ group, command }) => group === serverPid && command.includes("--type=extensionHost"))
    .map(({ pid }) => pid);
}

/** All processes; from /proc where there is one, since small machines lack `ps`. */
async function processes(): Promise<{ pid: number; group: number; command: string }[]> {
  if (!existsSync("/proc/self/stat")) {
    const listing = await run("ps", ["-A", "-o", "pid=,pgid=,command="]);
    const lines = listing.stdout.split("\n").map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line));
    return lines.flatMap((match) =>
      match ? [{ pid: Number(match[1]), group: Number(match[2]), command: match[3]! }] : [],
    );
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // "pid (name) state ppid pgrp …": the name may hold anything, so fields are counted from its closing bracket.
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const group = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
        return [
          { pid: Number(name), group, command: readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ") },
        ];
      } catch {
        return []; // it has ended meanwhile
      }
    });
}
