/** The one port: AWS APIs, registry, load balancers by name, control. */
import http2 from "node:http2";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import type { RegistryServer } from "../ecr/registryServer";
import type { DataPlane, Way } from "../elb/proxy";
import { MOST_HEAD_BYTES, MOST_LINE_BYTES } from "../elb/requestHeaders";
import type { SandboxState } from "../world";
import type { Api } from "./api";
import { goOn } from "./bodies";
import type { Control } from "./control";
import { bothSchemes } from "./bothSchemes";

const IDLE_MS = 60_000;
/** How often connections are looked at that have not sent a whole head. */
const CHECK_MS = 500;

type ParserError = Error & { readonly code?: string; readonly rawPacket?: Buffer };

/** The host that a request names which could not be parsed. */
const hostIn = (packet: Buffer | undefined): string | undefined =>
  /\r?\nhost:[ \t]*([^\s:]+)/i.exec(packet?.subarray(0, MOST_LINE_BYTES).toString("latin1") ?? "")?.[1]?.toLowerCase();

/** The status of a load balancer for what its parser, or its patience, refuses. */
function statusFor({ code, rawPacket }: ParserError): number {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return 408;
  if (code === "HPE_INVALID_TRANSFER_ENCODING") return 501;
  const line = rawPacket?.indexOf("\r\n") ?? 0;
  return code === "HPE_HEADER_OVERFLOW" && (line < 0 || line > MOST_LINE_BYTES) ? 414 : 400;
}

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

/** The host of an HTTP/2 request, which has a name of its own there. */
const authorityOf = ({ headers }: IncomingMessage): string => String(headers[":authority"] ?? "");

function hostOf(request: IncomingMessage): Host {
  const match = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(request.headers.host ?? authorityOf(request));
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
    // A load balancer's own limits are below this, and judged by it; what is above them the parser refuses.
    const limits = { maxHeaderSize: MOST_HEAD_BYTES + MOST_LINE_BYTES, connectionsCheckingInterval: CHECK_MS };
    const server = http.createServer(limits, answer);
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
    server.on("clientError", (error: ParserError, socket) => {
      const page = this.parts.dataPlane.pageFor(hostIn(error.rawPacket), listenerPort, statusFor(error));
      if (page === undefined || !socket.writable) socket.destroy();
      else socket.end(page);
    });
    const idleMs = (): number => this.parts.dataPlane.idleOf(listenerPort) ?? IDLE_MS;
    // The compatibility layer of HTTP/2 has the same requests and responses.
    const http2Server = http2.createServer(answer as unknown as Parameters<typeof http2.createServer>[1]);
    const { dataPlane } = this.parts;
    const closeAll = bothSchemes(
      server,
      {
        contextFor: (host) => dataPlane.tls(host, listenerPort),
        mayUseHttp2: (host) => dataPlane.speaksHttp2(host, listenerPort),
        takeHttp2: (socket) => void http2Server.emit("connection", socket),
      },
      idleMs,
    );
    server.on("connection", () => (server.headersTimeout = idleMs()));
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
