/** Stopping, starting and scaling in words. */
import { costBasis, money } from "../base/costText";
import type { StandstillResult, StopPlan } from "../deploy/standstill";

const tasks = (count: number): string => `${count} ${count === 1 ? "task" : "tasks"}`;
const list = (names: readonly string[]): string => names.join(", ");

/** What goes on costing, as one sentence. */
export function stillCosts({ cost, region }: Pick<StopPlan, "cost" | "region">): string {
  const parts = cost.parts.map(({ what, monthly }) => `${what} ${money(monthly, cost.currency)}`);
  const rest = "Stored images and logs cost by their size.";
  if (cost.monthly === undefined) return `What it goes on costing is not known: ${costBasis(cost, region)}. ${rest}`;
  if (cost.monthly === 0) return `Nothing that has a price of its own stays. ${rest}`;
  return (
    `What stays costs about ${money(cost.monthly, cost.currency)} a month: ${list(parts)} ` +
    `(${costBasis(cost, region)}). ${rest}`
  );
}

/** What stopping does and leaves, a sentence a line. */
export function stopLines(plan: StopPlan): string[] {
  const { application, environment, account, region, limits, policies, schedules } = plan;
  const name = environment === "default" ? application : `${application} (${environment})`;
  const counts = `${plan.running} of ${tasks(plan.desired)} run`;
  const standing = [
    ...(policies.length ? [`policies ${list(policies)}`] : []),
    ...(schedules.length ? [`schedules ${list(schedules)}`] : []),
  ];
  return [
    `${name} in account ${account}, ${region}: ${plan.isStopped ? "it is stopped already" : counts}.`,
    "All its tasks stop, and nothing starts one until it is started again.",
    ...(plan.url === undefined ? [] : [`${plan.url} answers 503 from then on.`]),
    ...(limits
      ? [
          `Its scaling (${limits.minimum} to ${tasks(limits.maximum)}${standing.length ? `; ${list(standing)}` : ""}) ` +
            "is suspended.",
        ]
      : []),
    ...(plan.commands.length
      ? [
          `What is scheduled runs on, each in a task of its own: ${list(plan.commands)}. slipway.json can switch it off.`,
        ]
      : []),
    stillCosts(plan),
  ];
}

/** How it stands afterwards. */
export function standstillText(what: "stop" | "start" | "scale", result: StandstillResult): string {
  const { application, running, desired, limits, url, outcome } = result;
  const counts = `${running} of ${tasks(desired)} ${desired === 1 ? "runs" : "run"}`;
  if (outcome === "stoppedWatching")
    return `${application}: ${counts}. It takes longer than it is watched; AWS goes on with it.`;
  if (what === "stop") return `${application} is stopped. slipway start starts it as it was.`;
  const range = limits ? `, scaled between ${limits.minimum} and ${limits.maximum}` : "";
  return `${application}: ${counts}${range}.${what === "start" && url !== null ? ` It answers at ${url}` : ""}`;
}
