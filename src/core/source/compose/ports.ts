import {
  ComposeProblem,
  entry,
  isList,
  isMapping,
  isPlain,
  pathText,
  textOf,
  type Path,
  type Scalar,
  type Value,
} from "./values";

/** A port of a container as a Compose file states it; `published` is the host's side, where there is one. */
export interface ComposePort {
  readonly target: number;
  readonly protocol: string;
  readonly published?: string;
}

const protocols: ReadonlySet<string> = new Set(["tcp", "udp", "sctp"]);
const mostPorts = 65_535;

/** Every port of `ports`, ranges taken apart, each once. */
export function portsOf(value: Value | undefined, path: Path): ComposePort[] {
  const found = new Map<string, ComposePort>();
  (isList(value) ? value : []).forEach((item, index) => {
    const at = [...path, entry(index)];
    for (const { key, port } of isMapping(item) ? [longForm(item, at)] : shortForm(textOf(item as Scalar), at))
      found.set(key, port);
  });
  return [...found.values()];
}

interface Keyed {
  readonly key: string;
  readonly port: ComposePort;
}

const keyOf = (address: string, { target, protocol, published = "" }: ComposePort): string =>
  `${address || "0.0.0.0"}:${published}:${target}/${protocol}`;

function longForm(item: ReadonlyMap<string, Value>, path: Path): Keyed {
  const text = (name: string) => {
    const value = item.get(name);
    return value === undefined || isMapping(value) || isList(value) ? "" : textOf(value);
  };
  const target = item.get("target");
  if (!isPlain(target)) throw new ComposeProblem(`${pathText(path)} has no target port`, path);
  const published = text("published");
  const port = {
    target: Number(target.text),
    protocol: text("protocol") || "tcp",
    ...(published === "" ? {} : { published }),
  };
  return { key: keyOf(text("host_ip"), port), port };
}

/** `[[ADDRESS:]PUBLISHED:]TARGET[/PROTOCOL]`, where ports may be ranges. */
function shortForm(spec: string, path: Path): Keyed[] {
  const refuse = (what: string) => new ComposeProblem(`${pathText(path)} is no port: ${what} in "${spec}"`, path);
  const parts = spec.split(":");
  const [container = "", host = ""] = [parts.at(-1), parts.at(-2)];
  const address = parts.slice(0, -2).join(":");
  const [range = "", given = ""] = container.split("/");
  const protocol = (given || "tcp").toLowerCase();
  if (range === "") throw refuse("there is no container port");
  if (address !== "" && !isAddress(address)) throw refuse(`${address} is no address`);
  const targets = rangeOf(range);
  if (!targets) throw refuse(`${range} is no port of a container`);
  const published = host === "" ? undefined : rangeOf(host);
  if (host !== "" && !published) throw refuse(`${host} is no port of the host`);
  if (!protocols.has(protocol)) throw refuse(`${given} is no protocol`);
  const count = targets.last - targets.first;
  const hostCount = published ? published.last - published.first : count;
  if (count !== hostCount && count !== 0) throw refuse(`the ranges ${host} and ${range} differ in length`);
  return Array.from({ length: count + 1 }, (_, index) => {
    const side =
      published && (count === 0 && hostCount > 0 ? `${published.first}-${published.last}` : published.first + index);
    const port = {
      target: targets.first + index,
      protocol,
      ...(side === undefined ? {} : { published: String(side) }),
    };
    return { key: keyOf(address, port), port };
  });
}

function rangeOf(text: string): { first: number; last: number } | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (!match) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first <= last && last <= mostPorts ? { first, last } : undefined;
}

const octet = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);

function isAddress(text: string): boolean {
  const inner = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  return ipv4.test(inner) || (inner.includes(":") && URL.canParse(`http://[${inner.split("%")[0] ?? ""}]/`));
}

/** The first port that HTTP can come in by: TCP, of `ports` and else of `expose`. */
export function webPortOf(ports: readonly ComposePort[], expose: readonly string[]): number | undefined {
  const published = ports.find(({ protocol }) => protocol.toLowerCase() === "tcp");
  if (published) return published.target;
  for (const text of expose) {
    const [range = "", protocol = "tcp"] = text.split("/");
    const first = protocol.toLowerCase() === "tcp" ? rangeOf(range)?.first : undefined;
    if (first !== undefined) return first;
  }
  return undefined;
}
