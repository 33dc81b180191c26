/** What AWS asks for what a deployment keeps running, by region: from its price list, or from a dated table. */

import { own } from "./taskDefinition";

/** Prices of one region, an hour each. */
export interface RegionPrices {
  readonly currency: "USD" | "CNY";
  /** The day on which they were AWS's, `YYYY-MM-DD`, or a month, `YYYY-MM`. */
  readonly asOf: string;
  readonly x86: { readonly cpuHour: number; readonly gigabyteHour: number };
  readonly arm: { readonly cpuHour: number; readonly gigabyteHour: number };
  /** Of a gigabyte of a task's storage beyond the first twenty. */
  readonly storageHour?: number;
  /** Of an Application Load Balancer, without what it carries. */
  readonly loadBalancerHour: number;
  /** Of a public IPv4 address, where it is known. */
  readonly publicAddressHour?: number;
}

type Row = readonly [
  asOf: string,
  cpu: number,
  gigabyte: number,
  armCpu: number,
  armGigabyte: number,
  balancer: number,
];

/** Of a public IPv4 address, in dollars: the same in each region. Source: https://aws.amazon.com/vpc/pricing/ */
export const publicAddressHour = 0.005;

/**
 * On-Demand prices in US dollars. us-east-1 and ap-southeast-1 are AWS's price list's of August and September 2026; the others
 * the last that AWS's pages on Fargate and Elastic Load Balancing were seen with. Where the price list may be asked it is.
 */
const table: Readonly<Record<string, Row>> = {
  "us-east-1": ["2026-09", 0.04048, 0.004445, 0.03238, 0.00356, 0.0225],
  "us-east-2": ["2025-06", 0.04048, 0.004445, 0.03238, 0.00356, 0.0225],
  "us-west-1": ["2025-06", 0.04656, 0.00511, 0.03725, 0.00409, 0.0252],
  "us-west-2": ["2025-06", 0.04048, 0.004445, 0.03238, 0.00356, 0.0225],
  "ca-central-1": ["2025-06", 0.04456, 0.004865, 0.03565, 0.00389, 0.02475],
  "eu-west-1": ["2025-06", 0.04048, 0.004445, 0.03238, 0.00356, 0.0252],
  "eu-west-2": ["2025-06", 0.04656, 0.00511, 0.03725, 0.00409, 0.02646],
  "eu-west-3": ["2025-06", 0.0486, 0.0053, 0.03888, 0.00424, 0.02646],
  "eu-central-1": ["2025-06", 0.04656, 0.00511, 0.03725, 0.00409, 0.027],
  "eu-north-1": ["2025-06", 0.0445, 0.0049, 0.0356, 0.00392, 0.02394],
  "ap-northeast-1": ["2025-06", 0.05056, 0.00553, 0.04045, 0.00442, 0.0243],
  "ap-northeast-2": ["2025-06", 0.04656, 0.00511, 0.03725, 0.00409, 0.0225],
  "ap-southeast-1": ["2026-08", 0.05056, 0.00553, 0.04045, 0.00442, 0.0252],
  "ap-southeast-2": ["2025-06", 0.04856, 0.00532, 0.03885, 0.00426, 0.0252],
  "ap-south-1": ["2025-06", 0.04256, 0.004655, 0.03405, 0.00372, 0.0239],
  "sa-east-1": ["2025-06", 0.0696, 0.0076, 0.0557, 0.00612, 0.034],
};

/** A gigabyte of storage beyond twenty, where it is known. */
const storageHours: Readonly<Record<string, number>> = { "us-east-1": 0.000111 };

/** The table's prices of a region; undefined where it has none. */
export function tablePrices(region: string): RegionPrices | undefined {
  const row = own(table, region);
  if (!row) return undefined;
  const [asOf, cpu, gigabyte, armCpu, armGigabyte, loadBalancerHour] = row;
  const storageHour = own(storageHours, region);
  return {
    currency: "USD",
    asOf,
    x86: { cpuHour: cpu, gigabyteHour: gigabyte },
    arm: { cpuHour: armCpu, gigabyteHour: armGigabyte },
    ...(storageHour === undefined ? {} : { storageHour }),
    loadBalancerHour,
    publicAddressHour,
  };
}

/** Where estimates of other regions are taken from. */
export const standInRegion = "us-east-1";

/** China has prices of its own, in another currency: those of elsewhere say nothing of it. */
export const hasOwnPrices = (region: string): boolean => region.startsWith("cn-");
