/** Every way in which an item of the checklist is broken on its own, with AWS's own client, and how it is put right. */
import { CreateLogGroupCommand, DeleteLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateRouteCommand,
  DeleteRouteCommand,
  RevokeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { BatchDeleteImageCommand, BatchGetImageCommand, PutImageCommand } from "@aws-sdk/client-ecr";
import {
  DeregisterTaskDefinitionCommand,
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
import type { ServiceSnapshot } from "../../../src/core/service/snapshot/serviceSnapshot";
import type { TaskDefinition } from "../../../src/core/base/taskDefinition";
import { answeringPaths, definitionFile, tinyApplication } from "./apps";
import type { World } from "./world";
import { writeIn } from "./world";

export const application = {
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
  ...definitionFile("quay", {
    container: {
      ...answeringPaths("/up,/"),
      logConfiguration: {
        logDriver: "awslogs",
        options: { "awslogs-group": "/ecs/quay", "awslogs-stream-prefix": "quay" },
      },
    },
  }),
};

/** What a look gives where everything is known: an unknown part fails the test here and not somewhere else. */
export function read<T>(found: { known: true; value: T } | { known: false; why: string }): T {
  if (!found.known) throw new Error(found.why);
  return found.value;
}

/** What is done, what is red by it, what is blocked by that, and what puts it right. */
export interface Break {
  what: string;
  red: string;
  says: RegExp;
  blocked: readonly string[];
  break(): Promise<unknown>;
  repair(): Promise<unknown>;
}

/** The deployed application that is broken. */
export interface Target {
  readonly world: World;
  readonly folder: string;
  /** The last look at it. */
  readonly seen: ServiceSnapshot;
  /** The internet gateway that its default route leads to. */
  readonly gateway: string | undefined;
}

/** @param on is read when a break is carried out: nothing of it has to be there before */
export function checklistBreaks(on: Target): readonly Break[] {
  let foreign: string | undefined;
  let manifest: string | undefined;
  const digest = () => read(on.seen.images[0]?.facts ?? { known: false, why: "no image" })?.digest;
  const repush = async (end: string): Promise<unknown> => {
    manifest ??= (
      await on.world.clients.ecr.send(
        new BatchGetImageCommand({ repositoryName: "quay", imageIds: [{ imageTag: "latest" }] }),
      )
    ).images?.[0]?.imageManifest;
    return on.world.clients.ecr.send(
      new PutImageCommand({ repositoryName: "quay", imageManifest: `${manifest ?? ""}${end}`, imageTag: "latest" }),
    );
  };
  const deployRevision = async (changes: TaskDefinition): Promise<unknown> => {
    const { family, containerDefinitions, executionRoleArn, networkMode, requiresCompatibilities, cpu, memory } =
      read(on.seen.revision)?.definition ?? {};
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
    foreign = (await on.world.clients.ecs.send(new RegisterTaskDefinitionCommand(input))).taskDefinition
      ?.taskDefinitionArn;
    return on.world.clients.ecs.send(
      new UpdateServiceCommand({ cluster: "quay", service: "quay", taskDefinition: foreign }),
    );
  };
  const revisionBack = async (): Promise<unknown> => {
    await on.world.clients.ecs.send(
      new UpdateServiceCommand({ cluster: "quay", service: "quay", taskDefinition: read(on.seen.revision)?.arn }),
    );
    return on.world.clients.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: foreign }));
  };

  const group = () => read(on.seen.targetGroups)[0];
  const balancer = () => read(on.seen.loadBalancers)[0];
  const listener = () => read(balancer()?.listeners ?? { known: false, why: "no load balancer" })[0];
  const task = () => read(on.seen.tasks).find(({ lastStatus }) => lastStatus === "RUNNING");
  const guard = (name: string) => read(on.seen.securityGroups).find((item) => item.name === name)?.id;
  const tcp = (port: number, more: object) => [{ IpProtocol: "tcp", FromPort: port, ToPort: port, ...more }];

  const rest = ["healthPath", "targets", "url"];
  const policy = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

  return [
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
        on.world.clients.ecs.send(new UpdateServiceCommand({ cluster: "quay", service: "quay", desiredCount: 0 })),
      repair: () =>
        on.world.clients.ecs.send(new UpdateServiceCommand({ cluster: "quay", service: "quay", desiredCount: 1 })),
    },
    {
      what: "the target is deregistered",
      red: "targets",
      says: /no target is registered/,
      blocked: ["healthPath", "url"],
      break: () =>
        on.world.clients.elb.send(
          new DeregisterTargetsCommand({
            TargetGroupArn: group()?.arn,
            Targets: [{ Id: task()?.address, Port: 8080 }],
          }),
        ),
      repair: () =>
        on.world.clients.elb.send(
          new RegisterTargetsCommand({ TargetGroupArn: group()?.arn, Targets: [{ Id: task()?.address, Port: 8080 }] }),
        ),
    },
    {
      what: "the listener answers by itself",
      red: "url",
      says: /forwards to the service's target group/,
      blocked: ["healthPath", "targets"],
      break: () =>
        on.world.clients.elb.send(
          new ModifyListenerCommand({
            ListenerArn: listener()?.arn,
            DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "503" } }],
          }),
        ),
      repair: () =>
        on.world.clients.elb.send(
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
      break: () => on.world.clients.logs.send(new DeleteLogGroupCommand({ logGroupName: "/ecs/quay" })),
      async repair() {
        await on.world.clients.logs.send(new CreateLogGroupCommand({ logGroupName: "/ecs/quay" }));
        await on.world.clients.ecs.send(new StopTaskCommand({ cluster: "quay", task: task()?.arn }));
      },
    },
    {
      what: "the tasks' rule is revoked",
      red: "securityGroups",
      says: /port 8080 of the tasks is closed/,
      blocked: rest,
      break: () =>
        on.world.clients.ec2.send(
          new RevokeSecurityGroupIngressCommand({
            GroupId: guard("quay-tasks"),
            IpPermissions: tcp(8080, { UserIdGroupPairs: [{ GroupId: guard("quay-load-balancer") }] }),
          }),
        ),
      repair: () =>
        on.world.clients.ec2.send(
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
        on.world.clients.ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId: guard("quay-tasks"),
            IpPermissions: tcp(22, { IpRanges: [{ CidrIp: "0.0.0.0/0" }] }),
          }),
        ),
      repair: () =>
        on.world.clients.ec2.send(
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
        on.world.clients.ec2.send(
          new RevokeSecurityGroupEgressCommand({
            GroupId: guard("quay-tasks"),
            IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
          }),
        ),
      repair: () =>
        on.world.clients.ec2.send(
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
        on.world.clients.elb.send(
          new SetSubnetsCommand({
            LoadBalancerArn: balancer()?.arn,
            Subnets: read(on.seen.subnets)
              .filter(({ zone }) => zone !== task()?.zone)
              .map(({ id }) => id),
          }),
        ),
      repair: () =>
        on.world.clients.elb.send(
          new SetSubnetsCommand({ LoadBalancerArn: balancer()?.arn, Subnets: balancer()?.subnets }),
        ),
    },
    {
      what: "the default route is deleted",
      red: "route",
      says: /has no default route/,
      blocked: [],
      break: () =>
        on.world.clients.ec2.send(
          new DeleteRouteCommand({
            RouteTableId: read(on.seen.subnets)[0]?.routeTable,
            DestinationCidrBlock: "0.0.0.0/0",
          }),
        ),
      repair: () =>
        on.world.clients.ec2.send(
          new CreateRouteCommand({
            RouteTableId: read(on.seen.subnets)[0]?.routeTable,
            DestinationCidrBlock: "0.0.0.0/0",
            GatewayId: on.gateway,
          }),
        ),
    },
    {
      what: "the execution role loses its policy",
      red: "executionRole",
      says: /may not pull the image or write logs/,
      blocked: [],
      break: () =>
        on.world.clients.iam.send(new DetachRolePolicyCommand({ RoleName: "quay-execution", PolicyArn: policy })),
      repair: () =>
        on.world.clients.iam.send(new AttachRolePolicyCommand({ RoleName: "quay-execution", PolicyArn: policy })),
    },
    {
      what: "the health check asks a path that is not there",
      red: "healthPath",
      says: /404/,
      blocked: ["targets"],
      break: () =>
        on.world.clients.elb.send(
          new ModifyTargetGroupCommand({ TargetGroupArn: group()?.arn, HealthCheckPath: "/nowhere" }),
        ),
      repair: () =>
        on.world.clients.elb.send(
          new ModifyTargetGroupCommand({ TargetGroupArn: group()?.arn, HealthCheckPath: "/up" }),
        ),
    },
    {
      what: "the health check asks another port",
      red: "port",
      says: /asks port 9999/,
      blocked: ["healthPath", "targets"],
      break: () =>
        on.world.clients.elb.send(
          new ModifyTargetGroupCommand({ TargetGroupArn: group()?.arn, HealthCheckPort: "9999" }),
        ),
      repair: () =>
        on.world.clients.elb.send(
          new ModifyTargetGroupCommand({ TargetGroupArn: group()?.arn, HealthCheckPort: "traffic-port" }),
        ),
    },
    {
      what: "the image is deleted",
      red: "image",
      says: /does not have/,
      blocked: [],
      break: () =>
        on.world.clients.ecr.send(
          new BatchDeleteImageCommand({ repositoryName: "quay", imageIds: [{ imageDigest: digest() }] }),
        ),
      repair: () => on.world.cliEndsWith(0, on.folder, ["deploy", "--yes", "--rebuild"]),
    },
    {
      what: "the file asks for another platform than the image is made for",
      red: "platform",
      says: /the tasks are linux\/arm64, and the image is for linux\/amd64/,
      blocked: [],
      async break() {
        const runtimePlatform = { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" };
        writeIn(
          on.folder,
          "task-definition.json",
          JSON.stringify({ ...(JSON.parse(application["task-definition.json"]) as object), runtimePlatform }),
        );
        await deployRevision({ runtimePlatform });
      },
      async repair() {
        writeIn(on.folder, "task-definition.json", application["task-definition.json"]);
        await revisionBack();
      },
    },
  ];
}
