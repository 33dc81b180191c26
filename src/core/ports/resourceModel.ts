/** What the AWS Resources view shows, as plain data: it knows no tree and no SDK. */

/** Every kind of place and thing there is, from the account down. */
export const resourceKinds = [
  "root",
  "repositories",
  "repository",
  "image",
  "clusters",
  "cluster",
  "service",
  "deployments",
  "deployment",
  "tasks",
  "stoppedTasks",
  "task",
  "container",
  "scaling",
  "scalingPolicy",
  "scalingActivity",
  "families",
  "family",
  "revision",
  "inactiveRevisions",
  "loadBalancers",
  "loadBalancer",
  "listener",
  "rule",
  "targetGroups",
  "targetGroup",
  "target",
  "logGroups",
  "logGroup",
  "logStream",
] as const;

export type ResourceKind = (typeof resourceKinds)[number];

/** How it is: `busy` is in transition and looked at every few seconds, `bad` wants attention. */
export type ResourceState = "good" | "busy" | "bad" | "off" | "plain";

/** One thing in the account. */
export interface ResourceItem {
  kind: ResourceKind;
  /** Unique among its siblings. */
  key: string;
  label: string;
  /** State in words, counts, age: never in colour alone. */
  description: string;
  state: ResourceState;
  arn?: string;
  /** The names by which AWS's API finds it: cluster, service, task, repository, … */
  ref: Readonly<Record<string, string>>;
  /** What a tooltip says, a pair a line. */
  facts: readonly (readonly [string, string])[];
  expandable: boolean;
  /** What can be done with it, besides what its kind always offers: `url`, `exec`, `running`, … */
  can: readonly string[];
  /** Of a task: how its containers ended, those that have an exit code. */
  exitCodes?: readonly ContainerExit[];
  /** Of a stopped task: ECS's own reason. */
  stoppedReason?: string;
}

/** How a container ended. */
export interface ContainerExit {
  container: string;
  exitCode: number;
  reason?: string;
}

/** `exit code 1`; where a task has several containers, each with its name. */
export const exitText = (exits: readonly ContainerExit[]): string =>
  exits
    .map(
      ({ container, exitCode, reason }) =>
        `${exits.length > 1 ? `${container}: ` : ""}exit code ${exitCode}${reason ? ` ${reason}` : ""}`,
    )
    .join(", ");

/** Some of the children, and where the next page begins. */
export interface Page {
  items: ResourceItem[];
  next?: string;
}

/** Kinds whose children are known without asking AWS. */
export const folders: Partial<Record<ResourceKind, readonly { kind: ResourceKind; label: string }[]>> = {
  root: [
    { kind: "repositories", label: "ECR Repositories" },
    { kind: "clusters", label: "ECS Clusters" },
    { kind: "families", label: "Task Definitions" },
    { kind: "loadBalancers", label: "Load Balancers" },
    { kind: "targetGroups", label: "Target Groups" },
    { kind: "logGroups", label: "Log Groups" },
  ],
  service: [
    { kind: "deployments", label: "Deployments" },
    { kind: "tasks", label: "Tasks" },
    { kind: "stoppedTasks", label: "Stopped Tasks" },
    { kind: "scaling", label: "Auto Scaling" },
  ],
};

/** What an empty place says. */
export const emptyWords: Partial<Record<ResourceKind, string>> = {
  repositories: "No repositories in this region",
  repository: "No images",
  clusters: "No clusters in this region",
  cluster: "No services and no tasks",
  deployments: "No deployments",
  tasks: "No tasks",
  stoppedTasks: "None in the last hour",
  scaling: "Not scaled automatically",
  families: "No task definitions in this region",
  family: "No active revisions",
  inactiveRevisions: "No inactive revisions",
  loadBalancers: "No load balancers in this region",
  loadBalancer: "No listeners",
  listener: "No rules",
  rule: "It forwards to no target group",
  targetGroups: "No target groups in this region",
  targetGroup: "No targets",
  logGroups: "No log groups in this region",
  logGroup: "No streams",
  task: "No containers",
};

/** The folder of a kind, as a child of `parent`. */
export function folderItem(kind: ResourceKind, label: string, parent: ResourceItem): ResourceItem {
  return {
    kind,
    key: kind,
    label,
    description: "",
    state: "plain",
    ref: parent.ref,
    facts: [],
    expandable: true,
    can: [],
  };
}

/** `3 min`, `2 h`, `5 d`: how long ago, for a description. */
export function age(from: number | undefined, now: number): string {
  if (from === undefined || !Number.isFinite(from)) return "";
  const minutes = Math.max(0, (now - from) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${Math.floor(minutes)} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / 1440)} d`;
}

/** `3 min ago`, `just now`: an age where nothing else says what it is. */
export function ago(from: number | undefined, now: number): string {
  const text = age(from, now);
  return /^\d/.test(text) ? `${text} ago` : text;
}

/** `3.4 MB` for bytes, in units of 1000 as registries and CloudWatch show them. */
export function size(bytes: number | undefined): string {
  if (bytes === undefined) return "";
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ""}`;
}
