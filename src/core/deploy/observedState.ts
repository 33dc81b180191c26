import type { Application, Owner } from "../app/app";
import { sleepsAt } from "../app/sleep";
import { standstillOf } from "../app/standstill";
import type { ComposeLeftOut } from "../project/project";
import type { ContextChoice } from "../project/context";
import type { ProjectNote } from "../project/notes";
import type { DockerfileFacts } from "../source/dockerfile";
import type {
  Cloud,
  Balancing,
  Cluster,
  Identity,
  Listener,
  ListenerRule,
  LoadBalancer,
  LogGroup,
  PrefixList,
  Repository,
  Role,
  ScalableTarget,
  ScheduledAction,
  SecurityGroup,
  Service,
  TargetGroup,
  Tags,
} from "../ports/cloud";
import type { ImagePort } from "../ports/images";
import type { EndpointFacts, ImageFacts, SecurityGroupFacts, RoleFacts, SubnetFacts } from "../ports/inspection";
import type {
  BuildSecretSource,
  Clock,
  ContainerEngine,
  EngineInfo,
  Journal,
  OnRead,
  Prober,
  SecretPlace,
  SourceRequest,
  Workspace,
} from "../ports/machine";
import type { NamesState } from "./namesState";
import type { OutsideSource, WholeSource } from "./sources";
import type { RegionPrices } from "../base/prices";
import type { MetricAlarm } from "../ports/metrics";
import type { SchedulesState } from "../ports/schedules";
import type { JsonObject, TaskDefinition } from "../base/taskDefinition";
import type { Architecture } from "../taskDefinition/model/generate";
import type { Read } from "../service/snapshot/serviceSnapshot";

/** A registered revision with whose it is. */
export interface Revision {
  arn: string;
  revision: number;
  definition: TaskDefinition;
  tags: Tags;
  /** ACTIVE, or INACTIVE once it was deregistered: what runs goes on, and nothing new may use it. */
  status?: string;
  /** Of what it holds. */
  digest?: string;
}

export interface NetworkChoice {
  vpc: string;
  taskSubnets: SubnetFacts[];
  loadBalancerSubnets: SubnetFacts[];
  /** Every subnet of the VPC. */
  all: SubnetFacts[];
  assignPublicIp: boolean;
}

export interface RoleState {
  role: Role;
  attached: string[];
  inline: JsonObject | undefined;
}

export interface BuildSecret {
  id: string;
  /** Line of the Dockerfile that asks for it, from zero; undefined where slipway.json alone names it. */
  line: number | undefined;
  /** Undefined where it is nowhere. */
  place: SecretPlace | undefined;
  /** True where the build does without. */
  isOptional: boolean;
}

export interface BuildInputs {
  secrets: BuildSecret[];
  /** As `--ssh` takes them. */
  ssh: string[];
  /** An agent that a line asks for, and that is not there. */
  agentMissing?: { id: string; line: number };
}

/** An earlier revision that the service is to run again. */
export interface GoBack {
  /** As it is registered. */
  readonly revision: Revision;
  /** What is to run: what it holds, with the application's image by the digest that it had then. */
  readonly definition: TaskDefinition;
  readonly digest?: string;
  readonly commit?: string;
  /** Set where it is the live one, whose tasks are started anew: they then get what its secrets say now. */
  readonly restarts?: true;
}

/** What runs in another environment, and is to run here. */
export interface Promotion {
  readonly from: {
    readonly environment: string;
    readonly account: string;
    readonly region: string;
    readonly repository: string;
  };
  /** `family:revision`, as it is called there. */
  readonly revision: string;
  readonly definition: TaskDefinition;
  /** The application as it is there. */
  readonly app: Application;
  readonly digest: string;
  /** Digest of the source that the image was built of; of the image itself where that is not known. */
  readonly source: string;
  readonly commit?: string;
  /** `linux/arm64`, …; empty where they could not be read. */
  readonly platforms: readonly string[];
  /** Where the image is read, as long as nobody ends it. */
  images(signal: AbortSignal): ImagePort;
}

/** An image that an earlier revision names. `elsewhere` is a registry that is not asked. */
export interface OldImage {
  readonly image: string;
  readonly state: "there" | "gone" | "archived" | "unknown" | "elsewhere";
}

/** Everything that a plan is made from, read and never written. */
export interface ObservedState {
  identity: Identity;
  engine: EngineInfo;
  /** The registry as the engine reaches it: never undefined, a look that fails says so before anything is built. */
  registrySeen: true;
  /** The source as it was planned with; what is built is the source of then, with a digest of its own. */
  source: WholeSource & { request: SourceRequest };
  /** What the build is given beside its context. */
  buildInputs: BuildInputs;
  /** What of all this lies outside of the workspace folder. */
  outside: readonly OutsideSource[];
  repository: Repository | undefined;
  lifecycle: string | undefined;
  /** The image that is proven to be made of this source: by the live revision, or by its own label. */
  image: { digest: string; tags: string[] } | undefined;
  /** The image that has the content tag, whatever it was made of. */
  tagged: ImageFacts | undefined;
  /** Going back: the images that the earlier revision names. */
  oldImages: readonly OldImage[];
  /** The tag that an image of this source is pushed with: the content tag, unless that can no longer be moved. */
  pushTag: string;
  cluster: Cluster | undefined;
  service: Service | undefined;
  /** Whose the application is, with what the service says of it. */
  ownership: Ownership;
  /** The revision that the service runs. */
  live: Revision | undefined;
  /** All revisions that the service's deployments run, the live one first. */
  running: Revision[];
  /** ARNs of the family's newest revisions, the newest first; empty where they were not asked for. */
  revisions: string[];
  /** The newest revision of the family. */
  latest: Revision | undefined;
  /** The newest revision that Slipway registered, as it was registered: not a copy that another tool changed. */
  own: Revision | undefined;
  role: RoleState | undefined;
  /** Name or ARN of a stated role, as an ARN. */
  taskRoleArn: string | undefined;
  logGroup: LogGroup | undefined;
  network: NetworkChoice;
  /** Read where a subnet has no way out by itself. */
  endpoints: Read<EndpointFacts[]>;
  /** The groups that tasks will have and that are there already, and those of the endpoints. */
  securityGroups: Read<SecurityGroupFacts[]>;
  /** Roles that slipway.json or the definition names, which Slipway does not make. */
  namedRoles: { execution: Read<RoleFacts | undefined> | undefined; task: Read<RoleFacts | undefined> | undefined };
  /** Secrets that the definition names, and whether they are there. */
  secrets: { reference: string; exists: Read<boolean> }[];
  /** Customers' keys of the secrets that the definition and what runs name; not known where they may not be read. */
  secretKeys: { reference: string; key: Read<string | undefined> }[];
  /** The security groups that carry the application's names. */
  ownGroups: SecurityGroupFacts[];
  loadBalancerGroup: SecurityGroup | undefined;
  taskGroup: SecurityGroup | undefined;
  /** Target groups, load balancer, listener and rules: read in one go, the members below are its parts. */
  balancing: Balancing;
  /** What exists under the two names that an application has for its target groups. */
  targetGroups: TargetGroup[];
  /** The one that the service's tasks are in. */
  targetGroup: TargetGroup | undefined;
  /** The other one, where it exists: from a change of the health check path that is under way or was cut short. */
  spareTargetGroup: TargetGroup | undefined;
  targetGroupAttributes: Record<string, string>;
  /** Of the other one, where ECS moves traffic between the two; empty elsewhere. */
  spareAttributes: Record<string, string>;
  /** The role that ECS moves the traffic as; not read where slipway.json says nothing of it. */
  shiftRole: { role: Role; attached: string[] } | undefined;
  loadBalancer: LoadBalancer | undefined;
  /** Of a load balancer of ours, where slipway.json states any; empty elsewhere. */
  balancerAttributes: Record<string, string>;
  /** Rules that a security group may have; undefined where it is not known, or of no interest. */
  securityGroupRules: number | undefined;
  /** The prefix lists that allowFrom names. */
  prefixLists: Read<PrefixList[]>;
  listener: Listener | undefined;
  /** Not read where the listener itself sends to the only target group. */
  rules: ListenerRule[];
  /** Certificates, zone and records; nothing is asked where slipway.json states neither a certificate nor a domain. */
  names: NamesState;
  scaling: {
    target: ScalableTarget | undefined;
    policies: { name: string; metric: string; value: number; label?: string }[];
    /** Scheduled actions, whoever made them. */
    scheduled: readonly ScheduledAction[];
  };
  /** Commands that run at their times. */
  schedules: SchedulesState;
  /** Alarms that have the application's names; empty where slipway.json says nothing of alarms. */
  alarms: MetricAlarm[];
  /** vCPUs of Fargate that may run at once, of the kind that the service runs on. */
  cpuQuota: number | undefined;
  /** How many load balancers and target groups the account may have; empty where none is to be made. */
  balancingLimits: { loadBalancers?: number; targetGroups?: number };
  /** AWS's price list of the region; undefined where it may not be asked or does not answer in time. */
  prices: RegionPrices | undefined;
  /** Whether what runs now answers the health path that is wanted; undefined where that does not matter. */
  answersHealthPath: boolean | undefined;
  definitionFile: string | undefined;
  configFile: string | undefined;
}

/** Whose the application is. */
export interface Ownership {
  /** What is this folder's own: all that a removal may touch. */
  own: Owner;
  /** As whom a deployment goes on, once the person has said yes. */
  planned: Owner;
  /** Set where another folder's application of this name is there: it would be taken over. */
  takesOver?: { folder: string | undefined };
}

/** Where an id can come from besides slipway.json. */
export interface Ids {
  /** What this machine's notes say of the folder. */
  remembered: string | undefined;
  /** For a first deployment; the same through a whole run. */
  fresh: string;
}

/** What stays the same for a whole run. */
export interface RunInput {
  app: Application;
  /** slipway.json as it should be; written when the file says something else. */
  configText: string;
  dockerfile: DockerfileFacts;
  /** What of the Compose file that it comes from is left out. */
  compose?: ComposeLeftOut;
  /** Why the build context is what it is; absent where nobody looked. */
  context?: ContextChoice;
  /** What a person should know of how the Dockerfile was read. */
  notes?: readonly ProjectNote[];
  /** True when the build is wanted although ECR has the image. */
  rebuild: boolean;
  /** Set where nothing is built and an earlier revision runs again. */
  goBack?: GoBack;
  /** Set where nothing is built and the image of another environment is taken. */
  promotion?: Promotion;
  /** The commit that is checked out in the folder, hexadecimal; undefined where that is not known. */
  commit?: string;
  cloud: Cloud;
  engine: ContainerEngine;
  workspace: Workspace;
  /** Where build secrets are found; absent where nothing is built. */
  buildSecrets?: BuildSecretSource;
  clock: Clock;
  prober: Prober;
  journal: Journal;
  ids: Ids;
  /** Milliseconds that a new role's policies get before the service uses them. */
  settleMilliseconds: number;
  /** True when AWS's endpoint is on this machine's loopback, and so its registry: not every engine sees that. */
  localEndpoint: boolean;
  /** What AWS would refuse in a task definition; absent where nobody can say. */
  checkDefinition?: (definition: TaskDefinition) => { rule: string; message: string }[];
  pollMilliseconds: number;
  /** Ends what takes long while the world is looked at. */
  signal?: AbortSignal;
  /** Told now and then while a large source is read for the plan. */
  onRead?: OnRead;
}

/** How each part of the world is read; `see` gives another part. */
export type See = <K extends keyof ObservedState>(key: K) => Promise<ObservedState[K]>;
export type Inspectors = { [K in keyof ObservedState]: (input: RunInput, see: See) => Promise<ObservedState[K]> };

/** What every creating call gets. */
export const ownershipTags = ({ name, environment, owner: { id, folder }, tags }: Application): Tags => ({
  ...tags,
  "slipway:app": name,
  "slipway:environment": environment,
  ...(id === undefined ? {} : { "slipway:id": id }),
  ...(folder === undefined ? {} : { "slipway:folder": folder }),
});

/** True for what an application of this name made, in whichever folder. */
export function hasOurName(tags: Tags | undefined, app: Application): boolean {
  return tags?.["slipway:app"] === app.name && tags["slipway:environment"] === app.environment;
}

/** Ours is what carries our tags, with our id: nothing else says so. */
export function isOurs(tags: Tags | undefined, app: Application): boolean {
  if (!hasOurName(tags, app)) return false;
  const id = tags?.["slipway:id"];
  return id === undefined ? app.owner.unmarked : id === app.owner.id;
}

/** Label of an image, and tag of a revision, that say of which source they are: the digest of the whole build context. */
export const sourceLabel = "slipway.source";
export const sourceTag = "slipway:source";
/** Tag of a revision: the digest of the definition that it was registered with. */
export const definitionTag = "slipway:definition";
/** Tags of a revision: the commit that was checked out, and the digest of the application's image. */
export const commitTag = "slipway:commit";
export const digestTag = "slipway:digest";

/** True where what runs is not what this application registered: it has other tags, or ours on other content. */
export function isChangedElsewhere({ live, own }: Pick<ObservedState, "live" | "own">, app: Application): boolean {
  return live !== undefined && (!isOurs(live.tags, app) || live.arn !== own?.arn);
}

/** Whether a repository lets a tag be given to another image. */
export function isMovable({ mutability, movableTags }: Repository, tag: string): boolean {
  if (mutability === "MUTABLE") return true;
  return movableTags.some((pattern) =>
    new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(tag),
  );
}

/** The tag of an image made from this source: the same source has the same tag. */
export function contentTag(digest: string): string {
  return `slipway-${digest.slice(0, 20)}`;
}

/** What the file will say: the one that is there, or the one that would be written. */
export interface WantedDefinition {
  definition: TaskDefinition;
  /** False when there is no file yet. */
  exists: boolean;
  architecture: Architecture;
}

/** How many tasks run after the deployment: a count that slipway.json does not state stays as it is. */
export function tasksAfter({ app, clock }: RunInput, { service }: Pick<ObservedState, "service">): number {
  // What was stopped on purpose stays stopped, and what sleeps outside of its hours sleeps on.
  if (standstillOf(service) || (service?.desired === 0 && sleepsAt(app, clock.now()))) return 0;
  if (app.scaling) return Math.max(app.scaling.minimum, service?.desired ?? app.desiredCount);
  return app.desiredCountStated || !service ? app.desiredCount : service.desired;
}
