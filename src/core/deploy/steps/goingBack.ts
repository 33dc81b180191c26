/** What each step decides where an earlier revision runs again: that revision alone changes. */
import type { Decision } from "../decision";
import type { DefinitionPlan } from "../definitionPlan";
import type { ObservedState, RunInput } from "../observedState";
import type { ResourceKind, StepId } from "../phases";
import type { Step } from "../step";

const only = { code: "goesBackOnly" } as const;

/** Steps that decide as in a deployment: what the revision needs, and what brings it. */
const asUsual: readonly StepId[] = [
  "identity",
  "lifecycle",
  "token",
  "login",
  "build",
  "tag",
  "push",
  "verifyImage",
  "logGroup",
  "register",
  "service",
  "rollout",
  "scheduleRole",
  "schedules",
  "settle",
];

/** What is there already and stays as it is. */
const stays: Partial<Record<StepId, { kind: ResourceKind; at: keyof ObservedState }>> = {
  repository: { kind: "repository", at: "repository" },
  cluster: { kind: "cluster", at: "cluster" },
  targetGroup: { kind: "targetGroup", at: "targetGroup" },
  targetGroupArn: { kind: "targetGroup", at: "targetGroup" },
  loadBalancerGroup: { kind: "securityGroup", at: "loadBalancerGroup" },
  taskGroup: { kind: "securityGroup", at: "taskGroup" },
  loadBalancer: { kind: "loadBalancer", at: "loadBalancer" },
  listener: { kind: "listener", at: "listener" },
};

/** Pure, as `decide` of a step is. */
export function decideGoingBack(
  step: Step,
  observed: ObservedState,
  input: RunInput,
  definition: DefinitionPlan,
): Decision {
  if (asUsual.includes(step.id)) return step.decide(observed, input, definition);
  if (step.id === "role") return decideRole(step, observed, input, definition);
  if (step.id === "live" && observed.loadBalancer) return step.decide(observed, input, definition);
  const kept = stays[step.id];
  const there = kept && (observed[kept.at] as { name?: string } | undefined);
  if (!kept || !there) return { action: "leaveOut", reason: only };
  return { action: "reuse", kind: kept.kind, ...(there.name === undefined ? {} : { name: there.name }), reason: only };
}

/** The role that the revision names: Slipway's own is given what the revision needs, another's stays as it is. */
function decideRole(step: Step, observed: ObservedState, input: RunInput, definition: DefinitionPlan): Decision {
  const name = definition.merged.executionRoleArn?.split("/").at(-1);
  if (name === input.app.executionRoleName) return step.decide(observed, input, definition);
  return name === undefined || !observed.role
    ? { action: "leaveOut", reason: only }
    : { action: "reuse", kind: "role", name, reason: { code: "exists" } };
}
