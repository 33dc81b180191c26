/** Tasks without containers: one small responder on the loopback address answers for all of them. */
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { ContainerEngine, ContainerSpec, Exit, RunningContainer } from "./engine";

/**
 * Environment variables by which a simulated container can be told to fail, or to answer these paths alone (with
 * commas).
 */
const EXIT_AFTER = "SANDBOX_EXIT_AFTER_MS";
const EXIT_CODE = "SANDBOX_EXIT_CODE";
const STATUS = "SANDBOX_STATUS";
const PATHS = "SANDBOX_PATHS";
/**
 * How much of its task's size a simulated container says that it uses, in percent; of several values (with commas) each
 * further container takes the next. A container that does nothing uses little.
 */
const CPU = "SANDBOX_CPU_PERCENT";
const MEMORY = "SANDBOX_MEMORY_PERCENT";
const IDLE_CPU = "1";
const IDLE_MEMORY = "5";

/** Headers by which a request tells a simulated task how to answer it, and after how long. */
const ASKED_STATUS = "x-sandbox-status";
const ASKED_DELAY = "x-sandbox-delay-ms";
/** And headers by which it is told to answer with the request's own, or to set a cookie. */
const ASKED_ECHO = "x-sandbox-echo";
const ASKED_COOKIE = "x-sandbox-set-cookie";

/** A task takes any head that a load balancer lets through. */
const MOST_HEAD_BYTES = 131_072;

/** The number in that header, where it is one that can be answered with or waited for. */
function wanted(request: http.IncomingMessage, header: string, otherwise: number): number {
  const given = Number(request.headers[header] ?? NaN);
  const isFit = Number.isInteger(given) && (header === ASKED_STATUS ? given >= 200 && given <= 599 : given <= 60_000);
  return isFit ? given : otherwise;
}

function percentOf(given: string, n: number): number {
  const values = given.split(",").map(Number);
  const value = values[n % values.length] ?? 0;
  return Number.isFinite(value) ? value : 0;
}

export class SimulatedEngine implements ContainerEngine {
  readonly kind = "simulated";
  private started = 0;
  private readonly servers = new Map<string, Promise<http.Server>>();

  private async responder(status: number, paths: readonly string[] | undefined): Promise<number> {
    const key = JSON.stringify([status, paths]);
    let server = this.servers.get(key);
    if (!server) {
      server = new Promise<http.Server>((resolve) => {
        const made = http.createServer({ maxHeaderSize: MOST_HEAD_BYTES }, (request, response) => {
          request.resume();
          const known = !paths || paths.includes((request.url ?? "").split("?")[0] ?? "");
          const answer = (): void => {
            const cookie = request.headers[ASKED_COOKIE];
            response.writeHead(known ? wanted(request, ASKED_STATUS, status) : 404, {
              "content-type": "text/plain",
              ...(cookie === undefined ? {} : { "set-cookie": cookie }),
            });
            const line = `simulated task: ${request.method ?? ""} ${request.url ?? ""}\n`;
            response.end(request.headers[ASKED_ECHO] === undefined ? line : JSON.stringify(request.rawHeaders));
          };
          const delay = wanted(request, ASKED_DELAY, 0);
          if (delay > 0) setTimeout(answer, delay).unref();
          else answer();
        });
        made.keepAliveTimeout = 65_000;
        made.listen(0, "127.0.0.1", () => resolve(made));
      });
      this.servers.set(key, server);
    }
    return ((await server).address() as AddressInfo).port;
  }

  async pull(): Promise<void> {
    await Promise.resolve();
  }

  async run(spec: ContainerSpec, line: (text: string, at: number) => void): Promise<RunningContainer> {
    line(`simulated container ${spec.definition.name ?? ""} of ${spec.image}`, Date.now());
    const environment: Readonly<Record<string, string | undefined>> = { ...spec.environment, ...spec.secrets };
    const port = await this.responder(Number(environment[STATUS] ?? 200), environment[PATHS]?.split(","));
    let end: (exit: Exit) => void = () => undefined;
    const exited = new Promise<Exit>((resolve) => (end = resolve));
    const after = environment[EXIT_AFTER];
    const timer =
      after === undefined
        ? undefined
        : setTimeout(() => end({ code: Number(environment[EXIT_CODE] ?? 1), oom: false }), Number(after));
    const n = this.started++;
    // A moment ago: the first look at it needs an interval.
    const startedAt = Date.now() - 1;
    const cpuShare = percentOf(environment[CPU] ?? IDLE_CPU, n) / 100;
    const memoryShare = percentOf(environment[MEMORY] ?? IDLE_MEMORY, n) / 100;
    return {
      startedAt,
      use: async () => {
        const at = Date.now();
        const cpuNs = cpuShare * spec.cpus * (at - startedAt) * 1e6;
        return Promise.resolve({ cpuNs, at, memoryBytes: memoryShare * spec.memoryMiB * 1024 * 1024 });
      },
      id: `simulated-${spec.taskId}-${spec.definition.name ?? ""}`,
      published: new Map(spec.publish.map((p) => [p, port])),
      exited,
      stop: async () => {
        clearTimeout(timer);
        end({ code: 0, oom: false });
        await Promise.resolve();
      },
      health: async () => Promise.resolve("HEALTHY"),
      remove: async () => Promise.resolve(),
    };
  }

  async addVolumes(): Promise<void> {
    await Promise.resolve();
  }

  async removeVolumes(): Promise<void> {
    await Promise.resolve();
  }

  async close(): Promise<void> {
    for (const server of this.servers.values()) {
      const s = await server;
      s.closeAllConnections();
      await new Promise<void>((resolve) => s.close(() => resolve()));
    }
  }
}
