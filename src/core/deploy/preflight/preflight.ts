import { predictedDefinition } from "../steps/taskDefinition";
import type { RunInput, World } from "../observedState";
import { cpusOf } from "../../taskDefinition/model/generate";
import { guards, roles, routes, secrets, zones } from "./access";
import { addresses, percentages, quota } from "./capacity";
import type { Problem } from "./problem";

export type { Problem };

/** Whatever can be known before the first write; what stops comes first. */
export function preflight(input: RunInput, world: World): Problem[] {
  const definition = predictedDefinition(input, world);
  const desired = input.app.desiredCountStated || !world.service ? input.app.desiredCount : world.service.desired;
  const room = { cpus: cpusOf(definition), desired };
  const found = [
    ...refused(input, definition),
    quota(world, room),
    addresses(world, room),
    percentages(world, room),
    routes(world, input, definition),
    ...roles(world, input, definition),
    secrets(world),
    zones(world, input),
    guards(world, input),
  ].filter((problem) => problem !== undefined);
  return found.sort((one, other) => Number(other.severity === "stop") - Number(one.severity === "stop"));
}

/** What RegisterTaskDefinition would refuse, once everything that Slipway fills in is there. */
function refused(input: RunInput, definition: ReturnType<typeof predictedDefinition>): Problem[] {
  // The image's digest is known only when it was pushed; any will do to judge the rest.
  const complete = {
    ...definition,
    containerDefinitions: definition.containerDefinitions?.map((container) =>
      container.image?.startsWith("(") ? { ...container, image: `${input.app.repository}:latest` } : container,
    ),
  };
  return (input.checkDefinition?.(complete) ?? []).map(({ rule, message }) => ({
    code: `Definition:${rule}`,
    severity: "stop" as const,
    sentence: `AWS would refuse the task definition. ${message}${/[.”]$/.test(message) ? "" : "."}`,
    remedy: `Mend ${input.app.taskDefinitionFile}: the editor marks the place.`,
    actions: ["openTaskDefinition" as const],
  }));
}
