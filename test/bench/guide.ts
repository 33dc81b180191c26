/** The guide's commands in its order, one after another, over the SDK: each waits for the one before, as a person does. */
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import { CreateRepositoryCommand, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeLoadBalancersCommand,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AttachRolePolicyCommand, CreateRoleCommand } from "@aws-sdk/client-iam";
import { CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { defaultVpc } from "../engine/support/foreign";
import type { World } from "../engine/support/world";
import { waitFor } from "../../scripts/waiting";

export interface HealthCheck {
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

/** What `aws elbv2 create-target-group` takes unless it is told otherwise. */
export const guideDefaults: HealthCheck = {
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
};

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
/** The aws client's waiters `load-balancer-available` and `services-stable` look every 15 seconds. */
const waiterSeconds = 15;

/**
 * Runs it to the answering URL, and gives the simulated seconds that it took.
 * @param image builds and pushes; takes as long as the deployment's own build and push
 * @param speed how many simulated seconds pass in one
 */
export async function followGuide(
  world: World,
  name: string,
  health: HealthCheck,
  image: () => Promise<void>,
  speed: number,
): Promise<number> {
  const { ec2, ecr, ecs, elb, iam, logs } = world.clients;
  const began = Date.now();
  const waiter = { timeoutMs: 120_000, intervalMs: (waiterSeconds * 1000) / speed };
  /** Repeats what AWS refuses because it does not know yet what was just made: a person presses the arrow key. */
  const again = <T>(what: string, call: () => Promise<T>): Promise<NonNullable<T>> =>
    waitFor(what, call, { timeoutMs: 20_000, intervalMs: 1000 / speed });
  await ecr.send(new CreateRepositoryCommand({ repositoryName: name }));
  await ecr.send(new GetAuthorizationTokenCommand({}));
  await image();
  await ecs.send(new CreateClusterCommand({ clusterName: name }));
  await ecs.send(new DescribeClustersCommand({ clusters: [name] }));
  const role = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
  await again("the policy", () =>
    iam.send(
      new AttachRolePolicyCommand({
        RoleName: name,
        PolicyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
      }),
    ),
  );
  await logs.send(new CreateLogGroupCommand({ logGroupName: `/ecs/${name}` }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: name,
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      executionRoleArn: role.Role?.Arn,
      containerDefinitions: [{ name: "web", image: "web:1", portMappings: [{ containerPort: 8080 }] }],
    }),
  );
  const VpcId = await defaultVpc(world);
  const subnets = ((await ec2.send(new DescribeSubnetsCommand({}))).Subnets ?? [])
    .slice(0, 2)
    .map((subnet) => subnet.SubnetId ?? "");
  const group = async (suffix: string) =>
    (await ec2.send(new CreateSecurityGroupCommand({ GroupName: `${name}-${suffix}`, Description: suffix, VpcId })))
      .GroupId ?? "";
  const [balancerGroup, taskGroup] = [await group("lb"), await group("task")];
  await again("the rule", () =>
    ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: balancerGroup,
        IpPermissions: [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
      }),
    ),
  );
  await again("the rule", () =>
    ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: taskGroup,
        IpPermissions: [
          { IpProtocol: "tcp", FromPort: 8080, ToPort: 8080, UserIdGroupPairs: [{ GroupId: balancerGroup }] },
        ],
      }),
    ),
  );
  const TargetGroupArn =
    (
      await elb.send(
        new CreateTargetGroupCommand({
          Name: name,
          Protocol: "HTTP",
          Port: 8080,
          VpcId,
          TargetType: "ip",
          HealthCheckIntervalSeconds: health.intervalSeconds,
          HealthCheckTimeoutSeconds: health.timeoutSeconds,
          HealthyThresholdCount: health.healthyThreshold,
          UnhealthyThresholdCount: health.unhealthyThreshold,
        }),
      )
    ).TargetGroups?.[0]?.TargetGroupArn ?? "";
  await elb.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn,
      Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "30" }],
    }),
  );
  const balancer = (
    await again("the load balancer", () =>
      elb.send(new CreateLoadBalancerCommand({ Name: name, Subnets: subnets, SecurityGroups: [balancerGroup] })),
    )
  ).LoadBalancers?.[0];
  await waitFor(
    "load-balancer-available",
    async () =>
      (await elb.send(new DescribeLoadBalancersCommand({ Names: [name] }))).LoadBalancers?.[0]?.State?.Code ===
      "active",
    waiter,
  );
  await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer?.LoadBalancerArn,
      Protocol: "HTTP",
      Port: 80,
      DefaultActions: [{ Type: "forward", TargetGroupArn }],
    }),
  );
  await again("the service", () =>
    ecs.send(
      new CreateServiceCommand({
        cluster: name,
        serviceName: name,
        taskDefinition: name,
        desiredCount: 1,
        launchType: "FARGATE",
        healthCheckGracePeriodSeconds: 300,
        networkConfiguration: {
          awsvpcConfiguration: { subnets, securityGroups: [taskGroup], assignPublicIp: "ENABLED" },
        },
        loadBalancers: [{ targetGroupArn: TargetGroupArn, containerName: "web", containerPort: 8080 }],
      }),
    ),
  );
  await waitFor(
    "services-stable",
    async () => {
      const service = (await ecs.send(new DescribeServicesCommand({ cluster: name, services: [name] }))).services?.[0];
      return service?.deployments?.length === 1 && service.runningCount === service.desiredCount;
    },
    waiter,
  );
  const url = `http://${balancer?.DNSName ?? ""}:${new URL(world.sandbox.url).port}/`;
  await waitFor("the page", async () => (await world.get(url)).status === 200, {
    timeoutMs: 120_000,
    intervalMs: 1000 / speed,
  });
  return ((Date.now() - began) / 1000) * speed;
}
