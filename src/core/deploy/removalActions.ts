/** How each thing is removed: in its time, as often as AWS wants, and as done where it is gone already. */
import type { Application } from "../app/app";
import { elapsed } from "../base/elapsed";
import { errorCode, quotedText, SlipwayError } from "../base/errors";
import type { Cloud } from "../ports/cloud";
import type { Clock, ContainerEngine } from "../ports/machine";
import { executionPolicyName } from "./observe";
import type { Ids } from "./observedState";
import { findOtherUsers, type OtherUsers } from "./otherUsers";
import type { Removal } from "./removals";
import { schedulePolicyName } from "./schedules";
import { poll, untilSeen } from "./step";

export interface DestroyInput {
  app: Application;
  ids: Ids;
  cloud: Cloud;
  clock: Clock;
  pollMilliseconds: number;
  /** The container engine's images; absent where nobody may ask it. */
  images?: Pick<ContainerEngine, "localImages" | "removeImages">;
}

export interface Context extends DestroyInput {
  signal: AbortSignal;
  /** Says how far it is, where that takes its time. */
  tell(progress: string): void;
}

/** A removal and how it is done. */
export interface Target extends Removal {
  remove(context: Context): Promise<void>;
}

const missing =
  /NotFound|NoSuchEntity|ServiceNotActive|ClusterNotFound|LoadBalancerNotFound|ResourceNotFound|RepositoryNotFound/;

/** "Not found" counts as done. */
export async function gone(removal: Promise<unknown>): Promise<void> {
  await removal.catch((error: unknown) => {
    if (!missing.test(errorCode(error))) throw error;
  });
}

const stillUsed = [
  "DependencyViolation",
  "ResourceInUse",
  "ResourceInUseException",
  "ClusterContainsServicesException",
  "ClusterContainsTasksException",
  "UpdateInProgressException",
  "DeleteConflict",
  "DeleteConflictException",
];

/** So long what was removed a moment ago may still count as a user; then it is looked who else is one. */
const ownTraceMilliseconds = 60_000;

/** The code of a thing that somebody else began to use while it was being removed: it stays, and that is no failure. */
export const usedMeanwhile = "UsedMeanwhile";

/**
 * Tries again while AWS says that something else still uses it; ten minutes at most.
 * @param usersOf who else uses it, by a look at the whole account
 */
export async function patiently(
  context: Context,
  remove: () => Promise<void>,
  usersOf: (others: OtherUsers) => readonly string[],
): Promise<void> {
  let last: unknown;
  const began = elapsed(context.clock);
  const done = await poll(context, 10 * 60_000, async () => {
    try {
      await gone(remove());
      return true;
    } catch (error) {
      if (!stillUsed.includes(errorCode(error))) throw error;
      if (!last) context.tell("AWS still counts it as used; it goes once that is over");
      last = error;
      if (elapsed(context.clock) - began < ownTraceMilliseconds) return undefined;
      const users = usersOf(await findOtherUsers(context.cloud, context.app, undefined));
      if (users.length === 0) return undefined;
      throw new SlipwayError({ code: usedMeanwhile, summary: users.join(", ") }, { cause: error });
    }
  });
  if (!done) throw last;
}

/** @param groups the target groups that go with it; in one that stays, another service's tasks are drained in its own time */
export async function removeService(context: Context, groups: readonly string[]): Promise<void> {
  const { app, cloud } = context;
  // Nobody is to be served any more: a short delay spares half a minute of draining.
  for (const arn of groups)
    await gone(cloud.elb.setTargetGroupAttributes(arn, { "deregistration_delay.timeout_seconds": "1" }));
  await gone(cloud.ecs.deleteService(app.cluster, app.service, true));
  await poll(context, 15 * 60_000, async () => {
    const service = await cloud.ecs.findService(app.cluster, app.service);
    return !service || service.status === "INACTIVE" ? true : undefined;
  });
  const left = await cloud.ecs.listTasks(app.cluster, { service: app.service, stopped: false });
  await Promise.all(left.map((task) => gone(cloud.ecs.stopTask(app.cluster, task.arn, "Removed by Slipway"))));
  await poll(context, 10 * 60_000, async () =>
    (await cloud.ecs.listTasks(app.cluster, { service: app.service, stopped: false })).length === 0 ? true : undefined,
  );
}

export async function removeLoadBalancer(context: Context, arn: string, name: string): Promise<void> {
  await gone(context.cloud.elb.deleteLoadBalancer(arn));
  await poll(context, 10 * 60_000, async () => ((await context.cloud.elb.findLoadBalancer(name)) ? undefined : true));
  // Its network interfaces outlive it by a while, and its security group cannot go before them.
  const id = arn.split("loadbalancer/")[1] ?? name;
  await poll(context, 10 * 60_000, async () =>
    (await context.cloud.ec2.countInterfaces(`ELB ${id}`)) === 0 ? true : undefined,
  );
}

/** So many revisions go in a moment; AWS takes one a second of what is beyond them. */
export const quickRevisions = 20;

export async function removeRevisions(context: Context, arns: readonly string[]): Promise<void> {
  for (const [index, arn] of arns.entries()) {
    if (index > 0 && index % quickRevisions === 0) context.tell(`${index} of ${arns.length} revisions deregistered`);
    // Inactive already: a removal that was cut short has deregistered it.
    await gone(context.cloud.ecs.deregister(arn)).catch((error: unknown) => {
      if (!/inactive/i.test(quotedText(error))) throw error;
    });
  }
  for (let from = 0; from < arns.length; from += 10)
    await gone(context.cloud.ecs.deleteTaskDefinitions(arns.slice(from, from + 10)));
}

/** Those that Slipway writes into roles of its own; with others in it a role stays. */
const ownPolicies: readonly string[] = [executionPolicyName, schedulePolicyName];

export async function removeRole(context: Context, name: string): Promise<void> {
  const { cloud } = context;
  for (const arn of await cloud.iam.listAttachedPolicies(name)) await gone(cloud.iam.detachPolicy(name, arn));
  for (const policy of await cloud.iam.listInlinePolicies(name))
    if (ownPolicies.includes(policy)) await gone(cloud.iam.deleteInlinePolicy(name, policy));
  await untilSeen(context, () => gone(cloud.iam.deleteRole(name)));
}
