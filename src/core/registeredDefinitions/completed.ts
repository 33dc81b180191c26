import type { JsonObject, TaskDefinition } from "../base/taskDefinition";

const objectOf = (value: unknown): JsonObject | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;

/**
 * A file of a repository leaves out what belongs to one account: it is taken from the revision before, member by member
 * and container by container. What the file states stays.
 */
export function completed(definition: TaskDefinition, before: TaskDefinition | undefined): TaskDefinition {
  if (!before) return definition;
  const rest = Object.fromEntries(
    ["executionRoleArn", "taskRoleArn"].flatMap((key) => {
      const known = before[key];
      return definition[key] === undefined && known !== undefined ? [[key, known]] : [];
    }),
  );
  const containers = definition.containerDefinitions?.map((container) => {
    const old = before.containerDefinitions?.find(({ name }) => name === container.name);
    const log = objectOf(container["logConfiguration"]);
    const options = objectOf(log?.["options"]);
    const region = objectOf(objectOf(old?.["logConfiguration"])?.["options"])?.["awslogs-region"];
    const isCut = log?.["logDriver"] === "awslogs" && options && options["awslogs-region"] === undefined && region;
    return {
      ...container,
      ...(container.image === undefined && old?.image !== undefined ? { image: old.image } : {}),
      ...(isCut ? { logConfiguration: { ...log, options: { ...options, "awslogs-region": region } } } : {}),
    };
  });
  return { ...definition, ...rest, ...(containers ? { containerDefinitions: containers } : {}) };
}
