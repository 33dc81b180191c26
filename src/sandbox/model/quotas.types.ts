/* generated: node scripts/models/sandboxModels.mjs */

export interface GetAWSDefaultServiceQuotaRequest {
  ServiceCode: string;
  QuotaCode: string;
}
export interface GetAWSDefaultServiceQuotaResponse {
  Quota?: ServiceQuota;
}
export interface ServiceQuota {
  ServiceCode?: string;
  ServiceName?: string;
  QuotaArn?: string;
  QuotaCode?: string;
  QuotaName?: string;
  Value?: number;
  Unit?: string;
  Adjustable?: boolean;
  GlobalQuota?: boolean;
  UsageMetric?: MetricInfo;
  Period?: QuotaPeriod;
  ErrorReason?: ErrorReason;
  QuotaAppliedAtLevel?: string;
  QuotaContext?: QuotaContextInfo;
  Description?: string;
}
export interface MetricInfo {
  MetricNamespace?: string;
  MetricName?: string;
  MetricDimensions?: Record<string, string>;
  MetricStatisticRecommendation?: string;
}
export interface QuotaPeriod {
  PeriodValue?: number;
  PeriodUnit?: string;
}
export interface ErrorReason {
  ErrorCode?: string;
  ErrorMessage?: string;
}
export interface QuotaContextInfo {
  ContextScope?: string;
  ContextScopeType?: string;
  ContextId?: string;
  AdjustableAtLevel?: string;
}
export interface GetServiceQuotaRequest {
  ServiceCode: string;
  QuotaCode: string;
  ContextId?: string;
}
export interface GetServiceQuotaResponse {
  Quota?: ServiceQuota;
}
export interface ListAWSDefaultServiceQuotasRequest {
  ServiceCode: string;
  NextToken?: string;
  MaxResults?: number;
}
export interface ListAWSDefaultServiceQuotasResponse {
  NextToken?: string;
  Quotas?: ServiceQuota[];
}
export interface ListServiceQuotasRequest {
  ServiceCode: string;
  NextToken?: string;
  MaxResults?: number;
  QuotaCode?: string;
  QuotaAppliedAtLevel?: string;
}
export interface ListServiceQuotasResponse {
  NextToken?: string;
  Quotas?: ServiceQuota[];
}
export interface QuotasOperations {
  GetAWSDefaultServiceQuota: { input: GetAWSDefaultServiceQuotaRequest; output: GetAWSDefaultServiceQuotaResponse };
  GetServiceQuota: { input: GetServiceQuotaRequest; output: GetServiceQuotaResponse };
  ListAWSDefaultServiceQuotas: { input: ListAWSDefaultServiceQuotasRequest; output: ListAWSDefaultServiceQuotasResponse };
  ListServiceQuotas: { input: ListServiceQuotasRequest; output: ListServiceQuotasResponse };
}
