/**
 * AWS's price list, as far as a deployment's cost asks for it: GetProducts by TERM_MATCH.
 * Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html; prices of
 * the
 * public list of August and September 2026.
 */
import { createHash } from "node:crypto";
import type { Filter, PricingOperations } from "./model/pricing.types";
import type { Table } from "./registry";
import { page } from "./util";
import { ApiError } from "./wire/errors";

type Prices = readonly [cpu: number, gigabyte: number, armCpu: number, armGigabyte: number, balancer: number];

/** Regions with the prefix of their usage types; us-east-1's have none. */
const REGIONS: Readonly<Record<string, readonly [prefix: string, prices: Prices]>> = {
  "us-east-1": ["", [0.04048, 0.004445, 0.03238, 0.00356, 0.0225]],
  "ap-southeast-1": ["APS1-", [0.05056, 0.00553, 0.04045, 0.00442, 0.0252]],
};

interface Product {
  readonly service: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly family: string;
  readonly price: number;
}

const PRODUCTS: readonly Product[] = Object.entries(REGIONS).flatMap(([regionCode, [prefix, prices]]) => {
  const [cpu, gigabyte, armCpu, armGigabyte, balancer] = prices;
  const of = (service: string, family: string, usage: string, price: number, more: Record<string, string> = {}) => ({
    service,
    family,
    price,
    attributes: {
      servicecode: service,
      regionCode,
      usagetype: `${prefix}${usage}`,
      locationType: "AWS Region",
      ...more,
    },
  });
  const fargate = (usage: string, price: number) => of("AmazonECS", "Compute", usage, price, { operation: "" });
  return [
    fargate("Fargate-vCPU-Hours:perCPU", cpu),
    fargate("Fargate-GB-Hours", gigabyte),
    fargate("Fargate-ARM-vCPU-Hours:perCPU", armCpu),
    fargate("Fargate-ARM-GB-Hours", armGigabyte),
    fargate("Fargate-EphemeralStorage-GB-Hours", 0.000111),
    fargate("SpotUsage:Fargate-vCPU-Hours:perCPU", cpu * 0.3),
    of("AWSELB", "Load Balancer-Application", "LoadBalancerUsage", balancer, {
      operation: "LoadBalancing:Application",
    }),
    of("AWSELB", "Load Balancer-Application", "LCUUsage", 0.008, { operation: "LoadBalancing:Application" }),
    of("AWSELB", "Load Balancer-Network", "LoadBalancerUsage", balancer, { operation: "LoadBalancing:Network" }),
    of("AmazonVPC", "VpcEndpoint", "VpcEndpoint-Hours", 0.01),
    of("AmazonVPC", "IP Address", "PublicIPv4:IdleAddress", 0.005),
    of("AmazonVPC", "IP Address", "PublicIPv4:InUseAddress", 0.005),
  ];
});

function textOf({ service, family, attributes, price }: Product): string {
  const sku = createHash("sha256").update(JSON.stringify(attributes)).digest("hex").slice(0, 16).toUpperCase();
  const [term, rate] = [`${sku}.JRTCKXETXF`, `${sku}.JRTCKXETXF.6YS6EN2CT7`];
  return JSON.stringify({
    product: { productFamily: family, attributes, sku },
    serviceCode: service,
    terms: {
      OnDemand: {
        [term]: {
          priceDimensions: {
            [rate]: {
              unit: "hours",
              beginRange: "0",
              endRange: "Inf",
              appliesTo: [],
              rateCode: rate,
              description: `$${price} per ${attributes["usagetype"] ?? ""}`,
              pricePerUnit: { USD: price.toFixed(10) },
            },
          },
          sku,
          effectiveDate: "2026-09-01T00:00:00Z",
          offerTermCode: "JRTCKXETXF",
          termAttributes: {},
        },
      },
    },
    version: "20260901000000",
    publicationDate: "2026-09-01T00:00:00Z",
  });
}

function fits(product: Product, { Type, Field, Value }: Filter): boolean {
  if (Type !== "TERM_MATCH")
    throw new ApiError("NotImplementedException", `The sandbox does not implement '${Type}'.`, 501);
  const attributes: Readonly<Record<string, string>> = { ...product.attributes, productFamily: product.family };
  return attributes[Field]?.toLowerCase() === Value.toLowerCase();
}

export const priceOperations: Table<PricingOperations> = {
  GetProducts: {
    supports: "ServiceCode Filters FormatVersion NextToken MaxResults",
    run: (input) => {
      if ((input.MaxResults ?? 100) > 100 || (input.MaxResults ?? 1) < 1)
        throw new ApiError("InvalidParameterException", "MaxResults must be from 1 to 100.");
      const found = PRODUCTS.filter(
        (product) =>
          product.service === input.ServiceCode && (input.Filters ?? []).every((filter) => fits(product, filter)),
      );
      const { items, next } = page(
        found.map(textOf),
        input.NextToken,
        input.MaxResults ?? 100,
        () => new ApiError("InvalidNextTokenException", "The pagination token is invalid."),
      );
      return { FormatVersion: "aws_v1", PriceList: items, NextToken: next };
    },
  },
};
