/* generated: node scripts/models/sandboxModels.mjs */

export interface AddTagsToResourceRequest {
  ResourceType: string;
  ResourceId: string;
  Tags: Tag[];
}
export interface Tag {
  Key: string;
  Value: string;
}
export type AddTagsToResourceResult = Record<string, never>;
export interface DeleteParameterRequest {
  Name: string;
}
export type DeleteParameterResult = Record<string, never>;
export interface DeleteParametersRequest {
  Names: string[];
}
export interface DeleteParametersResult {
  DeletedParameters?: string[];
  InvalidParameters?: string[];
}
export interface DescribeParametersRequest {
  Filters?: ParametersFilter[];
  ParameterFilters?: ParameterStringFilter[];
  MaxResults?: number;
  NextToken?: string;
  Shared?: boolean;
}
export interface ParametersFilter {
  Key: string;
  Values: string[];
}
export interface ParameterStringFilter {
  Key: string;
  Option?: string;
  Values?: string[];
}
export interface DescribeParametersResult {
  Parameters?: ParameterMetadata[];
  NextToken?: string;
}
export interface ParameterMetadata {
  Name?: string;
  ARN?: string;
  Type?: string;
  KeyId?: string;
  LastModifiedDate?: Date;
  LastModifiedUser?: string;
  Description?: string;
  AllowedPattern?: string;
  Version?: number;
  Tier?: string;
  Policies?: ParameterInlinePolicy[];
  DataType?: string;
}
export interface ParameterInlinePolicy {
  PolicyText?: string;
  PolicyType?: string;
  PolicyStatus?: string;
}
export interface GetParameterRequest {
  Name: string;
  WithDecryption?: boolean;
}
export interface GetParameterResult {
  Parameter?: Parameter;
}
export interface Parameter {
  Name?: string;
  Type?: string;
  Value?: string;
  Version?: number;
  Selector?: string;
  SourceResult?: string;
  LastModifiedDate?: Date;
  ARN?: string;
  DataType?: string;
}
export interface GetParameterHistoryRequest {
  Name: string;
  WithDecryption?: boolean;
  MaxResults?: number;
  NextToken?: string;
}
export interface GetParameterHistoryResult {
  Parameters?: ParameterHistory[];
  NextToken?: string;
}
export interface ParameterHistory {
  Name?: string;
  Type?: string;
  KeyId?: string;
  LastModifiedDate?: Date;
  LastModifiedUser?: string;
  Description?: string;
  Value?: string;
  AllowedPattern?: string;
  Version?: number;
  Labels?: string[];
  Tier?: string;
  Policies?: ParameterInlinePolicy[];
  DataType?: string;
}
export interface GetParametersRequest {
  Names: string[];
  WithDecryption?: boolean;
}
export interface GetParametersResult {
  Parameters?: Parameter[];
  InvalidParameters?: string[];
}
export interface GetParametersByPathRequest {
  Path: string;
  Recursive?: boolean;
  ParameterFilters?: ParameterStringFilter[];
  WithDecryption?: boolean;
  MaxResults?: number;
  NextToken?: string;
}
export interface GetParametersByPathResult {
  Parameters?: Parameter[];
  NextToken?: string;
}
export interface LabelParameterVersionRequest {
  Name: string;
  Labels: string[];
  ParameterVersion?: number;
}
export interface LabelParameterVersionResult {
  InvalidLabels?: string[];
  ParameterVersion?: number;
}
export interface ListTagsForResourceRequest {
  ResourceType: string;
  ResourceId: string;
}
export interface ListTagsForResourceResult {
  TagList?: Tag[];
}
export interface PutParameterRequest {
  Name: string;
  Value: string;
  Description?: string;
  Type?: string;
  KeyId?: string;
  Overwrite?: boolean;
  AllowedPattern?: string;
  Tags?: Tag[];
  Tier?: string;
  Policies?: string;
  DataType?: string;
}
export interface PutParameterResult {
  Version?: number;
  Tier?: string;
}
export interface RemoveTagsFromResourceRequest {
  ResourceType: string;
  ResourceId: string;
  TagKeys: string[];
}
export type RemoveTagsFromResourceResult = Record<string, never>;
export interface UnlabelParameterVersionRequest {
  Name: string;
  ParameterVersion: number;
  Labels: string[];
}
export interface UnlabelParameterVersionResult {
  RemovedLabels?: string[];
  InvalidLabels?: string[];
}
export interface SsmOperations {
  AddTagsToResource: { input: AddTagsToResourceRequest; output: AddTagsToResourceResult };
  DeleteParameter: { input: DeleteParameterRequest; output: DeleteParameterResult };
  DeleteParameters: { input: DeleteParametersRequest; output: DeleteParametersResult };
  DescribeParameters: { input: DescribeParametersRequest; output: DescribeParametersResult };
  GetParameter: { input: GetParameterRequest; output: GetParameterResult };
  GetParameterHistory: { input: GetParameterHistoryRequest; output: GetParameterHistoryResult };
  GetParameters: { input: GetParametersRequest; output: GetParametersResult };
  GetParametersByPath: { input: GetParametersByPathRequest; output: GetParametersByPathResult };
  LabelParameterVersion: { input: LabelParameterVersionRequest; output: LabelParameterVersionResult };
  ListTagsForResource: { input: ListTagsForResourceRequest; output: ListTagsForResourceResult };
  PutParameter: { input: PutParameterRequest; output: PutParameterResult };
  RemoveTagsFromResource: { input: RemoveTagsFromResourceRequest; output: RemoveTagsFromResourceResult };
  UnlabelParameterVersion: { input: UnlabelParameterVersionRequest; output: UnlabelParameterVersionResult };
}
