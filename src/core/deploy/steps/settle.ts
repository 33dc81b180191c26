/** What may change only once the new version alone runs. */
import type { TaskDefinition } from "../../base/taskDefinition";
import type { Change } from "../decision";
import { policyAfterRollout, policyNarrows } from "../executionPolicy";
import { executionPolicyName } from "../observe";
import { isOurs, type ObservedState, type RunInput } from "../observedState";
import { requireOutput, type RunContext, type Step } from "../step";
import { leftoverChanges, removeLeftovers } from "./leftovers";
import { healthCheckOf, pathWaits } from "./loadBalancer";
import { balancerOf, isAdoptedService, outdatedRules, removeOutdatedRules } from "./network";
import { firstGracePeriod, laterGracePeriod } from "./service";
import { removeShifting, shiftLeftovers } from "./shifting";
import { groupToRemove, removeOldGroup } from "./targetGroupCutover";

const wantsLaterGrace = (observed: ObservedState, input: RunInput): boolean =>
  balancerOf(observed, input) !== undefined &&
  input.app.healthCheck.gracePeriodSeconds === undefined &&
  (!observed.service ||
    (isOurs(observed.service.tags, input.app) && observed.service.gracePeriodSeconds === firstGracePeriod));

/** What the version before was allowed and the new one does not need. */
const narrows = (observed: ObservedState, input: RunInput, merged: TaskDefinition): boolean =>
  observed.role !== undefined && isOurs(observed.role.role.tags, input.app) && policyNarrows(input, observed, merged);

export const settle: Step = {
  id: "settle",
  needs: ["rollout", "redirect"],
  decide: (observed, input, { merged }) => {
    if (isAdoptedService(observed, input)) return { action: "leaveOut", reason: { code: "serviceNotOurs" } };
    const left = groupToRemove(observed, input);
    const narrowed: Change[] = narrows(observed, input, merged)
      ? [{ code: "narrowPolicy", policy: executionPolicyName }]
      : [];
    const changes: Change[] = input.goBack
      ? narrowed
      : [
          ...(wantsLaterGrace(observed, input) ? [{ code: "gracePeriod" as const, seconds: laterGracePeriod }] : []),
          ...outdatedRules(observed, input).map(({ port }) => ({ code: "closePort" as const, port })),
          ...(pathWaits(observed, input)
            ? [{ code: "healthCheckPath" as const, path: input.app.healthCheck.path }]
            : []),
          ...narrowed,
          ...(left ? [{ code: "removeTargetGroup" as const, name: left.name }] : []),
          ...shiftLeftovers(observed, input),
          ...leftoverChanges(observed, input),
        ];
    return changes.length
      ? { action: "update", name: input.app.service, reason: { code: "afterRollout" }, changes }
      : { action: "reuse", reason: { code: "nothingLeft" } };
  },
  apply: async (context) => {
    const { app, cloud, observed } = context;
    if (!context.goBack) await settleTraffic(context);
    const { merged } = context.definition;
    if (narrows(observed, context, merged))
      await cloud.iam.putInlinePolicy(
        observed.role?.role.name ?? app.executionRoleName,
        executionPolicyName,
        policyAfterRollout(context, observed, merged),
      );
  },
};

/** What a deployment of slipway.json leaves behind or put off. */
async function settleTraffic(context: RunContext): Promise<void> {
  const { app, cloud, observed } = context;
  if (pathWaits(observed, context)) {
    const groups = [requireOutput(context, "targetGroupArn"), context.outputs.alternateGroupArn];
    for (const arn of groups) if (arn !== undefined) await cloud.elb.modifyHealthCheck(arn, healthCheckOf(context));
  }
  await removeOldGroup(context);
  await removeShifting(context);
  await removeOutdatedRules(context);
  await removeLeftovers(context);
  // Changing the grace period starts no deployment.
  if (wantsLaterGrace(observed, context))
    await cloud.ecs.updateService(app.cluster, app.service, { gracePeriodSeconds: laterGracePeriod });
}
