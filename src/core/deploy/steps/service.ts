import { quotedText, SlipwayError } from "../../base/errors";
import { standstillOf } from "../../app/standstill";
import type { Service, ServiceLoadBalancer, ServiceNetwork, ServiceSettings } from "../../ports/cloud";
import type { Change, Decision } from "../decision";
import { requireOutput, originOf, poll, untilSeen, type RunContext, type Step } from "../step";
import type { JsonObject } from "../../base/taskDefinition";
import { isJsonObject } from "../../base/exactJson";
import {
  carryStrategy,
  configurationWith,
  endsShifting,
  strategyDiffers,
  wantedReleases,
  wantsShifting,
} from "../shifting";
import { advancedOf } from "../../service/snapshot/trafficGroups";
import { ruleToReplace } from "./listener";
import { isOurs, ownershipTags, type RunInput, type ObservedState } from "../observedState";
import type { StepId } from "../phases";
import { balancerOf, isAdoptedService, statedGroups } from "./network";
import { protectRunningTasks, needsCutover } from "./targetGroupCutover";

/** Seconds in which failed health checks do not count: while the load balancer is provisioned, and afterwards. */
export const firstGracePeriod = 300;
export const laterGracePeriod = 120;

/** The application's own, and those that somebody else gave the service: UpdateService replaces the whole list. */
function loadBalancers(context: RunContext): ServiceLoadBalancer[] {
  const { app, observed } = context;
  if (!balancerOf(observed, context) || app.port === undefined) return [];
  const targetGroupArn = requireOutput(context, "targetGroupArn");
  const own = [targetGroupArn, ...observed.targetGroups.map(({ arn }) => arn)];
  const now = observed.service?.loadBalancers ?? [];
  const others = now.filter((item) => !own.includes(item.targetGroupArn));
  const before = now.find((item) => item.targetGroupArn === targetGroupArn);
  const { rest: _rest, ...entry } = {
    ...before,
    targetGroupArn,
    containerName: app.container,
    containerPort: app.port,
  };
  const rest = restOf(context, before?.rest);
  return [{ ...entry, ...(rest ? { rest } : {}) }, ...others];
}

/** What else the entry says: where traffic is moved between which groups, by which rule and as whom. */
function restOf(context: RunContext, before: JsonObject | undefined): JsonObject | undefined {
  const { observed } = context;
  const { advancedConfiguration, ...others } = before ?? {};
  if (wantsShifting(observed, context))
    return {
      ...others,
      advancedConfiguration: {
        ...(isJsonObject(advancedConfiguration) ? advancedConfiguration : {}),
        alternateTargetGroupArn: requireOutput(context, "alternateGroupArn"),
        productionListenerRule: requireOutput(context, "productionRuleArn"),
        roleArn: requireOutput(context, "shiftRoleArn"),
      },
    };
  const kept = endsShifting(observed, context) ? others : (before ?? {});
  return Object.keys(kept).length ? kept : undefined;
}

/** True where the service's way of moving traffic has to be another one, or what moves it. */
function shiftingChanges(observed: ObservedState, input: RunInput): boolean {
  if (strategyDiffers(observed, input)) return true;
  if (!wantsShifting(observed, input)) return false;
  const entry = observed.service?.loadBalancers.find((item) => item.targetGroupArn === observed.targetGroup?.arn);
  const now = advancedOf(entry);
  return (
    now?.alternateTargetGroupArn !== observed.spareTargetGroup?.arn ||
    !observed.rules.some(({ arn }) => arn === now?.productionListenerRule) ||
    ruleToReplace(observed, input) !== undefined ||
    now?.roleArn !== observed.shiftRole?.role.arn
  );
}

/** Where its tasks run, as it was planned. */
export function serviceNetwork(context: RunContext): ServiceNetwork {
  const { observed } = context;
  const rest = observed.service?.network?.rest;
  return {
    ...(rest ? { rest } : {}),
    subnets: observed.network.taskSubnets.map((subnet) => subnet.id),
    securityGroups: statedGroups(observed, context) ?? [requireOutput(context, "taskGroup")],
    assignPublicIp: observed.network.assignPublicIp,
  };
}

/** What an existing service has to change besides its revision. Only what is stated is changed. */
function settingChanges(observed: ObservedState, input: RunInput): Change[] {
  const { service } = observed;
  const { app } = input;
  if (!service || input.goBack || isAdoptedService(observed, input)) return [];
  const changes: Change[] = [];
  const balancer = balancerOf(observed, input);
  if (needsCutover(observed, input)) changes.push({ code: "trafficToNewTargetGroup", path: app.healthCheck.path });
  const current = service.loadBalancers.find((item) => item.targetGroupArn === observed.targetGroup?.arn);
  if (balancer && (!current || current.containerPort !== app.port || current.containerName !== app.container))
    changes.push({ code: "traffic", container: app.container, port: app.port });
  if (!balancer && service.loadBalancers.length) changes.push({ code: "noLoadBalancer" });
  const releases = wantedReleases(observed, input);
  if (releases && shiftingChanges(observed, input)) changes.push({ code: "strategy", ...releases });
  if (networkDiffers(service.network, input)) changes.push({ code: "network" });
  // One that was stopped on purpose stays so: `slipway start` starts it.
  const isStopped = standstillOf(service) !== undefined;
  if (app.desiredCountStated && !app.scaling && !isStopped && service.desired !== app.desiredCount)
    changes.push({ code: "desiredCount", from: service.desired, to: app.desiredCount });
  return changes;
}

function networkDiffers(current: ServiceNetwork | undefined, input: RunInput): boolean {
  const stated = input.app.network;
  if (!current) return false;
  const same = (one: readonly string[], other: readonly string[]) =>
    [...one].sort().join() === [...other].sort().join();
  if (stated.subnets && !same(stated.subnets, current.subnets)) return true;
  if (stated.securityGroups && !same(stated.securityGroups, current.securityGroups)) return true;
  return stated.assignPublicIp !== undefined && stated.assignPublicIp !== current.assignPublicIp;
}

/** The circuit breaker has nothing to go back to in a first deployment: ECS then starts no task any more by itself. */
const hasGivenUp = ({ deployments, desired, running }: Service): boolean =>
  running < desired && deployments.find(({ status }) => status === "PRIMARY")?.rolloutState === "FAILED";

export const service: Step = {
  id: "service",
  needs: [
    "register",
    "release",
    "clusterActive",
    "listener",
    "shiftRule",
    "shiftRole",
    "taskRule",
    "taskGroup",
    "logGroup",
    "role",
    "targetGroupArn",
  ],
  decide: (observed, input, { reusable }): Decision => {
    const { app } = input;
    const named = { kind: "service" as const, name: app.service };
    const existing = observed.service;
    if (!existing || existing.status === "DRAINING")
      return {
        action: "create",
        ...named,
        reason: existing ? { code: "draining" } : { code: "absent" },
        ...(app.releases && wantsShifting(observed, input) ? { changes: [{ code: "strategy", ...app.releases }] } : {}),
      };
    const newRevision = reusable === undefined || reusable.arn !== observed.live?.arn;
    const wanted: Change[] = [
      ...(newRevision ? [{ code: "newRevision" as const }] : []),
      ...settingChanges(observed, input),
    ];
    if (input.goBack?.restarts) wanted.push({ code: "restart" });
    const changes = wanted.length === 0 && hasGivenUp(existing) ? [{ code: "startAgain" as const }] : wanted;
    if (changes.length)
      return {
        action: "update",
        ...named,
        reason: isOurs(existing.tags, app) ? { code: "exists" } : { code: "existsMadeElsewhere" },
        changes,
      };
    return { action: isOurs(existing.tags, app) ? "reuse" : "adopt", ...named, reason: { code: "runsThisAlready" } };
  },
  reuse: (context) => recordService(context, context.observed.service as Service),
  apply: async (context, decision) => {
    const { app, cloud, observed } = context;
    const revision = requireOutput(context, "revisionArn");
    if (decision.action === "update") {
      const settings = updateSettings(context, revision);
      // What the new tasks may do was written a moment ago: read too early, their secrets would be refused.
      if (startsTasks(settings)) await letPoliciesSettle(context);
      if (needsCutover(observed, context)) await protectRunningTasks(context);
      const updated = Object.keys(settings).length
        ? await untilSeen(context, () =>
            cloud.ecs.updateService(app.cluster, app.service, settings, observed.service?.revision),
          )
        : (observed.service as Service);
      return recordService(context, updated);
    }
    if (observed.service?.status === "DRAINING") await waitUntilGone(context);
    await letPoliciesSettle(context);
    recordService(context, await create(context, revision));
  },
  detail: ({ outputs }) => outputs.service?.arn,
};

/** What each kind of change asks of UpdateService; what is absent here is no setting of the service. */
const settingsOf: Partial<Record<Change["code"], (context: RunContext) => Partial<ServiceSettings>>> = {
  traffic: (context) => ({ loadBalancers: loadBalancers(context) }),
  trafficToNewTargetGroup: (context) => ({ loadBalancers: loadBalancers(context) }),
  noLoadBalancer: (context) => ({ loadBalancers: loadBalancers(context) }),
  network: (context) => ({ network: serviceNetwork(context) }),
  desiredCount: ({ app }) => ({ desired: app.desiredCount }),
  strategy: (context) => {
    const releases = wantedReleases(context.observed, context);
    const now = context.observed.service?.deploymentConfiguration;
    return {
      loadBalancers: loadBalancers(context),
      ...(releases ? { deploymentConfiguration: configurationWith(now, releases) } : {}),
    };
  },
};

function updateSettings(context: RunContext, revision: string): Partial<ServiceSettings> {
  const { observed } = context;
  const settings: Partial<ServiceSettings> = {};
  if (observed.service?.taskDefinition !== revision) settings.taskDefinition = revision;
  for (const { code } of settingChanges(observed, context)) Object.assign(settings, settingsOf[code]?.(context));
  if (observed.service && hasGivenUp(observed.service) && settings.taskDefinition === undefined)
    settings.forceNewDeployment = true;
  if (context.goBack?.restarts) settings.forceNewDeployment = true;
  return carryStrategy(observed.service, settings);
}

/** Whether ECS starts new tasks for these settings. */
const startsTasks = ({
  taskDefinition,
  forceNewDeployment,
  network: net,
  loadBalancers: balancers,
}: Partial<ServiceSettings>) =>
  taskDefinition !== undefined || forceNewDeployment === true || net !== undefined || balancers !== undefined;

/** A role made a moment ago fails the first pulls, and those would count towards the circuit breaker. */
export async function letPoliciesSettle(context: RunContext, step: StepId = "service"): Promise<void> {
  const attachedAt = context.outputs.policiesAttachedAt;
  if (attachedAt === undefined) return;
  // No more than that, however far AWS's clock is from this machine's.
  const wait = Math.min(attachedAt + context.settleMilliseconds - context.clock.now(), context.settleMilliseconds);
  if (wait <= 0) return;
  context.emit({ type: "progress", step, message: "The role's new permissions reach ECS" });
  await context.clock.sleep(wait, context.signal);
}

async function create(context: RunContext, revision: string): Promise<Service> {
  const { app, cloud, journal } = context;
  // Kept until the service is there: a run that was killed in between must not make a second one.
  journal.clientToken ??= crypto.randomUUID();
  const clientToken = journal.clientToken;
  await context.saveJournal();
  const balancers = loadBalancers(context);
  const releases = wantsShifting(context.observed, context) ? app.releases : undefined;
  const settings = {
    ...(releases ? { deploymentConfiguration: configurationWith(undefined, releases) } : {}),
    taskDefinition: revision,
    desired: app.scaling
      ? Math.max(app.scaling.minimum, Math.min(app.desiredCount, app.scaling.maximum))
      : app.desiredCount,
    network: serviceNetwork(context),
    loadBalancers: balancers,
    platformVersion: app.platformVersion,
    tags: ownershipTags(app),
    clientToken,
    ...(balancers.length ? { gracePeriodSeconds: app.healthCheck.gracePeriodSeconds ?? firstGracePeriod } : {}),
  };
  const made = await untilSeen(context, async () => {
    try {
      return await cloud.ecs.createService(app.cluster, app.service, settings);
    } catch (error) {
      if (/service linked role/i.test(quotedText(error))) await cloud.iam.createServiceLinkedRole("ecs.amazonaws.com");
      if (!/not idempotent/i.test(quotedText(error))) throw error;
      // Made by a run that was killed before it could note so.
      const found = await cloud.ecs.findService(app.cluster, app.service);
      if (!found || !isOurs(found.tags, app)) throw error;
      return found.taskDefinition === revision
        ? found
        : cloud.ecs.updateService(app.cluster, app.service, { taskDefinition: revision });
    }
  });
  delete journal.clientToken;
  await context.saveJournal();
  return made;
}

async function waitUntilGone(context: RunContext): Promise<void> {
  const { app, cloud } = context;
  context.emit({ type: "progress", step: "service", message: "The old service of this name is still draining" });
  const gone = await poll(context, 15 * 60_000, async () => {
    const found = await cloud.ecs.findService(app.cluster, app.service);
    return !found || found.status === "INACTIVE" ? true : undefined;
  });
  if (!gone)
    throw new SlipwayError({
      code: "StillDraining",
      summary: `The old service ${app.service} is still draining after 15 minutes.`,
      remedy: "Stop its last tasks, then deploy again.",
      actions: ["retry"],
    });
}

function recordService(context: RunContext, made: Service): void {
  const primary = made.deployments.find((deployment) => deployment.status === "PRIMARY");
  context.outputs.service = made;
  if (primary) {
    context.outputs.deploymentId = primary.id;
    context.outputs.deployedAt = primary.createdAt;
  }
  context.reportResource("service", {
    kind: "service",
    name: made.name,
    arn: made.arn,
    origin: originOf(made.tags, context.app) === "created" || !context.observed.service ? "created" : "adopted",
  });
}
