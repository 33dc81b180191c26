/* oxlint-disable max-lines -- generated: node scripts/models/sandboxModels.mjs */

export interface AllocateAddressRequest {
  Domain?: string;
  Address?: string;
  PublicIpv4Pool?: string;
  NetworkBorderGroup?: string;
  CustomerOwnedIpv4Pool?: string;
  TagSpecifications?: TagSpecification[];
  IpamPoolId?: string;
  DryRun?: boolean;
}
export interface TagSpecification {
  ResourceType?: string;
  Tags?: Tag[];
}
export interface Tag {
  Key?: string;
  Value?: string;
}
export interface AllocateAddressResult {
  AllocationId?: string;
  PublicIpv4Pool?: string;
  NetworkBorderGroup?: string;
  Domain?: string;
  CustomerOwnedIp?: string;
  CustomerOwnedIpv4Pool?: string;
  CarrierIp?: string;
  PublicIp?: string;
}
export interface AssociateRouteTableRequest {
  RouteTableId: string;
  GatewayId?: string;
  PublicIpv4Pool?: string;
  DryRun?: boolean;
  SubnetId?: string;
}
export interface AssociateRouteTableResult {
  AssociationId?: string;
  AssociationState?: RouteTableAssociationState;
}
export interface RouteTableAssociationState {
  State?: string;
  StatusMessage?: string;
}
export interface AttachInternetGatewayRequest {
  InternetGatewayId: string;
  VpcId: string;
  DryRun?: boolean;
}
export interface AuthorizeSecurityGroupEgressRequest {
  GroupId: string;
  TagSpecifications?: TagSpecification[];
  DryRun?: boolean;
  SourceSecurityGroupName?: string;
  SourceSecurityGroupOwnerId?: string;
  IpProtocol?: string;
  FromPort?: number;
  ToPort?: number;
  CidrIp?: string;
  IpPermissions?: IpPermission[];
}
export interface IpPermission {
  IpProtocol?: string;
  FromPort?: number;
  ToPort?: number;
  UserIdGroupPairs?: UserIdGroupPair[];
  IpRanges?: IpRange[];
  Ipv6Ranges?: Ipv6Range[];
  PrefixListIds?: PrefixListId[];
}
export interface UserIdGroupPair {
  Description?: string;
  UserId?: string;
  GroupName?: string;
  GroupId?: string;
  VpcId?: string;
  VpcPeeringConnectionId?: string;
  PeeringStatus?: string;
}
export interface IpRange {
  Description?: string;
  CidrIp?: string;
}
export interface Ipv6Range {
  Description?: string;
  CidrIpv6?: string;
}
export interface PrefixListId {
  Description?: string;
  PrefixListId?: string;
}
export interface AuthorizeSecurityGroupEgressResult {
  Return?: boolean;
  SecurityGroupRules?: SecurityGroupRule[];
}
export interface SecurityGroupRule {
  SecurityGroupRuleId?: string;
  GroupId?: string;
  GroupOwnerId?: string;
  IsEgress?: boolean;
  IpProtocol?: string;
  FromPort?: number;
  ToPort?: number;
  CidrIpv4?: string;
  CidrIpv6?: string;
  PrefixListId?: string;
  ReferencedGroupInfo?: ReferencedSecurityGroup;
  Description?: string;
  Tags?: Tag[];
  SecurityGroupRuleArn?: string;
}
export interface ReferencedSecurityGroup {
  GroupId?: string;
  PeeringStatus?: string;
  UserId?: string;
  VpcId?: string;
  VpcPeeringConnectionId?: string;
}
export interface AuthorizeSecurityGroupIngressRequest {
  CidrIp?: string;
  FromPort?: number;
  GroupId?: string;
  GroupName?: string;
  IpPermissions?: IpPermission[];
  IpProtocol?: string;
  SourceSecurityGroupName?: string;
  SourceSecurityGroupOwnerId?: string;
  ToPort?: number;
  TagSpecifications?: TagSpecification[];
  DryRun?: boolean;
}
export interface AuthorizeSecurityGroupIngressResult {
  Return?: boolean;
  SecurityGroupRules?: SecurityGroupRule[];
}
export interface CreateDefaultVpcRequest {
  DryRun?: boolean;
}
export interface CreateDefaultVpcResult {
  Vpc?: Vpc;
}
export interface Vpc {
  OwnerId?: string;
  InstanceTenancy?: string;
  Ipv6CidrBlockAssociationSet?: VpcIpv6CidrBlockAssociation[];
  CidrBlockAssociationSet?: VpcCidrBlockAssociation[];
  IsDefault?: boolean;
  EncryptionControl?: VpcEncryptionControl;
  Tags?: Tag[];
  BlockPublicAccessStates?: BlockPublicAccessStates;
  VpcId?: string;
  State?: string;
  CidrBlock?: string;
  DhcpOptionsId?: string;
}
export interface VpcIpv6CidrBlockAssociation {
  AssociationId?: string;
  Ipv6CidrBlock?: string;
  Ipv6CidrBlockState?: VpcCidrBlockState;
  NetworkBorderGroup?: string;
  Ipv6Pool?: string;
  Ipv6AddressAttribute?: string;
  IpSource?: string;
}
export interface VpcCidrBlockState {
  State?: string;
  StatusMessage?: string;
}
export interface VpcCidrBlockAssociation {
  AssociationId?: string;
  CidrBlock?: string;
  CidrBlockState?: VpcCidrBlockState;
}
export interface VpcEncryptionControl {
  VpcId?: string;
  VpcEncryptionControlId?: string;
  Mode?: string;
  State?: string;
  StateMessage?: string;
  ResourceExclusions?: VpcEncryptionControlExclusions;
  Tags?: Tag[];
}
export interface VpcEncryptionControlExclusions {
  InternetGateway?: VpcEncryptionControlExclusion;
  EgressOnlyInternetGateway?: VpcEncryptionControlExclusion;
  NatGateway?: VpcEncryptionControlExclusion;
  VirtualPrivateGateway?: VpcEncryptionControlExclusion;
  VpcPeering?: VpcEncryptionControlExclusion;
  Lambda?: VpcEncryptionControlExclusion;
  VpcLattice?: VpcEncryptionControlExclusion;
  ElasticFileSystem?: VpcEncryptionControlExclusion;
  GlobalAccelerator?: VpcEncryptionControlExclusion;
  ApiGatewayV2?: VpcEncryptionControlExclusion;
}
export interface VpcEncryptionControlExclusion {
  State?: string;
  StateMessage?: string;
}
export interface BlockPublicAccessStates {
  InternetGatewayBlockMode?: string;
}
export interface CreateInternetGatewayRequest {
  TagSpecifications?: TagSpecification[];
  DryRun?: boolean;
}
export interface CreateInternetGatewayResult {
  InternetGateway?: InternetGateway;
}
export interface InternetGateway {
  Attachments?: InternetGatewayAttachment[];
  InternetGatewayId?: string;
  OwnerId?: string;
  Tags?: Tag[];
}
export interface InternetGatewayAttachment {
  State?: string;
  VpcId?: string;
}
export interface CreateManagedPrefixListRequest {
  PrefixListName: string;
  MaxEntries: number;
  AddressFamily: string;
  DryRun?: boolean;
  Entries?: AddPrefixListEntry[];
  TagSpecifications?: TagSpecification[];
  ClientToken?: string;
}
export interface AddPrefixListEntry {
  Cidr: string;
  Description?: string;
}
export interface CreateManagedPrefixListResult {
  PrefixList?: ManagedPrefixList;
}
export interface ManagedPrefixList {
  PrefixListId?: string;
  AddressFamily?: string;
  State?: string;
  StateMessage?: string;
  PrefixListArn?: string;
  PrefixListName?: string;
  MaxEntries?: number;
  Version?: number;
  Tags?: Tag[];
  OwnerId?: string;
  IpamPrefixListResolverTargetId?: string;
  IpamPrefixListResolverSyncEnabled?: boolean;
}
export interface CreateNatGatewayRequest {
  AvailabilityMode?: string;
  AllocationId?: string;
  ClientToken?: string;
  DryRun?: boolean;
  SubnetId?: string;
  VpcId?: string;
  AvailabilityZoneAddresses?: AvailabilityZoneAddress[];
  TagSpecifications?: TagSpecification[];
  ConnectivityType?: string;
  PrivateIpAddress?: string;
  SecondaryAllocationIds?: string[];
  SecondaryPrivateIpAddresses?: string[];
  SecondaryPrivateIpAddressCount?: number;
}
export interface AvailabilityZoneAddress {
  AvailabilityZone?: string;
  AvailabilityZoneId?: string;
  AllocationIds?: string[];
}
export interface CreateNatGatewayResult {
  ClientToken?: string;
  NatGateway?: NatGateway;
}
export interface NatGateway {
  CreateTime?: Date;
  DeleteTime?: Date;
  FailureCode?: string;
  FailureMessage?: string;
  NatGatewayAddresses?: NatGatewayAddress[];
  NatGatewayId?: string;
  ProvisionedBandwidth?: ProvisionedBandwidth;
  State?: string;
  SubnetId?: string;
  VpcId?: string;
  Tags?: Tag[];
  ConnectivityType?: string;
  AvailabilityMode?: string;
  AutoScalingIps?: string;
  AutoProvisionZones?: string;
  AttachedAppliances?: NatGatewayAttachedAppliance[];
  RouteTableId?: string;
}
export interface NatGatewayAddress {
  AllocationId?: string;
  NetworkInterfaceId?: string;
  PrivateIp?: string;
  PublicIp?: string;
  AssociationId?: string;
  IsPrimary?: boolean;
  FailureMessage?: string;
  Status?: string;
  AvailabilityZone?: string;
  AvailabilityZoneId?: string;
}
export interface ProvisionedBandwidth {
  ProvisionTime?: Date;
  Provisioned?: string;
  RequestTime?: Date;
  Requested?: string;
  Status?: string;
}
export interface NatGatewayAttachedAppliance {
  Type?: string;
  ApplianceArn?: string;
  VpcEndpointId?: string;
  AttachmentState?: string;
  ModificationState?: string;
  FailureCode?: string;
  FailureMessage?: string;
}
export interface CreateRouteRequest {
  RouteTableId: string;
  DestinationPrefixListId?: string;
  VpcEndpointId?: string;
  TransitGatewayId?: string;
  LocalGatewayId?: string;
  CarrierGatewayId?: string;
  CoreNetworkArn?: string;
  OdbNetworkArn?: string;
  DryRun?: boolean;
  DestinationCidrBlock?: string;
  GatewayId?: string;
  DestinationIpv6CidrBlock?: string;
  EgressOnlyInternetGatewayId?: string;
  InstanceId?: string;
  NetworkInterfaceId?: string;
  VpcPeeringConnectionId?: string;
  NatGatewayId?: string;
}
export interface CreateRouteResult {
  Return?: boolean;
}
export interface CreateRouteTableRequest {
  VpcId: string;
  TagSpecifications?: TagSpecification[];
  ClientToken?: string;
  DryRun?: boolean;
}
export interface CreateRouteTableResult {
  RouteTable?: RouteTable;
  ClientToken?: string;
}
export interface RouteTable {
  Associations?: RouteTableAssociation[];
  PropagatingVgws?: PropagatingVgw[];
  RouteTableId?: string;
  Routes?: Route[];
  Tags?: Tag[];
  VpcId?: string;
  OwnerId?: string;
}
export interface RouteTableAssociation {
  Main?: boolean;
  RouteTableAssociationId?: string;
  RouteTableId?: string;
  SubnetId?: string;
  GatewayId?: string;
  PublicIpv4Pool?: string;
  AssociationState?: RouteTableAssociationState;
}
export interface PropagatingVgw {
  GatewayId?: string;
}
export interface Route {
  DestinationCidrBlock?: string;
  DestinationIpv6CidrBlock?: string;
  DestinationPrefixListId?: string;
  EgressOnlyInternetGatewayId?: string;
  GatewayId?: string;
  InstanceId?: string;
  InstanceOwnerId?: string;
  NatGatewayId?: string;
  TransitGatewayId?: string;
  LocalGatewayId?: string;
  CarrierGatewayId?: string;
  NetworkInterfaceId?: string;
  Origin?: string;
  State?: string;
  VpcPeeringConnectionId?: string;
  CoreNetworkArn?: string;
  OdbNetworkArn?: string;
  IpAddress?: string;
}
export interface CreateSecurityGroupRequest {
  Description: string;
  GroupName: string;
  VpcId?: string;
  TagSpecifications?: TagSpecification[];
  DryRun?: boolean;
}
export interface CreateSecurityGroupResult {
  GroupId?: string;
  Tags?: Tag[];
  SecurityGroupArn?: string;
}
export interface CreateSubnetRequest {
  VpcId: string;
  TagSpecifications?: TagSpecification[];
  AvailabilityZone?: string;
  AvailabilityZoneId?: string;
  CidrBlock?: string;
  Ipv6CidrBlock?: string;
  OutpostArn?: string;
  Ipv6Native?: boolean;
  Ipv4IpamPoolId?: string;
  Ipv4NetmaskLength?: number;
  Ipv6IpamPoolId?: string;
  Ipv6NetmaskLength?: number;
  DryRun?: boolean;
}
export interface CreateSubnetResult {
  Subnet?: Subnet;
}
export interface Subnet {
  AvailabilityZoneId?: string;
  EnableLniAtDeviceIndex?: number;
  MapCustomerOwnedIpOnLaunch?: boolean;
  CustomerOwnedIpv4Pool?: string;
  OwnerId?: string;
  AssignIpv6AddressOnCreation?: boolean;
  Ipv6CidrBlockAssociationSet?: SubnetIpv6CidrBlockAssociation[];
  Tags?: Tag[];
  SubnetArn?: string;
  OutpostArn?: string;
  EnableDns64?: boolean;
  Ipv6Native?: boolean;
  PrivateDnsNameOptionsOnLaunch?: PrivateDnsNameOptionsOnLaunch;
  BlockPublicAccessStates?: BlockPublicAccessStates;
  Type?: string;
  SubnetId?: string;
  State?: string;
  VpcId?: string;
  CidrBlock?: string;
  AvailableIpAddressCount?: number;
  AvailabilityZone?: string;
  DefaultForAz?: boolean;
  MapPublicIpOnLaunch?: boolean;
}
export interface SubnetIpv6CidrBlockAssociation {
  AssociationId?: string;
  Ipv6CidrBlock?: string;
  Ipv6CidrBlockState?: SubnetCidrBlockState;
  Ipv6AddressAttribute?: string;
  IpSource?: string;
}
export interface SubnetCidrBlockState {
  State?: string;
  StatusMessage?: string;
}
export interface PrivateDnsNameOptionsOnLaunch {
  HostnameType?: string;
  EnableResourceNameDnsARecord?: boolean;
  EnableResourceNameDnsAAAARecord?: boolean;
}
export interface CreateTagsRequest {
  Resources: string[];
  Tags: Tag[];
  DryRun?: boolean;
}
export interface CreateVpcRequest {
  CidrBlock?: string;
  Ipv6Pool?: string;
  Ipv6CidrBlock?: string;
  Ipv4IpamPoolId?: string;
  Ipv4NetmaskLength?: number;
  Ipv6IpamPoolId?: string;
  Ipv6NetmaskLength?: number;
  Ipv6CidrBlockNetworkBorderGroup?: string;
  VpcEncryptionControl?: VpcEncryptionControlConfiguration;
  TagSpecifications?: TagSpecification[];
  DryRun?: boolean;
  InstanceTenancy?: string;
  AmazonProvidedIpv6CidrBlock?: boolean;
}
export interface VpcEncryptionControlConfiguration {
  Mode: string;
  InternetGatewayExclusion?: string;
  EgressOnlyInternetGatewayExclusion?: string;
  NatGatewayExclusion?: string;
  VirtualPrivateGatewayExclusion?: string;
  VpcPeeringExclusion?: string;
  LambdaExclusion?: string;
  VpcLatticeExclusion?: string;
  ElasticFileSystemExclusion?: string;
  GlobalAcceleratorExclusion?: string;
  ApiGatewayV2Exclusion?: string;
}
export interface CreateVpcResult {
  Vpc?: Vpc;
}
export interface CreateVpcBlockPublicAccessExclusionRequest {
  InternetGatewayExclusionMode: string;
  DryRun?: boolean;
  SubnetId?: string;
  VpcId?: string;
  TagSpecifications?: TagSpecification[];
}
export interface CreateVpcBlockPublicAccessExclusionResult {
  VpcBlockPublicAccessExclusion?: VpcBlockPublicAccessExclusion;
}
export interface VpcBlockPublicAccessExclusion {
  ExclusionId?: string;
  InternetGatewayExclusionMode?: string;
  ResourceArn?: string;
  State?: string;
  Reason?: string;
  CreationTimestamp?: Date;
  LastUpdateTimestamp?: Date;
  DeletionTimestamp?: Date;
  Tags?: Tag[];
}
export interface CreateVpcEndpointRequest {
  VpcId: string;
  DryRun?: boolean;
  VpcEndpointType?: string;
  ServiceName?: string;
  PolicyDocument?: string;
  RouteTableIds?: string[];
  SubnetIds?: string[];
  SecurityGroupIds?: string[];
  IpAddressType?: string;
  DnsOptions?: DnsOptionsSpecification;
  ClientToken?: string;
  PrivateDnsEnabled?: boolean;
  TagSpecifications?: TagSpecification[];
  SubnetConfigurations?: SubnetConfiguration[];
  ServiceNetworkArn?: string;
  ResourceConfigurationArn?: string;
  ServiceRegion?: string;
}
export interface DnsOptionsSpecification {
  DnsRecordIpType?: string;
  PrivateDnsOnlyForInboundResolverEndpoint?: boolean;
  PrivateDnsPreference?: string;
  PrivateDnsSpecifiedDomains?: string[];
}
export interface SubnetConfiguration {
  SubnetId?: string;
  Ipv4?: string;
  Ipv6?: string;
}
export interface CreateVpcEndpointResult {
  VpcEndpoint?: VpcEndpoint;
  ClientToken?: string;
}
export interface VpcEndpoint {
  VpcEndpointId?: string;
  VpcEndpointType?: string;
  VpcId?: string;
  ServiceName?: string;
  State?: string;
  PolicyDocument?: string;
  RouteTableIds?: string[];
  SubnetIds?: string[];
  Groups?: SecurityGroupIdentifier[];
  IpAddressType?: string;
  DnsOptions?: DnsOptions;
  PrivateDnsEnabled?: boolean;
  RequesterManaged?: boolean;
  NetworkInterfaceIds?: string[];
  DnsEntries?: DnsEntry[];
  CreationTimestamp?: Date;
  Tags?: Tag[];
  OwnerId?: string;
  LastError?: LastError;
  Ipv4Prefixes?: SubnetIpPrefixes[];
  Ipv6Prefixes?: SubnetIpPrefixes[];
  FailureReason?: string;
  ServiceNetworkArn?: string;
  ResourceConfigurationArn?: string;
  ServiceRegion?: string;
  PayerResponsibilities?: PayerResponsibilityEntry[];
}
export interface SecurityGroupIdentifier {
  GroupId?: string;
  GroupName?: string;
}
export interface DnsOptions {
  DnsRecordIpType?: string;
  PrivateDnsOnlyForInboundResolverEndpoint?: boolean;
  PrivateDnsPreference?: string;
  PrivateDnsSpecifiedDomains?: string[];
}
export interface DnsEntry {
  DnsName?: string;
  HostedZoneId?: string;
}
export interface LastError {
  Message?: string;
  Code?: string;
}
export interface SubnetIpPrefixes {
  SubnetId?: string;
  IpPrefixes?: string[];
}
export interface PayerResponsibilityEntry {
  Scope?: string;
  PayerResponsibilityType?: string;
}
export interface DeleteInternetGatewayRequest {
  InternetGatewayId: string;
  DryRun?: boolean;
}
export interface DeleteManagedPrefixListRequest {
  PrefixListId: string;
  DryRun?: boolean;
}
export interface DeleteManagedPrefixListResult {
  PrefixList?: ManagedPrefixList;
}
export interface DeleteNatGatewayRequest {
  NatGatewayId: string;
  DryRun?: boolean;
}
export interface DeleteNatGatewayResult {
  NatGatewayId?: string;
}
export interface DeleteRouteRequest {
  RouteTableId: string;
  DestinationPrefixListId?: string;
  DryRun?: boolean;
  DestinationCidrBlock?: string;
  DestinationIpv6CidrBlock?: string;
}
export interface DeleteRouteTableRequest {
  RouteTableId: string;
  DryRun?: boolean;
}
export interface DeleteSecurityGroupRequest {
  GroupId?: string;
  GroupName?: string;
  DryRun?: boolean;
}
export interface DeleteSecurityGroupResult {
  Return?: boolean;
  GroupId?: string;
}
export interface DeleteSubnetRequest {
  SubnetId: string;
  DryRun?: boolean;
}
export interface DeleteTagsRequest {
  Resources: string[];
  DryRun?: boolean;
  Tags?: Tag[];
}
export interface DeleteVpcRequest {
  VpcId: string;
  DryRun?: boolean;
}
export interface DeleteVpcBlockPublicAccessExclusionRequest {
  ExclusionId: string;
  DryRun?: boolean;
}
export interface DeleteVpcBlockPublicAccessExclusionResult {
  VpcBlockPublicAccessExclusion?: VpcBlockPublicAccessExclusion;
}
export interface DeleteVpcEndpointsRequest {
  VpcEndpointIds: string[];
  DryRun?: boolean;
}
export interface DeleteVpcEndpointsResult {
  Unsuccessful?: UnsuccessfulItem[];
}
export interface UnsuccessfulItem {
  Error?: UnsuccessfulItemError;
  ResourceId?: string;
}
export interface UnsuccessfulItemError {
  Code?: string;
  Message?: string;
}
export interface DescribeAccountAttributesRequest {
  DryRun?: boolean;
  AttributeNames?: string[];
}
export interface DescribeAccountAttributesResult {
  AccountAttributes?: AccountAttribute[];
}
export interface AccountAttribute {
  AttributeName?: string;
  AttributeValues?: AccountAttributeValue[];
}
export interface AccountAttributeValue {
  AttributeValue?: string;
}
export interface DescribeAddressesRequest {
  PublicIps?: string[];
  DryRun?: boolean;
  Filters?: Filter[];
  AllocationIds?: string[];
}
export interface Filter {
  Name?: string;
  Values?: string[];
}
export interface DescribeAddressesResult {
  Addresses?: Address[];
}
export interface Address {
  AllocationId?: string;
  AssociationId?: string;
  Domain?: string;
  NetworkInterfaceId?: string;
  NetworkInterfaceOwnerId?: string;
  PrivateIpAddress?: string;
  Tags?: Tag[];
  PublicIpv4Pool?: string;
  NetworkBorderGroup?: string;
  CustomerOwnedIp?: string;
  CustomerOwnedIpv4Pool?: string;
  CarrierIp?: string;
  SubnetId?: string;
  ServiceManaged?: string;
  InstanceId?: string;
  PublicIp?: string;
}
export interface DescribeAvailabilityZonesRequest {
  ZoneNames?: string[];
  ZoneIds?: string[];
  AllAvailabilityZones?: boolean;
  DryRun?: boolean;
  Filters?: Filter[];
}
export interface DescribeAvailabilityZonesResult {
  AvailabilityZones?: AvailabilityZone[];
}
export interface AvailabilityZone {
  OptInStatus?: string;
  Messages?: AvailabilityZoneMessage[];
  RegionName?: string;
  ZoneName?: string;
  ZoneId?: string;
  GroupName?: string;
  NetworkBorderGroup?: string;
  ZoneType?: string;
  ParentZoneName?: string;
  ParentZoneId?: string;
  GroupLongName?: string;
  Geography?: AvailabilityZoneGeography[];
  SubGeography?: AvailabilityZoneSubGeography[];
  State?: string;
}
export interface AvailabilityZoneMessage {
  Message?: string;
}
export interface AvailabilityZoneGeography {
  Name?: string;
}
export interface AvailabilityZoneSubGeography {
  Name?: string;
}
export interface DescribeInternetGatewaysRequest {
  NextToken?: string;
  MaxResults?: number;
  DryRun?: boolean;
  InternetGatewayIds?: string[];
  Filters?: Filter[];
}
export interface DescribeInternetGatewaysResult {
  InternetGateways?: InternetGateway[];
  NextToken?: string;
}
export interface DescribeManagedPrefixListsRequest {
  DryRun?: boolean;
  Filters?: Filter[];
  MaxResults?: number;
  NextToken?: string;
  PrefixListIds?: string[];
}
export interface DescribeManagedPrefixListsResult {
  NextToken?: string;
  PrefixLists?: ManagedPrefixList[];
}
export interface DescribeNatGatewaysRequest {
  DryRun?: boolean;
  Filter?: Filter[];
  MaxResults?: number;
  NatGatewayIds?: string[];
  NextToken?: string;
}
export interface DescribeNatGatewaysResult {
  NatGateways?: NatGateway[];
  NextToken?: string;
}
export interface DescribeNetworkAclsRequest {
  NextToken?: string;
  MaxResults?: number;
  DryRun?: boolean;
  NetworkAclIds?: string[];
  Filters?: Filter[];
}
export interface DescribeNetworkAclsResult {
  NetworkAcls?: NetworkAcl[];
  NextToken?: string;
}
export interface NetworkAcl {
  Associations?: NetworkAclAssociation[];
  Entries?: NetworkAclEntry[];
  IsDefault?: boolean;
  NetworkAclId?: string;
  Tags?: Tag[];
  VpcId?: string;
  OwnerId?: string;
}
export interface NetworkAclAssociation {
  NetworkAclAssociationId?: string;
  NetworkAclId?: string;
  SubnetId?: string;
}
export interface NetworkAclEntry {
  CidrBlock?: string;
  Egress?: boolean;
  IcmpTypeCode?: IcmpTypeCode;
  Ipv6CidrBlock?: string;
  PortRange?: PortRange;
  Protocol?: string;
  RuleAction?: string;
  RuleNumber?: number;
}
export interface IcmpTypeCode {
  Code?: number;
  Type?: number;
}
export interface PortRange {
  From?: number;
  To?: number;
}
export interface DescribeNetworkInterfacesRequest {
  NextToken?: string;
  MaxResults?: number;
  IncludeManagedResources?: boolean;
  DryRun?: boolean;
  NetworkInterfaceIds?: string[];
  Filters?: Filter[];
}
export interface DescribeNetworkInterfacesResult {
  NetworkInterfaces?: NetworkInterface[];
  NextToken?: string;
}
export interface NetworkInterface {
  Association?: NetworkInterfaceAssociation;
  Attachment?: NetworkInterfaceAttachment;
  AvailabilityZone?: string;
  ConnectionTrackingConfiguration?: ConnectionTrackingConfiguration;
  Description?: string;
  Groups?: GroupIdentifier[];
  InterfaceType?: string;
  Ipv6Addresses?: NetworkInterfaceIpv6Address[];
  MacAddress?: string;
  NetworkInterfaceId?: string;
  OutpostArn?: string;
  OwnerId?: string;
  PrivateDnsName?: string;
  PublicDnsName?: string;
  PublicIpDnsNameOptions?: PublicIpDnsNameOptions;
  PrivateIpAddress?: string;
  PrivateIpAddresses?: NetworkInterfacePrivateIpAddress[];
  Ipv4Prefixes?: Ipv4PrefixSpecification[];
  Ipv6Prefixes?: Ipv6PrefixSpecification[];
  RequesterId?: string;
  RequesterManaged?: boolean;
  SourceDestCheck?: boolean;
  Status?: string;
  SubnetId?: string;
  TagSet?: Tag[];
  VpcId?: string;
  DenyAllIgwTraffic?: boolean;
  Ipv6Native?: boolean;
  Ipv6Address?: string;
  Operator?: OperatorResponse;
  AssociatedSubnets?: string[];
  AvailabilityZoneId?: string;
}
export interface NetworkInterfaceAssociation {
  AllocationId?: string;
  AssociationId?: string;
  IpOwnerId?: string;
  PublicDnsName?: string;
  PublicIp?: string;
  CustomerOwnedIp?: string;
  CarrierIp?: string;
}
export interface NetworkInterfaceAttachment {
  AttachTime?: Date;
  AttachmentId?: string;
  DeleteOnTermination?: boolean;
  DeviceIndex?: number;
  NetworkCardIndex?: number;
  InstanceId?: string;
  InstanceOwnerId?: string;
  Status?: string;
  EnaSrdSpecification?: AttachmentEnaSrdSpecification;
  EnaQueueCount?: number;
}
export interface AttachmentEnaSrdSpecification {
  EnaSrdEnabled?: boolean;
  EnaSrdUdpSpecification?: AttachmentEnaSrdUdpSpecification;
}
export interface AttachmentEnaSrdUdpSpecification {
  EnaSrdUdpEnabled?: boolean;
}
export interface ConnectionTrackingConfiguration {
  TcpEstablishedTimeout?: number;
  UdpStreamTimeout?: number;
  UdpTimeout?: number;
}
export interface GroupIdentifier {
  GroupId?: string;
  GroupName?: string;
}
export interface NetworkInterfaceIpv6Address {
  Ipv6Address?: string;
  PublicIpv6DnsName?: string;
  IsPrimaryIpv6?: boolean;
}
export interface PublicIpDnsNameOptions {
  DnsHostnameType?: string;
  PublicIpv4DnsName?: string;
  PublicIpv6DnsName?: string;
  PublicDualStackDnsName?: string;
}
export interface NetworkInterfacePrivateIpAddress {
  Association?: NetworkInterfaceAssociation;
  Primary?: boolean;
  PrivateDnsName?: string;
  PrivateIpAddress?: string;
}
export interface Ipv4PrefixSpecification {
  Ipv4Prefix?: string;
}
export interface Ipv6PrefixSpecification {
  Ipv6Prefix?: string;
}
export interface OperatorResponse {
  Managed?: boolean;
  Principal?: string;
  HiddenByDefault?: boolean;
}
export interface DescribeRegionsRequest {
  RegionNames?: string[];
  AllRegions?: boolean;
  DryRun?: boolean;
  Filters?: Filter[];
}
export interface DescribeRegionsResult {
  Regions?: Region[];
}
export interface Region {
  OptInStatus?: string;
  Geography?: RegionGeography[];
  RegionName?: string;
  Endpoint?: string;
}
export interface RegionGeography {
  Name?: string;
}
export interface DescribeRouteTablesRequest {
  NextToken?: string;
  MaxResults?: number;
  DryRun?: boolean;
  RouteTableIds?: string[];
  Filters?: Filter[];
}
export interface DescribeRouteTablesResult {
  RouteTables?: RouteTable[];
  NextToken?: string;
}
export interface DescribeSecurityGroupRulesRequest {
  Filters?: Filter[];
  SecurityGroupRuleIds?: string[];
  DryRun?: boolean;
  NextToken?: string;
  MaxResults?: number;
}
export interface DescribeSecurityGroupRulesResult {
  SecurityGroupRules?: SecurityGroupRule[];
  NextToken?: string;
}
export interface DescribeSecurityGroupsRequest {
  GroupIds?: string[];
  GroupNames?: string[];
  NextToken?: string;
  MaxResults?: number;
  DryRun?: boolean;
  Filters?: Filter[];
}
export interface DescribeSecurityGroupsResult {
  NextToken?: string;
  SecurityGroups?: SecurityGroup[];
}
export interface SecurityGroup {
  GroupId?: string;
  IpPermissionsEgress?: IpPermission[];
  Tags?: Tag[];
  VpcId?: string;
  SecurityGroupArn?: string;
  OwnerId?: string;
  GroupName?: string;
  Description?: string;
  IpPermissions?: IpPermission[];
}
export interface DescribeSubnetsRequest {
  Filters?: Filter[];
  SubnetIds?: string[];
  NextToken?: string;
  MaxResults?: number;
  DryRun?: boolean;
}
export interface DescribeSubnetsResult {
  NextToken?: string;
  Subnets?: Subnet[];
}
export interface DescribeTagsRequest {
  DryRun?: boolean;
  Filters?: Filter[];
  MaxResults?: number;
  NextToken?: string;
}
export interface DescribeTagsResult {
  NextToken?: string;
  Tags?: TagDescription[];
}
export interface TagDescription {
  Key?: string;
  ResourceId?: string;
  ResourceType?: string;
  Value?: string;
}
export interface DescribeVpcAttributeRequest {
  Attribute: string;
  VpcId: string;
  DryRun?: boolean;
}
export interface DescribeVpcAttributeResult {
  EnableDnsHostnames?: AttributeBooleanValue;
  EnableDnsSupport?: AttributeBooleanValue;
  EnableNetworkAddressUsageMetrics?: AttributeBooleanValue;
  VpcId?: string;
}
export interface AttributeBooleanValue {
  Value?: boolean;
}
export interface DescribeVpcBlockPublicAccessExclusionsRequest {
  DryRun?: boolean;
  Filters?: Filter[];
  ExclusionIds?: string[];
  NextToken?: string;
  MaxResults?: number;
}
export interface DescribeVpcBlockPublicAccessExclusionsResult {
  VpcBlockPublicAccessExclusions?: VpcBlockPublicAccessExclusion[];
  NextToken?: string;
}
export interface DescribeVpcBlockPublicAccessOptionsRequest {
  DryRun?: boolean;
}
export interface DescribeVpcBlockPublicAccessOptionsResult {
  VpcBlockPublicAccessOptions?: VpcBlockPublicAccessOptions;
}
export interface VpcBlockPublicAccessOptions {
  AwsAccountId?: string;
  AwsRegion?: string;
  State?: string;
  InternetGatewayBlockMode?: string;
  Reason?: string;
  LastUpdateTimestamp?: Date;
  ManagedBy?: string;
  ExclusionsAllowed?: string;
}
export interface DescribeVpcEndpointsRequest {
  DryRun?: boolean;
  VpcEndpointIds?: string[];
  Filters?: Filter[];
  MaxResults?: number;
  NextToken?: string;
}
export interface DescribeVpcEndpointsResult {
  VpcEndpoints?: VpcEndpoint[];
  NextToken?: string;
}
export interface DescribeVpcsRequest {
  Filters?: Filter[];
  VpcIds?: string[];
  NextToken?: string;
  MaxResults?: number;
  DryRun?: boolean;
}
export interface DescribeVpcsResult {
  NextToken?: string;
  Vpcs?: Vpc[];
}
export interface DetachInternetGatewayRequest {
  InternetGatewayId: string;
  VpcId: string;
  DryRun?: boolean;
}
export interface DisassociateRouteTableRequest {
  AssociationId: string;
  DryRun?: boolean;
}
export interface GetManagedPrefixListEntriesRequest {
  PrefixListId: string;
  DryRun?: boolean;
  TargetVersion?: number;
  MaxResults?: number;
  NextToken?: string;
}
export interface GetManagedPrefixListEntriesResult {
  Entries?: PrefixListEntry[];
  NextToken?: string;
}
export interface PrefixListEntry {
  Cidr?: string;
  Description?: string;
}
export interface ModifySubnetAttributeRequest {
  SubnetId: string;
  AssignIpv6AddressOnCreation?: AttributeBooleanValue;
  MapPublicIpOnLaunch?: AttributeBooleanValue;
  MapCustomerOwnedIpOnLaunch?: AttributeBooleanValue;
  CustomerOwnedIpv4Pool?: string;
  EnableDns64?: AttributeBooleanValue;
  PrivateDnsHostnameTypeOnLaunch?: string;
  EnableResourceNameDnsARecordOnLaunch?: AttributeBooleanValue;
  EnableResourceNameDnsAAAARecordOnLaunch?: AttributeBooleanValue;
  EnableLniAtDeviceIndex?: number;
  DisableLniAtDeviceIndex?: AttributeBooleanValue;
}
export interface ModifyVpcAttributeRequest {
  VpcId: string;
  EnableDnsHostnames?: AttributeBooleanValue;
  EnableDnsSupport?: AttributeBooleanValue;
  EnableNetworkAddressUsageMetrics?: AttributeBooleanValue;
}
export interface ModifyVpcBlockPublicAccessOptionsRequest {
  InternetGatewayBlockMode: string;
  DryRun?: boolean;
}
export interface ModifyVpcBlockPublicAccessOptionsResult {
  VpcBlockPublicAccessOptions?: VpcBlockPublicAccessOptions;
}
export interface ReleaseAddressRequest {
  AllocationId?: string;
  PublicIp?: string;
  NetworkBorderGroup?: string;
  DryRun?: boolean;
}
export interface RevokeSecurityGroupEgressRequest {
  GroupId: string;
  SecurityGroupRuleIds?: string[];
  DryRun?: boolean;
  SourceSecurityGroupName?: string;
  SourceSecurityGroupOwnerId?: string;
  IpProtocol?: string;
  FromPort?: number;
  ToPort?: number;
  CidrIp?: string;
  IpPermissions?: IpPermission[];
}
export interface RevokeSecurityGroupEgressResult {
  Return?: boolean;
  UnknownIpPermissions?: IpPermission[];
  RevokedSecurityGroupRules?: RevokedSecurityGroupRule[];
}
export interface RevokedSecurityGroupRule {
  SecurityGroupRuleId?: string;
  GroupId?: string;
  IsEgress?: boolean;
  IpProtocol?: string;
  FromPort?: number;
  ToPort?: number;
  CidrIpv4?: string;
  CidrIpv6?: string;
  PrefixListId?: string;
  ReferencedGroupId?: string;
  Description?: string;
}
export interface RevokeSecurityGroupIngressRequest {
  CidrIp?: string;
  FromPort?: number;
  GroupId?: string;
  GroupName?: string;
  IpPermissions?: IpPermission[];
  IpProtocol?: string;
  SourceSecurityGroupName?: string;
  SourceSecurityGroupOwnerId?: string;
  ToPort?: number;
  SecurityGroupRuleIds?: string[];
  DryRun?: boolean;
}
export interface RevokeSecurityGroupIngressResult {
  Return?: boolean;
  UnknownIpPermissions?: IpPermission[];
  RevokedSecurityGroupRules?: RevokedSecurityGroupRule[];
}
export interface Ec2Operations {
  AllocateAddress: { input: AllocateAddressRequest; output: AllocateAddressResult };
  AssociateRouteTable: { input: AssociateRouteTableRequest; output: AssociateRouteTableResult };
  AttachInternetGateway: { input: AttachInternetGatewayRequest; output: Record<string, never> };
  AuthorizeSecurityGroupEgress: { input: AuthorizeSecurityGroupEgressRequest; output: AuthorizeSecurityGroupEgressResult };
  AuthorizeSecurityGroupIngress: { input: AuthorizeSecurityGroupIngressRequest; output: AuthorizeSecurityGroupIngressResult };
  CreateDefaultVpc: { input: CreateDefaultVpcRequest; output: CreateDefaultVpcResult };
  CreateInternetGateway: { input: CreateInternetGatewayRequest; output: CreateInternetGatewayResult };
  CreateManagedPrefixList: { input: CreateManagedPrefixListRequest; output: CreateManagedPrefixListResult };
  CreateNatGateway: { input: CreateNatGatewayRequest; output: CreateNatGatewayResult };
  CreateRoute: { input: CreateRouteRequest; output: CreateRouteResult };
  CreateRouteTable: { input: CreateRouteTableRequest; output: CreateRouteTableResult };
  CreateSecurityGroup: { input: CreateSecurityGroupRequest; output: CreateSecurityGroupResult };
  CreateSubnet: { input: CreateSubnetRequest; output: CreateSubnetResult };
  CreateTags: { input: CreateTagsRequest; output: Record<string, never> };
  CreateVpc: { input: CreateVpcRequest; output: CreateVpcResult };
  CreateVpcBlockPublicAccessExclusion: { input: CreateVpcBlockPublicAccessExclusionRequest; output: CreateVpcBlockPublicAccessExclusionResult };
  CreateVpcEndpoint: { input: CreateVpcEndpointRequest; output: CreateVpcEndpointResult };
  DeleteInternetGateway: { input: DeleteInternetGatewayRequest; output: Record<string, never> };
  DeleteManagedPrefixList: { input: DeleteManagedPrefixListRequest; output: DeleteManagedPrefixListResult };
  DeleteNatGateway: { input: DeleteNatGatewayRequest; output: DeleteNatGatewayResult };
  DeleteRoute: { input: DeleteRouteRequest; output: Record<string, never> };
  DeleteRouteTable: { input: DeleteRouteTableRequest; output: Record<string, never> };
  DeleteSecurityGroup: { input: DeleteSecurityGroupRequest; output: DeleteSecurityGroupResult };
  DeleteSubnet: { input: DeleteSubnetRequest; output: Record<string, never> };
  DeleteTags: { input: DeleteTagsRequest; output: Record<string, never> };
  DeleteVpc: { input: DeleteVpcRequest; output: Record<string, never> };
  DeleteVpcBlockPublicAccessExclusion: { input: DeleteVpcBlockPublicAccessExclusionRequest; output: DeleteVpcBlockPublicAccessExclusionResult };
  DeleteVpcEndpoints: { input: DeleteVpcEndpointsRequest; output: DeleteVpcEndpointsResult };
  DescribeAccountAttributes: { input: DescribeAccountAttributesRequest; output: DescribeAccountAttributesResult };
  DescribeAddresses: { input: DescribeAddressesRequest; output: DescribeAddressesResult };
  DescribeAvailabilityZones: { input: DescribeAvailabilityZonesRequest; output: DescribeAvailabilityZonesResult };
  DescribeInternetGateways: { input: DescribeInternetGatewaysRequest; output: DescribeInternetGatewaysResult };
  DescribeManagedPrefixLists: { input: DescribeManagedPrefixListsRequest; output: DescribeManagedPrefixListsResult };
  DescribeNatGateways: { input: DescribeNatGatewaysRequest; output: DescribeNatGatewaysResult };
  DescribeNetworkAcls: { input: DescribeNetworkAclsRequest; output: DescribeNetworkAclsResult };
  DescribeNetworkInterfaces: { input: DescribeNetworkInterfacesRequest; output: DescribeNetworkInterfacesResult };
  DescribeRegions: { input: DescribeRegionsRequest; output: DescribeRegionsResult };
  DescribeRouteTables: { input: DescribeRouteTablesRequest; output: DescribeRouteTablesResult };
  DescribeSecurityGroupRules: { input: DescribeSecurityGroupRulesRequest; output: DescribeSecurityGroupRulesResult };
  DescribeSecurityGroups: { input: DescribeSecurityGroupsRequest; output: DescribeSecurityGroupsResult };
  DescribeSubnets: { input: DescribeSubnetsRequest; output: DescribeSubnetsResult };
  DescribeTags: { input: DescribeTagsRequest; output: DescribeTagsResult };
  DescribeVpcAttribute: { input: DescribeVpcAttributeRequest; output: DescribeVpcAttributeResult };
  DescribeVpcBlockPublicAccessExclusions: { input: DescribeVpcBlockPublicAccessExclusionsRequest; output: DescribeVpcBlockPublicAccessExclusionsResult };
  DescribeVpcBlockPublicAccessOptions: { input: DescribeVpcBlockPublicAccessOptionsRequest; output: DescribeVpcBlockPublicAccessOptionsResult };
  DescribeVpcEndpoints: { input: DescribeVpcEndpointsRequest; output: DescribeVpcEndpointsResult };
  DescribeVpcs: { input: DescribeVpcsRequest; output: DescribeVpcsResult };
  DetachInternetGateway: { input: DetachInternetGatewayRequest; output: Record<string, never> };
  DisassociateRouteTable: { input: DisassociateRouteTableRequest; output: Record<string, never> };
  GetManagedPrefixListEntries: { input: GetManagedPrefixListEntriesRequest; output: GetManagedPrefixListEntriesResult };
  ModifySubnetAttribute: { input: ModifySubnetAttributeRequest; output: Record<string, never> };
  ModifyVpcAttribute: { input: ModifyVpcAttributeRequest; output: Record<string, never> };
  ModifyVpcBlockPublicAccessOptions: { input: ModifyVpcBlockPublicAccessOptionsRequest; output: ModifyVpcBlockPublicAccessOptionsResult };
  ReleaseAddress: { input: ReleaseAddressRequest; output: Record<string, never> };
  RevokeSecurityGroupEgress: { input: RevokeSecurityGroupEgressRequest; output: RevokeSecurityGroupEgressResult };
  RevokeSecurityGroupIngress: { input: RevokeSecurityGroupIngressRequest; output: RevokeSecurityGroupIngressResult };
}
