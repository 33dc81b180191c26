/** Changes that a person may want at the cursor, where nothing is wrong: size, processor, storage, a health check. */
import { money } from "../../base/costText";
import type { Fix } from "../document/finding";
import { fix } from "../document/fixes";
import { locate } from "../document/locate";
import { gigabytes, sizesFor, type Size } from "../document/sizes";
import { skeletonOf } from "../document/snippets";
import type { Task } from "../document/task";
import type { ObjectValue } from "../document/view";
import { setSize } from "../rules/sizes";
import { architectureOf, costOfTask, type Architecture } from "./taskCost";

/** More choices than that are no help in a menu. */
const mostSizes = 12;
/** GiB beyond the 20 that every task has; AWS takes 21 to 200. */
const storages = [50, 100, 200];

/** What one task costs a month, in words; empty where no price is known. */
function monthly(task: Task, size: Size, architecture: Architecture): string {
  const { monthly: amount, currency } = costOfTask(task, size, architecture).cost;
  return amount === undefined ? "" : `, about ${money(amount, currency)} a month for a task`;
}

/** Sizes that Fargate has: with as many processors, those of its memory; then the next smaller and larger ones. */
function sizesAround({ cpu, memory }: Size, isWindows: boolean): Size[] {
  const all = sizesFor(isWindows);
  const at = all.findIndex((size) => size.cpu === cpu);
  const fitting = (index: number): Size[] => {
    const size = all[index];
    const amount = size?.memory.find((each) => each >= memory) ?? size?.memory.at(-1);
    return size && amount !== undefined ? [{ cpu: size.cpu, memory: amount }] : [];
  };
  const same = (all[at]?.memory ?? []).map((each) => ({ cpu, memory: each }));
  const nearest = same.sort((one, other) => Math.abs(one.memory - memory) - Math.abs(other.memory - memory));
  return [...nearest.slice(1, mostSizes - 3), ...fitting(at - 1), ...fitting(at + 1), ...fitting(at + 2)].sort(
    (one, other) => one.cpu - other.cpu || one.memory - other.memory,
  );
}

function sizeChanges(task: Task, definition: ObjectValue): Fix[] {
  const { cpu, memory, isWindows } = task;
  if (cpu === undefined || memory === undefined) return [];
  return sizesAround({ cpu, memory }, isWindows).map((size) => {
    const { edits } = setSize(task, size, false);
    const words = `${size.cpu / 1024} vCPU and ${gigabytes(size.memory)}`;
    return fix.by(`Change to ${words}${monthly(task, size, architectureOf(definition))}`, false, edits);
  });
}

function platformChanges(task: Task, definition: ObjectValue): Fix[] {
  if (task.isWindows || definition.isOpenAt("runtimePlatform")) return [];
  const to = architectureOf(definition) === "ARM64" ? "X86_64" : "ARM64";
  const platform = definition.objectOf("runtimePlatform");
  const { cpu, memory } = task;
  const price = cpu === undefined || memory === undefined ? "" : monthly(task, { cpu, memory }, to);
  const title = `Run on ${to} (the image has to be built for it)${price}`;
  return [
    platform
      ? fix.put(title, platform, "cpuArchitecture", to, false)
      : fix.put(title, definition, "runtimePlatform", { cpuArchitecture: to, operatingSystemFamily: "LINUX" }, false),
  ];
}

function storageChanges(definition: ObjectValue): Fix[] {
  const present = definition.objectOf("ephemeralStorage")?.numberOf("sizeInGiB") ?? 20;
  const bigger = storages
    .filter((size) => size !== present)
    .map((size) =>
      fix.put(`Give it ${size} GiB of ephemeral storage`, definition, "ephemeralStorage", { sizeInGiB: size }, false),
    );
  const stated = definition.get("ephemeralStorage");
  return stated ? [...bigger, fix.remove("Go back to the 20 GiB that every task has", stated, false)] : bigger;
}

function healthChanges(task: Task, container: ObjectValue): Fix[] {
  if (container.has("healthCheck")) return [];
  const port = container.list("portMappings")[0]?.numberOf("containerPort") ?? 8080;
  const usual = skeletonOf(task, container, "ContainerDefinition", "healthCheck") as object;
  const command = ["CMD-SHELL", `curl -f http://localhost:${port}/ || exit 1`];
  return [fix.put("Add a health check (the image needs curl)", container, "healthCheck", { ...usual, command }, false)];
}

/** What may be changed at the offset; empty in a text that is broken. */
export function changesAt(task: Task, offset: number): Fix[] {
  const { definition, document } = task;
  if (!definition || document.problems.length > 0 || !task.isFargate) return [];
  const { inner } = locate(task, document.parsed, offset);
  const [member] = inner;
  if (member === "cpu" || member === "memory") return inner.length === 1 ? sizeChanges(task, definition) : [];
  if (member === "runtimePlatform") return platformChanges(task, definition);
  if (member === "ephemeralStorage") return storageChanges(definition);
  if (member === "family" || member === "requiresCompatibilities")
    return [
      ...platformChanges(task, definition),
      ...(definition.has("ephemeralStorage") ? [] : storageChanges(definition)),
    ];
  const container = task.containers.find(
    ({ value: { node } }) => offset >= node.offset && offset < node.offset + node.length,
  );
  // Within the container itself, and not in what it holds.
  const isHead = inner.length <= 3 && ["name", "image", "portMappings", "essential"].includes(String(inner.at(-1)));
  return container && isHead ? healthChanges(task, container.value) : [];
}
