/**
 * A health check path that the running version does not answer: both versions cannot share a target group, so the new
 * one gets a group of its own. The listener names both, with all traffic to the old one; the old tasks are protected,
 * so that ECS leaves them until the new ones are healthy and the listener has been turned over.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html
 */
import { elapsed } from "../../base/elapsed";
import { errorCode, reportOf } from "../../base/errors";
import type { Forward, Listener, ListenerRule, Service, TargetGroup } from "../../ports/cloud";
import { poll, type RunContext } from "../step";
import { isOurs, type RunInput, type ObservedState } from "../observedState";
import { endedShifting, involvesShifting } from "../shifting";
import { balancerOf } from "./network";

/** Minutes that the old tasks are protected: longer than the circuit breaker takes to give up on a rollout. */
const protectionMinutes = 120;
/** What is changed at a listener reaches every node of the load balancer within seconds. */
const propagationMilliseconds = 5000;

/** What decides which requests are for this application: the listener's default action, or a rule of it. */
export interface Forwarding {
  kind: "listener" | "rule";
  arn: string;
  forwards: Forward[];
  ours: boolean;
}

const forwardingFrom = (kind: Forwarding["kind"], item: Listener | ListenerRule, input: RunInput): Forwarding => ({
  kind,
  arn: item.arn,
  forwards: item.forwards,
  ours: isOurs(item.tags, input.app),
});

/** The forwarding that names one of this application's two target groups. */
export function forwardingOf(
  observed: ObservedState,
  input: RunInput,
  listener: Listener | undefined = observed.listener,
  rules: readonly ListenerRule[] = observed.rules,
): Forwarding | undefined {
  const arns = [observed.targetGroup?.arn, observed.spareTargetGroup?.arn];
  const names = (item: { forwards: Forward[] }) => item.forwards.some((forward) => arns.includes(forward.arn));
  const rule = rules.find((item) => !item.isDefault && names(item));
  if (rule) return forwardingFrom("rule", rule, input);
  return listener && names(listener) ? forwardingFrom("listener", listener, input) : undefined;
}

const sendsTo = (forwarding: Forwarding | undefined, arn: string | undefined): boolean =>
  forwarding?.forwards.some((forward) => forward.arn === arn && forward.weight > 0) === true;

/** True when the new version gets a target group of its own. */
export function needsCutover(observed: ObservedState, input: RunInput): boolean {
  // ECS has a second target group of its own there, and moves the traffic itself.
  if (involvesShifting(observed, input)) return false;
  if (!balancerOf(observed, input) || observed.answersHealthPath !== false || !observed.targetGroup) return false;
  const forwarding = forwardingOf(observed, input);
  // Somebody else's listener is not changed, and a group that still has traffic is not free to take over.
  return forwarding?.ours === true && !sendsTo(forwarding, observed.spareTargetGroup?.arn);
}

/** The name of the group that is not in use now. */
export function spareName(observed: ObservedState, input: RunInput): string {
  const { app } = input;
  return observed.targetGroup?.name === app.targetGroup ? app.secondTargetGroup : app.targetGroup;
}

/** All traffic to one group; the others stay named, so that ECS can go back to them. */
async function sendAllTo(
  context: RunContext,
  forwarding: Forwarding,
  arn: string,
  others: readonly string[],
): Promise<void> {
  const { elb } = context.cloud;
  const forwards = [
    { arn, weight: 1 },
    ...others.filter((other) => other !== arn).map((other) => ({ arn: other, weight: 0 })),
  ];
  await (forwarding.kind === "rule"
    ? elb.forwardRule(forwarding.arn, forwards)
    : elb.forwardListener(forwarding.arn, forwards));
}

/** Names the new group at the listener, without traffic: ECS takes only groups that a load balancer knows. */
export async function recordNewTargetGroup(context: RunContext): Promise<void> {
  const { observed, outputs } = context;
  const forwarding = forwardingOf(observed, context);
  const old = observed.targetGroup?.arn;
  if (!forwarding || old === undefined || outputs.targetGroupArn === undefined) return;
  await sendAllTo(context, forwarding, old, [outputs.targetGroupArn]);
  context.onRollback.push((later) => sendAllTo(later, forwarding, old, []));
}

/** Keeps ECS from stopping the running tasks as soon as the new ones are healthy. */
export async function protectRunningTasks(context: RunContext): Promise<void> {
  const { app, cloud } = context;
  const tasks = await cloud.ecs.listTasks(app.cluster, { service: app.service, stopped: false });
  try {
    const refused = await cloud.ecs.protectTasks(
      app.cluster,
      tasks.map((task) => task.arn),
      protectionMinutes,
    );
    // A task that is going anyway is none that could be protected.
    const left = refused.filter((failure) => !/MISSING|TASK_NOT_VALID/.test(failure.reason));
    if (left.length) throw new Error(left.map((failure) => `${failure.arn}: ${failure.reason}`).join("; "));
  } catch (error) {
    if (errorCode(error) === "Cancelled") throw error;
    context.emit({
      type: "note",
      level: "warning",
      message:
        `The running tasks could not be protected (${reportOf(error).summary}), so requests may fail for a moment ` +
        "while the new version takes over.",
    });
  }
  context.onRollback.push((later) => releaseTasks(later, undefined));
}

/** Lets ECS stop what is not of this deployment; all tasks when none is named. */
async function releaseTasks(context: RunContext, except: string | undefined): Promise<void> {
  const { app, cloud } = context;
  const tasks = (await cloud.ecs.listTasks(app.cluster, { service: app.service, stopped: false })).filter(
    (task) => task.startedBy !== except,
  );
  await cloud.ecs
    .protectTasks(
      app.cluster,
      tasks.map((task) => task.arn),
      undefined,
    )
    .catch((error: unknown) => {
      if (errorCode(error) === "Cancelled") throw error;
      context.emit({
        type: "note",
        level: "warning",
        message: `The old tasks could not be released: ECS stops them within two hours. ${reportOf(error).summary}`,
      });
    });
}

/** Turns the listener over during a rollout, also one that an earlier run began. */
export class TargetGroupCutover {
  /** Whether two groups are about at all. */
  /** Whether the service may move from one target group to another. */
  readonly concerned: boolean;
  /** The service's group that has all traffic, and since when. */
  private turned: { arn: string; at: number; released: boolean } | undefined;

  constructor(private readonly context: RunContext) {
    const { observed } = context;
    this.concerned =
      !involvesShifting(observed, context) &&
      (needsCutover(observed, context) || isOurs(observed.spareTargetGroup?.tags, context.app));
  }

  /**
   * One look: turns over when every task of the service's own group is healthy, and lets the other tasks go once that
   * has reached the load balancer. A rollback gives the service its old group back: then all of this goes the other way.
   */
  async look(service: Service): Promise<void> {
    const arn = service.loadBalancers[0]?.targetGroupArn;
    const primary = service.deployments.find((deployment) => deployment.status === "PRIMARY");
    if (!this.concerned || arn === undefined || !primary) return;
    if (this.turned?.arn !== arn && !(await this.turnTo(arn, service.desired))) return;
    const { turned, context } = this;
    if (
      !turned ||
      turned.released ||
      elapsed(context.clock) - turned.at < Math.min(propagationMilliseconds, context.settleMilliseconds)
    )
      return;
    await releaseTasks(context, primary.id);
    turned.released = true;
  }

  private async turnTo(arn: string, desired: number): Promise<boolean> {
    const { app, clock, cloud, emit } = this.context;
    const forwarding = await this.forwardingNow();
    if (!forwarding) return false;
    const others = forwarding.forwards.map((forward) => forward.arn);
    if (others.some((other) => other !== arn && sendsTo(forwarding, other))) {
      const healthy = (await cloud.elb.targetHealth(arn)).filter((target) => target.state === "healthy").length;
      if (healthy === 0 || healthy < desired) return false;
      await sendAllTo(this.context, forwarding, arn, others);
      emit({
        type: "progress",
        step: "rollout",
        message: `The listener now sends to the target group whose health check asks ${app.healthCheck.path}`,
      });
    }
    this.turned = { arn, at: elapsed(clock), released: false };
    return true;
  }

  private async forwardingNow(): Promise<Forwarding | undefined> {
    const { cloud, observed, app, outputs } = this.context;
    const balancer = outputs.loadBalancerArn ?? observed.loadBalancer?.arn;
    if (balancer === undefined) return undefined;
    const listener = (await cloud.elb.listListeners(balancer)).find(
      (item) => item.port === app.loadBalancer?.listenerPort,
    );
    const rules = listener ? await cloud.elb.listRules(listener.arn) : [];
    // The new group is not in the world that was read before it was made; the old one is.
    return forwardingOf(observed, this.context, listener, rules);
  }
}

/** The group that is of no use once the new version alone runs. */
export function groupToRemove(observed: ObservedState, input: RunInput): TargetGroup | undefined {
  if (!balancerOf(observed, input)) return undefined;
  // Both are needed where ECS moves traffic; where it ends doing so, more goes than a group.
  if (involvesShifting(observed, input) || endedShifting(observed, input)) return undefined;
  const left = needsCutover(observed, input) ? observed.targetGroup : observed.spareTargetGroup;
  return left && isOurs(left.tags, input.app) ? left : undefined;
}

/** Takes the old group from the listener and deletes it. */
export async function removeOldGroup(context: RunContext): Promise<void> {
  const { outputs, observed } = context;
  const old = groupToRemove(observed, context);
  const current = outputs.targetGroupArn;
  if (!old || current === undefined || old.arn === current) return;
  const forwarding = forwardingOf(observed, context);
  if (forwarding?.ours) await sendAllTo(context, forwarding, current, []);
  await deleteWhenFree(context, old.arn);
}

/** Deletes a target group, patiently while a listener still names it. */
export async function deleteWhenFree(context: RunContext, arn: string): Promise<void> {
  await poll(context, 120_000, async () => {
    try {
      await context.cloud.elb.deleteTargetGroup(arn);
      return true;
    } catch (error) {
      if (!/^ResourceInUse/.test(errorCode(error))) throw error;
      return undefined;
    }
  });
}
