import type { LoadBalancerSettings } from "../../app/app";
import { plainPort } from "../../app/loadBalancer";
import { errorCode, SlipwayError } from "../../base/errors";
import type { IngressRule, SecurityGroup } from "../../ports/cloud";
import { admitsCaller, callersOf, ruleFor, rulesAfter, surplusAt, type Surplus } from "../callers";
import type { Change, Decision } from "../decision";
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

const admitsGroup = (group: SecurityGroup, port: number, from: string): boolean =>
  group.ingress.some(
    (rule) =>
      (rule.protocol === "-1" || (rule.protocol === "tcp" && rule.fromPort <= port && rule.toPort >= port)) &&
      rule.groups.includes(from),
  );

/** Ports at which people come in: the listener's, and that of HTTP where it sends them on. */
const portsOf = ({ listenerPort, redirectHttp }: LoadBalancerSettings): number[] =>
  redirectHttp ? [listenerPort, plainPort] : [listenerPort];

/** A port and who is to come in by it. */
interface Way {
  readonly port: number;
  readonly caller: string;
}

/** Who is meant to reach the load balancer, and what its group says of that. */
function waysOf(observed: ObservedState, input: RunInput): { missing: Way[]; surplus: Surplus[] } {
  const settings = balancerOf(observed, input);
  const group = observed.loadBalancerGroup;
  if (!settings) return { missing: [], surplus: [] };
  const callers = callersOf(settings.allowFrom, observed.prefixLists);
  const ports = portsOf(settings);
  return {
    missing: ports
      .flatMap((port) => callers.map((caller) => ({ port, caller })))
      .filter(({ port, caller }) => !group || !admitsCaller(group, port, caller)),
    // In a group of others nothing is closed; nor is anything where a list that is meant could not be read.
    surplus:
      group && isOurs(group.tags, input.app) && observed.prefixLists.known
        ? ports.map((port) => surplusAt(group, port, callers))
        : [],
  };
}

/** The same of tasks that people reach without a load balancer. */
function taskWays(observed: ObservedState, { app }: RunInput): { missing: Way[]; surplus: Surplus[] } {
  const { port } = app;
  const group = observed.taskGroup;
  if (port === undefined) return { missing: [], surplus: [] };
  const callers = callersOf(app.network.allowFrom, observed.prefixLists);
  return {
    missing: callers
      .filter((caller) => !group || !admitsCaller(group, port, caller))
      .map((caller) => ({ port, caller })),
    surplus: group && isOurs(group.tags, app) && observed.prefixLists.known ? [surplusAt(group, port, callers)] : [],
  };
}

const wayChanges = ({ missing, surplus }: { missing: Way[]; surplus: Surplus[] }): Change[] => [
  ...missing.map(({ port, caller }): Change => ({ code: "admit", cidr: caller, port })),
  ...surplus.flatMap(({ port, ours }) => ours.map((caller): Change => ({ code: "shutOut", caller, port }))),
];

/** Lets in who is meant first, and shuts out who was meant before. */
async function setWays(
  context: RunContext,
  group: string,
  { missing, surplus }: { missing: Way[]; surplus: Surplus[] },
): Promise<void> {
  await allow(
    context,
    group,
    missing.map(({ port, caller }) => ruleFor(port, caller)),
  );
  await revoke(
    context,
    group,
    surplus.flatMap(({ port, ours }) => ours.map((caller) => ruleFor(port, caller))),
  );
}

/** Who comes in besides, let in by somebody else. */
export function alsoAdmitted(observed: ObservedState, input: RunInput): { port: number; callers: readonly string[] }[] {
  const { surplus } = balancerOf(observed, input) ? waysOf(observed, input) : taskWays(observed, input);
  return surplus.flatMap(({ port, others }) => (others.length ? [{ port, callers: others }] : []));
}

/** As many rules as the group that people come in by will have. */
export function rulesPlanned(observed: ObservedState, input: RunInput): number {
  const settings = balancerOf(observed, input);
  const lists = observed.prefixLists.known ? observed.prefixLists.value : [];
  const allowFrom = settings ? settings.allowFrom : input.app.network.allowFrom;
  const ports = settings ? portsOf(settings) : input.app.port === undefined ? [] : [input.app.port];
  const group = settings ? observed.loadBalancerGroup : observed.taskGroup;
  return rulesAfter(group, ports, callersOf(allowFrom, observed.prefixLists), lists);
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
    const ways = waysOf(observed, input);
    const changes = wayChanges(ways);
    const { missing } = ways;
    if (changes.length)
      return {
        action: "update",
        kind: "securityGroup",
        name,
        reason: missing.length ? { code: "ruleMissing" } : { code: "moreThanStated" },
        changes,
        ...(missing.length === 0
          ? {}
          : {
              opens: missing.some(({ port }) => port === settings.listenerPort) ? opens : { ...opens, port: plainPort },
            }),
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
    await setWays(context, group.id, waysOf(observed, context));
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
      if (group && source && admitsGroup(group, app.port, source))
        return { action: "reuse", reason: { code: "ruleThere" } };
      return {
        action: "create",
        name: app.securityGroups.tasks,
        reason: { code: "portFromLoadBalancer", port: app.port },
      };
    }
    const ways = taskWays(observed, input);
    const changes = wayChanges(ways);
    if (changes.length === 0)
      return app.network.allowFrom.length === 0
        ? { action: "leaveOut", reason: { code: "nobodyAllowed" } }
        : { action: "reuse", reason: { code: "rulesThere" } };
    const to = ways.missing.map(({ caller }) => caller);
    return {
      action: "create",
      name: app.securityGroups.tasks,
      reason: to.length ? { code: "allowFromStated" } : { code: "moreThanStated" },
      ...(to.length ? { opens: { port: app.port, of: "tasks", to } } : {}),
      changes,
    };
  },
  apply: async (context) => {
    const { app, observed } = context;
    const group = requireOutput(context, "taskGroup");
    if (!balancerOf(observed, context)) return setWays(context, group, taskWays(observed, context));
    const rules: IngressRule[] = [{ port: app.port ?? 0, fromGroup: requireOutput(context, "loadBalancerGroup") }];
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
