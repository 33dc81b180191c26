/** What is remembered of hosted zones. */
import type { HostedZone, ResourceRecordSet } from "../model/route53.types";

export interface ZoneRecord {
  readonly zone: HostedZone;
  readonly nameServers: readonly string[];
  readonly vpcs: readonly { readonly VPCRegion?: string; readonly VPCId?: string }[];
  /** By name and type. */
  readonly sets: Map<string, ResourceRecordSet>;
}

export interface Route53State {
  readonly zones: Map<string, ZoneRecord>;
  readonly changes: Map<string, { readonly submittedAt: Date; readonly comment: string | undefined }>;
}
