/** A task definition file that belongs to another application of the folder; a release command of no container. */
import { parse } from "jsonc-parser";
import { defaultDefinitionFile, parseConfig } from "../../app/app";
import type { JsonObject, TaskDefinition } from "../../base/taskDefinition";
import type { ObservedState, RunInput } from "../observedState";
import type { Problem } from "./problem";

const namesIn = (text: string): string[] => {
  const root = parse(text, [], { allowTrailingComma: true }) as JsonObject | undefined;
  const containers = root?.["containerDefinitions"];
  const names = (Array.isArray(containers) ? containers : []).map((item) => (item as JsonObject | null)?.["name"]);
  return [...names, root?.["family"]].filter((name) => typeof name === "string");
};

/** Two applications of one file: the second would get the first one's containers, log group and family. */
export function definitionShared(
  { app, configText }: RunInput,
  { definitionFile }: ObservedState,
): Problem | undefined {
  if (definitionFile === undefined) return undefined;
  const names = namesIn(definitionFile);
  if (names.includes(app.name) || names.includes(app.family)) return undefined;
  const other = Object.entries(parseConfig(configText).applications).find(
    ([name, entry]) =>
      name !== app.name &&
      (entry.taskDefinition ?? defaultDefinitionFile) === app.taskDefinitionFile &&
      names.includes(name),
  );
  if (!other) return undefined;
  return {
    code: "DefinitionShared",
    severity: "stop",
    sentence: `${app.taskDefinitionFile} is the task definition of ${other[0]}, and ${app.name} has none of its own.`,
    remedy:
      `Add "taskDefinition": "task-definition.${app.name}.json" to ${app.name} in slipway.json: the deployment writes ` +
      "that file.",
    actions: ["openConfig"],
  };
}

/** A command in a container that the definition does not have: found before the image is built and pushed. */
export function commandContainers(
  { app: { release, schedules = [], taskDefinitionFile } }: RunInput,
  { containerDefinitions = [] }: TaskDefinition,
): Problem[] {
  const names = containerDefinitions.flatMap(({ name }) => name ?? []);
  const asked: [string, string | undefined][] = [
    ["release.container", release?.container],
    ...schedules.map(({ name, container }): [string, string | undefined] => [`schedules.${name}.container`, container]),
  ];
  return asked.flatMap(([setting, container]) =>
    container === undefined || names.includes(container)
      ? []
      : [
          {
            code: "ContainerMissing",
            severity: "stop",
            sentence: `${setting} names ${container}, and the task definition has ${names.join(", ") || "no container"}.`,
            remedy: `Name one of them in slipway.json, leave it out, or add it to ${taskDefinitionFile}.`,
            actions: ["openConfig", "openTaskDefinition"],
          },
        ],
  );
}
