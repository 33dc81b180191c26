/** Task, containers, ports and dependencies: one mistake each. */
import { type BrokenCase } from "./base";
import { brokenMembers } from "./brokenMembers";
import { brokenSizes } from "./brokenSizes";
import { brokenContainers } from "./brokenContainers";

export const brokenTasks: readonly BrokenCase[] = [...brokenMembers, ...brokenSizes, ...brokenContainers];
