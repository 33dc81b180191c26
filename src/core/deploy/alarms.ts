/** The alarms of an application: which there are, what they watch, and what of those that are there differs. */
import type { Application } from "../app/app";
import type { AlarmsConfig } from "../app/schema";
import { own } from "../base/taskDefinition";
import type { AlarmSettings, MetricAlarm, Statistic } from "../ports/metrics";
import { loadBalancerDimension, targetGroupDimension } from "../base/metricDimensions";

export const alarmIds = ["errors", "loadBalancerErrors", "latency", "healthyTargets", "cpu", "memory"] as const;
export type AlarmId = (typeof alarmIds)[number];

interface AlarmSpec {
  /** Last part of its name; it stays as it is. */
  readonly name: string;
  readonly of: "service" | "targetGroup" | "loadBalancer";
  readonly metric: string;
  readonly statistic: Statistic;
  readonly comparison: "GreaterThanOrEqualToThreshold" | "GreaterThanThreshold" | "LessThanThreshold";
  readonly threshold: number;
  readonly breaching: number;
  readonly evaluated: number;
  readonly missing: AlarmSettings["missing"];
  /** With few samples a percentile says nothing. */
  readonly ignoresLowSamples?: boolean;
  readonly words: string;
  /** Whether a deployment is judged by it: what tells of the new version, and of nothing slower. */
  readonly judgesDeployments: boolean;
}

/** Minutes, each a period. Sources of the rules: AWS's recommended alarms of ECS and Application Load Balancers. */
export const alarmSpecs: Readonly<Record<AlarmId, AlarmSpec>> = {
  errors: {
    name: "5xx",
    of: "targetGroup",
    metric: "HTTPCode_Target_5XX_Count",
    statistic: "Sum",
    comparison: "GreaterThanOrEqualToThreshold",
    threshold: 5,
    breaching: 3,
    evaluated: 5,
    // Where no task answered 5xx, CloudWatch has nothing.
    missing: "notBreaching",
    words: "Tasks answer 5xx",
    judgesDeployments: true,
  },
  loadBalancerErrors: {
    name: "lb-5xx",
    of: "loadBalancer",
    metric: "HTTPCode_ELB_5XX_Count",
    statistic: "Sum",
    comparison: "GreaterThanOrEqualToThreshold",
    threshold: 5,
    breaching: 3,
    evaluated: 5,
    missing: "notBreaching",
    words: "The load balancer itself answers 5xx: tasks are gone, do not answer or answer no HTTP",
    judgesDeployments: true,
  },
  latency: {
    name: "latency",
    of: "targetGroup",
    metric: "TargetResponseTime",
    statistic: "p90",
    comparison: "GreaterThanThreshold",
    threshold: 1,
    breaching: 3,
    evaluated: 5,
    missing: "notBreaching",
    ignoresLowSamples: true,
    words: "One request in ten takes longer than this many seconds",
    judgesDeployments: true,
  },
  healthyTargets: {
    name: "healthy",
    of: "targetGroup",
    metric: "HealthyHostCount",
    statistic: "Minimum",
    comparison: "LessThanThreshold",
    threshold: 1,
    breaching: 2,
    evaluated: 2,
    // No figure means that nothing is registered.
    missing: "breaching",
    words: "No task is healthy",
    judgesDeployments: false,
  },
  cpu: {
    name: "cpu",
    of: "service",
    metric: "CPUUtilization",
    statistic: "Average",
    comparison: "GreaterThanThreshold",
    threshold: 90,
    breaching: 5,
    evaluated: 5,
    missing: "missing",
    words: "All tasks together use more of their CPU than this percentage",
    judgesDeployments: false,
  },
  memory: {
    name: "memory",
    of: "service",
    metric: "MemoryUtilization",
    // One task near its limit is enough.
    statistic: "Maximum",
    comparison: "GreaterThanThreshold",
    threshold: 90,
    breaching: 3,
    evaluated: 3,
    missing: "missing",
    words: "A task uses more of its memory than this percentage",
    judgesDeployments: false,
  },
};

/** How the names of all of an application's alarms begin. */
export const alarmPrefix = ({ name, environment }: Pick<Application, "name" | "environment">): string =>
  `slipway/${name}/${environment}/`;

export const alarmName = (app: Pick<Application, "name" | "environment">, id: AlarmId): string =>
  `${alarmPrefix(app)}${alarmSpecs[id].name}`;

/** Where the figures come from; what is not there yet is made by the same deployment. */
export interface AlarmPlace {
  readonly targetGroupArn: string | undefined;
  readonly loadBalancerArn: string | undefined;
  /** The load balancer's own answers are of all that it serves: only of one that is this application's are they its. */
  readonly loadBalancerIsOurs: boolean;
}

const movesTraffic = ({ releases }: Application): boolean => releases !== undefined && releases.strategy !== "rolling";

/** The alarms that slipway.json asks for, with their thresholds. */
export function wantedAlarms(app: Application, loadBalancerIsOurs: boolean): { id: AlarmId; threshold: number }[] {
  const { alarms, loadBalancer, port } = app;
  if (!alarms) return [];
  const hasBalancer = loadBalancer !== undefined && port !== undefined;
  return alarmIds.flatMap((id) => {
    const spec = alarmSpecs[id];
    const stated = own(alarms as Readonly<Record<string, unknown>>, id);
    if (stated === false || (spec.of !== "service" && !hasBalancer)) return [];
    if (spec.of === "loadBalancer" && !loadBalancerIsOurs) return [];
    // Of two target groups one is empty, and which one changes with each release: only both together can be watched.
    if (movesTraffic(app) && spec.of === "targetGroup" && (id === "healthyTargets" || !loadBalancerIsOurs)) return [];
    return [{ id, threshold: typeof stated === "number" ? stated : spec.threshold }];
  });
}

/** What PutMetricAlarm is to be told of one. */
export function alarmSettings(
  app: Application,
  { id, threshold }: { id: AlarmId; threshold: number },
  { targetGroupArn = "", loadBalancerArn = "" }: AlarmPlace,
): AlarmSettings {
  const spec = alarmSpecs[id];
  const balancer = { LoadBalancer: loadBalancerDimension(loadBalancerArn) };
  const ofEach: Readonly<Record<AlarmSpec["of"], Readonly<Record<string, string>>>> = {
    service: { ClusterName: app.cluster, ServiceName: app.service },
    loadBalancer: balancer,
    targetGroup: movesTraffic(app) ? balancer : { ...balancer, TargetGroup: targetGroupDimension(targetGroupArn) },
  };
  const topic = app.alarms?.topic;
  return {
    name: alarmName(app, id),
    description: `${spec.words}. Made by Slipway for ${app.name}.`,
    namespace: spec.of === "service" ? "AWS/ECS" : "AWS/ApplicationELB",
    metric: spec.metric,
    dimensions: ofEach[spec.of],
    statistic: spec.statistic,
    comparison: spec.comparison,
    threshold,
    periodSeconds: 60,
    evaluationPeriods: spec.evaluated,
    datapointsToAlarm: spec.breaching,
    missing: spec.missing,
    ignoresLowSamples: spec.ignoresLowSamples ?? false,
    actions: topic === undefined ? [] : [topic],
    okActions: topic === undefined ? [] : [topic],
  };
}

/** What PutMetricAlarm would change of the one that is there; what people switched off stays off. */
export function alarmDiffers(there: MetricAlarm, wanted: AlarmSettings): boolean {
  const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
  const sorted = (record: Readonly<Record<string, string>> = {}) =>
    Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1));
  return !(
    there.namespace === wanted.namespace &&
    there.metric === wanted.metric &&
    there.statistic === wanted.statistic &&
    there.comparison === wanted.comparison &&
    there.threshold === wanted.threshold &&
    there.periodSeconds === wanted.periodSeconds &&
    there.evaluationPeriods === wanted.evaluationPeriods &&
    (there.datapointsToAlarm ?? there.evaluationPeriods) === wanted.datapointsToAlarm &&
    (there.missing ?? "missing") === wanted.missing &&
    same(sorted(there.dimensions[0]), sorted(wanted.dimensions)) &&
    same([...there.actions].sort(), [...wanted.actions].sort())
  );
}

/**
 * What slipway.json is to say of the alarms that a person chose; thresholds and the topic stay.
 * @param stated as it says now, with what an environment takes from its application
 * @param isOverride of an environment: what its application leaves out has to be asked for by its threshold there
 */
export function chosenAlarms(
  chosen: ReadonlySet<AlarmId>,
  stated: AlarmsConfig,
  deployments: NonNullable<AlarmsConfig["deployments"]>,
  isOverride: boolean,
): AlarmsConfig {
  const { topic } = stated;
  const each = alarmIds.flatMap((id): [AlarmId, number | false][] => {
    const threshold = stated[id];
    if (!chosen.has(id)) return [[id, false]];
    if (typeof threshold === "number") return [[id, threshold]];
    return threshold === false && isOverride ? [[id, alarmSpecs[id].threshold]] : [];
  });
  return { ...Object.fromEntries(each), ...(topic === undefined ? {} : { topic }), deployments };
}
