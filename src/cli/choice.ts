/** Where a command goes: what was asked for, else where slipway.json says that the application lives. */
import type { Backend, RunRequest } from "../core/api";
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

/**
 * Where another environment than the command line's lives. Region and profile of the command line are those of its own:
 * here slipway.json says them, or `profile`; what it does not say is as in the command line's.
 */
export async function choiceElsewhere(
  { choice }: Pick<Invocation, "choice">,
  request: RunRequest,
  profile: string | undefined,
  backend: Pick<Backend, "stated" | "profiles">,
): Promise<ConnectionChoice> {
  if (choice.kind === "sandbox") return choice;
  const { place } = await backend.stated(request);
  const endpoint = choice.endpoint === undefined ? {} : { endpoint: choice.endpoint };
  const stated = place?.region;
  const regionOf = (region: string | undefined) => (region === undefined ? {} : { region });
  if (profile !== undefined) return { kind: "profile", profile, ...endpoint, ...regionOf(stated) };
  const base: ConnectionChoice =
    choice.kind === "profile" && place?.profile === undefined
      ? { kind: "profile", profile: choice.profile, ...endpoint, ...regionOf(stated ?? choice.region) }
      : {
          kind: "environment",
          ...endpoint,
          ...regionOf(place?.profile === undefined ? (stated ?? choice.region) : stated),
        };
  return choiceAt({ choice: base, request }, backend);
}
