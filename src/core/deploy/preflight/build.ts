/** What a build needs and does not get: known before anything is made. */
import { own } from "../../base/taskDefinition";
import { variablesOf } from "../../base/secretVariables";
import { isBuilt } from "../buildInputs";
import type { ObservedState, RunInput } from "../observedState";
import type { Problem } from "./problem";

/** What of slipway.json's `build` an engine without BuildKit cannot do; the Dockerfile's own syntax is judged with it. */
function needsBuildKit({ app }: RunInput): string | undefined {
  const members = Object.entries(app.build).flatMap(([name, value]) => (value === undefined ? [] : [`build.${name}`]));
  return members.length ? `${members.join(", ")} in slipway.json` : undefined;
}

export function buildKit(input: RunInput, observed: ObservedState): Problem | undefined {
  const what = isBuilt(input, observed) && observed.engine.builder === "classic" ? needsBuildKit(input) : undefined;
  if (what === undefined) return undefined;
  return {
    code: "BuildKitNeeded",
    severity: "stop",
    sentence: `This build needs BuildKit, and the engine (${observed.engine.name} ${observed.engine.version}) has only the classic builder here: ${what}.`,
    remedy:
      "Install Docker's buildx plugin (the package docker-buildx-plugin, or docker-buildx; Docker Desktop has it), then " +
      "try again.",
    actions: ["retry", "openDockerfile"],
  };
}

export function* buildInputs(input: RunInput, observed: ObservedState): Generator<Problem> {
  if (!isBuilt(input, observed)) return;
  const { app } = input;
  const where = (line: number | undefined) => (line === undefined ? "" : ` (line ${line + 1} of ${app.dockerfile})`);
  for (const { id, line, place, isOptional } of observed.buildInputs.secrets) {
    if (place || isOptional) continue;
    const stated = own(app.build.secrets ?? {}, id) || undefined;
    const looked =
      stated === undefined
        ? `there is no variable ${variablesOf(id).join(" or ") || "of that name"}`
        : "env" in stated
          ? `the variable ${stated.env} is not set`
          : `there is no file ${stated.file}`;
    yield {
      code: "BuildSecretMissing",
      severity: "stop",
      sentence: `The build needs the secret "${id}"${where(line)}, and ${looked}.`,
      remedy:
        `Set that variable, or name where the value is as build.secrets in slipway.json ` +
        `({ "${id}": { "env": "NAME" } } or { "file": "PATH" }); { "${id}": false } builds without it.`,
      actions: ["retry", "openConfig"],
    };
  }
  const agent = observed.buildInputs.agentMissing;
  if (agent)
    yield {
      code: "SshAgentMissing",
      severity: "stop",
      sentence: `The build needs the SSH agent "${agent.id}"${where(agent.line)}, and none is there.`,
      remedy:
        agent.id === "default"
          ? "Start an agent and add the key (ssh-add), or name a key as build.ssh in slipway.json (default=PATH)."
          : `Name it as build.ssh in slipway.json ("${agent.id}=PATH" of a key or an agent's socket).`,
      actions: ["retry", "openConfig"],
    };
}
