/* generated: node scripts/models/sandboxModels.mjs */

export interface ChangeResourceRecordSetsRequest {
  HostedZoneId: string;
  ChangeBatch: ChangeBatch;
}
export interface ChangeBatch {
  Changes: Change[];
  Comment?: string;
}
export interface Change {
  Action: string;
  ResourceRecordSet: ResourceRecordSet;
}
export interface ResourceRecordSet {
  Name: string;
  Type: string;
  SetIdentifier?: string;
  Weight?: number;
  Region?: string;
  GeoLocation?: GeoLocation;
  Failover?: string;
  MultiValueAnswer?: boolean;
  TTL?: number;
  ResourceRecords?: ResourceRecord[];
  AliasTarget?: AliasTarget;
  HealthCheckId?: string;
  TrafficPolicyInstanceId?: string;
  CidrRoutingConfig?: CidrRoutingConfig;
  GeoProximityLocation?: GeoProximityLocation;
}
export interface GeoLocation {
  ContinentCode?: string;
  CountryCode?: string;
  SubdivisionCode?: string;
}
export interface ResourceRecord {
  Value: string;
}
export interface AliasTarget {
  HostedZoneId: string;
  DNSName: string;
  EvaluateTargetHealth: boolean;
}
export interface CidrRoutingConfig {
  CollectionId: string;
  LocationName: string;
}
export interface GeoProximityLocation {
  AWSRegion?: string;
  LocalZoneGroup?: string;
  Coordinates?: Coordinates;
  Bias?: number;
}
export interface Coordinates {
  Latitude: string;
  Longitude: string;
}
export interface ChangeResourceRecordSetsResponse {
  ChangeInfo: ChangeInfo;
}
export interface ChangeInfo {
  Id: string;
  Status: string;
  SubmittedAt: Date;
  Comment?: string;
}
export interface CreateHostedZoneRequest {
  Name: string;
  CallerReference: string;
  VPC?: VPC;
  HostedZoneConfig?: HostedZoneConfig;
  DelegationSetId?: string;
}
export interface VPC {
  VPCRegion?: string;
  VPCId?: string;
}
export interface HostedZoneConfig {
  Comment?: string;
  PrivateZone?: boolean;
}
export interface CreateHostedZoneResponse {
  HostedZone: HostedZone;
  ChangeInfo: ChangeInfo;
  DelegationSet: DelegationSet;
  Location: string;
  VPC?: VPC;
}
export interface HostedZone {
  Id: string;
  Name: string;
  CallerReference: string;
  Config?: HostedZoneConfig;
  ResourceRecordSetCount?: number;
  LinkedService?: LinkedService;
  Features?: HostedZoneFeatures;
}
export interface LinkedService {
  ServicePrincipal?: string;
  Description?: string;
}
export interface HostedZoneFeatures {
  AcceleratedRecoveryStatus?: string;
  FailureReasons?: HostedZoneFailureReasons;
}
export interface HostedZoneFailureReasons {
  AcceleratedRecovery?: string;
}
export interface DelegationSet {
  NameServers: string[];
  Id?: string;
  CallerReference?: string;
}
export interface DeleteHostedZoneRequest {
  Id: string;
}
export interface DeleteHostedZoneResponse {
  ChangeInfo: ChangeInfo;
}
export interface GetChangeRequest {
  Id: string;
}
export interface GetChangeResponse {
  ChangeInfo: ChangeInfo;
}
export interface GetHostedZoneRequest {
  Id: string;
}
export interface GetHostedZoneResponse {
  HostedZone: HostedZone;
  DelegationSet?: DelegationSet;
  VPCs?: VPC[];
}
export interface ListHostedZonesRequest {
  Marker?: string;
  MaxItems?: number;
  DelegationSetId?: string;
  HostedZoneType?: string;
}
export interface ListHostedZonesResponse {
  HostedZones: HostedZone[];
  Marker: string;
  IsTruncated: boolean;
  MaxItems: number;
  NextMarker?: string;
}
export interface ListHostedZonesByNameRequest {
  DNSName?: string;
  HostedZoneId?: string;
  MaxItems?: number;
}
export interface ListHostedZonesByNameResponse {
  HostedZones: HostedZone[];
  IsTruncated: boolean;
  MaxItems: number;
  DNSName?: string;
  HostedZoneId?: string;
  NextDNSName?: string;
  NextHostedZoneId?: string;
}
export interface ListResourceRecordSetsRequest {
  HostedZoneId: string;
  StartRecordName?: string;
  StartRecordType?: string;
  StartRecordIdentifier?: string;
  MaxItems?: number;
}
export interface ListResourceRecordSetsResponse {
  ResourceRecordSets: ResourceRecordSet[];
  IsTruncated: boolean;
  MaxItems: number;
  NextRecordName?: string;
  NextRecordType?: string;
  NextRecordIdentifier?: string;
}
export interface Route53Operations {
  ChangeResourceRecordSets: { input: ChangeResourceRecordSetsRequest; output: ChangeResourceRecordSetsResponse };
  CreateHostedZone: { input: CreateHostedZoneRequest; output: CreateHostedZoneResponse };
  DeleteHostedZone: { input: DeleteHostedZoneRequest; output: DeleteHostedZoneResponse };
  GetChange: { input: GetChangeRequest; output: GetChangeResponse };
  GetHostedZone: { input: GetHostedZoneRequest; output: GetHostedZoneResponse };
  ListHostedZones: { input: ListHostedZonesRequest; output: ListHostedZonesResponse };
  ListHostedZonesByName: { input: ListHostedZonesByNameRequest; output: ListHostedZonesByNameResponse };
  ListResourceRecordSets: { input: ListResourceRecordSetsRequest; output: ListResourceRecordSetsResponse };
}
