/* generated: node scripts/models/sandboxModels.mjs */

export interface CreateScheduleInput {
  Name: string;
  ScheduleExpression: string;
  Target: Target;
  FlexibleTimeWindow: FlexibleTimeWindow;
  GroupName?: string;
  StartDate?: Date;
  EndDate?: Date;
  Description?: string;
  ScheduleExpressionTimezone?: string;
  State?: string;
  KmsKeyArn?: string;
  ClientToken?: string;
  ActionAfterCompletion?: string;
}
export interface Target {
  Arn: string;
  RoleArn: string;
  DeadLetterConfig?: DeadLetterConfig;
  RetryPolicy?: RetryPolicy;
  Input?: string;
  EcsParameters?: EcsParameters;
  EventBridgeParameters?: EventBridgeParameters;
  EventBridgePutEventsV2Parameters?: EventBridgePutEventsV2Parameters;
  EventBridgePutRawEventsParameters?: EventBridgePutRawEventsParameters;
  KinesisParameters?: KinesisParameters;
  SageMakerPipelineParameters?: SageMakerPipelineParameters;
  SqsParameters?: SqsParameters;
}
export interface DeadLetterConfig {
  Arn?: string;
}
export interface RetryPolicy {
  MaximumEventAgeInSeconds?: number;
  MaximumRetryAttempts?: number;
}
export interface EcsParameters {
  TaskDefinitionArn: string;
  TaskCount?: number;
  LaunchType?: string;
  NetworkConfiguration?: NetworkConfiguration;
  PlatformVersion?: string;
  Group?: string;
  CapacityProviderStrategy?: CapacityProviderStrategyItem[];
  EnableECSManagedTags?: boolean;
  EnableExecuteCommand?: boolean;
  PlacementConstraints?: PlacementConstraint[];
  PlacementStrategy?: PlacementStrategy[];
  PropagateTags?: string;
  ReferenceId?: string;
  Tags?: Record<string, string>[];
}
export interface NetworkConfiguration {
  awsvpcConfiguration?: AwsVpcConfiguration;
}
export interface AwsVpcConfiguration {
  Subnets: string[];
  SecurityGroups?: string[];
  AssignPublicIp?: string;
}
export interface CapacityProviderStrategyItem {
  capacityProvider: string;
  weight?: number;
  base?: number;
}
export interface PlacementConstraint {
  type?: string;
  expression?: string;
}
export interface PlacementStrategy {
  type?: string;
  field?: string;
}
export interface EventBridgeParameters {
  DetailType: string;
  Source: string;
}
export interface EventBridgePutEventsV2Parameters {
  DetailType: string;
  Source: string;
}
export interface EventBridgePutRawEventsParameters {
  Metadata?: Record<string, string>;
}
export interface KinesisParameters {
  PartitionKey: string;
}
export interface SageMakerPipelineParameters {
  PipelineParameterList?: SageMakerPipelineParameter[];
}
export interface SageMakerPipelineParameter {
  Name: string;
  Value: string;
}
export interface SqsParameters {
  MessageGroupId?: string;
}
export interface FlexibleTimeWindow {
  Mode: string;
  MaximumWindowInMinutes?: number;
}
export interface CreateScheduleOutput {
  ScheduleArn: string;
}
export interface CreateScheduleGroupInput {
  Name: string;
  Tags?: Tag[];
  ClientToken?: string;
}
export interface Tag {
  Key: string;
  Value: string;
}
export interface CreateScheduleGroupOutput {
  ScheduleGroupArn: string;
}
export interface DeleteScheduleInput {
  Name: string;
  GroupName?: string;
  ClientToken?: string;
}
export type DeleteScheduleOutput = Record<string, never>;
export interface DeleteScheduleGroupInput {
  Name: string;
  ClientToken?: string;
}
export type DeleteScheduleGroupOutput = Record<string, never>;
export interface GetScheduleInput {
  Name: string;
  GroupName?: string;
}
export interface GetScheduleOutput {
  Arn?: string;
  GroupName?: string;
  Name?: string;
  ScheduleExpression?: string;
  StartDate?: Date;
  EndDate?: Date;
  Description?: string;
  ScheduleExpressionTimezone?: string;
  State?: string;
  CreationDate?: Date;
  LastModificationDate?: Date;
  KmsKeyArn?: string;
  Target?: Target;
  FlexibleTimeWindow?: FlexibleTimeWindow;
  ActionAfterCompletion?: string;
}
export interface GetScheduleGroupInput {
  Name: string;
}
export interface GetScheduleGroupOutput {
  Arn?: string;
  Name?: string;
  State?: string;
  CreationDate?: Date;
  LastModificationDate?: Date;
}
export interface ListScheduleGroupsInput {
  NamePrefix?: string;
  NextToken?: string;
  MaxResults?: number;
}
export interface ListScheduleGroupsOutput {
  ScheduleGroups: ScheduleGroupSummary[];
  NextToken?: string;
}
export interface ScheduleGroupSummary {
  Arn?: string;
  Name?: string;
  State?: string;
  CreationDate?: Date;
  LastModificationDate?: Date;
}
export interface ListSchedulesInput {
  GroupName?: string;
  NamePrefix?: string;
  State?: string;
  NextToken?: string;
  MaxResults?: number;
}
export interface ListSchedulesOutput {
  Schedules: ScheduleSummary[];
  NextToken?: string;
}
export interface ScheduleSummary {
  Arn?: string;
  Name?: string;
  GroupName?: string;
  State?: string;
  CreationDate?: Date;
  LastModificationDate?: Date;
  Target?: TargetSummary;
}
export interface TargetSummary {
  Arn: string;
}
export interface ListTagsForResourceInput {
  ResourceArn: string;
}
export interface ListTagsForResourceOutput {
  Tags?: Tag[];
}
export interface TagResourceInput {
  ResourceArn: string;
  Tags: Tag[];
}
export type TagResourceOutput = Record<string, never>;
export interface UntagResourceInput {
  ResourceArn: string;
  TagKeys: string[];
}
export type UntagResourceOutput = Record<string, never>;
export interface UpdateScheduleInput {
  Name: string;
  ScheduleExpression: string;
  Target: Target;
  FlexibleTimeWindow: FlexibleTimeWindow;
  GroupName?: string;
  StartDate?: Date;
  EndDate?: Date;
  Description?: string;
  ScheduleExpressionTimezone?: string;
  State?: string;
  KmsKeyArn?: string;
  ClientToken?: string;
  ActionAfterCompletion?: string;
}
export interface UpdateScheduleOutput {
  ScheduleArn: string;
}
export interface SchedulerOperations {
  CreateSchedule: { input: CreateScheduleInput; output: CreateScheduleOutput };
  CreateScheduleGroup: { input: CreateScheduleGroupInput; output: CreateScheduleGroupOutput };
  DeleteSchedule: { input: DeleteScheduleInput; output: DeleteScheduleOutput };
  DeleteScheduleGroup: { input: DeleteScheduleGroupInput; output: DeleteScheduleGroupOutput };
  GetSchedule: { input: GetScheduleInput; output: GetScheduleOutput };
  GetScheduleGroup: { input: GetScheduleGroupInput; output: GetScheduleGroupOutput };
  ListScheduleGroups: { input: ListScheduleGroupsInput; output: ListScheduleGroupsOutput };
  ListSchedules: { input: ListSchedulesInput; output: ListSchedulesOutput };
  ListTagsForResource: { input: ListTagsForResourceInput; output: ListTagsForResourceOutput };
  TagResource: { input: TagResourceInput; output: TagResourceOutput };
  UntagResource: { input: UntagResourceInput; output: UntagResourceOutput };
  UpdateSchedule: { input: UpdateScheduleInput; output: UpdateScheduleOutput };
}
