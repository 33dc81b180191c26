/** What the `engine` bundle offers to the two entries. Only plain data and interfaces cross. */
import type { AlarmsConfig } from "./app/schema";
import type { Stated } from "./app/place";
import type { CertificateChoice } from "./deploy/certificateChoices";
import type { ComposeService } from "./source/compose/compose";
import type { ConnectionChoice, ProfileSummary, SignedIn, SignInPrompts } from "./base/connection";
import type { BuildSecret, Promotion } from "./deploy/observedState";
import type { SecretEntry, SecretResult, SecretWish } from "./deploy/applicationSecrets";
import type { DeployResult, Interaction } from "./deploy/deploy";
import type { DestroyResult } from "./deploy/removal";
import type { Removal } from "./deploy/removals";
import type { Continued } from "./deploy/continueRollout";
import type { Emit, RolloutCounts } from "./deploy/events";
import type { DeploymentHistory } from "./deploy/history";
import type { RolledBack } from "./deploy/rollback";
import type { ScaleWish, StandstillResult, StopPlan, TellCounts } from "./deploy/standstill";
import type { SchedulesLook } from "./deploy/scheduleLook";
import type { OneOff, OneOffNews, OneOffResult } from "./deploy/oneOff";
import type { PhaseId } from "./deploy/phases";
import type { Plan } from "./deploy/plan";
import type { Diagnosis, Symptoms } from "./service/diagnosis/types";
import type { LogsConnection } from "./logs/api";
import type { MonitorLook, MonitorSubject } from "./monitor/look";
import type { Identity } from "./ports/cloud";
import type { LogField, QueryAnswer, QueryRequest, SavedQuery } from "./ports/queries";
import type { QueryResult } from "./query/run";
import type { EngineInfo } from "./ports/machine";
import type { ResourcePort } from "./ports/resources";
import type { Project, ProjectRequest } from "./project/project";
import type { RegisteredDefinitions } from "./registeredDefinitions/registeredDefinitions";
import type { ServiceSnapshot, Subject } from "./service/snapshot/serviceSnapshot";
import type { Review } from "./service/review/finding";
import type { ApplicationState } from "./service/diagnosis/applicationState";
import type { CheckResult } from "./service/checks/checklist";

export interface BackendOptions {
  /** Path of the sandbox's bundle. */
  sandboxProgram: string;
  /** The container engine's program, when the person has said which. */
  engineExecutable?: string;
  /** Seconds between two looks at a rollout. */
  pollSeconds?: number;
  /** Milliseconds that a new role's policies get before the service uses them; ten seconds unless stated. */
  settleMilliseconds?: number;
  /** What there is to say about a task definition's text; without it a plan does not know what AWS would refuse. */
  checkDefinition?: (text: string) => { rule: string; severity: string; message: string }[];
  /** The value of a build secret that the front end keeps; undefined where it keeps none. */
  storedSecret?(folder: string, id: string): Promise<string | undefined>;
  log(line: string): void;
}

export interface Backend {
  profiles(): Promise<ProfileSummary[]>;
  /** Path of one of AWS's own two files; it is made, for its owner alone, where it is not there. */
  profileFile(kind: "config" | "credentials"): Promise<string>;
  /** Proves the credentials with GetCallerIdentity before it gives a connection. */
  connect(choice: ConnectionChoice, prompts: SignInPrompts, signal: AbortSignal): Promise<Connection>;
  /** The logs of what was chosen, with a session of their own. */
  openLogs(choice: ConnectionChoice, prompts: SignInPrompts, signal: AbortSignal): Promise<LogsConnection>;
  signIn(profile: string, prompts: SignInPrompts, signal: AbortSignal): Promise<SignedIn>;
  /**
   * Finds out what slipway.json and the Dockerfile say. Reads only, and needs no AWS.
   * @param at where what it names (its logs, its cluster) is about to be looked at
   * @throws SlipwayError WrongPlace where the application lives elsewhere
   */
  project(folder: string, request: ProjectRequest, at?: Pick<Connection, "choice" | "identity">): Promise<Project>;
  /** What slipway.json says by itself of what is asked for; nothing where it cannot be read. */
  stated(request: RunRequest): Promise<Stated>;
  /** States the alarms of an application, or of one of its environments, in slipway.json; false takes them away. */
  writeAlarms(request: RunRequest & { readonly application: string }, alarms: AlarmsConfig | false): Promise<void>;
  /** The applications of slipway.json with their environments; empty when there is no file. */
  applications(folder: string): Promise<{ application: string; environments: string[] }[]>;
  /** The services of a Compose file that have a build. */
  compose(folder: string, file: string): Promise<ComposeService[]>;
  /** The secrets that an application's build takes, with where each is; never a value. */
  buildSecrets(folder: string, request: ProjectRequest): Promise<BuildSecret[]>;
  containerEngine(folder: string, signal: AbortSignal): Promise<EngineInfo>;
  /** The session manager plugin on this machine: where it is, and whether it can take a session by its environment. */
  sessionPlugin(): Promise<{ path: string | undefined; version: string | undefined; tooOld: boolean }>;
}

export interface RunRequest extends ProjectRequest {
  folder: string;
  rebuild?: boolean;
  onlyPhase?: PhaseId;
  /** The project as it was opened for this run; where it is absent it is opened. */
  project?: Project;
}

/** What a diagnosis is about beside the service itself. */
export interface DiagnosisRequest extends Symptoms {
  /** A task of it, by its ARN or id. */
  task?: string;
}

/** What was seen of a service at one moment, judged. Front ends show it and judge nothing themselves. */
export interface ServiceLook {
  snapshot: ServiceSnapshot;
  checks: CheckResult[];
  diagnosis: Diagnosis;
  /** All of it in one. */
  state: ApplicationState;
}

/** Where a connection leads, and who asks by it. */
export interface ConnectionDetails {
  readonly choice: ConnectionChoice;
  readonly name: string;
  readonly identity: Identity;
  readonly endpoint: string | undefined;
  /** What is worth saying of how its credentials were chosen. */
  readonly notes?: readonly string[];
}

/** Bringing an application to ECS, and taking it away again. */
export interface Deployments {
  plan(request: RunRequest, signal: AbortSignal): Promise<Plan>;
  deploy(request: RunRequest, interaction: Interaction, emit: Emit, signal: AbortSignal): Promise<DeployResult>;
  /** True when a deployment of this application is under way here or in another window. */
  isDeploying(request: RunRequest, signal?: AbortSignal): Promise<boolean>;
  /** Joins the deployment that another window or command line runs: its events, until it ends. */
  follow(request: RunRequest, emit: Emit, signal: AbortSignal): Promise<boolean>;
  /** True when AWS has a rollout of this application under way, whoever started it. */
  rolloutUnderWay(request: RunRequest, signal: AbortSignal): Promise<boolean>;
  /** Lets a rollout go on that waits at a pause; rejects where none does. */
  continueRollout(request: RunRequest, signal: AbortSignal): Promise<Continued>;
  /** Has ECS take the rollout under way back, and watches until it is. */
  rollBack(request: RunRequest, signal: AbortSignal, tell?: (counts: RolloutCounts) => void): Promise<RolledBack>;
  /** What was deployed before, the newest first. */
  history(request: RunRequest, signal: AbortSignal): Promise<DeploymentHistory>;
  /**
   * Has the service run an earlier revision again: plan, consent and rollout as a deployment has them, and no build.
   * Rejects where there is nothing to go back to.
   * @param to a number of the history, `family:revision` or a digest; the last good one before the live one where absent
   */
  goBack(
    request: RunRequest,
    to: string | undefined,
    interaction: Interaction,
    emit: Emit,
    signal: AbortSignal,
  ): Promise<DeployResult>;
  /** What runs in the environment that the request names, to be promoted. Rejects where that is not settled. */
  promotable(request: RunRequest, signal: AbortSignal): Promise<Promotion>;
  /**
   * Brings what runs in another environment into the one that the request names: its image is copied, and nothing is
   * built. Plan, consent and rollout as a deployment has them.
   * @param promotion of the other environment's connection, which stays open meanwhile
   */
  promote(
    request: RunRequest,
    promotion: Promotion,
    interaction: Interaction,
    emit: Emit,
    signal: AbortSignal,
  ): Promise<DeployResult>;
  /** Starts the tasks of what runs again, as a deployment does, and changes nothing: they read their secrets anew. */
  restart(request: RunRequest, interaction: Interaction, emit: Emit, signal: AbortSignal): Promise<DeployResult>;
  destroy(
    request: RunRequest,
    confirm: (removals: Removal[], identity: Identity, name: string | undefined) => Promise<boolean>,
    emit: Emit,
    signal: AbortSignal,
  ): Promise<DestroyResult>;
}

/** How many of an application's tasks run: none, as many as before, or so many. Under the deployment's lock. */
export interface ServiceOperations {
  /** Rejects where it is not deployed, or a deployment is under way. */
  stop(
    request: RunRequest,
    confirm: (plan: StopPlan) => Promise<boolean>,
    signal: AbortSignal,
    tell?: TellCounts,
  ): Promise<StandstillResult>;
  /** Starts what was stopped as it was, and watches until it answers. */
  start(request: RunRequest, signal: AbortSignal, tell?: TellCounts): Promise<StandstillResult>;
  scale(request: RunRequest, wish: ScaleWish, signal: AbortSignal, tell?: TellCounts): Promise<StandstillResult>;
  /** The schedules that slipway.json states, and those that are there. Rejects where it is not deployed. */
  schedules(request: RunRequest, signal: AbortSignal): Promise<SchedulesLook>;
  /** The command of one of its schedules, to be run now. */
  scheduled(request: RunRequest, name: string, signal: AbortSignal): Promise<OneOff>;
  /** Runs a command in a task of its own to its end, and stops that task when the signal ends it. */
  run(request: RunRequest, wish: OneOff, signal: AbortSignal, tell: (news: OneOffNews) => void): Promise<OneOffResult>;
}

/** Secrets and variables of an application's tasks. A value goes in, and comes out of nothing. */
export interface ApplicationSecrets {
  /** @param asksKeys whether values are read to see that their JSON keys are there */
  list(request: RunRequest, asksKeys: boolean, signal: AbortSignal): Promise<SecretEntry[]>;
  /** ARNs of secrets and parameters that a task could use. */
  choices(request: RunRequest, signal: AbortSignal): Promise<string[]>;
  /** Makes a secret or rotates it, and names it in the task definition file. */
  set(request: RunRequest, wish: SecretWish, signal: AbortSignal): Promise<SecretResult>;
  /** Names one that is there in the task definition file. */
  use(
    request: RunRequest,
    wish: { name: string; reference: string; container?: string | undefined },
    signal: AbortSignal,
  ): Promise<SecretResult>;
  /** Names and values of a `.env` file of the folder, and which of them look like a secret. Asks AWS nothing. */
  readVariables(
    request: RunRequest,
    file: string,
  ): Promise<{ values: Record<string, string>; judged: { name: string; looksSecret: boolean }[] }>;
  /** Puts variables in the open into the task definition file; its name. */
  setVariables(
    request: RunRequest,
    container: string | undefined,
    variables: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<string>;
}

/** Looking at a service that runs: each answer is judged already. */
export interface ServiceInspection {
  verify(request: RunRequest, signal: AbortSignal): Promise<CheckResult[]>;
  /** One look at all of an application's service, with what the judges make of it. */
  look(request: RunRequest, signal: AbortSignal, symptoms?: Symptoms): Promise<ServiceLook>;
  /** Who gets in, what roles may do and what lies open. */
  review(request: RunRequest, signal: AbortSignal): Promise<Review>;
  /** What is wrong with an application's service, or with any service or task, and what proves it. */
  diagnose(of: RunRequest | Subject, signal: AbortSignal, about?: DiagnosisRequest): Promise<Diagnosis>;
}

/** Which time's figures are meant: back from now, or from a moment on; until now unless stated. Milliseconds. */
export interface MonitorTime {
  readonly since: { readonly back: number } | { readonly from: number };
  readonly until?: number;
}

/** A service's figures, with what happened to it in the same time. */
export interface ServiceMonitoring {
  monitor(of: RunRequest | MonitorSubject, time: MonitorTime, signal: AbortSignal): Promise<MonitorLook>;
}

/** Queries of Logs Insights. */
export interface LogQueries {
  /** Rejects with Cancelled when the signal ends it: it is then stopped in AWS, too. */
  query(asked: QueryRequest, signal: AbortSignal, tell?: (soFar: QueryAnswer) => void): Promise<QueryResult>;
  /** Bytes that were logged in this time, which is the most that a query reads; undefined where nobody knows. */
  loggedBytes(asked: Omit<QueryRequest, "text">, signal: AbortSignal): Promise<number | undefined>;
  logFields(group: string, signal: AbortSignal): Promise<LogField[]>;
  savedQueries(signal: AbortSignal): Promise<SavedQuery[]>;
  saveQuery(query: Omit<SavedQuery, "id">, signal: AbortSignal): Promise<void>;
}

/** Certificates of an account and region. */
export interface Certificates {
  /** Those that a load balancer can show for a host. */
  certificatesFor(host: string, signal: AbortSignal): Promise<CertificateChoice[]>;
}

/** Everything in an account and region, whoever made it. */
export interface AccountResources {
  /** What is in the account and region, a page at a time. */
  readonly resources: ResourcePort;
  /** The URL of a load balancer's name, as it is reached from here. */
  urlOf(host: string, port: number, secure: boolean): string;
  /** Writes a service that runs already into the folder's slipway.json; the application's name in it. */
  adopt(folder: string, cluster: string, service: string, signal: AbortSignal): Promise<string>;
}

/** The registered task definitions of an account and region. */
export interface TaskDefinitionRegistry {
  /** What an editor of task definitions asks of the account. */
  definitions(signal: AbortSignal): RegisteredDefinitions;
}

/** One account and region, proven and open: all that can be asked of it. A feature takes its own part of it. */
export interface Connection
  extends ConnectionDetails,
    Deployments,
    ServiceInspection,
    ServiceMonitoring,
    LogQueries,
    AccountResources,
    Certificates,
    TaskDefinitionRegistry {
  readonly secrets: ApplicationSecrets;
  readonly operations: ServiceOperations;
  close(): void;
}

export type CreateBackend = (options: BackendOptions) => Backend;
