import type { Application } from "../app/app";
import { errorCode, isCancelled, reportOf, quotedText, SlipwayError, type ErrorReport } from "../base/errors";
import type { Cloud, Identity, TargetGroup } from "../ports/cloud";
import type { Clock, DeploymentRecord } from "../ports/machine";
import type { DeployEvent, Emit, Outcome, TimelessEvent } from "./events";
import { runGraph } from "./graph";
import type { ResourceKind } from "./phases";
import { executionPolicyName } from "./observe";
import { poll, untilSeen } from "./step";
import { isOurs, type Ids } from "./observedState";
import { settleOwnership } from "./ownership";

/** One thing to remove, or to keep because somebody else made it. */
export interface Removal {
  id: RemovalId;
  kind: ResourceKind;
  name: string;
  arn: string;
  ours: boolean;
}

export type RemovalId =
  | "scaling"
  | "service"
  | "tasks"
  | "rules"
  | "listener"
  | "loadBalancer"
  | "targetGroup"
  | "taskGroup"
  | "loadBalancerGroup"
  | "cluster"
  | "taskDefinitions"
  | "logGroup"
  | "repository"
  | "role";

/** What has to be gone before: AWS refuses the other order. */
const order: Readonly<Record<RemovalId, readonly RemovalId[]>> = {
  scaling: [],
  service: ["scaling"],
  tasks: ["service"],
  rules: [],
  listener: ["rules"],
  loadBalancer: ["listener"],
  targetGroup: ["loadBalancer", "listener", "rules", "service"],
  taskGroup: ["tasks", "service"],
  loadBalancerGroup: ["taskGroup", "loadBalancer"],
  cluster: ["service", "tasks"],
  taskDefinitions: ["service", "tasks"],
  logGroup: ["tasks", "service"],
  repository: ["service"],
  role: ["tasks", "service"],
};

export interface DestroyInput {
  app: Application;
  ids: Ids;
  cloud: Cloud;
  clock: Clock;
  pollMilliseconds: number;
}

export interface DestroyOptions {
  confirm(removals: Removal[], identity: Identity): Promise<boolean>;
  record: DeploymentRecord;
  emit: Emit;
  signal: AbortSignal;
  runId: string;
  connection: string;
  folder: string;
}

interface Target extends Removal {
  remove(context: Context): Promise<void>;
}

interface Context extends DestroyInput {
  signal: AbortSignal;
}

/** Everything of this application that exists, found by name; whose it is say its tags and nothing else. */
async function findTargets({ app: named, cloud, ids }: DestroyInput, identity: Identity): Promise<Target[]> {
  const { partition, region, account } = identity;
  const cluster = await cloud.ecs.findCluster(named.cluster);
  const alive = cluster && cluster.status !== "INACTIVE" ? cluster : undefined;
  const service = alive ? await cloud.ecs.findService(named.cluster, named.service) : undefined;
  const app = { ...named, owner: settleOwnership(named, service, ids).own };
  const vpc = await cloud.ec2.findVpc(app.network.vpc);
  const [scaling, balancer, targetGroups, repository, role, logGroup, revisions, loadBalancerGroup, taskGroup] =
    await Promise.all([
      alive ? cloud.scaling.findTarget(app.cluster, app.service) : undefined,
      app.loadBalancer ? cloud.elb.findLoadBalancer(app.loadBalancer.name) : undefined,
      targetGroupsOf(cloud, app),
      cloud.ecr.findRepository(app.repository),
      cloud.iam.findRole(app.executionRoleName),
      cloud.logs.findGroup(app.logGroup),
      ownRevisions(cloud, app),
      vpc ? cloud.ec2.findSecurityGroup(vpc.id, app.securityGroups.loadBalancer) : undefined,
      vpc ? cloud.ec2.findSecurityGroup(vpc.id, app.securityGroups.tasks) : undefined,
    ]);
  const targets: Target[] = [];
  const add = (id: RemovalId, kind: ResourceKind, name: string, arn: string, ours: boolean, remove: Target["remove"]) =>
    targets.push({ id, kind, name, arn, ours, remove });
  const present = service && service.status !== "INACTIVE" ? service : undefined;
  const serviceIsOurs = present !== undefined && isOurs(present.tags, app);
  if (present) {
    if (scaling && serviceIsOurs)
      add("scaling", "scalingTarget", app.service, present.arn, true, (context) =>
        gone(context.cloud.scaling.deregisterTarget(app.cluster, app.service)),
      );
    add("service", "service", app.service, present.arn, serviceIsOurs, removeService);
  }
  if (balancer) {
    const ours = isOurs(balancer.tags, app);
    for (const listener of await cloud.elb.listListeners(balancer.arn)) {
      if (isOurs(listener.tags, app) && ours) {
        add("listener", "listener", `${balancer.name}:${listener.port}`, listener.arn, true, (context) =>
          gone(context.cloud.elb.deleteListener(listener.arn)),
        );
        continue;
      }
      for (const rule of await cloud.elb.listRules(listener.arn)) {
        if (isOurs(rule.tags, app))
          add(
            "rules",
            "listenerRule",
            `${balancer.name}:${listener.port}, rule ${rule.priority}`,
            rule.arn,
            true,
            (context) => gone(context.cloud.elb.deleteRule(rule.arn)),
          );
      }
    }
    add("loadBalancer", "loadBalancer", balancer.name, balancer.arn, ours, (context) =>
      removeLoadBalancer(context, balancer.arn, balancer.name),
    );
  }
  for (const targetGroup of targetGroups)
    add("targetGroup", "targetGroup", targetGroup.name, targetGroup.arn, isOurs(targetGroup.tags, app), (context) =>
      patiently(context, () => context.cloud.elb.deleteTargetGroup(targetGroup.arn)),
    );
  for (const [id, group] of [
    ["taskGroup", taskGroup],
    ["loadBalancerGroup", loadBalancerGroup],
  ] as const) {
    if (group)
      add(
        id,
        "securityGroup",
        group.name,
        `arn:${partition}:ec2:${region}:${account}:security-group/${group.id}`,
        isOurs(group.tags, app),
        (context) => patiently(context, () => context.cloud.ec2.deleteSecurityGroup(group.id)),
      );
  }
  if (alive)
    add("cluster", "cluster", app.cluster, alive.arn, isOurs(alive.tags, app), (context) =>
      patiently(context, () => context.cloud.ecs.deleteCluster(app.cluster)),
    );
  if (revisions.length)
    add(
      "taskDefinitions",
      "taskDefinition",
      `${app.family} (${revisions.length})`,
      revisions[0] ?? "",
      true,
      (context) => removeRevisions(context, revisions),
    );
  if (logGroup)
    add("logGroup", "logGroup", logGroup.name, logGroup.arn, isOurs(logGroup.tags, app), (context) =>
      gone(context.cloud.logs.deleteGroup(logGroup.name)),
    );
  if (repository)
    add("repository", "repository", repository.name, repository.arn, isOurs(repository.tags, app), (context) =>
      gone(context.cloud.ecr.deleteRepository(repository.name)),
    );
  if (role)
    add("role", "role", role.name, role.arn, isOurs(role.tags, app), (context) => removeRole(context, role.name));
  return targets;
}

/** What exists under the application's two names. */
async function targetGroupsOf(cloud: Cloud, app: Application): Promise<TargetGroup[]> {
  return (
    await Promise.all([app.targetGroup, app.secondTargetGroup].map((name) => cloud.elb.findTargetGroup(name)))
  ).filter((group) => group !== undefined);
}

async function ownRevisions(cloud: Cloud, app: Application): Promise<string[]> {
  const arns = [
    ...(await cloud.ecs.listRevisions(app.family, 1000)),
    ...(await cloud.ecs.listRevisions(app.family, 1000, "INACTIVE")),
  ];
  const found = await Promise.all(arns.map((arn) => cloud.ecs.findTaskDefinition(arn)));
  return found.flatMap((revision) => (revision && isOurs(revision.tags, app) ? [revision.arn] : []));
}

const missing =
  /NotFound|NoSuchEntity|ServiceNotActive|ClusterNotFound|LoadBalancerNotFound|ResourceNotFound|RepositoryNotFound/;

/** "Not found" counts as done. */
async function gone(removal: Promise<unknown>): Promise<void> {
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

/** Tries again while AWS says that something else still uses it; ten minutes at most. */
async function patiently(context: Context, remove: () => Promise<void>): Promise<void> {
  let last: unknown;
  const done = await poll(context, 10 * 60_000, async () => {
    try {
      await gone(remove());
      return true;
    } catch (error) {
      if (!stillUsed.includes(errorCode(error))) throw error;
      last = error;
      return undefined;
    }
  });
  if (!done) throw last;
}

async function removeService(context: Context): Promise<void> {
  const { app, cloud } = context;
  // Nobody is to be served any more: a short delay spares half a minute of draining.
  for (const group of await targetGroupsOf(cloud, app))
    if (isOurs(group.tags, app))
      await gone(cloud.elb.setTargetGroupAttributes(group.arn, { "deregistration_delay.timeout_seconds": "1" }));
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

async function removeLoadBalancer(context: Context, arn: string, name: string): Promise<void> {
  await gone(context.cloud.elb.deleteLoadBalancer(arn));
  await poll(context, 10 * 60_000, async () => ((await context.cloud.elb.findLoadBalancer(name)) ? undefined : true));
  // Its network interfaces outlive it by a while, and its security group cannot go before them.
  const id = arn.split("loadbalancer/")[1] ?? name;
  await poll(context, 10 * 60_000, async () =>
    (await context.cloud.ec2.countInterfaces(`ELB ${id}`)) === 0 ? true : undefined,
  );
}

async function removeRevisions(context: Context, arns: readonly string[]): Promise<void> {
  for (const arn of arns) {
    // Inactive already: a removal that was cut short has deregistered it.
    await gone(context.cloud.ecs.deregister(arn)).catch((error: unknown) => {
      if (!/inactive/i.test(quotedText(error))) throw error;
    });
  }
  for (let from = 0; from < arns.length; from += 10)
    await gone(context.cloud.ecs.deleteTaskDefinitions(arns.slice(from, from + 10)));
}

async function removeRole(context: Context, name: string): Promise<void> {
  const { cloud } = context;
  for (const arn of await cloud.iam.listAttachedPolicies(name)) await gone(cloud.iam.detachPolicy(name, arn));
  for (const policy of await cloud.iam.listInlinePolicies(name))
    if (policy === executionPolicyName) await gone(cloud.iam.deleteInlinePolicy(name, policy));
  await untilSeen(context, () => gone(cloud.iam.deleteRole(name)));
}

export interface DestroyResult {
  outcome: Outcome;
  removed: Removal[];
  kept: Removal[];
  error?: ErrorReport;
}

/** Removes what carries this application's tags, in the order that AWS allows; everything else stays. */
export async function removeApplication(input: DestroyInput, options: DestroyOptions): Promise<DestroyResult> {
  const emit = (event: TimelessEvent) => options.emit({ ...event, at: input.clock.now() } as DeployEvent);
  const finish = (outcome: Outcome, removed: Removal[], kept: Removal[], error?: ErrorReport): DestroyResult => {
    emit({ type: "finished", outcome, resources: [], ...(error ? { error } : {}) });
    return { outcome, removed, kept, ...(error ? { error } : {}) };
  };
  const done: Removal[] = [];
  const { app } = input;
  let lock;
  try {
    const identity = await input.cloud.identity();
    emit({
      type: "started",
      operation: "destroy",
      runId: options.runId,
      application: app.name,
      environment: app.environment,
      region: identity.region,
      connection: options.connection,
      folder: options.folder,
    });
    emit({ type: "identified", account: identity.account, arn: identity.arn });
    const targets = await findTargets(input, identity);
    const plain = targets.map(({ remove: _remove, ...removal }) => removal);
    if (!(await options.confirm(plain, identity))) return finish("declined", [], plain);
    lock = await options.record.lock();
    if (!lock)
      throw new SlipwayError({
        code: "AlreadyRunning",
        summary: "This application is being deployed by another window or command line.",
        remedy: "Wait for its end, or cancel it there.",
        actions: ["retry"],
      });
    const ours = targets.filter((target) => target.ours);
    for (const target of targets.filter((item) => !item.ours))
      emit({ type: "removed", kind: target.kind, name: target.name, state: "kept", reason: "Slipway did not make it" });
    await runGraph(
      ours.map((target, index) => ({
        id: String(index),
        needs: ours.flatMap((other, at) => (order[target.id].includes(other.id) ? [String(at)] : [])),
      })),
      async (id, signal) => {
        const target = ours[Number(id)];
        if (!target) return;
        emit({ type: "removed", kind: target.kind, name: target.name, state: "removing" });
        await target.remove({ ...input, signal, cloud: input.cloud.withSignal(signal) });
        done.push(target);
        emit({ type: "removed", kind: target.kind, name: target.name, state: "removed" });
      },
      options.signal,
    );
    await options.record.clearJournal();
    return finish(
      "done",
      plain.filter((item) => item.ours),
      plain.filter((item) => !item.ours),
    );
  } catch (error) {
    const plain = done.map(({ id, kind, name, arn, ours }) => ({ id, kind, name, arn, ours }));
    const report =
      isCancelled(error) || options.signal.aborted
        ? {
            code: "Cancelled",
            summary: "The removal was cancelled.",
            evidence: plain.map((item) => `Gone: ${item.kind} ${item.name}`),
            remedy: "Run it again to go on.",
            actions: [],
          }
        : reportOf(error);
    return finish(report.code === "Cancelled" ? "cancelled" : "failed", plain, [], report);
  } finally {
    await lock?.release();
  }
}
