import { errorCode, SlipwayError } from "../../base/errors";
import type { HealthCheckSettings, Listener, ListenerRule, LoadBalancer, TargetGroup } from "../../ports/cloud";
import type { Change, Decision } from "../decision";
import { requireOutput, originOf, poll, reuseOrAdopt, untilSeen, type RunContext, type Step } from "../step";
import { harden } from "./harden";
import { isOurs, ownershipTags, type RunInput, type ObservedState } from "../observedState";
import { placeRule, type RuleMatch, type RulePlace } from "../rulePlace";
import { balancerOf, noBalancer } from "./network";
import { deleteWhenFree, forwardingOf, recordNewTargetGroup, spareName, needsCutover } from "./targetGroupCutover";

/** One passing check makes a target healthy; six failed ones let an application pause for half a minute. */
export function healthCheckOf(input: RunInput): HealthCheckSettings {
  const { path, matcher, intervalSeconds, timeoutSeconds } = input.app.healthCheck;
  return { path, matcher, intervalSeconds, timeoutSeconds, healthyThreshold: 2, unhealthyThreshold: 6 };
}

const wantedAttributes = (input: RunInput): Record<string, string> => ({
  "deregistration_delay.timeout_seconds": String(input.app.deregistrationDelaySeconds),
});

const attributeChanges = (observed: ObservedState, input: RunInput): Change[] =>
  Object.entries(wantedAttributes(input)).flatMap(([key, value]) =>
    observed.targetGroupAttributes[key] === value ? [] : [{ code: "targetGroupAttribute", attribute: key, value }],
  );

/** What of the health check can change before the rollout: a path that the running version does not answer must wait. */
function healthCheckNow(observed: ObservedState, input: RunInput): HealthCheckSettings {
  const wanted = healthCheckOf(input);
  return observed.targetGroup && observed.answersHealthPath === false
    ? { ...wanted, path: observed.targetGroup.healthCheck.path }
    : wanted;
}

const healthCheckChanges = (before: HealthCheckSettings, after: HealthCheckSettings): Change[] =>
  (Object.keys(after) as (keyof HealthCheckSettings)[]).flatMap((key) =>
    before[key] === after[key] ? [] : [{ code: "healthCheck", setting: key, from: before[key], to: after[key] }],
  );

/** True when the health check's path changes only after the rollout: where the new version cannot have a group of its own. */
export const pathWaits = (observed: ObservedState, input: RunInput): boolean =>
  balancerOf(observed, input) !== undefined && observed.answersHealthPath === false && !needsCutover(observed, input);

export const targetGroup: Step = {
  id: "targetGroup",
  needs: ["files"],
  decide: (observed, input): Decision => {
    const { app } = input;
    if (!balancerOf(observed, input)) return noBalancer;
    for (const found of observed.targetGroups)
      if (!isOurs(found.tags, app)) throw nameTaken("target group", found.name, app.name);
    const group = observed.targetGroup;
    const named = { kind: "targetGroup" as const, name: group?.name ?? app.targetGroup };
    if (!group) return { action: "create", ...named, reason: { code: "absent" } };
    if (needsCutover(observed, input))
      return {
        action: "replace",
        ...named,
        reason: { code: "pathNotAnswered", path: app.healthCheck.path },
        changes: [{ code: "newTargetGroup", name: spareName(observed, input) }],
      };
    if (group.vpc !== observed.network.vpc) throw otherVpc("target group", group.name, group.vpc, observed.network.vpc);
    const changes = [
      ...healthCheckChanges(group.healthCheck, healthCheckNow(observed, input)),
      ...attributeChanges(observed, input),
    ];
    return changes.length
      ? { action: "update", ...named, reason: { code: "settingsDiffer" }, changes }
      : { action: "reuse", ...named, reason: { code: "exists" } };
  },
  reuse: (context) => takeTargetGroup(context, context.observed.targetGroup as TargetGroup),
  apply: async (context) => {
    const { app, cloud, observed } = context;
    if (needsCutover(observed, context)) return makeSecondGroup(context);
    const healthCheck = healthCheckNow(observed, context);
    const existing = observed.targetGroup;
    const group =
      existing ??
      (await cloud.elb.createTargetGroup({
        name: app.targetGroup,
        vpc: observed.network.vpc,
        port: app.port ?? 80,
        healthCheck,
        tags: ownershipTags(app),
      }));
    if (existing && healthCheckChanges(existing.healthCheck, healthCheck).length) {
      await cloud.elb.modifyHealthCheck(group.arn, healthCheck);
      context.onRollback.push((later) => later.cloud.elb.modifyHealthCheck(group.arn, existing.healthCheck));
    }
    if (attributeChanges(observed, context).length)
      await untilSeen(context, () => cloud.elb.setTargetGroupAttributes(group.arn, wantedAttributes(context)));
    takeTargetGroup(context, group);
  },
  detail: ({ outputs }) => outputs.targetGroupArn,
};

/** The new version's own group, with the path that it answers; one from a run that was cut short is taken up. */
async function makeSecondGroup(context: RunContext): Promise<void> {
  const { app, cloud, observed } = context;
  const healthCheck = healthCheckOf(context);
  const existing = observed.spareTargetGroup;
  const group =
    existing ??
    (await cloud.elb.createTargetGroup({
      name: spareName(observed, context),
      vpc: observed.network.vpc,
      port: app.port ?? 80,
      healthCheck,
      tags: ownershipTags(app),
    }));
  context.onRollback.push((later) => deleteWhenFree(later, group.arn));
  if (existing && healthCheckChanges(existing.healthCheck, healthCheck).length)
    await cloud.elb.modifyHealthCheck(group.arn, healthCheck);
  await untilSeen(context, () => cloud.elb.setTargetGroupAttributes(group.arn, wantedAttributes(context)));
  takeTargetGroup(context, group);
}

function takeTargetGroup(context: RunContext, group: TargetGroup): void {
  context.outputs.targetGroupArn = group.arn;
  context.reportResource("targetGroup", {
    kind: "targetGroup",
    name: group.name,
    arn: group.arn,
    origin: originOf(group.tags, context.app),
  });
}

export const targetGroupArn: Step = {
  id: "targetGroupArn",
  needs: ["targetGroup"],
  decide: (observed, input) =>
    balancerOf(observed, input) ? { action: "run", reason: { code: "serviceNamesIt" } } : noBalancer,
  apply: () => Promise.resolve(),
  detail: ({ outputs }) => outputs.targetGroupArn,
};

export const loadBalancer: Step = {
  id: "loadBalancer",
  needs: ["loadBalancerGroup"],
  decide: (observed, input) => {
    const { app } = input;
    const settings = balancerOf(observed, input);
    if (!settings) return noBalancer;
    const existing = observed.loadBalancer;
    const named = { kind: "loadBalancer" as const, name: settings.name };
    if (!existing) return { action: "create", ...named, reason: { code: "absent" } };
    if (existing.type !== "application")
      throw new SlipwayError({
        code: "WrongLoadBalancer",
        summary: `${existing.name} is a ${existing.type} load balancer; Slipway needs an application load balancer.`,
        remedy: "Name another as loadBalancer.name in slipway.json.",
        actions: ["openConfig"],
      });
    if (existing.vpc !== observed.network.vpc)
      throw otherVpc("load balancer", existing.name, existing.vpc, observed.network.vpc);
    return { action: reuseOrAdopt(existing.tags, app), ...named, reason: { code: "exists" } };
  },
  reuse: (context) => takeLoadBalancer(context, context.observed.loadBalancer as LoadBalancer),
  apply: async (context) => {
    const { app, cloud, observed } = context;
    const settings = app.loadBalancer as NonNullable<typeof app.loadBalancer>;
    const input = {
      name: settings.name,
      subnets: observed.network.loadBalancerSubnets.map((subnet) => subnet.id),
      securityGroups: [requireOutput(context, "loadBalancerGroup")],
      internal: settings.internal,
      tags: ownershipTags(app),
    };
    takeLoadBalancer(context, await untilSeen(context, () => cloud.elb.createLoadBalancer(input)));
  },
  detail: ({ outputs }) => outputs.loadBalancerDns,
};

function takeLoadBalancer(context: RunContext, balancer: LoadBalancer): void {
  context.outputs.loadBalancerArn = balancer.arn;
  context.outputs.loadBalancerDns = balancer.dnsName;
  context.reportResource("loadBalancer", {
    kind: "loadBalancer",
    name: balancer.name,
    arn: balancer.arn,
    origin: originOf(balancer.tags, context.app),
  });
}

/** What of the listener or its rule has to change: another group is to be named, or only ours. */
function forwardChanges(observed: ObservedState, input: RunInput): Change[] {
  if (needsCutover(observed, input)) return [{ code: "forwardToNewTargetGroup", name: spareName(observed, input) }];
  return [];
}

export const listener: Step = {
  id: "listener",
  needs: ["loadBalancer", "targetGroup"],
  decide: (observed, input) => {
    const settings = balancerOf(observed, input);
    if (!settings) return noBalancer;
    const name = `${settings.name}:${settings.listenerPort}`;
    if (!observed.listener) return { action: "create", kind: "listener", name, reason: { code: "nothingListens" } };
    const changes = forwardChanges(observed, input);
    if (changes.length)
      return {
        action: "update",
        kind: "listener",
        name,
        reason: { code: "bothVersionsRun" },
        changes,
      };
    const replaced = ruleToReplace(observed, input);
    if (replaced) return { ...newRule(observed, input, name), action: "update" };
    if (forwardingOf(observed, input))
      return {
        action: isOurs(observed.listener.tags, input.app) ? "reuse" : "adopt",
        kind: "listener",
        name,
        reason: { code: "sendsHere" },
      };
    if (settings.pathPattern === undefined && settings.hostHeader === undefined) {
      throw new SlipwayError({
        code: "ListenerInUse",
        summary: `Port ${settings.listenerPort} of the load balancer ${settings.name} serves something else already.`,
        evidence: observed.listener.forwards.map((forward) => forward.arn),
        remedy:
          "Say which of its requests are for this application, with loadBalancer.pathPattern or " +
          "loadBalancer.hostHeader in slipway.json: Slipway then adds a rule and leaves the rest as it is.",
        actions: ["openConfig"],
      });
    }
    return newRule(observed, input, name);
  },
  reuse: noteListener,
  apply: async (context, decision) => {
    const { app, cloud, observed } = context;
    const settings = app.loadBalancer as NonNullable<typeof app.loadBalancer>;
    const targetGroupArn = requireOutput(context, "targetGroupArn");
    if (decision.kind === "listenerRule" && observed.listener) return createRule(context, observed.listener, decision);
    if (decision.action === "update") {
      await recordNewTargetGroup(context);
      return noteListener(context);
    }
    const loadBalancerArn = requireOutput(context, "loadBalancerArn");
    if (!observed.loadBalancer || isOurs(observed.loadBalancer.tags, app)) await harden(context, loadBalancerArn);
    const made = await untilSeen(context, () =>
      cloud.elb.createListener({
        loadBalancerArn,
        port: settings.listenerPort,
        to: { targetGroupArn },
        tags: ownershipTags(app),
      }),
    ).catch(async (error: unknown) => {
      const found = errorCode(error).startsWith("DuplicateListener")
        ? (await cloud.elb.listListeners(loadBalancerArn)).find((item) => item.port === settings.listenerPort)
        : undefined;
      if (!found?.forwards.some((forward) => forward.arn === targetGroupArn)) throw error;
      return found;
    });
    context.reportResource("listener", {
      kind: "listener",
      name: decision.name ?? "",
      arn: made.arn,
      origin: "created",
    });
  },
};

const matchOf = ({ app: { loadBalancer } }: RunInput): RuleMatch => ({
  pathPattern: loadBalancer?.pathPattern,
  hostHeader: loadBalancer?.hostHeader,
});

/** Our rule where slipway.json states other requests by now. */
function ruleToReplace(observed: ObservedState, input: RunInput): ListenerRule | undefined {
  const { pathPattern, hostHeader } = matchOf(input);
  if (pathPattern === undefined && hostHeader === undefined) return undefined;
  const forwarding = forwardingOf(observed, input);
  const rule = observed.rules.find(({ arn, tags }) => arn === forwarding?.arn && isOurs(tags, input.app));
  const same = (stated: string | undefined, now: readonly string[]) =>
    now.length === (stated === undefined ? 0 : 1) && now[0] === stated;
  return rule && !(same(pathPattern, rule.pathPatterns) && same(hostHeader, rule.hostHeaders)) ? rule : undefined;
}

/** Where the rule goes that is to be made; undefined where none is. */
export function placeOfNewRule(observed: ObservedState, input: RunInput): RulePlace | undefined {
  if (!balancerOf(observed, input) || !observed.listener || needsCutover(observed, input)) return undefined;
  const replaced = ruleToReplace(observed, input);
  if (forwardingOf(observed, input) && !replaced) return undefined;
  return placeRule(matchOf(input), observed.rules, replaced?.arn);
}

function newRule(observed: ObservedState, input: RunInput, name: string): Decision {
  const { pathPattern, hostHeader } = matchOf(input);
  const place = placeOfNewRule(observed, input);
  return {
    action: "create",
    kind: "listenerRule",
    name,
    reason: { code: "ruleFor", condition: [hostHeader, pathPattern].filter(Boolean).join(" ") },
    changes: [{ code: "rulePlace", after: place?.after ?? [], shadowedBy: place?.shadowedBy ?? [] }],
  };
}

/** Looks again, for rules that were made meanwhile; the rule that this one replaces goes when it is there. */
async function createRule(context: RunContext, { arn: listenerArn }: Listener, decision: Decision): Promise<void> {
  const { app, cloud, observed } = context;
  const { pathPattern, hostHeader } = matchOf(context);
  const replaced = ruleToReplace(observed, context);
  const targetGroupArn = requireOutput(context, "targetGroupArn");
  const made = await untilSeen(context, async () => {
    const { priority } = placeRule(matchOf(context), await cloud.elb.listRules(listenerArn), replaced?.arn);
    if (priority === undefined) throw noPriority(decision.name ?? "");
    return cloud.elb.createRule({
      listenerArn,
      priority,
      targetGroupArn,
      tags: ownershipTags(app),
      ...(pathPattern === undefined ? {} : { pathPattern }),
      ...(hostHeader === undefined ? {} : { hostHeader }),
    });
  });
  if (replaced) await cloud.elb.deleteRule(replaced.arn);
  context.reportResource("listener", {
    kind: "listenerRule",
    name: decision.name ?? "",
    arn: made.arn,
    origin: "created",
  });
}

const noPriority = (name: string): SlipwayError =>
  new SlipwayError({
    code: "NoRulePriority",
    summary: `The listener ${name} has no priority left behind the rules whose requests this application would take.`,
    remedy: "Renumber its rules in the console, then deploy again.",
    actions: ["retry"],
  });

function noteListener({ app, reportResource, observed }: RunContext): void {
  if (observed.listener)
    reportResource("listener", {
      kind: "listener",
      name: `${app.loadBalancer?.name ?? ""}:${observed.listener.port}`,
      arn: observed.listener.arn,
      origin: originOf(observed.listener.tags, app),
    });
}

export const loadBalancerActive: Step = {
  id: "loadBalancerActive",
  needs: ["loadBalancer"],
  decide: (observed, input) => {
    if (!balancerOf(observed, input)) return noBalancer;
    return observed.loadBalancer?.state === "active"
      ? { action: "reuse", reason: { code: "loadBalancerActive" } }
      : { action: "run", reason: { code: "provisioningTakesMinutes" } };
  },
  apply: async (context) => {
    const { app, cloud } = context;
    const name = app.loadBalancer?.name ?? "";
    context.emit({
      type: "progress",
      step: "loadBalancerActive",
      message: "AWS provisions the load balancer, two to three minutes",
    });
    const state = await poll(context, 15 * 60_000, async () => {
      const found = await cloud.elb.loadBalancerState(name);
      return found !== "provisioning" ? found : undefined;
    });
    if (state === "active" || state === "active_impaired") return;
    throw new SlipwayError({
      code: "LoadBalancerFailed",
      summary:
        state === undefined
          ? `The load balancer ${name} is still being provisioned after 15 minutes.`
          : `AWS could not provision the load balancer ${name}: its state is ${state}.`,
      remedy: "Look at it in the console; deleting it and deploying again makes a new one.",
      actions: ["retry", "remove"],
    });
  },
};

function nameTaken(what: string, name: string, application: string): SlipwayError {
  return new SlipwayError({
    code: "NameTaken",
    summary: `A ${what} named ${name} exists, and Slipway did not make it for ${application}.`,
    remedy: `Rename the application in slipway.json, or delete the ${what} if nothing uses it.`,
    actions: ["openConfig"],
  });
}

function otherVpc(what: string, name: string, its: string, ours: string): SlipwayError {
  return new SlipwayError({
    code: "OtherVpc",
    summary: `The ${what} ${name} is in ${its}, but the tasks go to ${ours}.`,
    remedy: "Set network.vpc in slipway.json to the same VPC.",
    actions: ["openConfig"],
  });
}
