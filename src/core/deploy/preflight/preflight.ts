import type { TaskDefinition } from "../../base/taskDefinition";
import { imageOfThisSource } from "../definitionPlan";
import type { RunInput, ObservedState } from "../observedState";
import { cpusOf } from "../../taskDefinition/model/generate";
import { publicAccess, securityGroups, roles, routes, secrets, zones } from "./access";
import { callerProblems } from "./callers";
import { addresses, balancingQuota, percentages, quota, type Room } from "./capacity";
import { capacity, controller, express, onePort, strategy } from "./controller";
import { buildInputs, buildKit } from "./build";
import { builderSyntax, imagePlatform, promotedPlatform } from "./dockerfile";
import { commandContainers, definitionShared } from "./definition";
import type { Problem } from "./problem";
import { oldImages, oldPorts } from "./goingBack";
import { nameProblems } from "./names";
import { listenerRules } from "./rules";
import { scheduleProblems } from "./schedules";

export type { Problem };

/** Whatever can be known before the first write; what stops comes first. */
export function preflight(input: RunInput, observed: ObservedState, definition: TaskDefinition): Problem[] {
  const found = input.goBack ? ofEarlier(input, observed, definition) : ofNew(input, observed, definition);
  return found
    .filter((problem) => problem !== undefined)
    .sort((one, other) => Number(other.severity === "stop") - Number(one.severity === "stop"));
}

type Found = (Problem | undefined)[];

const roomFor = (input: RunInput, observed: ObservedState, definition: TaskDefinition): Room => ({
  cpus: cpusOf(definition),
  desired: input.app.desiredCountStated || !observed.service ? input.app.desiredCount : observed.service.desired,
});

/** Of an earlier revision: what it needs itself. All around it stays as it is. */
function ofEarlier(input: RunInput, observed: ObservedState, definition: TaskDefinition): Found {
  const room = { cpus: cpusOf(definition), desired: observed.service?.desired ?? 0 };
  return [
    controller(observed),
    express(observed),
    capacity(observed),
    strategy(observed, input),
    ...oldImages(observed, definition),
    oldPorts(observed, definition),
    quota(observed, room),
    addresses(observed, room),
    percentages(observed, room),
    routes(observed, input, definition),
    ...roles(observed, input, definition),
    secrets(observed),
  ];
}

function ofNew(input: RunInput, observed: ObservedState, definition: TaskDefinition): Found {
  const room = roomFor(input, observed, definition);
  return [
    definitionShared(input, observed),
    ...commandContainers(input, definition),
    controller(observed),
    express(observed),
    capacity(observed),
    strategy(observed, input),
    onePort(observed, input),
    ...(input.promotion
      ? [promotedPlatform(input.promotion, input, definition)]
      : ofBuild(input, observed, definition)),
    ...refused(input, definition),
    quota(observed, room),
    addresses(observed, room),
    percentages(observed, room),
    routes(observed, input, definition),
    publicAccess(observed, input),
    ...roles(observed, input, definition),
    secrets(observed),
    zones(observed, input),
    securityGroups(observed, input),
    ...balancingQuota(observed, input),
    ...listenerRules(observed, input),
    ...nameProblems(observed, input),
    ...scheduleProblems(input, observed),
    ...callerProblems(observed, input),
  ];
}

const ofBuild = (input: RunInput, observed: ObservedState, definition: TaskDefinition): Found => [
  imagePlatform(input, definition),
  builderSyntax(input, observed),
  buildKit(input, observed),
  ...buildInputs(input, observed),
];

/** What RegisterTaskDefinition would refuse, once everything that Slipway fills in is there. */
function refused(input: RunInput, definition: TaskDefinition): Problem[] {
  // The image's digest is known only when it was pushed; any will do to judge the rest.
  const complete = {
    ...definition,
    containerDefinitions: definition.containerDefinitions?.map((container) =>
      container.image === imageOfThisSource ? { ...container, image: `${input.app.repository}:latest` } : container,
    ),
  };
  return (input.checkDefinition?.(complete) ?? []).map(({ rule, message }) => ({
    code: `Definition:${rule}`,
    severity: "stop" as const,
    sentence: `AWS would refuse the task definition. ${message}${/[.”]$/.test(message) ? "" : "."}`,
    remedy: `Fix ${input.app.taskDefinitionFile}: the editor marks the place.`,
    actions: ["openTaskDefinition" as const],
  }));
}
