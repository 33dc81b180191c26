/** Making tasks, and asking them to stop. */
import { addInterface } from "../ec2/network";
import { uuid } from "../ids";
import type { Task } from "../model/ecs.types";
import { fitsVcpus, VCPU_LIMIT } from "../quotas";
import type { TaskRecord } from "../states";
import { ApiError } from "../wire/errors";
import { cpuUnits } from "./definitionRules";
import { TaskDriver, type TaskParts } from "./taskDriver";

/** What a new task is made from. */
export interface NewTask {
  readonly definition: TaskRecord["definition"];
  readonly clusterArn: string;
  readonly serviceArn: string | undefined;
  readonly deploymentId: string | undefined;
  readonly startedBy: string | undefined;
  readonly group: string;
  readonly subnetId: string;
  readonly securityGroups: readonly string[];
  readonly assignPublicIp: boolean;
  readonly tags: TaskRecord["tags"];
  readonly overrides: Task["overrides"];
  readonly platformVersion: string | undefined;
  readonly exec: boolean;
  readonly capacityProvider: string | undefined;
}

/**
 * Creates a task with its interface and starts driving it. Throws when the quota is used up or the subnet has no free
 * address.
 */
export function launch(parts: TaskParts, spec: NewTask): TaskRecord {
  const { world, region } = parts;
  const subnet = region.ec2.subnets.get(spec.subnetId);
  if (!subnet) throw new Error(`no subnet ${spec.subnetId}`);
  const units = cpuUnits(spec.overrides?.cpu ?? spec.definition.cpu ?? "256") ?? 256;
  if (spec.capacityProvider !== "FARGATE_SPOT" && !fitsVcpus(world, region, units))
    throw new ApiError("LimitExceededException", VCPU_LIMIT);
  const id = uuid().replaceAll("-", "");
  const cluster = spec.clusterArn.split("/").at(-1) ?? "";
  const taskArn = region.arn("ecs", `task/${cluster}/${id}`);
  const attachmentId = uuid();
  const eni = addInterface(
    world,
    region,
    subnet,
    spec.securityGroups,
    region.arn("ecs", `attachment/${attachmentId}`),
    spec.assignPublicIp,
  );
  const definition = spec.definition;
  const task: Task = {
    taskArn,
    clusterArn: spec.clusterArn,
    taskDefinitionArn: definition.taskDefinitionArn,
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    createdAt: new Date(),
    availabilityZone: subnet.AvailabilityZone,
    cpu: spec.overrides?.cpu ?? definition.cpu,
    memory: spec.overrides?.memory ?? definition.memory,
    group: spec.group,
    startedBy: spec.startedBy,
    version: 1,
    launchType: "FARGATE",
    platformVersion: spec.platformVersion ?? "1.4.0",
    platformFamily: "Linux",
    healthStatus: "UNKNOWN",
    enableExecuteCommand: spec.exec,
    capacityProviderName: spec.capacityProvider,
    overrides: spec.overrides ?? {
      containerOverrides: (definition.containerDefinitions ?? []).map((c) => ({ name: c.name })),
      inferenceAcceleratorOverrides: [],
    },
    attributes: [
      {
        name: "ecs.cpu-architecture",
        value: definition.runtimePlatform?.cpuArchitecture === "ARM64" ? "arm64" : "x86_64",
      },
    ],
    attachments: [
      {
        id: attachmentId,
        type: "ElasticNetworkInterface",
        status: "PRECREATED",
        details: [{ name: "subnetId", value: spec.subnetId }],
      },
    ],
    containers: (definition.containerDefinitions ?? []).map((c) => ({
      containerArn: region.arn("ecs", `container/${cluster}/${id}/${uuid()}`),
      taskArn,
      name: c.name,
      image: c.image,
      lastStatus: "PENDING",
      healthStatus: "UNKNOWN",
      networkInterfaces: [],
      cpu: String(c.cpu ?? 0),
      memory: c.memory === undefined ? undefined : String(c.memory),
      memoryReservation: c.memoryReservation === undefined ? undefined : String(c.memoryReservation),
      ...(spec.exec ? { managedAgents: [{ name: "ExecuteCommandAgent", lastStatus: "PENDING" }] } : {}),
    })),
    ephemeralStorage: definition.ephemeralStorage ?? { sizeInGiB: 20 },
    fargateEphemeralStorage: { sizeInGiB: definition.ephemeralStorage?.sizeInGiB ?? 20 },
    inferenceAccelerators: [],
  };
  let finish: () => void = () => undefined;
  const record: TaskRecord = {
    task,
    definition,
    tags: spec.tags,
    clusterArn: spec.clusterArn,
    serviceArn: spec.serviceArn,
    deploymentId: spec.deploymentId,
    address: eni.PrivateIpAddress ?? "",
    subnetId: spec.subnetId,
    securityGroups: spec.securityGroups,
    publicIp: eni.Association?.PublicIp,
    networkInterfaceId: eni.NetworkInterfaceId,
    published: new Map(),
    wake: () => undefined,
    done: new Promise((resolve) => (finish = resolve)),
    reachedRunning: false,
    registered: [],
    overrides: spec.overrides,
    execEnabled: spec.exec,
  };
  region.ecs.tasks.set(taskArn, record);
  region.ecs.services.get(spec.serviceArn ?? "")?.tasks.add(record);
  const driver = new TaskDriver(parts, record);
  world.background(`task ${id}`, driver.drive().finally(finish));
  return record;
}

/** Asks a task to stop; a second request changes nothing. */
export function requestStop(record: TaskRecord, code: string, reason: string): void {
  if (record.stopRequested) return;
  record.stopRequested = { code, reason };
  record.task.desiredStatus = "STOPPED";
  record.task.stopCode = code;
  record.task.stoppedReason = reason;
  record.task.stoppingAt ??= new Date();
  record.wake();
}
