/** The guide's seven phases and nineteen rows, as a person sees them. */
export type RowId =
  | "1.1"
  | "1.2"
  | "2.1"
  | "2.2"
  | "2.3"
  | "3.1"
  | "3.2"
  | "3.3"
  | "3.4"
  | "4.1"
  | "4.2"
  | "5.1"
  | "5.2"
  | "6.1"
  | "6.2"
  | "6.3"
  | "7.1"
  | "7.2"
  | "7.3";

export type PhaseId = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface Row {
  id: RowId;
  phase: PhaseId;
  title: string;
  /** What the person reads while it runs, and when it is done. */
  running: string;
  done: string;
}

export const phases: readonly { id: PhaseId; title: string }[] = [
  { id: 1, title: "Connect" },
  { id: 2, title: "Registry" },
  { id: 3, title: "Image" },
  { id: 4, title: "Cluster" },
  { id: 5, title: "Task definition" },
  { id: 6, title: "Load balancer" },
  { id: 7, title: "Service" },
];

const table: readonly [RowId, string, string, string][] = [
  ["1.1", "Profile and region", "Setup", "Configured"],
  ["1.2", "Identity", "Verifying", "Verified"],
  ["2.1", "ECR repository", "Creating", "Active"],
  ["2.2", "Authorization token", "Authenticating", "Authenticated"],
  ["2.3", "Registry login", "Logging in", "Login succeeded"],
  ["3.1", "Build the image", "Building", "Built"],
  ["3.2", "Tag the image", "Tagging", "Tagged"],
  ["3.3", "Push the image", "Pushing", "Pushed"],
  ["3.4", "Verify the digest", "Verifying", "Verified"],
  ["4.1", "ECS cluster", "Creating", "Created"],
  ["4.2", "Cluster status", "Verifying", "Active"],
  ["5.1", "Task definition file", "Creating", "Created"],
  ["5.2", "Register the revision", "Registering", "Registered"],
  ["6.1", "Target group", "Creating", "Created"],
  ["6.2", "Load balancer", "Creating", "Active"],
  ["6.3", "Target group's ARN", "Retrieving", "Retrieved"],
  ["7.1", "ECS service", "Deploying", "Deployed"],
  ["7.2", "Rollout", "Starting", "Running"],
  ["7.3", "Live URL", "Probing", "Live"],
];

export const rows: readonly Row[] = table.map(([id, title, running, done]) => ({
  id,
  phase: Number(id[0]) as PhaseId,
  title,
  running,
  done,
}));

export function rowOf(id: RowId): Row {
  return rows.find((row) => row.id === id) as Row;
}

/** Steps of the graph. Several may stand under one row. */
export const stepRows = {
  configure: "1.1",
  identity: "1.2",
  repository: "2.1",
  lifecycle: "2.1",
  token: "2.2",
  login: "2.3",
  build: "3.1",
  tag: "3.2",
  push: "3.3",
  verifyImage: "3.4",
  cluster: "4.1",
  clusterActive: "4.2",
  files: "5.1",
  role: "5.2",
  logGroup: "5.2",
  register: "5.2",
  targetGroup: "6.1",
  alternateGroup: "6.1",
  loadBalancerGroup: "6.2",
  taskGroup: "6.2",
  taskRule: "6.2",
  loadBalancer: "6.2",
  certificate: "6.2",
  certificateIssued: "6.2",
  listener: "6.2",
  shiftRole: "6.2",
  shiftRule: "6.2",
  domain: "6.2",
  redirect: "6.2",
  loadBalancerActive: "6.2",
  targetGroupArn: "6.3",
  release: "7.1",
  service: "7.1",
  scaling: "7.1",
  alarms: "7.1",
  scheduleRole: "7.1",
  rollout: "7.2",
  schedules: "7.2",
  settle: "7.2",
  live: "7.3",
} as const satisfies Record<string, RowId>;

export type StepId = keyof typeof stepRows;

export const stepTitles: Readonly<Record<StepId, string>> = {
  configure: "profile and region",
  identity: "identity",
  repository: "ECR repository",
  lifecycle: "lifecycle policy",
  token: "authorization token",
  login: "registry login",
  build: "image build",
  tag: "image tag",
  push: "image push",
  verifyImage: "image digest",
  cluster: "ECS cluster",
  clusterActive: "cluster status",
  files: "files in the workspace",
  role: "execution role",
  logGroup: "log group",
  register: "task definition",
  targetGroup: "target group",
  alternateGroup: "second target group",
  loadBalancerGroup: "load balancer's security group",
  taskGroup: "tasks' security group",
  taskRule: "rule from load balancer to tasks",
  loadBalancer: "load balancer",
  certificate: "certificate",
  certificateIssued: "certificate's validation",
  listener: "listener",
  shiftRole: "role that moves the traffic",
  shiftRule: "rule that moves the traffic",
  domain: "name in DNS",
  redirect: "redirect to HTTPS",
  loadBalancerActive: "load balancer's state",
  targetGroupArn: "target group's ARN",
  release: "release command",
  service: "ECS service",
  scaling: "auto scaling",
  alarms: "alarms",
  scheduleRole: "role of the schedules",
  rollout: "rollout",
  schedules: "schedules",
  settle: "after the rollout",
  live: "live URL",
};

/** What Slipway makes or uses, in AWS and in the workspace. */
export type ResourceKind =
  | "repository"
  | "image"
  | "cluster"
  | "role"
  | "logGroup"
  | "taskDefinition"
  | "securityGroup"
  | "targetGroup"
  | "loadBalancer"
  | "listener"
  | "listenerRule"
  | "certificate"
  | "record"
  | "service"
  | "secret"
  | "scalingTarget"
  | "alarm"
  | "scheduleGroup"
  | "file";
