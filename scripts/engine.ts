/**
 * A container engine: the one that answers, else (as root) a dockerd of our own with everything of its own. Several
 * runs share ours by leases; the last to leave stops it. An engine that we did not start is never stopped or changed.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { withLock } from "./lock";
import { ensureDir, machineCache, systemTemp } from "./paths";
import { onShutdown, pidAlive, run } from "./processes";
import { say, step, warn } from "./say";
import { ensureSystemPackages, which } from "./systemPackages";
import { Final, waitFor } from "./waiting";

/** An engine that answers. */
export interface Engine {
  /** What the docker command line and everything that starts it needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
  /** True for a dockerd that this project's scripts started. */
  readonly ours: boolean;
}

/** Where our own engine keeps what is running; short, since unix sockets must be. Its images stay in the cache. */
const runDir = path.join(systemTemp().length > 20 ? "/tmp" : systemTemp(), `slipway-engine-${process.getuid?.() ?? 0}`);
const socket = path.join(runDir, "docker.sock");
const pidFile = path.join(runDir, "dockerd.pid");
const leases = path.join(runDir, "leases");
const bridge = "slipway0";

/**
 * Finds or starts an engine, and holds on to it until this process shuts down.
 *
 * @returns undefined when there is none; why has been said, and callers go on with simulated tasks
 */
export async function ensureEngine(): Promise<Engine | undefined> {
  const given = await answering({});
  if (given) return { env: {}, version: given, ours: false };
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    warn(
      "no container engine answers (docker version): tasks are SIMULATED, no container runs. Start Docker (or set DOCKER_HOST) and try again.",
    );
    return undefined;
  }
  if (!(await ensureSystemPackages("engine"))) {
    warn("no container engine: tasks are SIMULATED, no container runs");
    return undefined;
  }
  try {
    return await ownEngine();
  } catch (error) {
    warn(`a container engine could not be started: ${error instanceof Error ? error.message : String(error)}`);
    warn("tasks are SIMULATED, no container runs");
    return undefined;
  }
}

/** The server's version if an engine answers under this environment. */
async function answering(env: Readonly<Record<string, string>>): Promise<string | undefined> {
  if (!which("docker")) return undefined;
  const done = await run("docker", ["version", "--format", "{{.Server.Version}}"], {
    env: { ...process.env, ...env },
    timeoutMs: 10_000,
  });
  return done.code === 0 ? done.stdout.trim() : undefined;
}

async function ownEngine(): Promise<Engine> {
  const env = { DOCKER_HOST: `unix://${socket}` };
  // Before it is started: who is interrupted in the middle must still put it away (release waits for our own lock).
  onShutdown("release the container engine", release);
  const version = await withLock(ensureDir(runDir), "engine", async () => {
    ensureDir(leases);
    const found = await answering(env);
    const ready = found ?? (await step("starting a container engine of our own", startDockerd));
    if (found) say(`using the container engine that is already running for Slipway (${found})`);
    writeFileSync(path.join(leases, String(process.pid)), "");
    return ready;
  });
  return { env, version, ours: true };
}

async function startDockerd(): Promise<string> {
  await stopDockerd();
  const haveBridge = await makeBridge();
  const args = [
    "--data-root",
    ensureDir(path.join(machineCache(), "engine")),
    "--exec-root",
    path.join(runDir, "exec"),
  ];
  args.push("--pidfile", pidFile, "--host", `unix://${socket}`, ...(haveBridge ? ["--bridge", bridge] : []));
  const logFile = path.join(runDir, "dockerd.log");
  const log = openSync(logFile, "w");
  // Not registered as a child to be stopped: another run may still hold a lease on it when this one ends.
  const child = spawn(which("dockerd") ?? "dockerd", args, {
    detached: true,
    stdio: ["ignore", log, log],
    // It may outlive this run, and with that the run's temporary folder.
    env: { ...process.env, TMPDIR: systemTemp() },
  });
  child.on("error", () => undefined);
  child.unref();
  const tail = () => readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-8).join("\n");
  try {
    return await waitFor(
      "dockerd to answer",
      () =>
        child.exitCode === null
          ? answering({ DOCKER_HOST: `unix://${socket}` })
          : Promise.reject(new Final("dockerd has ended")),
      { timeoutMs: 60_000, intervalMs: 200, evidence: tail },
    );
  } catch (error) {
    await stopDockerd();
    throw error;
  }
}

/**
 * A bridge of our own: docker0 may belong to another dockerd, and two that hand out addresses on one bridge collide.
 * The first of the private ranges below that no route uses is taken.
 */
async function makeBridge(): Promise<boolean> {
  const ip = which("ip");
  if (!ip) return false;
  const routes = (await run(ip, ["-4", "route", "show", "table", "all"])).stdout;
  const range = ["172.29", "172.28", "192.168", "10.213"]
    .map((prefix) => `${prefix}.213`)
    .find((prefix) => !routes.includes(`${prefix}.`));
  if (!range) return false;
  await run(ip, ["link", "delete", bridge]);
  const commands = [
    ["link", "add", "name", bridge, "type", "bridge"],
    ["addr", "add", `${range}.1/24`, "dev", bridge],
    ["link", "set", bridge, "up"],
  ];
  for (const command of commands) if ((await run(ip, command)).code !== 0) return false;
  return true;
}

/** Gives up this process's lease; the last one stops the engine. Leases of processes that were killed do not count. */
async function release(): Promise<void> {
  await withLock(runDir, "engine", async () => {
    rmSync(path.join(leases, String(process.pid)), { force: true });
    for (const pid of readdirSync(leases)) {
      if (pidAlive(Number(pid))) return;
      rmSync(path.join(leases, pid), { force: true });
    }
    await stopDockerd();
  });
}

/** Stops our dockerd by its id, after making sure that the id is still that of our dockerd, and removes its bridge. */
async function stopDockerd(): Promise<void> {
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8")) : 0;
  if (pid > 0 && isOurs(pid)) {
    process.kill(pid, "SIGTERM");
    await waitFor("dockerd to stop", () => !pidAlive(pid), { timeoutMs: 20_000, intervalMs: 100 }).catch(() =>
      process.kill(pid, "SIGKILL"),
    );
  }
  const ip = which("ip");
  if (ip) await run(ip, ["link", "delete", bridge]);
  rmSync(pidFile, { force: true });
  rmSync(socket, { force: true });
  mkdirSync(leases, { recursive: true });
}

function isOurs(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(pidFile);
  } catch {
    return false;
  }
}
