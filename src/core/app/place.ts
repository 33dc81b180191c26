/** Where an environment lives, and whether this is that place. */
import { SlipwayError } from "../base/errors";
import { own } from "../base/taskDefinition";
import { configFileName, parseConfig } from "./app";
import type { Place, SlipwayConfig } from "./schema";

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

/**
 * The place of one application in one environment, read from the text of slipway.json; undefined where it states none,
 * is not readable, or names several applications and none is asked for.
 */
export function statedPlace(
  text: string,
  application: string | undefined,
  environment: string | undefined,
): Place | undefined {
  const applications = readApplications(text);
  const [only, ...others] = Object.keys(applications);
  const name = application ?? (others.length === 0 ? only : undefined);
  const stated = name === undefined ? undefined : own(applications, name);
  const overrides = environment === undefined ? undefined : own(stated?.environments ?? {}, environment);
  return stated?.aws || overrides?.aws ? { ...stated?.aws, ...overrides?.aws } : undefined;
}

/** What is wrong with the file is said by who uses it. */
function readApplications(text: string): SlipwayConfig["applications"] {
  try {
    return parseConfig(text).applications;
  } catch {
    return {};
  }
}
