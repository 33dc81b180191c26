/** What a load balancer makes of a request's head: why it refuses it, and the headers that a target gets. */
import type http from "node:http";
import { TLSSocket } from "node:tls";
import { hex } from "../ids";
import type { ListenerRecord, LoadBalancerRecord } from "../states";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
export const MOST_LINE_BYTES = 16_384;
export const MOST_HEAD_BYTES = 65_536;
const MOST_FORWARDED = 30;

const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "upgrade",
  "http2-settings",
  "proxy-authenticate",
  "proxy-authorization",
]);
/** Names of header fields that a balancer takes for valid: ELB's page on load balancer attributes. */
const VALID_NAME = /^[-A-Za-z0-9]+$/;

type Head = Pick<http.IncomingMessage, "headers" | "rawHeaders" | "method" | "url">;

export const schemeOf = ({ listener }: ListenerRecord): "http" | "https" =>
  listener.Protocol === "HTTPS" ? "https" : "http";

const isOn = ({ attributes }: LoadBalancerRecord, name: string): boolean => attributes.get(name) === "true";

/** Whether a header goes no further than to the next hop. */
export const isHop = (name: string): boolean => HOP_BY_HOP.has(name);

/**
 * The status with which a load balancer answers such a request itself; undefined where a rule decides.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
export function refusalOf(
  balancer: LoadBalancerRecord,
  { headers, rawHeaders, method, url = "" }: Head,
): number | undefined {
  if (Buffer.byteLength(url) + (method ?? "").length + 11 > MOST_LINE_BYTES) return 414;
  const lines = rawHeaders.flatMap((name, i) =>
    i % 2 === 0 ? [name.length + (rawHeaders[i + 1] ?? "").length + 4] : [],
  );
  if (lines.some((bytes) => bytes > MOST_LINE_BYTES)) return 400;
  if (lines.reduce((sum, bytes) => sum + bytes, url.length) > MOST_HEAD_BYTES) return 400;
  if (method === "TRACE") return 405;
  const encodings = (headers["transfer-encoding"] ?? "").split(",").map((part) => part.trim().toLowerCase());
  if (encodings.some((encoding) => !["", "chunked", "identity"].includes(encoding))) return 501;
  const forwarded = String(headers["x-forwarded-for"] ?? "").split(",");
  if (forwarded.length > MOST_FORWARDED) return 463;
  const mode = balancer.attributes.get("routing.http.desync_mitigation_mode");
  return mode === "strictest" && isAmbiguous({ headers, method, url }) ? 400 : undefined;
}

/** A request that two readers could take apart differently: what the strictest mode does not let through. */
function isAmbiguous({ headers, method, url = "" }: Pick<Head, "headers" | "method" | "url">): boolean {
  const hasBody = Number(headers["content-length"] ?? 0) > 0 || headers["transfer-encoding"] !== undefined;
  if ((method === "GET" || method === "HEAD") && hasBody) return true;
  return (
    /[^\x21-\x7e]/.test(url) || Object.keys(headers).some((name) => !name.startsWith(":") && !VALID_NAME.test(name))
  );
}

/** X-Ray's id of the request: a Root where there is none, and this hop's Self before a Root that is there. */
function traceId(given: string | undefined): string {
  const own = `1-${Math.floor(Date.now() / 1000).toString(16)}-${hex(24)}`;
  if (given === undefined || !/(^|;)Root=/.test(given)) return [`Root=${own}`, given].filter(Boolean).join(";");
  return `Self=${own};${given.replace(/(^|;)Self=[^;]*/g, "").replace(/^;/, "")}`;
}

function forwardedFor(
  balancer: LoadBalancerRecord,
  given: string | undefined,
  port: number | undefined,
): string | undefined {
  const mode = balancer.attributes.get("routing.http.xff_header_processing.mode");
  if (mode === "remove") return undefined;
  if (mode === "preserve") return given;
  const client = isOn(balancer, "routing.http.xff_client_port.enabled") ? `127.0.0.1:${port ?? 0}` : "127.0.0.1";
  return given === undefined ? client : `${given}, ${client}`;
}

/** The Host as a target gets it: the listener's port beside the name where it is not a scheme's usual one. */
function hostFor(balancer: LoadBalancerRecord, { listener }: ListenerRecord, given: string): string {
  if (isOn(balancer, "routing.http.preserve_host_header.enabled")) return given;
  const name = given.replace(/:\d+$/, "");
  return listener.Port === 80 || listener.Port === 443 ? name : `${name}:${listener.Port ?? 80}`;
}

/** The headers that a target gets. */
export function headersFor(
  request: Pick<http.IncomingMessage, "headers" | "socket">,
  balancer: LoadBalancerRecord,
  listener: ListenerRecord,
): http.OutgoingHttpHeaders {
  const headers: http.OutgoingHttpHeaders = {};
  const dropInvalid = isOn(balancer, "routing.http.drop_invalid_header_fields.enabled");
  for (const [name, value] of Object.entries(request.headers)) {
    if (HOP_BY_HOP.has(name) || name.startsWith(":") || value === undefined) continue;
    if (dropInvalid && !VALID_NAME.test(name)) continue;
    headers[name] = value;
  }
  const { headers: given, socket } = request;
  headers["host"] = hostFor(balancer, listener, given.host ?? String(given[":authority"] ?? ""));
  const before = given["x-forwarded-for"];
  headers["x-forwarded-for"] = forwardedFor(
    balancer,
    before === undefined ? undefined : String(before),
    socket.remotePort,
  );
  if (headers["x-forwarded-for"] === undefined) delete headers["x-forwarded-for"];
  headers["x-forwarded-proto"] = schemeOf(listener);
  headers["x-forwarded-port"] = String(listener.listener.Port ?? 80);
  const trace = given["x-amzn-trace-id"];
  headers["x-amzn-trace-id"] = traceId(trace === undefined ? undefined : String(trace));
  if (isOn(balancer, "routing.http.x_amzn_tls_version_and_cipher_suite.enabled") && socket instanceof TLSSocket) {
    headers["x-amzn-tls-version"] = socket.getProtocol() ?? "";
    headers["x-amzn-tls-cipher-suite"] = socket.getCipher().standardName;
  }
  return headers;
}
