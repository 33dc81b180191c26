/** A container engine that does not see this machine's loopback, as one in a virtual machine does not: in a network of its own. */
import { spawn } from "node:child_process";
import path from "node:path";
import { temporaryDir } from "../../../scripts/paths";
import { run } from "../../../scripts/processes";
import { which } from "../../../scripts/systemPackages";
import { waitFor } from "../../../scripts/waiting";

export interface FarEngine {
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Undefined where a process cannot be given a network of its own. */
export async function startFarEngine(): Promise<FarEngine | undefined> {
  const [unshare, dockerd] = [which("unshare"), which("dockerd")];
  if (!unshare || !dockerd || (await run(unshare, ["-n", "true"])).code !== 0) return undefined;
  const folder = temporaryDir("far");
  const env = { DOCKER_HOST: `unix://${path.join(folder, "sock")}` };
  const at = (name: string) => path.join(folder, name);
  const child = spawn(
    unshare,
    [
      "-n",
      dockerd,
      "--data-root",
      at("data"),
      "--exec-root",
      at("exec"),
      "--pidfile",
      at("pid"),
      "--host",
      env.DOCKER_HOST,
      "--bridge",
      "none",
      "--iptables=false",
    ],
    { stdio: "ignore" },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  try {
    await waitFor(
      "the engine elsewhere to answer",
      async () =>
        (await run("docker", ["version"], { env: { ...process.env, ...env } })).code === 0 ? true : undefined,
      { timeoutMs: 60_000, intervalMs: 200 },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { env, stop };
}
