/* generated: node scripts/models/sandboxModels.mjs */

export interface GetProductsRequest {
  ServiceCode: string;
  Filters?: Filter[];
  FormatVersion?: string;
  NextToken?: string;
  MaxResults?: number;
}
export interface Filter {
  Type: string;
  Field: string;
  Value: string;
}
export interface GetProductsResponse {
  FormatVersion?: string;
  PriceList?: string[];
  NextToken?: string;
}
export interface PricingOperations {
  GetProducts: { input: GetProductsRequest; output: GetProductsResponse };
}
