/** What runs a task's containers: a real engine, or nothing at all. */
import type { ContainerDefinition } from "../model/ecs.types";

export interface ContainerSpec {
  readonly taskId: string;
  readonly definition: ContainerDefinition;
  /** The reference that the engine pulls, on this machine's registry or a public one. */
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  /** More of its environment, whose values may stand in no argument and no file. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly command: readonly string[] | undefined;
  readonly mounts: readonly Mount[];
  /** Ports to publish, when this container owns the task's network namespace. */
  readonly publish: readonly number[];
  /** The engine's id of the container that owns the namespace. */
  readonly network: string | undefined;
  readonly cpus: number;
  readonly memoryMiB: number;
}

/** A volume of the task at a path of the container. */
export interface Mount {
  readonly volume: string;
  readonly path: string;
  readonly readOnly: boolean;
}

export interface Exit {
  readonly code: number;
  readonly oom: boolean;
}

/** What a container has used: processor time since it began, in nanoseconds, and memory, at a time in milliseconds. */
export interface ContainerUse {
  readonly cpuNs: number;
  readonly at: number;
  readonly memoryBytes: number;
}

export interface RunningContainer {
  readonly id: string;
  /** When it began, in milliseconds. */
  readonly startedAt: number;
  readonly published: ReadonlyMap<number, number>;
  readonly exited: Promise<Exit>;
  /** SIGTERM, and SIGKILL after `seconds` real seconds. */
  stop(seconds: number): Promise<void>;
  /** HEALTHY, UNHEALTHY, or UNKNOWN while starting and without a check. */
  health(): Promise<string>;
  /** What it has used so far; undefined where the engine does not say. */
  use(): Promise<ContainerUse | undefined>;
  remove(): Promise<void>;
}

/** The name and password for a registry. */
export interface PullLogin {
  readonly username: string;
  readonly password: string;
}

/** What the engine says when it cannot do something: the text goes into the container's reason. */
export class EngineError extends Error {}

export interface ContainerEngine {
  readonly kind: "container" | "simulated";
  /** Makes the image available; throws EngineError. `login` opens its registry. */
  pull(image: string, login: PullLogin | undefined): Promise<void>;
  /** Creates and starts a container; every line of its output goes to `line`. Throws EngineError. */
  run(spec: ContainerSpec, line: (text: string, at: number) => void): Promise<RunningContainer>;
  /** Makes the task's own, empty volumes. */
  addVolumes(taskId: string, volumes: readonly string[]): Promise<void>;
  removeVolumes(taskId: string, volumes: readonly string[]): Promise<void>;
  /** Removes everything that this run made. */
  close(): Promise<void>;
}
