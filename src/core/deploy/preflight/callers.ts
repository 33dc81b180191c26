/** Prefix lists that are not there or count for too many rules; settings of a load balancer that is somebody else's. */
import { statedAttributes } from "../balancerAttributes";
import { statedLists } from "../callers";
import { isOurs, type ObservedState, type RunInput } from "../observedState";
import { balancerOf, rulesPlanned } from "../steps/network";
import type { Problem } from "./problem";

/** Rules of a security group each way, unless the account has another quota. Source: Amazon VPC quotas. */
const usualRules = 60;

export function callerProblems(observed: ObservedState, input: RunInput): Problem[] {
  return [...listProblems(observed, input), ...settingProblems(observed, input)];
}

function listProblems(observed: ObservedState, input: RunInput): Problem[] {
  const { prefixLists: lists, securityGroupRules: most = usualRules } = observed;
  const settings = balancerOf(observed, input);
  const setting = settings ? "loadBalancer.allowFrom" : "network.allowFrom";
  const { ids, names } = statedLists(settings ? settings.allowFrom : input.app.network.allowFrom);
  if (ids.length + names.length === 0) return [];
  if (!lists.known)
    return [
      {
        code: "PrefixListsNotReadable",
        severity: names.length ? "stop" : "warn",
        sentence: names.length
          ? `${setting} names cloudfront, whose prefix list could not be read: ${lists.why}`
          : `Whether the prefix lists of ${setting} are there cannot be told: ${lists.why}`,
        remedy: "Ask for ec2:DescribeManagedPrefixLists, or name the list by its id (pl-…).",
        actions: ["openConfig", "retry"],
      },
    ];
  const missing = [
    ...ids.filter((id) => !lists.value.some((list) => list.id === id)),
    ...names.filter((name) => !lists.value.some((list) => list.name === name)),
  ];
  if (missing.length)
    return [
      {
        code: "PrefixListMissing",
        severity: "stop",
        sentence: `${setting} names ${missing.join(", ")}, and there is no such prefix list in this region.`,
        remedy: "Name one that is there: its id differs from region to region.",
        actions: ["openConfig"],
      },
    ];
  const rules = rulesPlanned(observed, input);
  if (rules <= most) return [];
  return [
    {
      code: "SecurityGroupFull",
      severity: "stop",
      sentence:
        `The security group would count ${rules} rules, and may have ${most}: a prefix list counts for as many as it may ` +
        `hold (${lists.value.map(({ id, weight }) => `${id}: ${weight}`).join(", ")}), on each port.`,
      remedy:
        'Ask for more "Inbound or outbound rules per security group" in Service Quotas (L-0EA8095F)' +
        (settings?.redirectHttp ? ", or set loadBalancer.redirectHttp to false: port 80 then needs none." : "."),
      actions: ["openConfig"],
    },
  ];
}

function settingProblems({ loadBalancer }: ObservedState, { app }: RunInput): Problem[] {
  const stated = app.loadBalancer ? Object.keys(statedAttributes(app.loadBalancer)) : [];
  if (stated.length === 0 || !loadBalancer || isOurs(loadBalancer.tags, app)) return [];
  return [
    {
      code: "LoadBalancerNotOurs",
      severity: "warn",
      sentence: `${loadBalancer.name} is not this application's own: its idle timeout and access logs stay as they are.`,
      remedy: "Set them where the load balancer is made, and take them out of slipway.json.",
      actions: ["openConfig"],
    },
  ];
}
