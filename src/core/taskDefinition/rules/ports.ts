/** Port mappings. */
import type { Draft } from "../document/finding";
import { at, freeName, fix, missingIn, putEdits } from "../document/fixes";
import type { Container, Task } from "../document/task";
import type { ObjectValue, Value } from "../document/view";
import { isMisnamed } from "./structure";
import { page, parameters, type Rule } from "./rule";

const link = parameters("container_definition_portmappings");
const lastPort = 65_535;

const isPort = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= lastPort;

/** The two ends of `8080-8090`; undefined for what is no range. */
function rangeOf(text: string): [number, number] | undefined {
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text.trim());
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

const mappings = ({ value }: Container): ObjectValue[] => value.list("portMappings");

function* hostPort(container: Container, task: Task): Generator<Draft> {
  if (!task.isAwsvpc) return;
  for (const mapping of mappings(container)) {
    const [host, own] = [mapping.get("hostPort"), mapping.get("containerPort")];
    if (
      host?.number === undefined ||
      own?.number === undefined ||
      host.number === own.number ||
      mapping.has("containerPortRange")
    )
      continue;
    // Zero asks for a port of the host's choice; what AWS makes of it here is not known to be refused.
    yield {
      spot: at(host),
      message: `Every task has an address of its own here, so the host's port is the container's: ${own.number}.`,
      related: [{ message: "The container's port", spot: at(own) }],
      fixes: [fix.remove('Remove "hostPort"', host), fix.set(`Change to ${own.number}`, host, own.number, false)],
    };
  }
}

interface Taken {
  first: number;
  last: number;
  value: Value;
  container: Container;
}

function* portTwice(task: Task): Generator<Draft> {
  if (!task.isAwsvpc) return;
  const used = new Set<string>();
  const taken = new Map<string, Taken[]>();
  for (const container of task.containers) {
    for (const mapping of mappings(container)) {
      const value = mapping.get("containerPort") ?? mapping.get("containerPortRange");
      const range =
        value?.number === undefined ? rangeOf(value?.string ?? "") : ([value.number, value.number] as const);
      if (!value || !range || !isPort(range[0]) || mapping.get("protocol")?.isPlaceholder) continue;
      const protocol = mapping.textOf("protocol") ?? "tcp";
      const before = (taken.get(protocol) ?? []).find((other) => range[0] <= other.last && range[1] >= other.first);
      if (!before) {
        taken.set(
          protocol,
          [...(taken.get(protocol) ?? []), { first: range[0], last: range[1], value, container }].slice(-500),
        );
        used.add(`${protocol}:${range[0]}`);
        continue;
      }
      const list = container.value.get("portMappings") as Value;
      let free = range[0];
      while (
        [...(taken.get(protocol) ?? [])].some((other) => free <= other.last && free >= other.first) &&
        free < lastPort
      )
        free++;
      const sameContainer = before.container === container;
      const change =
        value.number === undefined
          ? []
          : [fix.by(`Change to ${free}`, !sameContainer, () => changePort(mapping, value, free))];
      yield {
        spot: at(value),
        message:
          `The containers of a task share one address here, and ${protocol.toUpperCase()} port ${range[0]} is ` +
          `taken${sameContainer ? " by this container itself" : ` by ${before.container.label}`}.`,
        aws:
          `${protocol.toUpperCase()} container port '${range[0]}' is used multiple times in task when ` +
          "networkMode=awsvpc.",
        related: [{ message: "Taken here", spot: at(before.value) }],
        fixes: [
          ...change,
          fix.removeItems("Remove this mapping", list, [mapping], sameContainer || change.length === 0),
        ],
      };
    }
  }
}

/** Host and container port move together, or the next finding is about them. */
function changePort(mapping: ObjectValue, own: Value, to: number) {
  const host = mapping.get("hostPort");
  const both = host?.number !== undefined && host.number === own.number;
  return [...putEdits(mapping, "containerPort", to), ...(both ? putEdits(mapping, "hostPort", to) : [])];
}

function* portMissingOrBad(container: Container): Generator<Draft> {
  const aws = `Invalid 'containerPort' setting for container '${container.name ?? ""}'.`;
  for (const mapping of mappings(container)) {
    const own = mapping.get("containerPort");
    if (!own) {
      if (
        mapping.has("containerPortRange") ||
        isMisnamed(mapping, "containerPort") ||
        isMisnamed(mapping, "containerPortRange")
      )
        continue;
      const host = mapping.numberOf("hostPort") ?? 0;
      const guess = isPort(host) ? host : 8080;
      yield {
        spot: missingIn(mapping),
        message: "A mapping needs `containerPort` or `containerPortRange`.",
        aws,
        fixes: [fix.put(`Add "containerPort": ${guess}`, mapping, "containerPort", guess)],
      };
    } else if (own.number !== undefined && Number.isInteger(own.number) && !isPort(own.number)) {
      yield {
        spot: at(own),
        message: `A port is a number from 1 to ${lastPort}.`,
        aws,
        fixes: [fix.by("Change to 8080", false, () => changePort(mapping, own, 8080))],
      };
    }
  }
}

function* hostPortRange(container: Container, task: Task): Generator<Draft> {
  if (task.isAwsvpc) return;
  for (const mapping of mappings(container)) {
    const host = mapping.get("hostPort");
    if (host?.number !== undefined && Number.isInteger(host.number) && (host.number < 0 || host.number > lastPort))
      yield {
        spot: at(host),
        message: `A host's port is a number from 0 (any that is free) to ${lastPort}.`,
        aws: `Invalid 'hostPort' setting for container '${container.name ?? ""}'.`,
        fixes: [fix.set("Change to 0", host, 0)],
      };
  }
}

function* portAndRange(container: Container): Generator<Draft> {
  for (const mapping of mappings(container)) {
    const range = mapping.get("containerPortRange");
    const singles = [mapping.get("containerPort"), mapping.get("hostPort")].filter((value) => value !== undefined);
    if (!range || singles.length === 0) continue;
    yield {
      spot: at(range),
      message: "A mapping has a range or a single port, and not both.",
      aws:
        `Invalid port mapping for container '${container.name ?? ""}', cannot specify both single port and ` +
        "port range.",
      related: singles.map((value) => ({ message: "A single port", spot: at(value) })),
      fixes: [
        fix.remove("Remove the range", range, mapping.has("containerPort")),
        fix.removeAll("Remove the single ports", mapping, singles, !mapping.has("containerPort")),
      ],
    };
  }
}

function* rangeOrder(container: Container): Generator<Draft> {
  for (const mapping of mappings(container)) {
    const value = mapping.get("containerPortRange");
    if (!value?.string) continue;
    const range = rangeOf(value.string);
    if (range && isPort(range[0]) && isPort(range[1]) && range[0] < range[1]) continue;
    const swapped =
      range && range[0] > range[1] && isPort(range[0]) && isPort(range[1]) ? `${range[1]}-${range[0]}` : undefined;
    const single =
      range && range[0] === range[1] && isPort(range[0]) && !mapping.has("containerPort") ? range[0] : undefined;
    yield {
      spot: at(value),
      message: `A range is \`first-last\`, the first smaller than the last, both from 1 to ${lastPort}.`,
      aws: `Invalid 'containerPortRange' setting for container '${container.name ?? ""}'.`,
      fixes: [
        ...(swapped === undefined ? [] : [fix.set(`Change to "${swapped}"`, value, swapped)]),
        ...(single === undefined || !value.key
          ? []
          : [
              fix.by(`Make it "containerPort": ${single}`, true, () => [
                { offset: value.key?.offset ?? 0, length: value.key?.length ?? 0, text: '"containerPort"' },
                { offset: value.node.offset, length: value.node.length, text: String(single) },
              ]),
            ]),
      ],
    };
  }
}

const portName = /^[a-z0-9_][a-z0-9_-]{0,63}$/;

function* portNameTwice(task: Task): Generator<Draft> {
  const seen = new Map<string, Value>();
  for (const mapping of task.containers.flatMap(mappings)) {
    const name = mapping.get("name");
    if (!name?.string) continue;
    const before = seen.get(name.string);
    if (before) {
      const better = freeName(name.string, new Set(seen.keys()));
      yield {
        spot: at(name),
        message: `Another port of this task is called "${name.string}" already.`,
        related: [{ message: "The first one", spot: at(before) }],
        fixes: [fix.set(`Rename to "${better}"`, name, better), fix.remove("Remove the name", name, false)],
      };
    } else seen.set(name.string, name);
  }
}

function* portNameBad(container: Container): Generator<Draft> {
  for (const mapping of mappings(container)) {
    const name = mapping.get("name");
    if (name?.string === undefined || portName.test(name.string)) continue;
    const better =
      name.string
        .toLowerCase()
        .replace(/[^a-z0-9_-]+/g, "-")
        .replace(/^-+|-+$/g, "")
        .slice(0, 64) || "port";
    yield {
      spot: at(name),
      message: "A port's name has lower-case letters, digits, `_` and `-`, 64 at most, and does not begin with `-`.",
      fixes: [fix.set(`Change to "${better}"`, name, better)],
    };
  }
}

function* appProtocol(container: Container, task: Task): Generator<Draft> {
  for (const mapping of mappings(container)) {
    const value = mapping.get("appProtocol");
    if (!value || value.isPlaceholder) continue;
    const protocol = mapping.get("protocol");
    if (protocol?.string === "udp")
      yield {
        spot: at(value),
        message: "`appProtocol` is spoken over TCP; this port is UDP.",
        related: [{ message: "The transport", spot: at(protocol) }],
        fixes: [fix.remove('Remove "appProtocol"', value)],
      };
    else if (!mapping.has("name") && !isMisnamed(mapping, "name")) {
      const taken = new Set(task.containers.flatMap(mappings).flatMap((other) => other.textOf("name") ?? []));
      const better = freeName(
        `${
          (container.name ?? "app")
            .toLowerCase()
            .replace(/[^a-z0-9_-]+/g, "-")
            .slice(0, 40) || "app"
        }-${mapping.numberOf("containerPort") ?? "port"}`,
        taken,
      );
      yield {
        spot: at(value),
        message: "Only Service Connect reads `appProtocol`, and it knows a port by its `name`.",
        fixes: [
          fix.put(`Add "name": "${better}"`, mapping, "name", better),
          fix.remove('Remove "appProtocol"', value, false),
        ],
      };
    }
  }
}

export const portRules: readonly Rule[] = [
  {
    id: "awsvpc-host-port",
    severity: "error",
    aws: "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
    link,
    each: hostPort,
  },
  { id: "awsvpc-port-reuse", severity: "error", link, find: portTwice },
  {
    id: "container-port-range",
    severity: "error",
    link,
    each: function* (container, task) {
      yield* portMissingOrBad(container);
      yield* hostPortRange(container, task);
    },
  },
  { id: "port-range-exclusive", severity: "error", link, each: portAndRange },
  { id: "port-range-order", severity: "error", link, each: rangeOrder },
  {
    id: "port-name-unique",
    severity: "error",
    aws: "When networkMode=awsvpc, port mapping name is already used",
    link: page("service-connect"),
    find: portNameTwice,
  },
  { id: "port-name-pattern", severity: "error", link: page("service-connect"), each: portNameBad },
  { id: "app-protocol-name", severity: "warning", link: page("service-connect"), each: appProtocol },
];
