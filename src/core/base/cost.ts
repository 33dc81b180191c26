/** What a deployment costs a month, before what depends on its use. */
import { hasOwnPrices, standInRegion, tablePrices, type RegionPrices } from "./prices";

const hoursPerMonth = 730;
/** Dollars a month of an alarm on one metric; the account's first ten are free. Source: CloudWatch's pricing page. */
const alarmMonth = 0.1;
/** Gigabytes of storage that a task has without a price. */
const freeStorage = 20;

export interface CostInput {
  region: string;
  /** AWS's price list of the region, where it could be asked. */
  prices?: RegionPrices | undefined;
  architecture: "X86_64" | "ARM64";
  /** CPU units: 1024 is one vCPU. */
  cpu: number;
  /** MiB. */
  memory: number;
  /** GiB of ephemeral storage; the twenty that cost nothing when absent. */
  storage?: number | undefined;
  windows?: boolean;
  tasks: number;
  publicTasks: boolean;
  loadBalancer: boolean;
  /** Zones of an internet-facing load balancer: one public address each. */
  loadBalancerZones: number;
  /** Alarms of one metric that are kept. */
  alarms?: number;
}

/** What an estimate leaves out, since it depends on use or is not known here. */
export type CostOmission =
  | "requests"
  | "traffic"
  | "natGateways"
  | "logs"
  | "images"
  | "publicAddresses"
  | "windowsLicense"
  | "ephemeralStorage"
  | "savings";

export interface CostEstimate {
  /** A month, in `currency`; undefined where no price of the region is known. */
  monthly: number | undefined;
  currency: "USD" | "CNY";
  /** `priceList`: asked of AWS. `table`: dated ones that Slipway has. `otherRegion`: us-east-1's stood in. `none`: not known. */
  source: "priceList" | "table" | "otherRegion" | "none";
  /** The day or month of the prices. */
  asOf?: string;
  /** False when another region's prices stood in. */
  exactRegion: boolean;
  parts: { what: string; monthly: number }[];
  leftOut: CostOmission[];
}

function pricesFor({ region, prices }: CostInput): { prices?: RegionPrices; source: CostEstimate["source"] } {
  if (prices) return { prices, source: "priceList" };
  const listed = tablePrices(region);
  if (listed) return { prices: listed, source: "table" };
  const standIn = hasOwnPrices(region) ? undefined : tablePrices(standInRegion);
  return standIn ? { prices: standIn, source: "otherRegion" } : { source: "none" };
}

/** The monthly cost of what a plan keeps running, at On-Demand prices. */
export function estimateCost(input: CostInput): CostEstimate {
  const { prices, source } = pricesFor(input);
  const storage = Math.max(0, (input.storage ?? freeStorage) - freeStorage);
  const leftOut: CostOmission[] = [
    ...(input.loadBalancer ? (["requests"] as const) : []),
    "traffic",
    "natGateways",
    "logs",
    "images",
    ...(input.windows ? (["windowsLicense"] as const) : []),
    ...(storage > 0 && prices?.storageHour === undefined ? (["ephemeralStorage"] as const) : []),
    "savings",
  ];
  const addresses = (input.publicTasks ? input.tasks : 0) + (input.loadBalancer ? input.loadBalancerZones : 0);
  if (addresses > 0 && prices && prices.publicAddressHour === undefined) leftOut.unshift("publicAddresses");
  if (!prices) return { monthly: undefined, currency: "CNY", source, exactRegion: false, parts: [], leftOut };
  const rate = input.architecture === "ARM64" ? prices.arm : prices.x86;
  const perTask =
    ((input.cpu / 1024) * rate.cpuHour +
      (input.memory / 1024) * rate.gigabyteHour +
      storage * (prices.storageHour ?? 0)) *
    hoursPerMonth;
  const parts = [
    {
      what:
        `${input.tasks} ${input.tasks === 1 ? "task" : "tasks"} of ${input.cpu / 1024} vCPU and ` +
        `${input.memory / 1024} GB${storage > 0 && prices.storageHour !== undefined ? ` with ${storage} GB more storage` : ""}`,
      monthly: perTask * input.tasks,
    },
    { what: "load balancer", monthly: input.loadBalancer ? prices.loadBalancerHour * hoursPerMonth : 0 },
    {
      what: `${addresses} public IPv4 addresses`,
      monthly: addresses * (prices.publicAddressHour ?? 0) * hoursPerMonth,
    },
    {
      what: `${input.alarms ?? 0} alarms`,
      monthly: prices.currency === "USD" ? (input.alarms ?? 0) * alarmMonth : 0,
    },
  ].filter((part) => part.monthly > 0);
  return {
    monthly: parts.reduce((sum, part) => sum + part.monthly, 0),
    currency: prices.currency,
    source,
    asOf: prices.asOf,
    exactRegion: source !== "otherRegion",
    parts,
    leftOut,
  };
}
