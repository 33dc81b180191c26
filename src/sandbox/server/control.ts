/** `/_sandbox/*`: faults, recorded requests, durations, leases. See README.md. */
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { CertificateDoorError, setCertificate } from "../acm/door";
import type { SandboxState } from "../world";
import type { Timetable } from "../timetable";
import type { Api } from "./api";
import type { FaultInput, Faults } from "./faults";
import type { Leases } from "./leases";
import { DoorError, injectMetrics } from "./metricsDoor";

export interface ControlParts {
  readonly world: SandboxState;
  readonly api: Api;
  readonly faults: Faults;
  readonly schedules: Timetable;
  readonly leases: Leases;
  readonly token: string;
  readonly version: string;
  readonly engine: () => string;
  readonly reset: () => Promise<void>;
  readonly coverage: () => string;
}

function same(a: string, b: string): boolean {
  const x = Buffer.from(a);
  const y = Buffer.from(b);
  return x.length === y.length && timingSafeEqual(x, y);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}");
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(`${JSON.stringify(value)}\n`);
}

export class Control {
  constructor(private readonly parts: ControlParts) {}

  /** Answers one control request, if it carries the token. */
  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
    const given = request.headers["x-sandbox-token"] ?? bearer;
    if (typeof given !== "string" || !same(given, this.parts.token)) {
      json(response, 403, { error: "the sandbox's token is missing or wrong" });
      return;
    }
    const { world, api, faults, leases } = this.parts;
    switch (`${request.method ?? "GET"} ${url.pathname.slice("/_sandbox".length)}`) {
      case "GET /faults":
        json(response, 200, faults.list());
        return;
      case "DELETE /faults":
        faults.clear(url.searchParams.get("kind") ?? undefined);
        json(response, 200, []);
        return;
      case "POST /faults":
        await this.addFaults(request, response);
        return;
      case "GET /requests": {
        const since = Number(url.searchParams.get("since") ?? 0);
        const full = url.searchParams.has("input");
        json(
          response,
          200,
          api.calls.filter((c) => c.n > since).map((c) => (full ? c : { ...c, input: undefined })),
        );
        return;
      }
      case "DELETE /requests":
        api.calls.length = 0;
        json(response, 200, []);
        return;
      case "GET /durations":
        json(response, 200, world.durations);
        return;
      case "GET /config":
        json(response, 200, {
          unknownMembers: world.options.unknownMembers,
          imageTime: world.options.imageTime,
          time: world.options.time,
          speed: world.options.speed,
          tasks: this.parts.engine(),
          consistency: world.options.consistency,
          account: world.account,
          region: world.options.region,
          seed: world.options.seed,
          pid: process.pid,
        });
        return;
      case "GET /coverage":
        response.writeHead(200, { "content-type": "text/plain" }).end(`${this.parts.coverage()}\n`);
        return;
      case "GET /lease":
        leases.open(response);
        return;
      case "POST /rates":
        await this.setRates(request, response);
        return;
      case "POST /quotas":
        await this.setQuotas(request, response);
        return;
      case "POST /metrics":
        await this.putMetrics(request, response);
        return;
      case "GET /logs":
        json(response, 200, streamsOf(world));
        return;
      case "GET /schedules":
        json(response, 200, { at: new Date(this.parts.schedules.now).toISOString() });
        return;
      case "GET /invocations":
        json(response, 200, invocationsOf(world));
        return;
      case "POST /schedules":
        await this.setSchedules(request, response);
        return;
      case "POST /buckets":
        await this.addBuckets(request, response);
        return;
      case "POST /certificates":
        await this.setCertificate(request, response);
        return;
      case "POST /reset":
        await this.parts.reset();
        json(response, 200, { reset: true });
        return;
      default:
        json(response, 404, { error: "no such control endpoint" });
    }
  }

  private async setRates(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request).catch(() => undefined);
    const on = typeof body === "object" && body !== null && "on" in body ? body.on : undefined;
    if (typeof on !== "boolean") {
      json(response, 400, { error: 'the body must be {"on": true} or {"on": false}' });
      return;
    }
    this.parts.api.setRates(on);
    json(response, 200, { on });
  }

  private async setSchedules(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request).catch(() => undefined);
    const at = typeof body === "object" && body !== null && "at" in body ? body.at : undefined;
    const moment = typeof at === "number" ? at : typeof at === "string" ? Date.parse(at) : NaN;
    if (!Number.isFinite(moment)) {
      json(response, 400, { error: 'the body must be {"at": "2026-03-29T07:00:00Z"} or milliseconds' });
      return;
    }
    if (!this.parts.schedules.moveTo(moment)) {
      json(response, 400, { error: "too many scheduled actions would run until then; move it in smaller steps" });
      return;
    }
    json(response, 200, { at: new Date(moment).toISOString() });
  }

  private async setQuotas(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request).catch(() => undefined);
    const entries = typeof body === "object" && body !== null ? Object.entries(body) : [];
    if (entries.length === 0 || !entries.every(([code, value]) => /^L-[0-9A-F]{8}$/.test(code) && value >= 0)) {
      json(response, 400, { error: 'the body must be quota codes with their values, {"L-53DA6B97": 2}' });
      return;
    }
    for (const [code, value] of entries) this.parts.world.quotas.set(code, Number(value));
    json(response, 200, Object.fromEntries(this.parts.world.quotas));
  }

  private async addBuckets(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request).catch(() => undefined);
    const names = typeof body === "object" && body !== null && "names" in body ? body.names : undefined;
    if (!Array.isArray(names) || !names.every((name) => typeof name === "string")) {
      json(response, 400, { error: 'the body must be {"names": ["a-bucket"]}' });
      return;
    }
    for (const name of names) this.parts.world.buckets.add(name);
    json(response, 200, { names: [...this.parts.world.buckets] });
  }

  private async putMetrics(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request).catch(() => undefined);
    try {
      json(response, 200, { points: injectMetrics(this.parts.world, body) });
    } catch (error) {
      if (!(error instanceof DoorError)) throw error;
      json(response, 400, { error: error.message });
    }
  }

  private async setCertificate(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request).catch(() => undefined);
    try {
      json(response, 200, setCertificate(this.parts.world, body));
    } catch (error) {
      if (!(error instanceof CertificateDoorError)) throw error;
      json(response, 400, { error: error.message });
    }
  }

  private async addFaults(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readJson(request);
      const inputs = (Array.isArray(body) ? body : [body]) as FaultInput[];
      json(
        response,
        201,
        inputs.map((input) => this.parts.faults.add(input)),
      );
    } catch (error) {
      json(response, 400, { error: error instanceof Error ? error.message : String(error) });
    }
  }
}

/** What EventBridge Scheduler called, attempt by attempt. */
const invocationsOf = (world: SandboxState): object[] =>
  [...world.regions.values()].flatMap((region) =>
    region.scheduler.invocations.map((invocation) => ({ region: region.name, ...invocation })),
  );

/** Every log stream: how many of its events are kept, and how many the sandbox no longer keeps. */
const streamsOf = (world: SandboxState): object[] =>
  [...world.regions.values()].flatMap((region) =>
    [...region.logs.groups.values()].flatMap((group) =>
      [...group.streams.values()].map(({ name, events, dropped }) => ({
        region: region.name,
        group: group.name,
        stream: name,
        kept: events.length,
        dropped,
      })),
    ),
  );
