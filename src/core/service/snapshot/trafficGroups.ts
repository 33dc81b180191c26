/**
 * Which target group has a service's traffic. Where ECS moves it, the service's description names two groups, always in the
 * same order; the weights of the rule between them alone say which one is asked.
 */
import { isJsonObject } from "../../base/exactJson";
import type { Cloud, ListenerRule, Service, ServiceLoadBalancer } from "../../ports/cloud";

/** What moves a service's traffic, as its load balancer's entry names it. */
export interface Advanced {
  readonly alternateTargetGroupArn: string;
  readonly productionListenerRule: string;
  readonly roleArn: string;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** The two groups of a load balancer's entry, the rule between them and the role; undefined where it has one group. */
export function advancedOf(balancer: ServiceLoadBalancer | undefined): Advanced | undefined {
  const more = balancer?.rest?.["advancedConfiguration"];
  if (!isJsonObject(more) || textOf(more["alternateTargetGroupArn"]) === "") return undefined;
  return {
    alternateTargetGroupArn: textOf(more["alternateTargetGroupArn"]),
    productionListenerRule: textOf(more["productionListenerRule"]),
    roleArn: textOf(more["roleArn"]),
  };
}

/** Every target group that a service's tasks may be in. */
export const groupsOfService = ({ loadBalancers }: Pick<Service, "loadBalancers">): string[] =>
  loadBalancers
    .flatMap((item) => [item.targetGroupArn, advancedOf(item)?.alternateTargetGroupArn ?? ""])
    .filter(Boolean);

/**
 * The group that has the traffic: of two the one that weighs more in the rule between them; undefined where that rule is not
 * among these.
 */
export function liveGroup(
  balancer: ServiceLoadBalancer | undefined,
  rules: readonly Pick<ListenerRule, "arn" | "forwards">[],
): string | undefined {
  const more = advancedOf(balancer);
  if (!balancer || !more) return balancer?.targetGroupArn;
  const forwards = rules.find(({ arn }) => arn === more.productionListenerRule)?.forwards;
  if (!forwards) return undefined;
  const weightOf = (group: string): number => forwards.find(({ arn }) => arn === group)?.weight ?? 0;
  const isMoved = weightOf(more.alternateTargetGroupArn) > weightOf(balancer.targetGroupArn);
  return isMoved ? more.alternateTargetGroupArn : balancer.targetGroupArn;
}

/** The listener that a rule belongs to, by their ARNs. */
const listenerOf = (rule: string): string => rule.replace(":listener-rule/", ":listener/").replace(/\/[^/]+$/, "");

/** The group that has the traffic of a service's first load balancer; asks only where there are two. */
export async function readLiveGroup(cloud: Cloud, service: Service): Promise<string | undefined> {
  const [balancer] = service.loadBalancers;
  const rule = advancedOf(balancer)?.productionListenerRule;
  const rules = rule === undefined ? [] : await cloud.elb.listRules(listenerOf(rule));
  return liveGroup(balancer, rules) ?? balancer?.targetGroupArn;
}

/**
 * The service with the group that has the traffic as its own. While traffic is moved the other one is its own as well: it
 * has tasks, too.
 * @param isUsed whether a group has targets
 */
export function followTraffic(
  service: Service,
  rules: readonly Pick<ListenerRule, "arn" | "forwards">[],
  isUsed: (group: string) => boolean,
): Service {
  const loadBalancers = service.loadBalancers.flatMap((item) => {
    const other = advancedOf(item)?.alternateTargetGroupArn;
    if (other === undefined) return [item];
    // Where the rule may not be read, the group that has targets says the same unless traffic is moved just now.
    const used = [item.targetGroupArn, other].find(isUsed);
    const live = liveGroup(item, rules) ?? used ?? item.targetGroupArn;
    const idle = live === other ? item.targetGroupArn : other;
    return [{ ...item, targetGroupArn: live }, ...(isUsed(idle) ? [{ ...item, targetGroupArn: idle }] : [])];
  });
  return { ...service, loadBalancers };
}
