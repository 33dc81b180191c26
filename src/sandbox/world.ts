/** The account: its regions, its clock, and the settings under which everything runs. */
import { setMaxListeners } from "node:events";
import { Authority } from "./acm/authority";
import type { AcmState } from "./acm/state";
import { MetricStore } from "./cloudwatch/store";
import { Clock, isAbort } from "./clock";
import type { Options } from "./options";
import { SeededRandom } from "./random";
import type { Route53State } from "./route53/state";
import type { SchedulerState } from "./scheduler/state";
import type { KmsState, ParametersState, SecretsState } from "./secrets/records";
import type { AlarmsState, Ec2State, EcrState, EcsState, ElbState, IamState, LogsState, ScalingState } from "./states";

export interface Caller {
  readonly arn: string;
  readonly userId: string;
  readonly accessKeyId: string;
}

/** What a handler gets beside its input. */
export interface Context {
  readonly world: SandboxState;
  readonly region: Region;
  readonly caller: Caller;
  /** The role that the caller has become, by its name. */
  readonly roleName: string | undefined;
  /** The name of the user of IAM that calls; the sandbox's own key is nobody's. */
  readonly userName: string | undefined;
  readonly sessionPolicy: string | undefined;
  readonly requestId: string;
}

/** One region's resources. */
export class Region {
  readonly ec2: Ec2State = {
    vpcs: new Map(),
    subnets: new Map(),
    routeTables: new Map(),
    internetGateways: new Map(),
    natGateways: new Map(),
    groups: new Map(),
    interfaces: new Map(),
    endpoints: new Map(),
    addresses: new Map(),
    tags: new Map(),
    dns: new Map(),
    prefixLists: new Map(),
    publicAccess: { mode: "off", exclusions: new Map() },
  };
  readonly ecr: EcrState = { repositories: new Map() };
  readonly ecs: EcsState = {
    clusters: new Map(),
    definitions: new Map(),
    families: new Map(),
    services: new Map(),
    tasks: new Map(),
    settings: new Map(),
    tokens: new Map(),
  };
  readonly elb: ElbState = { loadBalancers: new Map(), targetGroups: new Map() };
  readonly logs: LogsState = {
    groups: new Map(),
    queries: new Map(),
    definitions: new Map(),
    listeners: new Set(),
  };
  readonly metrics = new MetricStore();
  readonly alarms: AlarmsState = { alarms: new Map(), history: [], wake: () => undefined };
  readonly scaling: ScalingState = {
    targets: new Map(),
    policies: new Map(),
    scheduled: new Map(),
    activities: [],
  };
  readonly secrets: SecretsState = { secrets: new Map() };
  readonly ssm: ParametersState = { parameters: new Map() };
  readonly kms: KmsState = { keys: new Map(), aliases: new Map() };
  readonly scheduler: SchedulerState = { groups: new Map(), schedules: new Map(), invocations: [] };
  readonly acm: AcmState = { certificates: new Map() };

  constructor(
    readonly name: string,
    readonly account: string,
  ) {}

  /** An ARN of this region and account. */
  arn(service: string, resource: string): string {
    return `arn:aws:${service}:${this.name}:${this.account}:${resource}`;
  }
}

/** How long one simulated piece of work took. */
export interface Duration {
  readonly kind: string;
  readonly id: string;
  readonly from: number;
  readonly until: number;
  /** Milliseconds that AWS would have taken, by the measured table. */
  readonly simulatedMs: number;
}

/** Kinds of staleness: milliseconds [low, high] in instant mode and on AWS. */
const STALE: Readonly<Record<string, readonly [number, number, number, number]>> = {
  role: [100, 300, 500, 2000],
  assume: [200, 800, 6000, 12000],
  group: [100, 400, 500, 2000],
  tags: [100, 400, 500, 2000],
  serviceDeployment: [100, 400, 1000, 3000],
  targetHealth: [100, 300, 500, 2000],
  dns: [100, 500, 20000, 60000],
  scalableTarget: [100, 400, 500, 2000],
  logs: [100, 300, 5000, 15000],
  validation: [100, 400, 2000, 8000],
  // No figure of AWS's is known; its page on metric math says that the latest minute may be missing.
  metrics: [0, 0, 60_000, 120_000],
};

/** What a rule that fires says of itself, for those who carry it out. */
export interface FiredFault {
  readonly delayMs?: number;
  readonly error?: { readonly message?: string };
  readonly end?: {
    readonly at?: string;
    readonly stopCode?: string;
    readonly reason?: string;
    readonly containerReason?: string;
    readonly exitCode?: number;
  };
  readonly target?: { readonly state: string; readonly reason?: string; readonly description?: string };
  readonly text?: string;
}

export class SandboxState {
  readonly clock: Clock;
  readonly random: SeededRandom;
  /** Apart from the other chances: how often something is measured must not change them. */
  private readonly metricsRandom: SeededRandom;
  readonly iam: IamState = { users: new Map(), roles: new Map(), policies: new Map() };
  /** Zones belong to no region. */
  readonly route53: Route53State = { zones: new Map(), changes: new Map() };
  readonly regions = new Map<string, Region>();
  readonly durations: Duration[] = [];
  /** Buckets of S3 that load balancers may write their logs into. */
  readonly buckets = new Set<string>();
  /** Applied quotas that differ from AWS's defaults, by quota code. */
  readonly quotas = new Map<string, number>();
  private ownAuthority: Authority | undefined;
  private life = new AbortController();
  /** Set by the server when it knows its port. */
  port = 0;
  /** Called when a new region is first used. */
  onRegion: (region: Region) => void = () => {};
  /** Called when there may be something new to measure. */
  measure: () => void = () => undefined;
  /** Fault hooks outside the API: the rule of that kind that fires for the subject. */
  faultFires: (kind: string, subject: string) => FiredFault | undefined = () => undefined;

  constructor(readonly options: Options) {
    this.clock = new Clock(options.time, options.speed);
    this.random = new SeededRandom(options.seed);
    this.metricsRandom = new SeededRandom(options.seed + 1);
    setMaxListeners(0, this.life.signal);
  }

  /** Aborts when the account is emptied: long waits for what is then gone end with it. */
  get epoch(): AbortSignal {
    return this.life.signal;
  }

  /** Empties the account. */
  clear(): void {
    this.life.abort();
    this.life = new AbortController();
    setMaxListeners(0, this.life.signal);
    this.regions.clear();
    this.iam.users.clear();
    this.iam.roles.clear();
    this.iam.policies.clear();
    this.route53.zones.clear();
    this.route53.changes.clear();
    this.durations.length = 0;
    this.quotas.clear();
    this.buckets.clear();
  }

  /** Who signs the account's certificates; the same for as long as the sandbox runs. */
  get authority(): Authority {
    return (this.ownAuthority ??= new Authority());
  }

  get account(): string {
    return this.options.account;
  }

  /** The region's state, made with its default network at first use. */
  region(name: string): Region {
    let region = this.regions.get(name);
    if (!region) {
      region = new Region(name, this.account);
      this.regions.set(name, region);
      this.onRegion(region);
    }
    return region;
  }

  /** Milliseconds for which a fresh write of that kind stays unseen: none under strong consistency. */
  lag(kind: keyof typeof STALE): number {
    const range = STALE[kind];
    if (this.options.consistency === "strong" || !range) return 0;
    const [low, high] =
      this.options.time === "instant"
        ? [range[0], range[1]]
        : [range[2] / this.options.speed, range[3] / this.options.speed];
    return (kind === "metrics" ? this.metricsRandom : this.random).between(low, high);
  }

  /** Runs simulated work of AWS's `ms` and records how long it took. */
  async work(kind: string, id: string, ms: number, signal?: AbortSignal): Promise<void> {
    const from = Date.now();
    await this.clock.wait(this.clock.simulated(ms), signal);
    this.record(kind, id, from, ms);
  }

  /** Notes a piece of work that ended now. */
  record(kind: string, id: string, from: number, simulatedMs: number): void {
    this.durations.push({ kind, id, from, until: Date.now(), simulatedMs });
  }

  /** Lets a promise run by itself; what it throws is said on standard error. */
  background(what: string, promise: Promise<unknown>): void {
    promise.catch((error: unknown) => {
      if (!isAbort(error) && !this.clock.ended) console.error(`sandbox: ${what}:`, error);
    });
  }
}
