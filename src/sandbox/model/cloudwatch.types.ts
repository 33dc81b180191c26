/* generated: node scripts/models/sandboxModels.mjs */

export interface DeleteAlarmsInput {
  AlarmNames: string[];
}
export interface DescribeAlarmHistoryInput {
  AlarmName?: string;
  AlarmContributorId?: string;
  AlarmTypes?: string[];
  HistoryItemType?: string;
  StartDate?: Date;
  EndDate?: Date;
  MaxRecords?: number;
  NextToken?: string;
  ScanBy?: string;
}
export interface DescribeAlarmHistoryOutput {
  AlarmHistoryItems?: AlarmHistoryItem[];
  NextToken?: string;
}
export interface AlarmHistoryItem {
  AlarmName?: string;
  AlarmContributorId?: string;
  AlarmType?: string;
  Timestamp?: Date;
  HistoryItemType?: string;
  HistorySummary?: string;
  HistoryData?: string;
  AlarmContributorAttributes?: Record<string, string>;
}
export interface DescribeAlarmsInput {
  AlarmNames?: string[];
  AlarmNamePrefix?: string;
  AlarmTypes?: string[];
  ChildrenOfAlarmName?: string;
  ParentsOfAlarmName?: string;
  StateValue?: string;
  ActionPrefix?: string;
  MaxRecords?: number;
  NextToken?: string;
}
export interface DescribeAlarmsOutput {
  CompositeAlarms?: CompositeAlarm[];
  MetricAlarms?: MetricAlarm[];
  LogAlarms?: LogAlarm[];
  NextToken?: string;
}
export interface CompositeAlarm {
  ActionsEnabled?: boolean;
  AlarmActions?: string[];
  AlarmArn?: string;
  AlarmConfigurationUpdatedTimestamp?: Date;
  AlarmDescription?: string;
  AlarmName?: string;
  AlarmRule?: string;
  InsufficientDataActions?: string[];
  OKActions?: string[];
  StateReason?: string;
  StateReasonData?: string;
  StateUpdatedTimestamp?: Date;
  StateValue?: string;
  StateTransitionedTimestamp?: Date;
  ActionsSuppressedBy?: string;
  ActionsSuppressedReason?: string;
  ActionsSuppressor?: string;
  ActionsSuppressorWaitPeriod?: number;
  ActionsSuppressorExtensionPeriod?: number;
  ActionConfiguration?: ActionConfiguration;
}
export interface ActionConfiguration {
  AlarmTagsPropagation?: AlarmTagsPropagation;
}
export interface AlarmTagsPropagation {
  Enabled: boolean;
  IncludedTagKeys?: string[];
  ExcludedTagKeys?: string[];
}
export interface MetricAlarm {
  AlarmName?: string;
  AlarmArn?: string;
  AlarmDescription?: string;
  AlarmConfigurationUpdatedTimestamp?: Date;
  ActionsEnabled?: boolean;
  OKActions?: string[];
  AlarmActions?: string[];
  InsufficientDataActions?: string[];
  StateValue?: string;
  StateReason?: string;
  StateReasonData?: string;
  StateUpdatedTimestamp?: Date;
  MetricName?: string;
  Namespace?: string;
  Statistic?: string;
  ExtendedStatistic?: string;
  Dimensions?: Dimension[];
  Period?: number;
  Unit?: string;
  EvaluationPeriods?: number;
  DatapointsToAlarm?: number;
  Threshold?: number;
  ComparisonOperator?: string;
  TreatMissingData?: string;
  EvaluateLowSampleCountPercentile?: string;
  Metrics?: MetricDataQuery[];
  ThresholdMetricId?: string;
  EvaluationState?: string;
  StateTransitionedTimestamp?: Date;
  EvaluationWindow?: EvaluationWindow;
  WarmUpConfiguration?: WarmUpConfiguration;
  EvaluationCriteria?: EvaluationCriteria;
  EvaluationInterval?: number;
  ActionConfiguration?: ActionConfiguration;
}
export interface Dimension {
  Name: string;
  Value: string;
}
export interface MetricDataQuery {
  Id: string;
  MetricStat?: MetricStat;
  Expression?: string;
  Label?: string;
  ReturnData?: boolean;
  Period?: number;
  AccountId?: string;
}
export interface MetricStat {
  Metric: Metric;
  Period: number;
  Stat: string;
  Unit?: string;
}
export interface Metric {
  Namespace?: string;
  MetricName?: string;
  Dimensions?: Dimension[];
}
export interface EvaluationWindow {
  WallClockWindow?: WallClockWindow;
  SlidingWindow?: SlidingWindow;
}
export interface WallClockWindow {
  Timezone?: string;
}
export type SlidingWindow = Record<string, never>;
export interface WarmUpConfiguration {
  WarmUpPeriodDurationInMinutes: number;
  OnlyStartEvaluatingAfterWarmUpPeriodEnds?: boolean;
}
export interface EvaluationCriteria {
  PromQLCriteria?: AlarmPromQLCriteria;
}
export interface AlarmPromQLCriteria {
  Query: string;
  PendingPeriod?: number;
  RecoveryPeriod?: number;
}
export interface LogAlarm {
  AlarmName?: string;
  AlarmArn?: string;
  AlarmDescription?: string;
  AlarmConfigurationUpdatedTimestamp?: Date;
  ActionsEnabled?: boolean;
  OKActions?: string[];
  AlarmActions?: string[];
  InsufficientDataActions?: string[];
  StateValue?: string;
  StateReason?: string;
  StateReasonData?: string;
  StateUpdatedTimestamp?: Date;
  ScheduledQueryConfiguration?: ScheduledQueryConfiguration;
  QueryResultsToEvaluate?: number;
  QueryResultsToAlarm?: number;
  Threshold?: number;
  ComparisonOperator?: string;
  TreatMissingData?: string;
  StateTransitionedTimestamp?: Date;
  EvaluationState?: string;
  ActionLogLineCount?: number;
  ActionLogLineRoleArn?: string;
  WarmUpConfiguration?: WarmUpConfiguration;
  ActionConfiguration?: ActionConfiguration;
}
export interface ScheduledQueryConfiguration {
  QueryString: string;
  ScheduledQueryRoleARN: string;
  ScheduleConfiguration: ScheduleConfiguration;
  AggregationExpression: string;
  LogGroupIdentifiers?: string[];
  QueryARN?: string;
  Tags?: Tag[];
}
export interface ScheduleConfiguration {
  ScheduleExpression: string;
  StartTimeOffset: number;
  EndTimeOffset?: number;
}
export interface Tag {
  Key: string;
  Value: string;
}
export interface DisableAlarmActionsInput {
  AlarmNames: string[];
}
export interface EnableAlarmActionsInput {
  AlarmNames: string[];
}
export interface GetMetricDataInput {
  MetricDataQueries: MetricDataQuery[];
  StartTime: Date;
  EndTime: Date;
  NextToken?: string;
  ScanBy?: string;
  MaxDatapoints?: number;
  LabelOptions?: LabelOptions;
}
export interface LabelOptions {
  Timezone?: string;
}
export interface GetMetricDataOutput {
  MetricDataResults?: MetricDataResult[];
  NextToken?: string;
  Messages?: MessageData[];
}
export interface MetricDataResult {
  Id?: string;
  Label?: string;
  Timestamps?: Date[];
  Values?: number[];
  StatusCode?: string;
  Messages?: MessageData[];
}
export interface MessageData {
  Code?: string;
  Value?: string;
}
export interface GetMetricStatisticsInput {
  Namespace: string;
  MetricName: string;
  StartTime: Date;
  EndTime: Date;
  Period: number;
  Dimensions?: Dimension[];
  Statistics?: string[];
  ExtendedStatistics?: string[];
  Unit?: string;
}
export interface GetMetricStatisticsOutput {
  Label?: string;
  Datapoints?: Datapoint[];
}
export interface Datapoint {
  Timestamp?: Date;
  SampleCount?: number;
  Average?: number;
  Sum?: number;
  Minimum?: number;
  Maximum?: number;
  Unit?: string;
  ExtendedStatistics?: Record<string, number>;
}
export interface ListMetricsInput {
  Namespace?: string;
  MetricName?: string;
  Dimensions?: DimensionFilter[];
  NextToken?: string;
  RecentlyActive?: string;
  IncludeLinkedAccounts?: boolean;
  OwningAccount?: string;
}
export interface DimensionFilter {
  Name: string;
  Value?: string;
}
export interface ListMetricsOutput {
  Metrics?: Metric[];
  NextToken?: string;
  OwningAccounts?: string[];
}
export interface ListTagsForResourceInput {
  ResourceARN: string;
}
export interface ListTagsForResourceOutput {
  Tags?: Tag[];
}
export interface PutMetricAlarmInput {
  AlarmName: string;
  AlarmDescription?: string;
  ActionsEnabled?: boolean;
  OKActions?: string[];
  AlarmActions?: string[];
  InsufficientDataActions?: string[];
  MetricName?: string;
  Namespace?: string;
  Statistic?: string;
  ExtendedStatistic?: string;
  Dimensions?: Dimension[];
  Period?: number;
  Unit?: string;
  EvaluationPeriods?: number;
  DatapointsToAlarm?: number;
  Threshold?: number;
  ComparisonOperator?: string;
  TreatMissingData?: string;
  EvaluateLowSampleCountPercentile?: string;
  Metrics?: MetricDataQuery[];
  Tags?: Tag[];
  ThresholdMetricId?: string;
  EvaluationWindow?: EvaluationWindow;
  WarmUpConfiguration?: WarmUpConfiguration;
  EvaluationCriteria?: EvaluationCriteria;
  EvaluationInterval?: number;
  ActionConfiguration?: ActionConfiguration;
}
export interface PutMetricDataInput {
  Namespace: string;
  MetricData?: MetricDatum[];
  EntityMetricData?: EntityMetricData[];
  StrictEntityValidation?: boolean;
}
export interface MetricDatum {
  MetricName: string;
  Dimensions?: Dimension[];
  Timestamp?: Date;
  Value?: number;
  StatisticValues?: StatisticSet;
  Values?: number[];
  Counts?: number[];
  Unit?: string;
  StorageResolution?: number;
}
export interface StatisticSet {
  SampleCount: number;
  Sum: number;
  Minimum: number;
  Maximum: number;
}
export interface EntityMetricData {
  Entity?: Entity;
  MetricData?: MetricDatum[];
}
export interface Entity {
  KeyAttributes?: Record<string, string>;
  Attributes?: Record<string, string>;
}
export interface SetAlarmStateInput {
  AlarmName: string;
  StateValue: string;
  StateReason: string;
  StateReasonData?: string;
}
export interface TagResourceInput {
  ResourceARN: string;
  Tags: Tag[];
}
export type TagResourceOutput = Record<string, never>;
export interface UntagResourceInput {
  ResourceARN: string;
  TagKeys: string[];
}
export type UntagResourceOutput = Record<string, never>;
export interface CloudwatchOperations {
  DeleteAlarms: { input: DeleteAlarmsInput; output: Record<string, never> };
  DescribeAlarmHistory: { input: DescribeAlarmHistoryInput; output: DescribeAlarmHistoryOutput };
  DescribeAlarms: { input: DescribeAlarmsInput; output: DescribeAlarmsOutput };
  DisableAlarmActions: { input: DisableAlarmActionsInput; output: Record<string, never> };
  EnableAlarmActions: { input: EnableAlarmActionsInput; output: Record<string, never> };
  GetMetricData: { input: GetMetricDataInput; output: GetMetricDataOutput };
  GetMetricStatistics: { input: GetMetricStatisticsInput; output: GetMetricStatisticsOutput };
  ListMetrics: { input: ListMetricsInput; output: ListMetricsOutput };
  ListTagsForResource: { input: ListTagsForResourceInput; output: ListTagsForResourceOutput };
  PutMetricAlarm: { input: PutMetricAlarmInput; output: Record<string, never> };
  PutMetricData: { input: PutMetricDataInput; output: Record<string, never> };
  SetAlarmState: { input: SetAlarmStateInput; output: Record<string, never> };
  TagResource: { input: TagResourceInput; output: TagResourceOutput };
  UntagResource: { input: UntagResourceInput; output: UntagResourceOutput };
}
