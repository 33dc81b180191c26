/** Service Quotas: the limits that a deployment can run into, at AWS's defaults. */
import { cpuUnits } from "./ecs/definitionRules";
import type { QuotasOperations, ServiceQuota } from "./model/quotas.types";
import type { Table } from "./registry";
import { page } from "./util";
import { ApiError } from "./wire/errors";
import type { Region, SandboxState } from "./world";

/** Service code, quota code, name, default value, adjustable. */
const QUOTAS: readonly (readonly [string, string, string, number, boolean])[] = [
  ["fargate", "L-3032A538", "Fargate On-Demand vCPU resource count", 6, true],
  ["fargate", "L-36FBB829", "Fargate Spot vCPU resource count", 6, true],
  ["ecs", "L-21C621EB", "Clusters per account", 10000, true],
  ["ecs", "L-9EF96962", "Services per cluster", 5000, true],
  ["ecs", "L-46458851", "Tasks per service", 5000, true],
  ["ecr", "L-CFEB8E8D", "Registered repositories", 100000, true],
  ["ecr", "L-03A36CE1", "Images per repository", 100000, true],
  ["elasticloadbalancing", "L-53DA6B97", "Application Load Balancers per Region", 50, true],
  ["elasticloadbalancing", "L-B22855CB", "Target Groups per Region", 3000, true],
  ["elasticloadbalancing", "L-B6DF7632", "Listeners per Application Load Balancer", 50, true],
  ["elasticloadbalancing", "L-8A90B4A9", "Rules per Application Load Balancer", 100, true],
  ["elasticloadbalancing", "L-7E6692B2", "Targets per Application Load Balancer", 1000, true],
  ["vpc", "L-F678F1CE", "VPCs per Region", 5, true],
  ["vpc", "L-E79EC296", "VPC security groups per Region", 2500, true],
  ["vpc", "L-0EA8095F", "Inbound or outbound rules per security group", 60, true],
  ["vpc", "L-DF5E4CA3", "Network interfaces per Region", 5000, true],
];

const NAMES: Readonly<Record<string, string>> = {
  fargate: "AWS Fargate",
  ecs: "Amazon Elastic Container Service (Amazon ECS)",
  ecr: "Amazon Elastic Container Registry (Amazon ECR)",
  elasticloadbalancing: "Elastic Load Balancing (ELB)",
  vpc: "Amazon Virtual Private Cloud (Amazon VPC)",
};

/** "Fargate On-Demand vCPU resource count". */
const FARGATE_VCPUS = "L-3032A538";
/** What AWS says when it is used up: as a service event's reason, and as RunTask's error. */
export const VCPU_LIMIT = "You've reached the limit on the number of vCPUs you can run concurrently";

const unknown = (): ApiError =>
  new ApiError("NoSuchResourceException", "The request failed because the specified quota or service does not exist.");
const badToken = (): ApiError => new ApiError("InvalidPaginationTokenException", "Invalid pagination token.");

/** The quota as it applies: AWS's default, or what was set over the control endpoint or the command line. */
function applied(world: SandboxState, code: string, fallback: number): number {
  return world.quotas.get(code) ?? (code === FARGATE_VCPUS ? world.options.vcpus : undefined) ?? fallback;
}

/** "Application Load Balancers per Region" and "Target Groups per Region". */
export const BALANCER_QUOTA = "L-53DA6B97";
export const TARGET_GROUP_QUOTA = "L-B22855CB";

/** "Inbound or outbound rules per security group". */
export const RULES_QUOTA = "L-0EA8095F";

/** The quota with this code, as it applies. */
export function quotaOf(world: SandboxState, code: string): number {
  return applied(world, code, QUOTAS.find(([, item]) => item === code)?.[3] ?? Infinity);
}

/** Whether one more On-Demand task of that many CPU units fits into the quota. */
export function fitsVcpus(world: SandboxState, region: Region, units: number): boolean {
  const limit = quotaOf(world, FARGATE_VCPUS);
  const running = [...region.ecs.tasks.values()].filter(
    (t) => t.stoppedAt === undefined && t.task.capacityProviderName !== "FARGATE_SPOT",
  );
  return running.reduce((sum, t) => sum + (cpuUnits(t.task.cpu ?? "") ?? 0), units) <= limit * 1024;
}

function list(world: SandboxState | undefined, region: Region, service: string): ServiceQuota[] {
  const found = QUOTAS.filter(([s]) => s === service);
  if (found.length === 0) throw unknown();
  return found.map(([ServiceCode, QuotaCode, QuotaName, Value, Adjustable]) => ({
    ServiceCode,
    ServiceName: NAMES[ServiceCode],
    QuotaArn: region.arn("servicequotas", `${ServiceCode}/${QuotaCode}`),
    QuotaCode,
    QuotaName,
    Value: world ? applied(world, QuotaCode, Value) : Value,
    Unit: "None",
    Adjustable,
    GlobalQuota: false,
    QuotaAppliedAtLevel: "ACCOUNT",
  }));
}

function one(world: SandboxState | undefined, region: Region, service: string, code: string): ServiceQuota {
  const quota = list(world, region, service).find((q) => q.QuotaCode === code);
  if (!quota) throw unknown();
  return quota;
}

export const quotaOperations = (): Table<QuotasOperations> => ({
  GetServiceQuota: {
    supports: "ServiceCode QuotaCode",
    run: (input, { world, region }) => ({ Quota: one(world, region, input.ServiceCode, input.QuotaCode) }),
  },
  GetAWSDefaultServiceQuota: {
    supports: "*",
    run: (input, { region }) => ({ Quota: one(undefined, region, input.ServiceCode, input.QuotaCode) }),
  },
  ListServiceQuotas: {
    supports: "ServiceCode QuotaCode NextToken MaxResults",
    run: (input, { world, region }) => {
      const p = page(
        list(world, region, input.ServiceCode).filter(
          (q) => input.QuotaCode === undefined || q.QuotaCode === input.QuotaCode,
        ),
        input.NextToken,
        input.MaxResults ?? 100,
        badToken,
      );
      return { Quotas: p.items, NextToken: p.next };
    },
  },
  ListAWSDefaultServiceQuotas: {
    supports: "*",
    run: (input, { region }) => {
      const p = page(list(undefined, region, input.ServiceCode), input.NextToken, input.MaxResults ?? 100, badToken);
      return { Quotas: p.items, NextToken: p.next };
    },
  },
});
