/** What an application says of where it listens: the lines that frameworks and servers print when they start. */

/** `all`: on every address. `loopback`: on its own container alone. `address`: on one address. `unknown`: not said. */
export type ListenScope = "all" | "loopback" | "address" | "unknown";
export type SpokenProtocol = "http" | "https" | "h2c" | "grpc" | "fastcgi" | "uwsgi" | "ajp" | "unix";

export interface Listener {
  scope: ListenScope;
  /** As it was printed, without brackets. */
  address?: string;
  port?: number;
  protocol?: SpokenProtocol;
  /** The line that says so. */
  line: string;
}

const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Dates and times, which look like ports and addresses. */
const moments = [
  /\b\d{4}[-/.]\d{2}[-/.]\d{2}(?:[T ,]+\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?(?!\d)/g,
  /(?<![\d.])\d{1,2}([-/.])(?:\d{1,2}|[A-Z][a-z]{2})\1\d{4}(?:[ ,:T]+\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?/g,
  /\b[A-Z][a-z]{2},? +(?:[A-Z][a-z]{2} +\d{1,2}|\d{1,2} +[A-Z][a-z]{2})\b(?: +\d{2}:\d{2}(?::\d{2})?)?(?:,? +\d{4})?/g,
  /(?<![:\w.\]])\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?(?![:\w])/g,
  /(?<![\d.])v?\d+\.\d+\.\d+(?:[-+][\w.]+)?(?![\w.:])/g,
];

/** Whom it speaks to, or sends on to: no place where it listens itself. */
const others =
  /\bconnect(?:ed|ing|ion)?\b(?: \w+){0,2}? (?:to|from|with)\b[^,;|]*|\b(?:prox(?:y|ied|ying|ies)|forward(?:s|ed|ing)?|redirect(?:s|ed|ing)?|upstreams?)\b(?: \S+)? ?(?:to|->|:)[^,;|]*/gi;

/** Says that it does not listen, or speaks of another thing that does: a debugger, an admin port, a page of documentation. */
const aside = [
  /\b(?:fail(?:ed|ure|s)?|errors?|exception|cannot|can't|could ?n[o']t|unable|refused|denied|EADDRINUSE|EACCES|ECONNREFUSED|in use|retry(?:ing)?|tim(?:ed|e) ?out|stopp(?:ed|ing)|clos(?:ed|ing)|shut(?:ting)? ?down|terminat\w+)\b/i,
  /\bdebugger\b|\binspector\b|dt_socket|\bJDWP\b|\badmin (?:endpoint|console|server|interface)\b|\bmanagement (?:server|interface|console)\b|\bmetrics\b|\bprometheus\b|\bpprof\b|\blive ?reload\b|\bHMR\b/i,
  /\bswagger\b|\bapi[- ]docs\b|\bdocumentation\b|\bredoc\b|\bdocs (?:at|on|available)\b|\bstatsd?\b|\bAccess \S+ at http/i,
  /\bPHP +listening path=/i,
  /\b(?:GET|POST|HEAD|PUT|PATCH|DELETE|OPTIONS) (?:\/|https?:)/,
];

const strongVerb =
  /\b(?:listen(?:s|ing)?|serv(?:es|ing)|running|runs|started|starting|start|bound|binding|binds?|taken the stage|launched|responding|initialized|ready|up|opened|exposed|online|boot(?:ed|ing))\b|\bserver\b|\bProtocolHandler\b/i;
const weakVerb =
  /\b(?:available|accepting|goin' fast|local|live|visit|open|view|deployed|hosted|hosting|address|url)\b/i;

const labels =
  /^(?:local|network|loopback|on your network(?: ipv)?|(?:local|network|external) url|url|server|https?|app|api|web|listening|available on|info)?$/i;

const v4 = String.raw`(?:\d{1,3}\.){3}\d{1,3}`;
const v6 = String.raw`\[[0-9a-f:.]*(?:%\w+)?\]`;
const bareV6 = String.raw`(?:[0-9a-f]{0,4}:){2,7}(?:${v4}|[0-9a-f]{0,4})`;
const place = `(?:${v6}|${v4}|${bareV6}|localhost|\\*)`;
const end = String.raw`(?![\w:]|\.\d)`;

const url = new RegExp(String.raw`\b(https?|h2c|grpcs?|tcp|ssl|tls)://(${v6}|[\w.*+-]*)(?::(\d{1,5}))?(?!\d)`, "gi");
const wholeUrl = /\b[a-z][a-z0-9+]*:\/\/[^\s,;]*/gi;
/** Each with the groups `address` and `port`. */
const forms: readonly RegExp[] = [
  new RegExp(
    String.raw`\b(?:host(?:name)?|addr(?:ess)?|interface|ip|on|at)["']?\s*[:=]?\s*["']?(?<address>${place})["']?\s*(?:\([^)]*\)\s*)?[,;]?\s*(?:and\s+|on\s+)?(?:the\s+)?port["']?\s*[:=]?\s*["']?(?<port>\d{1,5})${end}`,
    "gi",
  ),
  new RegExp(
    String.raw`\bport["']?\s*[:=]?\s*["']?(?<port>\d{1,5})\b["']?[^\d\w]{1,3}(?:\([^)\d]*\)\s*)?(?:host(?:name)?|addr(?:ess)?|interface|ip|on|at)["']?\s*[:=]?\s*["']?(?<address>${place})`,
    "gi",
  ),
  new RegExp(String.raw`\(\s*['"](?<address>${place})['"]\s*,\s*(?<port>\d{1,5})\s*\)`, "gi"),
  new RegExp(String.raw`"(?:https?|ajp)-(?:[a-z]+\d?-)*(?:(?<address>${place})-)?(?<port>\d{1,5})"`, "gi"),
  new RegExp(String.raw`(?<address>${v6}):(?<port>\d{1,5})${end}`, "gi"),
  new RegExp(String.raw`(?<![\w:])(?<address>::1?|(?:0:){7}[01]):(?<port>\d{2,5})${end}`, "gi"),
  new RegExp(String.raw`(?<![\d.])(?<address>${v4}):(?<port>\d{1,5})${end}`, "gi"),
  new RegExp(String.raw`(?<![\w./@:-])(?<address>localhost|\*|\+):(?<port>\d{1,5})${end}`, "gi"),
  new RegExp(String.raw`\b(?:on|at)\s+(?<address>[a-z][\w.-]*):(?<port>\d{2,5})${end}`, "gi"),
  new RegExp(String.raw`(?:^|[\s=("'${"`"},/])(?<address>):(?<port>\d{2,5})${end}`, "gi"),
];
const portWord = new RegExp(
  String.raw`\bports?(?:\(s\))?["']?\s*(?:is\s+|number\s+|no\.?\s*)?[:=#]?\s*["']?(?<port>\d{2,5})${end}(?:\s*\((?<protocol>[^)]*)\))?(?:,?\s*(?:and\s+)?(?<second>\d{2,5})\s*\((?<secondProtocol>[^)]*)\))?`,
  "gi",
);
const units =
  "ms|s|secs?|seconds?|min|minutes?|hours?|%|fps|workers?|threads?|cores?|cpus?|process(?:es)?|nodes?|connections?|files?|requests?|replicas?|tasks?|modules?|routes?|[kmg]i?b|bytes|hz|times?|items?|jobs?";
const bareNumber = new RegExp(
  String.raw`\b(?:listen\w*|running|started|starting|serving|bound|ready|up|stage|server|online|available|launched|connections)\s*(?:now\s+)?(?::|->|=>|on|at)+:?\s*(?<port>\d{2,5})(?![\w:/-]|[.,]\d|\s*(?:${units})\b)`,
  "gi",
);

const withoutBrackets = (address: string): string => address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");

/** Which addresses a printed one stands for. */
function scopeOf(printed: string | undefined): ListenScope {
  if (printed === undefined) return "unknown";
  const address = withoutBrackets(printed).toLowerCase();
  if (/^(?:|\*|\+|0\.0\.0\.0|::|(?:0{1,4}:){7}0{1,4}|::ffff:0\.0\.0\.0)$/.test(address)) return "all";
  if (/^(?:127(?:\.\d+){3}|localhost(?:\..*)?|::1|(?:0{1,4}:){7}0{0,3}1|::ffff:127(?:\.\d+){3})$/.test(address))
    return "loopback";
  return /^[\d.]+$|:/.test(address) ? "address" : "unknown";
}

const protocols: readonly [RegExp, SpokenProtocol][] = [
  [/\bfpm is running\b|\bfastcgi\b/i, "fastcgi"],
  [/\buwsgi socket\b/i, "uwsgi"],
  [/"ajp-|\bajp\b/i, "ajp"],
  [/\bgrpcs?\b/i, "grpc"],
  [/\bh2c\b(?!.*http\/1)|\bHTTP\/2 cleartext\b/i, "h2c"],
  [/\bhttps\b|\b(?:with|over|using) (?:tls|ssl)\b|\bssl, \(|"https-|\(ssl[,)]/i, "https"],
  [/\bhttp\b|\bhttp\/1|"http-/i, "http"],
];

/** The protocol that words name, of a line without its URLs. */
function protocolIn(words: string): SpokenProtocol | undefined {
  return protocols.find(([pattern]) => pattern.test(words))?.[1];
}

const schemes: Readonly<Record<string, SpokenProtocol>> = {
  http: "http",
  https: "https",
  ssl: "https",
  tls: "https",
  h2c: "h2c",
  grpc: "grpc",
  grpcs: "grpc",
};

type Found = Omit<Listener, "line">;

function found(address: string | undefined, port: string | undefined, protocol: SpokenProtocol | undefined): Found[] {
  const number = port === undefined ? undefined : Number(port);
  if (number !== undefined && (number < 1 || number > 65_535)) return [];
  const plain = address === undefined ? undefined : withoutBrackets(address);
  return [
    {
      scope: scopeOf(address),
      ...(plain ? { address: plain } : {}),
      ...(number === undefined ? {} : { port: number }),
      ...(protocol === undefined ? {} : { protocol }),
    },
  ];
}

/** Addresses of this line that are URLs: of hosts elsewhere only with a port. */
function urlsIn(text: string): Found[] {
  return [...text.matchAll(url)].flatMap(([, scheme = "", host = "", port]) => {
    const lower = scheme.toLowerCase();
    const elsewhere = scopeOf(host) === "unknown" || host === "";
    if (elsewhere && (port === undefined || host === "")) return [];
    const usual = lower === "http" ? "80" : lower === "https" ? "443" : undefined;
    return (port ?? usual) ? found(host, port ?? usual, schemes[lower]) : [];
  });
}

function formsIn(text: string, protocol: SpokenProtocol | undefined): Found[] {
  for (const form of forms) {
    const all = [...text.matchAll(form)].flatMap(({ groups }) =>
      found(groups?.["address"], groups?.["port"], protocol),
    );
    if (all.length) return all;
  }
  return [];
}

function portsIn(text: string, protocol: SpokenProtocol | undefined): Found[] {
  const all = /\ball (?:network )?(?:interfaces|addresses)\b/i.test(text) ? "*" : undefined;
  const said = [...text.matchAll(portWord)].flatMap(({ groups = {} }) => [
    ...found(all, groups["port"], protocolIn(groups["protocol"] ?? "") ?? protocol),
    ...(groups["second"] ? found(all, groups["second"], protocolIn(groups["secondProtocol"] ?? "")) : []),
  ]);
  return said.length
    ? said
    : [...text.matchAll(bareNumber)].flatMap(({ groups }) => found(all, groups?.["port"], protocol));
}

const breadth: readonly ListenScope[] = ["all", "address", "loopback", "unknown"];

/** Several sayings of one port are one listener: what reaches furthest holds. */
function merged(listeners: readonly Found[]): Found[] {
  const byPort = new Map<number | undefined, Found>();
  for (const item of listeners) {
    const before = byPort.get(item.port);
    const wider = before && breadth.indexOf(before.scope) <= breadth.indexOf(item.scope) ? before : item;
    const protocol = wider.protocol ?? item.protocol ?? before?.protocol;
    byPort.set(item.port, { ...wider, ...(protocol ? { protocol } : {}) });
  }
  return [...byPort.values()];
}

function ofText(line: string): Found[] {
  if (/\bfpm is running\b|\bfpm\b.*ready to handle connections/i.test(line))
    return [{ scope: "unknown", protocol: "fastcgi" }];
  if (aside.some((pattern) => pattern.test(line))) return [];
  const socket = /\bunix:(?:\/\/)?(\/[^\s)\]"',]+)/i.exec(line)?.[1];
  if (socket && strongVerb.test(line)) return [{ scope: "loopback", address: socket, protocol: "unix" }];
  let text = line.replace(others, " ");
  for (const moment of moments) text = text.replace(moment, " ");
  const words = text.replace(wholeUrl, " ");
  const urls = urlsIn(text);
  const bare = words
    .replace(/^\s*\[[\w@/ .-]+\]/, "")
    .replace(/[^A-Za-z]+/g, " ")
    .trim();
  const strong = strongVerb.test(text);
  if (!strong && !weakVerb.test(text) && !labels.test(bare)) return [];
  const protocol = protocolIn(words);
  if (/\ball (?:network )?(?:addresses|interfaces)\b/i.test(words) && !/\bport|:\d{2}/i.test(text))
    return found("*", undefined, undefined);
  const placed = strong || urls.length || labels.test(bare) ? formsIn(words, protocol) : [];
  if (urls.length || placed.length) return merged([...urls, ...placed]);
  return strong ? merged(portsIn(words, protocol)) : [];
}

const texts = ["msg", "message", "Message", "event", "text", "@m", "MessageTemplate"];
const addresses = ["addr", "address", "listen", "bind", "listener", "endpoint", "url", "listenAddress", "listen_addr"];
const hosts = ["host", "hostname", "interface", "ip"];

/** A line of JSON: its message, and what stands beside it. */
function ofMembers(members: Readonly<Record<string, unknown>>): Found[] {
  const said = (names: readonly string[]) =>
    names.map((name) => members[name]).find((value) => typeof value === "string" && value !== "") as string | undefined;
  const message = said(texts) ?? "";
  const logger = typeof members["logger"] === "string" ? members["logger"] : "";
  const own = ofText(message);
  if (own.length || aside.some((pattern) => pattern.test(`${logger} ${message}`))) return own;
  if (!strongVerb.test(message)) return [];
  const [http, https] = [members["http_port"], members["https_port"]];
  if (typeof https === "number") return found(undefined, String(https), "https");
  if (typeof http === "number") return found(undefined, String(http), "http");
  const address = said(addresses);
  const protocol = protocolIn(message);
  if (address !== undefined) {
    const there = [...urlsIn(address), ...formsIn(address, protocol)];
    if (there.length) return there;
  }
  const port = members["port"] ?? members["Port"];
  if (typeof port !== "number" && !(typeof port === "string" && /^\d{1,5}$/.test(port))) return [];
  // What loggers call hostname is the container's name.
  const host = [address, said(hosts)].find((value) => value !== undefined && scopeOf(value) !== "unknown");
  return found(host, String(port), protocol);
}

/** Caddy and others put members behind the text. */
const trailing = /^(?<text>.*\S)\s+(?<json>\{".*\})\s*$/;

function asObject(text: string): Record<string, unknown> | undefined {
  if (text[0] !== "{") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Where one line says that the application listens; empty where it says nothing of that. */
export function readStartLine(raw: string): Listener[] {
  const line = raw.slice(0, 2000).replace(escapes, "").trim();
  const whole = asObject(line);
  const parts = whole ? undefined : trailing.exec(line)?.groups;
  const behind = parts?.["json"] === undefined ? undefined : asObject(parts["json"]);
  const all = whole ? ofMembers(whole) : behind ? ofMembers({ ...behind, msg: parts?.["text"] ?? "" }) : ofText(line);
  return all.map((item) => ({ ...item, line }));
}

/**
 * Where the application listens by all that it printed, a port once. A framework that listens everywhere also names the
 * loopback address, for whoever reads that at home.
 */
export function listenersIn(lines: readonly string[]): Listener[] {
  const all = lines.flatMap(readStartLine);
  const everywhere = all.find((item) => item.scope === "all" && item.port === undefined);
  const found = new Map<string, Listener>();
  for (const item of all) {
    if (item === everywhere) continue;
    const key = item.port === undefined ? (item.protocol ?? "") : String(item.port);
    const before = found.get(key);
    const wider = before && breadth.indexOf(before.scope) <= breadth.indexOf(item.scope) ? before : item;
    const protocol = wider.protocol ?? before?.protocol ?? item.protocol;
    found.set(key, { ...wider, ...(protocol ? { protocol } : {}) });
  }
  return [...found.values()].map((item) =>
    everywhere && item.scope === "loopback" && item.port !== undefined
      ? { scope: "all", port: item.port, line: everywhere.line, ...(item.protocol ? { protocol: item.protocol } : {}) }
      : item,
  );
}
