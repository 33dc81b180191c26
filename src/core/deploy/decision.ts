/**
 * What a step decides, as data: nothing here is a sentence. Words for a person are made of it in `core/render`, so that
 * rewording changes no deployment.
 */
import type { ComposeLeftOut } from "../project/project";
import type { ProjectNoteValues } from "../project/notes";
import type { Releases } from "../app/releases";
import type { OutsideSource } from "./sources";
import type { ResourceKind, StepId } from "./phases";

/** `run` is work that leaves nothing in AWS of its own: a build, a login, a wait. */
export type Action = "create" | "update" | "replace" | "reuse" | "adopt" | "run" | "leaveOut";

type Coded<Values> = { [Code in keyof Values]: { readonly code: Code } & Values[Code] }[keyof Values];
type Nothing = Record<never, never>;

/** Why a step does what it does; the members are what the sentence needs. */
export interface ReasonValues {
  absent: Nothing;
  exists: Nothing;
  existsMadeElsewhere: Nothing;
  draining: Nothing;
  runsThisAlready: Nothing;
  noLoadBalancer: Nothing;
  identity: { readonly arn: string };
  filesThere: Nothing;
  filesBelongWithCode: Nothing;
  imageInRegistry: Nothing;
  imageAbsent: Nothing;
  rebuildRequested: Nothing;
  tagNeeded: Nothing;
  registryHasDigest: { readonly digest: string };
  verifyWhatWasPushed: Nothing;
  nothingPushed: Nothing;
  pushNeedsIt: Nothing;
  lifecycleSet: Nothing;
  repositoryNotOurs: Nothing;
  imagesPileUp: Nothing;
  clusterActive: Nothing;
  clusterMustBeActive: Nothing;
  roleNeeded: Nothing;
  policiesDiffer: Nothing;
  retentionDiffers: Nothing;
  sameRegistered: Nothing;
  newRevision: Nothing;
  noRevision: Nothing;
  revisionInactive: Nothing;
  guardsLoadBalancer: { readonly balancer: string };
  ruleMissing: Nothing;
  /** The group lets in more than slipway.json states. */
  moreThanStated: Nothing;
  groupsStated: Nothing;
  groupsOfService: Nothing;
  noPort: Nothing;
  groupsNotOurs: Nothing;
  ruleThere: Nothing;
  rulesThere: Nothing;
  portFromLoadBalancer: { readonly port: number };
  nobodyAllowed: Nothing;
  allowFromStated: Nothing;
  pathNotAnswered: { readonly path: string };
  settingsDiffer: Nothing;
  serviceNamesIt: Nothing;
  nothingListens: Nothing;
  bothVersionsRun: Nothing;
  sendsHere: Nothing;
  ruleFor: { readonly condition: string };
  noCertificate: Nothing;
  certificateRequested: Nothing;
  certificatePending: Nothing;
  certificateIssued: Nothing;
  /** One that was requested before and that cannot be used any more, by ACM's status. */
  certificateUnusable: { readonly status: string };
  acmValidates: Nothing;
  listenerNotOurs: Nothing;
  balancerNotOurs: Nothing;
  noRedirect: Nothing;
  redirectsToHttps: Nothing;
  httpIsKept: Nothing;
  noDomain: Nothing;
  noZone: { readonly domain: string };
  zoneHasDomain: { readonly zone: string };
  leadsHere: Nothing;
  leadsElsewhere: { readonly to: string };
  loadBalancerActive: Nothing;
  provisioningTakesMinutes: Nothing;
  newTasksTakeOver: Nothing;
  firstTasksStart: Nothing;
  doneMeansAnswers: Nothing;
  scaledToZero: Nothing;
  serviceNotOurs: Nothing;
  afterRollout: Nothing;
  nothingLeft: Nothing;
  scalingNotStated: Nothing;
  scalingSet: Nothing;
  scalingStated: Nothing;
  releaseNotStated: Nothing;
  releaseRuns: Nothing;
  schedulesNotStated: Nothing;
  schedulesSet: Nothing;
  schedulesStated: Nothing;
  schedulesUnwanted: Nothing;
  schedulesNeedRole: Nothing;
  alarmsNotStated: Nothing;
  alarmsSet: Nothing;
  alarmsStated: Nothing;
  alarmsUnwanted: Nothing;
  goesBackOnly: Nothing;
  /** What runs in another environment is brought here as it is. */
  promoted: Nothing;
  copiedFrom: { readonly environment: string; readonly account: string; readonly region: string };
  noShifting: Nothing;
  shiftNeedsTwo: Nothing;
  shiftNeedsRole: Nothing;
  shiftNeedsRule: Nothing;
}
export type Reason = Coded<ReasonValues>;

/** What an update changes. */
export interface ChangeValues {
  newRevision: Nothing;
  startAgain: Nothing;
  restart: Nothing;
  traffic: { readonly container: string; readonly port: number | undefined };
  trafficToNewTargetGroup: { readonly path: string };
  noLoadBalancer: Nothing;
  network: Nothing;
  desiredCount: { readonly from: number; readonly to: number };
  /** How new versions get the traffic from now on. */
  strategy: Releases;
  forwardToBoth: Nothing;
  removeRule: { readonly priority: string };
  removeRole: { readonly name: string };
  attachPolicy: { readonly policy: string };
  writePolicy: { readonly policy: string };
  narrowPolicy: { readonly policy: string };
  logRetention: { readonly days: number };
  definitionMember: { readonly path: string };
  /** `cidr` is a block, or the id of a prefix list. */
  admit: { readonly cidr: string; readonly port: number };
  shutOut: { readonly caller: string; readonly port: number };
  balancerAttribute: { readonly attribute: string; readonly value: string };
  newTargetGroup: { readonly name: string };
  healthCheck: { readonly setting: string; readonly from: string | number; readonly to: string | number };
  targetGroupAttribute: { readonly attribute: string; readonly value: string };
  forwardToNewTargetGroup: { readonly name: string };
  listenerCertificate: { readonly domain: string };
  forwardAgain: Nothing;
  redirectToHttps: { readonly port: number };
  /** The record that proves a domain to ACM: written into the zone. */
  proofRecord: { readonly domain: string; readonly zone: string };
  /** The same where no zone of the account has the domain: a person writes it. */
  proofByHand: { readonly domain: string };
  aliasRecord: { readonly zone: string };
  removeListener: { readonly port: number };
  closeBalancerPort: { readonly port: number };
  removeCertificate: { readonly domain: string };
  removeRecord: { readonly name: string };
  rulePlace: { readonly after: readonly number[]; readonly shadowedBy: readonly number[] };
  gracePeriod: { readonly seconds: number };
  closePort: { readonly port: number };
  healthCheckPath: { readonly path: string };
  removeTargetGroup: { readonly name: string };
  releaseCommand: { readonly command: readonly string[]; readonly container: string };
  taskRange: { readonly minimum: number; readonly maximum: number };
  scalingTarget: { readonly metric: string; readonly value: number };
  /** Limits at times of a zone; `schedule` is AWS's expression. */
  scheduleSet: {
    readonly name: string;
    readonly schedule: string;
    readonly timezone: string;
    readonly minimum: number;
    readonly maximum: number;
  };
  scheduleRemoved: { readonly name: string };
  /** A command that runs at its times; `enabled` where slipway.json says whether. */
  scheduledCommand: {
    readonly name: string;
    readonly expression: string;
    readonly timezone: string;
    readonly command: readonly string[];
    readonly enabled?: boolean;
  };
  /** They run the new revision from then on. */
  schedulesMove: { readonly names: readonly string[] };
  removeSchedule: { readonly name: string };
  alarm: { readonly name: string; readonly metric: string; readonly comparison: string; readonly threshold: number };
  removeAlarm: { readonly name: string };
  deploymentAlarms: { readonly names: readonly string[]; readonly then: "ignore" | "fail" | "rollBack" };
}
export type Change = Coded<ChangeValues>;

/** A port that becomes reachable: of what, and for whom (CIDR blocks). */
export interface Opening {
  readonly port: number;
  readonly of: "loadBalancer" | "tasks";
  readonly to: readonly string[];
}

/** Why a plan asks. */
export interface ConsentReasonValues {
  firstDeployment: Nothing;
  goesBack: { readonly revision: string; readonly from?: string; readonly digest?: string; readonly commit?: string };
  restarts: { readonly revision: string };
  promotes: {
    readonly environment: string;
    readonly account: string;
    readonly region: string;
    readonly revision: string;
    readonly digest: string;
    readonly commit?: string;
  };
  takesOver: { readonly name: string; readonly folder?: string };
  takesExisting: { readonly things: readonly { readonly step: StepId; readonly name: string }[] };
  readsOutside: { readonly sources: readonly OutsideSource[] };
  accountChanged: { readonly from: string; readonly to: string };
  replaces: { readonly step: StepId; readonly name: string };
  opens: { readonly opens: Opening };
  changedElsewhere: Nothing;
  costsMore: Nothing;
  /** slipway.json protects it: whoever agrees types this name. */
  isProtected: { readonly name: string };
  /** Into a zone of Route 53: the proof of a name for its certificate, and the name itself. */
  writesRecords: { readonly zone: string; readonly proof?: string; readonly alias?: string };
  /** Who comes by HTTP is sent to HTTPS from now on. */
  sendsToHttps: { readonly port: number };
  /** A port that people come by is no longer listened on. */
  removesListener: { readonly port: number };
  /** From now on new versions get the traffic in another way. */
  changesStrategy: Releases;
}
export type ConsentReason = Coded<ConsentReasonValues>;

/** What a person should know of a plan that stops nothing. */
export interface WarningValues extends ProjectNoteValues {
  emulation: { readonly platform: string; readonly engine: string };
  portVariableUnset: { readonly name: string };
  noPort: Nothing;
  nothingTellsWhetherItAnswers: Nothing;
  /** ECS watches none of a deployment's alarms where one of them rings at its start. */
  alarmRings: { readonly name: string };
  /** It was stopped on purpose, and a deployment does not start it. */
  staysStopped: Nothing;
  /** Let in by somebody else: it stays. */
  alsoAdmitted: { readonly port: number; readonly callers: readonly string[] };
  healthPathGuessed: { readonly path: string };
  healthPathWaits: { readonly path: string };
  problem: { readonly problem: string; readonly sentence: string };
  composeLeftOut: ComposeLeftOut;
}
export type PlanWarning = Coded<WarningValues>;

export interface Decision {
  action: Action;
  reason: Reason;
  kind?: ResourceKind;
  name?: string;
  changes?: Change[];
  opens?: Opening;
}

/** The same change has the same key, whatever it is called: what a consent's fingerprint is made of. */
export function changeKey(change: Change | Opening): string {
  return JSON.stringify(Object.entries(change).sort(([one], [other]) => (one < other ? -1 : 1)));
}
