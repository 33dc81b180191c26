/** What CreateService and UpdateService check and fill in. */
import { balancerUsing } from "../elb/lookup";
import type {
  DeploymentConfiguration,
  LoadBalancer,
  MonitoringConfiguration,
  NetworkConfiguration,
  TaskDefinition,
} from "../model/ecs.types";
import { ApiError } from "../wire/errors";
import type { Region } from "../world";
import { checkAlarms } from "./deploymentAlarms";
import { invalid } from "./lookup";
import { strategyDefaults } from "./strategyInput";

/** Checks the network of a service or task; texts are EC2's, wrapped by ECS. */
export function checkNetwork(region: Region, network: NetworkConfiguration | undefined): void {
  const vpc = network?.awsvpcConfiguration;
  if (!vpc) throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  if (vpc.subnets.length === 0) throw invalid("subnets can not be empty.");
  if (vpc.subnets.length > 16) throw invalid("subnets can have at most 16 items.");
  if ((vpc.securityGroups?.length ?? 0) > 5) throw invalid("securityGroups can have at most 5 items.");
  const subnets = vpc.subnets.map((id) => {
    const subnet = region.ec2.subnets.get(id);
    if (!subnet)
      throw invalid(
        `Error retrieving subnet information for [${id}]: The subnet ID '${id}' does not exist (ErrorCode: InvalidSubnetID.NotFound)`,
      );
    return subnet;
  });
  if (new Set(subnets.map((s) => s.VpcId)).size > 1) throw invalid("Subnets must belong to the same VPC.");
  for (const id of vpc.securityGroups ?? []) {
    const group = region.ec2.groups.get(id);
    if (!group || Date.now() < group.visibleAt)
      throw invalid(
        `Error retrieving security group information for [${id}]: The security group '${id}' does not exist (ErrorCode: InvalidGroup.NotFound)`,
      );
    if (group.group.VpcId !== subnets[0]?.VpcId)
      throw invalid("Security groups and subnets must belong to the same VPC.");
  }
}

/** The network with AWS's defaults: the VPC's default group, no public IP. */
export function withDefaults(
  region: Region,
  network: NetworkConfiguration | undefined,
): NetworkConfiguration | undefined {
  const vpc = network?.awsvpcConfiguration;
  if (!vpc) return network;
  const vpcId = region.ec2.subnets.get(vpc.subnets[0] ?? "")?.VpcId;
  const fallback = [...region.ec2.groups.values()]
    .filter((g) => g.group.VpcId === vpcId && g.group.GroupName === "default")
    .map((g) => g.group.GroupId ?? "");
  return {
    awsvpcConfiguration: {
      ...vpc,
      securityGroups: vpc.securityGroups?.length ? vpc.securityGroups : fallback,
      assignPublicIp: vpc.assignPublicIp ?? "DISABLED",
    },
  };
}

export function checkBalancers(
  region: Region,
  definition: TaskDefinition,
  balancers: readonly LoadBalancer[] | undefined,
): void {
  for (const b of balancers ?? []) {
    const container = definition.containerDefinitions?.find((c) => c.name === b.containerName);
    if (!container) throw invalid(`The container ${b.containerName ?? ""} does not exist in the task definition.`);
    if (!container.portMappings?.some((p) => p.containerPort === b.containerPort))
      throw invalid(
        `The container ${b.containerName ?? ""} did not have a container port ${b.containerPort ?? ""} defined.`,
      );
    const arn = b.targetGroupArn ?? "";
    const group = region.elb.targetGroups.get(arn);
    if (!group)
      throw invalid(
        `Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role being passed has the proper permissions.`,
      );
    if (group.group.TargetType !== "ip")
      throw invalid(
        `The provided target group ${arn} has target type ${group.group.TargetType ?? ""}, which is incompatible with the awsvpc network mode specified in the task definition.`,
      );
    if (!balancerUsing(region, arn))
      throw invalid(`The target group with targetGroupArn ${arn} does not have an associated load balancer.`);
  }
}

export function deploymentDefaults(config: DeploymentConfiguration | undefined): DeploymentConfiguration {
  const { maximumPercent = 200, minimumHealthyPercent = 100, deploymentCircuitBreaker, ...rest } = config ?? {};
  if (maximumPercent < 100 || maximumPercent > 200)
    throw invalid("maximumPercent must be at least 100 and at most 200.");
  if (minimumHealthyPercent < 0 || minimumHealthyPercent > 100)
    throw invalid("minimumHealthyPercent must be between 0 and 100.");
  if (minimumHealthyPercent === 100 && maximumPercent === 100)
    throw invalid("Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.");
  checkAlarms(rest.alarms);
  const breaker = deploymentCircuitBreaker ?? { enable: false, rollback: false };
  return {
    ...rest,
    ...strategyDefaults(rest, minimumHealthyPercent),
    maximumPercent,
    minimumHealthyPercent,
    deploymentCircuitBreaker: {
      ...breaker,
      resetOnHealthyTask: breaker.resetOnHealthyTask ?? true,
      thresholdConfiguration: breaker.thresholdConfiguration ?? { type: "BOUNDED_PERCENT", value: 50 },
    },
  };
}

/** What an update makes of the configuration: the strategy's members are as the update has them, or gone. */
export function updatedConfiguration(
  before: DeploymentConfiguration | undefined,
  given: DeploymentConfiguration,
): DeploymentConfiguration {
  const {
    strategy: _strategy,
    bakeTimeInMinutes: _bake,
    lifecycleHooks: _hooks,
    linearConfiguration: _linear,
    canaryConfiguration: _canary,
    earlySuccessCriteria: _early,
    ...kept
  } = before ?? {};
  return deploymentDefaults({ ...kept, ...given });
}

/** Platform versions of Fargate that a task can run on now, by its operating system. Source: ECS's page of them. */
const PLATFORMS = { linux: ["LATEST", "1.4.0", "1.3.0"], windows: ["LATEST", "1.0.0"] };

/** Refuses a platform version that Fargate does not have, or that lacks what the task definition asks for. */
export function checkPlatform(version: string | undefined, definition: TaskDefinition): void {
  if (version === undefined) return;
  const isWindows = definition.runtimePlatform?.operatingSystemFamily?.startsWith("WINDOWS") ?? false;
  if (!PLATFORMS[isWindows ? "windows" : "linux"].includes(version))
    throw new ApiError("PlatformUnknownException", "The specified platform version does not exist.");
  if (version === "1.3.0" && (definition.ephemeralStorage || definition.runtimePlatform?.cpuArchitecture === "ARM64"))
    throw new ApiError(
      "PlatformTaskDefinitionIncompatibilityException",
      "The specified platform version does not satisfy the required capabilities of the task definition.",
    );
}

/** Deployments by anything but ECS itself are not here. */
export function checkController(controller: { type: string } | undefined): void {
  if (controller && controller.type !== "ECS")
    throw new ApiError(
      "NotImplementedException",
      `The sandbox does not implement deployment controller '${controller.type}'.`,
      501,
    );
}

export function checkProviders(input: {
  launchType?: string;
  capacityProviderStrategy?: readonly { capacityProvider?: string }[];
}): void {
  if (input.launchType && input.capacityProviderStrategy?.length)
    throw invalid(
      "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
    );
  if (input.launchType && input.launchType !== "FARGATE")
    throw new ApiError(
      "NotImplementedException",
      `The sandbox does not implement launch type '${input.launchType}'.`,
      501,
    );
  const unknown = input.capacityProviderStrategy?.find(
    (s) => !["FARGATE", "FARGATE_SPOT"].includes(s.capacityProvider ?? ""),
  );
  if (unknown) throw invalid(`The specified capacity provider '${unknown.capacityProvider ?? ""}' was not found.`);
}

/** Refuses a resolution, or a metric, that ECS does not measure by. */
export function checkMonitoring(monitoring: MonitoringConfiguration | undefined): void {
  for (const { metricNames, resolutionSeconds } of monitoring?.metricConfigurations ?? []) {
    if (resolutionSeconds !== 20 && resolutionSeconds !== 60) throw invalid("resolutionSeconds must be 20 or 60.");
    const unknown = metricNames.find((name) => name !== "CPUUtilization" && name !== "MemoryUtilization");
    if (unknown !== undefined || metricNames.length === 0)
      throw invalid(`metricNames must name CPUUtilization or MemoryUtilization, and not '${unknown ?? ""}'.`);
  }
}
