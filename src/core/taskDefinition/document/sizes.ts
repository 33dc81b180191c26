/** Task sizes: how they are written, and which of them Fargate has. */

/** Memory in MiB by CPU units; the steps run from the first value to the second. Windows has the middle three alone. */
interface FargateSize {
  cpu: number;
  memory: readonly number[];
  windows: boolean;
}

const steps = (from: number, to: number, step: number): number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_unused, index) => from + index * step);

/** Source: the ECS developer guide's table of task sizes; 32 vCPUs since September 2026. */
export const fargateSizes: readonly FargateSize[] = [
  { cpu: 256, memory: [512, 1024, 2048], windows: false },
  { cpu: 512, memory: steps(1024, 4096, 1024), windows: false },
  { cpu: 1024, memory: steps(2048, 8192, 1024), windows: true },
  { cpu: 2048, memory: steps(4096, 16384, 1024), windows: true },
  { cpu: 4096, memory: steps(8192, 30720, 1024), windows: true },
  { cpu: 8192, memory: steps(16384, 61440, 4096), windows: false },
  { cpu: 16384, memory: steps(32768, 122880, 8192), windows: false },
  { cpu: 32768, memory: [61440, 122880, 249856], windows: false },
];

export interface Size {
  cpu: number;
  memory: number;
}

/** CPU units out of `256`, `1 vCPU`, `.25 vcpu`; undefined for what AWS cannot read. */
export function cpuUnits(text: string): number | undefined {
  return amount(text, /^\s*(\d+|\d*\.\d+|\d+\.)\s*vcpus?\s*$/i);
}

/** MiB out of `512`, `0.5 GB`, `1gb`; undefined for what AWS cannot read. */
export function memoryMiB(text: string): number | undefined {
  return amount(text, /^\s*(\d+|\d*\.\d+|\d+\.)\s*gb\s*$/i);
}

function amount(text: string, withUnit: RegExp): number | undefined {
  if (/^\s*\d+\s*$/.test(text)) return Number(text);
  const match = withUnit.exec(text);
  return match?.[1] === undefined ? undefined : Math.round(Number(match[1]) * 1024);
}

/** The same amount in the notation that the file used: units, or `N vCPU` and `N GB`. */
export function inNotationOf(like: string | undefined, value: number, unit: "vCPU" | "GB"): string {
  return like !== undefined && /[a-z]/i.test(like) ? `${value / 1024} ${unit}` : String(value);
}

export const gigabytes = (mebibytes: number): string => `${Number((mebibytes / 1024).toFixed(2))} GB`;

export function sizesFor(windows: boolean): readonly FargateSize[] {
  return windows ? fargateSizes.filter((size) => size.windows) : fargateSizes;
}

export function isFargateSize({ cpu, memory }: Size, windows: boolean): boolean {
  return sizesFor(windows).some((size) => size.cpu === cpu && size.memory.includes(memory));
}

/** The sizes that come nearest to one that Fargate does not have, the best first; none of them gives less than was asked unless nothing else is there. */
export function nearestSizes(wanted: Size, windows: boolean): Size[] {
  const sizes = sizesFor(windows);
  const atLeast = (list: readonly number[], least: number) => list.find((item) => item >= least);
  const found: Size[] = [];
  const add = (cpu: number | undefined, memory: number | undefined) => {
    if (cpu !== undefined && memory !== undefined && !found.some((size) => size.cpu === cpu && size.memory === memory))
      found.push({ cpu, memory });
  };
  const same = sizes.find((size) => size.cpu === wanted.cpu);
  if (same) add(same.cpu, atLeast(same.memory, wanted.memory));
  for (const size of sizes) if (size.cpu >= wanted.cpu) add(size.cpu, atLeast(size.memory, wanted.memory));
  for (const size of sizes) if (size.memory.includes(wanted.memory)) add(size.cpu, wanted.memory);
  const largest = sizes.at(-1);
  if (found.length === 0) add(largest?.cpu, atLeast(largest?.memory ?? [], wanted.memory) ?? largest?.memory.at(-1));
  return found.slice(0, 5);
}
