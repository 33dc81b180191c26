/** A service as the map's scenes show it. */
import { known, type SeenTask, type ServiceSnapshot } from "../../../src/core/service/snapshot/serviceSnapshot";

export const now = Date.UTC(2026, 10, 24, 12, 0, 0);
export const arn = (service: string, rest: string): string => `arn:aws:${service}:ap-southeast-1:111122223333:${rest}`;
const groupArn = arn("elasticloadbalancing", "targetgroup/shop/0123456789abcdef");
const balancerArn = arn("elasticloadbalancing", "loadbalancer/app/shop/0123456789abcdef");
const definitionArn = (revision: number): string => arn("ecs", `task-definition/shop:${revision}`);
const digest = `sha256:${"4be1a0c2".repeat(8)}`;
const reference = `111122223333.dkr.ecr.ap-southeast-1.amazonaws.com/shop@${digest}`;

export interface Scene {
  tasks?: number;
  balanced?: boolean;
  /** The newest task answers 404 to its health check, in the middle of a rollout from 8 to 9. */
  failing?: boolean;
  /** A rollout that goes well: the newest task is being checked. */
  rolling?: boolean;
}

/** A service as it runs, with so many tasks in three zones. */
export function snapshot({
  tasks = 3,
  balanced = true,
  failing = false,
  rolling = false,
}: Scene = {}): ServiceSnapshot {
  const mixed = failing || rolling;
  const desired = mixed ? Math.max(1, tasks - 1) : tasks;
  const seen = Array.from({ length: tasks }, (_, index): SeenTask => {
    const newest = mixed && index === tasks - 1;
    const id = `${(0x5f3c0000 + index * 0x1a2b3).toString(16)}${"0".repeat(24)}`.slice(0, 32);
    return {
      id,
      arn: arn("ecs", `task/production/${id}`),
      taskDefinition: definitionArn(mixed && !newest ? 8 : 9),
      lastStatus: "RUNNING",
      desiredStatus: "RUNNING",
      createdAt: now - (newest ? 95_000 : 3 * 86_400_000) + index,
      startedAt: now - (newest ? 70_000 : 3 * 86_400_000) + index,
      containers: [{ name: "shop", image: reference, lastStatus: "RUNNING", health: "UNKNOWN" }],
      zone: `ap-southeast-1${"abc"[index % 3] ?? "a"}`,
      subnet: `subnet-${index % 3}`,
      address: `10.0.${index % 3}.${10 + index}`,
      cpu: "256",
      memory: "512",
      lastLines: ["GET /healthz 404 1 ms"],
      ...(balanced ? {} : { publicAddress: `198.51.100.${10 + (index % 200)}` }),
    };
  });
  const deployments = mixed
    ? [
        {
          id: "ecs-svc/2",
          status: "PRIMARY",
          taskDefinition: definitionArn(9),
          rolloutState: "IN_PROGRESS",
          desired,
          running: 1,
          pending: 0,
          failed: failing ? 2 : 0,
          createdAt: now - 120_000,
        },
        {
          id: "ecs-svc/1",
          status: "ACTIVE",
          taskDefinition: definitionArn(8),
          rolloutState: "COMPLETED",
          desired,
          running: desired,
          pending: 0,
          failed: 0,
          createdAt: now - 3 * 86_400_000,
        },
      ]
    : [
        {
          id: "ecs-svc/2",
          status: "PRIMARY",
          taskDefinition: definitionArn(9),
          rolloutState: "COMPLETED",
          desired,
          running: desired,
          pending: 0,
          failed: 0,
          createdAt: now - 3 * 86_400_000,
        },
      ];
  const health = seen.map((task, index) => ({
    target: task.address ?? "",
    port: 3000,
    ...(mixed && index === tasks - 1
      ? failing
        ? {
            state: "unhealthy",
            reason: "Target.ResponseCodeMismatch",
            description: "Health checks failed with these codes: [404]",
          }
        : { state: "initial", reason: "Elb.InitialHealthChecking" }
      : { state: "healthy" }),
  }));
  return {
    at: now,
    identity: { account: "111122223333", arn: arn("iam", "user/ann"), region: "ap-southeast-1", partition: "aws" },
    subject: { cluster: "production", service: "shop" },
    cluster: known({
      name: "production",
      arn: arn("ecs", "cluster/production"),
      status: "ACTIVE",
      tags: {},
      activeServices: 4,
    }),
    service: known({
      name: "shop",
      arn: arn("ecs", "service/production/shop"),
      status: "ACTIVE",
      taskDefinition: definitionArn(9),
      desired,
      running: tasks,
      pending: 0,
      deployments,
      network: { subnets: ["subnet-0", "subnet-1"], securityGroups: ["sg-task"], assignPublicIp: true },
      loadBalancers: balanced ? [{ targetGroupArn: groupArn, containerName: "shop", containerPort: 3000 }] : [],
      events: [{ id: "1", at: now - 60_000, message: "(service shop) has started 1 tasks: (task 5f3c)." }],
      tags: {},
      circuitBreaker: { enable: true, rollback: true },
    }),
    serviceDeployments: known([]),
    revision: known({
      arn: definitionArn(9),
      status: "ACTIVE",
      definition: {
        family: "shop",
        cpu: "256",
        memory: "512",
        containerDefinitions: [{ name: "shop", image: reference }],
      },
    }),
    tasks: known(seen),
    targetGroups: known(
      balanced
        ? [
            {
              name: "shop",
              arn: groupArn,
              vpc: "vpc-0a1b2c3d",
              port: 3000,
              targetType: "ip",
              protocol: "HTTP",
              healthCheckPort: "traffic-port",
              healthCheckProtocol: "HTTP",
              loadBalancers: [balancerArn],
              tags: {},
              attributes: known({}),
              health: known(health),
              healthCheck: {
                path: "/healthz",
                matcher: "200-399",
                intervalSeconds: 5,
                timeoutSeconds: 2,
                healthyThreshold: 2,
                unhealthyThreshold: 2,
              },
            },
          ]
        : [],
    ),
    loadBalancers: known(
      balanced
        ? [
            {
              name: "shop",
              arn: balancerArn,
              dnsName: "shop-1234567890.ap-southeast-1.elb.amazonaws.com",
              state: "active",
              scheme: "internet-facing",
              vpc: "vpc-0a1b2c3d",
              type: "application",
              securityGroups: ["sg-lb"],
              subnets: ["subnet-0", "subnet-1"],
              zones: ["ap-southeast-1a", "ap-southeast-1b"],
              tags: {},
              listeners: known([
                {
                  arn: arn("elasticloadbalancing", "listener/app/shop/0/1"),
                  port: 80,
                  protocol: "HTTP",
                  forwards: [{ arn: groupArn, weight: 1 }],
                  tags: {},
                  rules: known([]),
                },
              ]),
            },
          ]
        : [],
    ),
    securityGroups: known([
      ...(balanced
        ? [
            {
              id: "sg-lb",
              name: "shop-lb",
              vpc: "vpc-0a1b2c3d",
              ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, cidrs: ["0.0.0.0/0"], groups: [] }],
              egress: [{ protocol: "-1", fromPort: 0, toPort: 65_535, cidrs: ["0.0.0.0/0"], groups: [] }],
              tags: {},
            },
          ]
        : []),
      {
        id: "sg-task",
        name: "shop-task",
        vpc: "vpc-0a1b2c3d",
        ingress: [
          {
            protocol: "tcp",
            fromPort: 3000,
            toPort: 3000,
            cidrs: balanced ? [] : ["0.0.0.0/0"],
            groups: balanced ? ["sg-lb"] : [],
          },
        ],
        egress: [{ protocol: "-1", fromPort: 0, toPort: 65_535, cidrs: ["0.0.0.0/0"], groups: [] }],
        tags: {},
      },
    ]),
    newestRevision: known(undefined),
    subnets: known([]),
    endpoints: known([]),
    executionRole: known(undefined),
    taskRole: known(undefined),
    images: [
      {
        container: "shop",
        reference,
        repository: "shop",
        facts: known({
          digest,
          tags: ["slipway-4be1a0c2d3e4", "latest"],
          bytes: 61_000_000,
          platforms: ["linux/amd64"],
          exposedPorts: [3000],
          scan: { status: "COMPLETE", counts: {} },
        }),
        repositoryExists: known(true),
        tags: known(["slipway-4be1a0c2d3e4", "latest", "slipway-09af"]),
        latest: known(undefined),
      },
    ],
    secrets: [],
    logs: [
      {
        container: "shop",
        driver: "awslogs",
        group: "/ecs/shop",
        prefix: "shop",
        createGroup: true,
        facts: known({ name: "/ecs/shop", arn: arn("logs", "log-group:/ecs/shop"), retentionDays: 30, tags: {} }),
        events: known([{ at: now, stream: "s", message: failing ? "GET /healthz 404 1 ms" : "GET / 200 3 ms" }]),
      },
    ],
    ...(balanced
      ? {
          url: {
            url: "http://shop-1234567890.ap-southeast-1.elb.amazonaws.com/",
            status: 200,
            milliseconds: 41,
            start: "<!doctype html>",
          },
        }
      : {}),
    fargateCpus: known(6),
  };
}
