/** Logs, environment, limits, volumes, and what Fargate does not have: one mistake each. */
import type { BrokenCase } from "./base";
import { brokenLogs } from "./brokenLogs";
import { brokenLimits } from "./brokenLimits";
import { brokenForms, brokenRouters } from "./brokenForms";
import { brokenPlatforms } from "./brokenPlatforms";
import { brokenVolumes } from "./brokenVolumes";

export const brokenParts: readonly BrokenCase[] = [
  ...brokenLogs,
  ...brokenLimits,
  ...brokenVolumes,
  ...brokenForms,
  ...brokenRouters,
  ...brokenPlatforms,
];
