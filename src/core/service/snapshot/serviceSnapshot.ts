/**
 * All that can be read of one service at one moment, as plain data: checklist, diagnosis, review and map judge this and
 * ask nothing themselves. What could not be read says why; it is never taken for something that is not there.
 */
import { errorCode, isCancelled, reportOf } from "../../base/errors";
import type { RegionPrices } from "../../base/prices";
import type {
  Cluster,
  Identity,
  Listener,
  ListenerRule,
  LogEvent,
  LogGroup,
  Service,
  ServiceDeployment,
  TargetHealth,
} from "../../ports/cloud";
import type {
  EndpointFacts,
  SecurityGroupFacts,
  ImageFacts,
  LoadBalancerFacts,
  RoleFacts,
  SubnetFacts,
  TargetGroupFacts,
  TaskFacts,
} from "../../ports/inspection";
import type { MetricPoint } from "../../ports/metrics";
import type { TaskDefinition } from "../../base/taskDefinition";

/** What was read; or why it could not be, and AWS's code for that. */
export type Read<T> = { known: true; value: T } | { known: false; why: string; code: string };

/** What is looked at. Without a service: the tasks of a family, or one task. */
export interface Subject {
  cluster: string;
  service?: string;
  /** A task's ARN, its id or the beginning of its id: looked at beside the service's own, also when it has stopped. */
  task?: string;
}

/** Whether a task is the one that is asked for: by its ARN, its id, or the beginning of it that logs print. */
export const isTask = ({ arn, id }: { arn: string; id: string }, asked: string): boolean =>
  arn === asked || id === asked || (/^[0-9a-f]{8,31}$/.test(asked) && id.startsWith(asked));

/** What the application's files expect; absent for a service that no slipway.json names. */
export interface Expected {
  application: string;
  environment: string;
  container: string;
  port?: number;
  repository: string;
  family: string;
  healthPath: string;
  matcher: string;
  loadBalancer?: {
    name: string;
    listenerPort: number;
    internal: boolean;
    hostHeader?: string;
    pathPattern?: string;
    allowFrom: string[];
    domain?: string;
    certificate?: string;
  };
  desiredCount: number;
  /** When it runs, and whether no task is to run now: slipway.json's hours. */
  hours?: { readonly text: string; readonly sleeps: boolean };
  /** True when several environments share what slipway.json names, so that another one may have pushed last. */
  shared: boolean;
  /** Text of the task definition file; undefined when there is none. */
  definitionFile?: string;
  definitionFileName: string;
}

export interface SeenTask extends TaskFacts {
  /** What its containers printed last, oldest first; empty when nothing is there (or nothing was read). */
  lastLines: string[];
}

export interface SeenTargetGroup extends TargetGroupFacts {
  health: Read<TargetHealth[]>;
  attributes: Read<Record<string, string>>;
}

export interface SeenListener extends Listener {
  rules: Read<ListenerRule[]>;
}

export interface SeenLoadBalancer extends LoadBalancerFacts {
  listeners: Read<SeenListener[]>;
}

export interface SeenImage {
  container: string;
  reference: string;
  /** Undefined for an image of another registry, of which nothing is read. */
  repository?: string;
  /** Undefined when the repository, or the image in it, is not there. */
  facts: Read<ImageFacts | undefined>;
  repositoryExists: Read<boolean>;
  /** Tags that the repository has, the first hundred. */
  tags: Read<string[]>;
  /** What the repository's tag `latest` names; undefined where there is no such tag. */
  latest: Read<ImageFacts | undefined>;
}

export interface SeenSecret {
  reference: string;
  kind: "secret" | "parameter";
  exists: Read<boolean>;
}

export interface SeenLogs {
  container: string;
  driver: string;
  group: string;
  prefix: string;
  region?: string;
  createGroup: boolean;
  facts: Read<LogGroup | undefined>;
  /** The newest events since the service's newest deployment began, oldest first. */
  events: Read<LogEvent[]>;
}

export interface SeenUrl {
  url: string;
  status?: number;
  error?: string;
  milliseconds: number;
  /** The first bytes of the answer. */
  start: string;
  /** Of an HTTPS listener: until when its certificate is valid (epoch milliseconds) and what is wrong with it. */
  certificate?: { validTo?: number; names: string[]; error?: string };
}

export interface SeenRevision {
  arn: string;
  definition: TaskDefinition;
  status: string;
}

/** What a service used and answered in the last hour, a minute each. Oldest first; minutes that CloudWatch has nothing of are missing. */
export interface SeenFigures {
  /** Of its size, percent: the busiest task of each minute. */
  readonly cpu: readonly MetricPoint[];
  readonly memory: readonly MetricPoint[];
  /** Requests that got to a task, and those of them that it answered with 5xx. */
  readonly requests: readonly MetricPoint[];
  readonly failed: readonly MetricPoint[];
}

export interface ServiceSnapshot {
  /** Epoch milliseconds. */
  at: number;
  identity: Identity;
  subject: Subject;
  expected?: Expected;
  cluster: Read<Cluster | undefined>;
  service: Read<Service | undefined>;
  serviceDeployments: Read<ServiceDeployment[]>;
  /** What the newest deployment runs: the revision that the diagnosis is about. */
  revision: Read<SeenRevision | undefined>;
  /** The newest active revision of the expected family: all there is to compare with where no service runs. */
  newestRevision: Read<SeenRevision | undefined>;
  /** Running ones and stopped ones that ECS still knows, newest first; `captured` are those that were seen while waiting. */
  tasks: Read<SeenTask[]>;
  targetGroups: Read<SeenTargetGroup[]>;
  /** Those that forward to these groups; else the one that is expected. */
  loadBalancers: Read<SeenLoadBalancer[]>;
  securityGroups: Read<SecurityGroupFacts[]>;
  /** Every subnet of the service's VPC. */
  subnets: Read<SubnetFacts[]>;
  endpoints: Read<EndpointFacts[]>;
  executionRole: Read<RoleFacts | undefined>;
  taskRole: Read<RoleFacts | undefined>;
  images: SeenImage[];
  secrets: SeenSecret[];
  logs: SeenLogs[];
  url?: SeenUrl;
  /** Read for a diagnosis alone. */
  figures?: Read<SeenFigures>;
  fargateCpus: Read<number | undefined>;
  /** AWS's price list of the region, where it could be asked. */
  prices?: RegionPrices;
}

/** The value where it is known, else undefined: only where "unknown" and "not there" come to the same. */
export function valueOf<T>(read: Read<T>): T | undefined {
  return read.known ? read.value : undefined;
}

export const known = <T>(value: T): Read<T> => ({ known: true, value });

/** Never fails but by cancellation: what could not be read says why. */
export async function read<T>(look: () => Promise<T>): Promise<Read<T>> {
  try {
    return known(await look());
  } catch (error) {
    if (isCancelled(error)) throw error;
    return { known: false, why: reportOf(error).summary, code: errorCode(error) };
  }
}
