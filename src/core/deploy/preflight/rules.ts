/** Whether a new rule of a listener that others use would get any request. */
import { placeOfNewRule } from "../steps/listener";
import type { ObservedState, RunInput } from "../observedState";
import type { Problem } from "./problem";

/** Rules of one load balancer, unless the account has asked for more. */
const usualQuota = 100;

export function listenerRules(observed: ObservedState, input: RunInput): Problem[] {
  const place = placeOfNewRule(observed, input);
  const { loadBalancer } = input.app;
  if (!place || !loadBalancer || (loadBalancer.pathPattern === undefined && loadBalancer.hostHeader === undefined))
    return [];
  const name = `${loadBalancer.name}:${loadBalancer.listenerPort}`;
  const problems: Problem[] = [];
  if (place.shadowedBy.length)
    problems.push({
      code: "RuleShadowed",
      severity: "stop",
      sentence:
        `On the listener ${name}, rule ${place.shadowedBy.join(", ")} gets every request that this application's rule ` +
        "would match, and Slipway takes none away from it.",
      remedy:
        "State another loadBalancer.pathPattern or loadBalancer.hostHeader in slipway.json, or have that rule changed.",
      actions: ["openConfig"],
    });
  const rules = observed.rules.filter(({ isDefault }) => !isDefault).length;
  if (rules >= usualQuota)
    problems.push({
      code: "RuleQuota",
      severity: "warn",
      sentence: `The listener ${name} has ${rules} rules; a load balancer takes ${usualQuota} unless the quota was raised.`,
      remedy: 'Ask for more "Rules per Application Load Balancer" in the Service Quotas console, or remove some.',
      actions: [],
    });
  return problems;
}
