/** What the sandbox remembers: plain records in AWS's own shapes, by service. */
import type { Query } from "./cloudwatch/queries";
import type { ScalableTarget, ScalingActivity, ScalingPolicy, ScheduledAction } from "./model/autoscaling.types";
import type { AlarmHistoryItem, MetricAlarm } from "./model/cloudwatch.types";
import type {
  InternetGateway,
  ManagedPrefixList,
  NatGateway,
  NetworkInterface,
  RouteTable,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  Vpc,
  VpcBlockPublicAccessExclusion,
  VpcEndpoint,
} from "./model/ec2.types";
import type { Repository } from "./model/ecr.types";
import type {
  Cluster,
  MonitoringConfiguration,
  Service,
  ServiceDeployment,
  ServiceRevision,
  Task,
  TaskDefinition,
} from "./model/ecs.types";
import type { Listener, LoadBalancer, Rule, TargetGroup } from "./model/elbv2.types";
import type { Role, User } from "./model/iam.types";
import type { QueryDefinition } from "./model/logs.types";

export type Tags = Map<string, string>;

export interface RoleRecord {
  readonly role: Role;
  trust: string;
  readonly attached: Map<string, string>;
  readonly inline: Map<string, string>;
  readonly tags: Tags;
  /** Until then GetRole may not see it, and other services cannot assume it. */
  readonly visibleAt: number;
  readonly assumableAt: number;
}

/** Whoever has policies. */
export interface PolicyHolder {
  readonly role: { readonly Arn: string; readonly PermissionsBoundary?: Role["PermissionsBoundary"] };
  readonly attached: ReadonlyMap<string, string>;
  readonly inline: ReadonlyMap<string, string>;
  readonly tags: Tags;
}
export interface UserRecord extends PolicyHolder {
  readonly user: User;
  readonly attached: Map<string, string>;
  readonly inline: Map<string, string>;
}
export interface IamState {
  readonly users: Map<string, UserRecord>;
  readonly roles: Map<string, RoleRecord>;
  readonly policies: Map<string, { name: string; document: string; createdAt: Date }>;
}

export interface GroupRecord {
  readonly group: SecurityGroup;
  readonly rules: Map<string, SecurityGroupRule>;
  readonly visibleAt: number;
}

export interface AddressRecord {
  readonly allocationId: string;
  readonly publicIp: string;
  networkInterfaceId?: string;
}

/** A managed prefix list and its blocks. */
export interface PrefixListRecord {
  readonly list: ManagedPrefixList;
  readonly entries: readonly { readonly cidr: string; readonly description?: string }[];
}

export interface Ec2State {
  readonly vpcs: Map<string, Vpc>;
  readonly subnets: Map<string, Subnet>;
  readonly routeTables: Map<string, RouteTable>;
  readonly internetGateways: Map<string, InternetGateway>;
  readonly natGateways: Map<string, NatGateway>;
  readonly groups: Map<string, GroupRecord>;
  readonly interfaces: Map<string, NetworkInterface>;
  readonly endpoints: Map<string, VpcEndpoint>;
  readonly addresses: Map<string, AddressRecord>;
  readonly tags: Map<string, { tags: Tags; visibleAt: number }>;
  readonly dns: Map<string, { hostnames: boolean; support: boolean }>;
  /** Customers' own; AWS's are in every region. */
  readonly prefixLists: Map<string, PrefixListRecord>;
  /** VPC Block Public Access; `mode` as EC2 names it. */
  readonly publicAccess: {
    mode: string;
    changedAt?: Date;
    readonly exclusions: Map<string, VpcBlockPublicAccessExclusion>;
  };
}

export interface ManifestRecord {
  readonly digest: string;
  readonly mediaType: string;
  readonly body: string;
  readonly pushedAt: Date;
  scan?: { status: string; startedAt: Date; completedAt: Date };
  lastPull?: Date;
  /** When it was archived, while it is; and from when on a restored one can be pulled again. */
  archivedAt?: Date;
  activeFrom?: Date;
}

export interface RepositoryRecord {
  readonly repository: Repository;
  readonly tags: Tags;
  readonly manifests: Map<string, ManifestRecord>;
  readonly imageTags: Map<string, string>;
  /** Digest to size, of the blobs that this repository holds. */
  readonly blobs: Map<string, number>;
  lifecycle?: { text: string; evaluatedAt: Date };
  policy?: string;
}

export interface EcrState {
  readonly repositories: Map<string, RepositoryRecord>;
}

export interface TargetRecord {
  readonly id: string;
  readonly port: number;
  readonly zone: string | undefined;
  state: "initial" | "healthy" | "unhealthy" | "unused" | "draining" | "unavailable";
  reason?: string;
  description?: string;
  passes: number;
  failures: number;
  readonly registeredAt: number;
  everHealthy: boolean;
  drainingSince?: number;
  /** When the drain delay ends and connections are cut. */
  drainUntil?: number;
  /** Connections that are open for requests in flight, cut at the end of the drain. */
  readonly inFlight: Set<() => void>;
}

export interface TargetGroupRecord {
  readonly group: TargetGroup;
  readonly attributes: Map<string, string>;
  readonly tags: Tags;
  readonly targets: Map<string, TargetRecord>;
  /** What DescribeTargetHealth still shows of states that just changed. */
  readonly shown: Map<string, { state: string; reason?: string; description?: string; until: number }>;
  cursor: number;
}

export interface RuleRecord {
  readonly rule: Rule;
  readonly tags: Tags;
}

export interface ListenerRecord {
  readonly listener: Listener;
  readonly attributes: Map<string, string>;
  readonly tags: Tags;
  readonly rules: Map<string, RuleRecord>;
  /** Certificates beside the default one. */
  readonly certificates: Set<string>;
}

export interface LoadBalancerRecord {
  readonly loadBalancer: LoadBalancer;
  readonly attributes: Map<string, string>;
  readonly tags: Tags;
  readonly listeners: Map<string, ListenerRecord>;
  /** Until then the DNS name does not resolve. */
  dnsAt: number;
  readonly interfaces: string[];
}

export interface ElbState {
  readonly loadBalancers: Map<string, LoadBalancerRecord>;
  readonly targetGroups: Map<string, TargetGroupRecord>;
}

export interface LogEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
  /** When FilterLogEvents and GetLogEvents begin to see it. */
  readonly visibleAt: number;
}

export interface LogStreamRecord {
  readonly name: string;
  readonly creationTime: number;
  readonly events: LogEvent[];
  lastIngestion?: number;
  /** AWS ignores it since 2023 and still gives one: the same until something is written. */
  sequenceToken: string;
  /** How many events the sandbox no longer keeps; AWS would. */
  dropped: number;
}

export interface LogGroupRecord {
  readonly name: string;
  readonly arn: string;
  readonly creationTime: number;
  retentionInDays?: number;
  readonly tags: Tags;
  readonly class: "STANDARD" | "INFREQUENT_ACCESS";
  readonly kmsKeyId?: string;
  isProtected: boolean;
  readonly streams: Map<string, LogStreamRecord>;
  storedBytes: number;
}

/** A query of Insights: computed at once, and seen when it has run as long as it takes. */
export interface InsightsQuery {
  readonly id: string;
  readonly text: string;
  readonly groups: readonly string[];
  readonly identity: string;
  readonly createdAt: number;
  readonly endsAt: number;
  cancelledAt?: number;
  readonly results: readonly (readonly { readonly field: string; readonly value: string }[])[];
  readonly matched: number;
  readonly scanned: number;
  readonly bytes: number;
}

export interface LogsState {
  readonly groups: Map<string, LogGroupRecord>;
  /** Live tails that hear of each event as it comes in. */
  /** Queries of Insights, the newest last, and those that are saved. */
  readonly queries: Map<string, InsightsQuery>;
  readonly definitions: Map<string, QueryDefinition>;
  readonly listeners: Set<(group: LogGroupRecord, stream: string, event: LogEvent) => void>;
}

export interface ClusterRecord {
  readonly cluster: Cluster;
  readonly tags: Tags;
  readonly arguments: string;
}

export interface TaskDefinitionRecord {
  readonly definition: TaskDefinition;
  readonly tags: Tags;
}

/** A task and what drives it. */
export interface TaskRecord {
  readonly task: Task;
  readonly definition: TaskDefinition;
  readonly tags: Tags;
  readonly clusterArn: string;
  readonly serviceArn: string | undefined;
  readonly deploymentId: string | undefined;
  readonly address: string;
  readonly subnetId: string;
  readonly securityGroups: readonly string[];
  publicIp: string | undefined;
  networkInterfaceId: string | undefined;
  /** Container port to the loopback port on which the engine publishes it. */
  readonly published: Map<number, number>;
  stopRequested?: { code: string; reason: string };
  wake: () => void;
  readonly done: Promise<void>;
  reachedRunning: boolean;
  runningAt?: number;
  /** ELB registration of the service, while the task is a target. */
  registered: { targetGroupArn: string; port: number }[];
  stoppedAt?: number;
  readonly overrides: Task["overrides"];
  readonly execEnabled: boolean;
  /** Until then neither scaling in nor a deployment may stop it. */
  protectedUntil?: number | undefined;
}

export interface ServiceRecord {
  readonly service: Service;
  readonly tags: Tags;
  readonly clientToken: string | undefined;
  readonly createdBy: string;
  readonly argumentsText: string;
  /** How finely its tasks' use is measured; Describe tells it of revisions only. */
  monitoring?: MonitoringConfiguration | undefined;
  /** Deployment id to what only the scheduler knows about it. */
  readonly rollouts: Map<string, Rollout>;
  readonly serviceDeployments: Map<string, ServiceDeploymentRecord>;
  readonly revisions: Map<string, ServiceRevision>;
  /** Its tasks, until the scheduler has nothing more to do about them. */
  readonly tasks: Set<TaskRecord>;
  lastSteady: boolean;
  wake: () => void;
  seenReasons: Map<string, number>;
  /** Numbers of targets and tasks that the next events will state. */
  readonly counted: Map<
    string,
    { what: "registered" | "deregistered" | "draining"; subject: string; n: number; since: number }
  >;
}

export interface Rollout {
  readonly id: string;
  readonly serviceDeploymentArn: string;
  readonly revisionArn: string;
  failures: number;
  everRunning: boolean;
  nextLaunchAt: number;
  consecutive: number;
  failed: boolean;
  readonly createdAt: number;
  complained: boolean;
  /** Until then its alarms are watched, although its tasks are all there. */
  bakeUntil?: number;
  /** How far its traffic has been moved, where its strategy moves any. */
  shift?: ShiftState | undefined;
}

/** A deployment that moves traffic from the revision that has it (blue) to its own (green). */
export interface ShiftState {
  /** The deployment whose tasks are blue; undefined where nothing ran before. */
  readonly blueId: string | undefined;
  /** Each load balancer's rules and groups. */
  readonly routes: readonly ShiftRoute[];
  /** What green has of the traffic after each step, in percent. */
  readonly steps: readonly number[];
  /** How long each step but the last is watched, in minutes. */
  readonly stepMinutes: number;
  /** How many steps were taken. */
  taken: number;
  stage: string | undefined;
  /** Until then the stage lasts, where it has a time of its own. */
  until?: number | undefined;
  /** Hooks of the stage that wait for somebody. */
  waiting: { readonly hookId: string; readonly until: number }[];
}

export interface ShiftRoute {
  readonly blue: string;
  readonly green: string;
  readonly productionRule: string;
  readonly testRule: string | undefined;
  readonly roleArn: string;
}

export interface ServiceDeploymentRecord {
  readonly deployment: ServiceDeployment;
  readonly visibleAt: number;
  stopRequested: boolean;
}

export interface EcsState {
  readonly clusters: Map<string, ClusterRecord>;
  readonly definitions: Map<string, TaskDefinitionRecord>;
  readonly families: Map<string, number>;
  readonly services: Map<string, ServiceRecord>;
  readonly tasks: Map<string, TaskRecord>;
  readonly settings: Map<string, string>;
  readonly tokens: Map<string, { text: string; taskArns: string[] }>;
}

export interface ScalingState {
  readonly targets: Map<string, { target: ScalableTarget; tags: Tags; visibleAt: number }>;
  readonly policies: Map<string, ScalingPolicy>;
  readonly scheduled: Map<string, ScheduledAction>;
  readonly activities: ScalingActivity[];
}

export interface AlarmRecord {
  readonly alarm: MetricAlarm;
  readonly tags: Tags;
  /** What it watches, the one that counts last. */
  readonly queries: readonly Query[];
  /** Until then its warm-up lasts, in milliseconds; 0 without one. */
  warmUntil: number;
}

export interface AlarmsState {
  readonly alarms: Map<string, AlarmRecord>;
  readonly history: AlarmHistoryItem[];
  /** Wakes whoever judges them. */
  wake: () => void;
}
