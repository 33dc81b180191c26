/** Whether there is room: vCPUs of the account, addresses of the subnets, and the percentages that a rollout moves within. */
import type { Service } from "../../ports/cloud";
import type { ObservedState, RunInput } from "../observedState";
import type { Problem } from "./problem";

export interface Room {
  /** vCPUs of one task. */
  cpus: number;
  /** Tasks that are wanted. */
  desired: number;
}

/** ECS's own defaults, which are Slipway's too. */
const [minimumPercent, maximumPercent] = [100, 200];

/** Tasks that may run side by side while one version takes over from the other. */
const peakTasks = (service: Service | undefined, desired: number): number =>
  service ? Math.floor((desired * (service.maximumPercent ?? maximumPercent)) / 100) : desired;

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

export function quota({ cpuQuota, service }: ObservedState, { cpus, desired }: Room): Problem | undefined {
  if (cpuQuota === undefined || desired === 0) return undefined;
  const [peak, least] = [cpus * peakTasks(service, desired), cpus * (service ? service.running + 1 : desired)];
  if (peak <= cpuQuota) return undefined;
  const ask =
    `Ask for more "Fargate ${service?.spot ? "Spot" : "On-Demand"} vCPU resource count" in the Service Quotas console, ` +
    "or take a smaller cpu or count.";
  if (least > cpuQuota) {
    return {
      code: "QuotaTooSmall",
      severity: "stop",
      sentence:
        `The rollout needs ${least} vCPUs${service ? " for its first new task beside the old ones" : ""}, and ` +
        `this account may run ${cpuQuota} at once.`,
      remedy: ask,
      actions: ["openConfig", "openTaskDefinition"],
    };
  }
  return {
    code: "QuotaTight",
    severity: "warn",
    sentence:
      `The rollout needs ${peak} vCPUs at its peak, but this account may run ${cpuQuota} at once: it takes over ` +
      "in smaller steps.",
    remedy: ask,
    actions: [],
  };
}

/** Load balancer and target group are made after the cluster and the repository: what does not fit is known before. */
export function balancingQuota({ balancing, balancingLimits }: ObservedState, { app }: RunInput): Problem[] {
  const kinds = [
    {
      made: app.loadBalancer !== undefined && !balancing.loadBalancer,
      there: balancing.counts.loadBalancers,
      most: balancingLimits.loadBalancers,
      quota: "Application Load Balancers per Region",
      words: "load balancers",
      way: 'share one that is there ("loadBalancer": { "name", "pathPattern" })',
    },
    {
      made: app.loadBalancer !== undefined && balancing.targetGroups.length === 0,
      there: balancing.counts.targetGroups,
      most: balancingLimits.targetGroups,
      quota: "Target Groups per Region",
      words: "target groups",
      way: "remove what is no longer used",
    },
  ];
  return kinds.flatMap(({ made, there, most, quota: name, words, way }) =>
    !made || there === undefined || most === undefined || there < most
      ? []
      : [
          {
            code: "QuotaReached",
            severity: "stop" as const,
            sentence: `This account has ${there} ${words} in this region, and may have ${most}: there is no room for one more.`,
            remedy: `Ask for more "${name}" in the Service Quotas console, or ${way}.`,
            actions: ["openConfig" as const],
          },
        ],
  );
}

export function addresses({ network, service }: ObservedState, { desired }: Room): Problem | undefined {
  const free = network.taskSubnets.reduce((sum, subnet) => sum + subnet.freeAddresses, 0);
  const least = service ? Math.min(1, desired) : desired;
  const names = network.taskSubnets.map((subnet) => subnet.id).join(", ");
  const remedy = "Name other subnets as network.subnets in slipway.json, or free addresses.";
  if (free < least)
    return {
      code: "NoFreeAddress",
      severity: "stop",
      sentence:
        `${names} ${network.taskSubnets.length === 1 ? "has" : "have"} ` +
        `${plural(free, "free address", "free addresses")}, and ${plural(least, "task")} ` +
        `need${least === 1 ? "s" : ""} one each.`,
      remedy,
      actions: ["openConfig"],
    };
  const peak = peakTasks(service, desired) - (service?.running ?? 0);
  if (free < peak)
    return {
      code: "FewFreeAddresses",
      severity: "warn",
      sentence: `${names}: ${free} free addresses for up to ${peak} new tasks at once.`,
      remedy,
      actions: [],
    };
  return undefined;
}

/** A deployment that may neither start a task beside the old ones nor stop an old one first never moves. */
export function percentages({ service }: ObservedState, { desired }: Room): Problem | undefined {
  if (!service || desired === 0) return undefined;
  const most = Math.floor((desired * (service.maximumPercent ?? maximumPercent)) / 100);
  const least = Math.ceil((desired * (service.minimumHealthyPercent ?? minimumPercent)) / 100);
  if (most > desired || least < desired) return undefined;
  return {
    code: "RolloutCannotMove",
    severity: "stop",
    sentence:
      `With ${desired} wanted, ${service.name} may run at least ${least} and at most ${most}: ECS could neither ` +
      "start a new task nor stop an old one.",
    remedy:
      `Give it room: aws ecs update-service --cluster CLUSTER --service ${service.name} ` +
      "--deployment-configuration minimumHealthyPercent=100,maximumPercent=200",
    actions: [],
  };
}
