/** What a plan decided, in words. A decision of another version that is unknown here is shown by its code. */
import { commandText } from "./command";
import { stepTitles } from "../deploy/phases";
import type {
  Change,
  ChangeValues,
  ConsentReason,
  ConsentReasonValues,
  Opening,
  PlanWarning,
  Reason,
  ReasonValues,
  WarningValues,
} from "../deploy/decision";
import type { Releases } from "../app/releases";
import type { OutsideSource } from "../deploy/sources";
import { portsInWords } from "../source/otherPorts";

type Words<Values> = { readonly [Code in keyof Values]: (values: Values[Code]) => string };

const reasons: Words<ReasonValues> = {
  absent: () => "new",
  exists: () => "it exists",
  existsMadeElsewhere: () => "it exists and was made elsewhere",
  draining: () => "the old one is going",
  runsThisAlready: () => "it runs this already",
  noLoadBalancer: () => "no load balancer",
  identity: ({ arn }) => `you act as ${arn}`,
  filesThere: () => "the files are there",
  filesBelongWithCode: () => "they belong with the code",
  imageInRegistry: () => "ECR has this source's image",
  imageAbsent: () => "ECR has no image of this source",
  rebuildRequested: () => "a rebuild was asked for",
  tagNeeded: () => "ECR takes an image by its own name",
  registryHasDigest: ({ digest }) => `ECR has ${digest}`,
  verifyWhatWasPushed: () => "what is deployed is what was pushed",
  nothingPushed: () => "nothing is pushed",
  pushNeedsIt: () => "the push needs it",
  lifecycleSet: () => "it has one",
  repositoryNotOurs: () => "the repository is not Slipway's",
  imagesPileUp: () => "old images would pile up",
  clusterActive: () => "it is ACTIVE",
  clusterMustBeActive: () => "the service needs it ACTIVE",
  roleNeeded: () => "ECS needs one to pull the image and write logs",
  policiesDiffer: () => "its policies differ",
  retentionDiffers: () => "its retention differs",
  sameRegistered: () => "the same is registered",
  newRevision: () => "a new revision",
  noRevision: () => "there is none",
  revisionInactive: () => "the one that runs was deregistered, so nothing new can start from it",
  guardsLoadBalancer: ({ balancer }) => `it is the security group of ${balancer}`,
  moreThanStated: () => "it lets in more than slipway.json states",
  ruleMissing: () => "a rule is missing",
  groupsStated: () => "slipway.json names it",
  groupsOfService: () => "the service has it",
  noPort: () => "the application listens on nothing",
  groupsNotOurs: () => "the groups are not Slipway's",
  ruleThere: () => "the rule is there",
  rulesThere: () => "the rules are there",
  portFromLoadBalancer: ({ port }) => `port ${port} from the load balancer alone`,
  nobodyAllowed: () => "network.allowFrom names nobody",
  allowFromStated: () => "slipway.json lets them in",
  pathNotAnswered: ({ path }) =>
    `the running version does not answer ${path}, so the new one gets a target group of its own`,
  settingsDiffer: () => "its settings differ",
  serviceNamesIt: () => "the service names it",
  nothingListens: () => "nothing listens on the port",
  bothVersionsRun: () => "both versions run for a while, each in a target group of its own",
  sendsHere: () => "it sends to this application",
  ruleFor: ({ condition }) => `a rule for ${condition}; the default action stays`,
  noCertificate: () => "no certificate is stated",
  certificateRequested: () => "ACM issues one; it costs nothing",
  certificatePending: () => "ACM has not issued it yet",
  certificateIssued: () => "it is issued",
  certificateUnusable: ({ status }) => `the one before is ${status}; ACM issues another`,
  acmValidates: () => "ACM looks for its record, which takes minutes",
  listenerNotOurs: () => "the listener is another's",
  balancerNotOurs: () => "the load balancer is not Slipway's",
  noRedirect: () => "slipway.json wants none",
  redirectsToHttps: () => "HTTP is sent to HTTPS",
  httpIsKept: () => "port 80 is another's",
  noDomain: () => "no domain is stated",
  noZone: ({ domain }) => `no zone of this account has ${domain}`,
  zoneHasDomain: ({ zone }) => `the zone ${zone} has no record of it`,
  leadsHere: () => "it leads here",
  leadsElsewhere: ({ to }) => `it leads to ${to}, which stays`,
  loadBalancerActive: () => "it is active",
  provisioningTakesMinutes: () => "AWS takes two to three minutes",
  newTasksTakeOver: () => "tasks of the new revision take over",
  firstTasksStart: () => "the first tasks start",
  scaledToZero: () => "no task is to run, so nothing answers",
  doneMeansAnswers: () => "done means that it answers",
  serviceNotOurs: () => "the service is not Slipway's",
  afterRollout: () => "only once the new version alone runs",
  nothingLeft: () => "nothing is left to change",
  scalingNotStated: () => "slipway.json states none",
  scalingSet: () => "it is set",
  scalingStated: () => "slipway.json states it",
  releaseNotStated: () => "slipway.json states none",
  releaseRuns: () => "it has to end with 0 before the service gets the revision",
  schedulesNotStated: () => "slipway.json states none",
  schedulesSet: () => "they are set",
  schedulesStated: () => "slipway.json states them",
  schedulesUnwanted: () => "slipway.json wants none",
  schedulesNeedRole: () => "EventBridge Scheduler runs the commands as it",
  alarmsNotStated: () => "slipway.json states none",
  alarmsSet: () => "they are set",
  alarmsStated: () => "slipway.json states them",
  alarmsUnwanted: () => "slipway.json wants none",
  promoted: () => "nothing is built: the image is taken as it is",
  copiedFrom: ({ environment, account, region }) => `copied from ${environment} (${account}, ${region})`,
  goesBackOnly: () => "going back changes the revision alone",
  noShifting: () => "tasks are replaced one by one",
  shiftNeedsTwo: () => "the old and the new version have one each",
  shiftNeedsRole: () => "ECS moves the traffic as this role",
  shiftNeedsRule: () => "its weights say who gets the traffic",
};

/** How CloudWatch's comparisons are written. */
const comparisons: Readonly<Record<string, string>> = {
  GreaterThanOrEqualToThreshold: "at least",
  GreaterThanThreshold: "above",
  LessThanThreshold: "below",
};

const deploymentAlarmTexts = {
  ignore: () => "deployments go on while they ring",
  fail: (count: number) => `a deployment fails while one of ${count} rings`,
  rollBack: (count: number) => `a deployment is rolled back while one of ${count} rings`,
} as const;

const pauses = {
  traffic: "before it gets traffic",
  eachStep: "before each step",
  end: "before the old version goes",
} as const;

/** "canary: 10 % of the traffic for 5 min, then all; the old version stays 5 min longer". */
function releasesText(releases: Releases): string {
  const { strategy, bakeMinutes, stepPercent, stepMinutes, canaryPercent, canaryMinutes, pause } = releases;
  if (strategy === "rolling") return "rolling: new tasks replace the old ones";
  const how = {
    blueGreen: "blue/green: all traffic at once",
    linear: `linear: ${stepPercent} % of the traffic every ${stepMinutes} min`,
    canary: `canary: ${canaryPercent} % of the traffic for ${canaryMinutes} min, then all`,
  }[strategy];
  const stays = bakeMinutes ? `; the old version stays ${bakeMinutes} min longer` : "";
  return (
    how + stays + (pause ? `; waits for slipway continue ${pauses[pause.before]}, ${pause.minutes} min at most` : "")
  );
}

const changes: Words<ChangeValues> = {
  newRevision: () => "a new revision",
  startAgain: () => "its tasks are started again: ECS has given up on them",
  restart: () => "its tasks are started again",
  traffic: ({ container, port }) => `traffic to ${container}:${port ?? ""}`,
  trafficToNewTargetGroup: ({ path }) => `traffic through a target group with the health check path ${path}`,
  noLoadBalancer: () => "no load balancer",
  network: () => "network",
  desiredCount: ({ from, to }) => `${from} -> ${to} tasks`,
  strategy: releasesText,
  forwardToBoth: () => "it names both target groups, with the traffic as it is",
  removeRule: ({ priority }) => `remove the rule ${priority}`,
  removeRole: ({ name }) => `remove the role ${name}`,
  attachPolicy: ({ policy }) => `attach ${policy}`,
  writePolicy: ({ policy }) => `write its policy ${policy}`,
  narrowPolicy: ({ policy }) => `take out of policy ${policy} what only the version before needed`,
  logRetention: ({ days }) => `keep logs ${days} days`,
  definitionMember: ({ path }) => path,
  shutOut: ({ caller, port }) => `no longer let ${caller} in on port ${port}`,
  balancerAttribute: ({ attribute, value }) => `${attribute}: ${value || "(empty)"}`,
  admit: ({ cidr, port }) => `let ${cidr} in on port ${port}`,
  newTargetGroup: ({ name }) => `the new one is ${name}`,
  healthCheck: ({ setting, from, to }) => `health check ${setting}: ${from} -> ${to}`,
  targetGroupAttribute: ({ attribute, value }) => `${attribute}: ${value}`,
  forwardToNewTargetGroup: ({ name }) =>
    `it also names ${name}, which gets the traffic once the new version is healthy`,
  listenerCertificate: ({ domain }) => `HTTPS with the certificate for ${domain}`,
  forwardAgain: () => "it answers itself again",
  redirectToHttps: ({ port }) => `to HTTPS on port ${port}, once that answers`,
  proofRecord: ({ domain, zone }) => `a CNAME that proves ${domain} in the zone ${zone}`,
  proofByHand: ({ domain }) => `a CNAME that proves ${domain} is shown, for you to write`,
  aliasRecord: ({ zone }) => `an alias of the load balancer (A) in the zone ${zone}`,
  removeListener: ({ port }) => `remove the listener of port ${port}`,
  closeBalancerPort: ({ port }) => `close port ${port} of the load balancer`,
  removeCertificate: ({ domain }) => `delete the old certificate of ${domain}`,
  removeRecord: ({ name }) => `delete the record of ${name}`,
  rulePlace: ({ after, shadowedBy }) =>
    after.length === 0
      ? "behind all other rules; it shares no request with any"
      : `behind all other rules; ${after.join(", ")} get the requests that they share with it` +
        (shadowedBy.length ? `, and ${shadowedBy.join(", ")} leave it none` : ""),
  gracePeriod: ({ seconds }) => `grace period ${seconds} s`,
  closePort: ({ port }) => `close port ${port} of the tasks`,
  healthCheckPath: ({ path }) => `health check path ${path}`,
  removeTargetGroup: ({ name }) => `remove the target group ${name}`,
  releaseCommand: ({ command, container }) => `runs ${commandText(command)} in ${container}`,
  taskRange: ({ minimum, maximum }) => `${minimum} to ${maximum} tasks`,
  scheduleSet: ({ schedule, timezone, minimum, maximum }) =>
    `${minimum} to ${maximum} tasks from ${schedule} ${timezone} on`,
  scheduleRemoved: ({ name }) => `without the schedule ${name}`,
  scalingTarget: ({ metric, value }) => `${metric} ${value}`,
  scheduledCommand: ({ name, expression, timezone, command, enabled }) =>
    `${name}: ${commandText(command)}, ${expression} ${timezone}${enabled === false ? ", switched off" : ""}`,
  schedulesMove: ({ names }) => `${names.join(", ")} ${names.length === 1 ? "runs" : "run"} the new revision`,
  removeSchedule: ({ name }) => `remove ${name}`,
  alarm: ({ name, metric, comparison, threshold }) =>
    `${name}: ${metric} ${comparisons[comparison] ?? comparison} ${threshold}`,
  removeAlarm: ({ name }) => `remove ${name}`,
  deploymentAlarms: ({ names, then }) => deploymentAlarmTexts[then](names.length),
};

/** "it goes back from web:3 to web:1 (commit 1a2b3c4, image sha256:0123456789ab)". */
export function goesBackText({ revision, from, digest, commit }: ConsentReasonValues["goesBack"]): string {
  const known = [
    ...(commit === undefined ? [] : [`commit ${commit.slice(0, 10)}`]),
    ...(digest === undefined ? [] : [`image ${digest.slice(0, 19)}`]),
  ].join(", ");
  return `it goes back ${from === undefined ? "" : `from ${from} `}to ${revision}${known ? ` (${known})` : ""}`;
}

/** "it starts the tasks of web:3 again, one after the other". */
export const restartText = ({ revision }: ConsentReasonValues["restarts"]): string =>
  `it starts the tasks of ${revision} again, new ones before the old ones stop; they read their secrets anew`;

/** "it brings what runs in staging here, as it is (web:3, commit 1a2b3c4, image sha256:0123456789ab)". */
export function promotesText({ environment, revision, digest, commit }: ConsentReasonValues["promotes"]): string {
  const built = commit === undefined ? "" : `, commit ${commit.slice(0, 10)}`;
  return `it brings what runs in ${environment} here (${revision}${built}, image ${digest.slice(0, 19)})`;
}

const consentReasons: Words<ConsentReasonValues> = {
  firstDeployment: () => "this is the first deployment from here",
  goesBack: goesBackText,
  restarts: restartText,
  promotes: promotesText,
  takesOver: ({ name, folder }) =>
    `a service ${name} runs here already, deployed from ${folder === undefined ? "another folder" : `the folder ${folder}`}: ` +
    "this deployment takes it over",
  takesExisting: ({ things }) =>
    `Slipway did not make these for this application, and would use them: ` +
    things.map(({ step, name }) => `${stepTitles[step]} ${name}`).join(", "),
  readsOutside: ({ sources }) =>
    `the build gets what lies outside of the workspace folder: ${sources.map(outsideText).join("; ")}`,
  accountChanged: ({ from, to }) => `the account changed from ${from} to ${to}`,
  replaces: ({ step, name }) => `${stepTitles[step]} ${name} is replaced`,
  opens: ({ opens }) => `it opens ${openingText(opens)}`,
  changedElsewhere: () => "the live task definition was changed outside Slipway",
  costsMore: () => "it costs more than what runs now",
  isProtected: ({ name }) => `slipway.json protects ${name}: its name has to be typed`,
  writesRecords: ({ zone, proof, alias }) =>
    `it writes into the zone ${zone}: ` +
    [
      ...(proof === undefined ? [] : [`the proof of ${proof} (CNAME)`]),
      ...(alias === undefined ? [] : [`${alias} (A)`]),
    ].join(", "),
  sendsToHttps: ({ port }) => `HTTP is sent to HTTPS on port ${port}`,
  changesStrategy: (releases) => `new versions get the traffic in another way, ${releasesText(releases)}`,
  removesListener: ({ port }) => `port ${port} of the load balancer no longer answers`,
};

const uses: Readonly<Record<OutsideSource["use"], string>> = {
  context: "as the build context",
  namedContext: "as the context",
  secret: "as the secret",
  ssh: "as the SSH agent",
  cache: "for its cache",
};

/** "the folder /home/me/mono as the build context (120 files, 3.4 MB: .git, apps and 7 more)". */
export function outsideText({ use, name, path, files, bytes, names = [], more = 0 }: OutsideSource): string {
  const listed = names.join(", ") + (more > 0 ? ` and ${more} more` : "");
  const held =
    files === undefined ? "" : ` (${files} ${files === 1 ? "file" : "files"}, ${sizeText(bytes ?? 0)}: ${listed})`;
  return `${path} ${uses[use]}${name === undefined ? "" : ` ${name}`}${held}`;
}

const sizeText = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`;

const warnings: Words<WarningValues> = {
  emulation: ({ platform, engine }) =>
    `The image is built for ${platform} by emulation on this ${engine} engine: that is slow.`,
  portVariableUnset: ({ name }) => `EXPOSE uses $${name}, which nothing sets.`,
  portChosen: ({ port, from, others, clear }) =>
    `Port ${port} (${from}) gets the traffic` +
    (others.length ? `; ${portsInWords(others)} ${others.length === 1 ? "is" : "are"} exposed too` : "") +
    (clear ? "." : ". That is a guess: slipway.json's port decides."),
  healthCheckPort: ({ asked, port, line }) =>
    `The HEALTHCHECK (line ${line + 1}) asks port ${asked}, and the load balancer is sent to ${port}.`,
  dockerfileDoubt: ({ message, line, syntax }) =>
    `Line ${line + 1} of the Dockerfile fails unless ` +
    `${syntax === undefined ? "the base image sets what is missing there" : `${syntax} takes it`}: ${message}`,
  noPort: () => "No port is known, so this is deployed as a worker without a load balancer.",
  staysStopped: () => "The application is stopped, and a deployment does not start it: slipway start does.",
  alarmRings: ({ name }) => `The alarm ${name} rings now: ECS then judges this deployment by none of its alarms.`,
  nothingTellsWhetherItAnswers: () => "Without a load balancer nothing tells whether the application answers.",
  alsoAdmitted: ({ port, callers }) =>
    `${callers.join(", ")} may come in on port ${port} too, though slipway.json does not name ` +
    `${callers.length === 1 ? "it" : "them"}: somebody else let ${callers.length === 1 ? "it" : "them"} in, and that stays.`,
  healthPathGuessed: ({ path }) =>
    `The health check asks ${path}, which is a guess: set healthCheck.path in slipway.json if that page is slow ` +
    "or private.",
  healthPathWaits: ({ path }) =>
    `The running version does not answer ${path}: the new version has to answer the old health check path too, ` +
    "and the check changes after the rollout.",
  problem: ({ sentence }) => sentence,
  composeLeftOut: ({ file, service, members }) =>
    `Not carried over from the service ${service} of ${file}: ${members.join(", ")}.`,
};

/** A coded value in words; its code where this version has none for it. What an earlier version recorded is words already. */
function put<Values>(words: Words<Values>, coded: { readonly code: keyof Values } | string): string {
  if (typeof coded === "string") return coded;
  const say: ((values: never) => string) | undefined = words[coded.code];
  return say ? say(coded as never) : String(coded.code);
}

export const reasonText = (reason: Reason): string => put<ReasonValues>(reasons, reason);
export const changeText = (change: Change): string => put<ChangeValues>(changes, change);
export const consentReasonText = (reason: ConsentReason, isLocal = false): string =>
  reason.code === "opens" && isLocal
    ? `it opens ${openingText(reason.opens, isLocal)}`
    : put<ConsentReasonValues>(consentReasons, reason);
export const warningText = (warning: PlanWarning): string => put<WarningValues>(warnings, warning);

/**
 * "port 80 of the load balancer to everyone".
 * @param isLocal where it is a machine's own, which listens to nobody else
 */
export function openingText({ port, of, to }: Opening, isLocal = false): string {
  const whom = isLocal ? "this machine alone" : to.includes("0.0.0.0/0") ? "everyone" : to.join(", ");
  return `port ${port} of the ${of === "tasks" ? "tasks" : "load balancer"} to ${whom}`;
}

/** What there is to say of a step, which is a text or the reason why it is left out. */
export const detailText = (detail: string | Reason): string =>
  typeof detail === "string" ? detail : reasonText(detail);
