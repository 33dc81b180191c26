/** What monitoring needs of CloudWatch and Application Auto Scaling. `aws/` implements it. Times are epoch milliseconds. */

import type { Tags } from "./shapes";

/** A statistic as CloudWatch names it; `p90` is the value that nine of ten lie at or below. */
export type Statistic = "Sum" | "Average" | "Minimum" | "Maximum" | "SampleCount" | "p50" | "p90" | "p99";

export interface MetricQuery {
  /** Of the answer; begins with a small letter. */
  readonly id: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: Statistic;
  readonly periodSeconds: number;
}

export interface MetricPoint {
  /** The beginning of its period. */
  readonly at: number;
  readonly value: number;
}

/** What CloudWatch has of one query, oldest first. What it has nothing for is simply not among the points. */
export interface MetricPoints {
  readonly points: readonly MetricPoint[];
  /** `partial`: CloudWatch gave up on some of it. `forbidden`: the caller may not read it. */
  readonly state: "complete" | "partial" | "forbidden" | "failed";
}

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

export interface MetricAlarm {
  readonly name: string;
  readonly arn: string;
  readonly state: AlarmState;
  /** When it came into that state. */
  readonly changedAt?: number;
  /** In CloudWatch's own words. */
  readonly reason: string;
  readonly namespace?: string;
  readonly metric?: string;
  /** Of all the metrics that it watches. */
  readonly dimensions: readonly Readonly<Record<string, string>>[];
  readonly statistic?: string;
  readonly threshold?: number;
  /** As CloudWatch names it, `GreaterThanThreshold`. */
  readonly comparison?: string;
  readonly periodSeconds?: number;
  readonly evaluationPeriods?: number;
  readonly datapointsToAlarm?: number;
  readonly missing?: AlarmSettings["missing"];
  readonly actionsEnabled: boolean;
  /** ARNs of what it sets off when it goes into ALARM. */
  readonly actions: readonly string[];
}

/** What an alarm is made with. */
export interface AlarmSettings {
  readonly name: string;
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: Statistic;
  readonly comparison: string;
  readonly threshold: number;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  /** What a period without a figure counts as. */
  readonly missing: "missing" | "breaching" | "notBreaching" | "ignore";
  /** Of a percentile: periods with few samples do not count. */
  readonly ignoresLowSamples: boolean;
  /** ARNs of what is told when it rings, and when it no longer does. */
  readonly actions: readonly string[];
  readonly okActions: readonly string[];
}

/** One change of an alarm's state. */
export interface AlarmChange {
  readonly at: number;
  readonly to: AlarmState;
}

/** One thing that Application Auto Scaling did, or could not do. */
export interface ScalingActivity {
  readonly at: number;
  /** `Successful`, `Failed`, … */
  readonly status: string;
  /** In AWS's own words. */
  readonly description: string;
  readonly cause: string;
}

export interface MetricsPort {
  /**
   * All queries in one request, all of its pages.
   * @param until the first moment that no longer counts
   */
  read(queries: readonly MetricQuery[], from: number, until: number): Promise<ReadonlyMap<string, MetricPoints>>;
  /** The account's metric alarms; `all` is false where there are more than are read. */
  alarms(): Promise<{ alarms: MetricAlarm[]; all: boolean }>;
  /** Those whose names begin with this. */
  alarmsNamed(prefix: string): Promise<MetricAlarm[]>;
  /** Tags count where it is new. */
  putAlarm(settings: AlarmSettings, tags: Tags): Promise<void>;
  deleteAlarms(names: readonly string[]): Promise<void>;
  tagsOfAlarm(arn: string): Promise<Tags>;
  /** Oldest first. */
  alarmChanges(alarm: string, from: number, until: number): Promise<AlarmChange[]>;
  /** Newest first, at most a page. */
  scalingActivities(cluster: string, service: string): Promise<ScalingActivity[]>;
  /** What the cluster's `containerInsights` setting says; undefined where ECS does not say. */
  containerInsights(cluster: string): Promise<string | undefined>;
}
