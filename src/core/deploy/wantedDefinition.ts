/** The task definition that is to be, and what follows from it before anything is looked at. */
import type { Application } from "../app/app";
import type { SourceRequest } from "../ports/machine";
import { architectureOf, generateDefinition, logsOf, parseDefinition } from "../taskDefinition/model/generate";
import { normalise } from "../taskDefinition/model/normalise";
import type { ObservedState, Revision, RunInput, WantedDefinition } from "./observedState";
import { statedArchitecture } from "./preflight/dockerfile";

/** The task definition file as it is or as it would be written; a live one is the better start than the defaults. */
export function wantedDefinition(
  input: RunInput,
  engine: ObservedState["engine"],
  live: Revision | undefined,
  file: string | undefined,
): WantedDefinition {
  if (input.goBack) {
    const { definition } = input.goBack;
    return { definition, exists: true, architecture: architectureOf(definition) };
  }
  if (file !== undefined) {
    const definition = parseDefinition(file, input.app.taskDefinitionFile);
    return {
      definition,
      exists: true,
      architecture: architectureOf(definition.runtimePlatform ? definition : (live?.definition ?? definition)),
    };
  }
  const stated = statedArchitecture(input.dockerfile);
  const before = live ? normalise(live.definition) : undefined;
  // Nobody wrote the definition down: it follows what FROM states.
  const definition = !before
    ? generateDefinition(input.app, stated ?? engine.architecture)
    : stated === undefined || stated === architectureOf(before)
      ? before
      : { ...before, runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: stated } };
  return { definition, exists: false, architecture: architectureOf(definition) };
}

/** The group that the application's container logs to; the default one when it logs elsewhere. */
export const logGroupName = (input: RunInput, wanted: WantedDefinition): string =>
  logsOf(wanted.definition, input.app.container)?.group ?? input.app.logGroup;

const platformOf = (wanted: WantedDefinition): string =>
  wanted.architecture === "ARM64" ? "linux/arm64" : "linux/amd64";

/** What an image is built from. */
export function sourceRequest(app: Application, wanted: WantedDefinition): SourceRequest {
  return {
    context: app.context ?? ".",
    dockerfile: app.dockerfile,
    arguments: app.buildArguments,
    platform: platformOf(wanted),
    leaveOut: ["slipway.json", app.taskDefinitionFile],
    ...(app.target === undefined ? {} : { target: app.target }),
  };
}
