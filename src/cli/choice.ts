/** Where a command goes: what was asked for, else where slipway.json says that the application lives. */
import type { Backend, RunRequest } from "../core/api";
import type { Application } from "../core/app/app";
import { requirePlace } from "../core/app/requirePlace";
import type { ConnectionChoice } from "../core/base/connection";
import type { Identity } from "../core/ports/cloud";
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

/** Where a connection leads, and how it was chosen. */
export interface Place {
  readonly choice: ConnectionChoice;
  readonly identity: Identity;
}

/**
 * The application of slipway.json, for what looks at something of its own (its logs, its cluster) by name.
 * @throws SlipwayError WrongPlace where it lives elsewhere
 */
export async function applicationHere(
  engine: Pick<Backend, "project">,
  request: RunRequest,
  { choice, identity }: Place,
): Promise<Application> {
  const { app } = await engine.project(request.folder, request);
  if (choice.kind !== "sandbox") requirePlace(app, identity);
  return app;
}
