import type { CostInput } from "../../base/cost";
import type { TaskDefinition } from "../../base/taskDefinition";
import { architectureOf, sizeOf } from "./generate";

const isWindows = (family: unknown): boolean => typeof family === "string" && family.startsWith("WINDOWS");

/** What of a definition has a price: what one of its tasks costs follows from it. */
export function pricedSize(
  definition: TaskDefinition,
): Pick<CostInput, "architecture" | "cpu" | "memory" | "storage" | "windows"> {
  const { ephemeralStorage, runtimePlatform } = definition as {
    ephemeralStorage?: { sizeInGiB?: unknown };
    runtimePlatform?: { operatingSystemFamily?: unknown };
  };
  const size = Number(ephemeralStorage?.sizeInGiB);
  return {
    architecture: architectureOf(definition),
    cpu: sizeOf(definition.cpu, 256),
    memory: sizeOf(definition.memory, 512),
    ...(Number.isFinite(size) ? { storage: size } : {}),
    windows: isWindows(runtimePlatform?.operatingSystemFamily),
  };
}
