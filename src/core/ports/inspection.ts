/** Reads that only a look at what runs needs: checklist, diagnosis, review and map. Nothing here writes. */
import type { JsonObject } from "../base/taskDefinition";
import type { Container, LoadBalancer, SecurityGroupRule, Subnet, TargetGroup, Task } from "./shapes";

export interface ImageFacts {
  digest: string;
  tags: string[];
  /** True for one that is kept in the archive, from where no task can pull it. */
  archived?: boolean;
  /** Epoch milliseconds. */
  pushedAt?: number;
  bytes?: number;
  /** `linux/amd64`, …: of the manifest list, or of the image's own configuration; empty when it cannot be read. */
  platforms: string[];
  /** Ports that the image's own configuration exposes. */
  exposedPorts: number[];
  /** Of the image's own configuration; empty when it cannot be read. */
  labels?: Readonly<Record<string, string>>;
  /** Undefined when it was never scanned. Counts by severity: `CRITICAL`, `HIGH`, … */
  scan?: { status: string; counts: Record<string, number> };
}

/** A security group with both directions. */
export interface SecurityGroupFacts {
  id: string;
  name: string;
  vpc: string;
  ingress: SecurityGroupRule[];
  egress: SecurityGroupRule[];
  tags: Record<string, string>;
}

export interface EndpointFacts {
  id: string;
  /** The last part of the service's name: `ecr.api`, `ecr.dkr`, `logs`, `s3`, `secretsmanager`, … */
  service: string;
  kind: "interface" | "gateway";
  state: string;
  /** Of an interface endpoint. */
  securityGroups: string[];
  subnets: string[];
  privateDns: boolean;
  /** Of a gateway endpoint. */
  routeTables: string[];
  /** True for a policy that lets everything through; undefined when it has none that could be read. */
  openPolicy?: boolean;
}

/** A subnet, with what its way out is made of. */
export interface SubnetFacts extends Subnet {
  vpc: string;
  routeTable?: string;
  /** Of the NAT gateway that the default route names; `available` is the one that works. */
  natState?: string;
  /** True when the default route leads nowhere (a blackhole). */
  blackhole: boolean;
  /** What VPC Block Public Access keeps from this subnet; absent where it keeps nothing, was not asked or may not be read. */
  blocked?: BlockedAccess;
}

/** What VPC Block Public Access does to a subnet's connections with the internet. */
export interface BlockedAccess {
  /** Nobody outside reaches a load balancer or task in it. */
  in: boolean;
  /** `yes`: nothing gets out by its default route. `unknown`: a NAT gateway elsewhere may be left out of the block. */
  out: "yes" | "no" | "unknown";
}

/** What a network ACL lets through is not weighed: the default lets all through. */
export interface TargetGroupFacts extends TargetGroup {
  protocol: string;
  /** `traffic-port`, or a number of its own. */
  healthCheckPort: string;
  healthCheckProtocol: string;
}

export interface LoadBalancerFacts extends LoadBalancer {
  zones: string[];
  stateReason?: string;
}

export interface PolicyFacts {
  /** Its name, or its ARN where it is a managed one. */
  name: string;
  document: JsonObject;
}

export interface RoleFacts {
  name: string;
  arn: string;
  trust: JsonObject;
  /** Epoch milliseconds. */
  createdAt: number;
  policies: PolicyFacts[];
  /** ARNs of attached policies (the permissions boundary included) whose text could not be read. */
  unread: string[];
  /** The permissions boundary's document: what it does not allow nobody can. */
  boundary?: PolicyFacts;
  /** What IAM itself said of calls that the documents leave open, by `ACTION RESOURCE`. */
  simulated?: Readonly<Record<string, "allowed" | "denied">>;
}

/** A call that IAM is asked about. */
export interface SimulatedCall {
  action: string;
  resource: string;
  /** Where it goes. */
  region: string;
}

/** A task with where it runs. */
export interface TaskFacts extends Omit<Task, "containers"> {
  containers: (Container & { address?: string })[];
  zone?: string;
  subnet?: string;
  /** Private IPv4 address. */
  address?: string;
  publicAddress?: string;
  /** Epoch milliseconds: of the pull, and of the first container's start. */
  pullStartedAt?: number;
  pullStoppedAt?: number;
  startedAt?: number;
  cpu?: string;
  memory?: string;
}

export interface InspectionPort {
  /** A task definition's image in this account's registry; undefined when it is not there. */
  image(repository: string, reference: { tag: string } | { digest: string }): Promise<ImageFacts | undefined>;
  /** Statements of a repository's own policy; undefined when it has none. */
  repositoryPolicy(repository: string): Promise<JsonObject | undefined>;
  securityGroups(ids: readonly string[]): Promise<SecurityGroupFacts[]>;
  endpoints(vpc: string): Promise<EndpointFacts[]>;
  /** All subnets of the VPC that these are in. */
  subnetsAround(ids: readonly string[]): Promise<SubnetFacts[]>;
  targetGroups(arns: readonly string[]): Promise<TargetGroupFacts[]>;
  loadBalancers(arns: readonly string[]): Promise<LoadBalancerFacts[]>;
  /** Undefined when there is no such role. */
  role(name: string): Promise<RoleFacts | undefined>;
  /** IAM's own decisions, by `ACTION RESOURCE`; without those that it leaves open, and empty for who may not ask. */
  simulate(role: string, calls: readonly SimulatedCall[]): Promise<Record<string, "allowed" | "denied">>;
  /** With where they run. Public addresses are read when `addresses` is true: one call more. */
  tasks(
    cluster: string,
    filter: { service?: string; family?: string; stopped: boolean },
    addresses: boolean,
  ): Promise<TaskFacts[]>;
  task(cluster: string, arn: string): Promise<TaskFacts | undefined>;
}
