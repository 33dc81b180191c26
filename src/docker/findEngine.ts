/** The engine as its own command line finds it: its environment, its contexts, its configuration. */
import { stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { errorCode, isCancelled, SlipwayError } from "../core/base/errors";
import type { EngineInfo } from "../core/ports/machine";
import { type Command, type EngineAddress } from "./commands";
import { plainArgument } from "./plainArgument";
import { run, type RunResult } from "./run";

const programs = ["docker", "podman", "finch", "nerdctl"] as const;
/** An engine that runs says its version within a second, one that is waking up within a few. */
const answerMilliseconds = 6000;

export interface Found {
  address: EngineAddress;
  info: EngineInfo;
}

/**
 * Throws EngineMissing, EngineNotRunning or EngineNotAnswering.
 * @param wanted the program, when the person has said which
 * @param patience milliseconds
 */
export async function findEngine(
  wanted: string | undefined,
  signal: AbortSignal | undefined,
  patience = answerMilliseconds,
): Promise<Found> {
  for (const program of wanted === undefined ? programs : [plainArgument(wanted, "The engine's path")]) {
    const named = programs.find((name) => path.basename(program).replace(/\.exe$/, "") === name) ?? "docker";
    try {
      // The template, not "json": clients before 23 would print that word.
      const result = await answered(program, ["version", "--format", "{{json .}}"], signal, patience);
      const answer = result && parseVersion(result.stdout);
      if (!result) throw await notAnswering(program, named, patience, signal);
      if (result.code !== 0 || !answer) throw await notRunning(program, named, result.tail, signal);
      // Some systems give Podman's program the other one's name.
      const kind = answer.isPodman ? "podman" : named;
      const architecture = /arm64|aarch64/.test(answer.architecture) ? "ARM64" : "X86_64";
      const place = kind === "docker" ? await dockerPlace(program, signal) : undefined;
      const buildx = kind !== "docker" || (await answered(program, ["buildx", "version"], signal))?.code === 0;
      // Clients before 23 have BuildKit built in; later ones have it in the buildx plugin alone. Podman has no BuildKit
      // behind its socket: its own builder takes what a client without BuildKit sends.
      const buildkit = kind !== "docker" || ((buildx || answer.client < 23) && !answer.serverIsPodman);
      return {
        address: {
          program,
          kind,
          ...(place?.host === undefined ? {} : { host: place.host }),
          ...(place && Object.keys(place.tls).length > 0 ? { tls: place.tls } : {}),
          ...(buildx ? {} : { withoutBuildx: true }),
        },
        info: {
          name: kind,
          version: answer.version,
          architecture,
          builder: buildkit ? "buildkit" : "classic",
          ...(buildkit || answer.serverIsPodman ? {} : { withoutBuildKit: "noBuildx" as const }),
        },
      };
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
    }
  }
  throw new SlipwayError({
    code: "EngineMissing",
    summary:
      wanted === undefined
        ? "There is no container engine on this machine: neither docker nor podman, finch or nerdctl was found."
        : `There is no container engine at ${wanted}.`,
    remedy:
      wanted === undefined ? "Install Docker or Podman, then try again." : "Correct the setting slipway.engine.path.",
    actions: ["retry", "openDocs"],
  });
}

/** Undefined where there was no answer in time. */
async function answered(
  program: string,
  args: Command["args"],
  signal: AbortSignal | undefined,
  patience = answerMilliseconds,
): Promise<RunResult | undefined> {
  const late = AbortSignal.timeout(patience);
  try {
    return await run({ program, args }, { signal: signal ? AbortSignal.any([signal, late]) : late });
  } catch (error) {
    if (isCancelled(error) && late.aborted && signal?.aborted !== true) return undefined;
    throw error;
  }
}

interface Answer {
  version: string;
  architecture: string;
  /** The client's major version. */
  client: number;
  isPodman: boolean;
  serverIsPodman: boolean;
}

function parseVersion(text: string): Answer | undefined {
  try {
    const value = JSON.parse(text) as {
      Server?: { Version?: string; Arch?: string; OsArch?: string; Components?: { Name?: string }[] } | null;
      Client?: { Version?: string; OsArch?: string; APIVersion?: string; ApiVersion?: string };
    };
    const { Client: client } = value;
    const server = value.Server ?? (client?.OsArch?.startsWith("linux") ? client : undefined);
    if (!server) return undefined;
    return {
      version: server.Version ?? "",
      architecture: (server as { Arch?: string }).Arch ?? server.OsArch ?? os.arch(),
      client: Number.parseInt(client?.Version ?? "", 10) || Number.POSITIVE_INFINITY,
      // Docker writes ApiVersion.
      isPodman: client?.APIVersion !== undefined && client.ApiVersion === undefined,
      serverIsPodman: value.Server?.Components?.some(({ Name: name }) => /podman/i.test(name ?? "")) === true,
    };
  } catch {
    return undefined;
  }
}

interface DockerPlace {
  /** The context's name; undefined where the environment says the host itself. */
  context?: string;
  host?: string;
  tls: Readonly<Record<string, string>>;
}

interface InspectedContext {
  Name?: string;
  Endpoints?: { docker?: { Host?: string; SkipTLSVerify?: boolean } };
  TLSMaterial?: { docker?: string[] };
  Storage?: { TLSPath?: string };
}

/**
 * Where the client goes: DOCKER_HOST, else the context of DOCKER_CONTEXT or of its configuration. A login has a
 * configuration of its own, which would hide the latter and the certificates that lie in the former.
 */
async function dockerPlace(program: string, signal: AbortSignal | undefined): Promise<DockerPlace> {
  const { env } = process;
  if (env["DOCKER_HOST"]) {
    const own = env["DOCKER_CONFIG"] ?? path.join(os.homedir(), ".docker");
    return { tls: env["DOCKER_TLS_VERIFY"] && !env["DOCKER_CERT_PATH"] ? { DOCKER_CERT_PATH: own } : {} };
  }
  const result = await answered(program, ["context", "inspect", "--format", "{{json .}}"], signal);
  try {
    const { Name: context, Endpoints, TLSMaterial, Storage } = JSON.parse(result?.stdout ?? "") as InspectedContext;
    const { Host: host, SkipTLSVerify: unverified } = Endpoints?.docker ?? {};
    const folder = TLSMaterial?.docker?.length ? Storage?.TLSPath : undefined;
    const tls = folder && {
      DOCKER_CERT_PATH: path.join(folder, "docker"),
      ...(unverified ? { DOCKER_TLS: "1" } : { DOCKER_TLS_VERIFY: "1" }),
    };
    return { ...(context ? { context } : {}), ...(host ? { host } : {}), tls: tls || {} };
  } catch {
    return { tls: {} };
  }
}

/** Sockets of engines that people have, as they install themselves. */
function knownSockets(): string[] {
  const home = os.homedir();
  const runtime = process.env["XDG_RUNTIME_DIR"] ?? `/run/user/${process.getuid?.() ?? 0}`;
  return [
    "/var/run/docker.sock",
    `${runtime}/docker.sock`,
    ...["docker/run", "docker/desktop", "colima/default", "rd", "orbstack/run"].map(
      (folder) => `${home}/.${folder}/docker.sock`,
    ),
    `${runtime}/podman/podman.sock`,
    "/run/podman/podman.sock",
  ];
}

/** What is being asked, who says so, and what else is there. */
async function whereAsked(
  program: string,
  kind: EngineAddress["kind"],
  signal: AbortSignal | undefined,
): Promise<{ asked: string[]; others: string[] }> {
  if (kind !== "docker") return { asked: [], others: [] };
  const stated = process.env["DOCKER_HOST"];
  const { context, host } = await dockerPlace(program, signal);
  const byVariable = process.env["DOCKER_CONTEXT"] === context ? "DOCKER_CONTEXT" : "its configuration";
  const asked = stated
    ? [`It was asked at ${stated}, as DOCKER_HOST says.`]
    : host
      ? [`It was asked at ${host}, the context "${context}" of ${byVariable}.`]
      : [];
  if (process.platform === "win32") return { asked, others: [] };
  const there = await Promise.all(
    knownSockets()
      .filter((socket) => !(stated ?? host ?? "").endsWith(socket))
      .map(async (socket) => ((await stat(socket).catch(() => undefined))?.isSocket() ? socket : undefined)),
  );
  return { asked, others: there.filter((socket) => socket !== undefined) };
}

const otherWay = ([socket]: readonly string[]): string =>
  socket === undefined
    ? ""
    : ` There is another engine's socket: for that one choose its context (docker context ls, docker context use) ` +
      `or set DOCKER_HOST=unix://${socket}.`;

async function notRunning(
  program: string,
  kind: EngineAddress["kind"],
  tail: readonly string[],
  signal: AbortSignal | undefined,
): Promise<SlipwayError> {
  const { asked, others } = await whereAsked(program, kind, signal);
  return new SlipwayError({
    code: "EngineNotRunning",
    summary: `${path.basename(program)} is installed, but its engine does not answer.`,
    evidence: [...tail.filter((line) => !line.startsWith("{")).slice(-3), ...asked],
    quotes: tail.slice(-3),
    remedy:
      (process.platform === "linux"
        ? "Start it (sudo systemctl start docker), and check that you may use it (the group docker)."
        : "Start Docker Desktop (or your engine), wait until it is up, then try again.") + otherWay(others),
    actions: ["startEngine", "retry"],
  });
}

async function notAnswering(
  program: string,
  kind: EngineAddress["kind"],
  patience: number,
  signal: AbortSignal | undefined,
): Promise<SlipwayError> {
  const { asked, others } = await whereAsked(program, kind, signal);
  return new SlipwayError({
    code: "EngineNotAnswering",
    summary:
      `${path.basename(program)} is installed, and its engine said nothing for ${patience / 1000} seconds: ` +
      "something is there and hangs.",
    evidence: asked,
    remedy:
      (process.platform === "linux"
        ? "Restart the engine (sudo systemctl restart docker), then try again."
        : "Restart Docker Desktop (or your engine), wait until it is up, then try again.") + otherWay(others),
    actions: ["startEngine", "retry"],
  });
}
