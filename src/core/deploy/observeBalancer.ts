/** What there is beside the load balancer itself: its attributes, and the prefix lists that may reach it. */
import { known, read } from "../service/snapshot/serviceSnapshot";
import { statedAttributes } from "./balancerAttributes";
import { statedLists } from "./callers";
import { isOurs, type Inspectors } from "./observedState";

export const balancerInspectors: Pick<Inspectors, "balancerAttributes" | "prefixLists" | "securityGroupRules"> = {
  balancerAttributes: async ({ app, cloud }, see) => {
    const states = app.loadBalancer !== undefined && Object.keys(statedAttributes(app.loadBalancer)).length > 0;
    const balancer = states ? await see("loadBalancer") : undefined;
    return balancer && isOurs(balancer.tags, app) ? cloud.elb.loadBalancerAttributes(balancer.arn) : {};
  },
  prefixLists: async ({ app, cloud }) => {
    const wanted = statedLists(app.loadBalancer?.allowFrom ?? app.network.allowFrom);
    return wanted.ids.length + wanted.names.length === 0 ? known([]) : read(() => cloud.ec2.prefixLists(wanted));
  },
  // Of interest only where a prefix list counts for many rules.
  securityGroupRules: async ({ cloud }, see) => {
    const lists = await see("prefixLists");
    return lists.known && lists.value.length > 0 ? cloud.quotas.securityGroupRules() : undefined;
  },
};
