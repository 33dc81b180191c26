/* generated: node scripts/models/sandboxModels.mjs */

export interface DeleteScalingPolicyRequest {
  PolicyName: string;
  ServiceNamespace: string;
  ResourceId: string;
  ScalableDimension: string;
}
export type DeleteScalingPolicyResponse = Record<string, never>;
export interface DeleteScheduledActionRequest {
  ServiceNamespace: string;
  ScheduledActionName: string;
  ResourceId: string;
  ScalableDimension: string;
}
export type DeleteScheduledActionResponse = Record<string, never>;
export interface DeregisterScalableTargetRequest {
  ServiceNamespace: string;
  ResourceId: string;
  ScalableDimension: string;
}
export type DeregisterScalableTargetResponse = Record<string, never>;
export interface DescribeScalableTargetsRequest {
  ServiceNamespace: string;
  ResourceIds?: string[];
  ScalableDimension?: string;
  MaxResults?: number;
  NextToken?: string;
}
export interface DescribeScalableTargetsResponse {
  ScalableTargets?: ScalableTarget[];
  NextToken?: string;
}
export interface ScalableTarget {
  ServiceNamespace: string;
  ResourceId: string;
  ScalableDimension: string;
  MinCapacity: number;
  MaxCapacity: number;
  RoleARN: string;
  CreationTime: Date;
  PredictedCapacity?: number;
  SuspendedState?: SuspendedState;
  ScalableTargetARN?: string;
}
export interface SuspendedState {
  DynamicScalingInSuspended?: boolean;
  DynamicScalingOutSuspended?: boolean;
  ScheduledScalingSuspended?: boolean;
}
export interface DescribeScalingActivitiesRequest {
  ServiceNamespace: string;
  ResourceId?: string;
  ScalableDimension?: string;
  MaxResults?: number;
  NextToken?: string;
  IncludeNotScaledActivities?: boolean;
}
export interface DescribeScalingActivitiesResponse {
  ScalingActivities?: ScalingActivity[];
  NextToken?: string;
}
export interface ScalingActivity {
  ActivityId: string;
  ServiceNamespace: string;
  ResourceId: string;
  ScalableDimension: string;
  Description: string;
  Cause: string;
  StartTime: Date;
  StatusCode: string;
  EndTime?: Date;
  StatusMessage?: string;
  Details?: string;
  NotScaledReasons?: NotScaledReason[];
}
export interface NotScaledReason {
  Code: string;
  MaxCapacity?: number;
  MinCapacity?: number;
  CurrentCapacity?: number;
}
export interface DescribeScalingPoliciesRequest {
  ServiceNamespace: string;
  PolicyNames?: string[];
  ResourceId?: string;
  ScalableDimension?: string;
  MaxResults?: number;
  NextToken?: string;
}
export interface DescribeScalingPoliciesResponse {
  ScalingPolicies?: ScalingPolicy[];
  NextToken?: string;
}
export interface ScalingPolicy {
  PolicyARN: string;
  PolicyName: string;
  ServiceNamespace: string;
  ResourceId: string;
  ScalableDimension: string;
  PolicyType: string;
  CreationTime: Date;
  StepScalingPolicyConfiguration?: StepScalingPolicyConfiguration;
  TargetTrackingScalingPolicyConfiguration?: TargetTrackingScalingPolicyConfiguration;
  PredictiveScalingPolicyConfiguration?: PredictiveScalingPolicyConfiguration;
  Alarms?: Alarm[];
}
export interface StepScalingPolicyConfiguration {
  AdjustmentType?: string;
  StepAdjustments?: StepAdjustment[];
  MinAdjustmentMagnitude?: number;
  Cooldown?: number;
  MetricAggregationType?: string;
}
export interface StepAdjustment {
  ScalingAdjustment: number;
  MetricIntervalLowerBound?: number;
  MetricIntervalUpperBound?: number;
}
export interface TargetTrackingScalingPolicyConfiguration {
  TargetValue: number;
  PredefinedMetricSpecification?: PredefinedMetricSpecification;
  CustomizedMetricSpecification?: CustomizedMetricSpecification;
  ScaleOutCooldown?: number;
  ScaleInCooldown?: number;
  DisableScaleIn?: boolean;
}
export interface PredefinedMetricSpecification {
  PredefinedMetricType: string;
  ResourceLabel?: string;
}
export interface CustomizedMetricSpecification {
  MetricName?: string;
  Namespace?: string;
  Dimensions?: MetricDimension[];
  Statistic?: string;
  Unit?: string;
  Metrics?: TargetTrackingMetricDataQuery[];
}
export interface MetricDimension {
  Name: string;
  Value: string;
}
export interface TargetTrackingMetricDataQuery {
  Id: string;
  Expression?: string;
  Label?: string;
  MetricStat?: TargetTrackingMetricStat;
  ReturnData?: boolean;
}
export interface TargetTrackingMetricStat {
  Metric: TargetTrackingMetric;
  Stat: string;
  Unit?: string;
}
export interface TargetTrackingMetric {
  Dimensions?: TargetTrackingMetricDimension[];
  MetricName?: string;
  Namespace?: string;
}
export interface TargetTrackingMetricDimension {
  Name: string;
  Value: string;
}
export interface PredictiveScalingPolicyConfiguration {
  MetricSpecifications: PredictiveScalingMetricSpecification[];
  Mode?: string;
  SchedulingBufferTime?: number;
  MaxCapacityBreachBehavior?: string;
  MaxCapacityBuffer?: number;
}
export interface PredictiveScalingMetricSpecification {
  TargetValue: number;
  PredefinedMetricPairSpecification?: PredictiveScalingPredefinedMetricPairSpecification;
  PredefinedScalingMetricSpecification?: PredictiveScalingPredefinedScalingMetricSpecification;
  PredefinedLoadMetricSpecification?: PredictiveScalingPredefinedLoadMetricSpecification;
  CustomizedScalingMetricSpecification?: PredictiveScalingCustomizedMetricSpecification;
  CustomizedLoadMetricSpecification?: PredictiveScalingCustomizedMetricSpecification;
  CustomizedCapacityMetricSpecification?: PredictiveScalingCustomizedMetricSpecification;
}
export interface PredictiveScalingPredefinedMetricPairSpecification {
  PredefinedMetricType: string;
  ResourceLabel?: string;
}
export interface PredictiveScalingPredefinedScalingMetricSpecification {
  PredefinedMetricType: string;
  ResourceLabel?: string;
}
export interface PredictiveScalingPredefinedLoadMetricSpecification {
  PredefinedMetricType: string;
  ResourceLabel?: string;
}
export interface PredictiveScalingCustomizedMetricSpecification {
  MetricDataQueries: PredictiveScalingMetricDataQuery[];
}
export interface PredictiveScalingMetricDataQuery {
  Id: string;
  Expression?: string;
  MetricStat?: PredictiveScalingMetricStat;
  Label?: string;
  ReturnData?: boolean;
}
export interface PredictiveScalingMetricStat {
  Metric: PredictiveScalingMetric;
  Stat: string;
  Unit?: string;
}
export interface PredictiveScalingMetric {
  Dimensions?: PredictiveScalingMetricDimension[];
  MetricName?: string;
  Namespace?: string;
}
export interface PredictiveScalingMetricDimension {
  Name: string;
  Value: string;
}
export interface Alarm {
  AlarmName: string;
  AlarmARN: string;
}
export interface DescribeScheduledActionsRequest {
  ServiceNamespace: string;
  ScheduledActionNames?: string[];
  ResourceId?: string;
  ScalableDimension?: string;
  MaxResults?: number;
  NextToken?: string;
}
export interface DescribeScheduledActionsResponse {
  ScheduledActions?: ScheduledAction[];
  NextToken?: string;
}
export interface ScheduledAction {
  ScheduledActionName: string;
  ScheduledActionARN: string;
  ServiceNamespace: string;
  Schedule: string;
  ResourceId: string;
  CreationTime: Date;
  Timezone?: string;
  ScalableDimension?: string;
  StartTime?: Date;
  EndTime?: Date;
  ScalableTargetAction?: ScalableTargetAction;
}
export interface ScalableTargetAction {
  MinCapacity?: number;
  MaxCapacity?: number;
}
export interface ListTagsForResourceRequest {
  ResourceARN: string;
}
export interface ListTagsForResourceResponse {
  Tags?: Record<string, string>;
}
export interface PutScalingPolicyRequest {
  PolicyName: string;
  ServiceNamespace: string;
  ResourceId: string;
  ScalableDimension: string;
  PolicyType?: string;
  StepScalingPolicyConfiguration?: StepScalingPolicyConfiguration;
  TargetTrackingScalingPolicyConfiguration?: TargetTrackingScalingPolicyConfiguration;
  PredictiveScalingPolicyConfiguration?: PredictiveScalingPolicyConfiguration;
}
export interface PutScalingPolicyResponse {
  PolicyARN: string;
  Alarms?: Alarm[];
}
export interface PutScheduledActionRequest {
  ServiceNamespace: string;
  ScheduledActionName: string;
  ResourceId: string;
  ScalableDimension: string;
  Schedule?: string;
  Timezone?: string;
  StartTime?: Date;
  EndTime?: Date;
  ScalableTargetAction?: ScalableTargetAction;
}
export type PutScheduledActionResponse = Record<string, never>;
export interface RegisterScalableTargetRequest {
  ServiceNamespace: string;
  ResourceId: string;
  ScalableDimension: string;
  MinCapacity?: number;
  MaxCapacity?: number;
  RoleARN?: string;
  SuspendedState?: SuspendedState;
  Tags?: Record<string, string>;
}
export interface RegisterScalableTargetResponse {
  ScalableTargetARN?: string;
}
export interface TagResourceRequest {
  ResourceARN: string;
  Tags: Record<string, string>;
}
export type TagResourceResponse = Record<string, never>;
export interface UntagResourceRequest {
  ResourceARN: string;
  TagKeys: string[];
}
export type UntagResourceResponse = Record<string, never>;
export interface AutoscalingOperations {
  DeleteScalingPolicy: { input: DeleteScalingPolicyRequest; output: DeleteScalingPolicyResponse };
  DeleteScheduledAction: { input: DeleteScheduledActionRequest; output: DeleteScheduledActionResponse };
  DeregisterScalableTarget: { input: DeregisterScalableTargetRequest; output: DeregisterScalableTargetResponse };
  DescribeScalableTargets: { input: DescribeScalableTargetsRequest; output: DescribeScalableTargetsResponse };
  DescribeScalingActivities: { input: DescribeScalingActivitiesRequest; output: DescribeScalingActivitiesResponse };
  DescribeScalingPolicies: { input: DescribeScalingPoliciesRequest; output: DescribeScalingPoliciesResponse };
  DescribeScheduledActions: { input: DescribeScheduledActionsRequest; output: DescribeScheduledActionsResponse };
  ListTagsForResource: { input: ListTagsForResourceRequest; output: ListTagsForResourceResponse };
  PutScalingPolicy: { input: PutScalingPolicyRequest; output: PutScalingPolicyResponse };
  PutScheduledAction: { input: PutScheduledActionRequest; output: PutScheduledActionResponse };
  RegisterScalableTarget: { input: RegisterScalableTargetRequest; output: RegisterScalableTargetResponse };
  TagResource: { input: TagResourceRequest; output: TagResourceResponse };
  UntagResource: { input: UntagResourceRequest; output: UntagResourceResponse };
}
