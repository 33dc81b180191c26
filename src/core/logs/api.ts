/** What the engine's bundle offers of logs. Only plain data and interfaces cross. */
import type { Identity } from "../ports/cloud";
import type { TailMode, TailSink, TailState } from "./tailTypes";
import type { FormatOptions } from "./format";
import type { TailRequest } from "./tailRequest";

/** A tail that runs. */
export interface TailHandle {
  readonly state: TailState;
  /** Resolves with the last state when it has ended, whyever. */
  readonly done: Promise<TailState>;
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
  setMode(mode: TailMode): void;
  setFilter(pattern: string | undefined): void;
  setHidden(hidden: boolean): void;
  setFormat(format: FormatOptions): void;
}

/** Logs of one account and region. It has a session of its own: it outlives a deployment's connection, and renews itself. */
export interface LogsConnection {
  readonly identity: Identity;
  readonly endpoint: string | undefined;
  /** All tails of a window that are of one account and region share a budget of calls. */
  tail(request: TailRequest, sink: TailSink): TailHandle;
  services(signal: AbortSignal): Promise<{ cluster: string; service: string }[]>;
  groups(containing: string, signal: AbortSignal): Promise<string[]>;
  /** Names, newest first. */
  streams(group: string, signal: AbortSignal): Promise<{ name: string; lastEventAt?: number }[]>;
  /** Tasks of a service, those that run first; those that have stopped within about an hour too. */
  tasks(
    cluster: string,
    service: string,
    signal: AbortSignal,
  ): Promise<{ id: string; status: string; stoppedAt?: number; containers: string[] }[]>;
  /** Ends every tail. */
  close(): Promise<void>;
}

export type { TailRequest };
