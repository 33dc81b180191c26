/** Stopping an application without removing it, starting it again, and how many of its tasks run. */
import {
  allSuspended,
  noneSuspended,
  standstillFrom,
  standstillOf,
  standstillText,
  stoppedTag,
  type Standstill,
} from "../app/standstill";
import { estimateCost, type CostEstimate } from "../base/cost";
import { SlipwayError } from "../base/errors";
import type { ScalableTarget, Service } from "../ports/cloud";
import type { DeploymentRecord } from "../ports/machine";
import { wantedAlarms } from "./alarms";
import { isOurs, ownershipTags, type RunInput } from "./observedState";
import { findOwnService } from "./readHistory";
import { alreadyRunning } from "./recorder";
import { poll, untilSeen } from "./step";

type Input = Pick<RunInput, "app" | "cloud" | "ids" | "journal" | "clock" | "pollMilliseconds" | "prober"> & {
  readonly signal: AbortSignal;
};

/** How many run, and how many are to. */
export interface TaskCounts {
  readonly running: number;
  readonly desired: number;
}
export type TellCounts = (counts: TaskCounts) => void;

interface Named {
  readonly application: string;
  readonly environment: string;
  readonly cluster: string;
  readonly service: string;
  readonly account: string;
  readonly region: string;
}

/** What stopping does, for who is asked. */
export interface StopPlan extends Named {
  readonly isStopped: boolean;
  readonly running: number;
  readonly desired: number;
  readonly limits?: { readonly minimum: number; readonly maximum: number };
  readonly policies: readonly string[];
  /** Scheduled actions, whoever made them: none of them runs meanwhile. */
  readonly schedules: readonly string[];
  /** Scheduled commands of slipway.json, which run on. */
  readonly commands: readonly string[];
  /** Its address, where it has one: it answers 503 from then on. */
  readonly url?: string;
  /** What goes on costing a month. */
  readonly cost: CostEstimate;
  /** What a person types to agree, where slipway.json protects the environment. */
  readonly confirmName?: string;
}

export interface StandstillOptions<Plan> {
  readonly record: DeploymentRecord;
  confirm(plan: Plan): Promise<boolean>;
  readonly tell?: TellCounts;
}

/** What stopping, starting or scaling came to. */
export interface StandstillResult {
  readonly outcome: "done" | "declined" | "stoppedWatching";
  readonly application: string;
  readonly service: string;
  readonly running: number;
  readonly desired: number;
  readonly limits?: { readonly minimum: number; readonly maximum: number };
  readonly url: string | null;
}

/** A task's last requests, its stop timeout and the load balancer's delay are well within it. */
const longestStop = 15 * 60_000;
const longestStart = 15 * 60_000;
/** So many tasks that ended by themselves are no bad luck. */
const mostFailures = 3;

async function withLock<T>(record: DeploymentRecord, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const lock = await record.lock(signal);
  if (!lock) throw await alreadyRunning(record);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function named({ app, cloud }: Input): Promise<Named> {
  const { account, region } = await cloud.identity();
  const { name: application, environment, cluster, service } = app;
  return { application, environment, cluster, service, account, region };
}

const limitsOf = (target: ScalableTarget | undefined) =>
  target ? { limits: { minimum: target.minimum, maximum: target.maximum } } : {};

const isHalted = ({ minimum, suspended }: ScalableTarget): boolean =>
  minimum === 0 && suspended !== undefined && suspended.in && suspended.out && suspended.schedule;

/** What to remember: what is there now, unless a run that was killed has already changed it. */
function remembered(service: Service, target: ScalableTarget | undefined): Standstill {
  const text = service.tags[stoppedTag];
  const before = text === undefined ? undefined : standstillFrom(text);
  const desired = service.desired > 0 ? service.desired : (before?.desired ?? 0);
  if (!target) return { desired };
  if (before?.limits && isHalted(target)) return { desired, limits: before.limits };
  const { minimum, maximum, suspended = noneSuspended } = target;
  return { desired, limits: { minimum, maximum, suspended } };
}

/**
 * Has no task run any more, and nothing start one: neither a policy nor a schedule. What it was like is remembered in a
 * tag of the service. Killed anywhere, a repeated run ends the same.
 * @throws SlipwayError NotDeployed, AlreadyRunning
 */
export async function stopApplication(
  input: Input,
  { record, confirm, tell }: StandstillOptions<StopPlan>,
): Promise<StandstillResult> {
  const { app, cloud, signal } = input;
  if (!(await confirm(await stopPlan(input)))) return resultOf(input, "declined");
  await withLock(record, signal, async () => {
    const service = await findOwnService(input);
    const target = await cloud.scaling.findTarget(app.cluster, app.service);
    const memory = standstillText(remembered(service, target));
    // First of all: what is changed after this is known, wherever the run is killed.
    if (service.tags[stoppedTag] !== memory)
      await untilSeen(input, () => cloud.ecs.tag(service.arn, { [stoppedTag]: memory }));
    if (target && !isHalted(target)) {
      const halted = { minimum: 0, maximum: target.maximum, suspended: allSuspended };
      await untilSeen(input, () => cloud.scaling.registerTarget(app.cluster, app.service, halted, {}));
    }
    if (service.desired > 0)
      await untilSeen(input, () => cloud.ecs.updateService(app.cluster, app.service, { desired: 0 }, service.revision));
  });
  const gone = await poll(input, longestStop, async () => {
    const found = await cloud.ecs.findService(app.cluster, app.service);
    if (found) tell?.(found);
    return !found || found.running + found.pending === 0 ? true : undefined;
  });
  return resultOf(input, gone ? "done" : "stoppedWatching");
}

/** What stopping would do and leave. Reads only. */
async function stopPlan(input: Input): Promise<StopPlan> {
  const { app, cloud } = input;
  const service = await findOwnService(input);
  const [names, target, policies, schedules, prices, url] = await Promise.all([
    named(input),
    cloud.scaling.findTarget(app.cluster, app.service),
    cloud.scaling.listPolicies(app.cluster, app.service),
    cloud.scaling.listScheduled(app.cluster, app.service),
    cloud.prices.ofRegion(),
    addressOf(input, service),
  ]);
  const isOwn = url !== undefined && isOurs(url.tags, app);
  const cost = estimateCost({
    region: names.region,
    prices,
    architecture: "X86_64",
    cpu: 0,
    memory: 0,
    tasks: 0,
    publicTasks: false,
    loadBalancer: isOwn,
    loadBalancerZones: isOwn && !url.internal ? url.zones : 0,
    alarms: wantedAlarms(app, isOwn).length,
  });
  return {
    ...names,
    ...(app.confirmName === undefined ? {} : { confirmName: app.confirmName }),
    isStopped: standstillOf(service) !== undefined && service.running === 0 && (!target || isHalted(target)),
    running: service.running,
    desired: service.desired,
    ...limitsOf(target),
    policies: policies.map(({ name }) => name),
    schedules: schedules.map(({ name }) => name),
    commands: (app.schedules ?? []).flatMap(({ name, enabled }) => (enabled === false ? [] : [name])),
    ...(url ? { url: url.url } : {}),
    cost,
  };
}

/** Where the application answers; undefined for one without a load balancer. */
async function addressOf({ app, cloud, prober }: Input, service: Service) {
  const settings = app.loadBalancer;
  if (!settings || service.loadBalancers.length === 0) return undefined;
  const found = await cloud.elb.findLoadBalancer(settings.name);
  if (!found) return undefined;
  const isSecure = settings.certificate !== undefined || settings.listenerPort === 443;
  const host = settings.domain ?? settings.hostHeader ?? found.dnsName;
  const url = new URL(prober.urlFor(host, settings.listenerPort, isSecure));
  if (settings.pathPattern) url.pathname = settings.pathPattern.replace(/\*.*$/, "");
  return { url: url.href, tags: found.tags, zones: found.subnets.length, internal: found.scheme === "internal" };
}

async function resultOf(input: Input, outcome: StandstillResult["outcome"]): Promise<StandstillResult> {
  const { app, cloud } = input;
  const [service, target] = await Promise.all([
    cloud.ecs.findService(app.cluster, app.service),
    cloud.scaling.findTarget(app.cluster, app.service),
  ]);
  const url = service && service.desired > 0 ? await addressOf(input, service) : undefined;
  return {
    outcome,
    application: app.name,
    service: app.service,
    running: service?.running ?? 0,
    desired: service?.desired ?? 0,
    ...limitsOf(target),
    url: url?.url ?? null,
  };
}

/**
 * Starts what was stopped, as it was: count, limits, and what of scaling was suspended. Watches until it answers. What
 * runs already is only watched.
 * @throws SlipwayError NotDeployed, AlreadyRunning, StartFailed
 */
export async function startApplication(
  input: Input,
  { record, tell }: Pick<StandstillOptions<never>, "record" | "tell">,
): Promise<StandstillResult> {
  const { app, cloud, signal } = input;
  const begun = await withLock(record, signal, async () => {
    const service = await findOwnService(input);
    const target = await cloud.scaling.findTarget(app.cluster, app.service);
    const text = service.tags[stoppedTag];
    if (text === undefined && service.desired > 0) return { at: input.clock.now(), desired: service.desired };
    const memory = text === undefined ? undefined : standstillFrom(text);
    const limits = memory?.limits ?? (target && { ...target, suspended: noneSuspended });
    // Somebody who stopped it outside of the hours in which it runs wants it to run now.
    const maximum = Math.max(limits?.maximum ?? 0, app.scaling?.maximum ?? 0);
    const least = Math.max(limits?.minimum ?? 0, memory?.desired ?? 0);
    const wanted = least > 0 ? least : Math.max(1, app.scaling?.minimum ?? app.desiredCount);
    const desired = limits ? Math.min(wanted, Math.max(1, maximum)) : wanted;
    if (service.desired < desired)
      await untilSeen(input, () => cloud.ecs.updateService(app.cluster, app.service, { desired }, service.revision));
    if (target && limits) {
      const restored = {
        minimum: limits.minimum,
        maximum: Math.max(limits.maximum, desired),
        suspended: limits.suspended,
      };
      await untilSeen(input, () => cloud.scaling.registerTarget(app.cluster, app.service, restored, {}));
    }
    // Last: a run that was killed before this begins again.
    if (text !== undefined) await untilSeen(input, () => cloud.ecs.untag(service.arn, [stoppedTag]));
    return { at: input.clock.now(), desired };
  });
  return watchStart(input, begun, tell);
}

/** Until so many tasks run, and the address answers where it has one. */
async function watchStart(
  input: Input,
  begun: { readonly at: number; readonly desired: number },
  tell: TellCounts | undefined,
): Promise<StandstillResult> {
  const { app, cloud, signal } = input;
  const answered = await poll(input, longestStart, async () => {
    const service = await cloud.ecs.findService(app.cluster, app.service);
    if (!service) return undefined;
    tell?.(service);
    if (service.running >= Math.min(service.desired, begun.desired) && service.running > 0) {
      const address = await addressOf(input, service);
      const answer = address && !address.internal ? await input.prober.get(address.url, signal) : { status: 200 };
      if (answer.status !== undefined && answer.status < 500) return true;
    }
    await refuseFailing(input, begun.at);
    return undefined;
  });
  return resultOf(input, answered ? "done" : "stoppedWatching");
}

/** Tasks that end one after the other are no start. */
async function refuseFailing({ app, cloud }: Input, since: number): Promise<void> {
  const stopped = await cloud.ecs.listTasks(app.cluster, { service: app.service, stopped: true });
  // AWS's clock need not be this machine's.
  const failed = stopped.filter(
    (task) => task.createdAt > since - 5000 && task.stopCode !== "ServiceSchedulerInitiated",
  );
  if (failed.length < mostFailures) return;
  throw new SlipwayError({
    code: "StartFailed",
    summary: `${app.name} was started, but its tasks do not stay: ${failed.length} ended.`,
    evidence: [...new Set(failed.map(({ stoppedReason }) => stoppedReason ?? ""))].filter(Boolean).slice(0, 5),
    remedy: "slipway diagnose says why. ECS goes on trying; slipway stop ends that.",
    actions: ["tailLogs"],
  });
}

/** How many tasks are to run: so many now, or within which limits they are scaled. */
export interface ScaleWish {
  readonly count?: number | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
}

const isStoppedError = (app: string): SlipwayError =>
  new SlipwayError({
    code: "ApplicationStopped",
    summary: `${app} is stopped, so how many of its tasks run is not changed.`,
    remedy: "slipway start starts it as it was; scale it then.",
    actions: [],
  });

const outsideLimits = (count: number, { minimum, maximum }: ScalableTarget): SlipwayError =>
  new SlipwayError({
    code: "OutsideLimits",
    summary: `${count} is outside of what scaling keeps it to: ${minimum} to ${maximum} tasks.`,
    remedy: "Change the limits too: slipway scale N --minimum A --maximum B.",
    actions: [],
  });

const badLimits = (summary: string): SlipwayError =>
  new SlipwayError({ code: "OutsideLimits", summary, remedy: "Say both: --minimum A --maximum B.", actions: [] });

/** The limits as they are to be; undefined where they stay. */
function wantedLimits(wish: ScaleWish, target: ScalableTarget | undefined): ScalableTarget | undefined {
  if (wish.minimum === undefined && wish.maximum === undefined) return undefined;
  const minimum = wish.minimum ?? target?.minimum;
  const maximum = wish.maximum ?? target?.maximum;
  if (minimum === undefined || maximum === undefined)
    throw badLimits("The service has no limits yet, and one of the two alone makes none.");
  if (minimum > maximum) throw badLimits(`At least ${minimum} and at most ${maximum} tasks cannot both hold.`);
  return { minimum, maximum };
}

const stopsProtected = (name: string): SlipwayError =>
  new SlipwayError({
    code: "ConsentMissing",
    summary: `Scaling to no task stops ${name}, and slipway.json protects it. Nothing was changed.`,
    remedy: "Stop it instead: that asks for its name (slipway stop).",
    actions: [],
  });

/**
 * Changes how many tasks run, and watches until so many do. slipway.json stays as it is.
 * @throws SlipwayError NotDeployed, AlreadyRunning, ApplicationStopped, OutsideLimits, StartFailed
 */
export async function scaleApplication(
  input: Input,
  wish: ScaleWish,
  { record, tell }: Pick<StandstillOptions<never>, "record" | "tell">,
): Promise<StandstillResult> {
  const { app, cloud, signal } = input;
  const at = input.clock.now();
  // Without a task it stands still, whatever that is called.
  if (app.confirmName !== undefined && (wish.count === 0 || wish.maximum === 0)) throw stopsProtected(app.confirmName);
  await withLock(record, signal, async () => {
    const service = await findOwnService(input);
    if (standstillOf(service)) throw isStoppedError(app.name);
    const target = await cloud.scaling.findTarget(app.cluster, app.service);
    const limits = wantedLimits(wish, target);
    const range = limits ?? target;
    const { count } = wish;
    if (count !== undefined && range && (count < range.minimum || count > range.maximum))
      throw outsideLimits(count, range);
    if (limits && (limits.minimum !== target?.minimum || limits.maximum !== target.maximum))
      await untilSeen(input, () =>
        cloud.scaling.registerTarget(app.cluster, app.service, limits, target ? {} : ownershipTags(app)),
      );
    if (count !== undefined && count !== service.desired)
      await untilSeen(input, () =>
        cloud.ecs.updateService(app.cluster, app.service, { desired: count }, service.revision),
      );
  });
  const settled = await poll(input, longestStart, async () => {
    const found = await cloud.ecs.findService(app.cluster, app.service);
    if (!found) return undefined;
    tell?.(found);
    if (found.running === found.desired && found.pending === 0) return true;
    await refuseFailing(input, at);
    return undefined;
  });
  return resultOf(input, settled ? "done" : "stoppedWatching");
}
