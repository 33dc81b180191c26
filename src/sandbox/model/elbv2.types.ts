/* oxlint-disable max-lines -- generated: node scripts/models/sandboxModels.mjs */

export interface AddListenerCertificatesInput {
  ListenerArn: string;
  Certificates: Certificate[];
}
export interface Certificate {
  CertificateArn?: string;
  IsDefault?: boolean;
}
export interface AddListenerCertificatesOutput {
  Certificates?: Certificate[];
}
export interface AddTagsInput {
  ResourceArns: string[];
  Tags: Tag[];
}
export interface Tag {
  Key: string;
  Value?: string;
}
export type AddTagsOutput = Record<string, never>;
export interface CreateListenerInput {
  LoadBalancerArn: string;
  DefaultActions: Action[];
  Protocol?: string;
  Port?: number;
  SslPolicy?: string;
  Certificates?: Certificate[];
  AlpnPolicy?: string[];
  Tags?: Tag[];
  MutualAuthentication?: MutualAuthenticationAttributes;
}
export interface Action {
  Type: string;
  TargetGroupArn?: string;
  AuthenticateOidcConfig?: AuthenticateOidcActionConfig;
  AuthenticateCognitoConfig?: AuthenticateCognitoActionConfig;
  Order?: number;
  RedirectConfig?: RedirectActionConfig;
  FixedResponseConfig?: FixedResponseActionConfig;
  ForwardConfig?: ForwardActionConfig;
  JwtValidationConfig?: JwtValidationActionConfig;
}
export interface AuthenticateOidcActionConfig {
  Issuer: string;
  AuthorizationEndpoint: string;
  TokenEndpoint: string;
  UserInfoEndpoint: string;
  ClientId: string;
  ClientSecret?: string;
  SessionCookieName?: string;
  Scope?: string;
  SessionTimeout?: number;
  AuthenticationRequestExtraParams?: Record<string, string>;
  OnUnauthenticatedRequest?: string;
  UseExistingClientSecret?: boolean;
}
export interface AuthenticateCognitoActionConfig {
  UserPoolArn: string;
  UserPoolClientId: string;
  UserPoolDomain: string;
  SessionCookieName?: string;
  Scope?: string;
  SessionTimeout?: number;
  AuthenticationRequestExtraParams?: Record<string, string>;
  OnUnauthenticatedRequest?: string;
}
export interface RedirectActionConfig {
  StatusCode: string;
  Protocol?: string;
  Port?: string;
  Host?: string;
  Path?: string;
  Query?: string;
}
export interface FixedResponseActionConfig {
  StatusCode: string;
  MessageBody?: string;
  ContentType?: string;
}
export interface ForwardActionConfig {
  TargetGroups?: TargetGroupTuple[];
  TargetGroupStickinessConfig?: TargetGroupStickinessConfig;
}
export interface TargetGroupTuple {
  TargetGroupArn?: string;
  Weight?: number;
}
export interface TargetGroupStickinessConfig {
  Enabled?: boolean;
  DurationSeconds?: number;
}
export interface JwtValidationActionConfig {
  JwksEndpoint: string;
  Issuer: string;
  AdditionalClaims?: JwtValidationActionAdditionalClaim[];
}
export interface JwtValidationActionAdditionalClaim {
  Format: string;
  Name: string;
  Values: string[];
}
export interface MutualAuthenticationAttributes {
  Mode?: string;
  TrustStoreArn?: string;
  IgnoreClientCertificateExpiry?: boolean;
  TrustStoreAssociationStatus?: string;
  AdvertiseTrustStoreCaNames?: string;
}
export interface CreateListenerOutput {
  Listeners?: Listener[];
}
export interface Listener {
  ListenerArn?: string;
  LoadBalancerArn?: string;
  Port?: number;
  Protocol?: string;
  Certificates?: Certificate[];
  SslPolicy?: string;
  DefaultActions?: Action[];
  AlpnPolicy?: string[];
  MutualAuthentication?: MutualAuthenticationAttributes;
}
export interface CreateLoadBalancerInput {
  Name: string;
  Subnets?: string[];
  SubnetMappings?: SubnetMapping[];
  SecurityGroups?: string[];
  Scheme?: string;
  Tags?: Tag[];
  Type?: string;
  IpAddressType?: string;
  CustomerOwnedIpv4Pool?: string;
  EnablePrefixForIpv6SourceNat?: string;
  IpamPools?: IpamPools;
}
export interface SubnetMapping {
  SubnetId?: string;
  AllocationId?: string;
  PrivateIPv4Address?: string;
  IPv6Address?: string;
  SourceNatIpv6Prefix?: string;
}
export interface IpamPools {
  Ipv4IpamPoolId?: string;
}
export interface CreateLoadBalancerOutput {
  LoadBalancers?: LoadBalancer[];
}
export interface LoadBalancer {
  LoadBalancerArn?: string;
  DNSName?: string;
  CanonicalHostedZoneId?: string;
  CreatedTime?: Date;
  LoadBalancerName?: string;
  Scheme?: string;
  VpcId?: string;
  State?: LoadBalancerState;
  Type?: string;
  AvailabilityZones?: AvailabilityZone[];
  SecurityGroups?: string[];
  IpAddressType?: string;
  CustomerOwnedIpv4Pool?: string;
  EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic?: string;
  EnablePrefixForIpv6SourceNat?: string;
  IpamPools?: IpamPools;
}
export interface LoadBalancerState {
  Code?: string;
  Reason?: string;
}
export interface AvailabilityZone {
  ZoneName?: string;
  SubnetId?: string;
  OutpostId?: string;
  LoadBalancerAddresses?: LoadBalancerAddress[];
  SourceNatIpv6Prefixes?: string[];
}
export interface LoadBalancerAddress {
  IpAddress?: string;
  AllocationId?: string;
  PrivateIPv4Address?: string;
  IPv6Address?: string;
}
export interface CreateRuleInput {
  ListenerArn: string;
  Conditions: RuleCondition[];
  Priority: number;
  Actions: Action[];
  Tags?: Tag[];
  Transforms?: RuleTransform[];
}
export interface RuleCondition {
  Field?: string;
  Values?: string[];
  HostHeaderConfig?: HostHeaderConditionConfig;
  PathPatternConfig?: PathPatternConditionConfig;
  HttpHeaderConfig?: HttpHeaderConditionConfig;
  QueryStringConfig?: QueryStringConditionConfig;
  HttpRequestMethodConfig?: HttpRequestMethodConditionConfig;
  SourceIpConfig?: SourceIpConditionConfig;
  RegexValues?: string[];
}
export interface HostHeaderConditionConfig {
  Values?: string[];
  RegexValues?: string[];
}
export interface PathPatternConditionConfig {
  Values?: string[];
  RegexValues?: string[];
}
export interface HttpHeaderConditionConfig {
  HttpHeaderName?: string;
  Values?: string[];
  RegexValues?: string[];
}
export interface QueryStringConditionConfig {
  Values?: QueryStringKeyValuePair[];
}
export interface QueryStringKeyValuePair {
  Key?: string;
  Value?: string;
}
export interface HttpRequestMethodConditionConfig {
  Values?: string[];
}
export interface SourceIpConditionConfig {
  Values?: string[];
  IpAddressType?: string;
}
export interface RuleTransform {
  Type: string;
  HostHeaderRewriteConfig?: HostHeaderRewriteConfig;
  UrlRewriteConfig?: UrlRewriteConfig;
}
export interface HostHeaderRewriteConfig {
  Rewrites?: RewriteConfig[];
}
export interface RewriteConfig {
  Regex: string;
  Replace: string;
}
export interface UrlRewriteConfig {
  Rewrites?: RewriteConfig[];
}
export interface CreateRuleOutput {
  Rules?: Rule[];
}
export interface Rule {
  RuleArn?: string;
  Priority?: string;
  Conditions?: RuleCondition[];
  Actions?: Action[];
  IsDefault?: boolean;
  Transforms?: RuleTransform[];
}
export interface CreateTargetGroupInput {
  Name: string;
  Protocol?: string;
  ProtocolVersion?: string;
  Port?: number;
  VpcId?: string;
  HealthCheckProtocol?: string;
  HealthCheckPort?: string;
  HealthCheckEnabled?: boolean;
  HealthCheckPath?: string;
  HealthCheckIntervalSeconds?: number;
  HealthCheckTimeoutSeconds?: number;
  HealthyThresholdCount?: number;
  UnhealthyThresholdCount?: number;
  Matcher?: Matcher;
  TargetType?: string;
  Tags?: Tag[];
  IpAddressType?: string;
  TargetControlPort?: number;
}
export interface Matcher {
  HttpCode?: string;
  GrpcCode?: string;
}
export interface CreateTargetGroupOutput {
  TargetGroups?: TargetGroup[];
}
export interface TargetGroup {
  TargetGroupArn?: string;
  TargetGroupName?: string;
  Protocol?: string;
  Port?: number;
  VpcId?: string;
  HealthCheckProtocol?: string;
  HealthCheckPort?: string;
  HealthCheckEnabled?: boolean;
  HealthCheckIntervalSeconds?: number;
  HealthCheckTimeoutSeconds?: number;
  HealthyThresholdCount?: number;
  UnhealthyThresholdCount?: number;
  HealthCheckPath?: string;
  Matcher?: Matcher;
  LoadBalancerArns?: string[];
  TargetType?: string;
  ProtocolVersion?: string;
  IpAddressType?: string;
  TargetControlPort?: number;
}
export interface DeleteListenerInput {
  ListenerArn: string;
}
export type DeleteListenerOutput = Record<string, never>;
export interface DeleteLoadBalancerInput {
  LoadBalancerArn: string;
}
export type DeleteLoadBalancerOutput = Record<string, never>;
export interface DeleteRuleInput {
  RuleArn: string;
}
export type DeleteRuleOutput = Record<string, never>;
export interface DeleteTargetGroupInput {
  TargetGroupArn: string;
}
export type DeleteTargetGroupOutput = Record<string, never>;
export interface DeregisterTargetsInput {
  TargetGroupArn: string;
  Targets: TargetDescription[];
}
export interface TargetDescription {
  Id: string;
  Port?: number;
  AvailabilityZone?: string;
  QuicServerId?: string;
}
export type DeregisterTargetsOutput = Record<string, never>;
export interface DescribeAccountLimitsInput {
  Marker?: string;
  PageSize?: number;
}
export interface DescribeAccountLimitsOutput {
  Limits?: Limit[];
  NextMarker?: string;
}
export interface Limit {
  Name?: string;
  Max?: string;
}
export interface DescribeListenerAttributesInput {
  ListenerArn: string;
}
export interface DescribeListenerAttributesOutput {
  Attributes?: ListenerAttribute[];
}
export interface ListenerAttribute {
  Key?: string;
  Value?: string;
}
export interface DescribeListenerCertificatesInput {
  ListenerArn: string;
  Marker?: string;
  PageSize?: number;
}
export interface DescribeListenerCertificatesOutput {
  Certificates?: Certificate[];
  NextMarker?: string;
}
export interface DescribeListenersInput {
  LoadBalancerArn?: string;
  ListenerArns?: string[];
  Marker?: string;
  PageSize?: number;
}
export interface DescribeListenersOutput {
  Listeners?: Listener[];
  NextMarker?: string;
}
export interface DescribeLoadBalancerAttributesInput {
  LoadBalancerArn: string;
}
export interface DescribeLoadBalancerAttributesOutput {
  Attributes?: LoadBalancerAttribute[];
}
export interface LoadBalancerAttribute {
  Key?: string;
  Value?: string;
}
export interface DescribeLoadBalancersInput {
  LoadBalancerArns?: string[];
  Names?: string[];
  Marker?: string;
  PageSize?: number;
}
export interface DescribeLoadBalancersOutput {
  LoadBalancers?: LoadBalancer[];
  NextMarker?: string;
}
export interface DescribeRulesInput {
  ListenerArn?: string;
  RuleArns?: string[];
  Marker?: string;
  PageSize?: number;
}
export interface DescribeRulesOutput {
  Rules?: Rule[];
  NextMarker?: string;
}
export interface DescribeSSLPoliciesInput {
  Names?: string[];
  Marker?: string;
  PageSize?: number;
  LoadBalancerType?: string;
}
export interface DescribeSSLPoliciesOutput {
  SslPolicies?: SslPolicy[];
  NextMarker?: string;
}
export interface SslPolicy {
  SslProtocols?: string[];
  Ciphers?: Cipher[];
  Name?: string;
  SupportedLoadBalancerTypes?: string[];
}
export interface Cipher {
  Name?: string;
  Priority?: number;
}
export interface DescribeTagsInput {
  ResourceArns: string[];
}
export interface DescribeTagsOutput {
  TagDescriptions?: TagDescription[];
}
export interface TagDescription {
  ResourceArn?: string;
  Tags?: Tag[];
}
export interface DescribeTargetGroupAttributesInput {
  TargetGroupArn: string;
}
export interface DescribeTargetGroupAttributesOutput {
  Attributes?: TargetGroupAttribute[];
}
export interface TargetGroupAttribute {
  Key?: string;
  Value?: string;
}
export interface DescribeTargetGroupsInput {
  LoadBalancerArn?: string;
  TargetGroupArns?: string[];
  Names?: string[];
  Marker?: string;
  PageSize?: number;
}
export interface DescribeTargetGroupsOutput {
  TargetGroups?: TargetGroup[];
  NextMarker?: string;
}
export interface DescribeTargetHealthInput {
  TargetGroupArn: string;
  Targets?: TargetDescription[];
  Include?: string[];
}
export interface DescribeTargetHealthOutput {
  TargetHealthDescriptions?: TargetHealthDescription[];
}
export interface TargetHealthDescription {
  Target?: TargetDescription;
  HealthCheckPort?: string;
  TargetHealth?: TargetHealth;
  AnomalyDetection?: AnomalyDetection;
  AdministrativeOverride?: AdministrativeOverride;
}
export interface TargetHealth {
  State?: string;
  Reason?: string;
  Description?: string;
}
export interface AnomalyDetection {
  Result?: string;
  MitigationInEffect?: string;
}
export interface AdministrativeOverride {
  State?: string;
  Reason?: string;
  Description?: string;
}
export interface ModifyListenerInput {
  ListenerArn: string;
  Port?: number;
  Protocol?: string;
  SslPolicy?: string;
  Certificates?: Certificate[];
  DefaultActions?: Action[];
  AlpnPolicy?: string[];
  MutualAuthentication?: MutualAuthenticationAttributes;
}
export interface ModifyListenerOutput {
  Listeners?: Listener[];
}
export interface ModifyListenerAttributesInput {
  ListenerArn: string;
  Attributes: ListenerAttribute[];
}
export interface ModifyListenerAttributesOutput {
  Attributes?: ListenerAttribute[];
}
export interface ModifyLoadBalancerAttributesInput {
  LoadBalancerArn: string;
  Attributes: LoadBalancerAttribute[];
}
export interface ModifyLoadBalancerAttributesOutput {
  Attributes?: LoadBalancerAttribute[];
}
export interface ModifyRuleInput {
  RuleArn: string;
  Conditions?: RuleCondition[];
  Actions?: Action[];
  Transforms?: RuleTransform[];
  ResetTransforms?: boolean;
}
export interface ModifyRuleOutput {
  Rules?: Rule[];
}
export interface ModifyTargetGroupInput {
  TargetGroupArn: string;
  HealthCheckProtocol?: string;
  HealthCheckPort?: string;
  HealthCheckPath?: string;
  HealthCheckEnabled?: boolean;
  HealthCheckIntervalSeconds?: number;
  HealthCheckTimeoutSeconds?: number;
  HealthyThresholdCount?: number;
  UnhealthyThresholdCount?: number;
  Matcher?: Matcher;
}
export interface ModifyTargetGroupOutput {
  TargetGroups?: TargetGroup[];
}
export interface ModifyTargetGroupAttributesInput {
  TargetGroupArn: string;
  Attributes: TargetGroupAttribute[];
}
export interface ModifyTargetGroupAttributesOutput {
  Attributes?: TargetGroupAttribute[];
}
export interface RegisterTargetsInput {
  TargetGroupArn: string;
  Targets: TargetDescription[];
}
export type RegisterTargetsOutput = Record<string, never>;
export interface RemoveListenerCertificatesInput {
  ListenerArn: string;
  Certificates: Certificate[];
}
export type RemoveListenerCertificatesOutput = Record<string, never>;
export interface RemoveTagsInput {
  ResourceArns: string[];
  TagKeys: string[];
}
export type RemoveTagsOutput = Record<string, never>;
export interface SetIpAddressTypeInput {
  LoadBalancerArn: string;
  IpAddressType: string;
}
export interface SetIpAddressTypeOutput {
  IpAddressType?: string;
}
export interface SetRulePrioritiesInput {
  RulePriorities: RulePriorityPair[];
}
export interface RulePriorityPair {
  RuleArn?: string;
  Priority?: number;
}
export interface SetRulePrioritiesOutput {
  Rules?: Rule[];
}
export interface SetSecurityGroupsInput {
  LoadBalancerArn: string;
  SecurityGroups: string[];
  EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic?: string;
}
export interface SetSecurityGroupsOutput {
  SecurityGroupIds?: string[];
  EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic?: string;
}
export interface SetSubnetsInput {
  LoadBalancerArn: string;
  Subnets?: string[];
  SubnetMappings?: SubnetMapping[];
  IpAddressType?: string;
  EnablePrefixForIpv6SourceNat?: string;
}
export interface SetSubnetsOutput {
  AvailabilityZones?: AvailabilityZone[];
  IpAddressType?: string;
  EnablePrefixForIpv6SourceNat?: string;
}
export interface Elbv2Operations {
  AddListenerCertificates: { input: AddListenerCertificatesInput; output: AddListenerCertificatesOutput };
  AddTags: { input: AddTagsInput; output: AddTagsOutput };
  CreateListener: { input: CreateListenerInput; output: CreateListenerOutput };
  CreateLoadBalancer: { input: CreateLoadBalancerInput; output: CreateLoadBalancerOutput };
  CreateRule: { input: CreateRuleInput; output: CreateRuleOutput };
  CreateTargetGroup: { input: CreateTargetGroupInput; output: CreateTargetGroupOutput };
  DeleteListener: { input: DeleteListenerInput; output: DeleteListenerOutput };
  DeleteLoadBalancer: { input: DeleteLoadBalancerInput; output: DeleteLoadBalancerOutput };
  DeleteRule: { input: DeleteRuleInput; output: DeleteRuleOutput };
  DeleteTargetGroup: { input: DeleteTargetGroupInput; output: DeleteTargetGroupOutput };
  DeregisterTargets: { input: DeregisterTargetsInput; output: DeregisterTargetsOutput };
  DescribeAccountLimits: { input: DescribeAccountLimitsInput; output: DescribeAccountLimitsOutput };
  DescribeListenerAttributes: { input: DescribeListenerAttributesInput; output: DescribeListenerAttributesOutput };
  DescribeListenerCertificates: { input: DescribeListenerCertificatesInput; output: DescribeListenerCertificatesOutput };
  DescribeListeners: { input: DescribeListenersInput; output: DescribeListenersOutput };
  DescribeLoadBalancerAttributes: { input: DescribeLoadBalancerAttributesInput; output: DescribeLoadBalancerAttributesOutput };
  DescribeLoadBalancers: { input: DescribeLoadBalancersInput; output: DescribeLoadBalancersOutput };
  DescribeRules: { input: DescribeRulesInput; output: DescribeRulesOutput };
  DescribeSSLPolicies: { input: DescribeSSLPoliciesInput; output: DescribeSSLPoliciesOutput };
  DescribeTags: { input: DescribeTagsInput; output: DescribeTagsOutput };
  DescribeTargetGroupAttributes: { input: DescribeTargetGroupAttributesInput; output: DescribeTargetGroupAttributesOutput };
  DescribeTargetGroups: { input: DescribeTargetGroupsInput; output: DescribeTargetGroupsOutput };
  DescribeTargetHealth: { input: DescribeTargetHealthInput; output: DescribeTargetHealthOutput };
  ModifyListener: { input: ModifyListenerInput; output: ModifyListenerOutput };
  ModifyListenerAttributes: { input: ModifyListenerAttributesInput; output: ModifyListenerAttributesOutput };
  ModifyLoadBalancerAttributes: { input: ModifyLoadBalancerAttributesInput; output: ModifyLoadBalancerAttributesOutput };
  ModifyRule: { input: ModifyRuleInput; output: ModifyRuleOutput };
  ModifyTargetGroup: { input: ModifyTargetGroupInput; output: ModifyTargetGroupOutput };
  ModifyTargetGroupAttributes: { input: ModifyTargetGroupAttributesInput; output: ModifyTargetGroupAttributesOutput };
  RegisterTargets: { input: RegisterTargetsInput; output: RegisterTargetsOutput };
  RemoveListenerCertificates: { input: RemoveListenerCertificatesInput; output: RemoveListenerCertificatesOutput };
  RemoveTags: { input: RemoveTagsInput; output: RemoveTagsOutput };
  SetIpAddressType: { input: SetIpAddressTypeInput; output: SetIpAddressTypeOutput };
  SetRulePriorities: { input: SetRulePrioritiesInput; output: SetRulePrioritiesOutput };
  SetSecurityGroups: { input: SetSecurityGroupsInput; output: SetSecurityGroupsOutput };
  SetSubnets: { input: SetSubnetsInput; output: SetSubnetsOutput };
}
