/** A cost in words: the same on every surface. */
import type { CostEstimate, CostOmission } from "./cost";
import { standInRegion } from "./prices";

const signs = { USD: "$", CNY: "¥" } as const;

/** "$9.01", "$36". */
export const money = (amount: number, currency: CostEstimate["currency"] = "USD", cents = amount < 10): string =>
  `${signs[currency]}${amount.toFixed(cents ? 2 : 0)}`;

const omissions: Readonly<Record<CostOmission, string>> = {
  requests: "requests (LCU)",
  traffic: "data transfer",
  natGateways: "NAT",
  logs: "logs",
  images: "stored images",
  publicAddresses: "public addresses",
  windowsLicense: "the Windows license",
  ephemeralStorage: "storage above 20 GB",
  savings: "discounts",
};

/** By which prices it was estimated: "AWS's price list of 2026-11-30". */
export function costBasis({ source, asOf = "" }: CostEstimate, region: string): string {
  switch (source) {
    case "priceList":
      return `AWS's price list of ${asOf}`;
    case "table":
      return `prices of ${region} of ${asOf}`;
    case "otherRegion":
      return `by ${standInRegion}'s prices of ${asOf}, those of ${region} are not known`;
    case "none":
      return `the prices of ${region} are not known`;
  }
}

/** What is not in the figure: "without data transfer, logs and stored images". */
export function costLeavesOut({ leftOut }: CostEstimate): string {
  const words = leftOut.map((item) => omissions[item]);
  const last = words.pop();
  return `without ${words.length ? `${words.join(", ")} and ` : ""}${last ?? ""}`;
}

/** "about $36 a month (prices of eu-west-1 of 2025-06)"; what it leaves out is not said. */
export function costInShort(cost: CostEstimate, region: string): string {
  return cost.monthly === undefined
    ? `cost not known: ${costBasis(cost, region)}`
    : `about ${money(cost.monthly, cost.currency)} a month (${costBasis(cost, region)})`;
}
