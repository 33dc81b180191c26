/**
 * What ECS needs to move the traffic of a service: a second target group, a rule of its own that names both, and a role.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-implementation.html
 */
import { SlipwayError } from "../../base/errors";
import type { Forward, ListenerRule, Role, TargetGroup } from "../../ports/cloud";
import type { Change, Decision } from "../decision";
import { isOurs, ownershipTags, type ObservedState, type RunInput } from "../observedState";
import { endedShifting, explicitRule, forwardsKeeping, involvesShifting, wantsShifting } from "../shifting";
import { liveGroup } from "../../service/snapshot/trafficGroups";
import { createServiceRole } from "./createRole";
import { everyPath, lastPriority, lastResortTag } from "../rulePlace";
import { originOf, requireOutput, untilSeen, type RunContext, type Step } from "../step";
import { attributeChanges, healthCheckChanges, healthCheckOf, wantedAttributes } from "./loadBalancer";
import { deleteWhenFree, spareName } from "./targetGroupCutover";

/** The name that the first of the two does not have. */
const alternateName = (observed: ObservedState, input: RunInput): string =>
  observed.targetGroup ? spareName(observed, input) : input.app.secondTargetGroup;

const noShifting: Decision = { action: "leaveOut", reason: { code: "noShifting" } };

const groupChanges = (group: TargetGroup, observed: ObservedState, input: RunInput): Change[] => [
  ...healthCheckChanges(group.healthCheck, {
    ...healthCheckOf(input),
    // Both versions are asked the same: a path that the running one does not answer waits until it is gone.
    ...(observed.answersHealthPath === false ? { path: group.healthCheck.path } : {}),
  }),
  ...attributeChanges(observed.spareAttributes, input),
];

export const alternateGroup: Step = {
  id: "alternateGroup",
  needs: ["targetGroup"],
  decide: (observed, input): Decision => {
    if (!wantsShifting(observed, input)) return noShifting;
    const group = observed.spareTargetGroup;
    const named = { kind: "targetGroup" as const, name: group?.name ?? alternateName(observed, input) };
    if (!group) return { action: "create", ...named, reason: { code: "shiftNeedsTwo" } };
    const changes = groupChanges(group, observed, input);
    return changes.length
      ? { action: "update", ...named, reason: { code: "settingsDiffer" }, changes }
      : { action: "reuse", ...named, reason: { code: "exists" } };
  },
  reuse: (context) => {
    if (context.observed.spareTargetGroup) takeGroup(context, context.observed.spareTargetGroup);
  },
  apply: async (context, decision) => {
    const { app, cloud, observed } = context;
    const existing = observed.spareTargetGroup;
    const healthCheck = healthCheckOf(context);
    const group =
      existing ??
      (await cloud.elb.createTargetGroup({
        name: decision.name ?? alternateName(observed, context),
        vpc: observed.network.vpc,
        port: app.port ?? 80,
        healthCheck: { ...healthCheck, path: observed.targetGroup?.healthCheck.path ?? healthCheck.path },
        tags: ownershipTags(app),
      }));
    const changes = existing ? groupChanges(existing, observed, context) : [];
    if (existing && changes.some(({ code }) => code === "healthCheck"))
      await cloud.elb.modifyHealthCheck(group.arn, {
        ...healthCheck,
        ...(observed.answersHealthPath === false ? { path: existing.healthCheck.path } : {}),
      });
    if (!existing || changes.some(({ code }) => code === "targetGroupAttribute"))
      await untilSeen(context, () => cloud.elb.setTargetGroupAttributes(group.arn, wantedAttributes(context)));
    takeGroup(context, group);
  },
  detail: ({ outputs }) => outputs.alternateGroupArn,
};

function takeGroup(context: RunContext, { name, arn, tags }: TargetGroup): void {
  context.outputs.alternateGroupArn = arn;
  context.reportResource("alternateGroup", {
    kind: "targetGroup",
    name,
    arn,
    origin: originOf(tags, context.app),
  });
}

const shiftPolicyName = "AmazonECSInfrastructureRolePolicyForLoadBalancers";
const shiftPolicy = (partition: string): string => `arn:${partition}:iam::aws:policy/${shiftPolicyName}`;

const trustOfEcs = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

export const shiftRole: Step = {
  id: "shiftRole",
  needs: ["files"],
  decide: (observed, input): Decision => {
    if (!wantsShifting(observed, input)) return noShifting;
    const named = { kind: "role" as const, name: input.app.shiftRoleName };
    const state = observed.shiftRole;
    if (!state) return { action: "create", ...named, reason: { code: "shiftNeedsRole" } };
    if (!isOurs(state.role.tags, input.app)) return { action: "adopt", ...named, reason: { code: "exists" } };
    return state.attached.includes(shiftPolicy(observed.identity.partition))
      ? { action: "reuse", ...named, reason: { code: "exists" } }
      : {
          action: "update",
          ...named,
          reason: { code: "policiesDiffer" },
          changes: [{ code: "attachPolicy", policy: shiftPolicyName }],
        };
  },
  reuse: (context) => {
    if (context.observed.shiftRole) takeRole(context, context.observed.shiftRole.role);
  },
  apply: async (context) => {
    const { cloud, observed } = context;
    const role = observed.shiftRole?.role ?? (await createRole(context));
    await untilSeen(context, () => cloud.iam.attachPolicy(role.name, shiftPolicy(observed.identity.partition)));
    // Refused when it moves the weights, ECS would have nothing left but to wait.
    context.outputs.policiesAttachedAt = context.clock.now();
    takeRole(context, role);
  },
  detail: ({ outputs }) => outputs.shiftRoleArn,
};

const createRole = (context: RunContext): Promise<Role> =>
  createServiceRole(context, {
    name: context.app.shiftRoleName,
    trust: trustOfEcs,
    description: `Lets ECS move the traffic of ${context.app.name} from one version to the next`,
    denied: {
      summary: `You may not create the role ${context.app.shiftRoleName}, as which ECS moves the traffic.`,
      remedy:
        `Ask for iam:CreateRole, or for a role of that name that ecs.amazonaws.com may assume, with the policy ` +
        `${shiftPolicyName}; or state releases.strategy rolling.`,
    },
  });

function takeRole(context: RunContext, { name, arn, tags }: Role): void {
  context.outputs.shiftRoleArn = arn;
  context.reportResource("shiftRole", { kind: "role", name, arn, origin: originOf(tags, context.app) });
}

/** Rules that send this application's requests to one of its groups, default actions aside. */
const isProduction =
  (groups: readonly (string | undefined)[]) =>
  ({ isDefault, forwards }: ListenerRule): boolean =>
    !isDefault && forwards.some(({ arn }) => groups.includes(arn));

const productionRule = (observed: ObservedState): ListenerRule | undefined =>
  observed.rules.find(isProduction([observed.targetGroup?.arn, observed.spareTargetGroup?.arn]));

const namesBoth = ({ forwards }: ListenerRule, groups: readonly (string | undefined)[]): boolean =>
  groups.every((group) => forwards.some(({ arn }) => arn === group));

/** Where the traffic goes now, with both groups named; one group where nothing is moved. */
export function forwardsNow(context: RunContext): readonly Forward[] {
  const { observed, outputs } = context;
  const primary = requireOutput(context, "targetGroupArn");
  const other = outputs.alternateGroupArn ?? observed.spareTargetGroup?.arn;
  if (!involvesShifting(observed, context) || other === undefined) return [{ arn: primary, weight: 1 }];
  const entry = observed.service?.loadBalancers.find(({ targetGroupArn }) => targetGroupArn === primary);
  const live = liveGroup(entry, observed.rules) === other ? other : primary;
  return forwardsKeeping(live, live === other ? primary : other);
}

export const shiftRule: Step = {
  id: "shiftRule",
  needs: ["listener", "alternateGroup"],
  decide: (observed, input): Decision => {
    if (!wantsShifting(observed, input)) return noShifting;
    const { name = "", listenerPort = "", pathPattern = everyPath } = input.app.loadBalancer ?? {};
    const named = { kind: "listenerRule" as const, name: `${name}:${listenerPort} ${pathPattern}` };
    const rule = productionRule(observed);
    if (!rule) return { action: "create", ...named, reason: { code: "shiftNeedsRule" } };
    return namesBoth(rule, [observed.targetGroup?.arn, observed.spareTargetGroup?.arn])
      ? { action: "reuse", ...named, reason: { code: "sendsHere" } }
      : { action: "update", ...named, reason: { code: "shiftNeedsRule" }, changes: [{ code: "forwardToBoth" }] };
  },
  reuse: (context) => {
    const rule = wantsShifting(context.observed, context) ? productionRule(context.observed) : undefined;
    if (rule) takeRule(context, rule);
  },
  apply: async (context, decision) => {
    const { app, cloud, observed } = context;
    const balancer = requireOutput(context, "loadBalancerArn");
    const port = app.loadBalancer?.listenerPort;
    const listener = observed.listener ?? (await cloud.elb.listListeners(balancer)).find((each) => each.port === port);
    if (!listener) throw new Error("The graph is wrong: there is no listener for the rule.");
    const groups = [requireOutput(context, "targetGroupArn"), requireOutput(context, "alternateGroupArn")];
    const forwards = forwardsNow(context);
    const made = await untilSeen(context, async () => {
      const rules = await cloud.elb.listRules(listener.arn);
      // The listener's step may have made it a moment ago, and so may a run that was killed.
      const found = rules.find(isProduction(groups));
      if (found) {
        if (!namesBoth(found, groups)) await cloud.elb.forwardRule(found.arn, forwards);
        return found;
      }
      const priority = lastPriority(rules);
      if (priority === undefined) throw noPriority(decision.name ?? "");
      return cloud.elb.createRule({
        listenerArn: listener.arn,
        priority,
        forwards,
        pathPattern: everyPath,
        tags: { ...ownershipTags(app), [lastResortTag]: "yes" },
      });
    });
    takeRule(context, made, decision.name);
  },
  detail: ({ outputs }) => outputs.productionRuleArn,
};

function takeRule(context: RunContext, { arn, tags, priority }: ListenerRule, name = `rule ${priority}`): void {
  context.outputs.productionRuleArn = arn;
  context.reportResource("shiftRule", { kind: "listenerRule", name, arn, origin: originOf(tags, context.app) });
}

const noPriority = (name: string): SlipwayError =>
  new SlipwayError({
    code: "NoRulePriority",
    summary: `The listener of ${name} has no priority left behind its other rules.`,
    remedy: "Renumber its rules in the console, then deploy again.",
    actions: ["retry"],
  });

/** What goes once the service replaces its tasks one by one again. */
export function shiftLeftovers(observed: ObservedState, input: RunInput): Change[] {
  if (!endedShifting(observed, input)) return [];
  const { shiftRole: state, spareTargetGroup: spare } = observed;
  const rule = explicitRule(observed, input);
  return [
    ...(rule ? [{ code: "removeRule" as const, priority: rule.priority }] : []),
    ...(spare && isOurs(spare.tags, input.app) ? [{ code: "removeTargetGroup" as const, name: spare.name }] : []),
    ...(state && isOurs(state.role.tags, input.app) ? [{ code: "removeRole" as const, name: state.role.name }] : []),
  ];
}

/** Sends everything to the group that has it anyway, and takes away what moved the traffic. */
export async function removeShifting(context: RunContext): Promise<void> {
  const { app, cloud, observed } = context;
  if (!endedShifting(observed, context)) return;
  const current = [{ arn: requireOutput(context, "targetGroupArn"), weight: 1 }];
  const { listener, spareTargetGroup: spare, shiftRole: state } = observed;
  const rule = explicitRule(observed, context);
  const isAsItShould = listener?.forwards.length === 1 && listener.forwards[0]?.arn === current[0]?.arn;
  if (listener && isOurs(listener.tags, app) && !isAsItShould && (rule !== undefined || listener.forwards.length > 0))
    await cloud.elb.forwardListener(listener.arn, current);
  if (rule) await cloud.elb.deleteRule(rule.arn);
  else {
    const own = productionRule(observed);
    if (own && isOurs(own.tags, app) && own.forwards.length > 1) await cloud.elb.forwardRule(own.arn, current);
  }
  if (spare && isOurs(spare.tags, app)) await deleteWhenFree(context, spare.arn);
  if (!state || !isOurs(state.role.tags, app)) return;
  for (const policy of state.attached) await cloud.iam.detachPolicy(state.role.name, policy);
  await cloud.iam.deleteRole(state.role.name);
}
