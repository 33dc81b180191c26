import { engineElsewhere, errorCode, SlipwayError } from "../base/errors";
import { registryOf } from "../base/imageReference";
import type { SubnetFacts } from "../ports/inspection";
import { secretIsThere } from "../service/snapshot/secrets";
import { known, read, valueOf } from "../service/snapshot/serviceSnapshot";
import {
  architectureOf,
  generateDefinition,
  logsOf,
  parseDefinition,
  secretsOf,
} from "../taskDefinition/model/generate";
import type { TaskDefinition } from "../base/taskDefinition";
import { normalise } from "../taskDefinition/model/normalise";
import { zonesWithoutFargate } from "../base/zones";
import {
  contentTag,
  isMovable,
  sourceLabel,
  sourceTag,
  type NetworkChoice,
  type Revision,
  type RunInput,
  type WantedDefinition,
  type ObservedState,
} from "./observedState";
import { settleOwnership } from "./ownership";
import { findOwn, findRevision } from "./revisions";
import { subnetNamed, noDefaultVpc, missingVpc, noSubnets, tooFewZones } from "./networkErrors";

type See = <K extends keyof ObservedState>(key: K) => Promise<ObservedState[K]>;
type Inspectors = { [K in keyof ObservedState]: (input: RunInput, see: See) => Promise<ObservedState[K]> };

export const executionPolicyName = "slipway-execution";

const inspectors: Inspectors = {
  identity: ({ cloud }) => cloud.identity(),
  engine: ({ engine }) => engine.info(),
  registrySeen: async ({ engine, cloud, localEndpoint, rebuild }, see) => {
    // Where nothing is pushed nobody has to get there.
    if (!localEndpoint || (!rebuild && (await see("image")))) return true;
    const [repository] = await Promise.all([see("repository"), see("engine")]);
    const registry = repository
      ? registryOf(repository.uri)
      : new URL((await cloud.ecr.authorizationToken()).proxyEndpoint).host;
    if (!(await engine.reaches(registry)))
      throw engineElsewhere([`It does not reach ${registry}, where the images of the local sandbox go.`]);
    return true;
  },
  source: async (input, see) => {
    const wanted = wantedDefinition(input, await see("engine"), await see("live"), await see("definitionFile"));
    const { app, engine } = input;
    return engine.contextDigest({
      context: app.context ?? ".",
      dockerfile: app.dockerfile,
      arguments: app.buildArguments,
      platform: platformOf(wanted),
      leaveOut: ["slipway.json", app.taskDefinitionFile],
      ...(app.target === undefined ? {} : { target: app.target }),
    });
  },
  repository: ({ app, cloud }) => cloud.ecr.findRepository(app.repository),
  lifecycle: async ({ app, cloud }, see) =>
    (await see("repository")) ? cloud.ecr.findLifecyclePolicy(app.repository) : undefined,
  image: async ({ app, cloud }, see) => {
    const [repository, source, own] = await Promise.all([see("repository"), see("source"), see("own")]);
    if (!repository) return undefined;
    // A tag can be moved: what the last deployment recorded, or the image itself, says what it was made of.
    const recorded = own?.tags[sourceTag] === source.digest ? imageDigest(own.definition, app.container) : undefined;
    const image = recorded && (await cloud.ecr.findImage(app.repository, { digest: recorded }));
    if (image) return image;
    const tagged = await see("tagged");
    return tagged?.labels?.[sourceLabel] === source.digest && !tagged.archived ? tagged : undefined;
  },
  tagged: async ({ app, cloud }, see) => {
    const [repository, source] = await Promise.all([see("repository"), see("source")]);
    return repository ? cloud.inspection.image(app.repository, { tag: contentTag(source.digest) }) : undefined;
  },
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
  latest: async ({ app, cloud }) => {
    const [arn] = await cloud.ecs.listRevisions(app.family, 1);
    return arn ? findRevision(cloud, arn) : undefined;
  },
  ownership: async ({ app, ids }, see) => settleOwnership(app, await see("service"), ids),
  own: async ({ app: named, cloud }, see) => {
    const [live, { planned: owner }] = await Promise.all([see("live"), see("ownership")]);
    return findOwn(cloud, { ...named, owner }, live);
  },
  role: async ({ app, cloud }) => {
    const name = roleName(app.executionRole) ?? app.executionRoleName;
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
    return input.cloud.logs.findGroup(logGroupName(input, wantedDefinition(input, engine, live, file)));
  },
  network: inspectNetwork,
  endpoints: async ({ cloud }, see) => {
    const { vpc, taskSubnets, assignPublicIp } = await see("network");
    const byThemselves = taskSubnets.every(
      (subnet) =>
        (subnet.egress === "nat" && (subnet.natState ?? "available") === "available") ||
        (subnet.egress === "internet" && assignPublicIp),
    );
    return byThemselves ? known([]) : read(() => cloud.inspection.endpoints(vpc));
  },
  securityGroups: async ({ app, cloud }, see) => {
    const [service, taskGroup, endpoints] = await Promise.all([see("service"), see("taskGroup"), see("endpoints")]);
    const own = app.network.securityGroups ?? (taskGroup ? [taskGroup.id] : (service?.network?.securityGroups ?? []));
    const ids = [...own, ...(valueOf(endpoints) ?? []).flatMap((endpoint) => endpoint.securityGroups)];
    return ids.length ? read(() => cloud.inspection.securityGroups(ids)) : known([]);
  },
  namedRoles: async (input, see) => {
    const { app, cloud } = input;
    const { definition } = wantedDefinition(input, await see("engine"), await see("live"), await see("definitionFile"));
    const execution = roleName(app.executionRole ?? definition.executionRoleArn);
    const task = roleName(app.taskRole ?? definition.taskRoleArn);
    const look = async (name: string | undefined) =>
      name === undefined || name === app.executionRoleName ? undefined : read(() => cloud.inspection.role(name));
    const [executionRole, taskRole] = await Promise.all([look(execution), look(task)]);
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
  loadBalancerGroup: async ({ app, cloud }, see) =>
    app.loadBalancer
      ? cloud.ec2.findSecurityGroup((await see("network")).vpc, app.securityGroups.loadBalancer)
      : undefined,
  taskGroup: async ({ app, cloud }, see) =>
    app.network.securityGroups
      ? undefined
      : cloud.ec2.findSecurityGroup((await see("network")).vpc, app.securityGroups.tasks),
  targetGroups: async ({ app, cloud }) =>
    app.loadBalancer
      ? (
          await Promise.all([app.targetGroup, app.secondTargetGroup].map((name) => cloud.elb.findTargetGroup(name)))
        ).filter((group) => group !== undefined)
      : [],
  targetGroup: async (_input, see) => {
    const [groups, service] = await Promise.all([see("targetGroups"), see("service")]);
    return (
      groups.find((group) => service?.loadBalancers.some((item) => item.targetGroupArn === group.arn)) ?? groups[0]
    );
  },
  spareTargetGroup: async (_input, see) => {
    const [groups, current] = await Promise.all([see("targetGroups"), see("targetGroup")]);
    return groups.find((group) => group !== current);
  },
  targetGroupAttributes: async ({ cloud }, see) => {
    const group = await see("targetGroup");
    return group ? cloud.elb.targetGroupAttributes(group.arn) : {};
  },
  loadBalancer: async ({ app, cloud }) =>
    app.loadBalancer ? cloud.elb.findLoadBalancer(app.loadBalancer.name) : undefined,
  listener: async ({ app, cloud }, see) => {
    const balancer = await see("loadBalancer");
    if (!balancer) return undefined;
    return (await cloud.elb.listListeners(balancer.arn)).find(
      (listener) => listener.port === app.loadBalancer?.listenerPort,
    );
  },
  rules: async ({ cloud }, see) => {
    const listener = await see("listener");
    return listener ? cloud.elb.listRules(listener.arn) : [];
  },
  scaling: async ({ app, cloud }, see) => {
    if (!(await see("service"))) return { target: undefined, policies: [] };
    const [target, policies] = await Promise.all([
      cloud.scaling.findTarget(app.cluster, app.service),
      cloud.scaling.listPolicies(app.cluster, app.service),
    ]);
    return { target, policies };
  },
  cpuQuota: ({ cloud }) => cloud.quotas.fargateCpus(),
  answersHealthPath: async ({ app, prober }, see) => {
    const [group, balancer, service] = await Promise.all([see("targetGroup"), see("loadBalancer"), see("service")]);
    const settings = app.loadBalancer;
    if (
      !group ||
      !balancer ||
      !settings ||
      !service ||
      service.running === 0 ||
      group.healthCheck.path === app.healthCheck.path
    )
      return undefined;
    const url = new URL(app.healthCheck.path, prober.urlFor(balancer.dnsName, settings.listenerPort)).href;
    const answer = await prober.get(url, AbortSignal.timeout(5000));
    return answer.status !== undefined && matches(app.healthCheck.matcher, answer.status);
  },
  definitionFile: ({ app, workspace }) => workspace.read(app.taskDefinitionFile),
  configFile: ({ workspace }) => workspace.read("slipway.json"),
};

/** Reads the world once; what depends on something waits for that alone. */
export async function observe(input: RunInput): Promise<ObservedState> {
  const seen = new Map<keyof ObservedState, Promise<unknown>>();
  const see: See = <K extends keyof ObservedState>(key: K): Promise<ObservedState[K]> => {
    const known = seen.get(key) ?? inspectors[key](input, see);
    seen.set(key, known);
    return known as Promise<ObservedState[K]>;
  };
  // The identity first and alone: with bad credentials one clear error is better than fifteen.
  await see("identity");
  const keys = Object.keys(inspectors) as (keyof ObservedState)[];
  const results = await Promise.allSettled(keys.map(async (key) => [key, await see(key)] as const));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  return Object.fromEntries(
    results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])),
  ) as unknown as ObservedState;
}

/** Whether a status code is in a matcher such as `200`, `200-399` or `200,301-302`. */
function matches(matcher: string, status: number): boolean {
  return matcher.split(",").some((part) => {
    const [from, to] = part.split("-").map(Number);
    return from !== undefined && status >= from && status <= (to ?? from);
  });
}

/** The task definition file as it is or as it would be written; a live one is the better start than the defaults. */
export function wantedDefinition(
  input: RunInput,
  engine: ObservedState["engine"],
  live: Revision | undefined,
  file: string | undefined,
): WantedDefinition {
  if (file !== undefined) {
    const definition = parseDefinition(file, input.app.taskDefinitionFile);
    return {
      definition,
      exists: true,
      architecture: architectureOf(definition.runtimePlatform ? definition : (live?.definition ?? definition)),
    };
  }
  const definition = live ? normalise(live.definition) : generateDefinition(input.app, engine.architecture);
  return { definition, exists: false, architecture: architectureOf(definition) };
}

/** The group that the application's container logs to; the default one when it logs elsewhere. */
export const logGroupName = (input: RunInput, wanted: WantedDefinition): string =>
  logsOf(wanted.definition, input.app.container)?.group ?? input.app.logGroup;

export const platformOf = (wanted: WantedDefinition): string =>
  wanted.architecture === "ARM64" ? "linux/arm64" : "linux/amd64";

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

/** VPC, subnets and whether tasks need a public address, from what is stated and what the account has. */
async function inspectNetwork({ app, cloud }: RunInput, see: See): Promise<NetworkChoice> {
  const service = await see("service").catch((error: unknown) => {
    if (errorCode(error) === "Cancelled") throw error;
    return undefined;
  });
  const vpc = await cloud.ec2.findVpc(app.network.vpc);
  if (!vpc)
    throw app.network.vpc === undefined ? noDefaultVpc(await cloud.ec2.listVpcs()) : missingVpc(app.network.vpc);
  const subnets = await cloud.ec2.listSubnets(vpc.id);
  // An existing service keeps its subnets: they may have been chosen elsewhere.
  const stated = app.network.subnets ?? (service?.network?.subnets.length ? service.network.subnets : undefined);
  const taskSubnets = stated ? stated.map((id) => subnetNamed(subnets, id, vpc.id)) : chooseSubnets(subnets);
  if (taskSubnets.length === 0) throw noSubnets(vpc.id);
  const isPublic = taskSubnets.some((subnet) => subnet.egress === "internet");
  const assignPublicIp =
    app.network.assignPublicIp ?? (app.network.subnets ? undefined : service?.network?.assignPublicIp) ?? isPublic;
  const statedForBalancer = app.network.loadBalancerSubnets?.map((id) => subnetNamed(subnets, id, vpc.id));
  const loadBalancerSubnets = app.loadBalancer
    ? (statedForBalancer ?? chooseBalancerSubnets(subnets, taskSubnets, app.loadBalancer.internal))
    : [];
  if (app.loadBalancer && new Set(loadBalancerSubnets.map((subnet) => subnet.zone)).size < 2)
    throw tooFewZones(vpc.id, loadBalancerSubnets, app.loadBalancer.internal);
  return { vpc: vpc.id, vpcCidr: vpc.cidr, taskSubnets, loadBalancerSubnets, all: subnets, assignPublicIp };
}

/** One subnet a zone, in two zones; those with a way out first, public before private, most free addresses first. */
function chooseSubnets(subnets: readonly SubnetFacts[]): SubnetFacts[] {
  const rank = { internet: 0, nat: 1, none: 2 } as const;
  const usable = subnets.filter((subnet) => subnet.freeAddresses > 0 && !zonesWithoutFargate.has(subnet.zoneId));
  const sorted = usable.sort(
    (a, b) =>
      rank[a.egress] - rank[b.egress] ||
      Number(b.defaultForZone) - Number(a.defaultForZone) ||
      a.zone.localeCompare(b.zone) ||
      a.id.localeCompare(b.id),
  );
  const best = sorted[0]?.egress;
  return onePerZone(sorted.filter((subnet) => subnet.egress === best)).slice(0, 2);
}

/** The zones of the tasks come first: a target in a zone that the load balancer does not cover gets no traffic. */
function chooseBalancerSubnets(
  subnets: readonly SubnetFacts[],
  taskSubnets: readonly SubnetFacts[],
  internal: boolean,
): SubnetFacts[] {
  const eligible = subnets.filter((subnet) => (internal || subnet.egress === "internet") && subnet.freeAddresses >= 8);
  const zones = new Set(taskSubnets.map((subnet) => subnet.zone));
  const sorted = onePerZone(
    [...eligible].sort(
      (a, b) =>
        Number(zones.has(b.zone)) - Number(zones.has(a.zone)) ||
        a.zone.localeCompare(b.zone) ||
        a.id.localeCompare(b.id),
    ),
  );
  return sorted.slice(0, Math.max(2, zones.size));
}

function onePerZone(subnets: readonly SubnetFacts[]): SubnetFacts[] {
  const zones = new Set<string>();
  return subnets.filter((subnet) => !zones.has(subnet.zone) && zones.add(subnet.zone));
}
