/** A service in good order, as a look at it reads it; what goes wrong is put into a copy. */
import type { Service, ServiceDeployment, TargetHealth } from "../../../src/core/ports/cloud";
import type { SubnetFacts } from "../../../src/core/ports/inspection";
import { known, type SeenTask, type ServiceSnapshot } from "../../../src/core/service/snapshot/serviceSnapshot";

export const now = 1_800_000_000_000;
const account = "123456789012";
const region = "us-east-1";
const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;
export const groupArn = arn("elasticloadbalancing", "targetgroup/quay/0123456789abcdef");
const balancerArn = arn("elasticloadbalancing", "loadbalancer/app/quay/0123456789abcdef");
const listenerArn = arn("elasticloadbalancing", "listener/app/quay/0123456789abcdef/fedcba9876543210");
export const registry = `${account}.dkr.ecr.${region}.amazonaws.com`;
const digest = `sha256:${"ab".repeat(32)}`;
export const deploymentId = "ecs-svc/1111111111111111111";
const revisionArn = arn("ecs", "task-definition/quay:7");

const subnet = (id: string, zone: string, zoneId: string, cidr: string): SubnetFacts => ({
  id,
  zone,
  zoneId,
  cidr,
  freeAddresses: 4000,
  egress: "internet",
  defaultForZone: true,
  vpc: "vpc-1",
  routeTable: "rtb-1",
  blackhole: false,
});

/** A running task; `n` tells tasks apart. */
export const runningTask = (n = 1): SeenTask => ({
  id: `${n}`.repeat(32).slice(0, 32),
  arn: arn("ecs", `task/quay/${`${n}`.repeat(32).slice(0, 32)}`),
  taskDefinition: revisionArn,
  lastStatus: "RUNNING",
  desiredStatus: "RUNNING",
  startedBy: deploymentId,
  createdAt: now - 300_000 + n * 1000,
  networkInterface: `eni-${n}`,
  subnet: "subnet-a",
  zone: "us-east-1a",
  address: "172.31.0.10",
  publicAddress: "203.0.113.77",
  pullStartedAt: now - 280_000,
  pullStoppedAt: now - 275_000,
  startedAt: now - 274_000,
  cpu: "256",
  memory: "512",
  health: "UNKNOWN",
  containers: [{ name: "quay", image: `${registry}/quay@${digest}`, lastStatus: "RUNNING", health: "UNKNOWN" }],
  lastLines: ["listening on port 8080"],
});

const service = (): Service => ({
  name: "quay",
  arn: arn("ecs", "service/quay/quay"),
  status: "ACTIVE",
  taskDefinition: revisionArn,
  desired: 1,
  running: 1,
  pending: 0,
  deployments: [
    {
      id: deploymentId,
      status: "PRIMARY",
      taskDefinition: revisionArn,
      rolloutState: "COMPLETED",
      rolloutStateReason: `ECS deployment ${deploymentId} completed.`,
      desired: 1,
      running: 1,
      pending: 0,
      failed: 0,
      createdAt: now - 310_000,
    },
  ],
  network: { subnets: ["subnet-a", "subnet-b"], securityGroups: ["sg-tasks"], assignPublicIp: true },
  loadBalancers: [{ targetGroupArn: groupArn, containerName: "quay", containerPort: 8080 }],
  events: [{ id: "e0", at: now - 309_000, message: `(service quay) has started 1 tasks: (task ${"1".repeat(32)}).` }],
  tags: {},
  circuitBreaker: { enable: true, rollback: true },
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  gracePeriodSeconds: 120,
});

export const serviceDeployment = (): ServiceDeployment => ({
  arn: arn("ecs", "service-deployment/quay/quay/x"),
  status: "SUCCESSFUL",
  createdAt: now - 310_000,
  circuitBreaker: { status: "MONITORING_COMPLETE", failureCount: 0, threshold: 3 },
  requested: 1,
  running: 1,
  pending: 0,
});

export const executionPolicy = (): {
  Version: string;
  Statement: { Effect: string; Action: string[]; Resource: string }[];
} => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: [
        "ecr:GetAuthorizationToken",
        "ecr:BatchCheckLayerAvailability",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchGetImage",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
      ],
      Resource: "*",
    },
  ],
});
const trust = (): {
  Version: string;
  Statement: { Effect: string; Principal: { Service: string }; Action: string }[];
} => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

/** Everything readable, everything in order. */
export function healthy(): ServiceSnapshot {
  const image = `${registry}/quay@${digest}`;
  const open = { protocol: "-1", fromPort: 0, toPort: 65_535, cidrs: ["0.0.0.0/0"], groups: [] };
  const target: TargetHealth = { target: "172.31.0.10", port: 8080, state: "healthy" };
  return {
    at: now,
    identity: { account, arn: arn("iam", "user/me"), region, partition: "aws" },
    subject: { cluster: "quay", service: "quay" },
    cluster: known({ name: "quay", arn: arn("ecs", "cluster/quay"), status: "ACTIVE", tags: {}, activeServices: 1 }),
    service: known(service()),
    serviceDeployments: known([serviceDeployment()]),
    revision: known({
      arn: revisionArn,
      status: "ACTIVE",
      definition: {
        family: "quay",
        cpu: "256",
        memory: "512",
        executionRoleArn: `arn:aws:iam::${account}:role/quay-execution`,
        runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" },
        containerDefinitions: [
          {
            name: "quay",
            image,
            essential: true,
            portMappings: [{ containerPort: 8080 }],
            logConfiguration: {
              logDriver: "awslogs",
              options: { "awslogs-group": "/ecs/quay", "awslogs-region": region, "awslogs-stream-prefix": "ecs" },
            },
          },
        ],
      },
    }),
    newestRevision: known(undefined),
    tasks: known([runningTask()]),
    targetGroups: known([
      {
        name: "quay",
        arn: groupArn,
        vpc: "vpc-1",
        port: 8080,
        targetType: "ip",
        loadBalancers: [balancerArn],
        tags: {},
        protocol: "HTTP",
        healthCheckPort: "traffic-port",
        healthCheckProtocol: "HTTP",
        healthCheck: {
          path: "/status",
          matcher: "200-399",
          intervalSeconds: 5,
          timeoutSeconds: 4,
          healthyThreshold: 2,
          unhealthyThreshold: 6,
        },
        health: known([target]),
        attributes: known({}),
      },
    ]),
    loadBalancers: known([
      {
        name: "quay",
        arn: balancerArn,
        dnsName: "quay-1.us-east-1.elb.amazonaws.com",
        state: "active",
        scheme: "internet-facing",
        vpc: "vpc-1",
        type: "application",
        securityGroups: ["sg-balancer"],
        subnets: ["subnet-a", "subnet-b"],
        tags: {},
        zones: ["us-east-1a", "us-east-1b"],
        listeners: known([
          {
            arn: listenerArn,
            port: 80,
            protocol: "HTTP",
            forwards: [{ arn: groupArn, weight: 1 }],
            tags: {},
            rules: known([]),
          },
        ]),
      },
    ]),
    securityGroups: known([
      {
        id: "sg-tasks",
        name: "quay-tasks",
        vpc: "vpc-1",
        tags: {},
        ingress: [{ protocol: "tcp", fromPort: 8080, toPort: 8080, cidrs: [], groups: ["sg-balancer"] }],
        egress: [open],
      },
      {
        id: "sg-balancer",
        name: "quay-load-balancer",
        vpc: "vpc-1",
        tags: {},
        ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, cidrs: ["0.0.0.0/0"], groups: [] }],
        egress: [open],
      },
    ]),
    subnets: known([
      subnet("subnet-a", "us-east-1a", "use1-az1", "172.31.0.0/20"),
      subnet("subnet-b", "us-east-1b", "use1-az2", "172.31.16.0/20"),
      { ...subnet("subnet-c", "us-east-1c", "use1-az4", "172.31.32.0/20") },
    ]),
    endpoints: known([]),
    executionRole: known({
      name: "quay-execution",
      arn: `arn:aws:iam::${account}:role/quay-execution`,
      trust: trust(),
      createdAt: 0,
      policies: [{ name: "AmazonECSTaskExecutionRolePolicy", document: executionPolicy() }],
      unread: [],
    }),
    taskRole: known(undefined),
    images: [
      {
        container: "quay",
        reference: image,
        repository: "quay",
        repositoryExists: known(true),
        tags: known(["slipway-1", "latest"]),
        latest: known(undefined),
        facts: known({
          digest,
          tags: ["slipway-1", "latest"],
          platforms: ["linux/amd64"],
          exposedPorts: [8080],
          bytes: 40_000_000,
        }),
      },
    ],
    secrets: [],
    logs: [
      {
        container: "quay",
        driver: "awslogs",
        group: "/ecs/quay",
        prefix: "ecs",
        region,
        createGroup: false,
        facts: known({ name: "/ecs/quay", arn: arn("logs", "log-group:/ecs/quay"), tags: {} }),
        events: known([]),
      },
    ],
    url: { url: "http://quay-1.us-east-1.elb.amazonaws.com/", status: 200, milliseconds: 12, start: "hello" },
    fargateCpus: known(6),
  };
}

/** How much of AWS's texts is left: all, so many characters, or none at all. */
export type Texts = "full" | "absent" | number;

/** The same situation with AWS's texts cut; codes, states and counts stay. */
export function withTexts(snapshot: ServiceSnapshot, texts: Texts): ServiceSnapshot {
  if (texts === "full") return snapshot;
  const cut = (text: string | undefined): string | undefined =>
    texts === "absent" || text === undefined ? undefined : text.slice(0, texts);
  const copy = structuredClone(snapshot);
  if (copy.tasks.known) {
    for (const task of copy.tasks.value) {
      setOrDrop(task, "stoppedReason", cut(task.stoppedReason));
      for (const container of task.containers) setOrDrop(container, "reason", cut(container.reason));
    }
  }
  if (copy.service.known && copy.service.value) {
    copy.service.value.events = copy.service.value.events.map((event) => ({
      ...event,
      message: cut(event.message) ?? "",
    }));
    for (const deployment of copy.service.value.deployments)
      setOrDrop(deployment, "rolloutStateReason", cut(deployment.rolloutStateReason));
  }
  if (copy.serviceDeployments.known)
    for (const deployment of copy.serviceDeployments.value)
      setOrDrop(deployment, "statusReason", cut(deployment.statusReason));
  if (copy.targetGroups.known)
    for (const group of copy.targetGroups.value)
      if (group.health.known)
        for (const target of group.health.value) setOrDrop(target, "description", cut(target.description));
  return copy;
}

function setOrDrop<K extends string>(object: { [key in K]?: string }, key: K, value: string | undefined): void {
  if (value === undefined) delete object[key];
  else object[key] = value;
}
