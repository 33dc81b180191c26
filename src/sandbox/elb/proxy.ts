/** The load balancer's data plane: HTTP forwarded as an Application Load Balancer does, failures included. */
import http from "node:http";
import net from "node:net";
import type { Duplex } from "node:stream";
import type { SecureContext } from "node:tls";
import { lettingIn } from "../ec2/publicAccess";
import { admits, type Peer } from "../ec2/reach";
import type { Action } from "../model/elbv2.types";
import type { ListenerRecord, LoadBalancerRecord, TargetRecord } from "../states";
import type { Region, SandboxState } from "../world";
import { resolve } from "../route53/zones";
import { contextFor } from "./certificates";
import { Counts } from "./counts";
import { endpointOf, forwardsTo, type Found } from "./lookup";
import { actionsFor, type RequestFacts } from "./match";
import { TargetAgent } from "./targetAgent";
import { OwnAnswers } from "./ownAnswers";
import { headersFor, refusalOf } from "./requestHeaders";
import { begin, passedOn } from "./responseHeaders";
import { cookiesFor, stuckTo } from "./stickiness";
import { pathOpen, routable } from "./targets";

/** Addresses under which security groups see a client of the sandbox: somewhere on the internet, or this machine. */
const CLIENTS: readonly Peer[] = [
  { address: "203.0.113.10", groups: [] },
  { address: "127.0.0.1", groups: [] },
];
const CONNECT_TIMEOUT_MS = 10_000;

/** How a request came: to which port, where it names one, and whether through TLS. */
export interface Way {
  readonly port: number | undefined;
  readonly secure: boolean;
}

export class DataPlane {
  private readonly agents = new Map<string, TargetAgent>();

  private readonly counts: Counts;
  private readonly own: OwnAnswers;

  constructor(private readonly world: SandboxState) {
    this.counts = new Counts(world);
    this.own = new OwnAnswers(this.counts);
  }

  /** The load balancer with that DNS name. */
  find(host: string): Found | undefined {
    const name = host.toLowerCase();
    return this.all().find(({ balancer }) => balancer.loadBalancer.DNSName?.toLowerCase() === name);
  }

  /** What a host name leads to: a load balancer by its own name, or by a name of a zone of the account. */
  resolve(host: string): Found | undefined {
    if (host.endsWith(".elb.localhost")) return this.find(host);
    return this.find(resolve(this.world, host) ?? "");
  }

  /**
   * The listener for a Host's port: the one named, or where the sandbox's own port was used that of the scheme, the
   * usual one or the lowest.
   */
  private listener({ listeners }: LoadBalancerRecord, { port, secure }: Way): ListenerRecord | undefined {
    const all = [...listeners.values()];
    const byPort = (p: number): ListenerRecord | undefined => all.find((l) => l.listener.Port === p);
    if (port !== undefined && port !== this.world.port) return byPort(port);
    const usual = byPort(secure ? 443 : 80);
    const ofScheme = all.filter((l) => l.listener.Protocol === (secure ? "HTTPS" : "HTTP"));
    if (usual && ofScheme.includes(usual)) return usual;
    return ofScheme.sort((a, b) => (a.listener.Port ?? 0) - (b.listener.Port ?? 0))[0];
  }

  /** What a TLS client is answered with; undefined where nothing that it could mean speaks TLS. */
  tls(host: string | undefined, port: number | undefined): SecureContext | undefined {
    const found = host === undefined ? this.onlySecure(port) : this.resolve(host.toLowerCase());
    const listener = found && this.listener(found.balancer, { port, secure: true });
    if (!found || listener?.listener.Protocol !== "HTTPS" || this.reachable(found, listener) !== "open")
      return undefined;
    return contextFor(found.region, listener, host ?? "");
  }

  private all(): Found[] {
    return [...this.world.regions.values()].flatMap((region) =>
      [...region.elb.loadBalancers.values()].map((balancer) => ({ region, balancer })),
    );
  }

  /** The one balancer that speaks TLS there: a client without a name can mean no other. */
  private onlySecure(port: number | undefined): Found | undefined {
    const speaking = this.all().filter(
      ({ balancer }) => this.listener(balancer, { port, secure: true })?.listener.Protocol === "HTTPS",
    );
    return speaking.length === 1 ? speaking[0] : undefined;
  }

  /** Why a client cannot even connect: not resolvable or not listening is a reset, a closed group is silence. */
  private reachable(found: Found, listener: ListenerRecord | undefined): "open" | "refused" | "silent" {
    const { loadBalancer } = found.balancer;
    if (!listener || loadBalancer.State?.Code === "provisioning" || Date.now() < found.balancer.dnsAt) return "refused";
    if (loadBalancer.Scheme === "internal") return "silent";
    const subnets = (loadBalancer.AvailabilityZones ?? []).flatMap((zone) => zone.SubnetId ?? []);
    if (subnets.length > 0 && !subnets.some((id) => lettingIn(found.region, id))) return "silent";
    const port = listener.listener.Port ?? 0;
    return CLIENTS.some((c) => admits(found.region, loadBalancer.SecurityGroups ?? [], c, port)) ? "open" : "silent";
  }

  private facts(request: http.IncomingMessage, host: string): RequestFacts {
    const [, path = "/", query = ""] = /^(?:https?:\/\/[^/]*)?([^?]*)\??(.*)$/s.exec(request.url ?? "/") ?? [];
    return {
      host,
      path: path || "/",
      query,
      method: request.method ?? "GET",
      headers: request.headers,
      source: "127.0.0.1",
    };
  }

  /** Picks a target of the action's groups: by weight, then round robin. */
  private choose(
    region: Region,
    action: Action,
    cookie: string | undefined,
  ): { target: TargetRecord; groupArn: string } | undefined {
    const groups = forwardsTo([action]).filter((g) => g.weight > 0 && region.elb.targetGroups.has(g.arn));
    const total = groups.reduce((sum, g) => sum + g.weight, 0);
    let ticket = Math.random() * total;
    const picked = groups.find((g) => (ticket -= g.weight) < 0) ?? groups.at(-1);
    const record = region.elb.targetGroups.get(picked?.arn ?? "");
    if (!record || !picked) return undefined;
    const targets = routable(this.world, record);
    const target = stuckTo(record, targets, cookie) ?? targets[record.cursor++ % Math.max(1, targets.length)];
    return target ? { target, groupArn: picked.arn } : undefined;
  }

  /** Answers one HTTP request that came in under a load balancer's name. */
  handle(request: http.IncomingMessage, response: http.ServerResponse, found: Found, host: string, way: Way): void {
    const listener = this.listener(found.balancer, way);
    const state = this.reachable(found, listener);
    if (state === "refused" || !listener || (way.secure && listener.listener.Protocol !== "HTTPS")) {
      request.socket.destroy();
      return;
    }
    // Nothing answers: the client's own connect timeout ends it, or ours in the end.
    if (state === "silent") {
      request.socket.setTimeout(this.world.clock.timer(130_000), () => request.socket.destroy());
      return;
    }
    if (!way.secure && listener.listener.Protocol === "HTTPS") {
      request.resume();
      this.own.error(found, response, 400);
      return;
    }
    this.watchIdle(request, response, found);
    const refusal = refusalOf(found.balancer, request);
    if (refusal !== undefined) {
      request.resume();
      this.own.error(found, response, refusal, listener);
      return;
    }
    const action = actionsFor(listener, this.facts(request, host)).find((a) =>
      ["forward", "redirect", "fixed-response"].includes(a.Type),
    );
    if (action?.Type === "fixed-response") this.own.fixed(request, response, found, action, listener);
    else if (action?.Type === "redirect") this.own.redirect(request, response, found, action, host, listener);
    else if (action) this.forward(request, response, found, action, listener);
    else this.own.error(found, response, 503, listener);
  }

  /** Whether a TLS client of that name may speak HTTP/2. */
  speaksHttp2(host: string | undefined, port: number | undefined): boolean {
    const found = host === undefined ? this.onlySecure(port) : this.resolve(host.toLowerCase());
    return found?.balancer.attributes.get("routing.http2.enabled") === "true";
  }

  /** Milliseconds for which the most impatient load balancer there waits for a client; undefined where there is none. */
  idleOf(port: number | undefined): number | undefined {
    const there = this.all().filter(
      ({ balancer }) => port === undefined || [...balancer.listeners.values()].some((l) => l.listener.Port === port),
    );
    return there.length === 0 ? undefined : Math.min(...there.map(({ balancer }) => this.idleMs(balancer)));
  }

  /** The answer, to the last byte, for a request that could not be read; undefined where it is no load balancer's. */
  pageFor(host: string | undefined, port: number | undefined, status: number): string | undefined {
    const named = host === undefined ? undefined : this.resolve(host);
    const [only, ...more] = this.all().filter(({ balancer }) =>
      [...balancer.listeners.values()].some((l) => l.listener.Port === port),
    );
    const found = named ?? (more.length === 0 ? only : undefined);
    if (!found) return undefined;
    return this.own.page(found, status);
  }

  /** A client that stops in the middle of its request is answered 408 and left. */
  private watchIdle(request: http.IncomingMessage, response: http.ServerResponse, found: Found): void {
    const idle = this.idleMs(found.balancer);
    request.socket.setTimeout(idle);
    request.on("timeout", () => {
      if (request.complete) return;
      response.shouldKeepAlive = false;
      this.own.error(found, response, 408);
    });
    // While a target works nothing comes from the client: the target's own time is another.
    response.on("timeout", () => undefined);
    response.on("finish", () => request.socket.setTimeout(idle));
  }

  private idleMs(balancer: LoadBalancerRecord): number {
    return this.world.clock.timer(Number(balancer.attributes.get("idle_timeout.timeout_seconds") ?? 60) * 1000);
  }

  private agent(balancer: LoadBalancerRecord): TargetAgent {
    const idle = this.idleMs(balancer);
    const key = `${balancer.loadBalancer.LoadBalancerArn ?? ""}|${idle}`;
    let agent = this.agents.get(key);
    if (!agent) this.agents.set(key, (agent = new TargetAgent(idle)));
    return agent;
  }

  private forward(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    found: Found,
    action: Action,
    listener: ListenerRecord,
  ): void {
    const chosen = this.choose(found.region, action, request.headers.cookie);
    if (!chosen) {
      request.resume();
      this.own.error(found, response, 503);
      return;
    }
    const { target, groupArn } = chosen;
    this.counts.request(found, groupArn);
    if (!pathOpen(found.region, found.balancer, target)) {
      request.resume();
      setTimeout(() => {
        this.counts.connectionError(found, groupArn);
        this.own.error(found, response, 504);
      }, this.world.clock.timer(CONNECT_TIMEOUT_MS)).unref();
      return;
    }
    const targetPort = endpointOf(found.region, target.id, target.port)?.port;
    if (targetPort === undefined) {
      request.resume();
      this.counts.connectionError(found, groupArn);
      this.own.error(found, response, 502);
      return;
    }
    let over = false;
    let isConnected = false;
    let sentAt = performance.now();
    const upstream = http.request({
      host: "127.0.0.1",
      port: targetPort,
      method: request.method,
      path: request.url,
      headers: headersFor(request, found.balancer, listener),
      agent: this.agent(found.balancer),
      setHost: false,
      // Targets that end lines with LF alone are understood.
      insecureHTTPParser: true,
    });
    upstream.on("finish", () => (sentAt = performance.now()));
    upstream.on("socket", (socket) => {
      if (socket.connecting) socket.once("connect", () => (isConnected = true));
      else isConnected = true;
    });
    const cut = (): void => {
      upstream.destroy();
      this.own.error(found, response, 502);
    };
    const end = (): void => {
      over = true;
      target.inFlight.delete(cut);
    };
    target.inFlight.add(cut);
    upstream.setTimeout(this.idleMs(found.balancer), () => {
      if (over) return;
      end();
      upstream.destroy();
      this.own.error(found, response, 504);
    });
    upstream.on("response", (answer) => {
      // The client was answered before its target: it had stopped in between.
      if (response.headersSent) {
        upstream.destroy();
        return;
      }
      this.counts.target(found, groupArn, answer.statusCode ?? 502, (performance.now() - sentAt) / 1000);
      const group = found.region.elb.targetGroups.get(groupArn);
      const cookies = cookiesFor(group, target, answer.headers["set-cookie"] ?? []);
      const headers = passedOn(listener, answer.headers, cookies);
      // HTTP/2 frames bodies by itself.
      if (request.httpVersionMajor === 2) delete headers["transfer-encoding"];
      begin(response, answer.statusCode ?? 502, answer.statusMessage, headers);
      answer.pipe(response);
      answer.on("end", end);
      answer.on("error", () => response.destroy());
      answer.on("aborted", () => response.destroy());
    });
    upstream.on("error", () => {
      if (over) return;
      end();
      if (!isConnected) this.counts.connectionError(found, groupArn);
      this.own.error(found, response, 502);
    });
    response.on("close", () => {
      if (!response.writableFinished) upstream.destroy();
      // A client that closes before it is answered: 460 in the load balancer's log.
      if (!response.headersSent && !over) this.counts.own(found, 460);
      end();
    });
    request.pipe(upstream);
  }

  /** Forwards a WebSocket (or other) upgrade as a raw connection. */
  upgrade(request: http.IncomingMessage, socket: Duplex, head: Buffer, found: Found, host: string, way: Way): void {
    const listener = this.listener(found.balancer, way);
    const speaks = listener?.listener.Protocol === (way.secure ? "HTTPS" : "HTTP");
    const action =
      listener && speaks && this.reachable(found, listener) === "open"
        ? actionsFor(listener, this.facts(request, host)).find((a) => a.Type === "forward")
        : undefined;
    const chosen = action ? this.choose(found.region, action, request.headers.cookie) : undefined;
    const targetPort =
      chosen && pathOpen(found.region, found.balancer, chosen.target)
        ? endpointOf(found.region, chosen.target.id, chosen.target.port)?.port
        : undefined;
    if (chosen) this.counts.request(found, chosen.groupArn);
    if (!chosen || !listener || targetPort === undefined) {
      this.counts.own(found, 503);
      socket.end(
        "HTTP/1.1 503 Service Temporarily Unavailable\r\nserver: awselb/2.0\r\nconnection: " +
          "close\r\ncontent-length: 0\r\n\r\n",
      );
      return;
    }
    const upstream = net.connect(targetPort, "127.0.0.1");
    const cut = (): void => {
      upstream.destroy();
      socket.destroy();
      chosen.target.inFlight.delete(cut);
    };
    chosen.target.inFlight.add(cut);
    const headers = {
      ...headersFor(request, found.balancer, listener),
      connection: "Upgrade",
      upgrade: request.headers.upgrade ?? "websocket",
    };
    const lines = Object.entries(headers).flatMap(([k, v]) =>
      (Array.isArray(v) ? v : [v]).map((x) => `${k}: ${String(x)}`),
    );
    upstream.write(`${request.method ?? "GET"} ${request.url ?? "/"} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    upstream.write(head);
    upstream.setTimeout(this.idleMs(found.balancer), cut);
    upstream.pipe(socket).pipe(upstream);
    for (const s of [upstream, socket]) {
      s.on("error", cut);
      s.on("close", cut);
    }
  }

  /** Drops every pooled connection. */
  close(): void {
    for (const agent of this.agents.values()) agent.destroy();
  }
}
