/* oxlint-disable max-lines -- generated: node scripts/models/sandboxModels.mjs */

export interface AttachRolePolicyRequest {
  RoleName: string;
  PolicyArn: string;
}
export interface AttachUserPolicyRequest {
  UserName: string;
  PolicyArn: string;
}
export interface CreateAccessKeyRequest {
  UserName?: string;
}
export interface CreateAccessKeyResponse {
  AccessKey: AccessKey;
}
export interface AccessKey {
  UserName: string;
  AccessKeyId: string;
  Status: string;
  SecretAccessKey: string;
  CreateDate?: Date;
}
export interface CreatePolicyRequest {
  PolicyName: string;
  PolicyDocument: string;
  Path?: string;
  Description?: string;
  Tags?: Tag[];
}
export interface Tag {
  Key: string;
  Value: string;
}
export interface CreatePolicyResponse {
  Policy?: Policy;
}
export interface Policy {
  PolicyName?: string;
  PolicyId?: string;
  Arn?: string;
  Path?: string;
  DefaultVersionId?: string;
  AttachmentCount?: number;
  PermissionsBoundaryUsageCount?: number;
  IsAttachable?: boolean;
  Description?: string;
  CreateDate?: Date;
  UpdateDate?: Date;
  Tags?: Tag[];
}
export interface CreateRoleRequest {
  RoleName: string;
  AssumeRolePolicyDocument: string;
  Path?: string;
  Description?: string;
  MaxSessionDuration?: number;
  PermissionsBoundary?: string;
  Tags?: Tag[];
}
export interface CreateRoleResponse {
  Role: Role;
}
export interface Role {
  Path: string;
  RoleName: string;
  RoleId: string;
  Arn: string;
  CreateDate: Date;
  AssumeRolePolicyDocument?: string;
  Description?: string;
  MaxSessionDuration?: number;
  PermissionsBoundary?: AttachedPermissionsBoundary;
  Tags?: Tag[];
  RoleLastUsed?: RoleLastUsed;
  SourceRoleTemplate?: SourceRoleTemplate;
}
export interface AttachedPermissionsBoundary {
  PermissionsBoundaryType?: string;
  PermissionsBoundaryArn?: string;
}
export interface RoleLastUsed {
  LastUsedDate?: Date;
  Region?: string;
}
export interface SourceRoleTemplate {
  TemplateArn: string;
  TemplateMinorVersion: number;
}
export interface CreateServiceLinkedRoleRequest {
  AWSServiceName: string;
  Description?: string;
  CustomSuffix?: string;
}
export interface CreateServiceLinkedRoleResponse {
  Role?: Role;
}
export interface CreateUserRequest {
  UserName: string;
  Path?: string;
  PermissionsBoundary?: string;
  Tags?: Tag[];
}
export interface CreateUserResponse {
  User?: User;
}
export interface User {
  Path: string;
  UserName: string;
  UserId: string;
  Arn: string;
  CreateDate: Date;
  PasswordLastUsed?: Date;
  PermissionsBoundary?: AttachedPermissionsBoundary;
  Tags?: Tag[];
}
export interface DeleteAccessKeyRequest {
  AccessKeyId: string;
  UserName?: string;
}
export interface DeletePolicyRequest {
  PolicyArn: string;
}
export interface DeleteRoleRequest {
  RoleName: string;
}
export interface DeleteRolePermissionsBoundaryRequest {
  RoleName: string;
}
export interface DeleteRolePolicyRequest {
  RoleName: string;
  PolicyName: string;
}
export interface DeleteServiceLinkedRoleRequest {
  RoleName: string;
}
export interface DeleteServiceLinkedRoleResponse {
  DeletionTaskId: string;
}
export interface DeleteUserRequest {
  UserName: string;
}
export interface DeleteUserPolicyRequest {
  UserName: string;
  PolicyName: string;
}
export interface DetachRolePolicyRequest {
  RoleName: string;
  PolicyArn: string;
}
export interface DetachUserPolicyRequest {
  UserName: string;
  PolicyArn: string;
}
export interface GetPolicyRequest {
  PolicyArn: string;
}
export interface GetPolicyResponse {
  Policy?: Policy;
}
export interface GetPolicyVersionRequest {
  PolicyArn: string;
  VersionId: string;
}
export interface GetPolicyVersionResponse {
  PolicyVersion?: PolicyVersion;
}
export interface PolicyVersion {
  Document?: string;
  VersionId?: string;
  IsDefaultVersion?: boolean;
  CreateDate?: Date;
}
export interface GetRoleRequest {
  RoleName: string;
}
export interface GetRoleResponse {
  Role: Role;
}
export interface GetRolePolicyRequest {
  RoleName: string;
  PolicyName: string;
}
export interface GetRolePolicyResponse {
  RoleName: string;
  PolicyName: string;
  PolicyDocument: string;
}
export interface GetServiceLinkedRoleDeletionStatusRequest {
  DeletionTaskId: string;
}
export interface GetServiceLinkedRoleDeletionStatusResponse {
  Status: string;
  Reason?: DeletionTaskFailureReasonType;
}
export interface DeletionTaskFailureReasonType {
  Reason?: string;
  RoleUsageList?: RoleUsageType[];
}
export interface RoleUsageType {
  Region?: string;
  Resources?: string[];
}
export interface GetUserRequest {
  UserName?: string;
}
export interface GetUserResponse {
  User: User;
}
export interface GetUserPolicyRequest {
  UserName: string;
  PolicyName: string;
}
export interface GetUserPolicyResponse {
  UserName: string;
  PolicyName: string;
  PolicyDocument: string;
}
export interface ListAccessKeysRequest {
  UserName?: string;
  Marker?: string;
  MaxItems?: number;
}
export interface ListAccessKeysResponse {
  AccessKeyMetadata: AccessKeyMetadata[];
  IsTruncated?: boolean;
  Marker?: string;
}
export interface AccessKeyMetadata {
  UserName?: string;
  AccessKeyId?: string;
  Status?: string;
  CreateDate?: Date;
}
export interface ListAttachedRolePoliciesRequest {
  RoleName: string;
  PathPrefix?: string;
  Marker?: string;
  MaxItems?: number;
}
export interface ListAttachedRolePoliciesResponse {
  AttachedPolicies?: AttachedPolicy[];
  IsTruncated?: boolean;
  Marker?: string;
}
export interface AttachedPolicy {
  PolicyName?: string;
  PolicyArn?: string;
}
export interface ListAttachedUserPoliciesRequest {
  UserName: string;
  PathPrefix?: string;
  Marker?: string;
  MaxItems?: number;
}
export interface ListAttachedUserPoliciesResponse {
  AttachedPolicies?: AttachedPolicy[];
  IsTruncated?: boolean;
  Marker?: string;
}
export interface ListInstanceProfilesForRoleRequest {
  RoleName: string;
  Marker?: string;
  MaxItems?: number;
}
export interface ListInstanceProfilesForRoleResponse {
  InstanceProfiles: InstanceProfile[];
  IsTruncated?: boolean;
  Marker?: string;
}
export interface InstanceProfile {
  Path: string;
  InstanceProfileName: string;
  InstanceProfileId: string;
  Arn: string;
  CreateDate: Date;
  Roles: Role[];
  Tags?: Tag[];
}
export interface ListPoliciesRequest {
  Scope?: string;
  OnlyAttached?: boolean;
  PathPrefix?: string;
  PolicyUsageFilter?: string;
  Marker?: string;
  MaxItems?: number;
}
export interface ListPoliciesResponse {
  Policies?: Policy[];
  IsTruncated?: boolean;
  Marker?: string;
}
export interface ListRolePoliciesRequest {
  RoleName: string;
  Marker?: string;
  MaxItems?: number;
}
export interface ListRolePoliciesResponse {
  PolicyNames: string[];
  IsTruncated?: boolean;
  Marker?: string;
}
export interface ListRoleTagsRequest {
  RoleName: string;
  Marker?: string;
  MaxItems?: number;
}
export interface ListRoleTagsResponse {
  Tags: Tag[];
  IsTruncated?: boolean;
  Marker?: string;
}
export interface ListRolesRequest {
  PathPrefix?: string;
  Marker?: string;
  MaxItems?: number;
}
export interface ListRolesResponse {
  Roles: Role[];
  IsTruncated?: boolean;
  Marker?: string;
}
export interface ListUserPoliciesRequest {
  UserName: string;
  Marker?: string;
  MaxItems?: number;
}
export interface ListUserPoliciesResponse {
  PolicyNames: string[];
  IsTruncated?: boolean;
  Marker?: string;
}
export interface ListUsersRequest {
  PathPrefix?: string;
  Marker?: string;
  MaxItems?: number;
}
export interface ListUsersResponse {
  Users: User[];
  IsTruncated?: boolean;
  Marker?: string;
}
export interface PutRolePermissionsBoundaryRequest {
  RoleName: string;
  PermissionsBoundary: string;
}
export interface PutRolePolicyRequest {
  RoleName: string;
  PolicyName: string;
  PolicyDocument: string;
}
export interface PutUserPolicyRequest {
  UserName: string;
  PolicyName: string;
  PolicyDocument: string;
}
export interface SimulatePrincipalPolicyRequest {
  PolicySourceArn: string;
  ActionNames: string[];
  PolicyInputList?: string[];
  PermissionsBoundaryPolicyInputList?: string[];
  PolicyExclusionList?: PolicyIdentifier[];
  ResourceArns?: string[];
  ResourcePolicy?: string;
  ResourceOwner?: string;
  CallerArn?: string;
  ContextEntries?: ContextEntry[];
  ResourceHandlingOption?: string;
  MaxItems?: number;
  Marker?: string;
}
export interface PolicyIdentifier {
  PolicyType?: string;
  PolicyArn?: string;
  InlinePolicyIdentifier?: InlinePolicyIdentifierType;
}
export interface InlinePolicyIdentifierType {
  PolicyName: string;
  AttachmentType: string;
  AttachmentName: string;
}
export interface ContextEntry {
  ContextKeyName?: string;
  ContextKeyValues?: string[];
  ContextKeyType?: string;
}
export interface SimulatePolicyResponse {
  EvaluationResults?: EvaluationResult[];
  IsTruncated?: boolean;
  Marker?: string;
}
export interface EvaluationResult {
  EvalActionName: string;
  EvalDecision: string;
  EvalResourceName?: string;
  MatchedStatements?: Statement[];
  MissingContextValues?: string[];
  OrganizationsDecisionDetail?: OrganizationsDecisionDetail;
  PermissionsBoundaryDecisionDetail?: PermissionsBoundaryDecisionDetail;
  EvalDecisionDetails?: Record<string, string>;
  ResourceSpecificResults?: ResourceSpecificResult[];
}
export interface Statement {
  SourcePolicyId?: string;
  SourcePolicyType?: string;
  StartPosition?: Position;
  EndPosition?: Position;
}
export interface Position {
  Line?: number;
  Column?: number;
}
export interface OrganizationsDecisionDetail {
  AllowedByOrganizations?: boolean;
}
export interface PermissionsBoundaryDecisionDetail {
  AllowedByPermissionsBoundary?: boolean;
}
export interface ResourceSpecificResult {
  EvalResourceName: string;
  EvalResourceDecision: string;
  MatchedStatements?: Statement[];
  MissingContextValues?: string[];
  EvalDecisionDetails?: Record<string, string>;
  PermissionsBoundaryDecisionDetail?: PermissionsBoundaryDecisionDetail;
}
export interface TagRoleRequest {
  RoleName: string;
  Tags: Tag[];
}
export interface UntagRoleRequest {
  RoleName: string;
  TagKeys: string[];
}
export interface UpdateAccessKeyRequest {
  AccessKeyId: string;
  Status: string;
  UserName?: string;
}
export interface UpdateAssumeRolePolicyRequest {
  RoleName: string;
  PolicyDocument: string;
}
export interface UpdateRoleRequest {
  RoleName: string;
  Description?: string;
  MaxSessionDuration?: number;
}
export type UpdateRoleResponse = Record<string, never>;
export interface IamOperations {
  AttachRolePolicy: { input: AttachRolePolicyRequest; output: Record<string, never> };
  AttachUserPolicy: { input: AttachUserPolicyRequest; output: Record<string, never> };
  CreateAccessKey: { input: CreateAccessKeyRequest; output: CreateAccessKeyResponse };
  CreatePolicy: { input: CreatePolicyRequest; output: CreatePolicyResponse };
  CreateRole: { input: CreateRoleRequest; output: CreateRoleResponse };
  CreateServiceLinkedRole: { input: CreateServiceLinkedRoleRequest; output: CreateServiceLinkedRoleResponse };
  CreateUser: { input: CreateUserRequest; output: CreateUserResponse };
  DeleteAccessKey: { input: DeleteAccessKeyRequest; output: Record<string, never> };
  DeletePolicy: { input: DeletePolicyRequest; output: Record<string, never> };
  DeleteRole: { input: DeleteRoleRequest; output: Record<string, never> };
  DeleteRolePermissionsBoundary: { input: DeleteRolePermissionsBoundaryRequest; output: Record<string, never> };
  DeleteRolePolicy: { input: DeleteRolePolicyRequest; output: Record<string, never> };
  DeleteServiceLinkedRole: { input: DeleteServiceLinkedRoleRequest; output: DeleteServiceLinkedRoleResponse };
  DeleteUser: { input: DeleteUserRequest; output: Record<string, never> };
  DeleteUserPolicy: { input: DeleteUserPolicyRequest; output: Record<string, never> };
  DetachRolePolicy: { input: DetachRolePolicyRequest; output: Record<string, never> };
  DetachUserPolicy: { input: DetachUserPolicyRequest; output: Record<string, never> };
  GetPolicy: { input: GetPolicyRequest; output: GetPolicyResponse };
  GetPolicyVersion: { input: GetPolicyVersionRequest; output: GetPolicyVersionResponse };
  GetRole: { input: GetRoleRequest; output: GetRoleResponse };
  GetRolePolicy: { input: GetRolePolicyRequest; output: GetRolePolicyResponse };
  GetServiceLinkedRoleDeletionStatus: { input: GetServiceLinkedRoleDeletionStatusRequest; output: GetServiceLinkedRoleDeletionStatusResponse };
  GetUser: { input: GetUserRequest; output: GetUserResponse };
  GetUserPolicy: { input: GetUserPolicyRequest; output: GetUserPolicyResponse };
  ListAccessKeys: { input: ListAccessKeysRequest; output: ListAccessKeysResponse };
  ListAttachedRolePolicies: { input: ListAttachedRolePoliciesRequest; output: ListAttachedRolePoliciesResponse };
  ListAttachedUserPolicies: { input: ListAttachedUserPoliciesRequest; output: ListAttachedUserPoliciesResponse };
  ListInstanceProfilesForRole: { input: ListInstanceProfilesForRoleRequest; output: ListInstanceProfilesForRoleResponse };
  ListPolicies: { input: ListPoliciesRequest; output: ListPoliciesResponse };
  ListRolePolicies: { input: ListRolePoliciesRequest; output: ListRolePoliciesResponse };
  ListRoleTags: { input: ListRoleTagsRequest; output: ListRoleTagsResponse };
  ListRoles: { input: ListRolesRequest; output: ListRolesResponse };
  ListUserPolicies: { input: ListUserPoliciesRequest; output: ListUserPoliciesResponse };
  ListUsers: { input: ListUsersRequest; output: ListUsersResponse };
  PutRolePermissionsBoundary: { input: PutRolePermissionsBoundaryRequest; output: Record<string, never> };
  PutRolePolicy: { input: PutRolePolicyRequest; output: Record<string, never> };
  PutUserPolicy: { input: PutUserPolicyRequest; output: Record<string, never> };
  SimulatePrincipalPolicy: { input: SimulatePrincipalPolicyRequest; output: SimulatePolicyResponse };
  TagRole: { input: TagRoleRequest; output: Record<string, never> };
  UntagRole: { input: UntagRoleRequest; output: Record<string, never> };
  UpdateAccessKey: { input: UpdateAccessKeyRequest; output: Record<string, never> };
  UpdateAssumeRolePolicy: { input: UpdateAssumeRolePolicyRequest; output: Record<string, never> };
  UpdateRole: { input: UpdateRoleRequest; output: UpdateRoleResponse };
}
