import { errorCode, SlipwayError } from "../../base/errors";
import type { HealthCheckSettings, LoadBalancer, TargetGroup } from "../../ports/cloud";
import { differingAttributes } from "../balancerAttributes";
import type { Change, Decision } from "../decision";
import { requireOutput, originOf, poll, reuseOrAdopt, untilSeen, type RunContext, type Step } from "../step";
import { isOurs, ownershipTags, type RunInput, type ObservedState } from "../observedState";
import { balancerOf, noBalancer } from "./network";
import { deleteWhenFree, needsCutover, spareName } from "./targetGroupCutover";

/** One passing check makes a target healthy; six failed ones let an application pause for half a minute. */
export function healthCheckOf(input: RunInput): HealthCheckSettings {
  const { path, matcher, intervalSeconds, timeoutSeconds } = input.app.healthCheck;
  return { path, matcher, intervalSeconds, timeoutSeconds, healthyThreshold: 2, unhealthyThreshold: 6 };
}

export const wantedAttributes = (input: RunInput): Record<string, string> => ({
  "deregistration_delay.timeout_seconds": String(input.app.deregistrationDelaySeconds),
});

export const attributeChanges = (now: Readonly<Record<string, string>>, input: RunInput): Change[] =>
  Object.entries(wantedAttributes(input)).flatMap(([key, value]) =>
    now[key] === value ? [] : [{ code: "targetGroupAttribute", attribute: key, value }],
  );

/** What of the health check can change before the rollout: a path that the running version does not answer must wait. */
function healthCheckNow(observed: ObservedState, input: RunInput): HealthCheckSettings {
  const wanted = healthCheckOf(input);
  return observed.targetGroup && observed.answersHealthPath === false
    ? { ...wanted, path: observed.targetGroup.healthCheck.path }
    : wanted;
}

export const healthCheckChanges = (before: HealthCheckSettings, after: HealthCheckSettings): Change[] =>
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
      ...attributeChanges(observed.targetGroupAttributes, input),
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
    if (attributeChanges(observed.targetGroupAttributes, context).length)
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
    const changes = Object.entries(differingAttributes(observed, input)).map(
      ([attribute, value]): Change => ({
        code: "balancerAttribute",
        attribute,
        value,
      }),
    );
    if (!existing)
      return { action: "create", ...named, reason: { code: "absent" }, ...(changes.length ? { changes } : {}) };
    if (existing.type !== "application")
      throw new SlipwayError({
        code: "WrongLoadBalancer",
        summary: `${existing.name} is a ${existing.type} load balancer; Slipway needs an application load balancer.`,
        remedy: "Name another as loadBalancer.name in slipway.json.",
        actions: ["openConfig"],
      });
    if (existing.vpc !== observed.network.vpc)
      throw otherVpc("load balancer", existing.name, existing.vpc, observed.network.vpc);
    if (changes.length) return { action: "update", ...named, reason: { code: "settingsDiffer" }, changes };
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
    const balancer = observed.loadBalancer ?? (await untilSeen(context, () => cloud.elb.createLoadBalancer(input)));
    takeLoadBalancer(context, balancer);
    await setAttributes(context, balancer.arn);
  },
  detail: ({ outputs }) => outputs.loadBalancerDns,
};

/** @throws SlipwayError AccessLogsRefused where ELB may not write into the bucket */
async function setAttributes(context: RunContext, arn: string): Promise<void> {
  const { app, cloud, observed } = context;
  const wanted = differingAttributes(observed, context);
  if (Object.keys(wanted).length === 0) return;
  try {
    await untilSeen(context, () => cloud.elb.setLoadBalancerAttributes(arn, wanted));
  } catch (error) {
    const logs = app.loadBalancer?.accessLogs;
    if (!logs || !/^InvalidConfigurationRequest/.test(errorCode(error))) throw error;
    throw new SlipwayError(
      {
        code: "AccessLogsRefused",
        summary: `Elastic Load Balancing may not write access logs into the bucket ${logs.bucket}.`,
        evidence: error instanceof SlipwayError ? error.evidence : [],
        remedy:
          "The bucket has to be in this region, with a policy that lets logdelivery.elasticloadbalancing.amazonaws.com " +
          "put objects, and without a key of KMS; or leave loadBalancer.accessLogs out.",
        actions: ["openConfig", "retry"],
      },
      { cause: error },
    );
  }
}

function takeLoadBalancer(context: RunContext, balancer: LoadBalancer): void {
  context.outputs.loadBalancerArn = balancer.arn;
  context.outputs.loadBalancerDns = balancer.dnsName;
  if (balancer.zoneId !== undefined) context.outputs.loadBalancerZone = balancer.zoneId;
  context.reportResource("loadBalancer", {
    kind: "loadBalancer",
    name: balancer.name,
    arn: balancer.arn,
    origin: originOf(balancer.tags, context.app),
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
