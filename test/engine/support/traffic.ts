/** People who use the application while it is being deployed: nobody retries, and every failure is counted. */
import http from "node:http";
import { pause } from "../../../scripts/waiting";
import type { World } from "./world";

export interface TrafficOptions {
  /** Connections that stay open, each with one request after another. */
  readonly keepAlive: number;
  /** Loops that open a connection for each request. */
  readonly fresh: number;
  /** Loops of requests that take `slowMs` each. */
  readonly slow: number;
  readonly slowMs: number;
}

export interface TrafficReport {
  readonly requests: number;
  readonly failures: readonly string[];
  /** Answers by the version that gave them. */
  readonly versions: ReadonlyMap<string, number>;
}

/** Traffic that goes on until `stop`. */
export interface Traffic {
  /** Answers so far, by version. */
  readonly versions: ReadonlyMap<string, number>;
  stop(): Promise<TrafficReport>;
}

/** Milliseconds between an answer and the next request of the same person. */
const think = 100;

export function startTraffic(world: World, url: string, options: TrafficOptions): Traffic {
  const versions = new Map<string, number>();
  const failures: string[] = [];
  let requests = 0;
  let ended = false;
  const began = Date.now();
  const ask = async (method: string, path: string, agent: http.Agent | undefined): Promise<void> => {
    requests += 1;
    const from = Date.now();
    try {
      const answer = await world.get(new URL(path, url).href, {
        method,
        ...(agent ? { agent } : {}),
        ...(method === "POST" ? { body: "x".repeat(2000) } : {}),
      });
      if (answer.status !== 200) throw new Error(`status ${answer.status} ${answer.body.slice(0, 100)}`);
      const { version } = JSON.parse(answer.body) as { version: string };
      versions.set(version, (versions.get(version) ?? 0) + 1);
    } catch (error) {
      failures.push(
        `${method} ${path}${agent ? " (kept alive)" : ""} at ${from - began} ms, after ${Date.now() - from} ms: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
  const person = async (index: number, path: string, agent: http.Agent | undefined): Promise<void> => {
    for (let turn = index; !ended; turn++) {
      await ask(turn % 2 ? "POST" : "GET", path, agent);
      await pause(think);
    }
    agent?.destroy();
  };
  const people = [
    ...Array.from({ length: options.keepAlive }, (_, index) =>
      person(index, "/", new http.Agent({ keepAlive: true, maxSockets: 1 })),
    ),
    ...Array.from({ length: options.fresh }, (_, index) => person(index, "/", undefined)),
    ...Array.from({ length: options.slow }, (_, index) =>
      person(
        index,
        `/?ms=${options.slowMs}`,
        index % 2 ? new http.Agent({ keepAlive: true, maxSockets: 1 }) : undefined,
      ),
    ),
  ];
  return {
    versions,
    async stop() {
      ended = true;
      await Promise.all(people);
      return { requests, failures, versions };
    },
  };
}
