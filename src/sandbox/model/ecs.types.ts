/* oxlint-disable max-lines -- generated: node scripts/models/sandboxModels.mjs */

export interface ContinueServiceDeploymentRequest {
  serviceDeploymentArn: string;
  hookId: string;
  action?: string;
}
export interface ContinueServiceDeploymentResponse {
  serviceDeploymentArn?: string;
}
export interface CreateClusterRequest {
  clusterName?: string;
  tags?: Tag[];
  settings?: ClusterSetting[];
  configuration?: ClusterConfiguration;
  capacityProviders?: string[];
  defaultCapacityProviderStrategy?: CapacityProviderStrategyItem[];
  serviceConnectDefaults?: ClusterServiceConnectDefaultsRequest;
}
export interface Tag {
  key?: string;
  value?: string;
}
export interface ClusterSetting {
  name?: string;
  value?: string;
}
export interface ClusterConfiguration {
  executeCommandConfiguration?: ExecuteCommandConfiguration;
  managedStorageConfiguration?: ManagedStorageConfiguration;
}
export interface ExecuteCommandConfiguration {
  kmsKeyId?: string;
  logging?: string;
  logConfiguration?: ExecuteCommandLogConfiguration;
}
export interface ExecuteCommandLogConfiguration {
  cloudWatchLogGroupName?: string;
  cloudWatchEncryptionEnabled?: boolean;
  s3BucketName?: string;
  s3EncryptionEnabled?: boolean;
  s3KeyPrefix?: string;
}
export interface ManagedStorageConfiguration {
  kmsKeyId?: string;
  fargateEphemeralStorageKmsKeyId?: string;
}
export interface CapacityProviderStrategyItem {
  capacityProvider: string;
  weight?: number;
  base?: number;
}
export interface ClusterServiceConnectDefaultsRequest {
  namespace: string;
}
export interface CreateClusterResponse {
  cluster?: Cluster;
}
export interface Cluster {
  clusterArn?: string;
  clusterName?: string;
  configuration?: ClusterConfiguration;
  status?: string;
  registeredContainerInstancesCount?: number;
  runningTasksCount?: number;
  pendingTasksCount?: number;
  activeServicesCount?: number;
  statistics?: KeyValuePair[];
  tags?: Tag[];
  settings?: ClusterSetting[];
  capacityProviders?: string[];
  defaultCapacityProviderStrategy?: CapacityProviderStrategyItem[];
  attachments?: Attachment[];
  attachmentsStatus?: string;
  serviceConnectDefaults?: ClusterServiceConnectDefaults;
}
export interface KeyValuePair {
  name?: string;
  value?: string;
}
export interface Attachment {
  id?: string;
  type?: string;
  status?: string;
  details?: KeyValuePair[];
}
export interface ClusterServiceConnectDefaults {
  namespace?: string;
}
export interface CreateServiceRequest {
  serviceName: string;
  cluster?: string;
  taskDefinition?: string;
  availabilityZoneRebalancing?: string;
  loadBalancers?: LoadBalancer[];
  serviceRegistries?: ServiceRegistry[];
  desiredCount?: number;
  clientToken?: string;
  launchType?: string;
  capacityProviderStrategy?: CapacityProviderStrategyItem[];
  platformVersion?: string;
  role?: string;
  deploymentConfiguration?: DeploymentConfiguration;
  placementConstraints?: PlacementConstraint[];
  placementStrategy?: PlacementStrategy[];
  networkConfiguration?: NetworkConfiguration;
  healthCheckGracePeriodSeconds?: number;
  schedulingStrategy?: string;
  deploymentController?: DeploymentController;
  tags?: Tag[];
  enableECSManagedTags?: boolean;
  propagateTags?: string;
  enableExecuteCommand?: boolean;
  serviceConnectConfiguration?: ServiceConnectConfiguration;
  volumeConfigurations?: ServiceVolumeConfiguration[];
  vpcLatticeConfigurations?: VpcLatticeConfiguration[];
  gatewayConnectors?: GatewayConnector[];
  monitoring?: MonitoringConfiguration;
}
export interface LoadBalancer {
  targetGroupArn?: string;
  loadBalancerName?: string;
  containerName?: string;
  containerPort?: number;
  advancedConfiguration?: AdvancedConfiguration;
}
export interface AdvancedConfiguration {
  alternateTargetGroupArn?: string;
  productionListenerRule?: string;
  testListenerRule?: string;
  roleArn?: string;
}
export interface ServiceRegistry {
  registryArn?: string;
  port?: number;
  containerName?: string;
  containerPort?: number;
}
export interface DeploymentConfiguration {
  deploymentCircuitBreaker?: DeploymentCircuitBreaker;
  maximumPercent?: number;
  minimumHealthyPercent?: number;
  alarms?: DeploymentAlarms;
  strategy?: string;
  bakeTimeInMinutes?: number;
  lifecycleHooks?: DeploymentLifecycleHook[];
  linearConfiguration?: LinearConfiguration;
  canaryConfiguration?: CanaryConfiguration;
  earlySuccessCriteria?: DeploymentEarlySuccessCriteria;
}
export interface DeploymentCircuitBreaker {
  enable: boolean;
  rollback: boolean;
  resetOnHealthyTask?: boolean;
  thresholdConfiguration?: ThresholdConfiguration;
}
export interface ThresholdConfiguration {
  type: string;
  value: number;
}
export interface DeploymentAlarms {
  alarmNames: string[];
  rollback: boolean;
  enable: boolean;
}
export interface DeploymentLifecycleHook {
  targetType?: string;
  hookTargetArn?: string;
  roleArn?: string;
  lifecycleStages?: string[];
  hookDetails?: unknown;
  timeoutConfiguration?: DeploymentLifecycleHookTimeoutConfiguration;
}
export interface DeploymentLifecycleHookTimeoutConfiguration {
  timeoutInMinutes?: number;
  action?: string;
}
export interface LinearConfiguration {
  stepPercent?: number;
  stepBakeTimeInMinutes?: number;
}
export interface CanaryConfiguration {
  canaryPercent?: number;
  canaryBakeTimeInMinutes?: number;
}
export interface DeploymentEarlySuccessCriteria {
  enable: boolean;
  healthyPercent?: number;
  sourceServiceRevisionCleanup?: string;
}
export interface PlacementConstraint {
  type?: string;
  expression?: string;
}
export interface PlacementStrategy {
  type?: string;
  field?: string;
}
export interface NetworkConfiguration {
  awsvpcConfiguration?: AwsVpcConfiguration;
}
export interface AwsVpcConfiguration {
  subnets: string[];
  securityGroups?: string[];
  assignPublicIp?: string;
}
export interface DeploymentController {
  type: string;
}
export interface ServiceConnectConfiguration {
  enabled: boolean;
  namespace?: string;
  services?: ServiceConnectService[];
  logConfiguration?: LogConfiguration;
  accessLogConfiguration?: ServiceConnectAccessLogConfiguration;
  containerConfigurations?: ServiceConnectContainerConfiguration[];
}
export interface ServiceConnectService {
  portName: string;
  discoveryName?: string;
  clientAliases?: ServiceConnectClientAlias[];
  ingressPortOverride?: number;
  timeout?: TimeoutConfiguration;
  tls?: ServiceConnectTlsConfiguration;
}
export interface ServiceConnectClientAlias {
  port: number;
  dnsName?: string;
  testTrafficRules?: ServiceConnectTestTrafficRules;
}
export interface ServiceConnectTestTrafficRules {
  header: ServiceConnectTestTrafficHeaderRules;
}
export interface ServiceConnectTestTrafficHeaderRules {
  name: string;
  value?: ServiceConnectTestTrafficHeaderMatchRules;
}
export interface ServiceConnectTestTrafficHeaderMatchRules {
  exact: string;
}
export interface TimeoutConfiguration {
  idleTimeoutSeconds?: number;
  perRequestTimeoutSeconds?: number;
}
export interface ServiceConnectTlsConfiguration {
  issuerCertificateAuthority: ServiceConnectTlsCertificateAuthority;
  kmsKey?: string;
  roleArn?: string;
}
export interface ServiceConnectTlsCertificateAuthority {
  awsPcaAuthorityArn?: string;
}
export interface LogConfiguration {
  logDriver: string;
  options?: Record<string, string>;
  secretOptions?: Secret[];
}
export interface Secret {
  name: string;
  valueFrom: string;
}
export interface ServiceConnectAccessLogConfiguration {
  format: string;
  includeQueryParameters?: string;
}
export interface ServiceConnectContainerConfiguration {
  logLevel?: string;
}
export interface ServiceVolumeConfiguration {
  name: string;
  managedEBSVolume?: ServiceManagedEBSVolumeConfiguration;
}
export interface ServiceManagedEBSVolumeConfiguration {
  roleArn: string;
  encrypted?: boolean;
  kmsKeyId?: string;
  volumeType?: string;
  sizeInGiB?: number;
  snapshotId?: string;
  volumeInitializationRate?: number;
  iops?: number;
  throughput?: number;
  tagSpecifications?: EBSTagSpecification[];
  filesystemType?: string;
}
export interface EBSTagSpecification {
  resourceType: string;
  tags?: Tag[];
  propagateTags?: string;
}
export interface VpcLatticeConfiguration {
  roleArn: string;
  targetGroupArn: string;
  portName: string;
  advancedConfiguration?: VpcLatticeAdvancedConfiguration;
}
export interface VpcLatticeAdvancedConfiguration {
  alternateTargetGroupArn?: string;
  productionListenerRule?: string;
  testListenerRule?: string;
}
export interface GatewayConnector {
  portName: string;
  healthCheck?: GatewayConnectorHealthCheck;
  filters?: GatewayConnectorFilters;
}
export interface GatewayConnectorHealthCheck {
  healthCheckProtocol?: string;
  healthCheckPort?: number;
  healthCheckPath?: string;
  healthCheckTimeoutSeconds?: number;
  healthCheckIntervalSeconds?: number;
  healthyThresholdCount?: number;
  unhealthyThresholdCount?: number;
  matcher?: GatewayConnectorHealthCheckMatcher;
}
export interface GatewayConnectorHealthCheckMatcher {
  httpCode?: string;
  grpcCode?: string;
}
export interface GatewayConnectorFilters {
  accessTypes?: string[];
}
export interface MonitoringConfiguration {
  metricConfigurations?: MetricConfiguration[];
}
export interface MetricConfiguration {
  metricNames: string[];
  resolutionSeconds: number;
}
export interface CreateServiceResponse {
  service?: Service;
}
export interface Service {
  serviceArn?: string;
  serviceName?: string;
  clusterArn?: string;
  loadBalancers?: LoadBalancer[];
  serviceRegistries?: ServiceRegistry[];
  status?: string;
  desiredCount?: number;
  runningCount?: number;
  pendingCount?: number;
  launchType?: string;
  capacityProviderStrategy?: CapacityProviderStrategyItem[];
  platformVersion?: string;
  platformFamily?: string;
  taskDefinition?: string;
  deploymentConfiguration?: DeploymentConfiguration;
  taskSets?: TaskSet[];
  deployments?: Deployment[];
  roleArn?: string;
  events?: ServiceEvent[];
  createdAt?: Date;
  currentServiceDeployment?: string;
  currentServiceRevisions?: ServiceCurrentRevisionSummary[];
  placementConstraints?: PlacementConstraint[];
  placementStrategy?: PlacementStrategy[];
  networkConfiguration?: NetworkConfiguration;
  healthCheckGracePeriodSeconds?: number;
  schedulingStrategy?: string;
  deploymentController?: DeploymentController;
  tags?: Tag[];
  createdBy?: string;
  enableECSManagedTags?: boolean;
  propagateTags?: string;
  enableExecuteCommand?: boolean;
  availabilityZoneRebalancing?: string;
  resourceManagementType?: string;
}
export interface TaskSet {
  id?: string;
  taskSetArn?: string;
  serviceArn?: string;
  clusterArn?: string;
  startedBy?: string;
  externalId?: string;
  status?: string;
  taskDefinition?: string;
  computedDesiredCount?: number;
  pendingCount?: number;
  runningCount?: number;
  createdAt?: Date;
  updatedAt?: Date;
  launchType?: string;
  capacityProviderStrategy?: CapacityProviderStrategyItem[];
  platformVersion?: string;
  platformFamily?: string;
  networkConfiguration?: NetworkConfiguration;
  loadBalancers?: LoadBalancer[];
  serviceRegistries?: ServiceRegistry[];
  scale?: Scale;
  stabilityStatus?: string;
  stabilityStatusAt?: Date;
  tags?: Tag[];
  fargateEphemeralStorage?: DeploymentEphemeralStorage;
}
export interface Scale {
  value?: number;
  unit?: string;
}
export interface DeploymentEphemeralStorage {
  kmsKeyId?: string;
}
export interface Deployment {
  id?: string;
  status?: string;
  taskDefinition?: string;
  desiredCount?: number;
  pendingCount?: number;
  runningCount?: number;
  failedTasks?: number;
  createdAt?: Date;
  updatedAt?: Date;
  capacityProviderStrategy?: CapacityProviderStrategyItem[];
  launchType?: string;
  platformVersion?: string;
  platformFamily?: string;
  networkConfiguration?: NetworkConfiguration;
  rolloutState?: string;
  rolloutStateReason?: string;
  serviceConnectConfiguration?: ServiceConnectConfiguration;
  serviceConnectResources?: ServiceConnectServiceResource[];
  volumeConfigurations?: ServiceVolumeConfiguration[];
  fargateEphemeralStorage?: DeploymentEphemeralStorage;
  vpcLatticeConfigurations?: VpcLatticeConfiguration[];
}
export interface ServiceConnectServiceResource {
  discoveryName?: string;
  discoveryArn?: string;
}
export interface ServiceEvent {
  id?: string;
  createdAt?: Date;
  message?: string;
}
export interface ServiceCurrentRevisionSummary {
  arn?: string;
  requestedTaskCount?: number;
  runningTaskCount?: number;
  pendingTaskCount?: number;
}
export interface DeleteClusterRequest {
  cluster: string;
}
export interface DeleteClusterResponse {
  cluster?: Cluster;
}
export interface DeleteServiceRequest {
  service: string;
  cluster?: string;
  force?: boolean;
}
export interface DeleteServiceResponse {
  service?: Service;
}
export interface DeleteTaskDefinitionsRequest {
  taskDefinitions: string[];
}
export interface DeleteTaskDefinitionsResponse {
  taskDefinitions?: TaskDefinition[];
  failures?: Failure[];
}
export interface TaskDefinition {
  taskDefinitionArn?: string;
  containerDefinitions?: ContainerDefinition[];
  family?: string;
  taskRoleArn?: string;
  executionRoleArn?: string;
  networkMode?: string;
  revision?: number;
  volumes?: Volume[];
  status?: string;
  requiresAttributes?: Attribute[];
  placementConstraints?: TaskDefinitionPlacementConstraint[];
  compatibilities?: string[];
  runtimePlatform?: RuntimePlatform;
  requiresCompatibilities?: string[];
  cpu?: string;
  memory?: string;
  inferenceAccelerators?: InferenceAccelerator[];
  pidMode?: string;
  ipcMode?: string;
  proxyConfiguration?: ProxyConfiguration;
  registeredAt?: Date;
  deregisteredAt?: Date;
  deleteRequestedAt?: Date;
  registeredBy?: string;
  ephemeralStorage?: EphemeralStorage;
  enableFaultInjection?: boolean;
}
export interface ContainerDefinition {
  name?: string;
  image?: string;
  repositoryCredentials?: RepositoryCredentials;
  cpu?: number;
  memory?: number;
  memoryReservation?: number;
  links?: string[];
  portMappings?: PortMapping[];
  essential?: boolean;
  restartPolicy?: ContainerRestartPolicy;
  entryPoint?: string[];
  command?: string[];
  environment?: KeyValuePair[];
  environmentFiles?: EnvironmentFile[];
  mountPoints?: MountPoint[];
  volumesFrom?: VolumeFrom[];
  linuxParameters?: LinuxParameters;
  secrets?: Secret[];
  dependsOn?: ContainerDependency[];
  startTimeout?: number;
  stopTimeout?: number;
  versionConsistency?: string;
  hostname?: string;
  user?: string;
  workingDirectory?: string;
  disableNetworking?: boolean;
  privileged?: boolean;
  readonlyRootFilesystem?: boolean;
  dnsServers?: string[];
  dnsSearchDomains?: string[];
  extraHosts?: HostEntry[];
  dockerSecurityOptions?: string[];
  interactive?: boolean;
  pseudoTerminal?: boolean;
  dockerLabels?: Record<string, string>;
  ulimits?: Ulimit[];
  logConfiguration?: LogConfiguration;
  healthCheck?: HealthCheck;
  systemControls?: SystemControl[];
  resourceRequirements?: ResourceRequirement[];
  firelensConfiguration?: FirelensConfiguration;
  credentialSpecs?: string[];
}
export interface RepositoryCredentials {
  credentialsParameter: string;
}
export interface PortMapping {
  containerPort?: number;
  hostPort?: number;
  protocol?: string;
  name?: string;
  appProtocol?: string;
  containerPortRange?: string;
}
export interface ContainerRestartPolicy {
  enabled: boolean;
  ignoredExitCodes?: number[];
  restartAttemptPeriod?: number;
}
export interface EnvironmentFile {
  value: string;
  type: string;
}
export interface MountPoint {
  sourceVolume?: string;
  containerPath?: string;
  readOnly?: boolean;
}
export interface VolumeFrom {
  sourceContainer?: string;
  readOnly?: boolean;
}
export interface LinuxParameters {
  capabilities?: KernelCapabilities;
  devices?: Device[];
  initProcessEnabled?: boolean;
  sharedMemorySize?: number;
  tmpfs?: Tmpfs[];
  maxSwap?: number;
  swappiness?: number;
}
export interface KernelCapabilities {
  add?: string[];
  drop?: string[];
}
export interface Device {
  hostPath: string;
  containerPath?: string;
  permissions?: string[];
}
export interface Tmpfs {
  containerPath: string;
  size: number;
  mountOptions?: string[];
}
export interface ContainerDependency {
  containerName: string;
  condition: string;
}
export interface HostEntry {
  hostname: string;
  ipAddress: string;
}
export interface Ulimit {
  name: string;
  softLimit: number;
  hardLimit: number;
}
export interface HealthCheck {
  command: string[];
  interval?: number;
  timeout?: number;
  retries?: number;
  startPeriod?: number;
}
export interface SystemControl {
  namespace?: string;
  value?: string;
}
export interface ResourceRequirement {
  type: string;
  value?: string;
  sharingStrategy?: SharingStrategy;
}
export interface SharingStrategy {
  nvidiaMps?: NvidiaMpsAllocation;
}
export interface NvidiaMpsAllocation {
  memory: number;
  maxComputePercent?: number;
}
export interface FirelensConfiguration {
  type: string;
  options?: Record<string, string>;
}
export interface Volume {
  name?: string;
  host?: HostVolumeProperties;
  dockerVolumeConfiguration?: DockerVolumeConfiguration;
  efsVolumeConfiguration?: EFSVolumeConfiguration;
  s3filesVolumeConfiguration?: S3FilesVolumeConfiguration;
  fsxWindowsFileServerVolumeConfiguration?: FSxWindowsFileServerVolumeConfiguration;
  configuredAtLaunch?: boolean;
}
export interface HostVolumeProperties {
  sourcePath?: string;
}
export interface DockerVolumeConfiguration {
  scope?: string;
  autoprovision?: boolean;
  driver?: string;
  driverOpts?: Record<string, string>;
  labels?: Record<string, string>;
}
export interface EFSVolumeConfiguration {
  fileSystemId: string;
  rootDirectory?: string;
  transitEncryption?: string;
  transitEncryptionPort?: number;
  authorizationConfig?: EFSAuthorizationConfig;
}
export interface EFSAuthorizationConfig {
  accessPointId?: string;
  iam?: string;
}
export interface S3FilesVolumeConfiguration {
  fileSystemArn: string;
  rootDirectory?: string;
  transitEncryptionPort?: number;
  accessPointArn?: string;
}
export interface FSxWindowsFileServerVolumeConfiguration {
  fileSystemId: string;
  rootDirectory: string;
  authorizationConfig: FSxWindowsFileServerAuthorizationConfig;
}
export interface FSxWindowsFileServerAuthorizationConfig {
  credentialsParameter: string;
  domain: string;
}
export interface Attribute {
  name: string;
  value?: string;
  targetType?: string;
  targetId?: string;
}
export interface TaskDefinitionPlacementConstraint {
  type?: string;
  expression?: string;
}
export interface RuntimePlatform {
  cpuArchitecture?: string;
  operatingSystemFamily?: string;
}
export interface InferenceAccelerator {
  deviceName: string;
  deviceType: string;
}
export interface ProxyConfiguration {
  containerName: string;
  type?: string;
  properties?: KeyValuePair[];
}
export interface EphemeralStorage {
  sizeInGiB: number;
}
export interface Failure {
  arn?: string;
  reason?: string;
  detail?: string;
}
export interface DeregisterTaskDefinitionRequest {
  taskDefinition: string;
}
export interface DeregisterTaskDefinitionResponse {
  taskDefinition?: TaskDefinition;
}
export interface DescribeCapacityProvidersRequest {
  capacityProviders?: string[];
  cluster?: string;
  include?: string[];
  maxResults?: number;
  nextToken?: string;
}
export interface DescribeCapacityProvidersResponse {
  capacityProviders?: CapacityProvider[];
  failures?: Failure[];
  nextToken?: string;
}
export interface CapacityProvider {
  capacityProviderArn?: string;
  name?: string;
  cluster?: string;
  status?: string;
  autoScalingGroupProvider?: AutoScalingGroupProvider;
  managedInstancesProvider?: ManagedInstancesProvider;
  updateStatus?: string;
  updateStatusReason?: string;
  tags?: Tag[];
  type?: string;
}
export interface AutoScalingGroupProvider {
  autoScalingGroupArn: string;
  managedScaling?: ManagedScaling;
  managedTerminationProtection?: string;
  managedDraining?: string;
}
export interface ManagedScaling {
  status?: string;
  targetCapacity?: number;
  minimumScalingStepSize?: number;
  maximumScalingStepSize?: number;
  instanceWarmupPeriod?: number;
}
export interface ManagedInstancesProvider {
  infrastructureRoleArn?: string;
  instanceLaunchTemplate?: InstanceLaunchTemplate;
  propagateTags?: string;
  infrastructureOptimization?: InfrastructureOptimization;
  autoRepairConfiguration?: AutoRepairConfiguration;
}
export interface InstanceLaunchTemplate {
  ec2InstanceProfileArn: string;
  networkConfiguration: ManagedInstancesNetworkConfiguration;
  storageConfiguration?: ManagedInstancesStorageConfiguration;
  localStorageConfiguration?: ManagedInstancesLocalStorageConfiguration;
  monitoring?: string;
  capacityOptionType?: string;
  instanceMetadataTagsPropagation?: boolean;
  instanceRequirements?: InstanceRequirementsRequest;
  fipsEnabled?: boolean;
  capacityReservations?: CapacityReservationRequest;
}
export interface ManagedInstancesNetworkConfiguration {
  subnets?: string[];
  securityGroups?: string[];
}
export interface ManagedInstancesStorageConfiguration {
  storageSizeGiB?: number;
}
export interface ManagedInstancesLocalStorageConfiguration {
  useLocalStorage?: boolean;
}
export interface InstanceRequirementsRequest {
  vCpuCount: VCpuCountRangeRequest;
  memoryMiB: MemoryMiBRequest;
  cpuManufacturers?: string[];
  memoryGiBPerVCpu?: MemoryGiBPerVCpuRequest;
  excludedInstanceTypes?: string[];
  instanceGenerations?: string[];
  spotMaxPricePercentageOverLowestPrice?: number;
  onDemandMaxPricePercentageOverLowestPrice?: number;
  bareMetal?: string;
  burstablePerformance?: string;
  requireHibernateSupport?: boolean;
  networkInterfaceCount?: NetworkInterfaceCountRequest;
  localStorage?: string;
  localStorageTypes?: string[];
  totalLocalStorageGB?: TotalLocalStorageGBRequest;
  baselineEbsBandwidthMbps?: BaselineEbsBandwidthMbpsRequest;
  acceleratorTypes?: string[];
  acceleratorCount?: AcceleratorCountRequest;
  acceleratorManufacturers?: string[];
  acceleratorNames?: string[];
  acceleratorTotalMemoryMiB?: AcceleratorTotalMemoryMiBRequest;
  networkBandwidthGbps?: NetworkBandwidthGbpsRequest;
  allowedInstanceTypes?: string[];
  maxSpotPriceAsPercentageOfOptimalOnDemandPrice?: number;
}
export interface VCpuCountRangeRequest {
  min: number;
  max?: number;
}
export interface MemoryMiBRequest {
  min: number;
  max?: number;
}
export interface MemoryGiBPerVCpuRequest {
  min?: number;
  max?: number;
}
export interface NetworkInterfaceCountRequest {
  min?: number;
  max?: number;
}
export interface TotalLocalStorageGBRequest {
  min?: number;
  max?: number;
}
export interface BaselineEbsBandwidthMbpsRequest {
  min?: number;
  max?: number;
}
export interface AcceleratorCountRequest {
  min?: number;
  max?: number;
}
export interface AcceleratorTotalMemoryMiBRequest {
  min?: number;
  max?: number;
}
export interface NetworkBandwidthGbpsRequest {
  min?: number;
  max?: number;
}
export interface CapacityReservationRequest {
  reservationGroupArn?: string;
  reservationPreference?: string;
}
export interface InfrastructureOptimization {
  scaleInAfter?: number;
}
export interface AutoRepairConfiguration {
  actionsStatus?: string;
}
export interface DescribeClustersRequest {
  clusters?: string[];
  include?: string[];
}
export interface DescribeClustersResponse {
  clusters?: Cluster[];
  failures?: Failure[];
}
export interface DescribeServiceDeploymentsRequest {
  serviceDeploymentArns: string[];
}
export interface DescribeServiceDeploymentsResponse {
  serviceDeployments?: ServiceDeployment[];
  failures?: Failure[];
}
export interface ServiceDeployment {
  serviceDeploymentArn?: string;
  serviceArn?: string;
  clusterArn?: string;
  createdAt?: Date;
  startedAt?: Date;
  finishedAt?: Date;
  stoppedAt?: Date;
  updatedAt?: Date;
  sourceServiceRevisions?: ServiceRevisionSummary[];
  targetServiceRevision?: ServiceRevisionSummary;
  status?: string;
  statusReason?: string;
  lifecycleStage?: string;
  lifecycleHookDetails?: DeploymentLifecycleHookDetail[];
  deploymentConfiguration?: DeploymentConfiguration;
  rollback?: Rollback;
  deploymentCircuitBreaker?: ServiceDeploymentCircuitBreaker;
  alarms?: ServiceDeploymentAlarms;
}
export interface ServiceRevisionSummary {
  arn?: string;
  requestedTaskCount?: number;
  runningTaskCount?: number;
  pendingTaskCount?: number;
  requestedTestTrafficWeight?: number;
  requestedProductionTrafficWeight?: number;
}
export interface DeploymentLifecycleHookDetail {
  hookId?: string;
  targetType?: string;
  targetArn?: string;
  status?: string;
  expiresAt?: Date;
  timeoutAction?: string;
}
export interface Rollback {
  reason?: string;
  startedAt?: Date;
  serviceRevisionArn?: string;
}
export interface ServiceDeploymentCircuitBreaker {
  status?: string;
  failureCount?: number;
  threshold?: number;
}
export interface ServiceDeploymentAlarms {
  status?: string;
  alarmNames?: string[];
  triggeredAlarmNames?: string[];
}
export interface DescribeServiceRevisionsRequest {
  serviceRevisionArns: string[];
}
export interface DescribeServiceRevisionsResponse {
  serviceRevisions?: ServiceRevision[];
  failures?: Failure[];
}
export interface ServiceRevision {
  serviceRevisionArn?: string;
  serviceArn?: string;
  clusterArn?: string;
  taskDefinition?: string;
  capacityProviderStrategy?: CapacityProviderStrategyItem[];
  launchType?: string;
  platformVersion?: string;
  platformFamily?: string;
  loadBalancers?: LoadBalancer[];
  serviceRegistries?: ServiceRegistry[];
  networkConfiguration?: NetworkConfiguration;
  containerImages?: ContainerImage[];
  guardDutyEnabled?: boolean;
  serviceConnectConfiguration?: ServiceConnectConfiguration;
  volumeConfigurations?: ServiceVolumeConfiguration[];
  fargateEphemeralStorage?: DeploymentEphemeralStorage;
  createdAt?: Date;
  vpcLatticeConfigurations?: VpcLatticeConfiguration[];
  resolvedConfiguration?: ResolvedConfiguration;
  ecsManagedResources?: ECSManagedResources;
  overrides?: ServiceRevisionOverrides;
  gatewayConnectors?: GatewayConnector[];
  monitoring?: MonitoringConfiguration;
}
export interface ContainerImage {
  containerName?: string;
  imageDigest?: string;
  image?: string;
}
export interface ResolvedConfiguration {
  loadBalancers?: ServiceRevisionLoadBalancer[];
  vpcLatticeConfigurations?: ServiceRevisionVpcLatticeConfiguration[];
}
export interface ServiceRevisionLoadBalancer {
  targetGroupArn?: string;
  productionListenerRule?: string;
}
export interface ServiceRevisionVpcLatticeConfiguration {
  targetGroupArn?: string;
  productionListenerRule?: string;
}
export interface ECSManagedResources {
  ingressPaths?: ManagedIngressPath[];
  autoScaling?: ManagedAutoScaling;
  metricAlarms?: ManagedMetricAlarm[];
  serviceSecurityGroups?: ManagedSecurityGroup[];
  logGroups?: ManagedLogGroup[];
  gatewayConnections?: GatewayConnection[];
}
export interface ManagedIngressPath {
  accessType: string;
  endpoint: string;
  loadBalancer?: ManagedLoadBalancer;
  loadBalancerSecurityGroups?: ManagedSecurityGroup[];
  certificate?: ManagedCertificate;
  listener?: ManagedListener;
  rule?: ManagedListenerRule;
  targetGroups?: ManagedTargetGroup[];
}
export interface ManagedLoadBalancer {
  status: string;
  updatedAt: Date;
  scheme: string;
  arn?: string;
  statusReason?: string;
  subnetIds?: string[];
  securityGroupIds?: string[];
}
export interface ManagedSecurityGroup {
  status: string;
  updatedAt: Date;
  arn?: string;
  statusReason?: string;
}
export interface ManagedCertificate {
  status: string;
  updatedAt: Date;
  domainName: string;
  arn?: string;
  statusReason?: string;
}
export interface ManagedListener {
  status: string;
  updatedAt: Date;
  arn?: string;
  statusReason?: string;
}
export interface ManagedListenerRule {
  status: string;
  updatedAt: Date;
  arn?: string;
  statusReason?: string;
}
export interface ManagedTargetGroup {
  status: string;
  updatedAt: Date;
  healthCheckPath: string;
  healthCheckPort: number;
  port: number;
  arn?: string;
  statusReason?: string;
}
export interface ManagedAutoScaling {
  scalableTarget?: ManagedScalableTarget;
  applicationAutoScalingPolicies?: ManagedApplicationAutoScalingPolicy[];
}
export interface ManagedScalableTarget {
  status: string;
  updatedAt: Date;
  minCapacity: number;
  maxCapacity: number;
  arn?: string;
  statusReason?: string;
}
export interface ManagedApplicationAutoScalingPolicy {
  status: string;
  updatedAt: Date;
  policyType: string;
  targetValue: number;
  metric: string;
  arn?: string;
  statusReason?: string;
}
export interface ManagedMetricAlarm {
  status: string;
  updatedAt: Date;
  arn?: string;
  statusReason?: string;
}
export interface ManagedLogGroup {
  status: string;
  updatedAt: Date;
  logGroupName: string;
  arn?: string;
  statusReason?: string;
}
export interface GatewayConnection {
  gatewayArn?: string;
  gatewayRouteArn?: string;
  portName?: string;
  serviceUrl?: string;
  accessType?: string;
  status?: string;
  resources?: GatewayConnectionResources;
}
export interface GatewayConnectionResources {
  hostSharedAlb?: GatewayConnectionAlbResources[];
}
export interface GatewayConnectionAlbResources {
  acmCertificateArn?: string;
  loadBalancerArn?: string;
  loadBalancerSecurityGroupArns?: string[];
  listenerArn?: string;
  listenerRuleArn?: string;
  testListenerRuleArn?: string;
  targetGroupArn?: string;
  alternateTargetGroupArn?: string;
}
export interface ServiceRevisionOverrides {
  runtimePlatform?: RuntimePlatformOverride;
}
export interface RuntimePlatformOverride {
  cpuArchitecture?: string;
}
export interface DescribeServicesRequest {
  services: string[];
  cluster?: string;
  include?: string[];
}
export interface DescribeServicesResponse {
  services?: Service[];
  failures?: Failure[];
}
export interface DescribeTaskDefinitionRequest {
  taskDefinition: string;
  include?: string[];
}
export interface DescribeTaskDefinitionResponse {
  taskDefinition?: TaskDefinition;
  tags?: Tag[];
}
export interface DescribeTasksRequest {
  tasks: string[];
  cluster?: string;
  include?: string[];
}
export interface DescribeTasksResponse {
  tasks?: Task[];
  failures?: Failure[];
}
export interface Task {
  attachments?: Attachment[];
  attributes?: Attribute[];
  availabilityZone?: string;
  capacityProviderName?: string;
  clusterArn?: string;
  connectivity?: string;
  connectivityAt?: Date;
  containerInstanceArn?: string;
  containers?: Container[];
  cpu?: string;
  createdAt?: Date;
  desiredStatus?: string;
  enableExecuteCommand?: boolean;
  executionStoppedAt?: Date;
  group?: string;
  healthStatus?: string;
  inferenceAccelerators?: InferenceAccelerator[];
  lastStatus?: string;
  launchType?: string;
  memory?: string;
  overrides?: TaskOverride;
  platformVersion?: string;
  platformFamily?: string;
  pullStartedAt?: Date;
  pullStoppedAt?: Date;
  startedAt?: Date;
  startedBy?: string;
  stopCode?: string;
  stoppedAt?: Date;
  stoppedReason?: string;
  stoppingAt?: Date;
  tags?: Tag[];
  taskArn?: string;
  taskDefinitionArn?: string;
  version?: number;
  ephemeralStorage?: EphemeralStorage;
  fargateEphemeralStorage?: TaskEphemeralStorage;
}
export interface Container {
  containerArn?: string;
  taskArn?: string;
  name?: string;
  image?: string;
  imageDigest?: string;
  runtimeId?: string;
  lastStatus?: string;
  exitCode?: number;
  reason?: string;
  networkBindings?: NetworkBinding[];
  networkInterfaces?: NetworkInterface[];
  healthStatus?: string;
  managedAgents?: ManagedAgent[];
  cpu?: string;
  memory?: string;
  memoryReservation?: string;
  gpuIds?: string[];
  neuronDeviceIds?: string[];
  gpuSharingStrategy?: SharingStrategy;
}
export interface NetworkBinding {
  bindIP?: string;
  containerPort?: number;
  hostPort?: number;
  protocol?: string;
  containerPortRange?: string;
  hostPortRange?: string;
}
export interface NetworkInterface {
  attachmentId?: string;
  privateIpv4Address?: string;
  ipv6Address?: string;
}
export interface ManagedAgent {
  lastStartedAt?: Date;
  name?: string;
  reason?: string;
  lastStatus?: string;
}
export interface TaskOverride {
  containerOverrides?: ContainerOverride[];
  cpu?: string;
  inferenceAcceleratorOverrides?: InferenceAcceleratorOverride[];
  executionRoleArn?: string;
  memory?: string;
  taskRoleArn?: string;
  ephemeralStorage?: EphemeralStorage;
}
export interface ContainerOverride {
  name?: string;
  command?: string[];
  environment?: KeyValuePair[];
  environmentFiles?: EnvironmentFile[];
  cpu?: number;
  memory?: number;
  memoryReservation?: number;
  resourceRequirements?: ResourceRequirement[];
}
export interface InferenceAcceleratorOverride {
  deviceName?: string;
  deviceType?: string;
}
export interface TaskEphemeralStorage {
  sizeInGiB?: number;
  kmsKeyId?: string;
}
export interface ExecuteCommandRequest {
  command: string;
  interactive: boolean;
  task: string;
  cluster?: string;
  container?: string;
}
export interface ExecuteCommandResponse {
  clusterArn?: string;
  containerArn?: string;
  containerName?: string;
  interactive?: boolean;
  session?: Session;
  taskArn?: string;
}
export interface Session {
  sessionId?: string;
  streamUrl?: string;
  tokenValue?: string;
}
export interface GetTaskProtectionRequest {
  cluster: string;
  tasks?: string[];
}
export interface GetTaskProtectionResponse {
  protectedTasks?: ProtectedTask[];
  failures?: Failure[];
}
export interface ProtectedTask {
  taskArn?: string;
  protectionEnabled?: boolean;
  expirationDate?: Date;
}
export interface ListAccountSettingsRequest {
  name?: string;
  value?: string;
  principalArn?: string;
  effectiveSettings?: boolean;
  nextToken?: string;
  maxResults?: number;
}
export interface ListAccountSettingsResponse {
  settings?: Setting[];
  nextToken?: string;
}
export interface Setting {
  name?: string;
  value?: string;
  principalArn?: string;
  type?: string;
}
export interface ListClustersRequest {
  nextToken?: string;
  maxResults?: number;
}
export interface ListClustersResponse {
  clusterArns?: string[];
  nextToken?: string;
}
export interface ListServiceDeploymentsRequest {
  service: string;
  cluster?: string;
  status?: string[];
  createdAt?: CreatedAt;
  nextToken?: string;
  maxResults?: number;
}
export interface CreatedAt {
  before?: Date;
  after?: Date;
}
export interface ListServiceDeploymentsResponse {
  serviceDeployments?: ServiceDeploymentBrief[];
  nextToken?: string;
}
export interface ServiceDeploymentBrief {
  serviceDeploymentArn?: string;
  serviceArn?: string;
  clusterArn?: string;
  startedAt?: Date;
  createdAt?: Date;
  finishedAt?: Date;
  targetServiceRevisionArn?: string;
  status?: string;
  statusReason?: string;
}
export interface ListServicesRequest {
  cluster?: string;
  nextToken?: string;
  maxResults?: number;
  launchType?: string;
  schedulingStrategy?: string;
  resourceManagementType?: string;
}
export interface ListServicesResponse {
  serviceArns?: string[];
  nextToken?: string;
}
export interface ListTagsForResourceRequest {
  resourceArn: string;
}
export interface ListTagsForResourceResponse {
  tags?: Tag[];
}
export interface ListTaskDefinitionFamiliesRequest {
  familyPrefix?: string;
  status?: string;
  nextToken?: string;
  maxResults?: number;
}
export interface ListTaskDefinitionFamiliesResponse {
  families?: string[];
  nextToken?: string;
}
export interface ListTaskDefinitionsRequest {
  familyPrefix?: string;
  status?: string;
  sort?: string;
  nextToken?: string;
  maxResults?: number;
}
export interface ListTaskDefinitionsResponse {
  taskDefinitionArns?: string[];
  nextToken?: string;
}
export interface ListTasksRequest {
  cluster?: string;
  containerInstance?: string;
  family?: string;
  nextToken?: string;
  maxResults?: number;
  startedBy?: string;
  serviceName?: string;
  desiredStatus?: string;
  launchType?: string;
  daemonName?: string;
}
export interface ListTasksResponse {
  taskArns?: string[];
  nextToken?: string;
}
export interface PutAccountSettingRequest {
  name: string;
  value: string;
  principalArn?: string;
}
export interface PutAccountSettingResponse {
  setting?: Setting;
}
export interface PutClusterCapacityProvidersRequest {
  cluster: string;
  capacityProviders: string[];
  defaultCapacityProviderStrategy: CapacityProviderStrategyItem[];
}
export interface PutClusterCapacityProvidersResponse {
  cluster?: Cluster;
}
export interface RegisterTaskDefinitionRequest {
  family: string;
  containerDefinitions: ContainerDefinition[];
  taskRoleArn?: string;
  executionRoleArn?: string;
  networkMode?: string;
  volumes?: Volume[];
  placementConstraints?: TaskDefinitionPlacementConstraint[];
  requiresCompatibilities?: string[];
  cpu?: string;
  memory?: string;
  tags?: Tag[];
  pidMode?: string;
  ipcMode?: string;
  proxyConfiguration?: ProxyConfiguration;
  inferenceAccelerators?: InferenceAccelerator[];
  ephemeralStorage?: EphemeralStorage;
  runtimePlatform?: RuntimePlatform;
  enableFaultInjection?: boolean;
}
export interface RegisterTaskDefinitionResponse {
  taskDefinition?: TaskDefinition;
  tags?: Tag[];
}
export interface RunTaskRequest {
  taskDefinition: string;
  capacityProviderStrategy?: CapacityProviderStrategyItem[];
  cluster?: string;
  count?: number;
  enableECSManagedTags?: boolean;
  enableExecuteCommand?: boolean;
  group?: string;
  launchType?: string;
  networkConfiguration?: NetworkConfiguration;
  overrides?: TaskOverride;
  placementConstraints?: PlacementConstraint[];
  placementStrategy?: PlacementStrategy[];
  platformVersion?: string;
  propagateTags?: string;
  referenceId?: string;
  startedBy?: string;
  tags?: Tag[];
  clientToken?: string;
  volumeConfigurations?: TaskVolumeConfiguration[];
}
export interface TaskVolumeConfiguration {
  name: string;
  managedEBSVolume?: TaskManagedEBSVolumeConfiguration;
}
export interface TaskManagedEBSVolumeConfiguration {
  roleArn: string;
  encrypted?: boolean;
  kmsKeyId?: string;
  volumeType?: string;
  sizeInGiB?: number;
  snapshotId?: string;
  volumeInitializationRate?: number;
  iops?: number;
  throughput?: number;
  tagSpecifications?: EBSTagSpecification[];
  terminationPolicy?: TaskManagedEBSVolumeTerminationPolicy;
  filesystemType?: string;
}
export interface TaskManagedEBSVolumeTerminationPolicy {
  deleteOnTermination: boolean;
}
export interface RunTaskResponse {
  tasks?: Task[];
  failures?: Failure[];
}
export interface StopServiceDeploymentRequest {
  serviceDeploymentArn: string;
  stopType?: string;
}
export interface StopServiceDeploymentResponse {
  serviceDeploymentArn?: string;
}
export interface StopTaskRequest {
  task: string;
  cluster?: string;
  reason?: string;
}
export interface StopTaskResponse {
  task?: Task;
}
export interface TagResourceRequest {
  resourceArn: string;
  tags: Tag[];
}
export type TagResourceResponse = Record<string, never>;
export interface UntagResourceRequest {
  resourceArn: string;
  tagKeys: string[];
}
export type UntagResourceResponse = Record<string, never>;
export interface UpdateClusterRequest {
  cluster: string;
  settings?: ClusterSetting[];
  configuration?: ClusterConfiguration;
  serviceConnectDefaults?: ClusterServiceConnectDefaultsRequest;
}
export interface UpdateClusterResponse {
  cluster?: Cluster;
}
export interface UpdateClusterSettingsRequest {
  cluster: string;
  settings: ClusterSetting[];
}
export interface UpdateClusterSettingsResponse {
  cluster?: Cluster;
}
export interface UpdateServiceRequest {
  service: string;
  cluster?: string;
  desiredCount?: number;
  taskDefinition?: string;
  capacityProviderStrategy?: CapacityProviderStrategyItem[];
  deploymentConfiguration?: DeploymentConfiguration;
  availabilityZoneRebalancing?: string;
  networkConfiguration?: NetworkConfiguration;
  placementConstraints?: PlacementConstraint[];
  placementStrategy?: PlacementStrategy[];
  platformVersion?: string;
  forceNewDeployment?: boolean;
  healthCheckGracePeriodSeconds?: number;
  deploymentController?: DeploymentController;
  enableExecuteCommand?: boolean;
  enableECSManagedTags?: boolean;
  loadBalancers?: LoadBalancer[];
  propagateTags?: string;
  serviceRegistries?: ServiceRegistry[];
  serviceConnectConfiguration?: ServiceConnectConfiguration;
  volumeConfigurations?: ServiceVolumeConfiguration[];
  vpcLatticeConfigurations?: VpcLatticeConfiguration[];
  gatewayConnectors?: GatewayConnector[];
  monitoring?: MonitoringConfiguration;
}
export interface UpdateServiceResponse {
  service?: Service;
}
export interface UpdateTaskProtectionRequest {
  cluster: string;
  tasks: string[];
  protectionEnabled: boolean;
  expiresInMinutes?: number;
}
export interface UpdateTaskProtectionResponse {
  protectedTasks?: ProtectedTask[];
  failures?: Failure[];
}
export interface EcsOperations {
  ContinueServiceDeployment: { input: ContinueServiceDeploymentRequest; output: ContinueServiceDeploymentResponse };
  CreateCluster: { input: CreateClusterRequest; output: CreateClusterResponse };
  CreateService: { input: CreateServiceRequest; output: CreateServiceResponse };
  DeleteCluster: { input: DeleteClusterRequest; output: DeleteClusterResponse };
  DeleteService: { input: DeleteServiceRequest; output: DeleteServiceResponse };
  DeleteTaskDefinitions: { input: DeleteTaskDefinitionsRequest; output: DeleteTaskDefinitionsResponse };
  DeregisterTaskDefinition: { input: DeregisterTaskDefinitionRequest; output: DeregisterTaskDefinitionResponse };
  DescribeCapacityProviders: { input: DescribeCapacityProvidersRequest; output: DescribeCapacityProvidersResponse };
  DescribeClusters: { input: DescribeClustersRequest; output: DescribeClustersResponse };
  DescribeServiceDeployments: { input: DescribeServiceDeploymentsRequest; output: DescribeServiceDeploymentsResponse };
  DescribeServiceRevisions: { input: DescribeServiceRevisionsRequest; output: DescribeServiceRevisionsResponse };
  DescribeServices: { input: DescribeServicesRequest; output: DescribeServicesResponse };
  DescribeTaskDefinition: { input: DescribeTaskDefinitionRequest; output: DescribeTaskDefinitionResponse };
  DescribeTasks: { input: DescribeTasksRequest; output: DescribeTasksResponse };
  ExecuteCommand: { input: ExecuteCommandRequest; output: ExecuteCommandResponse };
  GetTaskProtection: { input: GetTaskProtectionRequest; output: GetTaskProtectionResponse };
  ListAccountSettings: { input: ListAccountSettingsRequest; output: ListAccountSettingsResponse };
  ListClusters: { input: ListClustersRequest; output: ListClustersResponse };
  ListServiceDeployments: { input: ListServiceDeploymentsRequest; output: ListServiceDeploymentsResponse };
  ListServices: { input: ListServicesRequest; output: ListServicesResponse };
  ListTagsForResource: { input: ListTagsForResourceRequest; output: ListTagsForResourceResponse };
  ListTaskDefinitionFamilies: { input: ListTaskDefinitionFamiliesRequest; output: ListTaskDefinitionFamiliesResponse };
  ListTaskDefinitions: { input: ListTaskDefinitionsRequest; output: ListTaskDefinitionsResponse };
  ListTasks: { input: ListTasksRequest; output: ListTasksResponse };
  PutAccountSetting: { input: PutAccountSettingRequest; output: PutAccountSettingResponse };
  PutClusterCapacityProviders: { input: PutClusterCapacityProvidersRequest; output: PutClusterCapacityProvidersResponse };
  RegisterTaskDefinition: { input: RegisterTaskDefinitionRequest; output: RegisterTaskDefinitionResponse };
  RunTask: { input: RunTaskRequest; output: RunTaskResponse };
  StopServiceDeployment: { input: StopServiceDeploymentRequest; output: StopServiceDeploymentResponse };
  StopTask: { input: StopTaskRequest; output: StopTaskResponse };
  TagResource: { input: TagResourceRequest; output: TagResourceResponse };
  UntagResource: { input: UntagResourceRequest; output: UntagResourceResponse };
  UpdateCluster: { input: UpdateClusterRequest; output: UpdateClusterResponse };
  UpdateClusterSettings: { input: UpdateClusterSettingsRequest; output: UpdateClusterSettingsResponse };
  UpdateService: { input: UpdateServiceRequest; output: UpdateServiceResponse };
  UpdateTaskProtection: { input: UpdateTaskProtectionRequest; output: UpdateTaskProtectionResponse };
}
