/** Deployments of a service: how they begin, end, fail and roll back. */
import { digits, token } from "../ids";
import type {
  Deployment,
  Service,
  ServiceDeployment,
  ServiceRevision,
  ServiceRevisionSummary,
} from "../model/ecs.types";
import type { Rollout, ServiceDeploymentRecord, ServiceRecord, ShiftState } from "../states";
import type { Region, SandboxState } from "../world";
import { alarmsAtStart, endWatching } from "./deploymentAlarms";
import { addEvent } from "./events";
import { digestOf } from "./prepare";
import { primaryOf, tasksOf } from "./rolloutTasks";
import { moveTraffic } from "./shift";
import { beginShift, blueOf, greenGroups } from "./shiftStart";

/** How many failures trip the circuit breaker. */
export function threshold(service: Service): number {
  const desired = service.desiredCount ?? 0;
  const config = service.deploymentConfiguration?.deploymentCircuitBreaker?.thresholdConfiguration;
  const value = config?.value ?? 50;
  if (config?.type === "COUNT") return Math.max(1, value);
  const percent = Math.ceil((value / 100) * desired);
  return config?.type === "UNBOUNDED_PERCENT" ? Math.max(1, percent) : Math.min(200, Math.max(3, percent));
}

function shortId(n: number): string {
  return token(n).replaceAll("_", "a").replaceAll("-", "b");
}

/** A revision of the service as it is configured now, with the digest of every image of this account. */
function addRevision(
  world: SandboxState,
  region: Region,
  record: ServiceRecord,
  groups: readonly string[],
): ServiceRevision {
  const { service } = record;
  const [, path = ""] = (service.serviceArn ?? "").split(":service/");
  const definition = [...region.ecs.definitions.values()].find(
    (d) => d.definition.taskDefinitionArn === service.taskDefinition,
  )?.definition;
  const revision: ServiceRevision = {
    serviceRevisionArn: region.arn("ecs", `service-revision/${path}/${digits(19)}`),
    serviceArn: service.serviceArn,
    clusterArn: service.clusterArn,
    taskDefinition: service.taskDefinition,
    launchType: service.launchType,
    capacityProviderStrategy: service.capacityProviderStrategy,
    platformVersion: service.platformVersion === "LATEST" ? "1.4.0" : service.platformVersion,
    platformFamily: "Linux",
    loadBalancers: service.loadBalancers,
    resolvedConfiguration: {
      loadBalancers: (service.loadBalancers ?? []).map(({ advancedConfiguration }, n) => ({
        targetGroupArn: groups[n],
        productionListenerRule: advancedConfiguration?.productionListenerRule,
      })),
    },
    serviceRegistries: service.serviceRegistries ?? [],
    networkConfiguration: service.networkConfiguration,
    guardDutyEnabled: false,
    monitoring: record.monitoring,
    createdAt: new Date(),
    containerImages: (definition?.containerDefinitions ?? []).map((c) => ({
      containerName: c.name,
      image: c.image,
      imageDigest: c.versionConsistency === "disabled" ? undefined : digestOf(world, region, c.image ?? ""),
    })),
  };
  record.revisions.set(revision.serviceRevisionArn ?? "", revision);
  return revision;
}

function makeDeployment(
  record: ServiceRecord,
  revision: ServiceRevision,
  serviceDeploymentArn: string,
  shift?: ShiftState,
): Deployment {
  const { service } = record;
  const id = `ecs-svc/${digits(19)}`;
  const now = new Date();
  const deployment: Deployment = {
    id,
    status: "PRIMARY",
    taskDefinition: revision.taskDefinition,
    desiredCount: service.desiredCount,
    pendingCount: 0,
    runningCount: 0,
    failedTasks: 0,
    createdAt: now,
    updatedAt: now,
    launchType: revision.launchType,
    capacityProviderStrategy: revision.capacityProviderStrategy,
    platformVersion: revision.platformVersion ?? "1.4.0",
    platformFamily: "Linux",
    networkConfiguration: revision.networkConfiguration,
    rolloutState: "IN_PROGRESS",
    rolloutStateReason: `ECS deployment ${id} in progress.`,
  };
  for (const d of service.deployments ?? []) if (d.status === "PRIMARY") d.status = "ACTIVE";
  service.deployments = [deployment, ...(service.deployments ?? [])];
  const rollout: Rollout = {
    id,
    serviceDeploymentArn,
    revisionArn: revision.serviceRevisionArn ?? "",
    failures: 0,
    everRunning: false,
    nextLaunchAt: 0,
    consecutive: 0,
    failed: false,
    createdAt: Date.now(),
    complained: false,
    shift,
  };
  record.rollouts.set(id, rollout);
  record.lastSteady = false;
  record.wake();
  return deployment;
}

/** The revision of the newest deployment that completed, which is where a rollback goes. */
function completedRevision(record: ServiceRecord): string | undefined {
  const done = [...record.serviceDeployments.values()]
    .map((r) => r.deployment)
    .filter((d) => d.status === "SUCCESSFUL" || d.status === "ROLLBACK_SUCCESSFUL");
  const last = done.at(-1);
  return last?.status === "ROLLBACK_SUCCESSFUL" ? last.rollback?.serviceRevisionArn : last?.targetServiceRevision?.arn;
}

/** Starts a service deployment to the service's current configuration. */
export function startDeployment(world: SandboxState, region: Region, record: ServiceRecord): Deployment {
  const { service } = record;
  const [, path = ""] = (service.serviceArn ?? "").split(":service/");
  const previous = primaryOf(record);
  const blue = blueOf(region, record);
  const greens = greenGroups(record, blue);
  const shift = beginShift(record, blue, greens);
  // A deployment that is overtaken by a new one is stopped.
  for (const r of record.serviceDeployments.values()) {
    if (["PENDING", "IN_PROGRESS"].includes(r.deployment.status ?? ""))
      finish(r, "STOPPED", "Service deployment stopped because a new deployment was started.");
  }
  const revision = addRevision(world, region, record, greens);
  const arn = region.arn("ecs", `service-deployment/${path}/${shortId(21)}`);
  const now = new Date();
  const breaker = service.deploymentConfiguration?.deploymentCircuitBreaker;
  const deployment: ServiceDeployment = {
    serviceDeploymentArn: arn,
    serviceArn: service.serviceArn,
    clusterArn: service.clusterArn,
    createdAt: now,
    startedAt: now,
    updatedAt: now,
    status: "IN_PROGRESS",
    sourceServiceRevisions: sourcesOf(record, shift ? (service.deployments ?? []) : previous ? [previous] : []),
    targetServiceRevision: {
      arn: revision.serviceRevisionArn,
      requestedTaskCount: service.desiredCount,
      runningTaskCount: 0,
      pendingTaskCount: 0,
    },
    deploymentConfiguration: service.deploymentConfiguration,
    lifecycleStage: undefined,
    deploymentCircuitBreaker: {
      status: breaker?.enable ? "MONITORING" : "DISABLED",
      failureCount: 0,
      threshold: breaker?.enable ? threshold(service) : 0,
    },
    alarms: alarmsAtStart(region, service),
  };
  record.serviceDeployments.set(arn, {
    deployment,
    visibleAt: Date.now() + world.lag("serviceDeployment"),
    stopRequested: false,
  });
  service.currentServiceDeployment = arn;
  return makeDeployment(record, revision, arn, shift);
}

const sourcesOf = (record: ServiceRecord, deployments: readonly Deployment[]): ServiceRevisionSummary[] =>
  deployments.flatMap(({ id, runningCount }) => {
    const arn = record.rollouts.get(id ?? "")?.revisionArn;
    if (arn === undefined) return [];
    return [
      { arn, requestedTaskCount: record.service.desiredCount, runningTaskCount: runningCount, pendingTaskCount: 0 },
    ];
  });

export function finish(record: ServiceDeploymentRecord, status: string, reason?: string): void {
  const now = new Date();
  record.deployment.status = status;
  record.deployment.statusReason = reason;
  record.deployment.finishedAt = now;
  record.deployment.updatedAt = now;
  if (status === "STOPPED") record.deployment.stoppedAt = now;
}

/** Marks the primary deployment as complete. */
export function complete(world: SandboxState, record: ServiceRecord, deployment: Deployment): void {
  const { service } = record;
  deployment.rolloutState = "COMPLETED";
  deployment.rolloutStateReason = `ECS deployment ${deployment.id ?? ""} completed.`;
  deployment.updatedAt = new Date();
  // Where it succeeded early, the tasks of others are removed after it.
  const others = (service.deployments ?? []).filter((d) => d !== deployment && tasksOf(record, d.id).length > 0);
  service.deployments = [deployment, ...others];
  const rollout = record.rollouts.get(deployment.id ?? "");
  const target = record.serviceDeployments.get(rollout?.serviceDeploymentArn ?? "");
  if (target) {
    const rolled = target.deployment.status?.startsWith("ROLLBACK") ?? false;
    finish(target, rolled ? "ROLLBACK_SUCCESSFUL" : "SUCCESSFUL", rolled ? target.deployment.statusReason : undefined);
    if (!rolled && target.deployment.deploymentCircuitBreaker?.status === "MONITORING")
      target.deployment.deploymentCircuitBreaker.status = "MONITORING_COMPLETE";
    endWatching(target.deployment);
    world.record(
      "service-deployment",
      target.deployment.serviceDeploymentArn ?? "",
      target.deployment.createdAt?.getTime() ?? Date.now(),
      0,
    );
  }
  service.currentServiceRevisions = [
    {
      arn: rollout?.revisionArn,
      requestedTaskCount: service.desiredCount,
      runningTaskCount: service.runningCount,
      pendingTaskCount: 0,
    },
  ];
  if (service.currentServiceDeployment === target?.deployment.serviceDeploymentArn)
    service.currentServiceDeployment = undefined;
  addEvent(record, `) (deployment ${deployment.id ?? ""}) deployment completed.`);
}

/** Why a deployment is given up, in AWS's words: of its state, of the event, and of the service deployment. */
const CAUSES = {
  breaker: {
    state: "ECS deployment circuit breaker: tasks failed to start.",
    event: "tasks failed to start",
    why: "because the circuit breaker threshold was exceeded.",
    back: "ECS deployment circuit breaker: rolling back to deploymentId",
  },
  alarm: {
    state: "ECS deployment alarm: alarm detected.",
    event: "alarm detected",
    why: "because of an alarm: alarm detected.",
    back: "ECS deployment alarm: rolling back to deploymentId",
  },
  stop: {
    state: "Service deployment rolled back because of a stop request.",
    event: undefined,
    why: "because of a stop request.",
    back: undefined,
  },
  // No page gives the words for these two: they follow those of a stop.
  hook: {
    state: "Service deployment rolled back because of a lifecycle hook.",
    event: undefined,
    why: "because of a lifecycle hook.",
    back: undefined,
  },
  hookTimeout: {
    state: "Service deployment rolled back because a lifecycle hook timed out.",
    event: undefined,
    why: "because a lifecycle hook timed out.",
    back: undefined,
  },
} as const;
export type FailureCause = keyof typeof CAUSES;

/** Fails the primary deployment, and rolls back if that is asked for and possible. */
export function failDeployment(
  world: SandboxState,
  region: Region,
  record: ServiceRecord,
  deployment: Deployment,
  cause: FailureCause,
): void {
  const { service } = record;
  const rollout = record.rollouts.get(deployment.id ?? "");
  const target = record.serviceDeployments.get(rollout?.serviceDeploymentArn ?? "");
  const wasRollback = target?.deployment.status === "ROLLBACK_IN_PROGRESS";
  if (rollout) rollout.failed = true;
  deployment.rolloutState = "FAILED";
  deployment.updatedAt = new Date();
  const words = CAUSES[cause];
  deployment.rolloutStateReason = words.state;
  if (words.event) addEvent(record, `) (deployment ${deployment.id ?? ""}) deployment failed: ${words.event}.`);
  if (cause === "breaker" && target?.deployment.deploymentCircuitBreaker)
    target.deployment.deploymentCircuitBreaker.status = "TRIGGERED";
  const { deploymentCircuitBreaker: breaker, alarms } = service.deploymentConfiguration ?? {};
  const asked = cause === "alarm" ? alarms?.rollback : cause === "breaker" ? breaker?.rollback : true;
  const rollback = asked === true;
  if (!rollback || wasRollback) {
    if (target)
      finish(
        target,
        wasRollback ? "ROLLBACK_FAILED" : "STOPPED",
        cause === "stop" ? undefined : `Service deployment stopped ${words.why}`,
      );
    return;
  }
  const blue = service.deployments?.find((d) => d.id !== undefined && d.id === rollout?.shift?.blueId);
  const blueRevision = record.rollouts.get(blue?.id ?? "")?.revisionArn;
  const backTo = record.revisions.get(blueRevision ?? completedRevision(record) ?? "");
  if (!backTo) {
    if (target) finish(target, "ROLLBACK_FAILED", "No rollback candidate was found to run the rollback.");
    return;
  }
  if (target) {
    target.deployment.status = "ROLLBACK_IN_PROGRESS";
    target.deployment.statusReason = `Service deployment rolled back ${words.why}`;
    target.deployment.rollback = {
      reason: target.deployment.statusReason,
      startedAt: new Date(),
      serviceRevisionArn: backTo.serviceRevisionArn,
    };
    target.deployment.updatedAt = new Date();
  }
  service.taskDefinition = backTo.taskDefinition;
  service.networkConfiguration = backTo.networkConfiguration;
  service.loadBalancers = backTo.loadBalancers;
  if (blue && rollout?.shift) {
    shiftBack(world, region, record, deployment);
    return;
  }
  const fresh = makeDeployment(record, backTo, target?.deployment.serviceDeploymentArn ?? "");
  if (words.back) fresh.rolloutStateReason = `${words.back} ${fresh.id ?? ""}.`;
  addEvent(record, `) rolling back to deployment ${fresh.id ?? ""}.`);
}

/** Gives the traffic back to the tasks that had it, at once: they are all there still. */
export function shiftBack(world: SandboxState, region: Region, record: ServiceRecord, deployment: Deployment): void {
  const rollout = record.rollouts.get(deployment.id ?? "");
  const shift = rollout?.shift;
  const blue = record.service.deployments?.find((d) => d.id !== undefined && d.id === shift?.blueId);
  // What the role may not do now is tried again at the scheduler's next look.
  if (!rollout || !shift || !blue || !moveTraffic(world, region, record, shift, "production", 0)) return;
  moveTraffic(world, region, record, shift, "test", 0);
  rollout.shift = undefined;
  deployment.status = "ACTIVE";
  Object.assign(blue, {
    status: "PRIMARY",
    rolloutState: "IN_PROGRESS",
    rolloutStateReason: `ECS deployment ${blue.id ?? ""} in progress.`,
    updatedAt: new Date(),
  });
  const before = record.rollouts.get(blue.id ?? "");
  if (before)
    record.rollouts.set(before.id, {
      ...before,
      serviceDeploymentArn: rollout.serviceDeploymentArn,
      failed: false,
      failures: 0,
    });
  record.service.deployments = [blue, ...(record.service.deployments ?? []).filter((d) => d !== blue)];
  const target = record.serviceDeployments.get(rollout.serviceDeploymentArn)?.deployment;
  if (target) {
    target.lifecycleStage = "CLEAN_UP";
    Object.assign(target.targetServiceRevision ?? {}, {
      requestedProductionTrafficWeight: 0,
      requestedTestTrafficWeight: 0,
    });
    for (const hook of target.lifecycleHookDetails ?? []) if (hook.status === "AWAITING_ACTION") hook.status = "FAILED";
    for (const source of target.sourceServiceRevisions ?? [])
      source.requestedProductionTrafficWeight = source.arn === before?.revisionArn ? 100 : 0;
  }
  record.lastSteady = false;
  addEvent(record, `) rolling back to deployment ${blue.id ?? ""}.`);
  record.wake();
}
