/** Containers that name each other: dependsOn, volumesFrom, the proxy. */
import { insertMember } from "../document/edits";
import type { Draft } from "../document/finding";
import { at, fix, missingIn, nearest } from "../document/fixes";
import { skeletonOf } from "../document/snippets";
import type { Container, Task } from "../document/task";
import type { Value } from "../document/view";
import { page, parameters, type Rule } from "./rule";

const link = parameters("container_definition_dependson");

/** Mends of a name that nothing has: the nearest that there is, else away with it. */
function unknownName(task: Task, value: Value, list: Value | undefined, item: Value, exclude?: string) {
  const names = [...task.byName.keys()].filter((name) => name !== exclude);
  const near = nearest(value.string ?? "", names);
  const others = near === undefined ? names.slice(0, 3) : [];
  return [
    ...(near === undefined ? [] : [fix.set(`Change to "${near}"`, value, near)]),
    ...(list ? [fix.removeItems("Remove this entry", list, [item], near === undefined)] : []),
    ...others.map((name) => fix.set(`Change to "${name}"`, value, name, !list && others.length === 1)),
  ];
}

function* dependsUnknown({ value, name }: Container, task: Task): Generator<Draft> {
  if (task.hasOpenNames) return;
  for (const dependency of value.list("dependsOn")) {
    const on = dependency.get("containerName");
    if (!on?.string || task.byName.has(on.string)) continue;
    yield {
      spot: at(on),
      message: `No container is called "${on.string}".`,
      aws: `Cannot depend on container + '${on.string}' because it does not exist`,
      fixes: unknownName(task, on, value.get("dependsOn"), dependency, name),
    };
  }
}

function* dependsCycle(task: Task): Generator<Draft> {
  const reported = new Set<Value["node"]>();
  const done = new Set<Container>();
  const edges = (container: Container) =>
    container.value.list("dependsOn").flatMap((item) => {
      const on = item.get("containerName");
      const target = on?.string === undefined ? undefined : task.byName.get(on.string);
      return on && target ? [{ on, target, item, from: container }] : [];
    });
  // Without recursion: a hostile list of a thousand containers is one long chain.
  for (const start of task.containers) {
    if (done.has(start)) continue;
    const path: Container[] = [start];
    const rest = [edges(start)];
    while (path.length) {
      const edge = rest.at(-1)?.pop();
      if (!edge) {
        const left = path.pop();
        if (left) done.add(left);
        rest.pop();
        continue;
      }
      const index = path.indexOf(edge.target);
      if (index < 0) {
        if (done.has(edge.target)) continue;
        path.push(edge.target);
        rest.push(edges(edge.target));
        continue;
      }
      if (reported.has(edge.on.node)) continue;
      reported.add(edge.on.node);
      const round = [...path.slice(index), edge.target].map((container) => container.name ?? "?");
      const list = edge.from.value.get("dependsOn");
      yield {
        spot: at(edge.on),
        message:
          round.length === 2
            ? `"${round[0] ?? ""}" waits for itself.`
            : `These wait for each other: ${round.slice(0, 12).join(" → ")}.`,
        fixes: list ? [fix.removeItems("Remove this dependency", list, [edge.item])] : [],
      };
    }
  }
}

function* dependsHealthy({ value }: Container, task: Task): Generator<Draft> {
  for (const dependency of value.list("dependsOn")) {
    const condition = dependency.get("condition");
    const target = task.byName.get(dependency.textOf("containerName") ?? "");
    if (condition?.string !== "HEALTHY" || !target) continue;
    const off = target.value.objectOf("healthCheck")?.get("command")?.items[0];
    if (off?.string === "NONE")
      yield {
        spot: at(condition),
        message: `${target.label} turns its health check off, so it never becomes healthy.`,
        aws: "",
        severity: "warning",
        related: [{ message: "Turned off here", spot: at(off) }],
        fixes: [fix.set("Wait for START instead", condition, "START")],
      };
    if (target.value.has("healthCheck")) continue;
    yield {
      spot: at(condition),
      message:
        `${target.label} has no \`healthCheck\`, so it never becomes healthy. (A HEALTHCHECK of the image does ` +
        "not count.)",
      related: [{ message: "The container that is waited for", spot: missingIn(target.value) }],
      fixes: [
        fix.set("Wait for START instead", condition, "START", false),
        fix.by(`Give ${target.label} a health check`, true, () =>
          insertMember(
            task.document.parsed,
            target.value,
            "healthCheck",
            skeletonOf(task, target.value, "ContainerDefinition", "healthCheck"),
          ),
        ),
      ],
    };
  }
}

function* dependsComplete({ value }: Container, task: Task): Generator<Draft> {
  for (const dependency of value.list("dependsOn")) {
    const condition = dependency.get("condition");
    const target = task.byName.get(dependency.textOf("containerName") ?? "");
    if (
      (condition?.string !== "COMPLETE" && condition?.string !== "SUCCESS") ||
      !target?.isEssential ||
      target.value.get("essential")?.isOpen
    )
      continue;
    const essential = target.value.get("essential");
    yield {
      spot: at(condition),
      message: `${target.label} is essential: when it ends, the task ends, and nobody waits any more.`,
      related: [
        {
          message: essential ? "Essential" : "Essential, since it says nothing else",
          spot: essential ? at(essential) : missingIn(target.value),
        },
      ],
      fixes: [
        fix.put(`Make ${target.label} non-essential`, target.value, "essential", false),
        fix.set("Wait for START instead", condition, "START", false),
      ],
    };
  }
}

function* volumesFrom({ value, name }: Container, task: Task): Generator<Draft> {
  if (task.hasOpenNames) return;
  for (const entry of value.list("volumesFrom")) {
    const source = entry.get("sourceContainer");
    if (!source?.string || task.byName.has(source.string)) continue;
    yield {
      spot: at(source),
      message: `No container is called "${source.string}".`,
      aws: `Invalid 'volumesFrom' setting. Unknown container: '${source.string}'.`,
      fixes: unknownName(task, source, value.get("volumesFrom"), entry, name),
    };
  }
}

function* proxyContainer(task: Task): Generator<Draft> {
  const name = task.definition?.objectOf("proxyConfiguration")?.get("containerName");
  if (!name?.string || task.hasOpenNames || task.byName.has(name.string)) return;
  yield {
    spot: at(name),
    message: `No container is called "${name.string}".`,
    aws: `Proxy container [${name.string}] does not exist.`,
    fixes: unknownName(task, name, undefined, name),
  };
}

const proxyNeeds: readonly { names: readonly string[]; value: string; aws: string }[] = [
  { names: ["ProxyIngressPort"], value: "15000", aws: "Ingress port not found" },
  { names: ["ProxyEgressPort"], value: "15001", aws: "Egress port not found" },
  { names: ["AppPorts"], value: "8080", aws: "" },
  { names: ["IgnoredUID", "IgnoredGID"], value: "1337", aws: "" },
];

function* proxyProperties(task: Task): Generator<Draft> {
  const proxy = task.definition?.objectOf("proxyConfiguration");
  const properties = proxy?.get("properties");
  if (!proxy || properties?.isOpen || (properties?.items ?? []).some((item) => item.isOpen)) return;
  const given = new Set(
    proxy
      .list("properties")
      .filter((item) => item.get("value")?.raw !== "")
      .flatMap((item) => item.textOf("name") ?? []),
  );
  const missing = proxyNeeds.filter(({ names }) => !names.some((name) => given.has(name)));
  const first = missing[0];
  if (!first) return;
  const entries = missing.map(({ names, value }) => ({ name: names[0] ?? "", value }));
  const whole = [
    ...proxy
      .list("properties")
      .map((item) => Object.fromEntries([...item.entries].map(([key, member]) => [key, member.node.value as unknown])))
      .filter((item) => item["value"] !== ""),
    ...entries,
  ];
  yield {
    spot: missingIn(properties ?? proxy),
    message: `The proxy needs ${missing.map(({ names }) => `\`${names.join("` or `")}\``).join(", ")}.`,
    aws: first.aws,
    fixes: [fix.put("Add what is missing", proxy, "properties", whole)],
  };
}

export const dependencyRules: readonly Rule[] = [
  { id: "depends-unknown", severity: "error", link, each: dependsUnknown },
  { id: "depends-cycle", severity: "error", link, find: dependsCycle },
  {
    id: "depends-healthy",
    severity: "error",
    aws: "A dependency container with HEALTHY condition must have health check configured",
    link,
    each: dependsHealthy,
  },
  {
    id: "depends-complete-essential",
    severity: "error",
    aws: "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
    link,
    each: dependsComplete,
  },
  {
    id: "volumes-from-unknown",
    severity: "error",
    link: parameters("container_definition_storage"),
    each: volumesFrom,
  },
  { id: "proxy-container", severity: "error", link: parameters("proxyConfiguration"), find: proxyContainer },
  { id: "proxy-properties", severity: "error", link: parameters("proxyConfiguration"), find: proxyProperties },
  {
    id: "proxy-appmesh",
    severity: "warning",
    link: page("service-connect"),
    *find({ definition }) {
      const proxy = definition?.get("proxyConfiguration");
      if (proxy?.object && proxy.object.entries.size > 0)
        yield {
          spot: at(proxy),
          message: "The proxy is App Mesh's, which AWS ends on 30 September 2026. Service Connect takes its place.",
        };
    },
  },
];
