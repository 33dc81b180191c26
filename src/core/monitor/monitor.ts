/** Reads a service's figures, and what happened to it in the same time. Each source may fail alone. */
import { readLiveGroup } from "../service/snapshot/trafficGroups";
import { isCancelled, reportOf, SlipwayError } from "../base/errors";
import { targetGroupDimension } from "../base/metricDimensions";
import type { TaskDefinition } from "../base/taskDefinition";
import type { Cloud, Service, ServiceDeployment, ServiceRevision } from "../ports/cloud";
import type { LoadBalancerFacts } from "../ports/inspection";
import type { AlarmChange } from "../ports/metrics";
import { logsOf } from "../taskDefinition/model/generate";
import { pricedSize } from "../taskDefinition/model/pricedSize";
import { alarmsOf, marksOf } from "./marks";
import { costSoFar } from "./costSoFar";
import type { Absence, CostSoFar, MonitorLook, MonitorSource, MonitorSubject, SeenAlarm, Unread } from "./look";
import { planQueries } from "./queries";
import type { TimeSpan } from "./range";
import { chartsOf } from "./series";

/** Of so many alarms the changes are read: three calls a second are allowed. */
const mostAlarmHistories = 6;
/** A service so young has no figures yet, and that is no fault. */
const youngMilliseconds = 5 * 60_000;

/** Runs a read that may fail alone; its failure is kept. */
class Sources {
  readonly unread: Unread[] = [];

  async read<T>(source: MonitorSource, work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      if (isCancelled(error)) throw error;
      this.unread.push({ source, error: reportOf(error) });
      return undefined;
    }
  }

  /** Why CloudWatch has given nothing at all. */
  get whyNoFigures(): Absence {
    const { error } = this.unread.find(({ source }) => source === "figures") ?? {};
    return /AccessDenied|Unauthorized/.test(error?.code ?? "") ? "forbidden" : "failed";
  }
}

/**
 * One look at all figures of a service.
 * @param now epoch milliseconds
 * @throws SlipwayError NotDeployed where the service is not there; what else cannot be read is said in `unread`
 */
export async function readMonitor(
  cloud: Cloud,
  subject: MonitorSubject,
  span: TimeSpan,
  now: number,
): Promise<MonitorLook> {
  const { cluster, service: name } = subject;
  const sources = new Sources();
  const beside = Promise.all([
    sources.read("alarms", cloud.metrics.alarms()),
    sources.read("scaling", cloud.metrics.scalingActivities(cluster, name)),
    sources.read("deployments", cloud.ecs.listServiceDeployments(cluster, name)),
    sources.read("insights", cloud.metrics.containerInsights(cluster)),
    cloud.prices.ofRegion(),
    cloud.identity(),
  ]);
  // Whoever waits for it may have failed before: that it failed too is then nobody's surprise.
  beside.catch(() => undefined);
  const service = await findRunning(cloud, subject);
  const groupArn = await sources.read("balancer", readLiveGroup(cloud, service));
  const [definition, groups] = await Promise.all([
    sources.read("definition", definitionOf(cloud, service)),
    groupArn === undefined ? undefined : sources.read("balancer", cloud.inspection.targetGroups([groupArn])),
  ]);
  const group = groups?.[0];
  const balancerArn = group?.loadBalancers[0];
  const logGroup = definition && logsOf(definition, service.loadBalancers[0]?.containerName ?? "")?.group;
  const planned = planQueries(
    { cluster, service: name, groupArn, balancerArn, logGroup, wasRead: groups !== undefined },
    span,
  );
  const figures = sources.read("figures", cloud.metrics.read(planned.queries, span.from, span.until));
  const [listed, activities, deployments, containerInsights, prices, { region }] = await beside;
  const alarms = listed && alarmsOf(listed.alarms, subject, group && targetGroupDimension(group.arn), balancerArn);
  const [read, balancers, revisions, changes] = await Promise.all([
    figures,
    balancerArn === undefined ? undefined : sources.read("balancer", cloud.inspection.loadBalancers([balancerArn])),
    sources.read("deployments", revisionsOf(cloud, deployments ?? [])),
    sources.read("alarmHistory", changesOf(cloud, alarms ?? [], span)),
  ]);
  const isYoung = now - Math.min(...service.deployments.map(({ createdAt }) => createdAt)) < youngMilliseconds;
  const ifEmpty: Absence = !read
    ? sources.whyNoFigures
    : isYoung
      ? "noDataYet"
      : service.running === 0
        ? "noTasks"
        : "noData";
  const charts = chartsOf(read ?? new Map(), span, planned.absences, ifEmpty);
  const tasks = charts.flatMap(({ series }) => series).find(({ id }) => id === "tasks")?.values ?? [];
  const cost = definition && costOf({ region, prices, tasks, span, definition, service, balancer: balancers?.[0] });
  return {
    cluster,
    service: name,
    at: now,
    span,
    now: { desired: service.desired, running: service.running, pending: service.pending },
    revision: service.taskDefinition.split("/").at(-1) ?? service.taskDefinition,
    charts,
    marks: marksOf({ deployments, revisions, activities, changes, span, now }),
    allAlarms: listed?.all ?? false,
    otherTargetGroups: Math.max(0, service.loadBalancers.length - 1),
    metricsRead: planned.queries.length,
    unread: sources.unread,
    ...(alarms ? { alarms } : {}),
    ...(logGroup === undefined ? {} : { logGroup }),
    ...(containerInsights === undefined ? {} : { containerInsights }),
    ...(cost ? { cost } : {}),
  };
}

async function findRunning(cloud: Cloud, { cluster, service: name }: MonitorSubject): Promise<Service> {
  const service = await cloud.ecs.findService(cluster, name);
  if (service?.status === "ACTIVE") return service;
  throw new SlipwayError({
    code: "NotDeployed",
    summary: `There is no service ${name} in the cluster ${cluster}.`,
    remedy: "Deploy it first; its figures begin a few minutes after its first task.",
    actions: ["retry"],
  });
}

const definitionOf = async (cloud: Cloud, { taskDefinition }: Service): Promise<TaskDefinition | undefined> =>
  (await cloud.ecs.findTaskDefinition(taskDefinition))?.definition;

async function revisionsOf(cloud: Cloud, deployments: readonly ServiceDeployment[]): Promise<ServiceRevision[]> {
  const targets = [...new Set(deployments.flatMap(({ targetRevision }) => targetRevision ?? []))];
  return targets.length ? cloud.ecs.describeServiceRevisions(targets) : [];
}

async function changesOf(
  cloud: Cloud,
  alarms: readonly SeenAlarm[],
  { from, until }: TimeSpan,
): Promise<ReadonlyMap<string, readonly AlarmChange[]>> {
  const asked = alarms.filter(({ ofScaling }) => !ofScaling).slice(0, mostAlarmHistories);
  const changes = await Promise.all(
    asked.map(async ({ name }) => [name, await cloud.metrics.alarmChanges(name, from, until)] as const),
  );
  return new Map(changes);
}

function costOf({
  definition,
  service,
  balancer,
  ...input
}: Pick<Parameters<typeof costSoFar>[0], "region" | "prices" | "tasks" | "span"> & {
  definition: TaskDefinition;
  service: Service;
  balancer: LoadBalancerFacts | undefined;
}): CostSoFar | undefined {
  return costSoFar({
    ...input,
    size: pricedSize(definition),
    publicTasks: service.network?.assignPublicIp ?? false,
    balancerZones: balancer && (balancer.scheme === "internal" ? 0 : balancer.zones.length),
    since: service.createdAt,
  });
}
