/** How a new revision gets the traffic, as slipway.json states it. */
import type { ApplicationOverrides } from "./schema";

export type Strategy = "rolling" | "blueGreen" | "linear" | "canary";
export type PauseBefore = "traffic" | "eachStep" | "end";

/** A strategy with every default filled in. */
export interface Releases {
  readonly strategy: Strategy;
  /** How long both revisions run once the new one has all traffic. */
  readonly bakeMinutes: number;
  readonly stepPercent?: number;
  readonly stepMinutes?: number;
  readonly canaryPercent?: number;
  readonly canaryMinutes?: number;
  /** Where it waits for somebody to say that it goes on, and for how long until it goes back by itself. */
  readonly pause?: { readonly before: PauseBefore; readonly minutes: number };
}

type Stated = NonNullable<ApplicationOverrides["releases"]>;
type Member = Exclude<keyof Stated, "strategy">;

/** The strategies that have a use for a member. */
const usedBy: Readonly<Record<Member, readonly Strategy[]>> = {
  bakeMinutes: ["blueGreen", "linear", "canary"],
  stepPercent: ["linear"],
  stepMinutes: ["linear"],
  canaryPercent: ["canary"],
  canaryMinutes: ["canary"],
  pauseBefore: ["blueGreen", "linear", "canary"],
  pauseMinutes: ["blueGreen", "linear", "canary"],
};

const isTenths = (percent: number | undefined): boolean =>
  percent === undefined || Math.abs(percent * 10 - Math.round(percent * 10)) < 1e-9;

/** What of the members does not go together, a sentence each. */
export function releaseMisfits(stated: Stated, hasLoadBalancer: boolean, requestsPerTarget?: number): string[] {
  const { strategy } = stated;
  const wrong = (Object.keys(usedBy) as Member[])
    .filter((member) => stated[member] !== undefined && !usedBy[member].includes(strategy))
    .map((member) => `releases.${member} is for ${usedBy[member].join(", ")}, and releases.strategy is ${strategy}`);
  if (strategy !== "rolling" && !hasLoadBalancer)
    wrong.push(
      `releases.strategy ${strategy} needs a load balancer: it is its traffic that moves from one version to the next`,
    );
  if (strategy !== "rolling" && requestsPerTarget !== undefined)
    wrong.push(
      `scaling.requestsPerTarget counts the requests of one target group, and releases.strategy ${strategy} has two: ` +
        "scale by cpuPercent or memoryPercent",
    );
  if (stated.pauseMinutes !== undefined && stated.pauseBefore === undefined)
    wrong.push("releases.pauseMinutes needs releases.pauseBefore: there is no pause to last");
  for (const member of ["stepPercent", "canaryPercent"] as const)
    if (!isTenths(stated[member])) wrong.push(`releases.${member} is a multiple of 0.1`);
  return wrong;
}

/** The members that the strategy has, with AWS's limits in mind and defaults that suit a web application. */
export function releasesOf(stated: Stated): Releases {
  const { strategy, pauseBefore } = stated;
  return {
    strategy,
    bakeMinutes: strategy === "rolling" ? 0 : (stated.bakeMinutes ?? 5),
    ...(strategy === "linear" ? { stepPercent: stated.stepPercent ?? 20, stepMinutes: stated.stepMinutes ?? 3 } : {}),
    ...(strategy === "canary"
      ? { canaryPercent: stated.canaryPercent ?? 10, canaryMinutes: stated.canaryMinutes ?? 5 }
      : {}),
    ...(pauseBefore === undefined ? {} : { pause: { before: pauseBefore, minutes: stated.pauseMinutes ?? 1440 } }),
  };
}

/** An environment that states another strategy states all of it: members of the first are for the first. */
export function mergeReleases(base: Stated | undefined, overrides: Stated): Stated {
  return base && base.strategy === overrides.strategy ? { ...base, ...overrides } : overrides;
}
