import { carryStrategy } from "../../core/deploy/shifting";
import {
  DeregisterScalableTargetCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { BatchDeleteImageCommand, CreateRepositoryCommand, DeleteRepositoryCommand } from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  RunTaskCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { errorCode, SlipwayError } from "../../core/base/errors";
import type { ServiceSettings } from "../../core/ports/cloud";
import type { ResourceAction } from "../../core/ports/resources";
import { registrable } from "../../core/taskDefinition/model/normalise";
import { ecsPort } from "../ecs";
import type { Caller } from "../session";
import { scalingOf } from "./scaling";

/** A deployment with all that the service has now: what another tool gave it goes along. */
async function startDeployment(
  caller: Caller,
  cluster: string,
  service: string,
  settings: Partial<ServiceSettings>,
): Promise<void> {
  const port = ecsPort(caller);
  const found = await port.findService(cluster, service);
  await port.updateService(cluster, service, carryStrategy(found, settings), found?.revision);
}

/** Half a minute for AWS to see what was registered a moment ago. */
async function untilSeen<T>(caller: Caller, action: () => Promise<T>): Promise<T> {
  for (let left = 15; ; left--) {
    try {
      return await action();
    } catch (error) {
      if (!errorCode(error).startsWith("ObjectNotFound") || left === 0 || caller.signal?.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

type Doing = {
  [K in ResourceAction["do"]]: (caller: Caller, action: Extract<ResourceAction, { do: K }>) => Promise<string>;
};

/** BatchDeleteImage takes no more at once. */
const deleteSize = 100;

/** Each action of the view: what it sends, and what it gives. */
const doing: Doing = {
  async createRepository(caller, { name }) {
    const { repository } = await caller.send(
      caller.session.ecr,
      new CreateRepositoryCommand({ repositoryName: name, imageScanningConfiguration: { scanOnPush: true } }),
    );
    return repository?.repositoryUri ?? "";
  },
  async createCluster(caller, { name }) {
    const { cluster } = await caller.send(
      caller.session.ecs,
      new CreateClusterCommand({ clusterName: name, capacityProviders: ["FARGATE", "FARGATE_SPOT"] }),
      "ecsCluster",
    );
    return cluster?.clusterArn ?? "";
  },
  async deleteRepository(caller, { repository }) {
    await caller.send(caller.session.ecr, new DeleteRepositoryCommand({ repositoryName: repository, force: true }));
    return "";
  },
  async deleteImages(caller, { repository, digests }) {
    for (let from = 0; from < digests.length; from += deleteSize) {
      const { failures } = await caller.send(
        caller.session.ecr,
        new BatchDeleteImageCommand({
          repositoryName: repository,
          imageIds: digests.slice(from, from + deleteSize).map((imageDigest) => ({ imageDigest })),
        }),
      );
      const [failure] = failures ?? [];
      if (failure)
        throw new SlipwayError({
          code: failure.failureCode ?? "ImageNotDeleted",
          summary: `ECR did not delete ${failure.imageId?.imageDigest ?? "the image"}.`,
          evidence: [failure.failureReason ?? ""],
          remedy: "An image of a manifest list goes after its list.",
          actions: ["showLog"],
        });
    }
    return "";
  },
  async deleteService(caller, { cluster, service }) {
    await caller.send(
      caller.session.ecs,
      new DeleteServiceCommand({ cluster, service, force: true }),
      "ecsServiceModify",
    );
    return "";
  },
  async deleteCluster(caller, { cluster }) {
    await caller.send(caller.session.ecs, new DeleteClusterCommand({ cluster }), "ecsCluster");
    return "";
  },
  async scale(caller, { cluster, service, desired }) {
    await caller.send(
      caller.session.ecs,
      new UpdateServiceCommand({ cluster, service, desiredCount: desired }),
      "ecsServiceModify",
    );
    return "";
  },
  async forceDeployment(caller, { cluster, service }) {
    await startDeployment(caller, cluster, service, { forceNewDeployment: true });
    return "";
  },
  async enableExec(caller, { cluster, service }) {
    // Tasks that run already do not have it: a new deployment starts ones that do.
    await startDeployment(caller, cluster, service, { enableExecuteCommand: true, forceNewDeployment: true });
    return "";
  },
  async stopTask(caller, { cluster, task }) {
    await caller.send(
      caller.session.ecs,
      new StopTaskCommand({ cluster, task, reason: "Stopped from Slipway" }),
      "ecsTask",
    );
    return "";
  },
  async deregister(caller, { arn }) {
    await caller.send(caller.session.ecs, new DeregisterTaskDefinitionCommand({ taskDefinition: arn }), "ecsRegister");
    return "";
  },
  async deployImage(caller, { cluster, service, image, container }) {
    const { ecs } = caller.session;
    const { services } = await caller.send(
      ecs,
      new DescribeServicesCommand({ cluster, services: [service] }),
      "ecsService",
    );
    const definitions = ecsPort(caller);
    const found = await definitions.findTaskDefinition(services?.[0]?.taskDefinition ?? "");
    if (!found)
      throw new SlipwayError({
        code: "ServiceGone",
        summary: `The service ${service} or its revision is not there any more.`,
        actions: ["showLog"],
      });
    const definition = registrable(found.definition);
    const wanted =
      container ?? services?.[0]?.loadBalancers?.[0]?.containerName ?? definition.containerDefinitions?.[0]?.name;
    const containerDefinitions = (definition.containerDefinitions ?? []).map((item) =>
      item.name === wanted ? { ...item, image } : item,
    );
    const { arn } = await definitions.register({ ...definition, containerDefinitions }, found.tags);
    await startDeployment(caller, cluster, service, { taskDefinition: arn });
    return arn;
  },
  async setScaling(caller, { cluster, service, minimum, maximum, metric, value, label }) {
    const { scaling } = caller.session;
    const target = scalingOf({ cluster, service });
    await caller.send(
      scaling,
      new RegisterScalableTargetCommand({ ...target, MinCapacity: minimum, MaxCapacity: maximum }),
    );
    await untilSeen(caller, () =>
      caller.send(
        scaling,
        new PutScalingPolicyCommand({
          ...target,
          PolicyName: `${service}-${metric === "ALBRequestCountPerTarget" ? "requests" : metric.includes("CPU") ? "cpu" : "memory"}`,
          PolicyType: "TargetTrackingScaling",
          TargetTrackingScalingPolicyConfiguration: {
            TargetValue: value,
            PredefinedMetricSpecification: {
              PredefinedMetricType: metric,
              ...(label === undefined ? {} : { ResourceLabel: label }),
            },
          },
        }),
      ),
    );
    return "";
  },
  async removeScaling(caller, { cluster, service }) {
    await caller.send(caller.session.scaling, new DeregisterScalableTargetCommand(scalingOf({ cluster, service })));
    return "";
  },
  async runTask(caller, { cluster, definition, like, container, command }) {
    const { ecs } = caller.session;
    const { services } = await caller.send(
      ecs,
      new DescribeServicesCommand({ cluster, services: [like] }),
      "ecsService",
    );
    const [service] = services ?? [];
    const { tasks, failures } = await caller.send(
      ecs,
      new RunTaskCommand({
        cluster,
        taskDefinition: definition,
        launchType: "FARGATE",
        networkConfiguration: service?.networkConfiguration,
        startedBy: "slipway",
        ...(command.length ? { overrides: { containerOverrides: [{ name: container, command: [...command] }] } } : {}),
      }),
      "ecsTask",
    );
    const [failure] = failures ?? [];
    if (failure)
      throw new SlipwayError({
        code: failure.reason ?? "TaskNotStarted",
        summary: `ECS did not start the task: ${failure.reason ?? "no reason given"}`,
        evidence: [failure.detail ?? ""],
        remedy: "Try again, or in another zone.",
        actions: ["showLog"],
      });
    return tasks?.[0]?.taskArn ?? "";
  },
};

/** Carries out one action. */
export function act(caller: Caller, action: ResourceAction): Promise<string> {
  const run = doing[action.do] as (caller: Caller, action: ResourceAction) => Promise<string>;
  return run(caller, action);
}
