/**
 * What core needs of AWS, in the words of AWS's own APIs. `aws/` implements it over the SDK; a client belongs to one
 * account, region and AbortSignal. Every "find" gives undefined for what is not there; every other failure is a
 * SlipwayError whose `code` is AWS's (`AccessDeniedException`, …) or one of Slipway's.
 */
import type { ErrorReport } from "../base/errors";
import type { RegionPrices } from "../base/prices";
import type { JsonObject, TaskDefinition } from "../base/taskDefinition";
import type { ImagePort } from "./images";
import type { InspectionPort, SecurityGroupFacts, SubnetFacts } from "./inspection";
import type { MetricsPort } from "./metrics";
import type { CertificatePort, ZonePort } from "./names";
import type { QueryPort } from "./queries";
import type { SchedulePort } from "./schedules";
import type { SecretsPort } from "./secrets";
import type {
  Balancing,
  Tags,
  Identity,
  Repository,
  RegistryToken,
  Cluster,
  Service,
  ServiceDeployment,
  ServiceRevision,
  ServiceSettings,
  Task,
  TargetGroup,
  HealthCheckSettings,
  LoadBalancer,
  Forward,
  Listener,
  Redirect,
  ListenerRule,
  TargetHealth,
  SecurityGroup,
  IngressRule,
  PrefixList,
  Role,
  LogGroup,
  LogEvent,
  ScalableTarget,
  ScheduledAction,
  TaskRun,
} from "./shapes";

export type * from "./names";
export type * from "./shapes";

export interface EcrPort {
  findRepository(name: string): Promise<Repository | undefined>;
  createRepository(input: { name: string; immutable: boolean; tags: Tags }): Promise<Repository>;
  putLifecyclePolicy(name: string, policy: string): Promise<void>;
  findLifecyclePolicy(name: string): Promise<string | undefined>;
  authorizationToken(): Promise<RegistryToken>;
  /** The digest behind a tag. */
  findImage(
    repository: string,
    reference: { tag: string } | { digest: string },
    /** With `listed` it suffices that ECR lists it: one that was deployed before can be read. */
    options?: { listed: boolean },
  ): Promise<{ digest: string; tags: string[]; bytes?: number } | undefined>;
  deleteRepository(name: string): Promise<void>;
  listRepositories(): Promise<{ name: string; uri: string }[]>;
  /** Tags of a repository's images. */
  listTags(repository: string): Promise<string[]>;
}

export interface EcsPort {
  findCluster(name: string): Promise<Cluster | undefined>;
  createCluster(input: { name: string; tags: Tags }): Promise<Cluster>;
  deleteCluster(name: string): Promise<void>;
  findTaskDefinition(
    reference: string,
  ): Promise<{ definition: TaskDefinition; tags: Tags; arn: string; revision: number; status: string } | undefined>;
  /** Newest first. */
  listRevisions(family: string, limit: number, status?: "ACTIVE" | "INACTIVE"): Promise<string[]>;
  register(definition: TaskDefinition, tags: Tags): Promise<{ arn: string; revision: number }>;
  deregister(arn: string): Promise<void>;
  deleteTaskDefinitions(arns: string[]): Promise<void>;
  findService(cluster: string, name: string): Promise<Service | undefined>;
  /** All services of the account and region, with their clusters' ARNs. */
  allServices(): Promise<{ cluster: string; service: Service }[]>;
  createService(
    cluster: string,
    name: string,
    settings: Required<Pick<ServiceSettings, "desired" | "network">> &
      ServiceSettings & { tags: Tags; clientToken: string },
  ): Promise<Service>;
  /**
   * @param revision the service revision that runs: what its description does not say, and an update would lose, is taken
   * from there
   */
  updateService(cluster: string, name: string, settings: Partial<ServiceSettings>, revision?: string): Promise<Service>;
  deleteService(cluster: string, name: string, force: boolean): Promise<void>;
  /** Sets these tags of a cluster, service, task or revision; its others stay. */
  tag(arn: string, tags: Tags): Promise<void>;
  untag(arn: string, keys: readonly string[]): Promise<void>;
  /** Newest first; undefined where the endpoint does not have the operation. */
  listServiceDeployments(cluster: string, service: string): Promise<ServiceDeployment[] | undefined>;
  /** Task definition ARN of a service revision. */
  findRevisionTaskDefinition(revisionArn: string): Promise<string | undefined>;
  /** Of these service revisions those that ECS still knows. */
  describeServiceRevisions(arns: readonly string[]): Promise<ServiceRevision[]>;
  rollBack(serviceDeploymentArn: string): Promise<void>;
  /** Lets a deployment go on that waits at this pause. */
  continueDeployment(serviceDeploymentArn: string, hookId: string): Promise<void>;
  listTasks(
    cluster: string,
    filter: { service?: string; family?: string; stopped: boolean; withTags?: boolean },
  ): Promise<Task[]>;
  stopTask(cluster: string, arn: string, reason: string): Promise<void>;
  /** Starts one task of a revision with another command; throws where ECS starts none. */
  runTask(cluster: string, run: TaskRun): Promise<Task>;
  /** Undefined once ECS has forgotten it, about an hour after its end. */
  findTask(cluster: string, arn: string): Promise<Task | undefined>;
  /** Keeps scaling in and deployments from stopping these tasks for so many minutes; undefined lets them. Those that were refused. */
  protectTasks(
    cluster: string,
    arns: readonly string[],
    minutes: number | undefined,
  ): Promise<{ arn: string; reason: string }[]>;
}

export interface ElbPort {
  /** Target groups, load balancer, listener and its rules with all their tags, in as few calls as possible. */
  look(names: { targetGroups: readonly string[]; loadBalancer: string; port: number }): Promise<Balancing>;
  /** How many the account may have in the region, as far as it can be read. */
  limits(): Promise<{ loadBalancers?: number; targetGroups?: number }>;
  findTargetGroup(name: string): Promise<TargetGroup | undefined>;
  createTargetGroup(input: {
    name: string;
    vpc: string;
    port: number;
    healthCheck: HealthCheckSettings;
    tags: Tags;
  }): Promise<TargetGroup>;
  modifyHealthCheck(arn: string, healthCheck: HealthCheckSettings): Promise<void>;
  targetGroupAttributes(arn: string): Promise<Record<string, string>>;
  setTargetGroupAttributes(arn: string, attributes: Record<string, string>): Promise<void>;
  deleteTargetGroup(arn: string): Promise<void>;
  targetHealth(arn: string): Promise<TargetHealth[]>;
  findLoadBalancer(name: string): Promise<LoadBalancer | undefined>;
  /** Its state alone, for who waits for it; undefined where it is not there. */
  loadBalancerState(name: string): Promise<string | undefined>;
  createLoadBalancer(input: {
    name: string;
    subnets: string[];
    securityGroups: string[];
    internal: boolean;
    tags: Tags;
  }): Promise<LoadBalancer>;
  loadBalancerAttributes(arn: string): Promise<Record<string, string>>;
  setLoadBalancerAttributes(arn: string, attributes: Record<string, string>): Promise<void>;
  deleteLoadBalancer(arn: string): Promise<void>;
  listListeners(loadBalancerArn: string): Promise<Listener[]>;
  /** Speaks HTTPS where it gets a certificate, HTTP otherwise. */
  createListener(input: {
    loadBalancerArn: string;
    port: number;
    to: { targetGroupArn: string } | { redirect: Redirect };
    certificateArn?: string;
    tags: Tags;
  }): Promise<Listener>;
  /** Replaces the default action. */
  redirectListener(arn: string, redirect: Redirect): Promise<void>;
  /** Replaces the default certificate; the others stay. */
  setCertificate(arn: string, certificateArn: string): Promise<void>;
  /** ARNs of all certificates of a listener. */
  certificatesOf(listenerArn: string): Promise<string[]>;
  /** Sets these tags of a load balancer; its others stay. */
  tag(arn: string, tags: Tags): Promise<void>;
  untag(arn: string, keys: readonly string[]): Promise<void>;
  /** Replaces the default action. */
  forwardListener(arn: string, forwards: readonly Forward[]): Promise<void>;
  deleteListener(arn: string): Promise<void>;
  listRules(listenerArn: string): Promise<ListenerRule[]>;
  createRule(input: {
    listenerArn: string;
    priority: number;
    forwards: readonly Forward[];
    pathPattern?: string;
    hostHeader?: string;
    tags: Tags;
  }): Promise<ListenerRule>;
  forwardRule(arn: string, forwards: readonly Forward[]): Promise<void>;
  deleteRule(arn: string): Promise<void>;
}

export interface Ec2Port {
  findVpc(id: string | undefined): Promise<{ id: string; isDefault: boolean; cidr: string } | undefined>;
  listVpcs(): Promise<{ id: string; isDefault: boolean; cidr: string; name?: string }[]>;
  /** With `blocks` what VPC Block Public Access keeps from each is read as well. */
  listSubnets(vpc: string, options?: { blocks: boolean }): Promise<SubnetFacts[]>;
  /** Those of these names that are there. */
  findSecurityGroups(vpc: string, names: readonly string[]): Promise<SecurityGroupFacts[]>;
  findSecurityGroup(vpc: string, name: string): Promise<SecurityGroup | undefined>;
  findSecurityGroupById(id: string): Promise<SecurityGroup | undefined>;
  createSecurityGroup(input: { name: string; description: string; vpc: string; tags: Tags }): Promise<SecurityGroup>;
  allowIngress(group: string, rule: IngressRule): Promise<void>;
  revokeIngress(group: string, rule: IngressRule): Promise<void>;
  deleteSecurityGroup(id: string): Promise<void>;
  /** Those of these ids and names that are there. */
  prefixLists(wanted: { ids: readonly string[]; names: readonly string[] }): Promise<PrefixList[]>;
  publicAddress(networkInterface: string): Promise<string | undefined>;
  /** Network interfaces whose description begins with this. */
  countInterfaces(description: string): Promise<number>;
}

export interface IamPort {
  findRole(name: string): Promise<Role | undefined>;
  createRole(input: {
    name: string;
    trust: JsonObject;
    description: string;
    permissionsBoundary?: string;
    tags: Tags;
  }): Promise<Role>;
  listAttachedPolicies(role: string): Promise<string[]>;
  attachPolicy(role: string, arn: string): Promise<void>;
  detachPolicy(role: string, arn: string): Promise<void>;
  findInlinePolicy(role: string, name: string): Promise<JsonObject | undefined>;
  listInlinePolicies(role: string): Promise<string[]>;
  putInlinePolicy(role: string, name: string, policy: JsonObject): Promise<void>;
  deleteInlinePolicy(role: string, name: string): Promise<void>;
  deleteRole(name: string): Promise<void>;
  /** Names of the roles whose trust lets this service assume them. */
  listRolesTrustedBy(service: string): Promise<string[]>;
  listRoleArnsTrustedBy(service: string): Promise<string[]>;
  /** True when it was made, false when it was there. */
  createServiceLinkedRole(service: string): Promise<boolean>;
}

export interface LogsPort {
  /** @param withoutTags true for one whose tags need not be read, as far as its retention tells: they are then empty */
  findGroup(name: string, withoutTags?: (retentionDays: number | undefined) => boolean): Promise<LogGroup | undefined>;
  createGroup(name: string, tags: Tags): Promise<void>;
  putRetention(name: string, days: number): Promise<void>;
  deleteGroup(name: string): Promise<void>;
  /** Names of the first fifty log groups. */
  listGroups(): Promise<string[]>;
  /** The last events of one stream, oldest first; empty when the stream is not there. */
  lastEvents(group: string, stream: string, limit: number): Promise<LogEvent[]>;
  /**
   * Events of one stream from its beginning, oldest first, a page at a time: the token gives what comes after. None where
   * the stream is not there yet.
   */
  nextEvents(group: string, stream: string, token: string | undefined): Promise<{ events: LogEvent[]; token?: string }>;
}

export interface ScalingPort {
  findTarget(cluster: string, service: string): Promise<ScalableTarget | undefined>;
  registerTarget(cluster: string, service: string, target: ScalableTarget, tags: Tags): Promise<void>;
  deregisterTarget(cluster: string, service: string): Promise<void>;
  listPolicies(
    cluster: string,
    service: string,
  ): Promise<{ name: string; metric: string; value: number; label?: string }[]>;
  putPolicy(
    cluster: string,
    service: string,
    policy: { name: string; metric: string; value: number; label?: string },
  ): Promise<void>;
  listScheduled(cluster: string, service: string): Promise<ScheduledAction[]>;
  /** Makes it, or changes the one of that name. */
  putScheduled(cluster: string, service: string, action: ScheduledAction): Promise<void>;
  deleteScheduled(cluster: string, service: string, name: string): Promise<void>;
}

export interface QuotasPort {
  /** vCPUs of Fargate that may run at once, On-Demand or Spot; undefined when it cannot be read. */
  fargateCpus(kind?: "onDemand" | "spot"): Promise<number | undefined>;
  /** Rules that a security group may have each way; undefined when it cannot be read. */
  securityGroupRules(): Promise<number | undefined>;
}

export interface PricesPort {
  /** AWS's price list of the region; undefined where it may not be asked, has none, or does not answer in time. */
  ofRegion(): Promise<RegionPrices | undefined>;
}

/** All of it, for one account and region. */
export interface Cloud {
  identity(): Promise<Identity>;
  ecr: EcrPort;
  ecs: EcsPort;
  elb: ElbPort;
  ec2: Ec2Port;
  iam: IamPort;
  logs: LogsPort;
  metrics: MetricsPort;
  queries: QueryPort;
  scaling: ScalingPort;
  quotas: QuotasPort;
  prices: PricesPort;
  secrets: SecretsPort;
  certificates: CertificatePort;
  schedules: SchedulePort;
  zones: ZonePort;
  inspection: InspectionPort;
  images: ImagePort;
  /** Reads the credentials anew: somebody has signed in again. */
  renew(): void;
  /** The same account and region, ended by this signal. */
  withSignal(signal: AbortSignal): Cloud;
  /** The same, where no call waits for AWS to answer again: for looks that are taken again anyway. */
  withoutPatience?(): Cloud;
  /** Tells when AWS has not answered for a while and is waited for, with the reason, and when it answers again. */
  tellOutages?(listener: (report: ErrorReport | undefined) => void): void;
}
