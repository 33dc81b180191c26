import { commandRules } from "./commands";
import { linuxRules } from "./linux";
import { logOptionRules } from "./logOptions";
import { secretFormRules } from "./secretForms";
import { volumeFormRules } from "./volumeForms";
import { windowsRules } from "./windows";
import { networkRules } from "./network";
import { containerRules } from "./containers";
import { dependencyRules } from "./dependencies";
import { environmentRules } from "./environment";
import { loggingRules } from "./logging";
import { portRules } from "./ports";
import { roleRules } from "./roles";
import type { Rule } from "./rule";
import { runtimeRules } from "./runtime";
import { structureRules } from "./structure";
import { surroundingRules } from "./surroundings";
import { taskRules } from "./task";
import { unsupportedRules } from "./unsupported";
import { volumeRules } from "./volumes";

/** Every rule there is, by theme. `syntax` is not among them: it is what the parser says. */
export const rules: readonly Rule[] = [
  ...structureRules,
  ...taskRules,
  ...containerRules,
  ...portRules,
  ...dependencyRules,
  ...roleRules,
  ...loggingRules,
  ...environmentRules,
  ...runtimeRules,
  ...unsupportedRules,
  ...volumeRules,
  ...commandRules,
  ...linuxRules,
  ...logOptionRules,
  ...secretFormRules,
  ...volumeFormRules,
  ...windowsRules,
  ...networkRules,
  ...surroundingRules,
];

export const ruleIds: readonly string[] = ["syntax", ...rules.map(({ id }) => id)];
