import { randomBytes } from "node:crypto";
import { constants, existsSync } from "node:fs";
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { errorCode, isCancelled, SlipwayError } from "../core/base/errors";
import type { ContainerEngine, RegistryLogin } from "../core/ports/machine";
import type { RegistryToken } from "../core/ports/cloud";
import { buildFailure, engineStopped, loopback, lostEngine, pushFailure } from "./failures";
import {
  buildCommand,
  describe,
  inspectCommand,
  listCommand,
  loginCommand,
  pushCommand,
  removeCommand,
  tagCommand,
  type Command,
  type EngineAddress,
} from "./commands";
import { contextDigest, type ContextReader } from "./context";
import { sourceLabel } from "../core/deploy/observedState";
import { buildInputs } from "./buildInputs";
import { FileHashes } from "./fileHashes";
import { findEngine, type Found } from "./findEngine";
import { PushProgress } from "./progress";
import { run, type RunResult } from "./run";
import { sweepSnapshots, takeSnapshot, type Lives } from "./snapshot";
import { Turns } from "./turns";

export interface EngineOptions {
  /** The workspace folder: contexts and Dockerfiles are below it. */
  root: string;
  /** The engine's program, when the person has said which. */
  executable?: string;
  /** Where hashes are kept from one plan to the next, and contexts are copied to be built. */
  state: string;
  /** Proves which processes live; without it only what is old is known to be left behind. */
  lives?: Lives;
  /** Each command before it is run, without its input. */
  log: (line: string) => void;
  /** The value of a build secret that is kept elsewhere than on this machine's disk and in its environment. */
  storedSecret?: (id: string) => Promise<string | undefined>;
}

const hangsMilliseconds = 5000;

/** The user's own container engine, through its command line. */
export function containerEngine(options: EngineOptions): ContainerEngine {
  const state = path.join(options.state, "contexts");
  const hashes = new FileHashes(state);
  const seen = new Set<string>();
  let found: Promise<Found> | undefined;
  const engine = (signal?: AbortSignal): Promise<Found> => {
    found ??= findEngine(options.executable, signal).catch((error: unknown) => {
      const forget = () => (found = undefined);
      // Whoever asks next in the same run does not wait once more for what hangs.
      if (errorCode(error) === "EngineNotAnswering") setTimeout(forget, hangsMilliseconds).unref();
      else forget();
      throw error;
    });
    return found;
  };
  const absolute = (name: string) => path.resolve(options.root, name);
  const reader = async (signal?: AbortSignal): Promise<ContextReader> => {
    // Without an engine nothing is built, and any digest will do.
    const found = await engine(signal).catch(() => undefined);
    return found ? { builder: found.info.builder, name: found.info.name } : { builder: "buildkit" };
  };
  return {
    info: async (signal) => (await engine(signal)).info,
    async contextDigest(request, onRead, signal) {
      // A build and a login need it: that it is not there is found before anything is made.
      await access(os.tmpdir(), constants.W_OK);
      await sweepLogins(options.lives);
      await sweepSnapshots(state, options.lives);
      return contextDigest(options.root, request, hashes, new Turns(signal, onRead), await reader(signal));
    },
    async snapshot(request, onRead, signal) {
      const { program } = (await engine(signal)).address;
      const place = snapFolder(program) ?? state;
      await sweepSnapshots(place, options.lives);
      const turns = new Turns(signal, onRead);
      return takeSnapshot(options.root, request, await reader(signal), place, turns, options.lives);
    },
    async build(request, snapshot, output, signal) {
      const { address, info } = await engine(signal);
      const inputs = await buildInputs(request, options.root, options.storedSecret);
      const { context, dockerfile } = snapshot;
      const command = buildCommand(address, request, { context, dockerfile, ...inputs.paths }, info.builder);
      options.log(describe(command));
      const own = `${request.dockerfile}.dockerignore`;
      const ignored = info.builder === "classic" && (await stat(absolute(own)).catch(() => undefined));
      if (ignored) output(`Note: the classic builder does not read ${own}; with BuildKit it does.`);
      const onLine = (line: string) => output(inputs.mask(line));
      const result = await run(command, { signal, onLine, cwd: options.root });
      if (result.code === 0) return;
      const tail = result.tail.map(inputs.mask);
      if (result.killed || lostEngine(tail) || !(await answers(options.executable, signal)))
        throw engineStopped("build", tail, result.killed);
      throw await buildFailure(tail, { root: options.root, ...request });
    },
    async inspect(image, signal) {
      const { address } = await engine(signal);
      const result = await soon(inspectCommand(address, image), signal);
      if (result.code !== 0) return undefined;
      const [first] = JSON.parse(result.stdout) as {
        Architecture?: string;
        Config?: { ExposedPorts?: Record<string, unknown> };
      }[];
      const ports = Object.keys(first?.Config?.ExposedPorts ?? {})
        .filter((name) => name.endsWith("/tcp"))
        .map((name) => Number.parseInt(name, 10));
      return { architecture: first?.Architecture ?? "", ports };
    },
    async tag(image, tags, signal) {
      const { address } = await engine(signal);
      // Each from the one before: another build of the same source may move the image's name at any time.
      for (const [index, tag] of tags.entries()) {
        const result = await soon(tagCommand(address, tags[index - 1] ?? image, tag), signal);
        if (result.code !== 0)
          throw new SlipwayError({
            code: "TagFailed",
            summary: `The engine could not tag ${image}.`,
            evidence: result.tail.slice(-3),
            quotes: result.tail.slice(-3),
            actions: ["showLog", "retry"],
          });
      }
    },
    async localImages(signal) {
      const { address } = await engine(signal);
      const result = await run(listCommand(address, sourceLabel), { signal });
      if (result.code !== 0) return [];
      // Podman says localhost/ before what has no registry.
      const names = result.stdout.split("\n").map((line) => line.trim().replace(/^localhost\/(?=[^/]+$)/, ""));
      return [...new Set(names)].filter((name) => name !== "" && !name.includes("<none>"));
    },
    async removeImages(images, signal) {
      const { address } = await engine(signal);
      const kept: string[] = [];
      for (const image of images)
        if ((await run(removeCommand(address, image), { signal })).code !== 0) kept.push(image);
      return kept;
    },
    async reaches(registry, signal = new AbortController().signal) {
      if (!loopback.test(registry) || seen.has(registry)) return true;
      // No password: a registry that is there refuses it, and one that is not there cannot.
      const probe: RegistryToken = { username: "AWS", password: "probe", expiresAt: 0, proxyEndpoint: "" };
      try {
        await (await logIn(await engine(signal), registry, probe, options, signal)).logout();
      } catch (error) {
        if (isCancelled(error)) throw error;
        if (errorCode(error) === "EngineCannotSeeLoopback") return false;
      }
      seen.add(registry);
      return true;
    },
    login: async (registry, token, signal) => logIn(await engine(signal), registry, token, options, signal),
  };
}

/** None of what is asked of an engine, build and push aside, takes as long: one that hangs would be waited for without end. */
const longestMilliseconds = 120_000;

/** Runs a command that ends soon, or says that the engine does not answer. */
async function soon(command: Command, signal: AbortSignal | undefined): Promise<RunResult> {
  const late = AbortSignal.timeout(longestMilliseconds);
  try {
    return await run(command, { signal: signal ? AbortSignal.any([signal, late]) : late });
  } catch (error) {
    if (!isCancelled(error) || !late.aborted || signal?.aborted) throw error;
    throw new SlipwayError({
      code: "EngineNotAnswering",
      summary: `The container engine has not answered ${command.args[0] ?? ""} for ${longestMilliseconds / 60_000} minutes.`,
      remedy: "Restart it, then try again: what was done is not done twice.",
      actions: ["startEngine", "retry", "showLog"],
    });
  }
}

/** A program that is a snap sees no hidden folder of its user, but one of its own: undefined for every other. */
export function snapFolder(
  program: string,
  home = os.homedir(),
  paths = process.env["PATH"] ?? "",
  isThere: (file: string) => boolean = existsSync,
): string | undefined {
  const places = path.isAbsolute(program)
    ? [program]
    : paths.split(path.delimiter).map((folder) => path.join(folder, program));
  const inSnap = (place: string | undefined) => place?.startsWith("/snap/") === true;
  return inSnap(places.find((place) => isThere(place)))
    ? path.join(home, "snap", path.basename(program), "common", "slipway-contexts")
    : undefined;
}

const folderPrefix = "slipway-registry-";
/** A token of ECR lives twelve hours; nothing that runs is older than that. */
const tokenMilliseconds = 12 * 3600_000;

/** Removes the logins that killed runs left behind: at once where their process is proved to be gone. */
async function sweepLogins(lives: Lives | undefined): Promise<void> {
  const parent = os.tmpdir();
  for (const name of await readdir(parent).catch(() => [])) {
    if (!name.startsWith(folderPrefix)) continue;
    const folder = path.join(parent, name);
    const life = /^([0-9a-f]{16}[a-z])-/.exec(name.slice(folderPrefix.length))?.[1];
    const isDead = life !== undefined && (await lives?.prove(life)) === "dead";
    const age = await stat(folder).then(
      (entry) => Date.now() - entry.mtimeMs,
      () => 0,
    );
    if (isDead || age > tokenMilliseconds) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** A private folder for one login, named after this process. */
async function privateFolder(lives: Lives | undefined): Promise<string> {
  await sweepLogins(lives);
  const owner = lives ? `${await lives.token()}-` : "";
  const folder = await mkdtemp(path.join(os.tmpdir(), `${folderPrefix}${owner}`));
  await chmod(folder, 0o700);
  return folder;
}

async function logIn(
  { address }: Found,
  registry: string,
  token: RegistryToken,
  options: EngineOptions,
  signal: AbortSignal,
): Promise<RegistryLogin> {
  const folder = await privateFolder(options.lives);
  const logout = () => rm(folder, { recursive: true, force: true });
  try {
    // With empty `auths` docker would adopt the system's keychain and write the token there.
    const seed = JSON.stringify({ auths: { [`${randomBytes(6).toString("hex")}.invalid`]: { auth: "" } } });
    await writeFile(path.join(folder, "config.json"), seed, { mode: 0o600 });
    await mkdir(path.join(folder, "contexts"), { recursive: true });
    const command = loginCommand(address, registry, token.username, token.password, folder);
    options.log(describe(command));
    const result = await soon(command, signal);
    if (result.code !== 0) throw await refusal(result, registry, "login", options, signal);
  } catch (error) {
    await logout();
    throw error;
  }
  return {
    logout,
    async push(image, output, onProgress, pushSignal) {
      const command = pushCommand(address, image, folder);
      options.log(describe(command));
      const progress = new PushProgress();
      const result = await run(command, {
        signal: pushSignal,
        onLine: (line) => {
          output(line);
          const now = progress.read(line);
          if (now) onProgress(now.fraction, now.text);
        },
      });
      if (result.code !== 0) throw await refusal(result, image, "push", options, pushSignal);
      const written =
        address.kind === "podman" ? (await readFile(path.join(folder, "digest"), "utf8").catch(() => "")).trim() : "";
      const digest = progress.digest ?? (written || (await digestOf(address, image, pushSignal)));
      if (digest) return digest;
      throw new SlipwayError({
        code: "NoDigest",
        summary: `${image} was pushed, but the engine did not say under which digest.`,
        evidence: result.tail.slice(-5),
        quotes: result.tail.slice(-5),
        actions: ["showLog", "retry"],
      });
    },
  };
}

/** Whether the engine is still there, after something failed: what it said of that may be of anything. */
async function answers(executable: string | undefined, signal: AbortSignal): Promise<boolean> {
  try {
    await findEngine(executable, signal);
    return true;
  } catch (error) {
    if (isCancelled(error)) throw error;
    return false;
  }
}

/** Why a login or a push failed: the engine's end, or what the registry said. */
async function refusal(
  { tail, killed }: RunResult,
  target: string,
  what: "login" | "push",
  { executable }: EngineOptions,
  signal: AbortSignal,
): Promise<SlipwayError> {
  if (killed || lostEngine(tail) || !(await answers(executable, signal))) return engineStopped(what, tail, killed);
  return pushFailure(tail, target, what, !loopback.test(target) || (await listensAt(target)));
}

/** Whether something takes connections where this registry is, seen from here. */
function listensAt(target: string): Promise<boolean> {
  const url = new URL(`http://${target.split("/")[0] ?? ""}`);
  return new Promise((resolve) => {
    const socket = net.connect(Number(url.port || 443), url.hostname.replace(/[[\]]/g, ""));
    const end = (listens: boolean) => {
      resolve(listens);
      socket.destroy();
    };
    socket.setTimeout(hangsMilliseconds, () => end(false));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}

async function digestOf(address: EngineAddress, image: string, signal: AbortSignal): Promise<string | undefined> {
  const result = await soon(inspectCommand(address, image), signal);
  if (result.code !== 0) return undefined;
  const [first] = JSON.parse(result.stdout) as { RepoDigests?: string[] }[];
  const repository = image.replace(/:[^:/]+$/, "");
  return first?.RepoDigests?.find((name) => name.startsWith(`${repository}@`))?.split("@")[1];
}
