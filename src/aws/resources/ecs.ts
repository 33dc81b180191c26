import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListServicesCommand,
  ListTasksCommand,
  type Cluster,
  type Deployment,
  type Service,
  type Task,
} from "@aws-sdk/client-ecs";
import { DescribeNetworkInterfacesCommand } from "@aws-sdk/client-ec2";
import { ago, type Page, type ResourceItem, type ResourceState } from "../../core/ports/resourceModel";
import type { Caller } from "../session";
import { chunks, lastOf, present, type Loaders } from "./shared";
import { detail, taskItem, containerItem } from "./tasks";

/** A page of services or tasks: AWS's own largest. */
const pageSize = 100;
/** DescribeServices takes no more at once. */
const describeSize = 10;

const clusterItem = (found: Cluster): ResourceItem => {
  const name = found.clusterName ?? "";
  const counts = [
    `${found.activeServicesCount ?? 0} ${found.activeServicesCount === 1 ? "service" : "services"}`,
    `${found.runningTasksCount ?? 0} running`,
    ...(found.pendingTasksCount ? [`${found.pendingTasksCount} pending`] : []),
  ].join(" · ");
  const active = found.status === "ACTIVE";
  return {
    kind: "cluster",
    key: found.clusterArn ?? name,
    label: name,
    description: active ? counts : `${found.status ?? ""} · ${counts}`,
    state: active ? "plain" : "off",
    expandable: true,
    can: [],
    ...(found.clusterArn === undefined ? {} : { arn: found.clusterArn }),
    ref: { cluster: name },
    facts: [
      ["ARN", found.clusterArn ?? ""],
      ["Status", found.status ?? ""],
      ["Services", String(found.activeServicesCount ?? 0)],
      ["Tasks", `${found.runningTasksCount ?? 0} running, ${found.pendingTasksCount ?? 0} pending`],
    ],
  };
};

function serviceState(found: Service): { state: ResourceState; words: string } {
  if (found.status === "DRAINING") return { state: "busy", words: "draining" };
  if (found.status !== "ACTIVE") return { state: "off", words: (found.status ?? "").toLowerCase() };
  const primary = found.deployments?.find((item) => item.status === "PRIMARY");
  const failed = found.deployments?.some((item) => item.rolloutState === "FAILED") ?? false;
  if (primary?.rolloutState === "IN_PROGRESS") return { state: "busy", words: failed ? "rolling back" : "rolling out" };
  if (primary?.rolloutState === "FAILED") return { state: "bad", words: "rollout failed" };
  if ((found.runningCount ?? 0) < (found.desiredCount ?? 0))
    return found.pendingCount ? { state: "busy", words: "starting" } : { state: "bad", words: "unhealthy" };
  return { state: (found.desiredCount ?? 0) === 0 ? "off" : "good", words: "" };
}

const serviceItem = (found: Service): ResourceItem => {
  const name = found.serviceName ?? "";
  const cluster = lastOf(found.clusterArn);
  const { state, words } = serviceState(found);
  const revision = lastOf(found.taskDefinition);
  const group = found.loadBalancers?.[0]?.targetGroupArn;
  return {
    kind: "service",
    key: found.serviceArn ?? name,
    label: name,
    state,
    expandable: true,
    description: [`${found.runningCount ?? 0}/${found.desiredCount ?? 0}`, words, revision].filter(Boolean).join(" · "),
    can: [
      ...(found.enableExecuteCommand ? ["exec"] : []),
      ...(group ? ["balanced"] : []),
      found.status === "ACTIVE" ? "active" : "inactive",
    ],
    ...(found.serviceArn === undefined ? {} : { arn: found.serviceArn }),
    ref: {
      cluster,
      service: name,
      definition: found.taskDefinition ?? "",
      desired: String(found.desiredCount ?? 0),
      ...(group ? { targetGroup: group } : {}),
    },
    facts: [
      ["ARN", found.serviceArn ?? ""],
      ["Status", found.status ?? ""],
      [
        "Tasks",
        `${found.runningCount ?? 0} running, ${found.pendingCount ?? 0} pending, ${found.desiredCount ?? 0} wanted`,
      ],
      ["Task definition", revision],
      ["Platform", found.platformVersion ?? ""],
      ["Exec", found.enableExecuteCommand ? "on" : "off"],
      ["Last event", found.events?.[0]?.message ?? ""],
    ],
  };
};

const deploymentItem = (found: Deployment, service: ResourceItem): ResourceItem => {
  const state: ResourceState =
    found.rolloutState === "FAILED" ? "bad" : found.rolloutState === "IN_PROGRESS" ? "busy" : "good";
  return {
    kind: "deployment",
    key: found.id ?? "",
    label: lastOf(found.taskDefinition),
    state,
    expandable: false,
    can: [],
    ref: { ...service.ref, deployment: found.id ?? "" },
    description: [
      found.status?.toLowerCase(),
      found.rolloutState?.toLowerCase().replace("_", " "),
      `${found.runningCount ?? 0}/${found.desiredCount ?? 0}`,
      found.failedTasks ? `${found.failedTasks} failed` : "",
      ago(found.createdAt?.getTime(), Date.now()),
    ]
      .filter(Boolean)
      .join(" · "),
    facts: [
      ["Id", found.id ?? ""],
      ["Rollout", found.rolloutStateReason ?? ""],
      ["Created", found.createdAt?.toLocaleString() ?? ""],
    ],
  };
};

/** Services by ARN, ten a call, the calls side by side within the bucket. */
async function describeServices(caller: Caller, cluster: string, arns: readonly string[]): Promise<Service[]> {
  const answers = await Promise.all(
    chunks(arns, describeSize).map((services) =>
      caller.send(caller.session.ecs, new DescribeServicesCommand({ cluster, services }), "ecsService"),
    ),
  );
  return answers.flatMap((answer) => answer.services ?? []);
}

/** Tasks by ARN, with the public addresses of their interfaces. */
async function describeTasks(caller: Caller, cluster: string, arns: readonly string[]): Promise<ResourceItem[]> {
  const answers = await Promise.all(
    chunks(arns, pageSize).map((tasks) =>
      caller.send(caller.session.ecs, new DescribeTasksCommand({ cluster, tasks }), "ecsTask"),
    ),
  );
  const tasks = answers.flatMap((answer) => answer.tasks ?? []);
  const interfaces = tasks
    .filter((task) => task.lastStatus !== "STOPPED")
    .flatMap((task) => detail(task, "networkInterfaceId") ?? []);
  const found = interfaces.length
    ? // An address more or less: whoever may not look at interfaces, or whose task has just gone, still sees the tasks.
      await caller
        .send(
          caller.session.ec2,
          new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "network-interface-id", Values: interfaces }] }),
        )
        .catch(() => undefined)
    : undefined;
  const publicIps = new Map(
    (found?.NetworkInterfaces ?? []).flatMap((item) =>
      item.Association?.PublicIp ? [[item.NetworkInterfaceId ?? "", item.Association.PublicIp] as const] : [],
    ),
  );
  return tasks
    .sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0))
    .map((task) => taskItem(task, publicIps));
}

async function taskPage(
  caller: Caller,
  parent: ResourceItem,
  stopped: boolean,
  page: string | undefined,
): Promise<Page> {
  const { cluster = "", service } = parent.ref;
  const listed = await caller.send(
    caller.session.ecs,
    new ListTasksCommand({
      cluster,
      desiredStatus: stopped ? "STOPPED" : "RUNNING",
      maxResults: pageSize,
      ...(service === undefined ? {} : { serviceName: service }),
      ...(page === undefined ? {} : { nextToken: page }),
    }),
    "ecsTask",
  );
  const arns = listed.taskArns ?? [];
  const described = arns.length ? await describeTasks(caller, cluster, arns) : [];
  // Emulators may list others' tasks too under a service; AWS names the service in each of its own.
  const items = described.filter(
    (item) => service === undefined || !item.ref["group"] || item.ref["group"] === `service:${service}`,
  );
  return { items, ...(listed.nextToken === undefined ? {} : { next: listed.nextToken }) };
}

/** Names alone come a hundred a call: a filter looks through all of them and describes only what fits. */
async function serviceArns(
  caller: Caller,
  cluster: string,
  page: string | undefined,
  filter: string | undefined,
): Promise<{ arns: string[]; next: string | undefined }> {
  const fits = (arn: string): boolean =>
    filter === undefined || lastOf(arn).toLowerCase().includes(filter.toLowerCase());
  const arns: string[] = [];
  let next = page;
  do {
    const answer = await caller.send(
      caller.session.ecs,
      new ListServicesCommand({ cluster, maxResults: pageSize, ...(next === undefined ? {} : { nextToken: next }) }),
      "ecsService",
    );
    arns.push(...(answer.serviceArns ?? []).filter(fits));
    next = answer.nextToken;
  } while (filter !== undefined && next !== undefined && arns.length < pageSize);
  return { arns, next };
}

const standalone = (parent: ResourceItem): ResourceItem[] => [
  {
    kind: "tasks",
    key: "tasks",
    label: "All Tasks",
    description: "standalone ones too",
    state: "plain",
    ref: { cluster: parent.ref["cluster"] ?? "" },
    facts: [],
    expandable: true,
    can: [],
  },
  {
    kind: "stoppedTasks",
    key: "stoppedTasks",
    label: "Stopped Tasks",
    description: "of the last hour",
    state: "plain",
    ref: { cluster: parent.ref["cluster"] ?? "" },
    facts: [],
    expandable: true,
    can: [],
  },
];

export const ecsLoaders: Loaders = {
  async clusters(caller, _parent, page) {
    const { ecs } = caller.session;
    const { clusterArns, nextToken } = await caller.send(
      ecs,
      new ListClustersCommand({ maxResults: pageSize, ...present({ nextToken: page }) }),
      "ecsCluster",
    );
    const described = clusterArns?.length
      ? await caller.send(ecs, new DescribeClustersCommand({ clusters: clusterArns }), "ecsCluster")
      : undefined;
    return {
      items: (described?.clusters ?? []).map(clusterItem).sort((a, b) => a.label.localeCompare(b.label)),
      ...present({ next: nextToken }),
    };
  },
  async cluster(caller, parent, page, filter) {
    const cluster = parent.ref["cluster"] ?? "";
    const { arns, next } = await serviceArns(caller, cluster, page, filter);
    const services = (await describeServices(caller, cluster, arns))
      .map(serviceItem)
      .sort((a, b) => a.label.localeCompare(b.label));
    // The folders stand below the first page; a filter is about names, and they have none.
    return {
      items: [...services, ...(page === undefined && filter === undefined ? standalone(parent) : [])],
      ...present({ next }),
    };
  },
  async deployments(caller, parent) {
    const [service] = await describeServices(caller, parent.ref["cluster"] ?? "", [parent.ref["service"] ?? ""]);
    return { items: (service?.deployments ?? []).map((item) => deploymentItem(item, parent)) };
  },
  tasks: (caller, parent, page) => taskPage(caller, parent, false, page),
  stoppedTasks: (caller, parent, page) => taskPage(caller, parent, true, page),
  async task(caller, parent) {
    const { tasks } = await caller.send(
      caller.session.ecs,
      new DescribeTasksCommand({ cluster: parent.ref["cluster"], tasks: [parent.ref["task"] ?? ""] }),
      "ecsTask",
    );
    const [task] = tasks ?? [];
    return { items: (task?.containers ?? []).map((item) => containerItem(item, task as Task)) };
  },
};

/** Services and tasks as they are now. */
export async function updateEcs(caller: Caller, items: readonly ResourceItem[]): Promise<ResourceItem[]> {
  const clusters = new Set(items.map((item) => item.ref["cluster"] ?? ""));
  const found = await Promise.all(
    [...clusters].map(async (cluster) => {
      const of = (kind: string): string[] =>
        items.filter((item) => item.kind === kind && item.ref["cluster"] === cluster).flatMap((item) => item.arn ?? []);
      const [services, tasks] = await Promise.all([
        describeServices(caller, cluster, of("service")),
        of("task").length ? describeTasks(caller, cluster, of("task")) : [],
      ]);
      return [...services.filter((service) => service.status !== "INACTIVE").map(serviceItem), ...tasks];
    }),
  );
  return found.flat();
}
