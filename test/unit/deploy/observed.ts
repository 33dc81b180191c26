/** What a plan is made from: an account with nothing in it, and one in which the application runs as it is stated. */
import { resolveApplication } from "../../../src/core/app/app";
import type { ApplicationConfig } from "../../../src/core/app/schema";
import { planDefinition } from "../../../src/core/deploy/definitionPlan";
import { recordTag } from "../../../src/core/deploy/names";
import { noNames } from "../../../src/core/deploy/namesState";
import { contentTag, ownershipTags, type ObservedState, type RunInput } from "../../../src/core/deploy/observedState";
import type { Certificate, Cloud } from "../../../src/core/ports/cloud";
import type { SubnetFacts } from "../../../src/core/ports/inspection";
import type { ContainerEngine, Prober, Workspace } from "../../../src/core/ports/machine";
import { known } from "../../../src/core/service/snapshot/serviceSnapshot";
import { generateDefinition } from "../../../src/core/taskDefinition/model/generate";

const account = "123456789012";
const region = "us-east-1";
const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;
const digest = "ab".repeat(32);
const groupArn = arn("elasticloadbalancing", "targetgroup/quay/0123456789abcdef");
export const spareArn = arn("elasticloadbalancing", "targetgroup/quay-b/0123456789abcdef");
const balancerArn = arn("elasticloadbalancing", "loadbalancer/app/quay/0123456789abcdef");
const uri = `${account}.dkr.ecr.${region}.amazonaws.com/quay`;
const nobody = new Error("decide() reads what was observed and asks nobody");
/** A port that must not be used: deciding is pure. */
const unused = <T extends object>(): T =>
  new Proxy({} as T, {
    get: () => {
      throw nobody;
    },
  });

/** The input of a run; `config` is the application's entry in slipway.json. */
export function inputOf(config: ApplicationConfig = {}, rebuild = false): RunInput {
  const entry: ApplicationConfig = { dockerfile: "Dockerfile", port: 8080, healthCheck: { path: "/up" }, ...config };
  const app = resolveApplication({ applications: { quay: entry } }, "quay", undefined, { context: "." });
  return {
    app,
    configText: "{}",
    ids: { remembered: undefined, fresh: "0123456789abcdef" },
    dockerfile: {
      stages: [],
      shipped: undefined,
      ports: [],
      unsetPortVariables: [],
      environment: {},
      sources: [],
      copied: [],
      workdirs: [],
      contextMounts: [],
      arguments: [],
      buildSecrets: [],
      buildkitOnly: [],
      problems: [],
      doubts: [],
    },
    rebuild,
    cloud: unused<Cloud>(),
    engine: unused<ContainerEngine>(),
    workspace: unused<Workspace>(),
    clock: { now: () => 0, sleep: () => Promise.reject(nobody) },
    prober: unused<Prober>(),
    journal: { created: {} },
    settleMilliseconds: 0,
    localEndpoint: false,
    pollMilliseconds: 1,
  };
}

const subnet = (id: string, zone: string): SubnetFacts => ({
  id,
  zone,
  zoneId: `use1-${zone}`,
  cidr: "172.31.0.0/20",
  freeAddresses: 4000,
  egress: "internet",
  defaultForZone: true,
  vpc: "vpc-1",
  routeTable: "rtb-1",
  blackhole: false,
});

/** An account with a default VPC and nothing else. */
export function nothingThere(): ObservedState {
  const subnets = [subnet("subnet-a", "us-east-1a"), subnet("subnet-b", "us-east-1b")];
  return {
    identity: { account, arn: `arn:aws:iam::${account}:user/me`, region, partition: "aws" },
    engine: { name: "docker", version: "28", architecture: "X86_64", builder: "buildkit" },
    registrySeen: true,
    schedules: { group: undefined, found: [], role: undefined },
    ownGroups: [],
    balancing: { targetGroups: [], loadBalancer: undefined, listener: undefined, listeners: [], counts: {}, rules: [] },
    running: [],
    revisions: [],
    oldImages: [],
    tagged: undefined,
    pushTag: "slipway-0",
    ownership: { own: { unmarked: true }, planned: { unmarked: true } },
    buildInputs: { secrets: [], ssh: [] },
    outside: [],
    source: {
      digest,
      files: 2,
      bytes: 100,
      counted: [],
      request: { context: ".", dockerfile: "Dockerfile", arguments: {}, platform: "linux/amd64", leaveOut: [] },
    },
    repository: undefined,
    lifecycle: undefined,
    image: undefined,
    cluster: undefined,
    service: undefined,
    live: undefined,
    latest: undefined,
    own: undefined,
    role: undefined,
    taskRoleArn: undefined,
    logGroup: undefined,
    network: {
      vpc: "vpc-1",
      taskSubnets: subnets,
      loadBalancerSubnets: subnets,
      all: subnets,
      assignPublicIp: true,
    },
    endpoints: known([]),
    securityGroups: known([]),
    namedRoles: { execution: undefined, task: undefined },
    secrets: [],
    secretKeys: [],
    loadBalancerGroup: undefined,
    taskGroup: undefined,
    targetGroups: [],
    targetGroup: undefined,
    spareTargetGroup: undefined,
    targetGroupAttributes: {},
    spareAttributes: {},
    balancerAttributes: {},
    securityGroupRules: undefined,
    prefixLists: known([]),
    shiftRole: undefined,
    loadBalancer: undefined,
    listener: undefined,
    rules: [],
    alarms: [],
    names: noNames,
    scaling: { target: undefined, policies: [], scheduled: [] },
    cpuQuota: 100,
    balancingLimits: {},
    prices: undefined,
    answersHealthPath: undefined,
    definitionFile: undefined,
    configFile: undefined,
  };
}

/** Everything is there, ours, and as `input` states it: a second deployment of the same source changes nothing. */
export function allThere(input: RunInput): ObservedState {
  const { app } = input;
  const tags = ownershipTags(app);
  const roleArn = `arn:aws:iam::${account}:role/${app.executionRoleName}`;
  const { path, matcher, intervalSeconds, timeoutSeconds } = app.healthCheck;
  const empty = nothingThere();
  const targetGroup = {
    name: app.targetGroup,
    arn: groupArn,
    vpc: "vpc-1",
    port: 8080,
    targetType: "ip",
    loadBalancers: [balancerArn],
    healthCheck: { path, matcher, intervalSeconds, timeoutSeconds, healthyThreshold: 2, unhealthyThreshold: 6 },
    tags,
  };
  const state: ObservedState = {
    ...empty,
    repository: { name: "quay", arn: arn("ecr", "repository/quay"), uri, mutability: "MUTABLE", movableTags: [], tags },
    lifecycle: "{}",
    image: { digest: `sha256:${digest}`, tags: [contentTag(digest)] },
    cluster: { name: "quay", arn: arn("ecs", "cluster/quay"), status: "ACTIVE", tags, activeServices: 1 },
    role: {
      role: { name: app.executionRoleName, arn: roleArn, createdAt: 0, trust: {}, tags },
      attached: ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"],
      inline: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: ["logs:CreateLogGroup"],
            Resource: [
              `arn:aws:logs:*:${account}:log-group:${app.logGroup}`,
              `arn:aws:logs:*:${account}:log-group:${app.logGroup}:*`,
            ],
          },
        ],
      },
    },
    logGroup: {
      name: app.logGroup,
      arn: arn("logs", `log-group:${app.logGroup}`),
      retentionDays: app.logRetentionDays,
      tags,
    },
    loadBalancerGroup: {
      id: "sg-lb",
      name: app.securityGroups.loadBalancer,
      vpc: "vpc-1",
      ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, cidrs: ["0.0.0.0/0", "::/0"], groups: [] }],
      tags,
    },
    taskGroup: {
      id: "sg-tasks",
      name: app.securityGroups.tasks,
      vpc: "vpc-1",
      ingress: [{ protocol: "tcp", fromPort: 8080, toPort: 8080, cidrs: [], groups: ["sg-lb"] }],
      tags,
    },
    targetGroups: [targetGroup],
    targetGroup,
    targetGroupAttributes: { "deregistration_delay.timeout_seconds": String(app.deregistrationDelaySeconds) },
    loadBalancer: {
      name: app.loadBalancer?.name ?? "quay",
      arn: balancerArn,
      dnsName: "quay-1.us-east-1.elb.amazonaws.com",
      state: "active",
      scheme: "internet-facing",
      vpc: "vpc-1",
      type: "application",
      securityGroups: ["sg-lb"],
      subnets: ["subnet-a", "subnet-b"],
      tags,
    },
    listener: {
      arn: arn("elasticloadbalancing", "listener/app/quay/0123456789abcdef/fedcba9876543210"),
      port: 80,
      protocol: "HTTP",
      forwards: [{ arn: groupArn, weight: 1 }],
      tags,
    },
    definitionFile: JSON.stringify(generateDefinition(app, "X86_64")),
    configFile: input.configText,
  };
  const listener = state.listener as NonNullable<typeof state.listener>;
  state.balancing = { ...state.balancing, listener, listeners: [listener] };
  if (app.loadBalancer?.certificate !== undefined) speakHttps(input, state);
  const { predicted } = planDefinition(input, state);
  const revision = { arn: arn("ecs", "task-definition/quay:7"), revision: 7, definition: predicted, tags };
  const deployment = {
    id: "ecs-svc/1",
    status: "PRIMARY",
    taskDefinition: revision.arn,
    rolloutState: "COMPLETED",
    desired: app.desiredCount,
    running: app.desiredCount,
    pending: 0,
    failed: 0,
    createdAt: 0,
  };
  return {
    ...state,
    live: revision,
    latest: revision,
    own: revision,
    service: {
      name: "quay",
      arn: arn("ecs", "service/quay/quay"),
      status: "ACTIVE",
      taskDefinition: revision.arn,
      desired: app.desiredCount,
      running: app.desiredCount,
      pending: 0,
      deployments: [deployment],
      network: { subnets: ["subnet-a", "subnet-b"], securityGroups: ["sg-tasks"], assignPublicIp: true },
      loadBalancers: [{ targetGroupArn: groupArn, containerName: app.container, containerPort: 8080 }],
      events: [],
      tags,
      gracePeriodSeconds: 120,
      circuitBreaker: { enable: true, rollback: true },
    },
  };
}

export const certificateArn = arn("acm", "certificate/0f0e0d0c-1111-2222-3333-444455556666");
export const zone = { id: "Z0123456789", name: "example.com" };
export const proof = { name: "_a1.shop.example.com", type: "CNAME", value: "_b2.acm-validations.aws" };

/** A certificate of this application's domain. */
export const certificateOf = ({ app }: RunInput, more: Partial<Certificate> = {}): Certificate => ({
  arn: certificateArn,
  domain: app.loadBalancer?.domain ?? "shop.example.com",
  names: [app.loadBalancer?.domain ?? "shop.example.com"],
  status: "ISSUED",
  keyAlgorithm: "RSA_2048",
  notAfter: 400 * 86_400_000,
  createdAt: 0,
  proofs: [proof],
  usedBy: [balancerArn],
  tags: ownershipTags(app),
  ...more,
});

/** The listener of 443 with its certificate, the redirect of port 80, the name in its zone. */
function speakHttps(input: RunInput, state: ObservedState): void {
  const { app } = input;
  const plain = state.listener as NonNullable<typeof state.listener>;
  const port = app.loadBalancer?.listenerPort ?? 443;
  const domain = app.loadBalancer?.domain ?? "";
  const secure = { ...plain, arn: `${plain.arn}443`, port, protocol: "HTTPS", certificate: certificateArn };
  const redirect = { protocol: "HTTPS", host: domain, port: String(port) };
  const sent = { ...plain, forwards: [], redirect };
  const balancer = state.loadBalancer as NonNullable<typeof state.loadBalancer>;
  const group = state.loadBalancerGroup as NonNullable<typeof state.loadBalancerGroup>;
  Object.assign(state, {
    listener: secure,
    balancing: {
      ...state.balancing,
      listener: secure,
      listeners: [secure, ...(app.loadBalancer?.redirectHttp ? [sent] : [])],
    },
    loadBalancer: { ...balancer, zoneId: "Z35", tags: { ...balancer.tags, [recordTag]: `${zone.id}/${domain}` } },
    loadBalancerGroup: {
      ...group,
      ingress: [...group.ingress, { ...group.ingress[0], fromPort: port, toPort: port }],
    },
    names: {
      ...noNames,
      certificates: [certificateOf(input)],
      zones: known([zone]),
      records: [{ name: domain, type: "A", values: [], alias: balancer.dnsName }],
      proofs: [{ name: proof.name, type: "CNAME", values: [`${proof.value}.`] }],
    },
  });
}
