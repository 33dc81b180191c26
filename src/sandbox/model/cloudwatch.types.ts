/* generated: node scripts/models/sandboxModels.mjs */

export interface GetMetricDataInput {
  MetricDataQueries: MetricDataQuery[];
  StartTime: Date;
  EndTime: Date;
  NextToken?: string;
  ScanBy?: string;
  MaxDatapoints?: number;
  LabelOptions?: LabelOptions;
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
export interface Dimension {
  Name: string;
  Value: string;
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
export interface CloudwatchOperations {
  GetMetricData: { input: GetMetricDataInput; output: GetMetricDataOutput };
  GetMetricStatistics: { input: GetMetricStatisticsInput; output: GetMetricStatisticsOutput };
  ListMetrics: { input: ListMetricsInput; output: ListMetricsOutput };
  PutMetricData: { input: PutMetricDataInput; output: Record<string, never> };
}
