/** What AWS's own answers hold, as far as core needs it: plain data in AWS's words. */
import type { ListenerCondition } from "../base/listenerConditions";
import type { JsonObject } from "../base/taskDefinition";

export type Tags = Record<string, string>;

export interface Identity {
  account: string;
  arn: string;
  region: string;
  /** `aws`, `aws-cn`, … taken from the ARN. */
  partition: string;
}

export interface Repository {
  name: string;
  arn: string;
  uri: string;
  mutability: string;
  /** Patterns of the tags that may be overwritten although the others may not. */
  movableTags: string[];
  tags: Tags;
}

export interface RegistryToken {
  username: string;
  password: string;
  /** Epoch milliseconds. */
  expiresAt: number;
  proxyEndpoint: string;
}

export interface Cluster {
  name: string;
  arn: string;
  status: string;
  tags: Tags;
  activeServices: number;
}

export interface Deployment {
  id: string;
  status: string;
  taskDefinition: string;
  rolloutState?: string;
  rolloutStateReason?: string;
  desired: number;
  running: number;
  pending: number;
  failed: number;
  createdAt: number;
}

export interface ServiceNetwork {
  subnets: string[];
  securityGroups: string[];
  assignPublicIp: boolean;
  /** What else ECS says of it, sent back as it is: UpdateService replaces the whole configuration. */
  rest?: JsonObject;
}

export interface ServiceLoadBalancer {
  targetGroupArn: string;
  containerName: string;
  containerPort: number;
  /** What else ECS says of it, sent back as it is: UpdateService replaces the whole list. */
  rest?: JsonObject;
}

export interface Service {
  name: string;
  arn: string;
  status: string;
  taskDefinition: string;
  desired: number;
  running: number;
  pending: number;
  deployments: Deployment[];
  network?: ServiceNetwork;
  loadBalancers: ServiceLoadBalancer[];
  events: { id: string; at: number; message: string }[];
  tags: Tags;
  platformVersion?: string;
  gracePeriodSeconds?: number;
  circuitBreaker: { enable: boolean; rollback: boolean };
  minimumHealthyPercent?: number;
  maximumPercent?: number;
  /** `ECS`, `CODE_DEPLOY` or `EXTERNAL`: who carries out its deployments. */
  controller?: string;
  /** How ECS moves traffic to a new revision; absent where it replaces tasks one by one (`ROLLING`). */
  strategy?: { name: string; bakeMinutes: number; hooks: number; stepMinutes: number };
  /** What its tasks run on, where that is not Fargate: `EC2`, `EXTERNAL`, or a capacity provider's name. */
  otherCapacity?: string;
  /** ARN of the service revision that it runs; undefined while two run. */
  revision?: string;
  /** True where its tasks run on Fargate Spot alone. */
  spot?: boolean;
  /** Epoch milliseconds. */
  createdAt?: number;
  /** All that ECS says of how it deploys: an update replaces the whole of it. */
  deploymentConfiguration?: JsonObject;
  /** True for a service of ECS Express Mode: ECS itself manages its load balancer, certificate, roles and scaling. */
  express?: boolean;
}

export interface ServiceDeployment {
  arn: string;
  status: string;
  statusReason?: string;
  /** Where a deployment that shifts traffic is: `SCALE_UP`, `BAKE_TIME`, … */
  stage?: string;
  /** What the new revision has of the production traffic, in percent. */
  share?: number;
  /** Hooks that wait for somebody to go on, and when that ends by itself, epoch milliseconds; `id` is that of a pause. */
  waitingHooks?: { name: string; id?: string; until?: number; then?: string }[];
  createdAt: number;
  /** Epoch milliseconds; undefined while it has not begun, or not ended. */
  startedAt?: number;
  finishedAt?: number;
  /** Revision ARN of the target. */
  targetRevision?: string;
  circuitBreaker?: { status: string; failureCount: number; threshold: number };
  requested: number;
  running: number;
  pending: number;
}

/** What one of a service's deployments brought, as ECS resolved it then. */
export interface ServiceRevision {
  arn: string;
  /** ARN of the task definition's revision. */
  taskDefinition: string;
  /** Digests that the images of its containers had, as far as ECS resolved them. */
  digests: { container: string; digest: string }[];
}

export interface ServiceSettings {
  taskDefinition: string;
  desired?: number;
  network?: ServiceNetwork;
  loadBalancers?: ServiceLoadBalancer[];
  gracePeriodSeconds?: number;
  platformVersion?: string;
  /** A new deployment of what the service has already. */
  forceNewDeployment?: boolean;
  /** Replaces all that ECS has of how it deploys. Of it alone no deployment starts. */
  deploymentConfiguration?: JsonObject;
  enableExecuteCommand?: boolean;
}

export interface Container {
  name: string;
  image?: string;
  lastStatus?: string;
  exitCode?: number;
  reason?: string;
  health?: string;
}

export interface Task {
  id: string;
  arn: string;
  taskDefinition: string;
  lastStatus: string;
  desiredStatus: string;
  health?: string;
  startedBy?: string;
  stopCode?: string;
  stoppedReason?: string;
  createdAt: number;
  stoppedAt?: number;
  networkInterface?: string;
  containers: Container[];
  /** Where they were asked for. */
  tags?: Tags;
}

/** A task that no service runs. */
export interface TaskRun {
  /** ARN of the revision. */
  readonly definition: string;
  readonly network: ServiceNetwork;
  readonly platformVersion?: string;
  /** The container whose command it is. */
  readonly container: string;
  readonly command: readonly string[];
  readonly startedBy: string;
  readonly tags: Tags;
  /** The same token starts the same task. */
  readonly clientToken: string;
}

export interface TargetGroup {
  name: string;
  arn: string;
  vpc: string;
  port: number;
  targetType: string;
  loadBalancers: string[];
  healthCheck: HealthCheckSettings;
  tags: Tags;
}

export interface HealthCheckSettings {
  path: string;
  matcher: string;
  intervalSeconds: number;
  timeoutSeconds: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
}

export interface LoadBalancer {
  name: string;
  arn: string;
  dnsName: string;
  state: string;
  scheme: string;
  vpc: string;
  type: string;
  securityGroups: string[];
  subnets: string[];
  /** The hosted zone of its DNS name, which an alias record names; absent where it was not read. */
  zoneId?: string;
  tags: Tags;
}

/** A target group of a forward, and its share of the traffic: none at weight 0. */
export interface Forward {
  arn: string;
  weight: number;
}

export interface Listener {
  arn: string;
  port: number;
  protocol: string;
  /** Target groups of the default action's forward; empty for another kind of action. */
  forwards: Forward[];
  /** Of HTTPS: the ARN of its default certificate. */
  certificate?: string;
  /** Where the default action redirects to. */
  redirect?: Redirect;
  tags: Tags;
}

/** Where a listener sends people; `#{host}` stands for the host that they called. */
export interface Redirect {
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
}

export interface ListenerRule {
  arn: string;
  priority: string;
  isDefault: boolean;
  forwards: Forward[];
  pathPatterns: string[];
  hostHeaders: string[];
  /** All that a request has to meet; a default rule has none. */
  conditions: ListenerCondition[];
  /** True where a condition is of a kind that this version does not know. */
  partlyRead: boolean;
  tags: Tags;
}

/** How requests get to an application, as far as it is there. */
export interface Balancing {
  targetGroups: TargetGroup[];
  loadBalancer: LoadBalancer | undefined;
  /** The one of the port. */
  listener: Listener | undefined;
  /** All of the load balancer's. */
  listeners: Listener[];
  /** Not read where the listener itself sends to the only target group. */
  rules: ListenerRule[];
  /** How many there are in the region; undefined for more than fit on a page. */
  counts: { loadBalancers?: number; targetGroups?: number };
}

export interface TargetHealth {
  target: string;
  port: number;
  state: string;
  reason?: string;
  description?: string;
}

export interface Subnet {
  id: string;
  zone: string;
  zoneId: string;
  freeAddresses: number;
  /**
   * Where the rest of the world is reached from here: by an internet gateway, by a NAT gateway, not at all, or by what
   * does not say where it leads (a transit gateway, an instance, routes for a part of the addresses).
   */
  egress: "internet" | "nat" | "none" | "unknown";
  defaultForZone: boolean;
  cidr: string;
  /** True for one on an Outpost, where neither Fargate nor an Application Load Balancer of the region runs. */
  onOutpost?: boolean;
}

export interface SecurityGroupRule {
  protocol: string;
  fromPort: number;
  toPort: number;
  cidrs: string[];
  /** Ids of prefix lists, whose blocks are not read. */
  prefixLists?: string[];
  groups: string[];
  /** Blocks and prefix lists whose rule says that Slipway made it. */
  marked?: string[];
}

/** A managed prefix list. */
export interface PrefixList {
  readonly id: string;
  readonly name: string;
  /** As many rules of a security group as one with it counts for. */
  readonly weight: number;
}

export interface SecurityGroup {
  id: string;
  name: string;
  vpc: string;
  ingress: SecurityGroupRule[];
  tags: Tags;
}

/** TCP on one port, from CIDR blocks, from prefix lists or from one group. */
export interface IngressRule {
  port: number;
  cidrs?: string[];
  prefixLists?: string[];
  fromGroup?: string;
}

export interface Role {
  name: string;
  arn: string;
  /** Epoch milliseconds, on AWS's clock. */
  createdAt: number;
  trust: JsonObject;
  tags: Tags;
}

export interface LogGroup {
  name: string;
  arn: string;
  retentionDays?: number;
  tags: Tags;
}

export interface LogEvent {
  at: number;
  message: string;
  stream: string;
}

/** A change of a target's limits at a time. */
export interface ScheduledAction {
  readonly name: string;
  /** `cron(…)`, `rate(…)` or `at(…)`. */
  readonly schedule: string;
  /** IANA name; UTC where it is absent. */
  readonly timezone?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface ScalableTarget {
  minimum: number;
  maximum: number;
  /** What of its scaling stands still; absent: as it is. */
  suspended?: { readonly in: boolean; readonly out: boolean; readonly schedule: boolean };
}
