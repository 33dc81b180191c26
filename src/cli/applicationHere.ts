/** The application of slipway.json where a command takes only a name from it: its logs or its cluster. */
import type { Backend, RunRequest } from "../core/api";
import type { Application } from "../core/app/app";
import { requirePlace } from "../core/app/requirePlace";
import type { ConnectionChoice } from "../core/base/connection";
import type { Identity } from "../core/ports/cloud";

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
