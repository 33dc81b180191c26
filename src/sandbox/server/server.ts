/** The one port: AWS APIs, registry, load balancers by name, control. */
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import type { RegistryServer } from "../ecr/registryServer";
import type { DataPlane, Way } from "../elb/proxy";
import type { SandboxState } from "../world";
import type { Api } from "./api";
import { goOn } from "./bodies";
import type { Control } from "./control";
import { bothSchemes } from "./bothSchemes";

const IDLE_MS = 60_000;

export interface Parts {
  readonly world: SandboxState;
  readonly api: Api;
  readonly registry: RegistryServer;
  readonly dataPlane: DataPlane;
  readonly control: Control;
}

interface Host {
  readonly name: string;
  readonly port: number | undefined;
}

function hostOf(request: IncomingMessage): Host {
  const match = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(request.headers.host ?? "");
  return { name: (match?.[1] ?? "").toLowerCase(), port: match?.[2] === undefined ? undefined : Number(match[2]) };
}

const wayOf = (request: IncomingMessage, port: number | undefined): Way => ({
  port,
  secure: request.socket instanceof TLSSocket,
});

/** A name that only this machine can mean: a page elsewhere cannot make a browser send it (DNS rebinding). */
function isLocal(name: string): boolean {
  return (
    ["127.0.0.1", "localhost", "[::1]"].includes(name) ||
    name.endsWith(".localhost") ||
    name === "stream-127.0.0.1" ||
    name === "streaming-127.0.0.1"
  );
}

export class Server {
  private readonly closers = new WeakMap<http.Server, () => void>();
  private readonly main: http.Server;
  private readonly listeners = new Map<number, http.Server>();

  constructor(private readonly parts: Parts) {
    this.main = this.make(undefined);
  }

  private make(listenerPort: number | undefined): http.Server {
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      this.route(request, response, listenerPort).catch((error: unknown) => {
        if (!this.parts.world.clock.ended) console.error("sandbox:", error);
        response.destroy();
      });
    };
    const server = http.createServer(answer);
    server.on("checkContinue", answer);
    server.keepAliveTimeout = IDLE_MS;
    server.requestTimeout = 0;
    server.headersTimeout = IDLE_MS;
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const host = hostOf(request);
      const found = this.parts.dataPlane.resolve(host.name);
      const way = wayOf(request, listenerPort ?? host.port);
      if (found) this.parts.dataPlane.upgrade(request, socket, head, found, host.name, way);
      else socket.destroy();
    });
    server.on("clientError", (_error, socket) => socket.destroy());
    const closeAll = bothSchemes(server, (host) => this.parts.dataPlane.tls(host, listenerPort));
    this.closers.set(server, closeAll);
    return server;
  }

  /** Listens on the loopback address; gives the port. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.main.once("error", reject);
      this.main.listen(port, "127.0.0.1", resolve);
    });
    return (this.main.address() as AddressInfo).port;
  }

  /** Also answers on a listener's own port, where that can be bound. */
  bindListener(port: number): void {
    if (this.listeners.has(port) || port === this.parts.world.port) return;
    const server = this.make(port);
    this.listeners.set(port, server);
    server.on("error", () => this.listeners.delete(port));
    server.listen(port, "127.0.0.1");
  }

  /** Frees the ports of listeners that are gone. */
  releaseListeners(): void {
    for (const server of this.listeners.values()) {
      server.close();
      this.closers.get(server)?.();
    }
    this.listeners.clear();
  }

  private async route(
    request: IncomingMessage,
    response: ServerResponse,
    listenerPort: number | undefined,
  ): Promise<void> {
    const host = hostOf(request);
    const found = this.parts.dataPlane.resolve(host.name);
    const way = wayOf(request, listenerPort ?? host.port);
    if (found) {
      goOn(request, response);
      this.parts.dataPlane.handle(request, response, found, host.name, way);
      return;
    }
    // A name of no load balancer does not resolve on AWS, and its API is not spoken through TLS here.
    if (way.secure || listenerPort !== undefined || host.name.endsWith(".elb.localhost")) {
      request.socket.destroy();
      return;
    }
    if (!isLocal(host.name) || host.port !== this.parts.world.port) {
      refuse(response, 421, "this host name is not the sandbox's");
      return;
    }
    if (request.headers.origin !== undefined) {
      refuse(response, 403, "requests from web pages are refused");
      return;
    }
    if (!URL.canParse(request.url ?? "/", "http://x")) {
      refuse(response, 400, "the request's address is malformed");
      return;
    }
    const url = new URL(request.url ?? "/", "http://x");
    if (url.pathname === "/v2" || url.pathname.startsWith("/v2/"))
      await this.parts.registry.handle(request, response, url);
    else if (url.pathname.startsWith("/_sandbox/")) {
      goOn(request, response);
      await this.parts.control.handle(request, response, url);
    } else await this.parts.api.handle(request, response);
  }

  async close(): Promise<void> {
    this.releaseListeners();
    const closed = new Promise<void>((resolve) => this.main.close(() => resolve()));
    this.closers.get(this.main)?.();
    await closed;
  }
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain", connection: "close" });
  response.end(`${text}\n`);
}
