import type { LoadBalancerSettings } from "../../app/app";
import { plainPort } from "../../app/loadBalancer";
import { errorCode, SlipwayError } from "../../base/errors";
import type { IngressRule, SecurityGroup } from "../../ports/cloud";
import type { Decision } from "../decision";
import { requireOutput, originOf, poll, untilSeen, type RunContext, type Step } from "../step";
import { isOurs, ownershipTags, type RunInput, type ObservedState } from "../observedState";

/** A service that somebody else made keeps its own balancers and groups: Slipway brings it a revision and nothing else. */
export const isAdoptedService = (observed: ObservedState, input: RunInput): boolean =>
  observed.service !== undefined && !isOurs(observed.service.tags, input.app);

/** The load balancer of this deployment; undefined where phase 6 is left out. */
export function balancerOf(observed: ObservedState, input: RunInput): RunInput["app"]["loadBalancer"] {
  return isAdoptedService(observed, input) ? undefined : input.app.loadBalancer;
}

export const noBalancer: Decision = { action: "leaveOut", reason: { code: "noLoadBalancer" } };

const admits = (group: SecurityGroup, port: number, from: { cidr: string } | { group: string }): boolean =>
  group.ingress.some(
    (rule) =>
      (rule.protocol === "-1" || (rule.protocol === "tcp" && rule.fromPort <= port && rule.toPort >= port)) &&
      ("cidr" in from ? rule.cidrs.includes(from.cidr) : rule.groups.includes(from.group)),
  );

/** Ports at which people come in: the listener's, and that of HTTP where it sends them on. */
const portsOf = ({ listenerPort, redirectHttp }: LoadBalancerSettings): number[] =>
  redirectHttp ? [listenerPort, plainPort] : [listenerPort];

/** Ports and CIDR blocks that the load balancer's group does not let in yet. */
function missingWays(observed: ObservedState, input: RunInput): { port: number; cidr: string }[] {
  const settings = balancerOf(observed, input);
  const group = observed.loadBalancerGroup;
  if (!settings) return [];
  return portsOf(settings)
    .flatMap((port) => settings.allowFrom.map((cidr) => ({ port, cidr })))
    .filter(({ port, cidr }) => !group || !admits(group, port, { cidr }));
}

export const loadBalancerGroup: Step = {
  id: "loadBalancerGroup",
  needs: ["files"],
  decide: (observed, input) => {
    const { app } = input;
    const settings = balancerOf(observed, input);
    if (!settings) return noBalancer;
    if (observed.loadBalancer && !isOurs(observed.loadBalancer.tags, app)) {
      return {
        action: "adopt",
        kind: "securityGroup",
        name: observed.loadBalancer.securityGroups[0] ?? "(none)",
        reason: { code: "guardsLoadBalancer", balancer: observed.loadBalancer.name },
      };
    }
    const name = app.securityGroups.loadBalancer;
    const opens = { port: settings.listenerPort, of: "loadBalancer", to: settings.allowFrom } as const;
    if (!observed.loadBalancerGroup)
      return { action: "create", kind: "securityGroup", name, reason: { code: "absent" }, opens };
    const missing = missingWays(observed, input);
    if (missing.length)
      return {
        action: "update",
        kind: "securityGroup",
        name,
        reason: { code: "ruleMissing" },
        changes: missing.map(({ port, cidr }) => ({ code: "admit", cidr, port })),
        opens: missing.some(({ port }) => port === settings.listenerPort) ? opens : { ...opens, port: plainPort },
      };
    return { action: "reuse", kind: "securityGroup", name, reason: { code: "exists" } };
  },
  reuse: (context) => {
    const { observed, app } = context;
    const adopted =
      observed.loadBalancer && !isOurs(observed.loadBalancer.tags, app)
        ? observed.loadBalancer.securityGroups[0]
        : undefined;
    takeGroup(
      context,
      "loadBalancerGroup",
      observed.loadBalancerGroup?.id ?? adopted ?? "",
      observed.loadBalancerGroup?.name ?? adopted ?? "",
      originOf(observed.loadBalancerGroup?.tags, app),
    );
  },
  apply: async (context) => {
    const { app, observed } = context;
    const group =
      observed.loadBalancerGroup ??
      (await createGroup(context, app.securityGroups.loadBalancer, `Load balancer of ${app.name}`));
    await allow(
      context,
      group.id,
      missingWays(observed, context).map(({ port, cidr }) => ({ port, cidrs: [cidr] })),
    );
    takeGroup(context, "loadBalancerGroup", group.id, group.name, originOf(group.tags, app));
  },
  detail: ({ outputs }) => outputs.loadBalancerGroup,
};

export const taskGroup: Step = {
  id: "taskGroup",
  needs: ["files"],
  decide: (observed, input) => {
    const stated = statedGroups(observed, input);
    if (stated)
      return {
        action: "adopt",
        kind: "securityGroup",
        name: stated.join(", "),
        reason: input.app.network.securityGroups ? { code: "groupsStated" } : { code: "groupsOfService" },
      };
    const name = input.app.securityGroups.tasks;
    if (!observed.taskGroup) return { action: "create", kind: "securityGroup", name, reason: { code: "absent" } };
    return { action: "reuse", kind: "securityGroup", name, reason: { code: "exists" } };
  },
  reuse: (context) => {
    const stated = statedGroups(context.observed, context);
    const group = context.observed.taskGroup;
    const id = stated?.[0] ?? group?.id ?? "";
    takeGroup(
      context,
      "taskGroup",
      id,
      stated ? id : (group?.name ?? id),
      stated ? "adopted" : originOf(group?.tags, context.app),
    );
  },
  apply: async (context) => {
    const { app } = context;
    const group = await createGroup(context, app.securityGroups.tasks, `Tasks of ${app.name}`);
    takeGroup(context, "taskGroup", group.id, group.name, "created");
  },
  detail: ({ outputs }) => outputs.taskGroup,
};

/** Groups that are not Slipway's to make: stated in slipway.json, or those of a service that somebody else made. */
export function statedGroups(observed: ObservedState, input: RunInput): string[] | undefined {
  return (
    input.app.network.securityGroups ??
    (isAdoptedService(observed, input) ? observed.service?.network?.securityGroups : undefined)
  );
}

export const taskRule: Step = {
  id: "taskRule",
  needs: ["loadBalancerGroup", "taskGroup"],
  decide: (observed, input) => {
    const { app } = input;
    const settings = balancerOf(observed, input);
    if (app.port === undefined || statedGroups(observed, input))
      return {
        action: "leaveOut",
        reason: app.port === undefined ? { code: "noPort" } : { code: "groupsNotOurs" },
      };
    const group = observed.taskGroup;
    if (settings) {
      const source =
        observed.loadBalancerGroup?.id ??
        (observed.loadBalancer && !isOurs(observed.loadBalancer.tags, app)
          ? observed.loadBalancer.securityGroups[0]
          : undefined);
      if (group && source && admits(group, app.port, { group: source }))
        return { action: "reuse", reason: { code: "ruleThere" } };
      return {
        action: "create",
        name: app.securityGroups.tasks,
        reason: { code: "portFromLoadBalancer", port: app.port },
      };
    }
    const missing = app.network.allowFrom.filter((cidr) => !group || !admits(group, app.port ?? 0, { cidr }));
    if (app.network.allowFrom.length === 0) return { action: "leaveOut", reason: { code: "nobodyAllowed" } };
    if (missing.length === 0) return { action: "reuse", reason: { code: "rulesThere" } };
    return {
      action: "create",
      name: app.securityGroups.tasks,
      reason: { code: "allowFromStated" },
      opens: { port: app.port, of: "tasks", to: missing },
      changes: missing.map((cidr) => ({ code: "admit", cidr, port: app.port ?? 0 })),
    };
  },
  apply: async (context, decision) => {
    const { app, observed } = context;
    const port = app.port ?? 0;
    const group = requireOutput(context, "taskGroup");
    const rules: IngressRule[] = balancerOf(observed, context)
      ? [{ port, fromGroup: requireOutput(context, "loadBalancerGroup") }]
      : (decision.changes ?? []).flatMap((change) => (change.code === "admit" ? [{ port, cidrs: [change.cidr] }] : []));
    await allow(context, group, rules);
    if (observed.service) context.onRollback.push((later) => revoke(later, group, rules));
  },
};

async function createGroup(context: RunContext, name: string, description: string): Promise<SecurityGroup> {
  const { app, cloud, observed } = context;
  try {
    return await cloud.ec2.createSecurityGroup({
      name,
      description,
      vpc: observed.network.vpc,
      tags: ownershipTags(app),
    });
  } catch (error) {
    if (errorCode(error) !== "InvalidGroup.Duplicate") throw error;
    // Made a moment ago, by a call whose answer was lost or by a run that was killed: Describe may not show it yet.
    const found = await poll(context, 30_000, () => cloud.ec2.findSecurityGroup(observed.network.vpc, name));
    if (found) return found;
    throw new SlipwayError(
      {
        code: "NameTaken",
        summary: `A security group named ${name} exists in ${observed.network.vpc}, but cannot be read.`,
        remedy: "Ask for ec2:DescribeSecurityGroups.",
        actions: ["retry"],
      },
      { cause: error },
    );
  }
}

async function allow(context: RunContext, group: string, rules: readonly IngressRule[]): Promise<void> {
  for (const rule of rules) {
    await untilSeen(context, () => context.cloud.ec2.allowIngress(group, rule)).catch((error: unknown) => {
      if (errorCode(error) !== "InvalidPermission.Duplicate") throw error;
    });
  }
}

export async function revoke(context: RunContext, group: string, rules: readonly IngressRule[]): Promise<void> {
  for (const rule of rules) {
    await context.cloud.ec2.revokeIngress(group, rule).catch((error: unknown) => {
      if (!["InvalidPermission.NotFound", "UnknownIpPermissions"].includes(errorCode(error))) throw error;
    });
  }
}

/** Rules from the load balancer to ports that the application no longer has; they go after a successful rollout. */
export function outdatedRules(observed: ObservedState, input: RunInput): IngressRule[] {
  const source = observed.loadBalancerGroup?.id;
  if (!source || !observed.taskGroup || !isOurs(observed.taskGroup.tags, input.app)) return [];
  return observed.taskGroup.ingress
    .filter((rule) => rule.groups.includes(source) && rule.fromPort === rule.toPort && rule.fromPort !== input.app.port)
    .map((rule) => ({ port: rule.fromPort, fromGroup: source }));
}

export async function removeOutdatedRules(context: RunContext): Promise<void> {
  if (context.observed.taskGroup)
    await revoke(context, context.observed.taskGroup.id, outdatedRules(context.observed, context));
}

function takeGroup(
  context: RunContext,
  step: "loadBalancerGroup" | "taskGroup",
  id: string,
  name: string,
  origin: "created" | "adopted",
): void {
  context.outputs[step] = id;
  const { partition, region, account } = context.observed.identity;
  context.reportResource(step, {
    kind: "securityGroup",
    name,
    arn: `arn:${partition}:ec2:${region}:${account}:security-group/${id}`,
    origin,
  });
}
