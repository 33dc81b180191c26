/** Names, images, memory and CPU of containers. */
import { parseImageReference, readImageReference } from "../../base/imageReference";
import type { Draft } from "../document/finding";
import { at, atKey, freeName, fix, missingIn, slug } from "../document/fixes";
import { nearestSizes } from "../document/sizes";
import type { Container, Task } from "../document/task";
import type { Value } from "../document/view";
import { isMisnamed } from "./structure";
import { namePattern } from "./task";
import { page, parameters, type ContainerRule, type Rule } from "./rule";
import { setSize } from "./sizes";

/** Why ECS takes no image of this name; undefined where it does. */
function refusal(text: string): string | undefined {
  const read = readImageReference(text);
  return typeof read === "string" ? read : undefined;
}
const longestImage = 255;

/** True for a value that is there, and not just as an empty string. */
const isGiven = (value: Value | undefined): boolean => value !== undefined && value.raw !== "";

function* nameMissing({ value }: Container, task: Task): Generator<Draft> {
  const name = value.get("name");
  if (isGiven(name) || isMisnamed(value, "name")) return;
  const better = freeName(
    slug(
      parseImageReference(value.textOf("image") ?? "app")
        .repository.split("/")
        .at(-1) ?? "app",
      "app",
    ),
    new Set(task.byName.keys()),
  );
  yield {
    spot: name ? at(name) : missingIn(value),
    message: "A container needs a `name`.",
    fixes: [fix.put(`Name it "${better}"`, value, "name", better)],
  };
}

function* nameBad({ value }: Container, task: Task): Generator<Draft> {
  const name = value.get("name");
  if (!name?.string || namePattern.test(name.string)) return;
  const better = freeName(slug(name.string, "app"), new Set(task.byName.keys()));
  yield {
    spot: at(name),
    message: "A container's name has letters, digits, `-` and `_`, 255 at most.",
    fixes: [fix.set(`Change to "${better}"`, name, better)],
  };
}

function* nameTwice(container: Container, task: Task): Generator<Draft> {
  const name = container.value.get("name");
  const first = name?.string === undefined ? undefined : task.byName.get(name.string);
  const firstName = first?.value.get("name");
  if (!name?.string || !firstName || first?.index === container.index) return;
  const better = freeName(name.string, new Set(task.byName.keys()));
  yield {
    spot: at(name),
    message: `Another container is called "${name.string}" already.`,
    related: [{ message: "The first one", spot: at(firstName) }],
    fixes: [fix.set(`Rename to "${better}"`, name, better)],
  };
}

function* imageMissing(container: Container, task: Task): Generator<Draft> {
  const { value, label } = container;
  const image = value.get("image");
  if (isGiven(image) || isMisnamed(value, "image") || task.isSlipways(container)) return;
  const rendered = task.surroundings.imageIsRendered === true;
  yield {
    spot: image ? at(image) : missingIn(value),
    message: rendered
      ? `${label} has no \`image\`; the workflow puts it in.`
      : `${label} has no \`image\`. (Where a deployment fills it in, this is as it should be.)`,
    ...(rendered ? { severity: "info" as const, aws: "" } : {}),
    fixes: [fix.put("Add an image to be filled in", value, "image", "IMAGE_URI")],
  };
}

function* imageBad({ value }: Container): Generator<Draft> {
  const image = value.get("image");
  const text = image?.string;
  if (!image || !text) return;
  const name = text.split("@", 1)[0] ?? "";
  const why = refusal(text);
  if (why === undefined && name.length <= longestImage) return;
  // The tag may have capitals; host and path may not.
  const cleaned = text
    .trim()
    .replace(/^(?:https?|docker):\/\//, "")
    .replace(/\s+/g, "-");
  const parts = /^([^@]*?)((?::\w[\w.-]{0,127})?(?:@.*)?)$/.exec(cleaned);
  const better = parts ? `${(parts[1] ?? "").toLowerCase()}${parts[2] ?? ""}` : cleaned.toLowerCase();
  const fits = better !== text && refusal(better) === undefined && better.length <= longestImage;
  yield {
    spot: at(image),
    message:
      name.length > longestImage
        ? `An image's name has ${longestImage} characters at most.`
        : `This names no image: ${why ?? ""}.`,
    fixes: fits ? [fix.set(`Change to "${better}"`, image, better)] : [],
  };
}

function* imageUnpinned(container: Container, task: Task): Generator<Draft> {
  const image = container.value.get("image");
  const text = image?.string;
  if (!image || !text || refusal(text) !== undefined || task.isSlipways(container)) return;
  const { tag, digest } = parseImageReference(text);
  if (digest !== undefined || (tag !== undefined && tag !== "latest")) return;
  yield {
    spot: at(image),
    message:
      tag === undefined
        ? "Without a tag this is `:latest`, which is another image tomorrow. Name a tag or a digest."
        : "`:latest` is another image tomorrow. Name a tag or a digest.",
  };
}

function* memoryMissing({ value, label }: Container, task: Task): Generator<Draft> {
  const { definition } = task;
  if (
    !definition ||
    task.surroundings.slipway ||
    definition.has("memory") ||
    value.has("memory") ||
    value.has("memoryReservation")
  )
    return;
  // On Fargate the task's memory is what is missing, and that is said once.
  if (task.isFargate || isMisnamed(definition, "memory") || isMisnamed(value, "memory")) return;
  yield {
    spot: missingIn(value),
    message: `${label} has neither \`memory\` nor \`memoryReservation\`, and the task has no \`memory\`.`,
    aws:
      `Invalid setting for container '${value.textOf("name") ?? ""}'. At least one of 'memory' or ` +
      "'memoryReservation' must be specified.",
    fixes: [
      fix.put('Add "memory": 512', value, "memory", 512),
      fix.put('Add "memory": "512" to the task', definition, "memory", "512", false),
    ],
  };
}

function* reservationTooLarge({ value }: Container): Generator<Draft> {
  const [memory, reservation] = [value.get("memory"), value.get("memoryReservation")];
  if (memory?.number === undefined || reservation?.number === undefined || reservation.number <= memory.number) return;
  const [low, high] = [memory.number, reservation.number];
  const swap = fix.by("Swap the two", true, () => [
    { offset: memory.node.offset, length: memory.node.length, text: String(high) },
    { offset: reservation.node.offset, length: reservation.node.length, text: String(low) },
  ]);
  yield {
    spot: at(reservation),
    message: "`memoryReservation` is what is kept free, and may not be more than `memory`, which is the limit.",
    related: [{ message: "The limit", spot: at(memory) }],
    fixes: [swap],
  };
}

function* memoryOverTask({ value, label }: Container, task: Task): Generator<Draft> {
  const memory = value.get("memory");
  const own = task.definition?.get("memory");
  if (memory?.number === undefined || !own || task.memory === undefined || memory.number <= task.memory) return;
  const wanted = { cpu: task.cpu ?? 256, memory: memory.number };
  const raise = task.isFargate
    ? nearestSizes(wanted, task.isWindows)
        .slice(0, 2)
        .map((size, index) => setSize(task, size, index === 0))
    : [fix.set(`Give the task ${memory.number} MiB`, own, String(memory.number))];
  yield {
    spot: at(memory),
    message: `${label} may take ${memory.number} MiB, and the whole task has ${task.memory}.`,
    aws: `The 'memory' setting for container '${value.textOf("name") ?? ""}' is greater than for the task.`,
    related: [{ message: "The task's memory", spot: at(own) }],
    fixes: [...raise, fix.set(`Give the container ${task.memory} MiB`, memory, task.memory, false)],
  };
}

function* memoryTiny({ value }: Container): Generator<Draft> {
  for (const key of ["memory", "memoryReservation"]) {
    const memory = value.get(key);
    if (memory?.number !== undefined && memory.number < 6)
      yield {
        spot: at(memory),
        message: "A container needs 6 MiB at least.",
        aws: "Minimum memory reservation allowed is 6MB",
        fixes: [fix.set("Change to 6", memory, 6)],
      };
  }
}

function* memorySum(task: Task): Generator<Draft> {
  const own = task.definition?.get("memory");
  if (!own || task.memory === undefined) return;
  const parts = task.containers
    .flatMap(({ value }) => value.get("memoryReservation") ?? value.get("memory") ?? [])
    .filter((value) => value.number !== undefined);
  const sum = parts.reduce((total, value) => total + (value.number ?? 0), 0);
  if (
    sum <= task.memory ||
    parts.some((value) => value.path.at(-1) === "memory" && (value.number ?? 0) > (task.memory ?? 0))
  )
    return;
  const last = parts.at(-1);
  if (!last) return;
  const fixes = task.isFargate
    ? nearestSizes({ cpu: task.cpu ?? 256, memory: sum }, task.isWindows)
        .slice(0, 2)
        .map((size, index) => setSize(task, size, index === 0))
    : [fix.set(`Give the task ${sum} MiB`, own, String(sum))];
  yield {
    spot: at(last),
    message: `The containers want ${sum} MiB together, and the task has ${task.memory}.`,
    related: [{ message: "The task's memory", spot: at(own) }],
    fixes,
  };
}

function* cpuSum(task: Task): Generator<Draft> {
  const own = task.definition?.get("cpu");
  if (!own || task.cpu === undefined) return;
  const parts = task.containers
    .flatMap(({ value }) => value.get("cpu") ?? [])
    .filter((value) => value.number !== undefined);
  const sum = parts.reduce((total, value) => total + (value.number ?? 0), 0);
  if (sum <= task.cpu) return;
  const culprit = parts.reduce(
    (largest, value) => ((value.number ?? 0) > (largest.number ?? 0) ? value : largest),
    parts[0] as Value,
  );
  const fixes = task.isFargate
    ? nearestSizes({ cpu: sum, memory: task.memory ?? 512 }, task.isWindows)
        .slice(0, 2)
        .map((size, index) => setSize(task, size, index === 0))
    : [fix.set(`Give the task ${sum} CPU units`, own, String(sum))];
  yield {
    spot: at(culprit),
    message: `The containers' \`cpu\` comes to ${sum} units, and the task has ${task.cpu}.`,
    related: [
      { message: "The task's CPU", spot: at(own) },
      ...parts
        .filter((value) => value !== culprit && (value.number ?? 0) > 0)
        .map((value) => ({ message: "Counts as well", spot: at(value) })),
    ],
    fixes,
  };
}

function* cpuNegative({ value }: Container): Generator<Draft> {
  const cpu = value.get("cpu");
  if (cpu?.number !== undefined && cpu.number < 0)
    yield { spot: at(cpu), message: "A container's `cpu` is 0 or more.", fixes: [fix.remove('Remove "cpu"', cpu)] };
}

function* noEssential(task: Task): Generator<Draft> {
  const { containers } = task;
  const first = containers[0]?.value.get("essential");
  if (
    !first ||
    containers.length !== (task.list?.items.length ?? 0) ||
    containers.some((container) => container.isEssential)
  )
    return;
  yield {
    spot: at(first),
    message: "No container is essential: a task needs one whose end ends it.",
    related: containers
      .slice(1)
      .map(({ value }) => ({ message: "Not essential either", spot: atKey(value.get("essential") as Value) })),
    fixes: [fix.set("Make this one essential", first, true)],
  };
}

const container = (
  id: string,
  severity: Rule["severity"],
  anchor: string,
  each: ContainerRule["each"],
  aws?: string,
): ContainerRule => ({ id, severity, link: parameters(anchor), each, ...(aws === undefined ? {} : { aws }) });

export const containerRules: readonly Rule[] = [
  container(
    "container-name-required",
    "error",
    "container_definition_name",
    nameMissing,
    "Container.name should not be null or empty.",
  ),
  container(
    "container-name-pattern",
    "error",
    "container_definition_name",
    nameBad,
    "Container.name contains invalid characters.",
  ),
  container(
    "container-name-unique",
    "error",
    "container_definition_name",
    nameTwice,
    "Container names must be unique within a task definition",
  ),
  container(
    "image-required",
    "error",
    "container_definition_image",
    imageMissing,
    "Container.image should not be null or empty.",
  ),
  container(
    "image-syntax",
    "error",
    "container_definition_image",
    imageBad,
    "Container.image contains invalid characters.",
  ),
  container("image-latest", "warning", "container_definition_image", imageUnpinned),
  {
    id: "essential-none",
    severity: "error",
    aws: "Task definition doesn't have any essential container",
    link: parameters("container_definition_environment"),
    find: noEssential,
  },
  container("memory-required", "error", "container_definition_memory", memoryMissing),
  container(
    "memory-reservation",
    "error",
    "container_definition_memory",
    reservationTooLarge,
    "'memory' must be greater than or equal to 'memoryReservation'",
  ),
  container("container-memory-over-task", "error", "container_definition_memory", memoryOverTask),
  { id: "container-memory-sum", severity: "warning", link: parameters("task_size"), find: memorySum },
  container("container-cpu-negative", "error", "container_definition_environment", cpuNegative),
  container("container-memory-min", "warning", "container_definition_memory", memoryTiny),
  {
    id: "container-cpu-sum",
    severity: "error",
    aws: "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
    link: page("task_definition_parameters"),
    find: cpuSum,
  },
];
