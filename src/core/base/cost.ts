/**
 * What a deployment costs a month, in US dollars, before traffic. Prices from AWS's public price list, August and
 * September 2026; a region that is not listed is estimated with us-east-1's and the plan says so.
 */
interface RegionPrices {
  x86: { cpuHour: number; gigabyteHour: number };
  arm: { cpuHour: number; gigabyteHour: number };
  loadBalancerHour: number;
  publicAddressHour: number;
}

const prices: Readonly<Record<string, RegionPrices>> = {
  "us-east-1": {
    x86: { cpuHour: 0.04048, gigabyteHour: 0.004445 },
    arm: { cpuHour: 0.03238, gigabyteHour: 0.00356 },
    loadBalancerHour: 0.0225,
    publicAddressHour: 0.005,
  },
  "ap-southeast-1": {
    x86: { cpuHour: 0.05056, gigabyteHour: 0.00553 },
    arm: { cpuHour: 0.04045, gigabyteHour: 0.00442 },
    loadBalancerHour: 0.0252,
    publicAddressHour: 0.005,
  },
};

const hoursPerMonth = 730;

export interface CostInput {
  region: string;
  architecture: "X86_64" | "ARM64";
  /** CPU units: 1024 is one vCPU. */
  cpu: number;
  /** MiB. */
  memory: number;
  tasks: number;
  publicTasks: boolean;
  loadBalancer: boolean;
  /** Zones of an internet-facing load balancer: one public address each. */
  loadBalancerZones: number;
}

export interface CostEstimate {
  /** US dollars a month. */
  monthly: number;
  /** False when another region's prices stood in. */
  exactRegion: boolean;
  parts: { what: string; monthly: number }[];
}

/** The monthly cost of what a plan keeps running; data transfer, requests, storage and logs come on top. */
export function estimateCost(input: CostInput): CostEstimate {
  const region = prices[input.region] ?? (prices["us-east-1"] as RegionPrices);
  const rate = input.architecture === "ARM64" ? region.arm : region.x86;
  const perTask = ((input.cpu / 1024) * rate.cpuHour + (input.memory / 1024) * rate.gigabyteHour) * hoursPerMonth;
  const addresses = (input.publicTasks ? input.tasks : 0) + (input.loadBalancer ? input.loadBalancerZones : 0);
  const parts = [
    {
      what:
        `${input.tasks} ${input.tasks === 1 ? "task" : "tasks"} of ${input.cpu / 1024} vCPU and ` +
        `${input.memory / 1024} GB`,
      monthly: perTask * input.tasks,
    },
    { what: "load balancer", monthly: input.loadBalancer ? region.loadBalancerHour * hoursPerMonth : 0 },
    { what: `${addresses} public IPv4 addresses`, monthly: addresses * region.publicAddressHour * hoursPerMonth },
  ].filter((part) => part.monthly > 0);
  return { monthly: parts.reduce((sum, part) => sum + part.monthly, 0), exactRegion: input.region in prices, parts };
}
