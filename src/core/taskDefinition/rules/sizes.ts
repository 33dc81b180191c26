/** Rules about a task's CPU and memory. */
import type { Draft, Fix, Spot } from "../document/finding";
import { at, fix, missingIn, putEdits } from "../document/fixes";
import {
  gigabytes,
  inNotationOf,
  isFargateSize,
  memoryMiB,
  cpuUnits,
  nearestSizes,
  sizesFor,
  type Size,
} from "../document/sizes";
import type { Task } from "../document/task";
import type { ObjectValue } from "../document/view";
import { isMisnamed } from "./structure";
import { listOf } from "./tags";

/** Where a member that is null or not there is shown. */
export const absentAt = (object: ObjectValue, key: string): Spot => {
  const value = object.entries.get(key);
  return value ? at(value) : missingIn(object);
};

/** True when a member that Fargate demands is neither there nor misspelt nor filled in by Slipway. */
export const lacks = (task: Task, key: string): boolean =>
  task.definition !== undefined &&
  !task.definition.has(key) &&
  !isMisnamed(task.definition, key) &&
  task.surroundings.slipway === undefined;

export function* missingSize(task: Task, key: "cpu" | "memory"): Generator<Draft> {
  const { definition } = task;
  if (!definition || !task.isFargate || !lacks(task, key)) return;
  const value = key === "cpu" ? fittingCpu(task) : fittingMemory(task);
  yield {
    spot: absentAt(definition, key),
    message: `Fargate needs \`${key}\` for the task as a whole.`,
    fixes: [fix.put(`Add "${key}": "${value}"`, definition, key, value)],
  };
}

function containerSums(task: Task): Size {
  const sum = (key: string) => task.containers.reduce((total, { value }) => total + (value.numberOf(key) ?? 0), 0);
  return {
    cpu: sum("cpu"),
    memory: Math.max(...task.containers.map(({ value }) => value.numberOf("memory") ?? 0), sum("memoryReservation"), 0),
  };
}

/** The smallest CPU that the stated memory and the containers allow. */
function fittingCpu(task: Task): string {
  const { cpu } = containerSums(task);
  const memory = task.memory;
  const fitting = sizesFor(task.isWindows).find(
    (size) => size.cpu >= cpu && (memory === undefined || size.memory.includes(memory)),
  );
  return String((fitting ?? sizesFor(task.isWindows)[0])?.cpu ?? 256);
}

function fittingMemory(task: Task): string {
  const least = containerSums(task).memory;
  const size = sizesFor(task.isWindows).find(({ cpu }) => cpu === (task.cpu ?? 256)) ?? sizesFor(task.isWindows)[0];
  return String(size?.memory.find((value) => value >= least) ?? size?.memory.at(-1) ?? 512);
}

/** Sets the task's CPU and memory to a size that there is, in the notation of the file. */
export function setSize(task: Task, size: Size, preferred: boolean): Fix {
  const { definition } = task;
  const [cpu, memory] = [definition?.get("cpu"), definition?.get("memory")];
  const texts = { cpu: inNotationOf(cpu?.raw, size.cpu, "vCPU"), memory: inNotationOf(memory?.raw, size.memory, "GB") };
  return fix.by(
    `Take ${size.cpu / 1024} vCPU and ${gigabytes(size.memory)} ("cpu": "${texts.cpu}", "memory": "${texts.memory}")`,
    preferred,
    () =>
      definition
        ? [
            ...(task.cpu === size.cpu ? [] : putEdits(definition, "cpu", texts.cpu)),
            ...(task.memory === size.memory ? [] : putEdits(definition, "memory", texts.memory)),
          ]
        : [],
  );
}

export function* badSize(task: Task): Generator<Draft> {
  const [cpu, memory] = [task.definition?.get("cpu"), task.definition?.get("memory")];
  if (!task.isFargate || !cpu || !memory || task.cpu === undefined || task.memory === undefined) return;
  const wanted: Size = { cpu: task.cpu, memory: task.memory };
  if (isFargateSize(wanted, false)) return;
  const valid = sizesFor(task.isWindows).find((size) => size.cpu === wanted.cpu);
  const [culprit, other] = valid ? [memory, cpu] : [cpu, memory];
  const message = valid
    ? `With ${wanted.cpu / 1024} vCPU Fargate has ${listOf(valid.memory)} of memory, and not ` +
      `${gigabytes(wanted.memory)}.`
    : `Fargate has no ${wanted.cpu} CPU units; it has ${sizesFor(task.isWindows)
        .map((size) => size.cpu)
        .join(", ")}.`;
  yield {
    spot: at(culprit),
    message,
    aws:
      `No Fargate configuration exists for given values: ${wanted.cpu} CPU, ${wanted.memory} memory. See the ` +
      "Amazon ECS documentation for the valid values.",
    related: [{ message: valid ? "The CPU that it has to go with" : "The memory that goes with it", spot: at(other) }],
    fixes: nearestSizes(wanted, task.isWindows).map((size, index) => setSize(task, size, index === 0)),
  };
}

export function* unreadableSize(task: Task): Generator<Draft> {
  for (const [key, read] of [
    ["cpu", cpuUnits],
    ["memory", memoryMiB],
  ] as const) {
    const value = task.definition?.get(key);
    if (!value || value.string === undefined || read(value.string) !== undefined) continue;
    const number = /\d+(\.\d+)?/.exec(value.string)?.[0];
    const guess =
      number === undefined
        ? undefined
        : /g/i.test(value.string) || (key === "cpu" && Number(number) <= 32)
          ? String(Math.round(Number(number) * 1024))
          : String(Math.round(Number(number)));
    const usable = guess !== undefined && guess !== "0";
    yield {
      spot: at(value),
      message:
        `\`${value.string}\` is no ` +
        `${
          key === "cpu"
            ? 'CPU size: write units ("256") or vCPUs ("0.25 vCPU")'
            : 'memory size: write MiB ("512") or ' + 'gigabytes ("0.5 GB")'
        }.`,
      aws: `Invalid '${key}' setting for task.`,
      fixes: usable ? [fix.set(`Change to "${guess}"`, value, guess)] : [],
    };
  }
}
