/** Each item of the checklist is broken on its own, behind Slipway's back, with AWS's own client, and repaired again. */
import { strict as assert } from "node:assert";
import { CreateLogGroupCommand, DeleteLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateRouteCommand,
  DeleteRouteCommand,
  RevokeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  DescribeRouteTablesCommand,
} from "@aws-sdk/client-ec2";
import { BatchDeleteImageCommand, BatchGetImageCommand, PutImageCommand } from "@aws-sdk/client-ecr";
import {
  DeleteClusterCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import {
  DeregisterTargetsCommand,
  ModifyListenerCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
  SetSubnetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AttachRolePolicyCommand, DetachRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Connection } from "../../src/core/api";
import type { ServiceSnapshot } from "../../src/core/service/snapshot/serviceSnapshot";
import type { TaskDefinition } from "../../src/core/base/taskDefinition";
import type { CheckResult } from "../../src/core/service/checks/checklist";
import { createBackend } from "../../src/backend/backend";
import { tinyApplication } from "./support/apps";
import { accountOf, resultOf } from "./support/cli";
import { applicationFolder, readIn, theEngine, World, writeIn } from "./support/world";

const application = {
  ...tinyApplication(),
  "slipway.json": JSON.stringify({
    applications: {
      quay: {
        dockerfile: "Dockerfile",
        port: 8080,
        healthCheck: { path: "/up", intervalSeconds: 5, gracePeriodSeconds: 7200 },
        deregistrationDelaySeconds: 1,
      },
    },
  }),
  "task-definition.json": JSON.stringify({
    family: "quay",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    containerDefinitions: [
      {
        name: "quay",
        essential: true,
        portMappings: [{ containerPort: 8080, protocol: "tcp" }],
        environment: [{ name: "SANDBOX_PATHS", value: "/up,/" }],
        logConfiguration: {
          logDriver: "awslogs",
          options: { "awslogs-group": "/ecs/quay", "awslogs-stream-prefix": "quay" },
        },
      },
    ],
  }),
};

/** What a look gives where everything is known: an unknown part fails the test here and not somewhere else. */
function read<T>(found: { known: true; value: T } | { known: false; why: string }): T {
  if (!found.known) throw new Error(found.why);
  return found.value;
}

describe("the checklist", function () {
  this.timeout(60_000);
  const signal = new AbortController().signal;
  const before_ = { ...process.env };
  let world: World;
  let connection: Connection;
  let folder: string;
  let seen: ServiceSnapshot;

  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("verify", [
      "--tasks",
      "simulated",
      "--consistency",
      "strong",
      "--time",
      "aws",
      "--speed",
      "60",
    ]);
    folder = applicationFolder("quay", application);
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    Object.assign(process.env, world.env);
    connection = await createBackend({ sandboxProgram: "", log: () => undefined }).connect(
      { kind: "environment" },
      { mfaCode: () => Promise.resolve(undefined), deviceCode: () => Promise.resolve(false) },
      signal,
    );
    // The first that is wrong, and right again, is to be seen soon.
    await world.clients.elb.send(
      new ModifyTargetGroupCommand({
        TargetGroupArn: read((await connection.look({ folder }, signal)).snapshot.targetGroups)[0]?.arn,
        UnhealthyThresholdCount: 2,
      }),
    );
  });
  after(async () => {
    for (const name of Object.keys(process.env)) if (!(name in before_)) delete process.env[name];
    Object.assign(process.env, before_);
    connection?.close();
    await world?.stop();
  });

  /** Looks until it is as it should be; what it was last is the failure's account. */
  async function until(
    fits: (checks: readonly CheckResult[]) => boolean,
    what: string,
  ): Promise<readonly CheckResult[]> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const checks = await connection.verify({ folder }, signal);
      if (fits(checks)) return checks;
      if (Date.now() > deadline)
        assert.fail(
          `${what}:\n${checks.map((check) => `${check.state} ${check.id} ${check.blockedBy ?? ""}: ${check.evidence}`).join("\n")}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  const idsOf = (checks: readonly CheckResult[], state: CheckResult["state"]): string[] =>
    checks
      .filter((check) => check.state === state)
      .map(({ id }) => id)
      .sort();
  const isWell = (checks: readonly CheckResult[]): boolean =>
    checks.every(({ state }) => state === "passed" || state === "leftOut");

  const group = () => read(seen.targetGroups)[0];
  const balancer = () => read(seen.loadBalancers)[0];
  const listener = () => read(balancer()?.listeners ?? { known: false, why: "no load balancer" })[0];
  const task = () => read(seen.tasks).find(({ lastStatus }) => lastStatus === "RUNNING");
  const guard = (name: string) => read(seen.securityGroups).find((item) => item.name === name)?.id;
  const tcp = (port: number, more: object) => [{ IpProtocol: "tcp", FromPort: port, ToPort: port, ...more }];

  const rest = ["healthPath", "targets", "url"];
  const policy = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

  /** What is done, what is red by it, what is blocked by that, and what puts it right. */
  const breaks: readonly {
    what: string;
    red: string;
    says: RegExp;
    blocked: readonly string[];
    break(): Promise<unknown>;
    repair(): Promise<unknown>;
  }[] = [
    {
      what: "another image is pushed as latest",
      red: "image",
      says: /pushed as latest/,
      blocked: [],
      break: () => repush("\n"),
      repair: () => repush(""),
    },
    {
      what: "another revision is deployed",
      red: "taskDefinition",
      says: /differs from task-definition.json/,
      blocked: [],
      break: () => deployRevision({ memory: "1024" }),
      repair: () => revisionBack(),
    },
    {
      what: "the desired count is set to nothing",
      red: "service",
      says: /0 of 0 running.*slipway.json says 1/,
      blocked: [...rest, "logs"],
      break: () =>
        world.clients.ecs.send(new UpdateServiceCommand({ cluster: "quay", service: "quay", desiredCount: 0 })),
      repair: () =>
        world.clients.ecs.send(new UpdateServiceCommand({ cluster: "quay", service: "quay", desiredCount: 1 })),
    },
    {
      what: "the target is deregistered",
      red: "targets",
      says: /no target is registered/,
      blocked: ["healthPath", "url"],
      break: () =>
        world.clients.elb.send(
          new DeregisterTargetsCommand({
            TargetGroupArn: group()?.arn,
            Targets: [{ Id: task()?.address, Port: 8080 }],
          }),
        ),
      repair: () =>
        world.clients.elb.send(
          new RegisterTargetsCommand({ TargetGroupArn: group()?.arn, Targets: [{ Id: task()?.address, Port: 8080 }] }),
        ),
    },
    {
      what: "the listener answers by itself",
      red: "url",
      says: /forwards to the service's target group/,
      blocked: ["healthPath", "targets"],
      break: () =>
        world.clients.elb.send(
          new ModifyListenerCommand({
            ListenerArn: listener()?.arn,
            DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "503" } }],
          }),
        ),
      repair: () =>
        world.clients.elb.send(
          new ModifyListenerCommand({
            ListenerArn: listener()?.arn,
            DefaultActions: [{ Type: "forward", TargetGroupArn: group()?.arn }],
          }),
        ),
    },
    {
      what: "the log group is deleted",
      red: "logs",
      says: /no log group/,
      blocked: [],
      break: () => world.clients.logs.send(new DeleteLogGroupCommand({ logGroupName: "/ecs/quay" })),
      async repair() {
        await world.clients.logs.send(new CreateLogGroupCommand({ logGroupName: "/ecs/quay" }));
        await world.clients.ecs.send(new StopTaskCommand({ cluster: "quay", task: task()?.arn }));
      },
    },
    {
      what: "the tasks' rule is revoked",
      red: "securityGroups",
      says: /port 8080 of the tasks is closed/,
      blocked: rest,
      break: () =>
        world.clients.ec2.send(
          new RevokeSecurityGroupIngressCommand({
            GroupId: guard("quay-tasks"),
            IpPermissions: tcp(8080, { UserIdGroupPairs: [{ GroupId: guard("quay-load-balancer") }] }),
          }),
        ),
      repair: () =>
        world.clients.ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId: guard("quay-tasks"),
            IpPermissions: tcp(8080, { UserIdGroupPairs: [{ GroupId: guard("quay-load-balancer") }] }),
          }),
        ),
    },
    {
      what: "the tasks are opened to everyone",
      red: "securityGroups",
      says: /open to everyone on port 22/,
      blocked: [],
      break: () =>
        world.clients.ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId: guard("quay-tasks"),
            IpPermissions: tcp(22, { IpRanges: [{ CidrIp: "0.0.0.0/0" }] }),
          }),
        ),
      repair: () =>
        world.clients.ec2.send(
          new RevokeSecurityGroupIngressCommand({
            GroupId: guard("quay-tasks"),
            IpPermissions: tcp(22, { IpRanges: [{ CidrIp: "0.0.0.0/0" }] }),
          }),
        ),
    },
    {
      what: "the tasks' way out is closed by their group",
      red: "securityGroups",
      says: /let nothing out on port 443/,
      blocked: ["route"],
      break: () =>
        world.clients.ec2.send(
          new RevokeSecurityGroupEgressCommand({
            GroupId: guard("quay-tasks"),
            IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
          }),
        ),
      repair: () =>
        world.clients.ec2.send(
          new AuthorizeSecurityGroupEgressCommand({
            GroupId: guard("quay-tasks"),
            IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
          }),
        ),
    },
    {
      what: "the load balancer leaves the task's zone",
      red: "zones",
      says: /there they get no traffic/,
      blocked: rest,
      break: () =>
        world.clients.elb.send(
          new SetSubnetsCommand({
            LoadBalancerArn: balancer()?.arn,
            Subnets: read(seen.subnets)
              .filter(({ zone }) => zone !== task()?.zone)
              .map(({ id }) => id),
          }),
        ),
      repair: () =>
        world.clients.elb.send(
          new SetSubnetsCommand({ LoadBalancerArn: balancer()?.arn, Subnets: balancer()?.subnets }),
        ),
    },
    {
      what: "the default route is deleted",
      red: "route",
      says: /has no default route/,
      blocked: [],
      break: () =>
        world.clients.ec2.send(
          new DeleteRouteCommand({
            RouteTableId: read(seen.subnets)[0]?.routeTable,
            DestinationCidrBlock: "0.0.0.0/0",
          }),
        ),
      repair: () =>
        world.clients.ec2.send(
          new CreateRouteCommand({
            RouteTableId: read(seen.subnets)[0]?.routeTable,
            DestinationCidrBlock: "0.0.0.0/0",
            GatewayId: gateway,
          }),
        ),
    },
    {
      what: "the execution role loses its policy",
      red: "executionRole",
      says: /may not pull the image or write logs/,
      blocked: [],
      break: () =>
        world.clients.iam.send(new DetachRolePolicyCommand({ RoleName: "quay-execution", PolicyArn: policy })),
      repair: () =>
        world.clients.iam.send(new AttachRolePolicyCommand({ RoleName: "quay-execution", PolicyArn: policy })),
    },
    {
      what: "the health check asks a path that is not there",
      red: "healthPath",
      says: /404/,
      blocked: ["targets"],
      break: () =>
        world.clients.elb.send(
          new ModifyTargetGroupCommand({ TargetGroupArn: group()?.arn, HealthCheckPath: "/nowhere" }),
        ),
      repair: () =>
        world.clients.elb.send(new ModifyTargetGroupCommand({ TargetGroupArn: group()?.arn, HealthCheckPath: "/up" })),
    },
    {
      what: "the health check asks another port",
      red: "port",
      says: /asks port 9999/,
      blocked: ["healthPath", "targets"],
      break: () =>
        world.clients.elb.send(new ModifyTargetGroupCommand({ TargetGroupArn: group()?.arn, HealthCheckPort: "9999" })),
      repair: () =>
        world.clients.elb.send(
          new ModifyTargetGroupCommand({ TargetGroupArn: group()?.arn, HealthCheckPort: "traffic-port" }),
        ),
    },
    {
      what: "the image is deleted",
      red: "image",
      says: /does not have/,
      blocked: [],
      break: () =>
        world.clients.ecr.send(
          new BatchDeleteImageCommand({ repositoryName: "quay", imageIds: [{ imageDigest: digest() }] }),
        ),
      repair: () => world.cliEndsWith(0, folder, ["deploy", "--yes", "--rebuild"]),
    },
    {
      what: "the file asks for another platform than the image is made for",
      red: "platform",
      says: /the tasks are linux\/arm64, and the image is for linux\/amd64/,
      blocked: [],
      async break() {
        const runtimePlatform = { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" };
        writeIn(
          folder,
          "task-definition.json",
          JSON.stringify({ ...(JSON.parse(application["task-definition.json"]) as object), runtimePlatform }),
        );
        await deployRevision({ runtimePlatform });
      },
      async repair() {
        writeIn(folder, "task-definition.json", application["task-definition.json"]);
        await revisionBack();
      },
    },
  ];
  let well = false;
  let gateway: string | undefined;
  let foreign: string | undefined;
  let manifest: string | undefined;
  const digest = () => read(seen.images[0]?.facts ?? { known: false, why: "no image" })?.digest;
  const repush = async (end: string): Promise<unknown> => {
    manifest ??= (
      await world.clients.ecr.send(
        new BatchGetImageCommand({ repositoryName: "quay", imageIds: [{ imageTag: "latest" }] }),
      )
    ).images?.[0]?.imageManifest;
    return world.clients.ecr.send(
      new PutImageCommand({ repositoryName: "quay", imageManifest: `${manifest ?? ""}${end}`, imageTag: "latest" }),
    );
  };
  const deployRevision = async (changes: TaskDefinition): Promise<unknown> => {
    const { family, containerDefinitions, executionRoleArn, networkMode, requiresCompatibilities, cpu, memory } =
      read(seen.revision)?.definition ?? {};
    const input = {
      family,
      containerDefinitions,
      executionRoleArn,
      networkMode,
      requiresCompatibilities,
      cpu,
      memory,
      ...changes,
    } as unknown as ConstructorParameters<typeof RegisterTaskDefinitionCommand>[0];
    foreign = (await world.clients.ecs.send(new RegisterTaskDefinitionCommand(input))).taskDefinition
      ?.taskDefinitionArn;
    return world.clients.ecs.send(
      new UpdateServiceCommand({ cluster: "quay", service: "quay", taskDefinition: foreign }),
    );
  };
  const revisionBack = async (): Promise<unknown> => {
    await world.clients.ecs.send(
      new UpdateServiceCommand({ cluster: "quay", service: "quay", taskDefinition: read(seen.revision)?.arn }),
    );
    return world.clients.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: foreign }));
  };

  it("is all green after a deployment, as text, JSON and JUnit", async () => {
    const checks = await until(isWell, "not all is well");
    assert.deepEqual(idsOf(checks, "leftOut"), ["certificate", "secrets"]);
    const finished = await world.cliEndsWith(0, folder, ["verify"]);
    assert.deepEqual(
      resultOf<CheckResult[]>(finished).map(({ id }) => id),
      checks.map(({ id }) => id),
    );
    const junit = await world.cliEndsWith(0, folder, ["verify", "--format", "junit"]);
    assert.match(
      junit.lines.join("\n"),
      /<testsuite name="slipway verify quay" tests="16" failures="0" errors="0" skipped="2"/,
    );
  });

  for (const { what, red, says, blocked, ...change } of breaks) {
    it(`names "${red}" alone when ${what}`, async () => {
      if (!well) await until(isWell, "it was not well before");
      well = false;
      seen = (await connection.look({ folder }, signal)).snapshot;
      gateway ??= (
        await world.clients.ec2.send(
          new DescribeRouteTablesCommand({ RouteTableIds: [read(seen.subnets)[0]?.routeTable ?? ""] }),
        )
      ).RouteTables?.[0]?.Routes?.find((route) => route.DestinationCidrBlock === "0.0.0.0/0")?.GatewayId;
      try {
        await change.break();
        const wanted = JSON.stringify([[red], [...blocked].sort()]);
        const checks = await until(
          (found) => JSON.stringify([idsOf(found, "failed"), idsOf(found, "blocked")]) === wanted,
          `not as ${wanted}`,
        );
        assert.equal(checks[0]?.id, red, "what failed is named first");
        assert.match(checks[0]?.evidence ?? "", says);
        for (const check of checks) if (check.state === "blocked") assert.equal(check.blockedBy, red);
      } finally {
        await change.repair();
      }
      await until(isWell, "it was not well after it was repaired");
      well = true;
    });
  }

  it("names the service when that is gone, and the cluster when that is gone too", async () => {
    await world.clients.ecs.send(new DeleteServiceCommand({ cluster: "quay", service: "quay", force: true }));
    const follow = ["healthPath", "image", "logs", "securityGroups", "targets", "url"];
    const gone = await until((found) => idsOf(found, "failed").join() === "service", "not the service alone");
    assert.deepEqual(
      idsOf(gone, "blocked").filter((id) => id !== "healthPath"),
      follow.filter((id) => id !== "healthPath"),
    );
    while (
      (await world.clients.ecs.send(new DescribeServicesCommand({ cluster: "quay", services: ["quay"] }))).services?.[0]
        ?.status === "DRAINING"
    )
      await new Promise((resolve) => setTimeout(resolve, 200));
    await world.clients.ecs.send(new DeleteClusterCommand({ cluster: "quay" }));
    const both = await until((found) => idsOf(found, "failed").join() === "cluster", "not the cluster alone");
    assert.ok(idsOf(both, "blocked").includes("service"));
    const told = await world.cli(folder, ["verify", "--format", "text"]);
    assert.equal(told.code, 1, accountOf(told));
    assert.match(told.lines[0] ?? "", /FAIL +The cluster is active/);
    assert.match(
      told.lines.join("\n"),
      /blocked The service runs its desired count: .*\[blocked by: The cluster is active\]/,
    );
    assert.ok(readIn(folder, "slipway.json"));
  });
});
