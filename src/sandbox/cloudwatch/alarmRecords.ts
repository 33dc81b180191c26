/** Alarms, as they are kept, and what is written down of them. */
import type { MetricAlarm } from "../model/cloudwatch.types";
import type { AlarmRecord } from "../states";
import type { Region } from "../world";
import type { AlarmState } from "./judge";
import { DAY } from "./store";

const HISTORY_KEPT = 14 * DAY;
const MOST_HISTORY = 10_000;

/** The ARN of an alarm of that name. */
export const alarmArn = (region: Region, name: string): string => region.arn("cloudwatch", `alarm:${name}`);

/** Writes a line of an alarm's history. */
export function note(region: Region, name: string, type: string, summary: string, data: object): void {
  const { history } = region.alarms;
  history.push({
    AlarmName: name,
    AlarmType: "MetricAlarm",
    Timestamp: new Date(),
    HistoryItemType: type,
    HistorySummary: summary,
    HistoryData: JSON.stringify({ version: "1.0", ...data }),
  });
  const since = Date.now() - HISTORY_KEPT;
  const old = history.findIndex((item) => (item.Timestamp?.getTime() ?? 0) >= since);
  history.splice(0, Math.max(old, history.length - MOST_HISTORY, 0));
}

/** The actions of an alarm for that state. */
export function actionsOf(alarm: MetricAlarm, state: AlarmState): readonly string[] {
  const of = {
    OK: alarm.OKActions,
    ALARM: alarm.AlarmActions,
    INSUFFICIENT_DATA: alarm.InsufficientDataActions,
  };
  return alarm.ActionsEnabled === false ? [] : (of[state] ?? []);
}

/** Changes an alarm's state, with its history; gives the actions that it has for that. */
export function setState(
  region: Region,
  record: AlarmRecord,
  state: AlarmState,
  reason: string,
  reasonData: string | undefined,
): readonly string[] {
  const { alarm } = record;
  const before = alarm.StateValue ?? "INSUFFICIENT_DATA";
  const old = { stateValue: before, stateReason: alarm.StateReason, stateReasonData: parsed(alarm.StateReasonData) };
  const now = new Date();
  Object.assign(alarm, {
    StateValue: state,
    StateReason: reason,
    StateReasonData: reasonData,
    StateUpdatedTimestamp: now,
  });
  if (before === state) return [];
  alarm.StateTransitionedTimestamp = now;
  const name = alarm.AlarmName ?? "";
  note(region, name, "StateUpdate", `Alarm updated from ${before} to ${state}`, {
    oldState: old,
    newState: { stateValue: state, stateReason: reason, stateReasonData: parsed(reasonData) },
  });
  return actionsOf(alarm, state);
}

function parsed(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    return json;
  }
}
