import http from "node:http";
import https from "node:https";
import tls from "node:tls";
import type { Prober } from "../core/ports/machine";

/**
 * Hosts with this ending are reached at this address: `{ suffix: ".elb.localhost", host: "127.0.0.1", port: 4566 }`.
 */
export interface AddressMapping {
  suffix: string;
  host: string;
  port: number;
}

/** Reads `.elb.localhost=127.0.0.1:4566`; undefined for what is none. */
export function parseAddressMapping(text: string | undefined): AddressMapping | undefined {
  const match = /^(\.[\w.-]+)=([\w.-]+):(\d+)$/.exec(text?.trim() ?? "");
  return match?.[1] && match[2] ? { suffix: match[1], host: match[2], port: Number(match[3]) } : undefined;
}

/**
 * How a connection reaches what AWS calls by name. An endpoint on loopback serves its load balancers itself: names
 * below `localhost` are then reached at its own address.
 */
export function addressMappingOf(endpoint: string | undefined, stated: string | undefined): AddressMapping | undefined {
  const mapping = parseAddressMapping(stated);
  if (mapping) return mapping;
  const url = endpoint === undefined ? undefined : new URL(endpoint);
  if (!url || !["127.0.0.1", "localhost", "[::1]"].includes(url.hostname)) return undefined;
  return {
    suffix: ".localhost",
    host: url.hostname.replace(/[[\]]/g, ""),
    port: Number(url.port || (url.protocol === "https:" ? 443 : 80)),
  };
}

/**
 * A load balancer takes ten seconds to find that it cannot connect to a target, and then says 504: that is worth
 * waiting for.
 */
const probeMilliseconds = 15_000;
const beginningBytes = 400;

/**
 * Asks URLs from this machine. `authority` is trusted for names that are mapped, and for those alone: a sandbox signs its
 * own certificates. Everything else is judged by the authorities of this machine, as ever.
 */
export function prober(mapping: AddressMapping | undefined, authority?: string): Prober {
  const mapped = (host: string) => (mapping && host.endsWith(mapping.suffix) ? mapping : undefined);
  return {
    urlFor(host, port, secure = port === 443) {
      const at = mapped(host)?.port ?? port;
      const [scheme, usual] = secure ? ["https", 443] : ["http", 80];
      return `${scheme}://${host}${at === usual ? "" : `:${at}`}/`;
    },
    certificate(host, port, now, signal, through) {
      const target = mapped(through ?? host);
      return new Promise((resolve) => {
        // The certificate is judged here and nothing is sent over the connection: it is looked at, whatever it is.
        const socket = tls.connect({
          host: target?.host ?? through ?? host,
          port: target?.port ?? port,
          servername: host,
          rejectUnauthorized: false,
          ...(target && authority !== undefined ? { ca: authority } : {}),
          timeout: probeMilliseconds,
        });
        const done = (result: { validTo?: number; names: string[]; error?: string }) => {
          resolve(result);
          socket.destroy();
        };
        const stop = () => done({ names: [], error: "cancelled" });
        signal.addEventListener("abort", stop, { once: true });
        socket.on("close", () => signal.removeEventListener("abort", stop));
        socket.on("timeout", () => done({ names: [], error: `no answer within ${probeMilliseconds / 1000} s` }));
        socket.on("error", (error) => done({ names: [], error: error.message }));
        socket.on("secureConnect", () => {
          const found = socket.getPeerCertificate();
          const names = (found.subjectaltname ?? "")
            .split(", ")
            .flatMap((name) => (name.startsWith("DNS:") ? [name.slice(4)] : []));
          const validTo = Date.parse(found.valid_to);
          const wrongName = tls.checkServerIdentity(host, found)?.message;
          const error =
            validTo < now
              ? `it ended on ${new Date(validTo).toISOString().slice(0, 10)}`
              : (wrongName ?? (socket.authorized ? undefined : String(socket.authorizationError)));
          done({ names, ...(Number.isNaN(validTo) ? {} : { validTo }), ...(error === undefined ? {} : { error }) });
        });
      });
    },
    get(text, signal, through) {
      const url = new URL(text);
      const target = mapped(through ?? url.hostname);
      const started = performance.now();
      const module = url.protocol === "https:" ? https : http;
      return new Promise((resolve) => {
        const done = (result: { status?: number; error?: string; start: string }) => {
          clearTimeout(endless);
          resolve({ ...result, milliseconds: performance.now() - started });
        };
        const request = module.get(
          url,
          {
            agent: false,
            timeout: probeMilliseconds,
            signal,
            headers: { "user-agent": "slipway", host: url.host },
            ...(target
              ? {
                  host: target.host,
                  hostname: target.host,
                  port: target.port,
                  servername: url.hostname,
                  ...(authority === undefined ? {} : { ca: authority }),
                }
              : through === undefined
                ? {}
                : { host: through, hostname: through, servername: url.hostname }),
          },
          (response) => {
            let start = "";
            response.setEncoding("utf8");
            response.on("data", (chunk: string) => {
              if (start.length < beginningBytes) start += chunk;
            });
            response.on("close", () =>
              done({
                ...(response.statusCode === undefined ? {} : { status: response.statusCode }),
                start: start.slice(0, beginningBytes),
              }),
            );
            response.on("error", () => undefined);
          },
        );
        // An answer that comes drop by drop is never silent, and has no end either: what is there of it is enough.
        const endless = setTimeout(() => request.destroy(), 2 * probeMilliseconds);
        request.on("timeout", () => request.destroy(new Error(`no answer within ${probeMilliseconds / 1000} s`)));
        request.on("error", (error: NodeJS.ErrnoException) =>
          done({ error: error.code === "ENOTFOUND" ? "its name is not known here (yet)" : error.message, start: "" }),
        );
      });
    },
  };
}
