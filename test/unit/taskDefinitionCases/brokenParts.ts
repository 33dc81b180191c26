/** Logs, environment, limits, volumes, and what Fargate does not have: one mistake each. */
import type { BrokenCase } from "./base";
import { brokenLogs } from "./brokenLogs";
import { brokenLimits } from "./brokenLimits";
import { brokenVolumes } from "./brokenVolumes";

export const brokenParts: readonly BrokenCase[] = [...brokenLogs, ...brokenLimits, ...brokenVolumes];
