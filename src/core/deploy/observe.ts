import type { Application } from "../app/app";
import { alarmPrefix } from "./alarms";
import { engineElsewhere, SlipwayError } from "../base/errors";
import { registryOf } from "../base/imageReference";
import { matchesStatus } from "../base/statusMatcher";
import { executionNeeds, withSimulation, type Need } from "../service/access/needs";
import { keyOfSecret, secretIsThere } from "../service/snapshot/secrets";
import { known, read, valueOf } from "../service/snapshot/serviceSnapshot";
import { cpusOf, secretsOf } from "../taskDefinition/model/generate";
import type { TaskDefinition } from "../base/taskDefinition";
import {
  contentTag,
  isMovable,
  isOurs,
  ownershipTags,
  sourceLabel,
  sourceTag,
  tasksAfter,
  type RunInput,
  type Inspectors,
  type ObservedState,
  type See,
} from "./observedState";
import { goingBack } from "./observeGoingBack";
import { promoting } from "./promotion";
import { findBuildInputs } from "./buildInputs";
import { findOutside } from "./outside";
import { digestOf } from "./sourceDigest";
import { settleOwnership } from "./ownership";
import { findOwn, findRevision } from "./revisions";
import { observeNames } from "./observeNames";
import { askRunning, inspectNetwork } from "./observeNetwork";
import { liveGroup } from "../service/snapshot/trafficGroups";
import { moreInspectors } from "./observeMore";
import { logGroupName, sourceRequest, wantedDefinition } from "./wantedDefinition";

export const executionPolicyName = "slipway-execution";

const inspectors: Inspectors = {
  identity: ({ cloud }) => cloud.identity(),
  engine: ({ engine, signal }) => engine.info(signal),
  registrySeen: async ({ engine, cloud, localEndpoint, rebuild, signal }, see) => {
    // Where nothing is pushed nobody has to get there.
    if (!localEndpoint || (!rebuild && (await see("image")))) return true;
    const [repository] = await Promise.all([see("repository"), see("engine")]);
    const registry = repository
      ? registryOf(repository.uri)
      : new URL((await cloud.ecr.authorizationToken()).proxyEndpoint).host;
    if (!(await engine.reaches(registry, signal)))
      throw engineElsewhere([`It does not reach ${registry}, where the images of the local sandbox go.`]);
    return true;
  },
  source: async (input, see) => {
    const wanted = wantedDefinition(input, await see("engine"), await see("live"), await see("definitionFile"));
    const request = sourceRequest(input.app, wanted);
    const found = await digestOf(input.engine, input.app.build.contexts, request, input.onRead, input.signal);
    return { ...found, request };
  },
  buildInputs: (input) => findBuildInputs(input),
  outside: async (input, see) => findOutside(input, await see("buildInputs"), (await see("source")).counted),
  repository: ({ app, cloud }) => cloud.ecr.findRepository(app.repository),
  lifecycle: async ({ app, cloud }, see) => {
    const [repository, image] = await Promise.all([see("repository"), see("image")]);
    if (!repository) return undefined;
    // It was given one before the first image was pushed.
    return image && isOurs(repository.tags, await settledApp(app, see))
      ? "given"
      : cloud.ecr.findLifecyclePolicy(app.repository);
  },
  image: async ({ app, cloud }, see) => {
    const [repository, source, own] = await Promise.all([see("repository"), see("source"), see("own")]);
    if (!repository) return undefined;
    // A tag can be moved: what the last deployment recorded, or the image itself, says what it was made of.
    const recorded = own?.tags[sourceTag] === source.digest ? imageDigest(own.definition, app.container) : undefined;
    const image = recorded && (await cloud.ecr.findImage(app.repository, { digest: recorded }, { listed: true }));
    if (image) return image;
    const tagged = await taggedImage({ app, cloud }, see);
    return tagged?.labels?.[sourceLabel] === source.digest && !tagged.archived ? tagged : undefined;
  },
  tagged: async (input, see) => ((await see("image")) && !input.rebuild ? undefined : taggedImage(input, see)),
  oldImages: () => Promise.resolve([]),
  pushTag: async ({ clock, rebuild }, see) => {
    const [repository, source, image] = await Promise.all([see("repository"), see("source"), see("image")]);
    const tag = contentTag(source.digest);
    const fixed = repository !== undefined && !isMovable(repository, tag);
    const builds = rebuild || !image;
    return fixed && builds && (await see("tagged")) ? `${tag}-${clock.now().toString(36)}` : tag;
  },
  cluster: async ({ app, cloud }) => {
    const cluster = await cloud.ecs.findCluster(app.cluster);
    return cluster?.status === "INACTIVE" ? undefined : cluster;
  },
  service: async ({ app, cloud }, see) => {
    const service = (await see("cluster")) ? await cloud.ecs.findService(app.cluster, app.service) : undefined;
    return service?.status === "INACTIVE" ? undefined : service;
  },
  live: async ({ cloud }, see) => {
    const service = await see("service");
    return service?.status === "ACTIVE" ? findRevision(cloud, service.taskDefinition) : undefined;
  },
  running: async ({ cloud }, see) => {
    const [service, live] = await Promise.all([see("service"), see("live")]);
    const others = new Set(service?.deployments.map((item) => item.taskDefinition));
    others.delete(live?.arn ?? "");
    const found = await Promise.all([...others].map((arn) => findRevision(cloud, arn)));
    return [live, ...found].filter((revision) => revision !== undefined);
  },
  latest: async ({ cloud }, see) => {
    const [live, service, source] = await Promise.all([see("live"), see("service"), see("source")]);
    // What runs is of this very source, and nothing else is on its way: there is none newer to take.
    const only = service?.deployments.length === 1 && service.deployments[0]?.rolloutState === "COMPLETED";
    if (live?.tags[sourceTag] === source.digest && only) return live;
    const [arn] = await see("revisions");
    return arn === live?.arn ? live : arn ? findRevision(cloud, arn) : undefined;
  },
  revisions: ({ app, cloud }) => cloud.ecs.listRevisions(app.family, 10),
  ownership: async ({ app, ids }, see) => settleOwnership(app, await see("service"), ids),
  own: async ({ app: named, cloud }, see) => {
    const [live, app] = await Promise.all([see("live"), settledApp(named, see)]);
    return findOwn(cloud, app, live, () => see("revisions"));
  },
  role: async ({ app, cloud, goBack }) => {
    const name = roleName(goBack ? goBack.definition.executionRoleArn : app.executionRole) ?? app.executionRoleName;
    const role = await cloud.iam.findRole(name);
    if (!role) return undefined;
    const [attached, inline] = await Promise.all([
      cloud.iam.listAttachedPolicies(name),
      cloud.iam.findInlinePolicy(name, executionPolicyName),
    ]);
    return { role, attached, inline };
  },
  taskRoleArn: async ({ app, cloud }) => {
    if (app.taskRole === undefined || app.taskRole.startsWith("arn:")) return app.taskRole;
    const role = await cloud.iam.findRole(app.taskRole);
    if (!role) throw missingRole(app.taskRole, "taskRole");
    return role.arn;
  },
  logGroup: async (input, see) => {
    const [engine, live, file] = await Promise.all([see("engine"), see("live"), see("definitionFile")]);
    const [service, app] = await Promise.all([see("service"), settledApp(input.app, see)]);
    const settled = service !== undefined && isOurs(service.tags, app);
    const name = logGroupName(input, wantedDefinition(input, engine, live, file));
    // What an earlier deployment of ours left as it should be needs no proof of whose it is.
    const asItShouldBe = (days: number | undefined) => settled && days === app.logRetentionDays;
    const group = await input.cloud.logs.findGroup(name, asItShouldBe);
    return group && asItShouldBe(group.retentionDays) ? { ...group, tags: ownershipTags(app) } : group;
  },
  network: inspectNetwork,
  endpoints: async ({ cloud }, see) => {
    const { vpc, taskSubnets, assignPublicIp } = await see("network");
    const byThemselves = taskSubnets.every(
      (subnet) =>
        (subnet.blocked?.out ?? "no") === "no" &&
        ((subnet.egress === "nat" && (subnet.natState ?? "available") === "available") ||
          (subnet.egress === "internet" && assignPublicIp)),
    );
    return byThemselves ? known([]) : read(() => cloud.inspection.endpoints(vpc));
  },
  securityGroups: async ({ app, cloud }, see) => {
    const [service, taskGroup, endpoints] = await Promise.all([see("service"), see("taskGroup"), see("endpoints")]);
    const own = app.network.securityGroups ?? (taskGroup ? [taskGroup.id] : (service?.network?.securityGroups ?? []));
    const ids = [...own, ...(valueOf(endpoints) ?? []).flatMap((endpoint) => endpoint.securityGroups)];
    const seen = app.network.securityGroups ? [] : await see("ownGroups");
    if (ids.every((id) => seen.some((group) => group.id === id)))
      return known(seen.filter(({ id }) => ids.includes(id)));
    return ids.length ? read(() => cloud.inspection.securityGroups(ids)) : known([]);
  },
  namedRoles: async (input, see) => {
    const { app, cloud, goBack } = input;
    const { definition } = wantedDefinition(input, await see("engine"), await see("live"), await see("definitionFile"));
    const execution = roleName((goBack ? undefined : app.executionRole) ?? definition.executionRoleArn);
    const task = roleName((goBack ? undefined : app.taskRole) ?? definition.taskRoleArn);
    const look = async (name: string | undefined, needs: readonly Need[]) =>
      name === undefined || name === app.executionRoleName
        ? undefined
        : read(async () => withSimulation(await cloud.inspection.role(name), needs, cloud.inspection));
    const place = await see("identity");
    const [executionRole, taskRole] = await Promise.all([
      look(execution, executionNeeds(definition, place, [app.repository])),
      look(task, []),
    ]);
    return { execution: executionRole, task: taskRole };
  },
  secrets: async (input, see) => {
    const { definition } = wantedDefinition(input, await see("engine"), await see("live"), await see("definitionFile"));
    const place = await see("identity");
    return Promise.all(
      secretsOf(definition).map(async (reference) => ({
        reference,
        exists: await read(() => secretIsThere(input.cloud.secrets, reference, place)),
      })),
    );
  },
  secretKeys: async (input, see) => {
    const { definition } = wantedDefinition(input, await see("engine"), await see("live"), await see("definitionFile"));
    const place = await see("identity");
    const named = [definition, ...(await see("running")).map((each) => each.definition)].flatMap(secretsOf);
    return Promise.all(
      [...new Set(named)].map(async (reference) => ({
        reference,
        key: await read(() => keyOfSecret(input.cloud.secrets, reference, place)),
      })),
    );
  },
  ownGroups: async ({ app, cloud }, see) =>
    cloud.ec2.findSecurityGroups((await see("network")).vpc, [
      ...(app.loadBalancer ? [app.securityGroups.loadBalancer] : []),
      ...(app.network.securityGroups ? [] : [app.securityGroups.tasks]),
    ]),
  loadBalancerGroup: async ({ app }, see) =>
    app.loadBalancer
      ? (await see("ownGroups")).find(({ name }) => name === app.securityGroups.loadBalancer)
      : undefined,
  taskGroup: async ({ app }, see) =>
    app.network.securityGroups
      ? undefined
      : (await see("ownGroups")).find(({ name }) => name === app.securityGroups.tasks),
  balancing: async ({ app, cloud }) =>
    app.loadBalancer
      ? cloud.elb.look({
          targetGroups: [app.targetGroup, app.secondTargetGroup],
          loadBalancer: app.loadBalancer.name,
          port: app.loadBalancer.listenerPort,
        })
      : { targetGroups: [], loadBalancer: undefined, listener: undefined, listeners: [], rules: [], counts: {} },
  targetGroups: async (_input, see) => (await see("balancing")).targetGroups,
  targetGroup: async ({ app, goBack }, see) => {
    const [groups, service] = await Promise.all([see("targetGroups"), see("service")]);
    const named = groups.find((group) => service?.loadBalancers.some((item) => item.targetGroupArn === group.arn));
    // What goes back to rolling goes on in the group that has the traffic.
    const ends = service?.strategy !== undefined && app.releases?.strategy === "rolling" && !goBack;
    const entry = service?.loadBalancers.find(({ targetGroupArn }) => targetGroupArn === named?.arn);
    const live = ends ? liveGroup(entry, await see("rules")) : undefined;
    return groups.find(({ arn }) => arn === live) ?? named ?? groups[0];
  },
  spareTargetGroup: async (_input, see) => {
    const [groups, current] = await Promise.all([see("targetGroups"), see("targetGroup")]);
    return groups.find((group) => group !== current);
  },
  targetGroupAttributes: async ({ cloud }, see) => {
    const group = await see("targetGroup");
    return group ? cloud.elb.targetGroupAttributes(group.arn) : {};
  },
  ...moreInspectors,
  loadBalancer: async (_input, see) => (await see("balancing")).loadBalancer,
  listener: async (_input, see) => (await see("balancing")).listener,
  rules: async (_input, see) => (await see("balancing")).rules,
  names: observeNames,
  scaling: async ({ app, cloud }, see) => {
    if (!app.scaling || !(await see("service"))) return { target: undefined, policies: [], scheduled: [] };
    const [target, policies, scheduled] = await Promise.all([
      cloud.scaling.findTarget(app.cluster, app.service),
      cloud.scaling.listPolicies(app.cluster, app.service),
      cloud.scaling.listScheduled(app.cluster, app.service),
    ]);
    return { target, policies, scheduled };
  },
  alarms: async ({ app, cloud, goBack }, see) =>
    (app.alarms || app.withoutAlarms) && !goBack && (await see("service"))
      ? cloud.metrics.alarmsNamed(alarmPrefix(app))
      : [],
  cpuQuota: async (input, see) => {
    // Where as many tasks of the same size run and the same image is there, nothing needs more.
    const [service, live, image, engine, file] = await Promise.all([
      see("service"),
      see("live"),
      see("image"),
      see("engine"),
      see("definitionFile"),
    ]);
    const { definition } = wantedDefinition(input, engine, live, file);
    const same =
      live &&
      cpusOf(live.definition) === cpusOf(definition) &&
      tasksAfter(input, { service }) <= (service?.running ?? 0);
    return same && image && !input.rebuild
      ? undefined
      : input.cloud.quotas.fargateCpus(service?.spot ? "spot" : "onDemand");
  },
  balancingLimits: async ({ app, cloud }, see) => {
    const { loadBalancer, targetGroups } = await see("balancing");
    return !app.loadBalancer || (loadBalancer && targetGroups.length > 0) ? {} : cloud.elb.limits();
  },
  prices: ({ cloud }) => cloud.prices.ofRegion(),
  answersHealthPath: async (input, see) => {
    const { app } = input;
    const [group, balancer, service] = await Promise.all([see("targetGroup"), see("loadBalancer"), see("service")]);
    if (
      !group ||
      !balancer ||
      !app.loadBalancer ||
      !service ||
      service.running === 0 ||
      group.healthCheck.path === app.healthCheck.path
    )
      return undefined;
    const { status } = await askRunning(input, balancer, (await see("balancing")).listeners, group);
    return status !== undefined && matchesStatus(app.healthCheck.matcher, status);
  },
  definitionFile: ({ app, workspace }) => workspace.read(app.taskDefinitionFile),
  configFile: ({ workspace }) => workspace.read("slipway.json"),
};

/** The image with the content tag, whatever it was made of. */
async function taggedImage({ app, cloud }: Pick<RunInput, "app" | "cloud">, see: See) {
  const [repository, source] = await Promise.all([see("repository"), see("source")]);
  return repository ? cloud.inspection.image(app.repository, { tag: contentTag(source.digest) }) : undefined;
}

/** The application with the id that it goes on with. */
const settledApp = async (app: Application, see: See): Promise<Application> => ({
  ...app,
  owner: (await see("ownership")).planned,
});

/** What no deployment changes, taken from a look of a moment ago. Which subnets are meant hangs on the service. */
function repeating(earlier: ObservedState): Partial<Inspectors> {
  const sameService = async (see: See) => (await see("service"))?.arn === earlier.service?.arn;
  return {
    engine: () => Promise.resolve(earlier.engine),
    registrySeen: () => Promise.resolve(earlier.registrySeen),
    cpuQuota: () => Promise.resolve(earlier.cpuQuota),
    prices: () => Promise.resolve(earlier.prices),
    balancingLimits: () => Promise.resolve(earlier.balancingLimits),
    // Of an application that is not there, and was not: elsewhere a rollback may ask for what the first look did not need.
    revisions: async (input, see) =>
      earlier.service === undefined && (await see("service")) === undefined
        ? earlier.revisions
        : inspectors.revisions(input, see),
    network: async (input, see) => ((await sameService(see)) ? earlier.network : inspectors.network(input, see)),
    endpoints: async (input, see) => ((await sameService(see)) ? earlier.endpoints : inspectors.endpoints(input, see)),
  };
}

/** A look that a person has seen the plan of. */
export interface EarlierLook {
  observed: ObservedState;
  /** It is of a moment ago: its lasting parts need not be read again. */
  fresh: boolean;
}

/** The source stays the planned one: in a folder in which something is always written, no two looks would agree. */
function sameSource({ source }: ObservedState): Pick<Inspectors, "source"> {
  return {
    async source(input, see) {
      const [engine, live, file] = await Promise.all([see("engine"), see("live"), see("definitionFile")]);
      const { platform } = sourceRequest(input.app, wantedDefinition(input, engine, live, file));
      return platform === source.request.platform ? source : inspectors.source(input, see);
    },
  };
}

/** Reads the world once; what depends on something waits for that alone. */
export async function observe(input: RunInput, earlier?: EarlierLook): Promise<ObservedState> {
  const chosen: Inspectors = {
    ...inspectors,
    ...(earlier ? sameSource(earlier.observed) : {}),
    ...(earlier?.fresh ? repeating(earlier.observed) : {}),
    ...(input.goBack ? goingBack(input.goBack) : {}),
    ...(input.promotion ? promoting(input.promotion) : {}),
  };
  const seen = new Map<keyof ObservedState, Promise<unknown>>();
  const see: See = <K extends keyof ObservedState>(key: K): Promise<ObservedState[K]> => {
    const known = seen.get(key) ?? chosen[key](input, see);
    seen.set(key, known);
    return known as Promise<ObservedState[K]>;
  };
  // The identity first and alone: with bad credentials one clear error is better than fifteen.
  await see("identity");
  // Parts of others are read where one of those asks for them.
  const keys = (Object.keys(inspectors) as (keyof ObservedState)[]).filter((key) => key !== "revisions");
  const results = await Promise.allSettled(keys.map(async (key) => [key, await see(key)] as const));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  return {
    revisions: seen.has("revisions") ? await see("revisions") : [],
    ...Object.fromEntries(results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []))),
  } as unknown as ObservedState;
}

/** The digest that a definition's container is pinned to. */
function imageDigest({ containerDefinitions }: TaskDefinition, container: string): string | undefined {
  return containerDefinitions?.find(({ name }) => name === container)?.image?.split("@")[1];
}

function roleName(role: string | undefined): string | undefined {
  return role === undefined ? undefined : role.split("/").at(-1);
}

function missingRole(name: string, setting: string): SlipwayError {
  return new SlipwayError({
    code: "RoleMissing",
    summary: `The role "${name}" that slipway.json names as ${setting} does not exist in this account.`,
    remedy: "Create it, or name another.",
    actions: ["openConfig"],
  });
}
