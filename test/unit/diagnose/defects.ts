/** What can go wrong, in two parts: what is wrong in the account, and what AWS then shows. */
import { type Defect } from "./defectTools";
import { defectsOfCommands } from "./defectsOfCommands";
import { defectsOfStarting } from "./defectsOfStarting";
import { defectsOfTasks } from "./defectsOfTasks";
import { defectsOfServices } from "./defectsOfServices";

export const defects: readonly Defect[] = [
  ...defectsOfStarting,
  ...defectsOfTasks,
  ...defectsOfCommands,
  ...defectsOfServices,
];
