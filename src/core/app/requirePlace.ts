/** Whether this is the place that an environment lives in; front ends ask it too, so it reads no file. */
import { SlipwayError } from "../base/errors";
import type { Place } from "./schema";

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
        ? "Choose another profile or region, or another environment; slipway.json says where each belongs (aws)."
        : `Choose the profile ${profile}, or another environment; slipway.json says where each belongs (aws).`,
    actions: ["chooseConnection", "openConfig"],
  });
}
