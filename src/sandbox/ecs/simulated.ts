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

export class SimulatedEngine implements ContainerEngine {
  readonly kind = "simulated";
  private readonly servers = new Map<string, Promise<http.Server>>();

  private async responder(status: number, paths: readonly string[] | undefined): Promise<number> {
    const key = JSON.stringify([status, paths]);
    let server = this.servers.get(key);
    if (!server) {
      server = new Promise<http.Server>((resolve) => {
        const made = http.createServer((request, response) => {
          request.resume();
          const known = !paths || paths.includes((request.url ?? "").split("?")[0] ?? "");
          response.writeHead(known ? status : 404, { "content-type": "text/plain" });
          response.end(`simulated task: ${request.method ?? ""} ${request.url ?? ""}\n`);
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
    return {
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
