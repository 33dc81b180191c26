/** A task definition file that belongs to another application of the folder. */
import { parse } from "jsonc-parser";
import { defaultDefinitionFile, parseConfig } from "../../app/app";
import type { JsonObject } from "../../base/taskDefinition";
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
