/** What ran in a stretch of time, at list prices. It is no bill: discounts, traffic and requests are not in it. */
import { estimateCost, type CostInput } from "../base/cost";
import type { RegionPrices } from "../base/prices";
import type { CostSoFar } from "./look";
import type { TimeSpan } from "./range";

const hoursPerMonth = 730;

export interface CostSoFarInput {
  region: string;
  prices: RegionPrices | undefined;
  /** Tasks that ran in each step; undefined where nobody knows. */
  tasks: readonly (number | undefined)[];
  span: TimeSpan;
  /** Of the revision that runs now: earlier ones may have had another. */
  size: Pick<CostInput, "architecture" | "cpu" | "memory" | "storage" | "windows">;
  /** Whether each task has a public address. */
  publicTasks: boolean;
  /** Zones of an internet-facing load balancer, 0 for an internal one; undefined where there is none. */
  balancerZones: number | undefined;
  /** Since when the service is there, epoch milliseconds: the balancer is not counted before. */
  since: number | undefined;
}

/** Undefined where no price of the region is known, or no step tells how many tasks ran. */
export function costSoFar(input: CostSoFarInput): CostSoFar | undefined {
  const { region, prices, tasks, span, size, publicTasks, balancerZones, since } = input;
  const shared = { region, prices, ...size };
  const task = estimateCost({ ...shared, tasks: 1, publicTasks, loadBalancer: false, loadBalancerZones: 0 });
  const balancer = estimateCost({
    ...shared,
    tasks: 0,
    publicTasks: false,
    loadBalancer: balancerZones !== undefined,
    loadBalancerZones: balancerZones ?? 0,
  });
  if (task.monthly === undefined || balancer.monthly === undefined || tasks.every((count) => count === undefined))
    return undefined;
  const minutes = span.periodSeconds / 60;
  const begins = Math.max(span.from, since ?? span.from);
  const stepAt = (index: number): number => span.from + index * minutes * 60_000;
  const taskMinutes = tasks.reduce((sum: number, count) => sum + (count ?? 0) * minutes, 0);
  const unknownMinutes =
    tasks.filter((count, index) => count === undefined && stepAt(index) >= begins).length * minutes;
  const balancerHours = balancerZones === undefined ? 0 : Math.max(0, span.until - begins) / 3_600_000;
  const { currency, source, asOf, exactRegion } = task;
  return {
    amount: (task.monthly / (hoursPerMonth * 60)) * taskMinutes + (balancer.monthly / hoursPerMonth) * balancerHours,
    currency,
    source,
    exactRegion,
    taskMinutes,
    unknownMinutes,
    balancerHours,
    ...(asOf === undefined ? {} : { asOf }),
  };
}
