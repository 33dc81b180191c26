/** Attributes of load balancers and listeners: what they are at first, what they may be, and which are acted on. */
import { ApiError, notImplemented } from "../wire/errors";

const validation = (text: string): ApiError => new ApiError("ValidationError", text);

/** What an attribute may be: one of these values, a span of whole numbers, or any text. */
type Allowed = readonly string[] | readonly [number, number] | "text";

interface Attribute {
  readonly first: string;
  readonly allowed: Allowed;
  /** Whether the sandbox acts on it; where not, only the first value is taken. */
  readonly works: boolean;
}

const SWITCH: readonly string[] = ["true", "false"];
const on = (first: string, allowed: Allowed = SWITCH): Attribute => ({ first, allowed, works: true });
const off = (first: string, allowed: Allowed = SWITCH): Attribute => ({ first, allowed, works: false });

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html */
const BALANCER: Readonly<Record<string, Attribute>> = {
  // There is no S3 here: nothing is written, only who may write is looked at.
  "access_logs.s3.enabled": on("false"),
  "access_logs.s3.bucket": on("", "text"),
  "access_logs.s3.prefix": on("", "text"),
  "idle_timeout.timeout_seconds": on("60", [1, 4000]),
  "deletion_protection.enabled": on("false"),
  "routing.http2.enabled": on("true"),
  "routing.http.drop_invalid_header_fields.enabled": on("false"),
  "routing.http.xff_client_port.enabled": on("false"),
  "routing.http.preserve_host_header.enabled": on("false"),
  "routing.http.xff_header_processing.mode": on("append", ["append", "preserve", "remove"]),
  "load_balancing.cross_zone.enabled": on("true", ["true"]),
  "routing.http.desync_mitigation_mode": on("defensive", ["monitor", "defensive", "strictest"]),
  "waf.fail_open.enabled": off("false"),
  "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": on("false"),
  "client_keep_alive.seconds": on("3600", [60, 604_800]),
  "connection_logs.s3.enabled": off("false"),
  "connection_logs.s3.bucket": off("", "text"),
  "connection_logs.s3.prefix": off("", "text"),
  "zonal_shift.config.enabled": off("false"),
  "health_check_logs.s3.enabled": off("false"),
  "health_check_logs.s3.bucket": off("", "text"),
  "health_check_logs.s3.prefix": off("", "text"),
};

/** Response headers that a listener can set, by the end of the attribute's name. */
export const RESPONSE_HEADERS: Readonly<Record<string, string>> = {
  strict_transport_security: "strict-transport-security",
  access_control_allow_origin: "access-control-allow-origin",
  access_control_allow_methods: "access-control-allow-methods",
  access_control_allow_headers: "access-control-allow-headers",
  access_control_allow_credentials: "access-control-allow-credentials",
  access_control_expose_headers: "access-control-expose-headers",
  access_control_max_age: "access-control-max-age",
  content_security_policy: "content-security-policy",
  x_content_type_options: "x-content-type-options",
  x_frame_options: "x-frame-options",
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ListenerAttribute.html */
const LISTENER: Readonly<Record<string, Attribute>> = {
  "routing.http.response.server.enabled": on("true"),
  ...Object.fromEntries(
    Object.keys(RESPONSE_HEADERS).map((name) => [`routing.http.response.${name}.header_value`, on("", "text")]),
  ),
};

/** Attributes of listeners that end TLS alone. */
const TLS: Readonly<Record<string, Attribute>> = Object.fromEntries([
  ...[
    "clientcert_serial_number",
    "clientcert_issuer",
    "clientcert_subject",
    "clientcert_validity",
    "clientcert_leaf",
    "clientcert",
  ].map((name) => {
    const header = `X-Amzn-Mtls-${name
      .split("_")
      .map((w) => w.charAt(0).toUpperCase() + w.slice(1))
      .join("-")}`;
    return [`routing.http.request.x_amzn_mtls_${name}.header_name`, off(header, "text")] as const;
  }),
  ["routing.http.request.x_amzn_tls_version.header_name", off("X-Amzn-Tls-Version", "text")] as const,
  ["routing.http.request.x_amzn_tls_cipher_suite.header_name", off("X-Amzn-Tls-Cipher-Suite", "text")] as const,
]);

const firstOf = (attributes: Readonly<Record<string, Attribute>>): [string, string][] =>
  Object.entries(attributes).map(([key, { first }]) => [key, first]);

/** The attributes of a new load balancer. */
export const balancerDefaults = (): [string, string][] => firstOf(BALANCER);

/** The attributes of a new listener. */
export const listenerDefaults = (protocol: string): [string, string][] =>
  firstOf(protocol === "HTTPS" ? { ...LISTENER, ...TLS } : LISTENER);

function isAllowed(allowed: Allowed, value: string): boolean {
  if (allowed === "text") return true;
  const [low, high] = allowed;
  if (typeof low !== "number" || typeof high !== "number") return (allowed as readonly string[]).includes(value);
  return /^\d+$/.test(value) && Number(value) >= low && Number(value) <= high;
}

function check(
  what: string,
  operation: string,
  attributes: Readonly<Record<string, Attribute>>,
  given: readonly { readonly Key?: string; readonly Value?: string }[],
): void {
  const keys = given.map(({ Key = "" }) => Key);
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  if (twice !== undefined) throw validation(`${what} attribute key '${twice}' is specified more than once`);
  for (const { Key = "", Value = "" } of given) {
    const attribute = Object.hasOwn(attributes, Key) ? attributes[Key] : undefined;
    if (!attribute) throw validation(`${what} attribute key '${Key}' is not recognized`);
    if (!isAllowed(attribute.allowed, Value))
      throw validation(`${what} attribute value '${Value}' is not valid for the attribute '${Key}'`);
    if (!attribute.works && Value !== attribute.first) throw notImplemented("elbv2", operation, `${Key}=${Value}`);
  }
}

type Given = readonly { readonly Key?: string; readonly Value?: string }[];

/** Refuses what is no attribute of a load balancer, or no value of it. */
export const checkBalancerAttributes = (given: Given): void =>
  check("Load balancer", "ModifyLoadBalancerAttributes", BALANCER, given);

/** Refuses what is no attribute of a listener with that protocol, or no value of it. */
export const checkListenerAttributes = (protocol: string, given: Given): void =>
  check("Listener", "ModifyListenerAttributes", protocol === "HTTPS" ? { ...LISTENER, ...TLS } : LISTENER, given);

/**
 * Refuses access logs into a bucket that ELB may not write: all but those that were named over the control endpoint.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
export function checkAccessLogs(attributes: ReadonlyMap<string, string>, buckets: ReadonlySet<string>): void {
  if (attributes.get("access_logs.s3.enabled") !== "true") return;
  const bucket = attributes.get("access_logs.s3.bucket") ?? "";
  if (bucket === "") throw validation("Bucket name must be specified when access logs are enabled");
  const prefix = attributes.get("access_logs.s3.prefix") ?? "";
  if (prefix.includes("AWSLogs") || prefix.startsWith("/") || prefix.endsWith("/"))
    throw validation(`The prefix '${prefix}' is not valid for access logs`);
  if (!buckets.has(bucket))
    throw new ApiError(
      "InvalidConfigurationRequest",
      `Access Denied for bucket: ${bucket}. Please check S3bucket permission`,
    );
}
