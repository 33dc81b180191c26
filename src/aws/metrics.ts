import {
  type DescribeAlarmHistoryCommandInput,
  type DescribeAlarmsCommandInput,
  DeleteAlarmsCommand,
  GetMetricDataCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  type ComparisonOperator,
  paginateDescribeAlarmHistory,
  paginateDescribeAlarms,
  type MetricAlarm as SdkAlarm,
  type MetricDataResult,
} from "@aws-sdk/client-cloudwatch";
import { DescribeScalingActivitiesCommand } from "@aws-sdk/client-application-auto-scaling";
import { DescribeClustersCommand } from "@aws-sdk/client-ecs";
import type { AlarmState, MetricAlarm, MetricPoints, MetricsPort, Statistic } from "../core/ports/metrics";
import { fromUpper, upperTags, type Caller } from "./session";

/** Alarms that are read: more than this no account has by default (5,000), and each page is a call. */
const mostAlarms = 1000;
/** GetMetricData takes so many queries at once, and gives so many points a page. Source: its API reference. */
const mostQueries = 500;

const states: readonly AlarmState[] = ["OK", "ALARM", "INSUFFICIENT_DATA"];
const stateOf = (text: string | undefined): AlarmState => states.find((state) => state === text) ?? "INSUFFICIENT_DATA";

/** The worst of an answer's pages. */
const rank: readonly MetricPoints["state"][] = ["complete", "partial", "failed", "forbidden"];
const statuses: Readonly<Record<string, MetricPoints["state"]>> = {
  Complete: "complete",
  // "More points are to come, on the next page", as long as there is one.
  PartialData: "partial",
  InternalError: "failed",
  Forbidden: "forbidden",
};

const dimensionsOf = (list: readonly { Name?: string | undefined; Value?: string | undefined }[] | undefined) =>
  Object.fromEntries((list ?? []).map(({ Name, Value }) => [Name ?? "", Value ?? ""]));

function alarmOf(alarm: SdkAlarm): MetricAlarm {
  const metrics = (alarm.Metrics ?? []).flatMap(({ MetricStat }) => MetricStat ?? []);
  const [only] = metrics.length === 1 ? metrics : [];
  const namespace = alarm.Namespace ?? only?.Metric?.Namespace;
  const metric = alarm.MetricName ?? only?.Metric?.MetricName;
  const statistic = alarm.Statistic ?? alarm.ExtendedStatistic ?? only?.Stat;
  const periodSeconds = alarm.Period ?? only?.Period;
  return {
    name: alarm.AlarmName ?? "",
    arn: alarm.AlarmArn ?? "",
    state: stateOf(alarm.StateValue),
    reason: alarm.StateReason ?? "",
    dimensions: [
      ...(alarm.Dimensions ? [dimensionsOf(alarm.Dimensions)] : []),
      ...metrics.map(({ Metric }) => dimensionsOf(Metric?.Dimensions)),
    ],
    actionsEnabled: alarm.ActionsEnabled ?? true,
    actions: alarm.AlarmActions ?? [],
    ...defined("changedAt", (alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp)?.getTime()),
    ...defined("namespace", namespace),
    ...defined("metric", metric),
    ...defined("statistic", statistic),
    ...defined("threshold", alarm.Threshold),
    ...defined("comparison", alarm.ComparisonOperator),
    ...defined("missing", missingOf(alarm.TreatMissingData)),
    ...defined("periodSeconds", periodSeconds),
    ...defined("evaluationPeriods", alarm.EvaluationPeriods),
    ...defined("datapointsToAlarm", alarm.DatapointsToAlarm),
  };
}

const defined = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [K in Name]?: Value };

const treatments = ["missing", "breaching", "notBreaching", "ignore"] as const;
const missingOf = (text: string | undefined) => treatments.find((treatment) => treatment === text);

/** A percentile is another member than the other statistics. */
const statisticInput = (statistic: Statistic) =>
  statistic === "p50" || statistic === "p90" || statistic === "p99"
    ? { ExtendedStatistic: statistic }
    : { Statistic: statistic };

/** Amazon CloudWatch, and what else a service's figures are read with. */
export function metricsPort(caller: Caller): MetricsPort {
  const { cloudWatch, scaling, ecs } = caller.session;
  return {
    async read(queries, from, until) {
      const found = new Map<string, { points: { at: number; value: number }[]; state: MetricPoints["state"] }>();
      const take = ({ Id = "", Timestamps = [], Values = [], StatusCode }: MetricDataResult, isLast: boolean): void => {
        const known = found.get(Id) ?? { points: [], state: "complete" };
        known.points.push(
          ...Timestamps.flatMap((at, index) => {
            const value = Values[index];
            return value === undefined ? [] : [{ at: at.getTime(), value }];
          }),
        );
        const said = statuses[StatusCode ?? "Complete"] ?? "failed";
        const state = said === "partial" && !isLast ? "complete" : said;
        if (rank.indexOf(state) > rank.indexOf(known.state)) known.state = state;
        found.set(Id, known);
      };
      for (let start = 0; start < queries.length; start += mostQueries) {
        let NextToken: string | undefined;
        do {
          const answer = await caller.send(
            cloudWatch,
            new GetMetricDataCommand({
              StartTime: new Date(from),
              EndTime: new Date(until),
              ScanBy: "TimestampAscending",
              ...(NextToken === undefined ? {} : { NextToken }),
              MetricDataQueries: queries
                .slice(start, start + mostQueries)
                .map(({ id, namespace, metric, dimensions, statistic, periodSeconds }) => ({
                  Id: id,
                  MetricStat: {
                    Metric: {
                      Namespace: namespace,
                      MetricName: metric,
                      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
                    },
                    Period: periodSeconds,
                    Stat: statistic,
                  },
                })),
            }),
          );
          NextToken = answer.NextToken;
          for (const result of answer.MetricDataResults ?? []) take(result, NextToken === undefined);
        } while (NextToken !== undefined);
      }
      for (const { points } of found.values()) points.sort((one, other) => one.at - other.at);
      return found;
    },
    async alarms() {
      const input: DescribeAlarmsCommandInput = { AlarmTypes: ["MetricAlarm"], MaxRecords: 100 };
      const read = await caller.all(paginateDescribeAlarms, cloudWatch, input, ({ MetricAlarms }) => MetricAlarms, {
        limit: mostAlarms + 1,
      });
      return { alarms: read.slice(0, mostAlarms).map(alarmOf), all: read.length <= mostAlarms };
    },
    async alarmsNamed(prefix) {
      const input: DescribeAlarmsCommandInput = {
        AlarmNamePrefix: prefix,
        AlarmTypes: ["MetricAlarm"],
        MaxRecords: 100,
      };
      return (await caller.all(paginateDescribeAlarms, cloudWatch, input, ({ MetricAlarms }) => MetricAlarms)).map(
        alarmOf,
      );
    },
    async putAlarm(settings, tags) {
      await caller.send(
        cloudWatch,
        new PutMetricAlarmCommand({
          AlarmName: settings.name,
          AlarmDescription: settings.description,
          Namespace: settings.namespace,
          MetricName: settings.metric,
          Dimensions: Object.entries(settings.dimensions).map(([Name, Value]) => ({ Name, Value })),
          ...statisticInput(settings.statistic),
          ComparisonOperator: settings.comparison as ComparisonOperator,
          Threshold: settings.threshold,
          Period: settings.periodSeconds,
          EvaluationPeriods: settings.evaluationPeriods,
          DatapointsToAlarm: settings.datapointsToAlarm,
          TreatMissingData: settings.missing,
          ...(settings.ignoresLowSamples ? { EvaluateLowSampleCountPercentile: "ignore" } : {}),
          AlarmActions: [...settings.actions],
          OKActions: [...settings.okActions],
          Tags: upperTags(tags),
        }),
        "alarmChange",
      );
    },
    async deleteAlarms(names) {
      if (names.length === 0) return;
      await caller.send(cloudWatch, new DeleteAlarmsCommand({ AlarmNames: [...names] }), "alarmChange");
    },
    async tagsOfAlarm(arn) {
      const { Tags } = await caller.send(cloudWatch, new ListTagsForResourceCommand({ ResourceARN: arn }));
      return fromUpper(Tags);
    },
    async alarmChanges(alarm, from, until) {
      const input: DescribeAlarmHistoryCommandInput = {
        AlarmName: alarm,
        HistoryItemType: "StateUpdate",
        StartDate: new Date(from),
        EndDate: new Date(until),
        ScanBy: "TimestampDescending",
        MaxRecords: 100,
      };
      const items = await caller.all(
        paginateDescribeAlarmHistory,
        cloudWatch,
        input,
        ({ AlarmHistoryItems }) => AlarmHistoryItems,
        { bucket: "alarmHistory", limit: 100 },
      );
      return items
        .flatMap(({ Timestamp, HistoryData }) => {
          const to = newStateOf(HistoryData);
          return Timestamp && to ? [{ at: Timestamp.getTime(), to }] : [];
        })
        .reverse();
    },
    async scalingActivities(cluster, service) {
      const { ScalingActivities } = await caller.send(
        scaling,
        new DescribeScalingActivitiesCommand({
          ServiceNamespace: "ecs",
          ResourceId: `service/${cluster}/${service}`,
          ScalableDimension: "ecs:service:DesiredCount",
          MaxResults: 50,
        }),
      );
      return (ScalingActivities ?? []).flatMap(({ StartTime, StatusCode, Description, Cause }) =>
        StartTime
          ? [{ at: StartTime.getTime(), status: StatusCode ?? "", description: Description ?? "", cause: Cause ?? "" }]
          : [],
      );
    },
    async containerInsights(cluster) {
      const { clusters } = await caller.send(
        ecs,
        new DescribeClustersCommand({ clusters: [cluster], include: ["SETTINGS"] }),
        "ecsCluster",
      );
      return clusters?.[0]?.settings?.find(({ name }) => name === "containerInsights")?.value;
    },
  };
}

/** HistoryData is a JSON text of CloudWatch's: `{"newState":{"stateValue":"ALARM",…},…}`. */
function newStateOf(data: string | undefined): AlarmState | undefined {
  try {
    const { newState } = JSON.parse(data ?? "{}") as { newState?: { stateValue?: string } };
    return states.find((state) => state === newState?.stateValue);
  } catch {
    return undefined;
  }
}
