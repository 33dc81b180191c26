/**
 * Constraints that AWS's pages state in words and its models leave out. Each row is a member as `Structure.member`,
 * with the page that says so. What a service answers in words of its own is in its operations instead.
 */

/** A row: bounds are of a number's value, of a text's length or of how many elements a list has. */
export interface WrittenConstraint {
  readonly service: string;
  readonly member: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  /** Bounds and pattern of each element of a list. */
  readonly each?: boolean;
  readonly page: string;
}

const ECS = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_";
const ELB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_";
const STS = "https://docs.aws.amazon.com/STS/latest/APIReference/API_";
const LOGS = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_";
const EC2 = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_";

/** Lists of ECS that are read by pages, and the most that one page may have. */
const ECS_PAGES: Readonly<Record<string, number>> = {
  ListClusters: 100,
  ListServices: 100,
  ListTasks: 100,
  ListTaskDefinitions: 100,
  ListTaskDefinitionFamilies: 100,
  ListServiceDeployments: 100,
  DescribeCapacityProviders: 10,
  ListAccountSettings: 10,
};

const ecsPages = Object.entries(ECS_PAGES).map(
  ([operation, max]): WrittenConstraint => ({
    service: "ecs",
    member: `${operation}Request.maxResults`,
    min: 1,
    max,
    page: `${ECS}${operation}.html`,
  }),
);

/** Names that may be given only so many at once, in the words of each operation's page. */
const ECS_LISTS: readonly (readonly [operation: string, member: string, min: number, max: number])[] = [
  ["DescribeServices", "services", 1, 10],
  ["DescribeClusters", "clusters", 0, 100],
  ["DescribeTasks", "tasks", 1, 100],
  ["DescribeServiceDeployments", "serviceDeploymentArns", 1, 20],
  ["DescribeServiceRevisions", "serviceRevisionArns", 1, 20],
  ["DeleteTaskDefinitions", "taskDefinitions", 1, 10],
  ["UpdateTaskProtection", "tasks", 1, 10],
  ["GetTaskProtection", "tasks", 0, 100],
];

const ecsLists = ECS_LISTS.map(
  ([operation, name, min, max]): WrittenConstraint => ({
    service: "ecs",
    member: `${operation}Request.${name}`,
    ...(min > 0 ? { min } : {}),
    max,
    page: `${ECS}${operation}.html`,
  }),
);

/** Every constraint that is written here. */
export const WRITTEN: readonly WrittenConstraint[] = [
  ...ecsPages,
  ...ecsLists,
  { service: "ecs", member: "CreateServiceRequest.desiredCount", min: 0, page: `${ECS}CreateService.html` },
  { service: "ecs", member: "UpdateServiceRequest.desiredCount", min: 0, page: `${ECS}UpdateService.html` },
  {
    service: "ecs",
    member: "CreateServiceRequest.healthCheckGracePeriodSeconds",
    min: 0,
    max: 2_147_483_647,
    page: `${ECS}CreateService.html`,
  },
  {
    service: "ecs",
    member: "UpdateServiceRequest.healthCheckGracePeriodSeconds",
    min: 0,
    max: 2_147_483_647,
    page: `${ECS}UpdateService.html`,
  },
  {
    service: "ecs",
    member: "CapacityProviderStrategyItem.weight",
    min: 0,
    max: 1000,
    page: `${ECS}CreateService.html`,
  },
  {
    service: "ecs",
    member: "CapacityProviderStrategyItem.base",
    min: 0,
    max: 100_000,
    page: `${ECS}CreateService.html`,
  },
  { service: "ecs", member: "RunTaskRequest.count", min: 1, max: 10, page: `${ECS}RunTask.html` },
  { service: "ecs", member: "RunTaskRequest.clientToken", max: 64, page: `${ECS}RunTask.html` },
  { service: "ecs", member: "RunTaskRequest.startedBy", max: 128, page: `${ECS}RunTask.html` },
  { service: "ecs", member: "RunTaskRequest.referenceId", max: 1024, page: `${ECS}RunTask.html` },
  { service: "ecs", member: "StopTaskRequest.reason", max: 255, page: `${ECS}StopTask.html` },
  {
    service: "ecs",
    member: "UpdateTaskProtectionRequest.expiresInMinutes",
    min: 1,
    max: 2880,
    page: `${ECS}UpdateTaskProtection.html`,
  },
  { service: "ecs", member: "CreateServiceRequest.clientToken", max: 36, page: `${ECS}CreateService.html` },
  { service: "elbv2", member: "CreateLoadBalancerInput.Name", min: 1, max: 32, page: `${ELB}CreateLoadBalancer.html` },
  { service: "elbv2", member: "CreateTargetGroupInput.Name", min: 1, max: 32, page: `${ELB}CreateTargetGroup.html` },
  { service: "elbv2", member: "DescribeTagsInput.ResourceArns", min: 1, max: 20, page: `${ELB}DescribeTags.html` },
  { service: "elbv2", member: "TargetGroupTuple.Weight", min: 0, max: 999, page: `${ELB}TargetGroupTuple.html` },
  {
    service: "elbv2",
    member: "DescribeLoadBalancersInput.Names",
    max: 20,
    page: `${ELB}DescribeLoadBalancers.html`,
  },
  { service: "sts", member: "AssumeRoleRequest.DurationSeconds", min: 900, max: 43_200, page: `${STS}AssumeRole.html` },
  {
    service: "logs",
    member: "PutLogEventsRequest.logEvents",
    min: 1,
    max: 10_000,
    page: `${LOGS}PutLogEvents.html`,
  },
  {
    service: "logs",
    member: "StartLiveTailRequest.logGroupIdentifiers",
    min: 1,
    max: 10,
    page: `${LOGS}StartLiveTail.html`,
  },
  { service: "ec2", member: "CreateSecurityGroupRequest.GroupName", max: 255, page: `${EC2}CreateSecurityGroup.html` },
  {
    service: "ec2",
    member: "CreateSecurityGroupRequest.Description",
    max: 255,
    pattern: "[a-zA-Z0-9 ._\\-:/()#,@\\[\\]+=&;{}!$*]*",
    page: `${EC2}CreateSecurityGroup.html`,
  },
  {
    service: "ec2",
    member: "DescribeAddressesRequest.PublicIps",
    each: true,
    pattern: "\\d{1,3}(\\.\\d{1,3}){3}",
    page: `${EC2}DescribeAddresses.html`,
  },
  { service: "ec2", member: "IpPermission.FromPort", min: -1, max: 65_535, page: `${EC2}IpPermission.html` },
  { service: "ec2", member: "IpPermission.ToPort", min: -1, max: 65_535, page: `${EC2}IpPermission.html` },
  { service: "ec2", member: "Tag.Key", max: 127, page: `${EC2}Tag.html` },
  { service: "ec2", member: "Tag.Value", max: 256, page: `${EC2}Tag.html` },
];
