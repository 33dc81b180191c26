import { deploymentCommands } from "../deployment/commandTable";
import { inspectionCommands } from "../diagnosis/commandTable";
import { logCommands } from "../logs/commandTable";
import { resourceCommands } from "../resources/commandTable";
import { taskDefinitionCommands } from "../taskDefinition/commandTable";
import type { Command } from "../commandKit/command";
import { connectionCommands } from "../connection/commandTable";

/** Every command of Slipway; the manifest contributes exactly these, which a test holds. */
export const commands: readonly Command[] = [
  ...deploymentCommands,
  ...connectionCommands,
  ...taskDefinitionCommands,
  ...logCommands,
  ...resourceCommands,
  ...inspectionCommands,
];
