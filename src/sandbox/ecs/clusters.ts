import type { Cluster, EcsOperations } from "../model/ecs.types";
import type { Table } from "../registry";
import type { ClusterRecord, Tags } from "../states";
import { canonical, lowerTags, page, tagsFrom } from "../util";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { settingOf } from "./accountSettings";
import { activeCluster, badToken, clusterArn, clusterNotFound, findService, findTask, invalid, nameOf } from "./lookup";
import { ensureLinkedRole } from "../iam/records";

type Operations = Pick<
  EcsOperations,
  | "CreateCluster"
  | "DescribeClusters"
  | "DeleteCluster"
  | "ListClusters"
  | "UpdateCluster"
  | "UpdateClusterSettings"
  | "PutClusterCapacityProviders"
  | "DescribeCapacityProviders"
  | "TagResource"
  | "UntagResource"
  | "ListTagsForResource"
>;

const FARGATE = ["FARGATE", "FARGATE_SPOT"];

const BEFORE_RUNNING: readonly string[] = ["PROVISIONING", "PENDING", "ACTIVATING"];
/** Names of a cluster's statistics; each is there for every kind of capacity. */
const STATISTICS = ["running#TasksCount", "pending#TasksCount", "active#ServiceCount", "draining#ServiceCount"];

/** Refuses settings that no cluster has. */
function checkSettings(settings: Cluster["settings"]): void {
  for (const { name, value = "" } of settings ?? [])
    if (!["enabled", "disabled", "enhanced"].includes(value))
      throw invalid(`Invalid value '${value}' for setting ${name ?? ""}.`);
}

function counted(region: Region, record: ClusterRecord): Cluster {
  const { cluster } = record;
  const tasks = [...region.ecs.tasks.values()].filter(
    (t) => t.clusterArn === cluster.clusterArn && t.stoppedAt === undefined,
  );
  const services = [...region.ecs.services.values()].filter(
    (s) => s.service.clusterArn === cluster.clusterArn && s.service.status === "ACTIVE",
  );
  const running = tasks.filter((t) => t.task.lastStatus === "RUNNING").length;
  const pending = tasks.filter((t) => BEFORE_RUNNING.includes(t.task.lastStatus ?? "")).length;
  const draining = [...region.ecs.services.values()].filter(
    (s) => s.service.clusterArn === cluster.clusterArn && s.service.status === "DRAINING",
  );
  const of = (kind: string, found: readonly [number, number, number, number]): { name: string; value: string }[] =>
    STATISTICS.map((name, i) => ({ name: name.replace("#", kind), value: String(found[i]) }));
  const none = [0, 0, 0, 0] as const;
  return {
    ...cluster,
    registeredContainerInstancesCount: 0,
    runningTasksCount: running,
    pendingTasksCount: pending,
    activeServicesCount: services.length,
    statistics: [
      ...of("EC2", none),
      ...of("Fargate", [running, pending, services.length, draining.length]),
      ...of("External", none),
    ],
  };
}

/** The parts of a description that only come when asked for. */
function view(region: Region, record: ClusterRecord, include: readonly string[]): Cluster {
  const { settings, configuration, statistics, attachments, tags: _tags, ...base } = counted(region, record);
  return {
    ...base,
    settings: include.includes("SETTINGS") ? settings : [],
    statistics: include.includes("STATISTICS") ? statistics : [],
    tags: include.includes("TAGS") ? lowerTags(record.tags) : [],
    ...(include.includes("CONFIGURATIONS") ? { configuration } : {}),
    ...(include.includes("ATTACHMENTS") ? { attachments: attachments ?? [] } : {}),
  };
}

/** The tags of any ECS resource that has them. */
function tagsOf(region: Region, arn: string): Tags {
  const [, resource = ""] = /:ecs:[^:]*:[^:]*:(.+)$/.exec(arn) ?? [];
  const kind = resource.split("/")[0];
  const found =
    kind === "cluster"
      ? region.ecs.clusters.get(arn)?.tags
      : kind === "service"
        ? findService(region, undefined, arn)?.tags
        : kind === "task"
          ? findTask(region, resource.split("/")[1], arn)?.tags
          : kind === "task-definition"
            ? region.ecs.definitions.get(resource.slice("task-definition/".length))?.tags
            : undefined;
  if (!found) throw invalid(`The specified ${kind ?? "resource"} is not found. Specify a valid ARN and try again.`);
  return found;
}

export function checkTags(tags: readonly { key?: string; value?: string }[] | undefined): void {
  if (!tags) return;
  if (tags.length > 50) throw invalid("The maximum number of tags per resource is 50.");
  if (tags.some((t) => !t.key || t.key.length > 128))
    throw invalid("Tag keys must be between 1 and 128 characters long.");
  if (tags.some((t) => t.key?.toLowerCase().startsWith("aws:"))) throw invalid("Tag keys cannot start with 'aws:'.");
}

export const clusterOperations = (world: SandboxState): Table<Operations> => ({
  CreateCluster: {
    supports: "clusterName tags settings configuration capacityProviders defaultCapacityProviderStrategy",
    run: (input, { region }) => {
      const name = input.clusterName ?? "default";
      checkSettings(input.settings);
      if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
        throw invalid(
          "Invalid identifier: Cluster name may not contain characters other than letters, numbers, underscores, " +
            "and hyphens.",
        );
      checkTags(input.tags);
      const arn = clusterArn(region, name);
      const text = canonical({ ...input, clusterName: name });
      const existing = region.ecs.clusters.get(arn);
      if (existing && existing.cluster.status === "ACTIVE") {
        if (existing.arguments !== text)
          throw invalid(
            "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
          );
        return { cluster: view(region, existing, ["SETTINGS", "TAGS"]) };
      }
      const unknown = input.capacityProviders?.find((p) => !FARGATE.includes(p));
      if (unknown)
        throw invalid(
          `The specified capacity provider '${unknown}' was not found. Specify a valid name or ARN and try again.`,
        );
      ensureLinkedRole(world, "ecs.amazonaws.com");
      const record: ClusterRecord = {
        cluster: {
          clusterArn: arn,
          clusterName: name,
          status: "ACTIVE",
          settings: input.settings ?? [{ name: "containerInsights", value: settingOf(region, "containerInsights") }],
          configuration: input.configuration,
          capacityProviders: input.capacityProviders ?? [],
          defaultCapacityProviderStrategy: input.defaultCapacityProviderStrategy ?? [],
        },
        tags: tagsFrom(input.tags),
        arguments: text,
      };
      region.ecs.clusters.set(arn, record);
      world.record("cluster", name, Date.now(), 0);
      return { cluster: view(region, record, ["SETTINGS", "TAGS"]) };
    },
  },
  DescribeClusters: {
    supports: "*",
    run: (input, { region }) => {
      const wanted = input.clusters?.length ? input.clusters : ["default"];
      if (wanted.length > 100) throw invalid("Clusters cannot have more than 100 elements.");
      const found = wanted.map((id) => ({
        arn: clusterArn(region, id),
        record: region.ecs.clusters.get(clusterArn(region, id)),
      }));
      return {
        clusters: found.flatMap(({ record }) => (record ? [view(region, record, input.include ?? [])] : [])),
        failures: found.flatMap(({ arn, record }) => (record ? [] : [{ arn, reason: "MISSING" }])),
      };
    },
  },
  DeleteCluster: {
    supports: "*",
    run: (input, { region }) => {
      const record = region.ecs.clusters.get(clusterArn(region, input.cluster));
      if (!record) throw clusterNotFound();
      const services = [...region.ecs.services.values()].filter(
        (s) => s.service.clusterArn === record.cluster.clusterArn && s.service.status !== "INACTIVE",
      );
      if (services.length > 0)
        throw new ApiError(
          "ClusterContainsServicesException",
          "The Cluster cannot be deleted while Services are active.",
        );
      if (
        [...region.ecs.tasks.values()].some(
          (t) => t.clusterArn === record.cluster.clusterArn && t.stoppedAt === undefined,
        )
      ) {
        throw new ApiError("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.");
      }
      record.cluster.status = "INACTIVE";
      return { cluster: view(region, record, ["SETTINGS", "TAGS"]) };
    },
  },
  ListClusters: {
    supports: "*",
    run: (input, { region }) => {
      const arns = [...region.ecs.clusters.values()]
        .filter((r) => r.cluster.status === "ACTIVE")
        .map((r) => r.cluster.clusterArn ?? "");
      const p = page(arns, input.nextToken, input.maxResults ?? 100, badToken);
      return { clusterArns: p.items, nextToken: p.next };
    },
  },
  UpdateCluster: {
    supports: "cluster settings configuration",
    run: (input, { region }) => {
      checkSettings(input.settings);
      const record = activeCluster(region, input.cluster);
      if (input.settings) record.cluster.settings = input.settings;
      if (input.configuration) record.cluster.configuration = input.configuration;
      return { cluster: view(region, record, ["SETTINGS", "TAGS", "CONFIGURATIONS"]) };
    },
  },
  UpdateClusterSettings: {
    supports: "*",
    run: (input, { region }) => {
      checkSettings(input.settings);
      const record = activeCluster(region, input.cluster);
      record.cluster.settings = input.settings;
      return { cluster: view(region, record, ["SETTINGS", "TAGS"]) };
    },
  },
  PutClusterCapacityProviders: {
    supports: "*",
    run: (input, { region }) => {
      const record = activeCluster(region, input.cluster);
      const unknown = input.capacityProviders.find((p) => !FARGATE.includes(p));
      if (unknown)
        throw invalid(
          `The specified capacity provider '${unknown}' was not found. Specify a valid name or ARN and try again.`,
        );
      record.cluster.capacityProviders = input.capacityProviders;
      record.cluster.defaultCapacityProviderStrategy = input.defaultCapacityProviderStrategy;
      return { cluster: view(region, record, ["SETTINGS", "TAGS"]) };
    },
  },
  DescribeCapacityProviders: {
    supports: "capacityProviders include nextToken maxResults",
    run: (input, { region }) => {
      const wanted = input.capacityProviders?.length ? input.capacityProviders.map(nameOf) : FARGATE;
      return {
        capacityProviders: wanted
          .filter((n) => FARGATE.includes(n))
          .map((name) => ({
            name,
            capacityProviderArn: region.arn("ecs", `capacity-provider/${name}`),
            status: "ACTIVE",
            tags: [],
          })),
        failures: wanted
          .filter((n) => !FARGATE.includes(n))
          .map((n) => ({ arn: region.arn("ecs", `capacity-provider/${n}`), reason: "MISSING" })),
      };
    },
  },
  TagResource: {
    supports: "*",
    run: (input, { region }) => {
      checkTags(input.tags);
      const tags = tagsOf(region, input.resourceArn);
      for (const [k, v] of tagsFrom(input.tags)) tags.set(k, v);
      return {};
    },
  },
  UntagResource: {
    supports: "*",
    run: (input, { region }) => {
      const tags = tagsOf(region, input.resourceArn);
      for (const k of input.tagKeys) tags.delete(k);
      return {};
    },
  },
  ListTagsForResource: {
    supports: "*",
    run: (input, { region }) => ({ tags: lowerTags(tagsOf(region, input.resourceArn)) }),
  },
});
