/** Containers on the local engine, by its command line: argument lists only, never a shell. */
import { lineOf } from "./logLines";
import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { ContainerDefinition, HealthCheck } from "../model/ecs.types";
import { engineSocket, useByApi, useInWords } from "./dockerUse";
import {
  EngineError,
  type ContainerEngine,
  type ContainerSpec,
  type ContainerUse,
  type Exit,
  type PullLogin,
  type RunningContainer,
} from "./engine";
import { registryOf, secretArguments } from "./engineSecrets";

const RUN_LABEL = "slipway.sandbox";
const PID_LABEL = "slipway.sandbox.pid";

interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs docker to its end, or until the signal ends it. */
async function docker(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = spawn("docker", args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      killSignal: "SIGKILL",
      ...(signal ? { signal } : {}),
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/** An engine that accepts and never answers keeps its client waiting for a minute. */
const answerMilliseconds = 3000;

/** Whether an engine answers. */
export async function engineAnswers(): Promise<boolean> {
  try {
    const asked = docker(["version", "--format", "{{.Server.Version}}"], {}, AbortSignal.timeout(answerMilliseconds));
    return (await asked).code === 0;
  } catch {
    return false;
  }
}

/**
 * Removes containers and volumes that sandboxes left which no longer run; `run` names one to remove whatever its
 * state.
 */
export async function sweep(run?: string): Promise<void> {
  const filter = run === undefined ? `label=${RUN_LABEL}` : `label=${RUN_LABEL}=${run}`;
  const dead = async (list: readonly string[], name: string): Promise<string[]> => {
    const listed = await docker([...list, "--filter", filter, "--format", `{{.${name}}} {{.Label "${PID_LABEL}"}}`]);
    return listed.stdout
      .split("\n")
      .filter(Boolean)
      .flatMap((line) => {
        const [id = "", pid = ""] = line.split(" ");
        return run !== undefined || !isAlive(Number(pid)) ? [id] : [];
      });
  };
  const containers = await dead(["ps", "--all", "--no-trunc"], "ID");
  if (containers.length > 0) await docker(["rm", "--force", "--volumes", ...containers]);
  const volumes = await dead(["volume", "ls"], "Name");
  if (volumes.length > 0) await docker(["volume", "rm", "--force", ...volumes]);
}

/** Takes references out of the engine; layers that others use stay. */
export async function removeImages(images: readonly string[]): Promise<void> {
  if (images.length > 0) await docker(["rmi", ...images]);
}

/**
 * Every reference to the registry on that host, whoever pulled, built or tagged it: they mean nothing once the
 * registry is gone.
 */
export async function imagesOf(host: string): Promise<string[]> {
  const listed = await docker([
    "images",
    "--no-trunc",
    "--digests",
    "--format",
    "{{.Repository}} {{.Tag}} {{.Digest}}",
  ]);
  const found = listed.stdout
    .split("\n")
    .filter((line) => line.startsWith(`${host}/`))
    .flatMap((line) => {
      const [repository = "", tag = "<none>", digest = "<none>"] = line.split(" ");
      return [
        ...(tag === "<none>" ? [] : [`${repository}:${tag}`]),
        ...(digest === "<none>" ? [] : [`${repository}@${digest}`]),
      ];
    });
  return [...new Set(found)];
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** What the daemon said, or the last line where the command line failed by itself. */
function sentence(text: string): string {
  const lines = text.trim().split("\n");
  const prefix = "Error response from daemon: ";
  return (lines.find((l) => l.startsWith(prefix)) ?? lines.at(-1) ?? "").replace(prefix, "");
}

function healthArgs(h: HealthCheck | undefined): string[] {
  if (!h) return [];
  const [kind, ...rest] = h.command;
  if (kind === "NONE") return ["--no-healthcheck"];
  // The command line knows only the shell form; CMD's own words are quoted so that the shell leaves them alone.
  const words =
    kind === "CMD-SHELL"
      ? rest.join(" ")
      : (kind === "CMD" ? rest : h.command).map((w) => `'${w.replaceAll("'", `'\\''`)}'`).join(" ");
  return [
    "--health-cmd",
    words,
    "--health-interval",
    `${h.interval ?? 30}s`,
    "--health-timeout",
    `${h.timeout ?? 5}s`,
    "--health-retries",
    String(h.retries ?? 3),
    "--health-start-period",
    `${h.startPeriod ?? 0}s`,
  ];
}

/** The arguments of `docker create` after the network ones. */
function limits(spec: ContainerSpec): string[] {
  const c: ContainerDefinition = spec.definition;
  const memory = c.memory ?? spec.memoryMiB;
  return [
    "--memory",
    `${Math.max(6, memory)}m`,
    "--memory-swap",
    `${Math.max(6, memory)}m`,
    "--cpus",
    String(Math.max(0.01, spec.cpus)),
    ...(c.cpu ? ["--cpu-shares", String(Math.max(2, c.cpu))] : []),
    ...(c.memoryReservation ? ["--memory-reservation", `${c.memoryReservation}m`] : []),
    ...(c.user ? ["--user", c.user] : []),
    ...(c.workingDirectory ? ["--workdir", c.workingDirectory] : []),
    ...(c.readonlyRootFilesystem ? ["--read-only"] : []),
    ...(c.linuxParameters?.initProcessEnabled ? ["--init"] : []),
    ...(c.pseudoTerminal ? ["--tty"] : []),
    ...(c.interactive ? ["--interactive"] : []),
    ...(c.linuxParameters?.tmpfs ?? []).flatMap((t) => [
      "--tmpfs",
      `${t.containerPath}:size=${t.size}m${(t.mountOptions ?? []).map((o) => `,${o}`).join("")}`,
    ]),
    ...(c.linuxParameters?.capabilities?.drop ?? []).flatMap((x) => ["--cap-drop", x]),
    ...(c.linuxParameters?.capabilities?.add ?? []).flatMap((x) => ["--cap-add", x]),
    ...(c.ulimits ?? []).flatMap((u) => ["--ulimit", `${u.name}=${u.softLimit}:${u.hardLimit}`]),
    ...spec.mounts.flatMap((m) => [
      "--mount",
      `type=volume,source=${volumeName(spec.taskId, m.volume)},target=${m.path}${m.readOnly ? ",readonly" : ""}`,
    ]),
    ...Object.entries(c.dockerLabels ?? {}).flatMap(([k, v]) => ["--label", `${k}=${v}`]),
    ...healthArgs(c.healthCheck),
    "--stop-signal",
    "SIGTERM",
  ];
}

/** The engine's name for a volume of a task. */
const volumeName = (taskId: string, volume: string): string => `slipway-sandbox-${taskId}-${volume}`;

export class DockerEngine implements ContainerEngine {
  readonly kind = "container";
  private auths: Readonly<Record<string, { readonly auth: string }>> = {};
  private readonly pulled = new Map<string, Promise<void>>();
  private address: Promise<string> | undefined;

  constructor(
    private readonly run_: string,
    /** A private configuration folder: the registry's password never enters the person's own. */
    private readonly config: string,
    private readonly registry: () => string,
  ) {
    mkdirSync(config, { recursive: true, mode: 0o700 });
  }

  private env(): Record<string, string> {
    return { DOCKER_CONFIG: this.config };
  }

  async pull(image: string, login: PullLogin | undefined): Promise<void> {
    // Pulls of one image share their work; a failed one is not remembered.
    const running = this.pulled.get(image) ?? this.pullNow(image, login);
    this.pulled.set(image, running);
    try {
      await running;
    } finally {
      this.pulled.delete(image);
    }
  }

  private async pullNow(image: string, login: PullLogin | undefined): Promise<void> {
    if (login === undefined && (await docker(["image", "inspect", image, "--format", "{{.Id}}"])).code === 0) return;
    if (login !== undefined) {
      const auth = Buffer.from(`${login.username}:${login.password}`).toString("base64");
      const host = registryOf(image);
      // The account's own stays known beside the other one.
      const auths = { ...(host === this.registry() ? {} : this.auths), [host]: { auth } };
      if (host === this.registry()) this.auths = auths;
      writeFileSync(path.join(this.config, "config.json"), JSON.stringify({ auths }), { mode: 0o600 });
    }
    const out = await docker(["pull", "--quiet", image], { ...(await this.host()), ...this.env() });
    if (out.code !== 0) throw new EngineError(sentence(out.stderr));
  }

  /** The engine's address: a private configuration folder hides the current context. */
  private async host(): Promise<Record<string, string>> {
    if (process.env["DOCKER_HOST"]) return {};
    const out = await docker(["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]);
    const host = out.stdout.trim();
    return out.code === 0 && host !== "" ? { DOCKER_HOST: host } : {};
  }

  async run(spec: ContainerSpec, line: (text: string, at: number) => void): Promise<RunningContainer> {
    const c = spec.definition;
    const entry = c.entryPoint?.length ? c.entryPoint : undefined;
    const network =
      spec.network === undefined
        ? spec.publish.flatMap((p) => ["--publish", `127.0.0.1::${p}`])
        : ["--network", `container:${spec.network}`];
    const secrets = secretArguments(spec.secrets, this.config);
    const create = [
      "create",
      "--pull",
      "never",
      "--label",
      `${RUN_LABEL}=${this.run_}`,
      "--label",
      `${PID_LABEL}=${process.pid}`,
      "--label",
      `slipway.sandbox.task=${spec.taskId}`,
      ...network,
      ...limits(spec),
      ...Object.entries(spec.environment).flatMap(([k, v]) => ["--env", `${k}=${v}`]),
      ...secrets.args,
      ...(entry ? ["--entrypoint", entry[0] ?? ""] : []),
      spec.image,
      ...(entry ? entry.slice(1) : []),
      ...(spec.command ?? []),
    ];
    const created = await docker(create, secrets.env).finally(secrets.done);
    const id = created.stdout.trim();
    if (created.code !== 0) throw new EngineError(`CannotCreateContainerError: ${sentence(created.stderr)}`);
    const exited = this.watch(id, line, docker(["start", id]));
    const started = await exited.started;
    if (started.code !== 0) {
      await docker(["rm", "--force", "--volumes", id]);
      throw new EngineError(`CannotStartContainerError: ${sentence(started.stderr)}`);
    }
    const startedAt = Date.now();
    return {
      id,
      startedAt,
      use: this.uses(id, startedAt),
      published: await this.ports(id, spec.publish),
      exited: exited.exit,
      stop: async (seconds) => void (await docker(["stop", "--time", String(Math.max(0, Math.round(seconds))), id])),
      health: async () =>
        health(
          (
            await docker(["inspect", id, "--format", "{{if .State.Health}}{{.State.Health.Status}}{{end}}"])
          ).stdout.trim(),
        ),
      remove: async () => void (await docker(["rm", "--force", "--volumes", id])),
    };
  }

  /** How the container's use is read; by the command line it is the moment's share, taken for all the time before. */
  private uses(id: string, startedAt: number): () => Promise<ContainerUse | undefined> {
    let cpuNs = 0;
    let before = startedAt;
    return async () => {
      this.address ??= this.host().then((env) => env["DOCKER_HOST"] ?? process.env["DOCKER_HOST"] ?? "");
      const socket = engineSocket(await this.address);
      if (socket) return useByApi(socket, id);
      const out = await docker(["stats", "--no-stream", "--format", "{{json .}}", id]);
      const found = useInWords(out.stdout.trim());
      if (!found) return undefined;
      const at = Date.now();
      cpuNs += (found.cpuPercent / 100) * (at - before) * 1e6;
      before = at;
      return { cpuNs, at, memoryBytes: found.memoryBytes };
    };
  }

  async addVolumes(taskId: string, volumes: readonly string[]): Promise<void> {
    for (const v of volumes)
      await docker([
        "volume",
        "create",
        "--label",
        `${RUN_LABEL}=${this.run_}`,
        "--label",
        `${PID_LABEL}=${process.pid}`,
        volumeName(taskId, v),
      ]);
  }

  async removeVolumes(taskId: string, volumes: readonly string[]): Promise<void> {
    if (volumes.length > 0) await docker(["volume", "rm", "--force", ...volumes.map((v) => volumeName(taskId, v))]);
  }

  private watch(
    id: string,
    line: (text: string, at: number) => void,
    started: Promise<Output>,
  ): { started: Promise<Output>; exit: Promise<Exit> } {
    const exit = started.then(async (s): Promise<Exit> => {
      if (s.code !== 0) return { code: 1, oom: false };
      const logs = spawn("docker", ["logs", "--follow", "--timestamps", id], { stdio: ["ignore", "pipe", "pipe"] });
      const over = new Promise<void>((resolve) => logs.on("close", () => resolve()));
      for (const stream of [logs.stdout, logs.stderr]) {
        stream.setEncoding("latin1");
        createInterface({ input: stream }).on("line", (bytes) => {
          const { text, at } = lineOf(bytes);
          line(text, at);
        });
      }
      logs.on("error", () => undefined);
      await docker(["wait", id]);
      // The follower ends with the container; half a second is for its last lines.
      await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 500).unref())]);
      logs.kill();
      const state = await docker(["inspect", id, "--format", "{{.State.ExitCode}} {{.State.OOMKilled}}"]);
      const [code = "137", oom] = state.stdout.trim().split(" ");
      return { code: Number(code === "" ? 137 : code), oom: oom === "true" };
    });
    return { started, exit };
  }

  private async ports(id: string, wanted: readonly number[]): Promise<Map<number, number>> {
    if (wanted.length === 0) return new Map();
    const out = await docker(["inspect", id, "--format", "{{json .NetworkSettings.Ports}}"]);
    const bindings = JSON.parse(out.stdout || "{}") as Readonly<
      Record<string, readonly { HostIp: string; HostPort: string }[] | null>
    > | null;
    return new Map(
      wanted.flatMap((p) => {
        const bound = bindings?.[`${p}/tcp`]?.find((b) => b.HostIp === "127.0.0.1");
        return bound ? [[p, Number(bound.HostPort)] as const] : [];
      }),
    );
  }

  async close(): Promise<void> {
    await sweep(this.run_);
    await removeImages(await imagesOf(this.registry()));
    rmSync(this.config, { recursive: true, force: true });
  }
}

function health(status: string): string {
  return status === "healthy" ? "HEALTHY" : status === "unhealthy" ? "UNHEALTHY" : "UNKNOWN";
}
