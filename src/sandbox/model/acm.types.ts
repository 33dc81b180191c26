/* generated: node scripts/models/sandboxModels.mjs */

export interface AddTagsToCertificateRequest {
  CertificateArn: string;
  Tags: Tag[];
}
export interface Tag {
  Key: string;
  Value?: string;
}
export interface DeleteCertificateRequest {
  CertificateArn: string;
}
export interface DescribeCertificateRequest {
  CertificateArn: string;
}
export interface DescribeCertificateResponse {
  Certificate?: CertificateDetail;
}
export interface CertificateDetail {
  CertificateArn?: string;
  DomainName?: string;
  SubjectAlternativeNames?: string[];
  ManagedBy?: string;
  DomainValidationOptions?: DomainValidation[];
  Serial?: string;
  Subject?: string;
  Issuer?: string;
  CreatedAt?: Date;
  IssuedAt?: Date;
  ImportedAt?: Date;
  Status?: string;
  RevokedAt?: Date;
  RevocationReason?: string;
  NotBefore?: Date;
  NotAfter?: Date;
  KeyAlgorithm?: string;
  SignatureAlgorithm?: string;
  InUseBy?: string[];
  FailureReason?: string;
  Type?: string;
  RenewalSummary?: RenewalSummary;
  KeyUsages?: KeyUsage[];
  ExtendedKeyUsages?: ExtendedKeyUsage[];
  CertificateAuthorityArn?: string;
  RenewalEligibility?: string;
  Options?: CertificateOptions;
  UpdateSummary?: UpdateSummary;
  CertificateKeyPairOrigin?: string;
  AcmeEndpointArn?: string;
  AcmeAccountId?: string;
}
export interface DomainValidation {
  DomainName: string;
  ValidationEmails?: string[];
  ValidationDomain?: string;
  ValidationStatus?: string;
  ResourceRecord?: ResourceRecord;
  HttpRedirect?: HttpRedirect;
  ValidationMethod?: string;
}
export interface ResourceRecord {
  Name: string;
  Type: string;
  Value: string;
}
export interface HttpRedirect {
  RedirectFrom?: string;
  RedirectTo?: string;
}
export interface RenewalSummary {
  RenewalStatus: string;
  DomainValidationOptions: DomainValidation[];
  UpdatedAt: Date;
  RenewalStatusReason?: string;
}
export interface KeyUsage {
  Name?: string;
}
export interface ExtendedKeyUsage {
  Name?: string;
  OID?: string;
}
export interface CertificateOptions {
  CertificateTransparencyLoggingPreference?: string;
  Export?: string;
  ValidationMethod?: string;
}
export interface UpdateSummary {
  Status?: string;
  Type?: string;
  DomainValidationMethodUpdateSummary?: DomainValidationMethodUpdateSummary;
  RequestedAt?: Date;
  UpdatedAt?: Date;
}
export interface DomainValidationMethodUpdateSummary {
  From?: string;
  To?: string;
}
export interface GetCertificateRequest {
  CertificateArn: string;
}
export interface GetCertificateResponse {
  Certificate?: string;
  CertificateChain?: string;
}
export interface ImportCertificateRequest {
  Certificate: Uint8Array;
  PrivateKey: Uint8Array;
  CertificateArn?: string;
  CertificateChain?: Uint8Array;
  Tags?: Tag[];
}
export interface ImportCertificateResponse {
  CertificateArn?: string;
}
export interface ListCertificatesRequest {
  CertificateStatuses?: string[];
  CertificateKeyPairOrigins?: string[];
  Includes?: Filters;
  NextToken?: string;
  MaxItems?: number;
  SortBy?: string;
  SortOrder?: string;
}
export interface Filters {
  extendedKeyUsage?: string[];
  keyUsage?: string[];
  keyTypes?: string[];
  exportOption?: string;
  managedBy?: string;
}
export interface ListCertificatesResponse {
  NextToken?: string;
  CertificateSummaryList?: CertificateSummary[];
}
export interface CertificateSummary {
  CertificateArn?: string;
  DomainName?: string;
  SubjectAlternativeNameSummaries?: string[];
  HasAdditionalSubjectAlternativeNames?: boolean;
  Status?: string;
  Type?: string;
  KeyAlgorithm?: string;
  KeyUsages?: string[];
  ExtendedKeyUsages?: string[];
  ExportOption?: string;
  InUse?: boolean;
  Exported?: boolean;
  RenewalEligibility?: string;
  NotBefore?: Date;
  NotAfter?: Date;
  CreatedAt?: Date;
  IssuedAt?: Date;
  ImportedAt?: Date;
  RevokedAt?: Date;
  ManagedBy?: string;
  CertificateKeyPairOrigin?: string;
}
export interface ListTagsForCertificateRequest {
  CertificateArn: string;
}
export interface ListTagsForCertificateResponse {
  Tags?: Tag[];
}
export interface RemoveTagsFromCertificateRequest {
  CertificateArn: string;
  Tags: Tag[];
}
export interface RequestCertificateRequest {
  DomainName: string;
  ValidationMethod?: string;
  SubjectAlternativeNames?: string[];
  IdempotencyToken?: string;
  DomainValidationOptions?: DomainValidationOption[];
  Options?: CertificateOptions;
  CertificateAuthorityArn?: string;
  Tags?: Tag[];
  KeyAlgorithm?: string;
  ManagedBy?: string;
}
export interface DomainValidationOption {
  DomainName: string;
  ValidationDomain: string;
}
export interface RequestCertificateResponse {
  CertificateArn?: string;
}
export interface AcmOperations {
  AddTagsToCertificate: { input: AddTagsToCertificateRequest; output: Record<string, never> };
  DeleteCertificate: { input: DeleteCertificateRequest; output: Record<string, never> };
  DescribeCertificate: { input: DescribeCertificateRequest; output: DescribeCertificateResponse };
  GetCertificate: { input: GetCertificateRequest; output: GetCertificateResponse };
  ImportCertificate: { input: ImportCertificateRequest; output: ImportCertificateResponse };
  ListCertificates: { input: ListCertificatesRequest; output: ListCertificatesResponse };
  ListTagsForCertificate: { input: ListTagsForCertificateRequest; output: ListTagsForCertificateResponse };
  RemoveTagsFromCertificate: { input: RemoveTagsFromCertificateRequest; output: Record<string, never> };
  RequestCertificate: { input: RequestCertificateRequest; output: RequestCertificateResponse };
}
