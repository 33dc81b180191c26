import type { Command } from "../commandKit/command";
import { connectionCommands } from "../connection/commandTable";
import { deploymentCommands } from "../deployment/commandTable";
import { diagnosisCommands } from "../diagnosis/commandTable";
import { logCommands } from "../logs/commandTable";
import { mapCommands } from "../map/commandTable";
import { monitorCommands } from "../monitor/commandTable";
import { queryCommands } from "../queries/commandTable";
import { resourceCommands } from "../resources/commandTable";
import { taskDefinitionCommands } from "../taskDefinition/commandTable";
import type { CommandContext } from "./context";

/** Every command of Slipway; the manifest contributes exactly these, which a test holds. */
export const commands: readonly Command<CommandContext>[] = [
  ...deploymentCommands,
  ...connectionCommands,
  ...taskDefinitionCommands,
  ...logCommands,
  ...resourceCommands,
  ...mapCommands,
  ...monitorCommands,
  ...queryCommands,
  ...diagnosisCommands,
];
