import type { CreateServiceRequest, EcsOperations, Service } from "../model/ecs.types";
import type { Table } from "../registry";
import type { ServiceRecord } from "../states";
import { canonical, lowerTags, page, tagsFrom } from "../util";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { checkTags } from "./clusters";
import {
  badToken,
  activeCluster,
  checkService,
  clusterArn,
  findDefinition,
  findService,
  invalid,
  serviceArn,
  serviceNotFound,
  usableDefinition,
} from "./lookup";
import { startDeployment } from "./rollout";
import {
  checkNetwork,
  checkPlatform,
  withDefaults,
  checkBalancers,
  checkController,
  deploymentDefaults,
  updatedConfiguration,
  checkMonitoring,
  checkProviders,
} from "./serviceInput";
import { checkShifting } from "./strategyInput";
import { ensureLinkedRole, linkedRoleReady } from "../iam/records";

type Operations = Pick<
  EcsOperations,
  "CreateService" | "UpdateService" | "DeleteService" | "DescribeServices" | "ListServices"
>;

/** The service as Describe gives it. */
function view(record: ServiceRecord, include: readonly string[]): Service {
  return structuredClone({ ...record.service, tags: include.includes("TAGS") ? lowerTags(record.tags) : undefined });
}

function create(
  world: SandboxState,
  region: Region,
  callerArn: string,
  input: CreateServiceRequest,
  begin: (record: ServiceRecord) => void,
): Service {
  const cluster = activeCluster(region, input.cluster);
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(input.serviceName))
    throw invalid("Invalid service name: it may contain up to 255 letters, numbers, underscores and hyphens.");
  if (input.clientToken !== undefined && (input.clientToken.length > 36 || !/^[\x21-\x7e]*$/.test(input.clientToken)))
    throw invalid("clientToken may have at most 36 ASCII characters.");
  const arn = serviceArn(region, cluster.cluster.clusterName ?? "", input.serviceName);
  const text = canonical(input);
  const existing = region.ecs.services.get(arn);
  if (existing && existing.service.status === "ACTIVE") {
    if (
      input.clientToken !== undefined &&
      existing.clientToken === input.clientToken &&
      existing.argumentsText === text
    )
      return view(existing, ["TAGS"]);
    throw invalid("Creation of service was not idempotent.");
  }
  if (existing && existing.service.status === "DRAINING")
    throw invalid("Unable to Start a service that is still Draining.");
  if (input.taskDefinition === undefined) throw invalid("TaskDefinition can not be blank.");
  if (input.desiredCount === undefined && input.schedulingStrategy !== "DAEMON")
    throw invalid("desiredCount must be given.");
  if (input.schedulingStrategy === "DAEMON")
    throw invalid("The DAEMON scheduling strategy is not supported with Fargate. Use the replica scheduling strategy.");
  checkController(input.deploymentController);
  checkProviders(input);
  checkMonitoring(input.monitoring);
  checkTags(input.tags);
  const definition = usableDefinition(region, input.taskDefinition).definition;
  checkPlatform(input.platformVersion, definition);
  checkNetwork(region, input.networkConfiguration);
  checkBalancers(region, definition, input.loadBalancers);
  const deploymentConfiguration = deploymentDefaults(input.deploymentConfiguration);
  checkShifting(world, region, deploymentConfiguration.strategy, input.loadBalancers ?? []);
  if (!input.loadBalancers?.length && input.healthCheckGracePeriodSeconds !== undefined)
    throw invalid("Health check grace period is only valid for services configured to use load balancers");
  if (!linkedRoleReady(world, "ecs.amazonaws.com")) {
    ensureLinkedRole(world, "ecs.amazonaws.com");
    throw invalid("Unable to assume the service linked role. Please verify that the ECS service linked role exists.");
  }
  const now = new Date();
  const strategy =
    input.capacityProviderStrategy ?? (input.launchType ? undefined : cluster.cluster.defaultCapacityProviderStrategy);
  const record: ServiceRecord = {
    service: {
      serviceArn: arn,
      serviceName: input.serviceName,
      clusterArn: cluster.cluster.clusterArn,
      loadBalancers: input.loadBalancers ?? [],
      serviceRegistries: [],
      status: "ACTIVE",
      desiredCount: input.desiredCount ?? 0,
      runningCount: 0,
      pendingCount: 0,
      launchType: strategy?.length ? undefined : "FARGATE",
      capacityProviderStrategy: strategy?.length ? strategy : undefined,
      platformVersion: input.platformVersion ?? "LATEST",
      platformFamily: "Linux",
      taskDefinition: definition.taskDefinitionArn,
      deploymentConfiguration,
      deployments: [],
      roleArn: `arn:aws:iam::${region.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
      events: [],
      createdAt: now,
      placementConstraints: [],
      placementStrategy: [],
      networkConfiguration: withDefaults(region, input.networkConfiguration),
      healthCheckGracePeriodSeconds: input.loadBalancers?.length
        ? (input.healthCheckGracePeriodSeconds ?? 0)
        : undefined,
      schedulingStrategy: "REPLICA",
      deploymentController: { type: "ECS" },
      createdBy: callerArn,
      enableECSManagedTags: input.enableECSManagedTags ?? false,
      propagateTags: input.propagateTags ?? "NONE",
      enableExecuteCommand: input.enableExecuteCommand ?? false,
      availabilityZoneRebalancing: input.availabilityZoneRebalancing ?? "ENABLED",
    },
    tags: tagsFrom(input.tags),
    clientToken: input.clientToken,
    createdBy: callerArn,
    argumentsText: text,
    monitoring: input.monitoring,
    rollouts: new Map(),
    serviceDeployments: new Map(),
    revisions: new Map(),
    tasks: new Set(),
    lastSteady: false,
    wake: () => undefined,
    seenReasons: new Map(),
    counted: new Map(),
  };
  region.ecs.services.set(arn, record);
  startDeployment(world, region, record);
  begin(record);
  return view(record, ["TAGS"]);
}

export const serviceOperations = (
  world: SandboxState,
  begin: (region: Region, record: ServiceRecord) => void,
): Table<Operations> => ({
  CreateService: {
    supports:
      "serviceName cluster taskDefinition availabilityZoneRebalancing loadBalancers desiredCount clientToken " +
      "launchType capacityProviderStrategy platformVersion deploymentConfiguration networkConfiguration " +
      "healthCheckGracePeriodSeconds schedulingStrategy deploymentController tags enableECSManagedTags " +
      "propagateTags enableExecuteCommand monitoring",
    run: (input, { region, caller }) => ({
      service: create(world, region, caller.arn, input, (record) => begin(region, record)),
    }),
  },
  UpdateService: {
    supports:
      "service cluster desiredCount taskDefinition capacityProviderStrategy deploymentConfiguration " +
      "availabilityZoneRebalancing networkConfiguration platformVersion forceNewDeployment " +
      "healthCheckGracePeriodSeconds enableExecuteCommand enableECSManagedTags loadBalancers propagateTags " +
      "deploymentController monitoring",
    run: (input, { region }) => {
      checkService(input.service);
      activeCluster(region, input.cluster);
      const record = findService(region, input.cluster, input.service);
      if (!record) throw serviceNotFound();
      const { service } = record;
      if (service.status !== "ACTIVE") throw new ApiError("ServiceNotActiveException", "Service was not ACTIVE.");
      const before = canonical([
        service.taskDefinition,
        service.networkConfiguration,
        service.loadBalancers,
        service.platformVersion,
        service.capacityProviderStrategy,
        service.propagateTags,
        service.enableECSManagedTags,
        record.monitoring,
      ]);
      checkController(input.deploymentController);
      // A service goes on, and scales, with a definition that became INACTIVE; it can only not be told to use one.
      const definition =
        input.taskDefinition || input.forceNewDeployment
          ? usableDefinition(region, input.taskDefinition || (service.taskDefinition ?? "")).definition
          : (findDefinition(region, service.taskDefinition ?? "")?.definition ?? {});
      checkPlatform(input.platformVersion, definition);
      if (input.networkConfiguration) checkNetwork(region, input.networkConfiguration);
      checkMonitoring(input.monitoring);
      if (input.monitoring) record.monitoring = input.monitoring;
      checkProviders(input);
      const balancers = input.loadBalancers ?? service.loadBalancers ?? [];
      checkBalancers(region, definition, balancers);
      const configuration = input.deploymentConfiguration
        ? updatedConfiguration(service.deploymentConfiguration, input.deploymentConfiguration)
        : undefined;
      checkShifting(world, region, (configuration ?? service.deploymentConfiguration)?.strategy, balancers);
      if (configuration) service.deploymentConfiguration = configuration;
      service.taskDefinition = definition.taskDefinitionArn ?? service.taskDefinition;
      if (input.networkConfiguration) service.networkConfiguration = withDefaults(region, input.networkConfiguration);
      if (input.loadBalancers) service.loadBalancers = input.loadBalancers;
      if (input.capacityProviderStrategy) {
        service.capacityProviderStrategy = input.capacityProviderStrategy;
        service.launchType = undefined;
      }
      for (const key of [
        "desiredCount",
        "platformVersion",
        "healthCheckGracePeriodSeconds",
        "enableExecuteCommand",
        "enableECSManagedTags",
        "propagateTags",
        "availabilityZoneRebalancing",
      ] as const) {
        if (input[key] !== undefined) Object.assign(service, { [key]: input[key] });
      }
      const after = canonical([
        service.taskDefinition,
        service.networkConfiguration,
        service.loadBalancers,
        service.platformVersion,
        service.capacityProviderStrategy,
        service.propagateTags,
        service.enableECSManagedTags,
        record.monitoring,
      ]);
      if (input.forceNewDeployment || before !== after) startDeployment(world, region, record);
      else record.lastSteady = record.lastSteady && input.desiredCount === undefined;
      record.wake();
      return { service: view(record, ["TAGS"]) };
    },
  },
  DeleteService: {
    supports: "*",
    run: (input, { region }) => {
      checkService(input.service);
      activeCluster(region, input.cluster);
      const record = findService(region, input.cluster, input.service);
      if (!record) throw serviceNotFound();
      if (record.service.status === "INACTIVE")
        throw new ApiError("ServiceNotActiveException", "Service was not ACTIVE.");
      if (!input.force && (record.service.desiredCount ?? 0) > 0)
        throw invalid("The service cannot be stopped while it is scaled above 0.");
      record.service.status = "DRAINING";
      record.service.desiredCount = 0;
      record.wake();
      return { service: view(record, ["TAGS"]) };
    },
  },
  DescribeServices: {
    supports: "*",
    run: (input, { region }) => {
      input.services.forEach(checkService);
      activeCluster(region, input.cluster);
      const found = input.services.map((id) => ({ id, record: findService(region, input.cluster, id) }));
      return {
        services: found.flatMap(({ record }) => (record ? [view(record, input.include ?? [])] : [])),
        failures: found.flatMap(({ id, record }) =>
          record ? [] : [{ arn: serviceArn(region, input.cluster ?? "default", id), reason: "MISSING" }],
        ),
      };
    },
  },
  ListServices: {
    supports: "cluster nextToken maxResults launchType schedulingStrategy",
    run: (input, { region }) => {
      activeCluster(region, input.cluster);
      if (input.maxResults !== undefined && (input.maxResults < 1 || input.maxResults > 100))
        throw invalid("maxResults must be between 1 and 100.");
      const arns = [...region.ecs.services.values()]
        .map((s) => s.service)
        .filter(
          (s) =>
            s.clusterArn === clusterArn(region, input.cluster) &&
            s.status !== "INACTIVE" &&
            (input.launchType === undefined || s.launchType === input.launchType),
        )
        .map((s) => s.serviceArn ?? "");
      const p = page(arns, input.nextToken, input.maxResults ?? 10, badToken);
      return { serviceArns: p.items, nextToken: p.next };
    },
  },
});
