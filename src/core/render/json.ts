/** Plans and events as the command line writes them: sentences under the names that they have always had, data beside them. */
import type { DeployEvent } from "../deploy/events";
import type { Plan, PlanItem } from "../deploy/plan";
import { changeText, consentReasonText, openingText, reasonText, warningText } from "./decisions";

function itemJson({ reason, changes, opens, ...rest }: PlanItem): Record<string, unknown> {
  return {
    ...rest,
    reason: reasonText(reason),
    ...(changes ? { changes: changes.map(changeText) } : {}),
    ...(opens ? { opens: openingText(opens) } : {}),
    data: { reason, ...(changes ? { changes } : {}), ...(opens ? { opens } : {}) },
  };
}

/** A plan for `--format json`. `reason`, `changes`, `opens`, `warnings` and `consentReasons` are sentences; `data` has them as codes and values. */
export function planJson(plan: Plan): Record<string, unknown> {
  const { items, warnings, consentReasons, ...rest } = plan;
  return {
    ...rest,
    items: items.map(itemJson),
    warnings: warnings.map(warningText),
    consentReasons: consentReasons.map((reason) => consentReasonText(reason, plan.local)),
    data: { warnings, consentReasons },
  };
}

/** An event for `--format json`, a line each. */
export function eventJson(event: DeployEvent): Record<string, unknown> {
  if (event.type === "planned") return { ...event, plan: planJson(event.plan) };
  if (event.type === "step" && event.reason) return { ...event, detail: reasonText(event.reason) };
  return event;
}
