/** What a removal finds of an application, whose each thing is, who else uses it, and how it is removed. */
import type { Application, NamedKind } from "../app/app";
import { errorCode, isCancelled } from "../base/errors";
import type { Cloud, Identity, LoadBalancer, Role, SecurityGroup, Tags, TargetGroup } from "../ports/cloud";
import { alarmPrefix } from "./alarms";
import type { ResourceKind } from "./phases";
import { isOurs } from "./observedState";
import { findOtherUsers, type OtherUsers } from "./otherUsers";
import { settleOwnership } from "./ownership";
import {
  gone,
  patiently,
  quickRevisions,
  removeLoadBalancer,
  removeRevisions,
  removeRole,
  removeService,
  type DestroyInput,
  type Target,
} from "./removalActions";
import { nameTargets } from "./removalNames";
import { scheduleTargets } from "./removalSchedules";
import { isRemoved, type Removal, type RemovalId } from "./removals";
import { secretName } from "./secretName";

export type { Target };

/** Whose a thing is, and who made it where that one is gone. */
type Whose = Pick<Removal, "ours" | "leftBy">;

/** Everything of this application that exists, found by name; whose it is say its tags and nothing else. */
export async function findTargets(
  { app: named, cloud, ids }: DestroyInput,
  identity: Identity,
  tell: (progress: string) => void,
): Promise<Target[]> {
  const { partition, region, account } = identity;
  const cluster = await cloud.ecs.findCluster(named.cluster);
  const alive = cluster && cluster.status !== "INACTIVE" ? cluster : undefined;
  const service = alive ? await cloud.ecs.findService(named.cluster, named.service) : undefined;
  const app = { ...named, owner: settleOwnership(named, service, ids).own };
  const vpc = await cloud.ec2.findVpc(app.network.vpc);
  const [
    alarms,
    scaling,
    balancer,
    targetGroups,
    repository,
    roles,
    logGroup,
    revisions,
    loadBalancerGroup,
    taskGroup,
  ] = await Promise.all([
    alarmsOf(cloud, app),
    alive ? cloud.scaling.findTarget(app.cluster, app.service) : undefined,
    app.loadBalancer ? cloud.elb.findLoadBalancer(app.loadBalancer.name) : undefined,
    targetGroupsOf(cloud, app),
    cloud.ecr.findRepository(app.repository),
    rolesOf(cloud, app),
    cloud.logs.findGroup(app.logGroup),
    ownRevisions(cloud, app, tell),
    vpc ? cloud.ec2.findSecurityGroup(vpc.id, app.securityGroups.loadBalancer) : undefined,
    vpc ? cloud.ec2.findSecurityGroup(vpc.id, app.securityGroups.tasks) : undefined,
  ]);
  const targets: Target[] = [];
  const add = (
    id: RemovalId,
    kind: ResourceKind,
    name: string,
    arn: string,
    whose: boolean | Whose,
    remove: Target["remove"],
    usedBy: readonly string[] = [],
  ) => {
    const { ours, leftBy } = typeof whose === "boolean" ? { ours: whose } : whose;
    const more = { ...(leftBy === undefined ? {} : { leftBy }), ...(ours && usedBy.length ? { usedBy } : {}) };
    targets.push({ id, kind, name, arn, ours, remove, ...more });
  };
  const present = service && service.status !== "INACTIVE" ? service : undefined;
  const serviceIsOurs = present !== undefined && isOurs(present.tags, app);
  const others = await findOtherUsers(cloud, app, serviceIsOurs ? present : undefined);
  /** What it may take: its own, and what another application left behind that this one was told to use too. */
  const whose = (tags: Tags, kind: NamedKind): Whose => {
    if (isOurs(tags, app)) return { ours: true };
    const isLeft = app.named.has(kind) && others.isLeft(tags);
    return isLeft ? { ours: true, leftBy: tags["slipway:app"] ?? "" } : { ours: false };
  };
  for (const { name, arn, tags } of alarms)
    add("alarms", "alarm", name, arn, isOurs(tags, app), (context) => gone(context.cloud.metrics.deleteAlarms([name])));
  if (present) {
    if (scaling && serviceIsOurs)
      add("scaling", "scalingTarget", app.service, present.arn, true, (context) =>
        gone(context.cloud.scaling.deregisterTarget(app.cluster, app.service)),
      );
    add("service", "service", app.service, present.arn, serviceIsOurs, (context) =>
      removeService(
        context,
        targets.filter((target) => target.id === "targetGroup" && isRemoved(target)).map(({ arn }) => arn),
      ),
    );
  }
  /** What keeps the load balancer, and with it its listeners, its group and the target groups behind it. */
  const keepsBalancer: string[] = [];
  const keepsGroup = new Map<string, string[]>();
  if (balancer) {
    const balancerIs = whose(balancer.tags, "loadBalancer");
    const { ours } = balancerIs;
    const own = new Set(targetGroups.filter((group) => isOurs(group.tags, app)).map(({ arn }) => arn));
    for (const listener of await cloud.elb.listListeners(balancer.arn)) {
      const name = `${balancer.name}:${listener.port}`;
      const rules = (await cloud.elb.listRules(listener.arn)).filter(({ isDefault }) => !isDefault);
      const listenerIs = whose(listener.tags, "loadBalancer");
      // Also one that was made on a load balancer of others: the target group behind it could not go otherwise.
      if (listenerIs.ours) {
        // A rule that sends requests to somebody else's tasks is somebody else's way in.
        const foreign = [
          ...rules
            .filter((rule) => !isOurs(rule.tags, app) && !rule.forwards.some(({ arn }) => own.has(arn)))
            .map((rule) => `rule ${rule.priority} of the listener ${name}`),
          // And so is a listener that sends requests to a target group in which another service's tasks are, too.
          ...new Set(
            [...listener.forwards, ...rules.flatMap(({ forwards }) => forwards)].flatMap(({ arn }) =>
              others.ofTargetGroup(arn),
            ),
          ),
        ];
        keepsBalancer.push(...foreign);
        if (foreign.length)
          for (const { arn } of listener.forwards) keepsGroup.set(arn, [`the listener ${name}, which stays`]);
        add(
          "listener",
          "listener",
          name,
          listener.arn,
          listenerIs,
          (context) => gone(context.cloud.elb.deleteListener(listener.arn)),
          foreign,
        );
        if (foreign.length === 0) continue;
      } else if (ours) keepsBalancer.push(`the listener ${name}`);
      for (const rule of rules) {
        if (isOurs(rule.tags, app))
          add("rules", "listenerRule", `${name}, rule ${rule.priority}`, rule.arn, true, (context) =>
            gone(context.cloud.elb.deleteRule(rule.arn)),
          );
      }
    }
    add(
      "loadBalancer",
      "loadBalancer",
      balancer.name,
      balancer.arn,
      balancerIs,
      (context) => removeLoadBalancer(context, balancer.arn, balancer.name),
      keepsBalancer,
    );
  }
  const left = balancer && app.named.has("loadBalancer") ? await leftBehind(cloud, balancer, others) : undefined;
  for (const targetGroup of [...targetGroups, ...(left?.targetGroups ?? [])])
    add(
      "targetGroup",
      "targetGroup",
      targetGroup.name,
      targetGroup.arn,
      whose(targetGroup.tags, "loadBalancer"),
      (context) =>
        patiently(
          context,
          () => context.cloud.elb.deleteTargetGroup(targetGroup.arn),
          (now) => now.ofTargetGroup(targetGroup.arn),
        ),
      [...others.ofTargetGroup(targetGroup.arn), ...(keepsGroup.get(targetGroup.arn) ?? [])],
    );
  for (const [id, group] of [
    ["taskGroup", taskGroup],
    ["loadBalancerGroup", loadBalancerGroup],
    ...(left?.securityGroups ?? []).map((group) => ["loadBalancerGroup", group] as const),
  ] as const) {
    if (group)
      add(
        id,
        "securityGroup",
        group.name,
        `arn:${partition}:ec2:${region}:${account}:security-group/${group.id}`,
        whose(group.tags, "loadBalancer"),
        (context) =>
          patiently(
            context,
            () => context.cloud.ec2.deleteSecurityGroup(group.id),
            (now) => now.ofSecurityGroup(group.id),
          ),
        [
          ...others.ofSecurityGroup(group.id),
          ...(id === "loadBalancerGroup" && keepsBalancer.length ? ["the load balancer, which stays"] : []),
        ],
      );
  }
  if (alive)
    add(
      "cluster",
      "cluster",
      app.cluster,
      alive.arn,
      whose(alive.tags, "cluster"),
      (context) =>
        patiently(
          context,
          () => context.cloud.ecs.deleteCluster(app.cluster),
          (now) => now.ofCluster(alive.arn),
        ),
      others.ofCluster(alive.arn),
    );
  const free = revisions.filter((arn) => others.ofRevision(arn).length === 0);
  if (free.length)
    add("taskDefinitions", "taskDefinition", `${app.family} (${free.length})`, free[0] ?? "", true, (context) =>
      removeRevisions(context, free),
    );
  const used = revisions.filter((arn) => !free.includes(arn));
  if (used.length)
    add(
      "taskDefinitions",
      "taskDefinition",
      `${app.family} (${used.length})`,
      used[0] ?? "",
      true,
      () => Promise.resolve(),
      [...new Set(used.flatMap((arn) => others.ofRevision(arn)))],
    );
  if (logGroup)
    add(
      "logGroup",
      "logGroup",
      logGroup.name,
      logGroup.arn,
      isOurs(logGroup.tags, app),
      (context) => gone(context.cloud.logs.deleteGroup(logGroup.name)),
      others.ofLogGroup(logGroup.name),
    );
  if (repository)
    add(
      "repository",
      "repository",
      repository.name,
      repository.arn,
      whose(repository.tags, "repository"),
      (context) => gone(context.cloud.ecr.deleteRepository(repository.name)),
      others.ofRepository(repository.uri),
    );
  for (const role of roles)
    add(
      "role",
      "role",
      role.name,
      role.arn,
      whose(role.tags, "role"),
      (context) => removeRole(context, role.name),
      others.ofRole(role.arn),
    );
  const isGoing = (arn: string) => targets.some((target) => target.arn === arn && isRemoved(target));
  targets.push(
    ...(await nameTargets(cloud, app, balancer, isGoing)),
    ...(await scheduleTargets(cloud, app)),
    ...(await secretTargets(cloud, app)),
  );
  return targets;
}

/** What of a load balancer that another application left goes with it: target groups of its listeners, its own groups. */
async function leftBehind(
  cloud: Cloud,
  balancer: LoadBalancer,
  others: OtherUsers,
): Promise<{ targetGroups: TargetGroup[]; securityGroups: SecurityGroup[] }> {
  if (!others.isLeft(balancer.tags)) return { targetGroups: [], securityGroups: [] };
  const listeners = await cloud.elb.listListeners(balancer.arn);
  const names = listeners.flatMap(({ forwards }) => forwards.flatMap(({ arn }) => arn.split("/")[1] ?? []));
  const [targetGroups, securityGroups] = await Promise.all([
    Promise.all([...new Set(names)].map((name) => cloud.elb.findTargetGroup(name))),
    Promise.all(balancer.securityGroups.map((id) => cloud.ec2.findSecurityGroupById(id))),
  ]);
  const isLeft = <T extends { tags: Tags }>(found: T | undefined): found is T =>
    found !== undefined && others.isLeft(found.tags);
  return { targetGroups: targetGroups.filter(isLeft), securityGroups: securityGroups.filter(isLeft) };
}

/** The roles that Slipway would make, and the one that the application was told to use. */
async function rolesOf(cloud: Cloud, app: Application): Promise<Role[]> {
  const stated = app.named.has("role") ? app.executionRole?.split("/").at(-1) : undefined;
  const names = new Set([
    app.executionRoleName,
    app.shiftRoleName,
    app.scheduleRoleName,
    ...(stated === undefined ? [] : [stated]),
  ]);
  const found = await Promise.all([...names].map((name) => cloud.iam.findRole(name)));
  return found.filter((role) => role !== undefined);
}

/** What exists under the application's two names. */
async function targetGroupsOf(cloud: Cloud, app: Application): Promise<TargetGroup[]> {
  return (
    await Promise.all([app.targetGroup, app.secondTargetGroup].map((name) => cloud.elb.findTargetGroup(name)))
  ).filter((group) => group !== undefined);
}

async function ownRevisions(cloud: Cloud, app: Application, tell: (progress: string) => void): Promise<string[]> {
  const arns = [
    ...(await cloud.ecs.listRevisions(app.family, 1000)),
    ...(await cloud.ecs.listRevisions(app.family, 1000, "INACTIVE")),
  ];
  if (arns.length > 5 * quickRevisions)
    tell(`Looking at ${arns.length} revisions of ${app.family}, which are Slipway's`);
  const found = await Promise.all(arns.map((arn) => cloud.ecs.findTaskDefinition(arn)));
  return found.flatMap((revision) => (revision && isOurs(revision.tags, app) ? [revision.arn] : []));
}

/** Secrets that were made for the application: they are named, and stay. */
async function secretTargets(cloud: Cloud, app: Application): Promise<Target[]> {
  // Whoever may not list them removes the rest all the same.
  const found = await cloud.secrets.listOwn(secretName(app, "")).catch((error: unknown) => {
    if (isCancelled(error)) throw error;
    return [];
  });
  return found
    .filter(({ tags }) => tags["slipway:app"] === app.name)
    .map(({ name, arn }) => ({
      id: "secret",
      kind: "secret",
      name,
      arn,
      ours: true,
      stays: true,
      remove: () => Promise.resolve(),
    }));
}

/** The alarms that have the application's names, with whose they are; none where CloudWatch may not be read. */
async function alarmsOf(cloud: Cloud, app: Application): Promise<{ name: string; arn: string; tags: Tags }[]> {
  try {
    const found = await cloud.metrics.alarmsNamed(alarmPrefix(app));
    return await Promise.all(
      found.map(async ({ name, arn }) => ({ name, arn, tags: await cloud.metrics.tagsOfAlarm(arn) })),
    );
  } catch (error) {
    if (isCancelled(error) || !/AccessDenied|NotImplemented|UnknownOperation|InvalidAction/.test(errorCode(error)))
      throw error;
    return [];
  }
}
