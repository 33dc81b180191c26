/** What slipway.json says of an application by itself. */
import { own } from "../base/taskDefinition";
import { parseConfig } from "./app";
import type { AlarmsConfig, Place, SlipwayConfig } from "./schema";

/** What slipway.json says of an application by itself, without a look at its sources. */
export interface Stated {
  readonly place?: Place;
  /** Absent where the file does not say it. */
  readonly dockerfile?: string;
  readonly taskDefinition?: string;
  readonly alarms?: boolean | AlarmsConfig;
}

/**
 * Read from the text of slipway.json, for one application in one environment; nothing where the file is not readable, or
 * names several applications and none is asked for.
 */
export function statedOf(text: string, application: string | undefined, environment: string | undefined): Stated {
  const applications = readApplications(text);
  const [only, ...others] = Object.keys(applications);
  const name = application ?? (others.length === 0 ? only : undefined);
  const entry = name === undefined ? undefined : own(applications, name);
  const overrides = environment === undefined ? undefined : own(entry?.environments ?? {}, environment);
  const dockerfile = overrides?.dockerfile ?? entry?.dockerfile;
  const taskDefinition = overrides?.taskDefinition ?? entry?.taskDefinition;
  const alarms = mergedAlarms(entry?.alarms, overrides?.alarms);
  return {
    ...(alarms === undefined ? {} : { alarms }),
    ...(entry?.aws || overrides?.aws ? { place: { ...entry?.aws, ...overrides?.aws } } : {}),
    ...(dockerfile === undefined ? {} : { dockerfile }),
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
  };
}

/** As resolveApplication has it: two objects member by member, else the environment's own. */
const mergedAlarms = (base: Stated["alarms"], own: Stated["alarms"]): Stated["alarms"] =>
  typeof base === "object" && typeof own === "object" ? { ...base, ...own } : (own ?? base);

/** What is wrong with the file is said by who uses it. */
function readApplications(text: string): SlipwayConfig["applications"] {
  try {
    return parseConfig(text).applications;
  } catch {
    return {};
  }
}
