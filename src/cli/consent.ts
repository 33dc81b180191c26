/** What `--yes` does not decide by itself. */
import { SlipwayError } from "../core/base/errors";
import { exactText } from "../core/base/exactJson";
import { takings, type Plan } from "../core/deploy/plan";
import { consentReasonText } from "../core/render/decisions";
import type { Invocation } from "./arguments";

/**
 * @throws SlipwayError ExistsAlready where the plan takes what this application did not make, ChangedElsewhere where the
 * live task definition was changed by somebody else
 */
export function refuseUndecided(
  plan: Plan,
  { adopt, acceptChanges }: Pick<Invocation, "adopt" | "acceptChanges">,
): void {
  const taking = takings(plan);
  if (taking.length && !adopt)
    throw new SlipwayError({
      code: "ExistsAlready",
      summary:
        "What is there already under this application's names was not made by it; --yes does not decide over that.",
      evidence: taking.map((reason) => consentReasonText(reason, plan.local)),
      remedy:
        "Give the application another name in slipway.json, or name there what it is to use (service, cluster, repository, " +
        "loadBalancer.name, executionRole); or deploy without --yes, or with --adopt, to take it over.",
      actions: ["showPlan", "openConfig"],
    });
  if (plan.changedElsewhere.length && !acceptChanges)
    throw new SlipwayError({
      code: "ChangedElsewhere",
      summary: "The live task definition was changed outside Slipway; --yes does not decide over that.",
      evidence: plan.changedElsewhere.map(
        (item) => `${item.path}: ${exactText(item.before) || "(nothing)"} -> ${exactText(item.after) || "(nothing)"}`,
      ),
      remedy:
        "Look at `slipway plan`; then deploy without --yes, or say --accept-changes: the file governs what it states, " +
        "the rest of these changes is kept.",
      actions: ["showPlan"],
    });
}
