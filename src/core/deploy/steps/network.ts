import { errorCode, SlipwayError } from "../../base/errors";
import type { IngressRule, SecurityGroup } from "../../ports/cloud";
import type { Decision } from "../plan";
import { need, originOf, poll, untilSeen, type RunContext, type Step } from "../step";
import { isOurs, ownershipTags, type RunInput, type World } from "../observedState";

/** A service that somebody else made keeps its own balancers and groups: Slipway brings it a revision and nothing else. */
export const isAdoptedService = (world: World, input: RunInput): boolean =>
  world.service !== undefined && !isOurs(world.service.tags, input.app);

/** The load balancer of this deployment; undefined where phase 6 is left out. */
export function balancerOf(world: World, input: RunInput): RunInput["app"]["loadBalancer"] {
  return isAdoptedService(world, input) ? undefined : input.app.loadBalancer;
}

export const noBalancer: Decision = { action: "leaveOut", reason: "no load balancer" };

const everyone = (cidrs: readonly string[]): string => (cidrs.includes("0.0.0.0/0") ? "everyone" : cidrs.join(", "));

const admits = (group: SecurityGroup, port: number, from: { cidr: string } | { group: string }): boolean =>
  group.ingress.some(
    (rule) =>
      (rule.protocol === "-1" || (rule.protocol === "tcp" && rule.fromPort <= port && rule.toPort >= port)) &&
      ("cidr" in from ? rule.cidrs.includes(from.cidr) : rule.groups.includes(from.group)),
  );

/** CIDR blocks that the load balancer's group does not let in yet. */
function missingCidrs(world: World, input: RunInput): string[] {
  const settings = balancerOf(world, input);
  const group = world.loadBalancerGroup;
  if (!settings) return [];
  return group
    ? settings.allowFrom.filter((cidr) => !admits(group, settings.listenerPort, { cidr }))
    : settings.allowFrom;
}

export const loadBalancerGroup: Step = {
  id: "loadBalancerGroup",
  needs: ["identity"],
  decide: (world, input) => {
    const { app } = input;
    const settings = balancerOf(world, input);
    if (!settings) return noBalancer;
    if (world.loadBalancer && !isOurs(world.loadBalancer.tags, app)) {
      return {
        action: "adopt",
        kind: "securityGroup",
        name: world.loadBalancer.securityGroups[0] ?? "(none)",
        reason: `it guards ${world.loadBalancer.name}`,
      };
    }
    const name = app.securityGroups.loadBalancer;
    const opens = `port ${settings.listenerPort} of the load balancer to ${everyone(settings.allowFrom)}`;
    if (!world.loadBalancerGroup)
      return { action: "create", kind: "securityGroup", name, reason: "it does not exist", opens };
    const missing = missingCidrs(world, input);
    if (missing.length)
      return {
        action: "update",
        kind: "securityGroup",
        name,
        reason: "a rule is missing",
        changes: missing.map((cidr) => `let ${cidr} in on port ${settings.listenerPort}`),
        opens,
      };
    return { action: "reuse", kind: "securityGroup", name, reason: "it exists" };
  },
  reuse: (context) => {
    const { world, app } = context;
    const adopted =
      world.loadBalancer && !isOurs(world.loadBalancer.tags, app) ? world.loadBalancer.securityGroups[0] : undefined;
    takeGroup(
      context,
      "loadBalancerGroup",
      world.loadBalancerGroup?.id ?? adopted ?? "",
      world.loadBalancerGroup?.name ?? adopted ?? "",
      originOf(world.loadBalancerGroup?.tags, app),
    );
  },
  apply: async (context) => {
    const { app, world } = context;
    const settings = balancerOf(world, context);
    const group =
      world.loadBalancerGroup ??
      (await createGroup(context, app.securityGroups.loadBalancer, `Load balancer of ${app.name}`));
    const cidrs = missingCidrs(world, context);
    if (settings && cidrs.length)
      await allow(
        context,
        group.id,
        cidrs.map((cidr) => ({ port: settings.listenerPort, cidrs: [cidr] })),
      );
    takeGroup(context, "loadBalancerGroup", group.id, group.name, originOf(group.tags, app));
  },
  detail: ({ outputs }) => outputs.loadBalancerGroup,
};

export const taskGroup: Step = {
  id: "taskGroup",
  needs: ["identity"],
  decide: (world, input) => {
    const stated = statedGroups(world, input);
    if (stated)
      return {
        action: "adopt",
        kind: "securityGroup",
        name: stated.join(", "),
        reason: input.app.network.securityGroups ? "slipway.json names it" : "the service has it",
      };
    const name = input.app.securityGroups.tasks;
    if (!world.taskGroup) return { action: "create", kind: "securityGroup", name, reason: "it does not exist" };
    return { action: "reuse", kind: "securityGroup", name, reason: "it exists" };
  },
  reuse: (context) => {
    const stated = statedGroups(context.world, context);
    const group = context.world.taskGroup;
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
export function statedGroups(world: World, input: RunInput): string[] | undefined {
  return (
    input.app.network.securityGroups ??
    (isAdoptedService(world, input) ? world.service?.network?.securityGroups : undefined)
  );
}

export const taskRule: Step = {
  id: "taskRule",
  needs: ["loadBalancerGroup", "taskGroup"],
  decide: (world, input) => {
    const { app } = input;
    const settings = balancerOf(world, input);
    if (app.port === undefined || statedGroups(world, input))
      return {
        action: "leaveOut",
        reason: app.port === undefined ? "the application listens on nothing" : "the groups are not Slipway's",
      };
    const group = world.taskGroup;
    if (settings) {
      const source =
        world.loadBalancerGroup?.id ??
        (world.loadBalancer && !isOurs(world.loadBalancer.tags, app)
          ? world.loadBalancer.securityGroups[0]
          : undefined);
      if (group && source && admits(group, app.port, { group: source }))
        return { action: "reuse", reason: "the rule is there" };
      return {
        action: "create",
        name: app.securityGroups.tasks,
        reason: `port ${app.port} from the load balancer alone`,
      };
    }
    const missing = app.network.allowFrom.filter((cidr) => !group || !admits(group, app.port ?? 0, { cidr }));
    if (app.network.allowFrom.length === 0) return { action: "leaveOut", reason: "nobody was said to reach the port" };
    if (missing.length === 0) return { action: "reuse", reason: "the rules are there" };
    return {
      action: "create",
      name: app.securityGroups.tasks,
      reason: "slipway.json lets them in",
      opens: `port ${app.port} of the tasks to ${everyone(missing)}`,
      changes: missing,
    };
  },
  apply: async (context, decision) => {
    const { app, world } = context;
    const port = app.port ?? 0;
    const group = need(context, "taskGroup");
    const rules: IngressRule[] = balancerOf(world, context)
      ? [{ port, fromGroup: need(context, "loadBalancerGroup") }]
      : (decision.changes ?? []).map((cidr) => ({ port, cidrs: [cidr] }));
    await allow(context, group, rules);
    if (world.service) context.onRollback.push((later) => revoke(later, group, rules));
  },
};

async function createGroup(context: RunContext, name: string, description: string): Promise<SecurityGroup> {
  const { app, cloud, world } = context;
  try {
    return await cloud.ec2.createSecurityGroup({ name, description, vpc: world.network.vpc, tags: ownershipTags(app) });
  } catch (error) {
    if (errorCode(error) !== "InvalidGroup.Duplicate") throw error;
    // Made a moment ago, by a call whose answer was lost or by a run that was killed: Describe may not show it yet.
    const found = await poll(context, 30_000, () => cloud.ec2.findSecurityGroup(world.network.vpc, name));
    if (found) return found;
    throw new SlipwayError(
      {
        code: "NameTaken",
        summary: `A security group named ${name} exists in ${world.network.vpc}, but cannot be read.`,
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

async function revoke(context: RunContext, group: string, rules: readonly IngressRule[]): Promise<void> {
  for (const rule of rules) {
    await context.cloud.ec2.revokeIngress(group, rule).catch((error: unknown) => {
      if (!["InvalidPermission.NotFound", "UnknownIpPermissions"].includes(errorCode(error))) throw error;
    });
  }
}

/** Rules from the load balancer to ports that the application no longer has; they go after a successful rollout. */
export function outdatedRules(world: World, input: RunInput): IngressRule[] {
  const source = world.loadBalancerGroup?.id;
  if (!source || !world.taskGroup || !isOurs(world.taskGroup.tags, input.app)) return [];
  return world.taskGroup.ingress
    .filter((rule) => rule.groups.includes(source) && rule.fromPort === rule.toPort && rule.fromPort !== input.app.port)
    .map((rule) => ({ port: rule.fromPort, fromGroup: source }));
}

export async function removeOutdatedRules(context: RunContext): Promise<void> {
  if (context.world.taskGroup) await revoke(context, context.world.taskGroup.id, outdatedRules(context.world, context));
}

function takeGroup(
  context: RunContext,
  step: "loadBalancerGroup" | "taskGroup",
  id: string,
  name: string,
  origin: "created" | "adopted",
): void {
  context.outputs[step] = id;
  const { partition, region, account } = context.world.identity;
  context.made(step, {
    kind: "securityGroup",
    name,
    arn: `arn:${partition}:ec2:${region}:${account}:security-group/${id}`,
    origin,
  });
}
