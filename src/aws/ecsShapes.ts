import type { Service as SdkService, Task as SdkTask } from "@aws-sdk/client-ecs";
import type { Service, ServiceNetwork, Task } from "../core/ports/cloud";
import { isJsonObject } from "../core/base/exactJson";
import type { JsonObject } from "../core/base/taskDefinition";
import { fromLower } from "./session";

const objectAt = (raw: JsonObject, member: string): JsonObject => {
  const inner = raw[member];
  return isJsonObject(inner) ? inner : {};
};

/** All members but these, where there are others. */
function restOf(raw: JsonObject, ...known: string[]): { rest?: JsonObject } {
  const rest = Object.entries(raw).filter(([member]) => !known.includes(member));
  return rest.length ? { rest: Object.fromEntries(rest) } : {};
}

/**
 * A service as DescribeServices gives it, in core's words.
 * @param raw the same as AWS wrote it, with what the SDK does not know
 */
export function serviceFrom(found: SdkService, raw = found as unknown as JsonObject): Service {
  const balancers = raw["loadBalancers"];
  const rawVpc = objectAt(objectAt(raw, "networkConfiguration"), "awsvpcConfiguration");
  const network = found.networkConfiguration?.awsvpcConfiguration;
  const { deploymentConfiguration: configuration, currentServiceRevisions: revisions } = found;
  return {
    name: found.serviceName ?? "",
    arn: found.serviceArn ?? "",
    status: found.status ?? "",
    taskDefinition: found.taskDefinition ?? "",
    desired: found.desiredCount ?? 0,
    running: found.runningCount ?? 0,
    pending: found.pendingCount ?? 0,
    deployments: (found.deployments ?? []).map((item) => ({
      id: item.id ?? "",
      status: item.status ?? "",
      taskDefinition: item.taskDefinition ?? "",
      desired: item.desiredCount ?? 0,
      running: item.runningCount ?? 0,
      pending: item.pendingCount ?? 0,
      failed: item.failedTasks ?? 0,
      createdAt: item.createdAt?.getTime() ?? 0,
      ...(item.rolloutState === undefined ? {} : { rolloutState: item.rolloutState }),
      ...(item.rolloutStateReason === undefined ? {} : { rolloutStateReason: item.rolloutStateReason }),
    })),
    loadBalancers: (found.loadBalancers ?? []).map(({ targetGroupArn, containerName, containerPort }, index) => {
      const item = Array.isArray(balancers) ? balancers[index] : undefined;
      return {
        targetGroupArn: targetGroupArn ?? "",
        containerName: containerName ?? "",
        containerPort: containerPort ?? 0,
        ...restOf(isJsonObject(item) ? item : {}, "targetGroupArn", "containerName", "containerPort"),
      };
    }),
    events: (found.events ?? []).map((event) => ({
      id: event.id ?? "",
      at: event.createdAt?.getTime() ?? 0,
      message: event.message ?? "",
    })),
    tags: fromLower(found.tags),
    circuitBreaker: {
      enable: configuration?.deploymentCircuitBreaker?.enable ?? false,
      rollback: configuration?.deploymentCircuitBreaker?.rollback ?? false,
    },
    ...(network
      ? {
          network: {
            subnets: network.subnets ?? [],
            securityGroups: network.securityGroups ?? [],
            assignPublicIp: network.assignPublicIp === "ENABLED",
            ...restOf(rawVpc, "subnets", "securityGroups", "assignPublicIp"),
          },
        }
      : {}),
    ...(revisions?.length === 1 && revisions[0]?.arn !== undefined ? { revision: revisions[0].arn } : {}),
    ...strategyOf(found.deploymentConfiguration),
    ...otherCapacityOf(found),
    ...(found.resourceManagementType === "ECS" ? { express: true } : {}),
    ...(isJsonObject(raw?.["deploymentConfiguration"])
      ? { deploymentConfiguration: raw["deploymentConfiguration"] }
      : {}),
    ...(found.createdAt === undefined ? {} : { createdAt: found.createdAt.getTime() }),
    ...(found.deploymentController?.type === undefined ? {} : { controller: found.deploymentController.type }),
    ...(found.platformVersion === undefined ? {} : { platformVersion: found.platformVersion }),
    ...(found.healthCheckGracePeriodSeconds === undefined
      ? {}
      : { gracePeriodSeconds: found.healthCheckGracePeriodSeconds }),
    ...(configuration?.minimumHealthyPercent === undefined
      ? {}
      : { minimumHealthyPercent: configuration.minimumHealthyPercent }),
    ...(configuration?.maximumPercent === undefined ? {} : { maximumPercent: configuration.maximumPercent }),
  };
}

function strategyOf(configuration: SdkService["deploymentConfiguration"]): Pick<Service, "strategy"> {
  const { strategy = "ROLLING", bakeTimeInMinutes = 0, lifecycleHooks = [] } = configuration ?? {};
  if (strategy === "ROLLING") return {};
  const { linearConfiguration: linear, canaryConfiguration: canary } = configuration ?? {};
  // ECS's own defaults, where it does not say.
  const steps = Math.ceil(100 / (linear?.stepPercent ?? 10)) - 1;
  const stepMinutes =
    strategy === "LINEAR"
      ? steps * (linear?.stepBakeTimeInMinutes ?? 6)
      : strategy === "CANARY"
        ? (canary?.canaryBakeTimeInMinutes ?? 10)
        : 0;
  return {
    strategy: { name: strategy, bakeMinutes: bakeTimeInMinutes, hooks: lifecycleHooks.length, stepMinutes },
  };
}

/** What a service's tasks run on, where that is not Fargate. */
function otherCapacityOf({
  launchType,
  capacityProviderStrategy,
}: SdkService): Pick<Service, "otherCapacity" | "spot"> {
  const providers = (capacityProviderStrategy ?? []).map(({ capacityProvider }) => capacityProvider ?? "");
  const other = [...(launchType === undefined ? [] : [launchType]), ...providers].find(
    (name) => !/^FARGATE(_SPOT)?$/.test(name),
  );
  if (other !== undefined) return { otherCapacity: other };
  return providers.length > 0 && providers.every((name) => name === "FARGATE_SPOT") ? { spot: true } : {};
}

/**
 * A container that AWS adds to tasks by itself, and the definition knows nothing of: GuardDuty's agent. It ends with
 * the task,
 * or cannot be pulled, and the task goes on. Source: GuardDuty's user guide, page on Runtime Monitoring with Fargate.
 */
const isAddedByAws = ({ name }: { name?: string | undefined }): boolean =>
  /^aws-gd-agent|^aws-guardduty-agent/.test(name ?? "");

/** A task as DescribeTasks gives it, in core's words. */
export function taskFrom(found: SdkTask): Task {
  const arn = found.taskArn ?? "";
  const networkInterface = found.attachments
    ?.flatMap((item) => item.details ?? [])
    .find((detail) => detail.name === "networkInterfaceId")?.value;
  return {
    id: arn.split("/").at(-1) ?? "",
    arn,
    taskDefinition: found.taskDefinitionArn ?? "",
    lastStatus: found.lastStatus ?? "",
    desiredStatus: found.desiredStatus ?? "",
    createdAt: found.createdAt?.getTime() ?? 0,
    containers: (found.containers ?? [])
      .filter((container) => !isAddedByAws(container))
      .map((container) => ({
        name: container.name ?? "",
        ...(container.image === undefined ? {} : { image: container.image }),
        ...(container.lastStatus === undefined ? {} : { lastStatus: container.lastStatus }),
        ...(container.exitCode === undefined ? {} : { exitCode: container.exitCode }),
        ...(container.reason === undefined ? {} : { reason: container.reason }),
        ...(container.healthStatus === undefined ? {} : { health: container.healthStatus }),
      })),
    ...(found.tags?.length ? { tags: fromLower(found.tags) } : {}),
    ...(found.healthStatus === undefined ? {} : { health: found.healthStatus }),
    ...(found.startedBy === undefined ? {} : { startedBy: found.startedBy }),
    ...(found.stopCode === undefined ? {} : { stopCode: found.stopCode }),
    ...(found.stoppedReason === undefined ? {} : { stoppedReason: found.stoppedReason }),
    ...(found.stoppedAt === undefined ? {} : { stoppedAt: found.stoppedAt.getTime() }),
    ...(networkInterface === undefined ? {} : { networkInterface }),
  };
}

/** A network as RunTask, CreateService and UpdateService take it. */
export const networkInput = (network: ServiceNetwork) => ({
  awsvpcConfiguration: {
    ...network.rest,
    subnets: network.subnets,
    securityGroups: network.securityGroups,
    assignPublicIp: network.assignPublicIp ? ("ENABLED" as const) : ("DISABLED" as const),
  },
});
