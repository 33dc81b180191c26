/* generated: node scripts/models/sandboxModels.mjs */

export interface CreateLogGroupRequest {
  logGroupName: string;
  kmsKeyId?: string;
  tags?: Record<string, string>;
  logGroupClass?: string;
  deletionProtectionEnabled?: boolean;
}
export interface CreateLogStreamRequest {
  logGroupName: string;
  logStreamName: string;
}
export interface DeleteLogGroupRequest {
  logGroupName: string;
}
export interface DeleteLogStreamRequest {
  logGroupName: string;
  logStreamName: string;
}
export interface DeleteQueryDefinitionRequest {
  queryDefinitionId: string;
}
export interface DeleteQueryDefinitionResponse {
  success?: boolean;
}
export interface DeleteRetentionPolicyRequest {
  logGroupName: string;
}
export interface DescribeLogGroupsRequest {
  accountIdentifiers?: string[];
  logGroupNamePrefix?: string;
  logGroupNamePattern?: string;
  nextToken?: string;
  limit?: number;
  includeLinkedAccounts?: boolean;
  logGroupClass?: string;
  logGroupIdentifiers?: string[];
}
export interface DescribeLogGroupsResponse {
  logGroups?: LogGroup[];
  nextToken?: string;
}
export interface LogGroup {
  logGroupName?: string;
  creationTime?: number;
  retentionInDays?: number;
  metricFilterCount?: number;
  arn?: string;
  storedBytes?: number;
  kmsKeyId?: string;
  dataProtectionStatus?: string;
  inheritedProperties?: string[];
  logGroupClass?: string;
  logGroupArn?: string;
  deletionProtectionEnabled?: boolean;
  bearerTokenAuthenticationEnabled?: boolean;
  retentionPolicyName?: string;
}
export interface DescribeLogStreamsRequest {
  logGroupName?: string;
  logGroupIdentifier?: string;
  logStreamNamePrefix?: string;
  orderBy?: string;
  descending?: boolean;
  nextToken?: string;
  limit?: number;
}
export interface DescribeLogStreamsResponse {
  logStreams?: LogStream[];
  nextToken?: string;
}
export interface LogStream {
  logStreamName?: string;
  creationTime?: number;
  firstEventTimestamp?: number;
  lastEventTimestamp?: number;
  lastIngestionTime?: number;
  uploadSequenceToken?: string;
  arn?: string;
  storedBytes?: number;
}
export interface DescribeQueriesRequest {
  logGroupName?: string;
  status?: string;
  maxResults?: number;
  nextToken?: string;
  queryLanguage?: string;
}
export interface DescribeQueriesResponse {
  queries?: QueryInfo[];
  nextToken?: string;
}
export interface QueryInfo {
  queryLanguage?: string;
  queryId?: string;
  queryString?: string;
  status?: string;
  createTime?: number;
  logGroupName?: string;
  queryDuration?: number;
  bytesScanned?: number;
  userIdentity?: string;
}
export interface DescribeQueryDefinitionsRequest {
  queryLanguage?: string;
  queryDefinitionNamePrefix?: string;
  maxResults?: number;
  nextToken?: string;
}
export interface DescribeQueryDefinitionsResponse {
  queryDefinitions?: QueryDefinition[];
  nextToken?: string;
}
export interface QueryDefinition {
  queryLanguage?: string;
  queryDefinitionId?: string;
  name?: string;
  queryString?: string;
  lastModified?: number;
  logGroupNames?: string[];
  parameters?: QueryParameter[];
}
export interface QueryParameter {
  name: string;
  defaultValue?: string;
  description?: string;
}
export interface FilterLogEventsRequest {
  logGroupName?: string;
  logGroupIdentifier?: string;
  logStreamNames?: string[];
  logStreamNamePrefix?: string;
  startTime?: number;
  endTime?: number;
  filterPattern?: string;
  nextToken?: string;
  limit?: number;
  startFromHead?: boolean;
  interleaved?: boolean;
  unmask?: boolean;
}
export interface FilterLogEventsResponse {
  events?: FilteredLogEvent[];
  searchedLogStreams?: SearchedLogStream[];
  nextToken?: string;
}
export interface FilteredLogEvent {
  logStreamName?: string;
  timestamp?: number;
  message?: string;
  ingestionTime?: number;
  eventId?: string;
}
export interface SearchedLogStream {
  logStreamName?: string;
  searchedCompletely?: boolean;
}
export interface GetLogEventsRequest {
  logStreamName: string;
  logGroupName?: string;
  logGroupIdentifier?: string;
  startTime?: number;
  endTime?: number;
  nextToken?: string;
  limit?: number;
  startFromHead?: boolean;
  unmask?: boolean;
}
export interface GetLogEventsResponse {
  events?: OutputLogEvent[];
  nextForwardToken?: string;
  nextBackwardToken?: string;
}
export interface OutputLogEvent {
  timestamp?: number;
  message?: string;
  ingestionTime?: number;
}
export interface GetLogGroupFieldsRequest {
  logGroupName?: string;
  time?: number;
  logGroupIdentifier?: string;
}
export interface GetLogGroupFieldsResponse {
  logGroupFields?: LogGroupField[];
}
export interface LogGroupField {
  name?: string;
  percent?: number;
}
export interface GetLogRecordRequest {
  logRecordPointer: string;
  unmask?: boolean;
}
export interface GetLogRecordResponse {
  logRecord?: Record<string, string>;
}
export interface GetQueryResultsRequest {
  queryId: string;
  nextToken?: string;
  maxItems?: number;
}
export interface GetQueryResultsResponse {
  queryLanguage?: string;
  results?: ResultField[][];
  statistics?: QueryStatistics;
  status?: string;
  encryptionKey?: string;
  nextToken?: string;
}
export interface ResultField {
  field?: string;
  value?: string;
}
export interface QueryStatistics {
  recordsMatched?: number;
  recordsScanned?: number;
  estimatedRecordsSkipped?: number;
  bytesScanned?: number;
  estimatedBytesSkipped?: number;
  logGroupsScanned?: number;
  resultCount?: number;
}
export interface ListTagsForResourceRequest {
  resourceArn: string;
}
export interface ListTagsForResourceResponse {
  tags?: Record<string, string>;
}
export interface PutLogEventsRequest {
  logGroupName: string;
  logStreamName: string;
  logEvents: InputLogEvent[];
  sequenceToken?: string;
  entity?: Entity;
}
export interface InputLogEvent {
  timestamp: number;
  message: string;
}
export interface Entity {
  keyAttributes?: Record<string, string>;
  attributes?: Record<string, string>;
}
export interface PutLogEventsResponse {
  nextSequenceToken?: string;
  rejectedLogEventsInfo?: RejectedLogEventsInfo;
  rejectedEntityInfo?: RejectedEntityInfo;
}
export interface RejectedLogEventsInfo {
  tooNewLogEventStartIndex?: number;
  tooOldLogEventEndIndex?: number;
  expiredLogEventEndIndex?: number;
}
export interface RejectedEntityInfo {
  errorType: string;
}
export interface PutLogGroupDeletionProtectionRequest {
  logGroupIdentifier: string;
  deletionProtectionEnabled: boolean;
}
export interface PutQueryDefinitionRequest {
  name: string;
  queryString: string;
  queryLanguage?: string;
  queryDefinitionId?: string;
  logGroupNames?: string[];
  clientToken?: string;
  parameters?: QueryParameter[];
}
export interface PutQueryDefinitionResponse {
  queryDefinitionId?: string;
}
export interface PutRetentionPolicyRequest {
  logGroupName: string;
  retentionInDays: number;
}
export interface StartLiveTailRequest {
  logGroupIdentifiers: string[];
  logStreamNames?: string[];
  logStreamNamePrefixes?: string[];
  logEventFilterPattern?: string;
}
export interface StartLiveTailResponse {
  responseStream?: StartLiveTailResponseStream;
}
export interface StartLiveTailResponseStream {
  sessionStart?: LiveTailSessionStart;
  sessionUpdate?: LiveTailSessionUpdate;
  SessionTimeoutException?: SessionTimeoutException;
  SessionStreamingException?: SessionStreamingException;
}
export interface LiveTailSessionStart {
  requestId?: string;
  sessionId?: string;
  logGroupIdentifiers?: string[];
  logStreamNames?: string[];
  logStreamNamePrefixes?: string[];
  logEventFilterPattern?: string;
}
export interface LiveTailSessionUpdate {
  sessionMetadata?: LiveTailSessionMetadata;
  sessionResults?: LiveTailSessionLogEvent[];
}
export interface LiveTailSessionMetadata {
  sampled?: boolean;
}
export interface LiveTailSessionLogEvent {
  logStreamName?: string;
  logGroupIdentifier?: string;
  message?: string;
  timestamp?: number;
  ingestionTime?: number;
}
export interface SessionTimeoutException {
  message?: string;
}
export interface SessionStreamingException {
  message?: string;
}
export interface StartQueryRequest {
  startTime: number;
  endTime: number;
  queryString: string;
  queryLanguage?: string;
  logGroupName?: string;
  logGroupNames?: string[];
  logGroupIdentifiers?: string[];
  limit?: number;
}
export interface StartQueryResponse {
  queryId?: string;
}
export interface StopQueryRequest {
  queryId: string;
}
export interface StopQueryResponse {
  success?: boolean;
}
export interface TagResourceRequest {
  resourceArn: string;
  tags: Record<string, string>;
}
export interface UntagResourceRequest {
  resourceArn: string;
  tagKeys: string[];
}
export interface LogsOperations {
  CreateLogGroup: { input: CreateLogGroupRequest; output: Record<string, never> };
  CreateLogStream: { input: CreateLogStreamRequest; output: Record<string, never> };
  DeleteLogGroup: { input: DeleteLogGroupRequest; output: Record<string, never> };
  DeleteLogStream: { input: DeleteLogStreamRequest; output: Record<string, never> };
  DeleteQueryDefinition: { input: DeleteQueryDefinitionRequest; output: DeleteQueryDefinitionResponse };
  DeleteRetentionPolicy: { input: DeleteRetentionPolicyRequest; output: Record<string, never> };
  DescribeLogGroups: { input: DescribeLogGroupsRequest; output: DescribeLogGroupsResponse };
  DescribeLogStreams: { input: DescribeLogStreamsRequest; output: DescribeLogStreamsResponse };
  DescribeQueries: { input: DescribeQueriesRequest; output: DescribeQueriesResponse };
  DescribeQueryDefinitions: { input: DescribeQueryDefinitionsRequest; output: DescribeQueryDefinitionsResponse };
  FilterLogEvents: { input: FilterLogEventsRequest; output: FilterLogEventsResponse };
  GetLogEvents: { input: GetLogEventsRequest; output: GetLogEventsResponse };
  GetLogGroupFields: { input: GetLogGroupFieldsRequest; output: GetLogGroupFieldsResponse };
  GetLogRecord: { input: GetLogRecordRequest; output: GetLogRecordResponse };
  GetQueryResults: { input: GetQueryResultsRequest; output: GetQueryResultsResponse };
  ListTagsForResource: { input: ListTagsForResourceRequest; output: ListTagsForResourceResponse };
  PutLogEvents: { input: PutLogEventsRequest; output: PutLogEventsResponse };
  PutLogGroupDeletionProtection: { input: PutLogGroupDeletionProtectionRequest; output: Record<string, never> };
  PutQueryDefinition: { input: PutQueryDefinitionRequest; output: PutQueryDefinitionResponse };
  PutRetentionPolicy: { input: PutRetentionPolicyRequest; output: Record<string, never> };
  StartLiveTail: { input: StartLiveTailRequest; output: StartLiveTailResponse };
  StartQuery: { input: StartQueryRequest; output: StartQueryResponse };
  StopQuery: { input: StopQueryRequest; output: StopQueryResponse };
  TagResource: { input: TagResourceRequest; output: Record<string, never> };
  UntagResource: { input: UntagResourceRequest; output: Record<string, never> };
}
