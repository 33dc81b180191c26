/** What core needs of the machine it runs on: time, files, the container engine, a place for its own notes. */
import type { RegionPrices } from "../base/prices";
import type { RegistryToken } from "./cloud";

/** Where a region's prices are kept for some days. */
export interface PriceStore {
  /** Undefined where there are none, or none that are new enough. */
  read(): Promise<RegionPrices | undefined>;
  write(prices: RegionPrices): Promise<void>;
}

export interface Clock {
  /** Epoch milliseconds: what the machine is set to, to be shown and to be compared with AWS's times. */
  now(): number;
  /** Milliseconds since some moment; never goes back. Read through `elapsed` (core/base), for everything that lasts. */
  elapsed?(): number;
  /** Resolves after `milliseconds`; rejects with the cancellation when the signal is aborted first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The workspace folder that holds the application; paths are relative to it, with forward slashes. */
export interface Workspace {
  /** Absolute path, for people and for the container engine. */
  readonly root: string;
  /**
   * The text of a file inside the folder. Throws OutsideWorkspace for one that lies elsewhere once links are resolved,
   * NotRegularFile, FileTooLarge, NotText.
   * @param options.also a folder outside that the file may lie in instead
   * @param options.lenient bytes that are not UTF-8 are no error
   */
  read(path: string, options?: { also?: string | undefined; lenient?: boolean }): Promise<string | undefined>;
  /** Whole or not at all. Throws OutsideWorkspace. */
  write(path: string, content: string): Promise<void>;
  /** Where a path leads once links are resolved: absolute, and whether that is inside the folder. `~` is the home folder. */
  place(path: string): Promise<{ real: string; isInside: boolean }>;
  /** Names of what a folder holds, hidden ones too, sorted; empty where there is none. */
  namesIn(folder: string): Promise<string[]>;
  /** Whether every one of these COPY sources (globs allowed) is there, below `folder`. */
  hasSources(folder: string, sources: readonly string[]): Promise<boolean>;
}

/** What decides what a build makes. */
export interface SourceRequest {
  /** Relative to the workspace folder. */
  context: string;
  dockerfile: string;
  arguments: Record<string, string>;
  target?: string;
  /** `linux/amd64` or `linux/arm64`. */
  platform: string;
  /** Files of the workspace that decide nothing: Slipway's own, which the first deployment writes. */
  leaveOut: readonly string[];
  /** What outside of the workspace folder the person agreed to hand to the build: absolute, links resolved. */
  allowed?: readonly string[];
}

export interface SourceDigest {
  /** Hexadecimal; of everything that decides what the build makes. */
  digest: string;
  files: number;
  bytes: number;
}

/** The build context as it was at one moment; its digest is of what is in it. */
export interface ContextSnapshot extends SourceDigest {
  /** Absolute. */
  context: string;
  dockerfile: string;
  /** Removes it. Never fails. */
  discard(): Promise<void>;
}

export interface BuildRequest extends Omit<SourceRequest, "leaveOut"> {
  /** Put into the image's own configuration. */
  labels?: Record<string, string>;
  tags: string[];
  /** By id: where each is, and never what it is. */
  secrets?: Readonly<Record<string, SecretPlace>>;
  /** `default`, or id=path. */
  ssh?: readonly string[];
  /** Name -> folder (relative to the workspace folder, or absolute), URL or image. */
  contexts?: Readonly<Record<string, string>>;
  cacheFrom?: readonly string[];
  cacheTo?: readonly string[];
}

/** Where the value of a build secret is. */
export type SecretPlace =
  | { readonly kind: "environment"; readonly name: string }
  /** Absolute. */
  | { readonly kind: "file"; readonly path: string }
  /** Kept by VS Code, which hands it to the build itself. */
  | { readonly kind: "stored" };

/** Finds what a build is given beside its context. Values are not handed out. */
export interface BuildSecretSource {
  /** @param stated what slipway.json says of it; without that a variable of its name, then what is stored */
  find(id: string, stated: { env?: string; file?: string } | undefined): Promise<SecretPlace | undefined>;
  /** Whether an SSH agent is there. */
  hasAgent(): boolean;
}

/** Told from time to time how far something long is. */
export type OnRead = (files: number, bytes: number) => void;

export interface EngineInfo {
  name: "docker" | "podman" | "finch" | "nerdctl";
  version: string;
  /** The engine's own architecture. */
  architecture: "X86_64" | "ARM64";
  builder: "buildkit" | "classic";
  /** Why the classic builder builds; absent where BuildKit does, or where what builds takes BuildKit's syntax too. */
  withoutBuildKit?: "noBuildx";
}

export type Output = (line: string) => void;

export interface BuildProblem {
  message: string;
  /** From zero; the failing instruction's. */
  line?: number;
}

export interface ContainerEngine {
  /** Throws EngineMissing, EngineNotRunning or, after some seconds, EngineNotAnswering, in words. */
  info(signal?: AbortSignal): Promise<EngineInfo>;
  /** The digest of the source as it is now. Reads again only what changed since it was last read. */
  contextDigest(request: SourceRequest, onRead?: OnRead, signal?: AbortSignal): Promise<SourceDigest>;
  /** Copies the source, for one build; the copy is there until it is discarded. */
  snapshot(request: SourceRequest, onRead: OnRead, signal: AbortSignal): Promise<ContextSnapshot>;
  build(request: BuildRequest, snapshot: ContextSnapshot, output: Output, signal: AbortSignal): Promise<void>;
  /** Architecture of a local image; undefined when there is none of that name. */
  inspect(image: string, signal?: AbortSignal): Promise<{ architecture: string; ports: number[] } | undefined>;
  tag(image: string, tags: string[], signal: AbortSignal): Promise<void>;
  /** Names with tags of all images here that Slipway built. */
  localImages(signal?: AbortSignal): Promise<string[]>;
  /** Takes these names away, and what nothing else names; gives those that the engine keeps. */
  removeImages(images: readonly string[], signal: AbortSignal): Promise<string[]>;
  /** False when the engine runs where this registry's loopback address leads to another machine. */
  reaches(registry: string, signal?: AbortSignal): Promise<boolean>;
  /** Logs in to the registry with a configuration of its own, which lives until `logout`. */
  login(registry: string, token: RegistryToken, signal: AbortSignal): Promise<RegistryLogin>;
}

export interface RegistryLogin {
  /** Pushes one tag; gives the digest that the registry took. */
  push(
    image: string,
    output: Output,
    onProgress: (fraction: number, detail: string) => void,
    signal: AbortSignal,
  ): Promise<string>;
  logout(): Promise<void>;
}

/** One deployment as it is noted: what AWS does not say of it, and what it forgets. */
export interface DeploymentNote {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly endedAt: number;
  /** ARN of the task definition's revision. */
  readonly revision: string;
  /** ARN of who deployed. */
  readonly by: string;
  readonly outcome: string;
  readonly digest?: string;
  readonly commit?: string;
}

/** What one deployment notes for the next: never needed, only useful. */
export interface Journal {
  /** Client token of CreateService, kept until it was used. */
  clientToken?: string;
  /** Client token of the release command's RunTask, and whose it is; kept until the command has ended. */
  release?: { readonly of: string; readonly token: string };
  /**
   * The task definition file as it was last registered, to tell what a person took out of it since; of environment
   * variables it has the names alone.
   */
  registeredFile?: string;
  registeredRevision?: string;
  /** The same of earlier revisions, by ARN: a service may go back to one. The newest stand last. */
  registeredFiles?: Record<string, string>;
  /** The deployments from this machine, the newest last. */
  history?: DeploymentNote[];
  /** Ids of the application by folder: slipway.json may be put back to a state without one. */
  ids?: Record<string, string>;
  /** Account that the last deployment went to. */
  account?: string;
  /** What was created, for the summary: step -> ARN. */
  created: Record<string, string>;
}

/** Notes and lock of one (account, region, application, environment), shared by editor and command line. */
export interface DeploymentRecord {
  readJournal(): Promise<Journal>;
  writeJournal(journal: Journal): Promise<void>;
  clearJournal(): Promise<void>;
  /** True while a living process holds the lock. Only looks: who takes a lock to find out is taken for a deployment. */
  isLocked(signal?: AbortSignal): Promise<boolean>;
  /** Who holds the lock and where that stands, for people. */
  holder?(): Promise<{ readonly pid: number; readonly host: string; readonly file: string } | undefined>;
  /** Takes the lock; undefined when a living process holds it (its events can then be followed). */
  lock(signal?: AbortSignal): Promise<RecordLock | undefined>;
  /**
   * Events of the deployment that holds the lock: those so far, then live, until it ends or its process does. None where
   * no living process holds it; with `ended`, those of the one before.
   */
  follow(signal: AbortSignal, of?: { readonly ended: boolean }): AsyncIterable<unknown>;
}

export interface RecordLock {
  /** In order, without waiting; `release` waits for what is still being written. */
  append(event: unknown): void;
  release(): Promise<void>;
}

export interface Prober {
  /**
   * One GET without following redirects; `status` undefined when nothing answered, with the reason.
   * @param through connects to this host instead of the URL's: a load balancer, asked for a name that DNS may not know yet
   */
  get(
    url: string,
    signal: AbortSignal,
    through?: string,
  ): Promise<{ status?: number; error?: string; milliseconds: number; start: string }>;
  /** What a TLS listener shows of itself to somebody who asks for this host. `now` is epoch milliseconds. */
  certificate(
    host: string,
    port: number,
    now: number,
    signal: AbortSignal,
    through?: string,
  ): Promise<{ validTo?: number; names: string[]; error?: string }>;
  /**
   * The URL at which a load balancer's DNS name is reached from here (connection's address mapping).
   * @param secure whether the port speaks HTTPS; unless stated 443 alone does
   */
  urlFor(host: string, port: number, secure?: boolean): string;
}
