import type { Cloud, Service } from "../../ports/cloud";
import type { TaskFacts } from "../../ports/inspection";
import { secretsOf } from "../../taskDefinition/model/generate";
import {
  isTask,
  known,
  read,
  valueOf,
  type Read,
  type SeenLoadBalancer,
  type SeenRevision,
  type SeenTargetGroup,
  type SeenTask,
  type SeenUrl,
  type ServiceSnapshot,
} from "./serviceSnapshot";
import { type AwslogsOptions, logConfigurations, streamOf, imageOf, secretOf, logsOfContainer } from "./collectImages";
import { figuresOf } from "./figures";
import { followTraffic, groupsOfService } from "./trafficGroups";
import { type CollectInput, lines, tasksWithLines, after } from "./collectInput";

const roleName = (arn: string): string => arn.split("/").at(-1) ?? arn;

/** Reads everything that can be read of the subject, at once where nothing waits for something else. */
export async function collectSnapshot(input: CollectInput): Promise<ServiceSnapshot> {
  const { cloud, subject } = input;
  const identity = await cloud.identity();
  const cluster = await read(() => cloud.ecs.findCluster(subject.cluster));
  const there = cluster.known && cluster.value !== undefined && cluster.value.status !== "INACTIVE";
  const service =
    subject.service === undefined || (cluster.known && !there)
      ? known(undefined)
      : await read(() => cloud.ecs.findService(subject.cluster, subject.service ?? ""));
  const active = valueOf(service)?.status === "INACTIVE" ? undefined : valueOf(service);
  const tasksRead = read(() => (there ? tasksOf(input) : Promise.resolve([])));
  const revision = await revisionOf(input, active, tasksRead);
  const newest = newestOf(input);
  const definition = valueOf(revision)?.definition;
  const logging = logConfigurations(definition);
  const balancing = balancingOf(input, active);
  const network = networkOf(input, active, balancing);
  const answer =
    input.asksUrl === false ? undefined : balancing.then((found) => urlOf(input, found.balancers, found.groups));
  const [
    tasks,
    serviceDeployments,
    executionRole,
    taskRole,
    images,
    secrets,
    fargateCpus,
    prices,
    groups,
    balancers,
    networked,
    url,
  ] = await Promise.all([
    tasksRead.then((found) => after(found, (items) => withLines(input, items, logging))),
    active ? read(async () => (await cloud.ecs.listServiceDeployments(subject.cluster, active.name)) ?? []) : known([]),
    roleOf(input, definition?.executionRoleArn),
    roleOf(input, definition?.taskRoleArn),
    Promise.all(
      (definition?.containerDefinitions ?? []).map((container) =>
        imageOf(input, container.name ?? "", container.image ?? ""),
      ),
    ),
    Promise.all((definition ? secretsOf(definition) : []).map((reference) => secretOf(input, reference, identity))),
    read(() => cloud.quotas.fargateCpus()),
    cloud.prices.ofRegion(),
    balancing.then(({ groups: found }) => found),
    balancing.then(({ balancers: found }) => found),
    network,
    answer,
  ]);
  const followed = active && following(active, valueOf(groups) ?? [], valueOf(balancers) ?? []);
  const figures =
    input.figures && followed
      ? await figuresOf(cloud, subject.cluster, followed, valueOf(groups) ?? [], input.clock.now())
      : undefined;
  const logs = await Promise.all(logging.map((log) => logsOfContainer(input, log, valueOf(tasks) ?? [], active)));
  return {
    at: input.clock.now(),
    identity,
    subject,
    ...(input.expected ? { expected: input.expected } : {}),
    cluster,
    service: followed ? known(followed) : service,
    serviceDeployments,
    revision,
    tasks,
    newestRevision: await newest,
    targetGroups: groups,
    loadBalancers: balancers,
    ...networked,
    executionRole,
    taskRole,
    images,
    secrets,
    logs,
    ...(url ? { url } : {}),
    ...(figures ? { figures } : {}),
    fargateCpus,
    ...(prices ? { prices } : {}),
  };
}

const isWhole = (task: string): boolean => /^arn:|^(?:.*\/)?(?:[0-9a-f]{32}|[0-9a-f-]{36})$/.test(task);

async function tasksOf({ cloud, subject, captured = [] }: CollectInput): Promise<TaskFacts[]> {
  const { inspection } = cloud;
  const filter = subject.service === undefined ? undefined : { service: subject.service };
  const [running, stopped, named] = await Promise.all([
    filter ? inspection.tasks(subject.cluster, { ...filter, stopped: false }, true) : [],
    filter ? inspection.tasks(subject.cluster, { ...filter, stopped: true }, false) : [],
    // AWS refuses what is no whole id; a short one is found among the service's own.
    subject.task === undefined || !isWhole(subject.task) ? undefined : inspection.task(subject.cluster, subject.task),
  ]);
  const all = new Map<string, TaskFacts>();
  for (const task of [...captured, ...(named ? [named] : []), ...stopped, ...running]) all.set(task.arn, task);
  return [...all.values()].sort((one, other) => other.createdAt - one.createdAt);
}

async function revisionOf(
  { cloud, subject, revision }: CollectInput,
  service: Service | undefined,
  tasks: Promise<Read<TaskFacts[]>>,
): Promise<ServiceSnapshot["revision"]> {
  const own =
    subject.task === undefined
      ? undefined
      : valueOf(await tasks)?.find((task) => isTask(task, subject.task ?? ""))?.taskDefinition;
  const arn = revision ?? own ?? service?.taskDefinition;
  if (arn === undefined) return known(undefined);
  return read(() => seenRevision(cloud, arn));
}

async function seenRevision(cloud: Cloud, arn: string): Promise<SeenRevision | undefined> {
  const found = await cloud.ecs.findTaskDefinition(arn);
  return found && { arn: found.arn, definition: found.definition, status: found.status };
}

function newestOf({ cloud, expected }: CollectInput): Promise<ServiceSnapshot["newestRevision"]> {
  return read(async () => {
    const [arn] = expected ? await cloud.ecs.listRevisions(expected.family, 1) : [];
    return arn === undefined ? undefined : seenRevision(cloud, arn);
  });
}

/** What the newest stopped tasks printed last, and some of the running ones. */
async function withLines(
  { cloud, captured = [] }: CollectInput,
  tasks: readonly TaskFacts[],
  logging: readonly AwslogsOptions[],
): Promise<SeenTask[]> {
  const kept = new Map(captured.map((task) => [task.arn, task.lastLines]));
  const byNeed = [...tasks].sort(
    (one, other) => Number(other.lastStatus === "STOPPED") - Number(one.lastStatus === "STOPPED"),
  );
  const read = new Set(byNeed.slice(0, tasksWithLines).map((task) => task.arn));
  return Promise.all(
    tasks.map(async (task) => {
      const before = kept.get(task.arn) ?? [];
      if (before.length || !read.has(task.arn)) return { ...task, lastLines: before };
      // The container that failed speaks first; a task of another definition may log elsewhere, and then says nothing here.
      const failed = task.containers.find((container) => (container.exitCode ?? 0) !== 0)?.name;
      const log =
        logging.find((item) => item.driver === "awslogs" && item.container === failed) ??
        logging.find((item) => item.driver === "awslogs");
      const events = log
        ? await cloud.logs.lastEvents(log.options["awslogs-group"] ?? "", streamOf(log, task.id), lines).catch(() => [])
        : [];
      return { ...task, lastLines: events.map((event) => event.message.trimEnd()) };
    }),
  );
}

/** The service as its traffic goes: all that is judged of it is judged of the target group that is asked. */
function following(
  service: Service,
  groups: readonly SeenTargetGroup[],
  balancers: readonly SeenLoadBalancer[],
): Service {
  const rules = balancers.flatMap(({ listeners }) =>
    (valueOf(listeners) ?? []).flatMap((listener) => valueOf(listener.rules) ?? []),
  );
  const hasTargets = (arn: string): boolean =>
    groups.some(
      (group) => group.arn === arn && (valueOf(group.health) ?? []).some(({ state }) => state !== "draining"),
    );
  return followTraffic(service, rules, hasTargets);
}

async function balancingOf(
  input: CollectInput,
  service: Service | undefined,
): Promise<{ groups: Read<SeenTargetGroup[]>; balancers: Read<SeenLoadBalancer[]> }> {
  const { cloud, expected } = input;
  const arns = service ? groupsOfService(service) : [];
  const groups = await read(async () =>
    Promise.all(
      (await cloud.inspection.targetGroups(arns)).map(async (group) => {
        const [health, attributes] = await Promise.all([
          read(() => cloud.elb.targetHealth(group.arn)),
          read(() => cloud.elb.targetGroupAttributes(group.arn)),
        ]);
        return { ...group, health, attributes };
      }),
    ),
  );
  const balancers = await read(async () => {
    const named = expected?.loadBalancer ? await cloud.elb.findLoadBalancer(expected.loadBalancer.name) : undefined;
    const found = [
      ...new Set([...(valueOf(groups) ?? []).flatMap((group) => group.loadBalancers), ...(named ? [named.arn] : [])]),
    ];
    return Promise.all(
      (await cloud.inspection.loadBalancers(found)).map(async (balancer) => ({
        ...balancer,
        listeners: await listenersOf(cloud, balancer.arn),
      })),
    );
  });
  return { groups, balancers };
}

const listenersOf = (cloud: Cloud, balancer: string): Promise<SeenLoadBalancer["listeners"]> =>
  read(async () =>
    Promise.all(
      (await cloud.elb.listListeners(balancer)).map(async (listener) => ({
        ...listener,
        rules: await read(() => cloud.elb.listRules(listener.arn)),
      })),
    ),
  );

async function networkOf(
  { cloud }: CollectInput,
  service: Service | undefined,
  balancing: ReturnType<typeof balancingOf>,
): Promise<Pick<ServiceSnapshot, "securityGroups" | "subnets" | "endpoints">> {
  const balancers = valueOf((await balancing).balancers) ?? [];
  const subnets = await read(() =>
    cloud.inspection.subnetsAround([
      ...new Set([...(service?.network?.subnets ?? []), ...balancers.flatMap((balancer) => balancer.subnets)]),
    ]),
  );
  const vpc = valueOf(subnets)?.[0]?.vpc;
  const endpoints =
    vpc === undefined ? (subnets.known ? known([]) : subnets) : await read(() => cloud.inspection.endpoints(vpc));
  const groups = new Set([
    ...(service?.network?.securityGroups ?? []),
    ...balancers.flatMap((balancer) => balancer.securityGroups),
    ...(valueOf(endpoints) ?? []).flatMap((endpoint) => endpoint.securityGroups),
  ]);
  return { securityGroups: await read(() => cloud.inspection.securityGroups([...groups])), subnets, endpoints };
}

function roleOf({ cloud }: CollectInput, arn: string | undefined): Promise<ServiceSnapshot["executionRole"]> {
  return arn === undefined || arn === ""
    ? Promise.resolve(known(undefined))
    : read(() => cloud.inspection.role(roleName(arn)));
}

/** Asks the application where people reach it: at the listener that leads to its targets. */
async function urlOf(
  { prober, expected, signal, clock }: CollectInput,
  balancers: Read<SeenLoadBalancer[]>,
  groups: Read<SeenTargetGroup[]>,
): Promise<SeenUrl | undefined> {
  const own = new Set((valueOf(groups) ?? []).map((group) => group.arn));
  const all = (valueOf(balancers) ?? []).flatMap((balancer) =>
    (valueOf(balancer.listeners) ?? []).map((listener) => ({ balancer, listener })),
  );
  const leads = all.find(({ listener }) =>
    [...listener.forwards, ...(valueOf(listener.rules) ?? []).flatMap((rule) => rule.forwards)].some(
      ({ arn, weight }) => own.has(arn) && weight > 0,
    ),
  );
  const wanted = expected?.loadBalancer?.listenerPort;
  const chosen = all.find(({ listener }) => listener.port === wanted) ?? leads ?? all[0];
  const balancer = chosen?.balancer ?? valueOf(balancers)?.[0];
  if (!balancer) return undefined;
  const rule = (valueOf(chosen?.listener.rules ?? known([])) ?? []).find(
    (item) => item.forwards.some(({ arn }) => own.has(arn)) && !item.isDefault,
  );
  const secure = chosen?.listener.protocol === "HTTPS";
  const port = chosen?.listener.port ?? wanted ?? 80;
  const named =
    expected?.loadBalancer?.domain ??
    expected?.loadBalancer?.hostHeader ??
    rule?.hostHeaders.find((name) => !/[*?]/.test(name));
  const shown = named ?? (secure ? await nameShown(prober, balancer.dnsName, port, clock.now(), signal) : undefined);
  const host = shown ?? balancer.dnsName;
  const url = new URL(prober.urlFor(host, port, secure));
  const pattern = expected?.loadBalancer?.pathPattern ?? rule?.pathPatterns[0];
  if (pattern !== undefined) url.pathname = pattern.replace(/[*?].*$/, "");
  const [answer, certificate] = await Promise.all([
    // As people do, whose DNS may not lead here; a name that only the certificate says is asked for at the load balancer.
    prober.get(url.href, signal, named === undefined && shown !== undefined ? balancer.dnsName : undefined),
    secure ? prober.certificate(host, port, clock.now(), signal, balancer.dnsName) : undefined,
  ]);
  return { url: url.href, ...answer, ...(certificate ? { certificate } : {}) };
}

/** A name that the listener's certificate is good for: nobody calls an HTTPS listener by the load balancer's own. */
async function nameShown(
  prober: CollectInput["prober"],
  host: string,
  port: number,
  now: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { names } = await prober.certificate(host, port, now, signal);
  return names.find((name) => !name.startsWith("*."));
}
