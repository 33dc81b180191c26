/**
 * What is supported within the input's structures: of a shape that is named here only the listed members are acted
 * on, or
 * are stored and given back because nothing observable hangs on them. Every other one is an error, never dropped.
 */
import { notImplemented } from "./wire/errors";
import { isSimple, shapeOf, type Member, type Model, type Structure, type Value } from "./wire/model";

type Shapes = Readonly<Record<string, string>>;

/** By service: shape name to its supported members. */
const SUPPORTED: Readonly<Record<string, Shapes>> = {
  ecs: {
    LoadBalancer: "targetGroupArn containerName containerPort advancedConfiguration",
    AdvancedConfiguration: "alternateTargetGroupArn productionListenerRule testListenerRule roleArn",
    CapacityProviderStrategyItem: "capacityProvider weight base",
    DeploymentConfiguration:
      "deploymentCircuitBreaker maximumPercent minimumHealthyPercent strategy alarms bakeTimeInMinutes " +
      "lifecycleHooks linearConfiguration canaryConfiguration earlySuccessCriteria",
    // What a Lambda function needs is refused with words of its own.
    DeploymentLifecycleHook: "targetType hookTargetArn roleArn lifecycleStages timeoutConfiguration",
    DeploymentLifecycleHookTimeoutConfiguration: "timeoutInMinutes action",
    LinearConfiguration: "stepPercent stepBakeTimeInMinutes",
    CanaryConfiguration: "canaryPercent canaryBakeTimeInMinutes",
    DeploymentEarlySuccessCriteria: "enable healthyPercent sourceServiceRevisionCleanup",
    MonitoringConfiguration: "metricConfigurations",
    MetricConfiguration: "metricNames resolutionSeconds",
    DeploymentAlarms: "alarmNames rollback enable",
    DeploymentCircuitBreaker: "enable rollback resetOnHealthyTask thresholdConfiguration",
    ThresholdConfiguration: "type value",
    NetworkConfiguration: "awsvpcConfiguration",
    AwsVpcConfiguration: "subnets securityGroups assignPublicIp",
    DeploymentController: "type",
    Tag: "key value",
    RegisterTaskDefinitionRequest:
      "family containerDefinitions taskRoleArn executionRoleArn networkMode volumes placementConstraints " +
      "requiresCompatibilities cpu memory tags pidMode ipcMode inferenceAccelerators ephemeralStorage " +
      "runtimePlatform",
    ContainerDefinition:
      "name image cpu memory memoryReservation links portMappings essential entryPoint command environment " +
      "mountPoints volumesFrom linuxParameters secrets dependsOn startTimeout stopTimeout versionConsistency " +
      "hostname user workingDirectory disableNetworking privileged readonlyRootFilesystem dnsServers " +
      "dnsSearchDomains extraHosts dockerSecurityOptions interactive pseudoTerminal dockerLabels ulimits " +
      "logConfiguration healthCheck resourceRequirements repositoryCredentials",
    RepositoryCredentials: "credentialsParameter",
    PortMapping: "containerPort hostPort protocol name appProtocol",
    KeyValuePair: "name value",
    MountPoint: "sourceVolume containerPath readOnly",
    VolumeFrom: "sourceContainer readOnly",
    LinuxParameters: "capabilities devices initProcessEnabled sharedMemorySize tmpfs maxSwap swappiness",
    KernelCapabilities: "add drop",
    Device: "hostPath containerPath permissions",
    Tmpfs: "containerPath size mountOptions",
    Secret: "name valueFrom",
    ContainerDependency: "containerName condition",
    HostEntry: "hostname ipAddress",
    Ulimit: "name softLimit hardLimit",
    LogConfiguration: "logDriver options secretOptions",
    HealthCheck: "command interval timeout retries startPeriod",
    ResourceRequirement: "type value",
    Volume: "name host dockerVolumeConfiguration",
    HostVolumeProperties: "sourcePath",
    DockerVolumeConfiguration: "scope autoprovision driver driverOpts labels",
    TaskDefinitionPlacementConstraint: "type expression",
    InferenceAccelerator: "deviceName deviceType",
    EphemeralStorage: "sizeInGiB",
    RuntimePlatform: "cpuArchitecture operatingSystemFamily",
    TaskOverride: "containerOverrides cpu memory inferenceAcceleratorOverrides",
    ContainerOverride: "name command environment",
    InferenceAcceleratorOverride: "",
  },
  acm: {
    Filters: "keyTypes",
    CertificateOptions: "CertificateTransparencyLoggingPreference Export",
    Tag: "Key Value",
  },
  route53: {
    ResourceRecordSet: "Name Type TTL ResourceRecords AliasTarget",
  },
  cloudwatch: {
    MetricDataQuery: "Id MetricStat Expression Label ReturnData Period",
  },
  elbv2: {
    Matcher: "HttpCode",
    Tag: "Key Value",
    Action: "Type TargetGroupArn Order RedirectConfig FixedResponseConfig ForwardConfig",
    RedirectActionConfig: "StatusCode Protocol Port Host Path Query",
    FixedResponseActionConfig: "StatusCode MessageBody ContentType",
    ForwardActionConfig: "TargetGroups TargetGroupStickinessConfig",
    TargetGroupTuple: "TargetGroupArn Weight",
    TargetGroupStickinessConfig: "",
    Certificate: "CertificateArn",
    RuleCondition:
      "Field Values RegexValues HostHeaderConfig PathPatternConfig HttpHeaderConfig QueryStringConfig " +
      "HttpRequestMethodConfig SourceIpConfig",
    HostHeaderConditionConfig: "Values RegexValues",
    PathPatternConditionConfig: "Values RegexValues",
    HttpHeaderConditionConfig: "HttpHeaderName Values RegexValues",
    QueryStringConditionConfig: "Values",
    QueryStringKeyValuePair: "Key Value",
    HttpRequestMethodConditionConfig: "Values",
    SourceIpConditionConfig: "Values",
  },
  scheduler: {
    Target: "Arn RoleArn RetryPolicy Input EcsParameters",
    EcsParameters:
      "TaskDefinitionArn TaskCount LaunchType NetworkConfiguration PlatformVersion Group CapacityProviderStrategy " +
      "EnableECSManagedTags EnableExecuteCommand PropagateTags ReferenceId Tags",
  },
};

/** The supported members of a shape; undefined when all of them are. */
export function supportedOf(model: Model, shapeName: string): readonly string[] | undefined {
  return SUPPORTED[model.id]?.[shapeName]?.split(" ");
}

/**
 * Whether anything is asked for: what is false, 0 or empty is what Describe gives back, and what AWS takes for absent.
 */
export function says(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === "") return false;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && !(value instanceof Date) && !(value instanceof Uint8Array))
    return Object.values(value).some(says);
  return true;
}

/** Throws when the value asks for a member that is not implemented, wherever in it that is. */
export function checkNested(
  model: Model,
  operation: string,
  member: Member,
  value: Value | undefined,
  path = "",
): void {
  if (isSimple(member.s) || value === undefined) return;
  const shape = shapeOf(model, member.s);
  const of = shape.of;
  if (of) {
    for (const item of Object.values(value)) checkNested(model, operation, of, item as Value, path);
    return;
  }
  const supported = supportedOf(model, member.s);
  for (const [name, inner] of Object.entries(value as Readonly<Record<string, Value>>)) {
    const at = path ? `${path}.${name}` : name;
    const next = shape.m && Object.hasOwn(shape.m, name) ? shape.m[name] : undefined;
    // What no model has was refused before, or is to be kept.
    if (!next) continue;
    if (supported && !supported.includes(name) && says(inner)) throw notImplemented(model.id, operation, at);
    checkNested(model, operation, next, inner, at);
  }
}

/** What stands in the record of calls where a value is nobody's to see, such as a secret's. */
const MASKED = "(sensitive)";

/** The input without the values that the model calls sensitive. */
export function masked(model: Model, shapeName: string | null, input: Structure): Structure {
  return shapeName === null ? input : (maskedValue(model, { s: shapeName }, input) as Structure);
}

function maskedValue(model: Model, member: Member, value: Value | undefined): Value | undefined {
  if (value === undefined || member.h === 1) return value === undefined ? undefined : MASKED;
  // Parts of layers would fill the list of calls.
  if (Buffer.isBuffer(value) && value.length > 1024) return `${value.length} bytes`;
  if (isSimple(member.s)) return value;
  const shape = shapeOf(model, member.s);
  const of = shape.of;
  if (of && Array.isArray(value)) return (value as readonly Value[]).map((v) => maskedValue(model, of, v) as Value);
  const members = Object.entries(value as Structure);
  return Object.fromEntries(
    members.map(([name, inner]) => {
      const next = of ?? (shape.m && Object.hasOwn(shape.m, name) ? shape.m[name] : undefined);
      return [name, next ? maskedValue(model, next, inner) : inner];
    }),
  );
}

/** The members of a shape that are not supported, for the coverage table. */
export function missingIn(model: Model): readonly { shape: string; members: readonly string[] }[] {
  return Object.keys(SUPPORTED[model.id] ?? {}).flatMap((shape) => {
    const members = Object.keys(shapeOf(model, shape).m ?? {}).filter((m) => !supportedOf(model, shape)?.includes(m));
    return members.length > 0 ? [{ shape, members }] : [];
  });
}
