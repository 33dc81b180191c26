/** What provocations are made of: definitions and an account changed so that something goes wrong. */
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  DescribeRouteTablesCommand,
  RevokeSecurityGroupIngressCommand,
  DeleteRouteCommand,
  CreateRouteCommand,
} from "@aws-sdk/client-ec2";
import { RunTaskCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import {
  CreateListenerCommand,
  DeleteListenerCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  ModifyTargetGroupCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Symptoms } from "../../../src/core/service/diagnosis/types";
import { waitFor } from "../../../scripts/waiting";
import type { Definition, Place, Stage } from "./stage";
import type { Fault } from "./world";

export interface Provocation {
  number: number;
  name: string;
  /** What has to be named first. */
  codes: readonly string[];
  /** What else counts where AWS's words are cut or gone; empty: nothing in the account shows it then. */
  without?: readonly string[];
  /** With real containers, or with simulated ones. */
  tasks: "real" | "simulated";
  /** Provoked by the account or a container itself, or by a fault rule. */
  way: "real" | "injected";
  change?: (definition: Definition, stage: Stage) => void;
  place?: (stage: Stage) => Promise<Place>;
  faults?: readonly Fault[];
  /** Instead of a new deployment. */
  act?: (stage: Stage) => Promise<string | undefined>;
  before?: (stage: Stage) => Promise<() => Promise<unknown>>;
  until: (stage: Stage) => Promise<unknown>;
  symptoms?: Symptoms;
}

export type Container = NonNullable<Definition["containerDefinitions"]>[number];
export const container = (definition: Definition): Container => definition.containerDefinitions?.[0] as Container;
export const shell =
  (script: string) =>
  (definition: Definition): void =>
    void Object.assign(container(definition), { entryPoint: ["sh", "-c"], command: [script] });
/** Ends by a signal of its own: the first process of a container takes none from itself, so an init is before it. */
export const signalled =
  (signal: string) =>
  (definition: Definition): void => {
    shell(`sleep 1; kill -${signal} $$`)(definition);
    container(definition).linuxParameters = { initProcessEnabled: true };
  };
export const environment =
  (values: Readonly<Record<string, string>>) =>
  (definition: Definition): void =>
    void Object.assign(container(definition), {
      environment: Object.entries(values).map(([key, value]) => ({ name: key, value })),
    });
export const stopped = (stage: Stage): Promise<unknown> => stage.stopped();
/** A task that stopped, and what it printed has arrived. */
export const printed =
  (pattern: RegExp) =>
  async (stage: Stage): Promise<unknown> => {
    await stage.stopped();
    return waitFor(
      `"${pattern.source}" in the logs`,
      async () => {
        const { events = [] } = await stage.world.clients.logs.send(
          new FilterLogEventsCommand({ logGroupName: "/ecs/quay", startTime: Date.now() - 60_000 }),
        );
        return events.some((item) => pattern.test(item.message ?? ""));
      },
      { timeoutMs: 20_000 },
    );
  };
export const unhealthy = (stage: Stage): Promise<unknown> => stage.target("unhealthy");
export const event =
  (pattern: RegExp) =>
  (stage: Stage): Promise<unknown> =>
    stage.event(pattern);
export const end = (
  at: "init" | "pull" | "create" | "run",
  reason: string,
  more: Readonly<Record<string, unknown>> = {},
): Fault[] => [{ kind: "stop-task", match: "quay", end: { at, reason, ...more } }];
export const denied = (reason: string): Fault[] => [
  { kind: "capacity", match: "quay", error: { code: "x", message: reason } },
];
export const pushed = (code: string, line: string): Symptoms => ({
  error: {
    code,
    summary: "The image could not be pushed.",
    evidence: [line],
    quotes: [line],
    step: "push",
    remedy: "",
    actions: [],
  },
});

const trust = (service: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
let roles = 0;
/** A role of its own; what it may do, and whom it trusts. */
async function role(stage: Stage, actions: readonly string[], trusted = "ecs-tasks.amazonaws.com"): Promise<string> {
  const RoleName = `narrow-${roles++}`;
  const made = await stage.world.clients.iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(trusted) }),
  );
  if (actions.length)
    await stage.world.clients.iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: "narrow",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
        }),
      }),
    );
  return made.Role?.Arn ?? "";
}
const everything = [
  "ecr:GetAuthorizationToken",
  "ecr:BatchCheckLayerAvailability",
  "ecr:GetDownloadUrlForLayer",
  "ecr:BatchGetImage",
  "logs:CreateLogStream",
  "logs:PutLogEvents",
  "logs:CreateLogGroup",
];
export const withRole = (lacks: readonly string[], trusted?: string): Pick<Provocation, "act"> => ({
  act: async (stage) => {
    const arn = await role(
      stage,
      everything.filter((action) => !lacks.includes(action)),
      trusted,
    );
    await stage.deploy((definition) => void (definition.executionRoleArn = arn));
    return undefined;
  },
});
export const noAddress: Provocation["place"] = () => Promise.resolve({ assignPublicIp: "DISABLED" });

/** Endpoints in the VPC, taken away afterwards. */
export const endpoints =
  (...services: readonly string[]): NonNullable<Provocation["before"]> =>
  async (stage) => {
    const { ec2 } = stage.world.clients;
    const VpcId = await stage.vpc();
    const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({}));
    const region = stage.world.sandbox.env["AWS_REGION"] ?? "us-east-1";
    const ids: string[] = [];
    for (const service of services) {
      const gateway = service === "s3";
      const made = await ec2.send(
        new CreateVpcEndpointCommand({
          VpcId,
          ServiceName: `com.amazonaws.${region}.${service}`,
          VpcEndpointType: gateway ? "Gateway" : "Interface",
          ...(gateway
            ? { RouteTableIds: RouteTables.map((table) => table.RouteTableId ?? "") }
            : { SubnetIds: stage.subnets, SecurityGroupIds: await openGroup(stage), PrivateDnsEnabled: true }),
        }),
      );
      ids.push(made.VpcEndpoint?.VpcEndpointId ?? "");
    }
    return () => ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: ids }));
  };
let groups = 0;
export async function newGroup(stage: Stage): Promise<string> {
  const made = await stage.world.clients.ec2.send(
    new CreateSecurityGroupCommand({
      GroupName: `group-${groups++}`,
      Description: "for a test",
      VpcId: await stage.vpc(),
    }),
  );
  return made.GroupId ?? "";
}
async function openGroup(stage: Stage): Promise<string[]> {
  const id = await newGroup(stage);
  await stage.world.clients.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: id,
      IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
    }),
  );
  return [id];
}

export async function listener(stage: Stage): Promise<() => Promise<unknown>> {
  const { elb } = stage.world.clients;
  const [balancer] = (await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers ?? [];
  const [found] =
    (await elb.send(new DescribeListenersCommand({ LoadBalancerArn: balancer?.LoadBalancerArn }))).Listeners ?? [];
  await elb.send(new DeleteListenerCommand({ ListenerArn: found?.ListenerArn }));
  return () =>
    elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: balancer?.LoadBalancerArn,
        Port: 80,
        Protocol: "HTTP",
        DefaultActions: [{ Type: "forward", TargetGroupArn: stage.targetGroup }],
      }),
    );
}

/** A subnet of sixteen addresses, all of them taken. */
export async function fullSubnet(stage: Stage): Promise<Place> {
  const { ec2, ecs } = stage.world.clients;
  const made = await ec2.send(
    new CreateSubnetCommand({
      VpcId: await stage.vpc(),
      CidrBlock: "172.31.240.0/28",
      AvailabilityZone: await stage.zone(),
    }),
  );
  const subnet = made.Subnet?.SubnetId ?? "";
  const taskDefinition = (await stage.service()).taskDefinition;
  for (const count of [10, 1])
    await ecs.send(
      new RunTaskCommand({
        cluster: "quay",
        taskDefinition,
        count,
        launchType: "FARGATE",
        networkConfiguration: {
          awsvpcConfiguration: { subnets: [subnet], securityGroups: stage.taskGroups, assignPublicIp: "ENABLED" },
        },
      }),
    );
  return { subnets: [subnet] };
}

export const noLogGroup = (definition: Definition): void => {
  const { "awslogs-create-group": _create, ...options } = container(definition).logConfiguration?.options ?? {};
  container(definition).logConfiguration = {
    logDriver: "awslogs",
    options: { ...options, "awslogs-group": "/nowhere" },
  };
};
export const nowhere = `sha256:${"0".repeat(64)}`;
export const baseOf = (definition: Definition): string =>
  (container(definition).image ?? "").replace(/[@].*$/, "").replace(/:[\w.-]+$/, "");
/** Listens on another port than the one that is registered. */
export const otherPort = (definition: Definition): void =>
  void Object.assign(container(definition), { environment: [{ name: "LISTEN_PORT", value: "3999" }] });

/** Closes or opens the load balancer's own door. */
export async function closeBalancer(stage: Stage): Promise<() => Promise<unknown>> {
  const GroupId = await stage.group("quay-load-balancer");
  const IpPermissions = [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];
  await stage.world.clients.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  return () => stage.world.clients.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
}

export async function withoutRoute(stage: Stage): Promise<() => Promise<unknown>> {
  const { ec2 } = stage.world.clients;
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({}));
  const [table] = RouteTables;
  const GatewayId = table?.Routes?.find((route) => route.DestinationCidrBlock === "0.0.0.0/0")?.GatewayId;
  const route = { RouteTableId: table?.RouteTableId, DestinationCidrBlock: "0.0.0.0/0" };
  await ec2.send(new DeleteRouteCommand(route));
  return () => ec2.send(new CreateRouteCommand({ ...route, GatewayId }));
}

export const secret = "arn:aws:secretsmanager:us-east-1:000000000000:secret:quay/db-AbCdEf";
export const status = (code: string): Pick<Provocation, "change" | "until" | "tasks" | "way" | "number"> => ({
  number: 28,
  tasks: "simulated",
  way: "real",
  change: environment({ SANDBOX_STATUS: code }),
  until: unhealthy,
});

/** A script with Windows line ends, and a file without its execute bit. */
const unfit = String.raw`printf '#!/bin/sh\r\nexit 0\r\n' > /srv/windows.sh && chmod 755 /srv/windows.sh && touch /srv/plain && chmod 644 /srv/plain`;
/** An executable whose header says AArch64: what a machine of the other kind says of it is real. */
export const alien = String.raw`RUN printf '\177ELF\002\001\001\000\000\000\000\000\000\000\000\000\002\000\267\000\001\000\000\000' > /srv/alien && chmod 755 /srv/alien && ${unfit}`;

export async function scaleIn(stage: Stage): Promise<string | undefined> {
  const { ecs } = stage.world.clients;
  stage.deployment = (await stage.service()).deployments?.[0]?.id ?? "";
  await ecs.send(new UpdateServiceCommand({ cluster: "quay", service: "quay", desiredCount: 2 }));
  await stage.steady();
  await ecs.send(new UpdateServiceCommand({ cluster: "quay", service: "quay", desiredCount: 1 }));
  let found: string | undefined;
  for (let turn = 0; turn < 100 && !found; turn++) {
    found = (await stage.tasks("STOPPED", stage.deployment)).find(
      (task) => task.stoppedReason?.startsWith("Scaling activity") && task.lastStatus === "STOPPED",
    )?.taskArn;
    if (!found) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return found;
}

export async function percents(stage: Stage): Promise<undefined> {
  const { ecs } = stage.world.clients;
  await ecs.send(
    new UpdateServiceCommand({
      cluster: "quay",
      service: "quay",
      deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 100 },
    }),
  );
  await stage.deploy();
  return undefined;
}

/** ECS stops a task as soon as its target is unhealthy. */
export async function noGrace(stage: Stage): Promise<() => Promise<unknown>> {
  const set = (healthCheckGracePeriodSeconds: number) =>
    stage.world.clients.ecs.send(
      new UpdateServiceCommand({ cluster: "quay", service: "quay", healthCheckGracePeriodSeconds }),
    );
  await set(0);
  return () => set(120);
}

export async function matcher200(stage: Stage): Promise<() => Promise<unknown>> {
  const set = (HttpCode: string) =>
    stage.world.clients.elb.send(
      new ModifyTargetGroupCommand({ TargetGroupArn: stage.targetGroup, Matcher: { HttpCode } }),
    );
  await set("200");
  return () => set("200-399");
}
