/** Launch types that do not go together, ports outside of awsvpc, and the proxy's ports. */
import type { Draft } from "../document/finding";
import { at, fix } from "../document/fixes";
import type { Container, Task } from "../document/task";
import type { Value } from "../document/view";
import { parameters, type Rule } from "./rule";

const portsLink = parameters("container_definition_portmappings");

function* external(task: Task): Generator<Draft> {
  const list = task.definition?.get("requiresCompatibilities");
  const item = list?.items.find(({ string }) => string === "EXTERNAL");
  const other = list?.items.find(({ string }) => string === "FARGATE");
  if (!list || !item) return;
  if (other)
    yield {
      spot: at(item),
      message: "A task runs on Fargate or on servers of one's own, and not on both.",
      aws: "FARGATE and EXTERNAL are incompatible.",
      related: [{ message: "Fargate", spot: at(other) }],
      fixes: [
        fix.removeItems('Remove "EXTERNAL"', list, [item]),
        fix.removeItems('Remove "FARGATE"', list, [other], false),
      ],
    };
  const mode = task.definition?.get("networkMode");
  if (!other && mode?.string === "awsvpc")
    yield {
      spot: at(mode),
      message: "Servers of one's own have no `awsvpc`.",
      fixes: [fix.set('Change to "bridge"', mode, "bridge")],
    };
}

const modeOf = (task: Task): string | undefined => {
  const mode = task.definition?.get("networkMode");
  return task.isFargate || !task.definition ? undefined : mode ? mode.string : "bridge";
};

/** Ports of a host's own interface: the same number, once; and none at all without a network. */
function* hostPorts(task: Task): Generator<Draft> {
  const mode = modeOf(task);
  if (mode !== "bridge" && mode !== "host" && mode !== "none") return;
  const taken = new Map<string, Value>();
  for (const { value } of task.containers) {
    const list = value.get("portMappings");
    if (mode === "none" && list?.isFilled) {
      yield {
        spot: at(list),
        message: "Without a network there are no ports.",
        fixes: [fix.remove('Remove "portMappings"', list)],
      };
      continue;
    }
    for (const mapping of list?.objects ?? []) {
      const [own, host] = [mapping.get("containerPort"), mapping.get("hostPort")];
      if (mode === "host" && own?.number !== undefined && host?.number && own.number !== host.number) {
        yield {
          spot: at(host),
          message: `The container uses the host's network, so the host's port is the container's: ${own.number}.`,
          aws: "When networkMode=host, the host ports and container ports in port mappings must match.",
          related: [{ message: "The container's port", spot: at(own) }],
          fixes: [fix.remove('Remove "hostPort"', host)],
        };
        continue;
      }
      if (!host?.number || !list) continue;
      const key = `${mapping.textOf("protocol") ?? "tcp"}:${host.number}`;
      const before = taken.get(key);
      if (before)
        yield {
          spot: at(host),
          message: `The host's port ${host.number} is taken already.`,
          related: [{ message: "Taken here", spot: at(before) }],
          fixes: [fix.removeItems("Remove this mapping", list, [mapping])],
        };
      else taken.set(key, host);
    }
  }
}

/** Links of a bridge: each names another container, with an alias behind a colon. */
function* links({ value, name }: Container, task: Task): Generator<Draft> {
  const list = value.get("links");
  if (modeOf(task) !== "bridge" || task.hasOpenNames) return;
  for (const item of list?.items ?? []) {
    const target = item.string?.split(":")[0];
    if (!list || target === undefined || (task.byName.has(target) && target !== name)) continue;
    yield {
      spot: at(item),
      message: target === name ? "A container has no link to itself." : `No container is called "${target}".`,
      fixes: [fix.removeItems("Remove this link", list, [item])],
    };
  }
}

function* manyRanges({ value }: Container): Generator<Draft> {
  const list = value.get("portMappings");
  const ranges = (list?.objects ?? []).filter((mapping) => mapping.has("containerPortRange"));
  if (list && ranges.length > 100)
    yield { spot: at(list), message: `A container has 100 port ranges at most; these are ${ranges.length}.` };
}

const proxyForms: Readonly<Record<string, { form: (text: string) => boolean; message: string }>> = {
  ...Object.fromEntries(
    ["ProxyIngressPort", "ProxyEgressPort"].map((name) => [
      name,
      { form: (text: string) => isPort(text), message: `\`${name}\` is a port from 1 to 65535.` },
    ]),
  ),
  ...Object.fromEntries(
    ["AppPorts", "EgressIgnoredPorts"].map((name) => [
      name,
      {
        form: (text: string) => text === "" || text.split(",").every((port) => isPort(port.trim())),
        message: `\`${name}\` is a list of ports, with commas between them.`,
      },
    ]),
  ),
  ...Object.fromEntries(
    ["IgnoredUID", "IgnoredGID"].map((name) => [
      name,
      { form: (text: string) => /^\d*$/.test(text), message: `\`${name}\` is a number.` },
    ]),
  ),
};

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

function* proxy(task: Task): Generator<Draft> {
  const owner = task.definition?.objectOf("proxyConfiguration");
  for (const property of owner?.list("properties") ?? []) {
    const [name, value] = [property.textOf("name") ?? "", property.get("value")];
    const known = Object.hasOwn(proxyForms, name) ? proxyForms[name] : undefined;
    // An empty value counts as missing, and that is said elsewhere.
    if (!known || value?.string === undefined || value.string === "" || known.form(value.string)) continue;
    yield { spot: at(value), message: known.message };
  }
  const mode = task.definition?.get("networkMode");
  if (owner && owner.entries.size > 0 && !task.isFargate && mode?.string !== undefined && mode.string !== "awsvpc")
    yield {
      spot: at(mode),
      message: "The proxy needs `awsvpc`.",
      related: [{ message: "The proxy", spot: at(owner) }],
      fixes: [fix.set('Change to "awsvpc"', mode, "awsvpc")],
    };
}

export const networkRules: readonly Rule[] = [
  { id: "external-launch-type", severity: "error", link: parameters("requires_compatibilities"), find: external },
  { id: "host-ports", severity: "error", link: portsLink, find: hostPorts },
  { id: "links", severity: "error", link: portsLink, each: links },
  { id: "port-ranges-max", severity: "error", link: portsLink, each: manyRanges },
  { id: "proxy-values", severity: "error", link: parameters("proxyConfiguration"), find: proxy },
];
