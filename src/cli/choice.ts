/** Where a command goes: what was asked for, else where slipway.json says that the application lives. */
import type { Backend } from "../core/api";
import type { ConnectionChoice } from "../core/base/connection";
import type { Invocation } from "./arguments";

/**
 * A profile or region that is asked for comes first. Keys in the environment are meant as well: a pipeline has no
 * profiles. A profile of slipway.json that this machine does not have is none.
 */
export async function choiceAt(
  { choice, request }: Pick<Invocation, "choice" | "request">,
  backend: Pick<Backend, "stated" | "profiles">,
): Promise<ConnectionChoice> {
  if (choice.kind === "sandbox") return choice;
  const { place } = await backend.stated(request);
  if (!place) return choice;
  const region = choice.region ?? place.region;
  const stated = { ...choice, ...(region === undefined ? {} : { region }) };
  const { profile } = place;
  if (choice.kind === "profile" || profile === undefined || process.env["AWS_ACCESS_KEY_ID"]) return stated;
  const isThere = (await backend.profiles()).some(({ name }) => name === profile);
  return isThere ? { ...stated, kind: "profile", profile } : stated;
}
