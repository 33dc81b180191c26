/** CloudWatch's alarms: made, read, told to be in a state, deleted. */
import type { CloudwatchOperations, MetricAlarm, PutMetricAlarmInput } from "../model/cloudwatch.types";
import type { Table } from "../registry";
import type { AlarmRecord } from "../states";
import { page, tagsFrom, upperTags } from "../util";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { readAlarm } from "./alarmInput";
import { alarmArn, note, setState } from "./alarmRecords";
import { badCombination, badToken, badValue, notFound, validation } from "./errors";
import type { Evaluator } from "./evaluator";
import type { AlarmState } from "./judge";

type Operations = Omit<CloudwatchOperations, "GetMetricData" | "GetMetricStatistics" | "ListMetrics" | "PutMetricData">;

const MOST_NAMES = 100;

/** Makes an alarm, or changes all of one but its state and its tags. */
export function putAlarm(world: SandboxState, region: Region, input: PutMetricAlarmInput): AlarmRecord {
  const queries = readAlarm(input);
  const { Tags: tags, ...definition } = input;
  const existing = region.alarms.alarms.get(input.AlarmName);
  const now = new Date();
  const alarm: MetricAlarm = {
    ...definition,
    AlarmArn: alarmArn(region, input.AlarmName),
    AlarmConfigurationUpdatedTimestamp: now,
    ActionsEnabled: input.ActionsEnabled ?? true,
    OKActions: input.OKActions ?? [],
    AlarmActions: input.AlarmActions ?? [],
    InsufficientDataActions: input.InsufficientDataActions ?? [],
    Dimensions: input.Metrics?.length ? [] : (input.Dimensions ?? []),
    StateValue: existing?.alarm.StateValue ?? "INSUFFICIENT_DATA",
    StateReason: existing?.alarm.StateReason ?? "Unchecked: Initial alarm creation",
    StateReasonData: existing?.alarm.StateReasonData,
    StateUpdatedTimestamp: existing?.alarm.StateUpdatedTimestamp ?? now,
    StateTransitionedTimestamp: existing?.alarm.StateTransitionedTimestamp ?? now,
  };
  const minutes = input.WarmUpConfiguration?.WarmUpPeriodDurationInMinutes ?? 0;
  // A warm-up that is over does not begin again.
  const warmUntil = existing && existing.warmUntil <= Date.now() ? 0 : Date.now() + world.clock.timer(minutes * 60_000);
  const record: AlarmRecord = { alarm, tags: existing?.tags ?? tagsFrom(tags), queries, warmUntil };
  region.alarms.alarms.set(input.AlarmName, record);
  note(
    region,
    input.AlarmName,
    "ConfigurationUpdate",
    `Alarm "${input.AlarmName}" ${existing ? "updated" : "created"}`,
    {
      type: existing ? "Update" : "Create",
      [existing ? "updatedAlarm" : "createdAlarm"]: { alarmName: input.AlarmName, stateValue: alarm.StateValue },
    },
  );
  region.alarms.wake();
  return record;
}

/** Deletes alarms that are there. */
export function deleteAlarms(region: Region, names: readonly string[]): void {
  for (const name of names)
    if (region.alarms.alarms.delete(name))
      note(region, name, "ConfigurationUpdate", `Alarm "${name}" deleted`, { type: "Delete" });
}

const known = (region: Region, name: string): AlarmRecord => {
  const record = region.alarms.alarms.get(name);
  if (!record) throw notFound(`Alarm ${name} does not exist.`);
  return record;
};

function byArn(region: Region, arn: string): AlarmRecord {
  const record = [...region.alarms.alarms.values()].find((r) => r.alarm.AlarmArn === arn);
  if (!record) throw notFound(`Resource ${arn} does not exist.`);
  return record;
}

function checkNames(names: readonly string[] | undefined): void {
  if ((names?.length ?? 0) > MOST_NAMES)
    throw validation(`The collection AlarmNames must not have a size greater than ${MOST_NAMES}.`);
}

function sizeOf(most: number | undefined): number {
  if (most !== undefined && (most < 1 || most > 100))
    throw badValue("The parameter MaxRecords must be between 1 and 100.");
  return most ?? 50;
}

function setEnabled(region: Region, names: readonly string[], on: boolean): Record<string, never> {
  checkNames(names);
  for (const name of names) {
    const record = region.alarms.alarms.get(name);
    if (!record || record.alarm.ActionsEnabled === on) continue;
    record.alarm.ActionsEnabled = on;
    note(region, name, "ConfigurationUpdate", `Alarm "${name}" actions ${on ? "enabled" : "disabled"}`, {
      type: "Update",
    });
  }
  return {};
}

export const alarmOperations = (world: SandboxState, evaluator: () => Evaluator): Table<Operations> => ({
  PutMetricAlarm: {
    supports:
      "AlarmName AlarmDescription ActionsEnabled OKActions AlarmActions InsufficientDataActions MetricName Namespace " +
      "Statistic ExtendedStatistic Dimensions Period Unit EvaluationPeriods DatapointsToAlarm Threshold " +
      "ComparisonOperator TreatMissingData EvaluateLowSampleCountPercentile Metrics Tags WarmUpConfiguration",
    run: (input, { region }) => {
      putAlarm(world, region, input);
      return {};
    },
  },
  DescribeAlarms: {
    supports: "AlarmNames AlarmNamePrefix AlarmTypes StateValue ActionPrefix MaxRecords NextToken",
    run: (input, { region }) => {
      checkNames(input.AlarmNames);
      if (input.AlarmNames?.length && input.AlarmNamePrefix !== undefined)
        throw badCombination("The parameters AlarmNames and AlarmNamePrefix cannot be specified at the same time.");
      const size = sizeOf(input.MaxRecords);
      const wantsMetric = !input.AlarmTypes?.length || input.AlarmTypes.includes("MetricAlarm");
      const found = [...region.alarms.alarms.values()]
        .map((r) => r.alarm)
        .filter(
          (a) =>
            wantsMetric &&
            (!input.AlarmNames?.length || input.AlarmNames.includes(a.AlarmName ?? "")) &&
            (a.AlarmName ?? "").startsWith(input.AlarmNamePrefix ?? "") &&
            (input.StateValue === undefined || a.StateValue === input.StateValue) &&
            (input.ActionPrefix === undefined ||
              [...(a.OKActions ?? []), ...(a.AlarmActions ?? []), ...(a.InsufficientDataActions ?? [])].some((x) =>
                x.startsWith(input.ActionPrefix ?? ""),
              )),
        )
        .sort((a, b) => ((a.AlarmName ?? "") < (b.AlarmName ?? "") ? -1 : 1));
      const p = page(found, input.NextToken, size, badToken);
      return { MetricAlarms: structuredClone(p.items), CompositeAlarms: [], NextToken: p.next };
    },
  },
  DeleteAlarms: {
    supports: "*",
    run: (input, { region }) => {
      checkNames(input.AlarmNames);
      // With one wrong name none is deleted.
      for (const name of input.AlarmNames) known(region, name);
      deleteAlarms(region, input.AlarmNames);
      return {};
    },
  },
  DescribeAlarmHistory: {
    supports: "AlarmName AlarmTypes HistoryItemType StartDate EndDate MaxRecords NextToken ScanBy",
    run: (input, { region }) => {
      const size = sizeOf(input.MaxRecords ?? 100);
      const from = input.StartDate?.getTime() ?? 0;
      const until = input.EndDate?.getTime() ?? Infinity;
      const found = region.alarms.history.filter((item) => {
        const at = item.Timestamp?.getTime() ?? 0;
        return (
          at >= from &&
          at <= until &&
          (input.AlarmName === undefined || item.AlarmName === input.AlarmName) &&
          (input.HistoryItemType === undefined || item.HistoryItemType === input.HistoryItemType)
        );
      });
      if (input.ScanBy !== "TimestampAscending") found.reverse();
      const p = page(found, input.NextToken, size, badToken);
      return { AlarmHistoryItems: p.items, NextToken: p.next };
    },
  },
  SetAlarmState: {
    supports: "*",
    run: (input, { region }) => {
      const record = known(region, input.AlarmName);
      if (input.StateReason.length > 1023)
        throw validation("The parameter StateReason must be at most 1023 characters long.");
      if (input.StateReasonData !== undefined && !isJson(input.StateReasonData))
        throw new ApiError("InvalidFormat", "StateReasonData was not syntactically valid JSON.");
      const state = input.StateValue as AlarmState;
      const actions = setState(region, record, state, input.StateReason, input.StateReasonData);
      evaluator().act(region, record, state, actions, undefined);
      return {};
    },
  },
  EnableAlarmActions: { supports: "*", run: (input, { region }) => setEnabled(region, input.AlarmNames, true) },
  DisableAlarmActions: { supports: "*", run: (input, { region }) => setEnabled(region, input.AlarmNames, false) },
  TagResource: {
    supports: "*",
    run: (input, { region }) => {
      const { tags } = byArn(region, input.ResourceARN);
      for (const [key, value] of tagsFrom(input.Tags)) tags.set(key, value);
      return {};
    },
  },
  UntagResource: {
    supports: "*",
    run: (input, { region }) => {
      const { tags } = byArn(region, input.ResourceARN);
      for (const key of input.TagKeys) tags.delete(key);
      return {};
    },
  },
  ListTagsForResource: {
    supports: "*",
    run: (input, { region }) => ({ Tags: upperTags(byArn(region, input.ResourceARN).tags) }),
  },
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
