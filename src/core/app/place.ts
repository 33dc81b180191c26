/** Where an environment lives, and whether this is that place. */
import { SlipwayError } from "../base/errors";
import { own } from "../base/taskDefinition";
import { configFileName, parseConfig } from "./app";
import type { AlarmsConfig, Place, SlipwayConfig } from "./schema";

/** What of a place is known once AWS has answered. */
interface Reached {
  readonly account: string;
  readonly region: string;
}

/**
 * Refuses what would be done, or looked at, in another account or region than slipway.json says.
 * @throws SlipwayError WrongPlace
 */
export function requirePlace(
  { name, environment, place }: { readonly name: string; readonly environment: string; readonly place?: Place },
  reached: Reached,
): void {
  const wrong = (["account", "region"] as const).filter(
    (what) => place?.[what] !== undefined && place[what] !== reached[what],
  );
  if (wrong.length === 0) return;
  const which = environment === "default" ? name : `${name} (${environment})`;
  const profile = place?.profile;
  throw new SlipwayError({
    code: "WrongPlace",
    summary:
      `${which} belongs to ${wrong.map((what) => `${what} ${place?.[what] ?? ""}`).join(" and ")}, and this connection ` +
      `leads to ${wrong.map((what) => `${what} ${reached[what]}`).join(" and ")}. Nothing was changed.`,
    remedy:
      profile === undefined
        ? `Choose another profile or region, or another environment; ${configFileName} says where each belongs (aws).`
        : `Choose the profile ${profile}, or another environment; ${configFileName} says where each belongs (aws).`,
    actions: ["chooseConnection", "openConfig"],
  });
}

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
  const alarms = overrides?.alarms ?? entry?.alarms;
  return {
    ...(alarms === undefined ? {} : { alarms }),
    ...(entry?.aws || overrides?.aws ? { place: { ...entry?.aws, ...overrides?.aws } } : {}),
    ...(dockerfile === undefined ? {} : { dockerfile }),
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
  };
}

/** What is wrong with the file is said by who uses it. */
function readApplications(text: string): SlipwayConfig["applications"] {
  try {
    return parseConfig(text).applications;
  } catch {
    return {};
  }
}
