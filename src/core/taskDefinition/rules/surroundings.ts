/** What the definition and its neighbours in the workspace say about the same thing: Dockerfile and slipway.json. */
import type { Draft } from "../document/finding";
import { at, fix, nearest } from "../document/fixes";
import { putEdits } from "../document/fixes";
import type { Container, Task } from "../document/task";
import { page, parameters, type Rule } from "./rule";

/** The container that the workspace's Dockerfile is built for; undefined when there is no telling. */
function applicationOf(task: Task): Container | undefined {
  const { slipway } = task.surroundings;
  if (slipway)
    return (
      task.byName.get(task.slipwayContainer ?? "") ?? (task.containers.length === 1 ? task.containers[0] : undefined)
    );
  return task.containers.length === 1 ? task.containers[0] : undefined;
}

/** Images that somebody else built: what this workspace's Dockerfile exposes says nothing about them. */
const isForeignImage = (image: string | undefined): boolean =>
  image !== undefined &&
  !/\.dkr[.-]ecr[.-]|[$<{%]/.test(image) &&
  /^(?:docker\.io\/|public\.ecr\.aws\/|[\w-]+(?::[\w.-]+)?$)/.test(image);

function* dockerfilePort(task: Task): Generator<Draft> {
  const { dockerfile, slipway } = task.surroundings;
  const container = applicationOf(task);
  if (
    !dockerfile ||
    dockerfile.ports.length === 0 ||
    !container ||
    (!slipway && isForeignImage(container.value.get("image")?.raw))
  )
    return;
  const ports = container.value
    .list("portMappings")
    .flatMap((mapping) => mapping.get("containerPort") ?? [])
    .filter((value) => value.number !== undefined);
  const exposed = dockerfile.ports.map(({ port }) => port);
  if (
    ports.length === 0 ||
    ports.some((value) => exposed.includes(value.number ?? 0) || value.number === slipway?.port)
  )
    return;
  const [first] = ports;
  if (!first) return;
  const mapping = container.value.list("portMappings").find((item) => item.get("containerPort")?.node === first.node);
  const to = exposed[0] as number;
  yield {
    spot: at(first),
    message: `${dockerfile.file} exposes ${exposed.slice(0, 8).join(", ")}${exposed.length > 8 ? ", …" : ""}, and not ${first.number ?? ""}.`,
    related: dockerfile.ports.slice(0, 3).map(({ port, line }) => ({
      message: `EXPOSE ${port}, line ${line + 1}`,
      file: dockerfile.file,
      spot: { offset: line, length: 0, path: [] },
    })),
    fixes: mapping
      ? [
          fix.by(`Change to ${to}`, true, () => [
            ...putEdits(mapping, "containerPort", to),
            ...(mapping.numberOf("hostPort") === first.number && mapping.has("hostPort")
              ? putEdits(mapping, "hostPort", to)
              : []),
          ]),
        ]
      : [],
  };
}

function* slipwayContainer(task: Task): Generator<Draft> {
  const { slipway } = task.surroundings;
  if (!slipway || !task.list || task.hasOpenNames || task.byName.has(slipway.container) || task.containers.length === 0)
    return;
  // Where one container alone can be meant, the file governs.
  if (task.slipwayContainer !== undefined) return;
  const names = [...task.byName.keys()];
  const near = nearest(slipway.container, names) ?? names[0];
  const target = near === undefined ? task.containers[0] : task.byName.get(near);
  const name = target?.value.get("name");
  if (!target) return;
  yield {
    spot: name ? at(name) : at(target.value),
    message: `${slipway.file} sends its traffic to a container "${slipway.container}", and there is none of that name.`,
    fixes: [fix.put(`Name it "${slipway.container}"`, target.value, "name", slipway.container)],
  };
}

function* slipwayPort(task: Task): Generator<Draft> {
  const { slipway } = task.surroundings;
  const port = slipway?.port;
  const container = slipway && task.byName.get(task.slipwayContainer ?? "");
  const mappings = container?.value.list("portMappings") ?? [];
  const values = mappings.flatMap((mapping) => mapping.get("containerPort") ?? []);
  const [first] = values;
  if (
    port === undefined ||
    !container ||
    !first ||
    values.some((value) => value.number === port || value.isPlaceholder)
  )
    return;
  const mapping = mappings.find((item) => item.get("containerPort")?.node === first.node);
  yield {
    spot: at(first),
    message: `${slipway.file} sends its traffic to port ${port}, which ${container.label} does not list.`,
    fixes: mapping
      ? [
          fix.by(`Change to ${port}`, true, () => [
            ...putEdits(mapping, "containerPort", port),
            ...(mapping.has("hostPort") ? putEdits(mapping, "hostPort", port) : []),
          ]),
        ]
      : [],
  };
}

export const surroundingRules: readonly Rule[] = [
  {
    id: "dockerfile-port",
    severity: "warning",
    link: parameters("container_definition_portmappings"),
    find: dockerfilePort,
  },
  { id: "slipway-container", severity: "error", link: page("service-load-balancing"), find: slipwayContainer },
  { id: "slipway-port", severity: "warning", link: page("service-load-balancing"), find: slipwayPort },
];
