import type { Application } from "../app/app";
import { estimateCost, type CostEstimate } from "../base/cost";
import type { HoursChange } from "../app/hours";
import type { Limits } from "../app/sleep";
import type { Identity, ScheduledAction } from "../ports/cloud";
import type { ContextChoice } from "../project/context";
import type { Difference } from "../taskDefinition/model/normalise";
import type { PlannedBuildInputs } from "./buildInputs";
import type { Problem } from "./preflight/problem";
import { changeKey, type Action, type ConsentReason, type Decision, type PlanWarning } from "./decision";
import type { OutsideSource } from "./sources";
import type { Ownership } from "./observedState";
import type { Existing } from "./ownership";
import { stepRows, type StepId } from "./phases";

export interface PlanItem extends Decision {
  step: StepId;
}

/** Which earlier revision runs again, as `family:revision`, instead of which, and what is known of it. */
export interface GoesBack {
  readonly revision: string;
  readonly from?: string;
  readonly digest?: string;
  readonly commit?: string;
}

/** What runs in another environment and is brought here, and how its configuration here differs. */
export interface Promotes {
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  /** `family:revision`, as it is called there. */
  readonly revision: string;
  readonly digest: string;
  readonly commit?: string;
  /** Of the task definitions, without what differs by its very names; `before` is what runs there. */
  readonly differences: readonly Difference[];
}

export interface Plan {
  application: string;
  environment: string;
  account: string;
  arn: string;
  region: string;
  items: PlanItem[];
  /** Set where nothing is built and an earlier revision runs again. */
  goesBack?: GoesBack;
  /** Set where nothing is built and the image of another environment is taken. */
  promotes?: Promotes;
  /** Set where nothing changes but that the live revision's tasks are started anew. */
  restarts?: { readonly revision: string };
  /** What the look before the first write found; one that stops keeps the deployment from starting. */
  problems: Problem[];
  warnings: PlanWarning[];
  /** The folder that the builder gets, and why it is this one. */
  context?: ContextChoice;
  /** What the build is given beside it, and where from. */
  buildInputs?: PlannedBuildInputs;
  /** What the build gets of what lies outside of the workspace folder; absent where that is nothing. */
  outside?: readonly OutsideSource[];
  /** Hours that slipway.json states, with what comes next. */
  hours?: PlannedHours;
  /** Scheduled actions that somebody else made: they are left alone. */
  schedulesElsewhere?: readonly ScheduledAction[];
  /** Where the live task definition was changed since Slipway last registered it. */
  changedElsewhere: Difference[];
  /** What the new revision changes against the live one. */
  revisionChanges: Difference[];
  cost: CostEstimate;
  /** True where all of it stays on this machine (the sandbox, an emulator): it costs nothing, and opens nothing to others. */
  local?: true;
  /** What a person types to agree, where slipway.json protects the environment. */
  confirmName?: string;
  /** Why this plan asks; empty for a second deployment that changes nothing of weight. */
  consentReasons: ConsentReason[];
  /** Two plans with the same fingerprint do the same. */
  fingerprint: string;
}

const writes: readonly Action[] = ["create", "update", "replace"];

export function isWrite(item: Decision): boolean {
  return writes.includes(item.action);
}

/** True when carrying the plan out would change nothing, in AWS or in the workspace. */
export function changesNothing(plan: Pick<Plan, "items">): boolean {
  return plan.items.every((item) => !isWrite(item) && (item.action !== "run" || stepsThatOnlyWait.includes(item.step)));
}

const stepsThatOnlyWait: readonly StepId[] = [
  "configure",
  "identity",
  "clusterActive",
  "loadBalancerActive",
  "certificateIssued",
  "targetGroupArn",
  "rollout",
  "live",
  "settle",
];

/** Why a plan asks where it would take what another folder, or somebody else, made. */
export const takings = ({ consentReasons }: Plan): ConsentReason[] =>
  consentReasons.filter(({ code }) => code === "takesOver" || code === "takesExisting");

/** What a person has to look at twice: what others made, and what lies outside of the folder. */
export const cautions = (plan: Plan): ConsentReason[] => [
  ...takings(plan),
  ...plan.consentReasons.filter(({ code }) => code === "readsOutside"),
];

/** When it runs, and its next changes. */
export interface PlannedHours {
  readonly text: string;
  readonly zone: string;
  readonly isOn: boolean;
  readonly on: Limits;
  readonly off: Limits;
  readonly next: readonly HoursChange[];
}

export interface PlanInput {
  app: Application;
  identity: Identity;
  decisions: ReadonlyMap<StepId, Decision>;
  problems: Problem[];
  warnings: PlanWarning[];
  goesBack?: GoesBack;
  promotes?: Promotes;
  restarts?: Plan["restarts"];
  context?: ContextChoice;
  buildInputs?: PlannedBuildInputs | undefined;
  hours?: PlannedHours | undefined;
  schedulesElsewhere?: readonly ScheduledAction[];
  outside?: readonly OutsideSource[];
  changedElsewhere: Difference[];
  revisionChanges: Difference[];
  cost: Parameters<typeof estimateCost>[0];
  isLocal?: boolean;
  /** Monthly cost of what runs now; undefined when nothing does. */
  costNow: number | undefined;
  /** The account of the last deployment from here. */
  lastAccount: string | undefined;
  /** Set where another folder's application of this name runs. */
  takesOver: Ownership["takesOver"];
  /** What a first deployment takes that nobody chose and this application did not make. */
  existing: readonly Existing[];
}

export function assemblePlan(input: PlanInput): Plan {
  const { app, identity } = input;
  const items = (Object.keys(stepRows) as StepId[]).flatMap((step) => {
    const decision = input.decisions.get(step);
    return decision ? [{ step, ...decision }] : [];
  });
  const cost = estimateCost(input.cost);
  const plan = {
    application: app.name,
    environment: app.environment,
    account: identity.account,
    arn: identity.arn,
    region: identity.region,
    items,
    problems: input.problems,
    warnings: input.warnings,
    ...(input.goesBack ? { goesBack: input.goesBack } : {}),
    ...(input.restarts ? { restarts: input.restarts } : {}),
    ...(input.promotes ? { promotes: input.promotes } : {}),
    ...(input.context ? { context: input.context } : {}),
    ...(input.buildInputs ? { buildInputs: input.buildInputs } : {}),
    ...(input.hours ? { hours: input.hours } : {}),
    ...(input.schedulesElsewhere?.length ? { schedulesElsewhere: input.schedulesElsewhere } : {}),
    ...(input.outside?.length ? { outside: input.outside } : {}),
    changedElsewhere: input.changedElsewhere,
    revisionChanges: input.revisionChanges,
    cost,
    ...(input.isLocal ? { local: true as const } : {}),
    ...(app.confirmName === undefined ? {} : { confirmName: app.confirmName }),
  };
  return { ...plan, consentReasons: reasonsToAsk(input, items, cost), fingerprint: fingerprintOf(plan, input) };
}

function reasonsToAsk(input: PlanInput, items: PlanItem[], cost: CostEstimate): ConsentReason[] {
  const reasons: ConsentReason[] = [];
  const service = items.find((item) => item.step === "service");
  if (input.goesBack && items.some(isWrite)) reasons.push({ code: "goesBack", ...input.goesBack });
  if (input.promotes && items.some(isWrite)) {
    const { differences: _, ...promotes } = input.promotes;
    reasons.push({ code: "promotes", ...promotes });
  }
  if (input.restarts && items.some(isWrite)) reasons.push({ code: "restarts", ...input.restarts });
  const first = service?.action === "create" || input.lastAccount === undefined;
  if (first && items.some(isWrite)) reasons.push({ code: "firstDeployment" });
  if (input.takesOver)
    reasons.push({
      code: "takesOver",
      name: service?.name ?? input.app.service,
      ...(input.takesOver.folder === undefined ? {} : { folder: input.takesOver.folder }),
    });
  if (input.outside?.length) reasons.push({ code: "readsOutside", sources: input.outside });
  if (input.existing.length > 0) reasons.push({ code: "takesExisting", things: input.existing });
  if (input.lastAccount !== undefined && input.lastAccount !== input.identity.account)
    reasons.push({ code: "accountChanged", from: input.lastAccount, to: input.identity.account });
  reasons.push(...wayInReasons(items.filter(isWrite)));
  for (const item of items) {
    if (item.action === "replace") reasons.push({ code: "replaces", step: item.step, name: item.name ?? "" });
    if (item.opens && isWrite(item)) reasons.push({ code: "opens", opens: item.opens });
  }
  if (input.changedElsewhere.length > 0) reasons.push({ code: "changedElsewhere" });
  if (input.costNow !== undefined && (cost.monthly ?? 0) > input.costNow + 0.5) reasons.push({ code: "costsMore" });
  if (input.app.confirmName !== undefined && !changesNothing({ items }))
    reasons.push({ code: "isProtected", name: input.app.confirmName });
  return reasons;
}

/** What changes for people who come: records of a zone, where they are sent, and what stops answering. */
function wayInReasons(items: readonly PlanItem[]): ConsentReason[] {
  const zones = new Map<string, { proof?: string; alias?: string }>();
  const reasons: ConsentReason[] = [];
  for (const { action, name, changes = [] } of items)
    for (const change of changes) {
      if (change.code === "proofRecord") zones.set(change.zone, { ...zones.get(change.zone), proof: change.domain });
      if (change.code === "aliasRecord" && name !== undefined)
        zones.set(change.zone, { ...zones.get(change.zone), alias: name });
      if (change.code === "redirectToHttps" && action === "update")
        reasons.push({ code: "sendsToHttps", port: change.port });
      if (change.code === "strategy" && action === "update") {
        const { code: _code, ...releases } = change;
        reasons.push({ code: "changesStrategy", ...releases });
      }
      if (change.code === "removeListener") reasons.push({ code: "removesListener", port: change.port });
    }
  return [...[...zones].map(([zone, records]) => ({ code: "writesRecords" as const, zone, ...records })), ...reasons];
}

/** Their names are tags of images, made of the source's digest: a changed source is no reason to ask again. */
const namedBySource: readonly StepId[] = ["build", "push"];

/** Made of codes, names and values alone: the words of a plan are no part of what was consented to. */
function fingerprintOf(
  plan: Pick<Plan, "account" | "region" | "items" | "changedElsewhere" | "goesBack" | "restarts" | "promotes">,
  { takesOver, existing, outside = [] }: PlanInput,
): string {
  const parts = plan.items.map((item) =>
    [
      item.step,
      item.action,
      namedBySource.includes(item.step) ? "" : (item.name ?? ""),
      ...(item.changes ?? []).map(changeKey),
      ...(item.opens ? [changeKey(item.opens)] : []),
    ].join("|"),
  );
  return JSON.stringify([
    plan.account,
    plan.region,
    ...parts,
    plan.changedElsewhere.map((item) => [item.path, item.after ?? null]),
    ...(plan.goesBack ? [plan.goesBack] : []),
    ...(plan.restarts ? ["restarts", plan.restarts] : []),
    ...(plan.promotes ? ["promotes", plan.promotes] : []),
    ...(takesOver ? [takesOver] : []),
    ...existing,
    // How much is in it changes all the time; which it is does not.
    ...outside.map(({ use, name, path }) => [use, name ?? "", path]),
  ]);
}
