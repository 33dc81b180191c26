/** Stands between the command line and the sandbox, sees each API call, and can strike just before or just after one. */
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { pause, waitFor } from "../../../scripts/waiting";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** One call, by its operation and how many of the same came before it. */
export interface Point {
  readonly operation: string;
  /** From one. */
  readonly occurrence: number;
}

/** `before`: the call never reaches AWS. `after`: it has its effect, and the answer never comes. */
export type Moment = "before" | "after";

export interface Strike extends Point {
  readonly moment: Moment;
  readonly act: () => void;
}

/** What becomes of a call: it goes on, its connection is cut, it is never answered, or something else answers. */
export type Passage =
  | "pass"
  | "cut"
  | "hang"
  | { readonly status: number; readonly type: string; readonly body: string };

export class Proxy {
  readonly seen: Point[] = [];
  /** Asked for each call: how many came before it, and whether it is one of the query protocol (XML). */
  gate: ((before: number, isQuery: boolean) => Passage) | undefined;
  private strike: Strike | undefined;
  private struck = false;
  private inFlight = 0;
  private readonly server = http.createServer((request, response) => {
    this.handle(request, response).catch(() => response.destroy());
  });
  private readonly agent = new http.Agent({ keepAlive: true });

  private constructor(
    private readonly target: URL,
    private readonly credentials: Credentials,
  ) {}

  static async start(target: string, credentials: Credentials): Promise<Proxy> {
    const proxy = new Proxy(new URL(target), credentials);
    await new Promise<void>((resolve) => proxy.server.listen(0, "127.0.0.1", resolve));
    // A suite that fails before it can stop this must not hang on it.
    proxy.server.unref();
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get hasStruck(): boolean {
    return this.struck;
  }

  /** Forgets what was seen, and waits for the point of `strike` where there is one. */
  begin(strike?: Strike): void {
    this.seen.length = 0;
    this.gate = undefined;
    this.strike = strike;
    this.struck = false;
  }

  /** Resolves when everything that was passed on has been answered. */
  async quiet(): Promise<void> {
    await waitFor("calls in flight to end", () => this.inFlight === 0);
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Nobody listens for so long: every connection is refused. */
  async down(milliseconds: number): Promise<void> {
    const { port } = this.server.address() as AddressInfo;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await pause(milliseconds);
    await new Promise<void>((resolve) => this.server.listen(port, "127.0.0.1", resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const point = this.note(operationOf(request, body));
    const passage = point ? (this.gate?.(this.seen.length - 1, !request.headers["x-amz-target"]) ?? "pass") : "pass";
    if (passage === "hang") return;
    if (passage === "cut") return void response.destroy();
    if (passage !== "pass")
      return void response.writeHead(passage.status, { "content-type": passage.type }).end(passage.body);
    const strike = this.strike;
    const hit =
      point && strike && !this.struck && strike.operation === point.operation && strike.occurrence === point.occurrence
        ? strike
        : undefined;
    if (hit) this.struck = true;
    if (hit?.moment === "before") {
      hit.act();
      response.destroy();
      return;
    }
    this.pass(request, await this.headersFor(request, body), body, response, hit);
  }

  /** The sandbox takes no Host but its own, and Host is signed: an API call is signed anew. */
  private async headersFor(request: IncomingMessage, body: Buffer): Promise<http.OutgoingHttpHeaders> {
    const scope = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization ?? "");
    const [, region = "", service = ""] = scope ?? [];
    if (!scope) return request.headers;
    const kept = Object.entries(request.headers).filter(
      ([name]) =>
        !/^(authorization|host|connection|content-length|x-amz-date|x-amz-content-sha256|x-amz-security-token)$/.test(
          name,
        ),
    );
    const url = new URL(request.url ?? "/", this.target);
    const signer = new SignatureV4({ service, region, credentials: this.credentials, sha256: Sha256 });
    const signed = await signer.sign({
      method: request.method ?? "POST",
      protocol: "http:",
      hostname: this.target.hostname,
      port: Number(this.target.port),
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { ...Object.fromEntries(kept.map(([name, value]) => [name, String(value)])), host: this.target.host },
      body,
    });
    return { ...signed.headers, "content-length": body.length };
  }

  private note(operation: string | undefined): Point | undefined {
    if (operation === undefined) return undefined;
    const point = { operation, occurrence: this.seen.filter((item) => item.operation === operation).length + 1 };
    this.seen.push(point);
    return point;
  }

  private pass(
    request: IncomingMessage,
    headers: http.OutgoingHttpHeaders,
    body: Buffer,
    response: ServerResponse,
    hit: Strike | undefined,
  ): void {
    this.inFlight += 1;
    let over = false;
    const done = (): void => {
      if (!over) this.inFlight -= 1;
      over = true;
    };
    const onward = http.request(
      {
        host: this.target.hostname,
        port: this.target.port,
        method: request.method,
        path: request.url,
        headers,
        agent: this.agent,
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("error", () => response.destroy());
        answer.on("close", done);
        answer.on("end", () => {
          done();
          if (hit) {
            hit.act();
            response.destroy();
            return;
          }
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          response.end(Buffer.concat(parts));
        });
      },
    );
    onward.on("error", () => {
      done();
      response.destroy();
    });
    onward.end(body);
  }
}

function operationOf(request: IncomingMessage, body: Buffer): string | undefined {
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") return target.split(".").at(-1);
  const { pathname } = new URL(request.url ?? "/", "http://x");
  if (pathname.startsWith("/2013-04-01/")) return route53Operation(request.method ?? "", pathname);
  return new URLSearchParams(body.toString("utf8")).get("Action") ?? undefined;
}

/** Route 53 names its operations by method and path. */
function route53Operation(method: string, pathname: string): string {
  if (pathname.includes("/hostedzonesbyname")) return "ListHostedZonesByName";
  if (!pathname.includes("/rrset")) return `${method === "GET" ? "Get" : "Change"}HostedZone`;
  return method === "GET" ? "ListResourceRecordSets" : "ChangeResourceRecordSets";
}
