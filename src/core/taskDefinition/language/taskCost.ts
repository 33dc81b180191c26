import { estimateCost, type CostEstimate, type CostInput } from "../../base/cost";
import { regionOf } from "../document/snippets";
import type { Task } from "../document/task";
import type { ObjectValue } from "../document/view";
import type { Size } from "../document/sizes";

export type Architecture = CostInput["architecture"];

/** What the definition asks for; Fargate's default is X86_64. */
export const architectureOf = (definition: ObjectValue | undefined): Architecture =>
  definition?.objectOf("runtimePlatform")?.textOf("cpuArchitecture") === "ARM64" ? "ARM64" : "X86_64";

/** What one task of this size costs a month, and by which region's prices: the definition's, else us-east-1's. */
export function costOfTask(
  task: Task,
  { cpu, memory }: Size,
  architecture: Architecture,
): { cost: CostEstimate; region: string } {
  const known = regionOf(task);
  const region = known === "REGION" ? "us-east-1" : known;
  const alone = { tasks: 1, publicTasks: false, loadBalancer: false, loadBalancerZones: 0 };
  return { cost: estimateCost({ region, architecture, cpu, memory, ...alone }), region };
}
