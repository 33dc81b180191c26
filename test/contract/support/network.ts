/** Clients and the resources that most scenarios start from. */
import http from "node:http";
import { CloudWatchLogsClient, CreateLogGroupCommand, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import {
  ECSClient,
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type ContainerDefinition,
  type CreateServiceCommandInput,
  type RegisterTaskDefinitionCommandInput,
  type Service,
  type Task,
} from "@aws-sdk/client-ecs";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { until, type Endpoint } from "./sandbox";

export interface Clients {
  readonly ec2: EC2Client;
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly iam: IAMClient;
  readonly logs: CloudWatchLogsClient;
  readonly region: string;
}

export function clients(e: Endpoint): Clients {
  const options = { endpoint: e.url, region: e.region, credentials: e.credentials, maxAttempts: 1 };
  return {
    ec2: new EC2Client(options),
    ecs: new ECSClient(options),
    elb: new ElasticLoadBalancingV2Client(options),
    iam: new IAMClient(options),
    logs: new CloudWatchLogsClient(options),
    region: e.region,
  };
}

export interface Stage {
  readonly name: string;
  readonly vpcId: string;
  readonly subnets: string[];
  readonly balancerGroup: string;
  readonly taskGroup: string;
  readonly targetGroupArn: string;
  readonly loadBalancerArn: string;
  readonly dnsName: string;
  readonly roleArn: string;
}

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

/** Repeats a call while the sandbox is still eventually consistent about what it names. */
async function settled<T>(call: () => Promise<T>): Promise<T> {
  const soft = [
    "InvalidGroup.NotFound",
    "NoSuchEntityException",
    "InvalidSecurityGroupException",
    "InvalidParameterException",
  ];
  let last: unknown;
  return until(
    "a settled call",
    async () =>
      call().catch((error: unknown) => {
        last = error;
        // The role may be too new for ECS to assume.
        if (
          error instanceof Error &&
          (soft.includes(error.name) || error.message.startsWith("ECS was unable to assume the role"))
        )
          return undefined;
        throw error;
      }),
    5000,
  ).catch((error: unknown) => {
    throw last ?? error;
  });
}

/** Groups, target group, load balancer, listener, role, log group and cluster of one name. */
export async function stage(c: Clients, name: string, port = 8080): Promise<Stage> {
  const vpcId =
    (await c.ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] }))).Vpcs?.[0]
      ?.VpcId ?? "";
  const found = await c.ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] }));
  const subnets = (found.Subnets ?? []).map((s) => s.SubnetId ?? "");
  const group = async (suffix: string): Promise<string> =>
    (
      await c.ec2.send(
        new CreateSecurityGroupCommand({ GroupName: `${name}-${suffix}`, Description: suffix, VpcId: vpcId }),
      )
    ).GroupId ?? "";
  const balancerGroup = await group("lb");
  const taskGroup = await group("task");
  await settled(() =>
    c.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: balancerGroup,
        IpPermissions: [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
      }),
    ),
  );
  await settled(() =>
    c.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: taskGroup,
        IpPermissions: [
          { IpProtocol: "tcp", FromPort: port, ToPort: port, UserIdGroupPairs: [{ GroupId: balancerGroup }] },
        ],
      }),
    ),
  );
  const groups = await c.elb.send(
    new CreateTargetGroupCommand({
      Name: name,
      Protocol: "HTTP",
      Port: port,
      VpcId: vpcId,
      TargetType: "ip",
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
    }),
  );
  const targetGroupArn = groups.TargetGroups?.[0]?.TargetGroupArn ?? "";
  await c.elb.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: targetGroupArn,
      Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "1" }],
    }),
  );
  const balancers = await settled(() =>
    c.elb.send(new CreateLoadBalancerCommand({ Name: name, Subnets: subnets, SecurityGroups: [balancerGroup] })),
  );
  const loadBalancerArn = balancers.LoadBalancers?.[0]?.LoadBalancerArn ?? "";
  await c.elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancerArn,
      Protocol: "HTTP",
      Port: 80,
      DefaultActions: [{ Type: "forward", TargetGroupArn: targetGroupArn }],
    }),
  );
  const role = await c.iam.send(new CreateRoleCommand({ RoleName: `${name}-exec`, AssumeRolePolicyDocument: TRUST }));
  await c.iam.send(
    new AttachRolePolicyCommand({
      RoleName: `${name}-exec`,
      PolicyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    }),
  );
  await c.logs.send(new CreateLogGroupCommand({ logGroupName: `/ecs/${name}` }));
  await c.ecs.send(new CreateClusterCommand({ clusterName: name }));
  return {
    name,
    vpcId,
    subnets,
    balancerGroup,
    taskGroup,
    targetGroupArn,
    loadBalancerArn,
    dnsName: balancers.LoadBalancers?.[0]?.DNSName ?? "",
    roleArn: role.Role?.Arn ?? "",
  };
}

/** The awslogs settings of the stage's own group. */
const logsTo = (c: Clients, group: string): NonNullable<ContainerDefinition["logConfiguration"]> => ({
  logDriver: "awslogs",
  options: { "awslogs-group": group, "awslogs-region": c.region, "awslogs-stream-prefix": "ecs" },
});

/** Registers a task definition of these containers; each logs to the stage's group. */
export async function definition(
  c: Clients,
  s: Stage,
  containers: readonly ContainerDefinition[],
  extra: Partial<RegisterTaskDefinitionCommandInput> = {},
): Promise<string> {
  const registered = await c.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: s.name,
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      executionRoleArn: s.roleArn,
      containerDefinitions: containers.map((x) => ({ logConfiguration: logsTo(c, `/ecs/${s.name}`), ...x })),
      ...extra,
    }),
  );
  return registered.taskDefinition?.taskDefinitionArn ?? "";
}

/** Registers a revision with one web container; `environment` can tell a simulated one to fail. */
export async function revision(
  c: Clients,
  s: Stage,
  environment: Readonly<Record<string, string>> = {},
  extra: Partial<ContainerDefinition> = {},
): Promise<string> {
  return definition(c, s, [
    {
      name: "web",
      image: "web:1",
      portMappings: [{ containerPort: 8080 }],
      environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
      ...extra,
    },
  ]);
}

/** The task as it is now. */
export async function taskOf(c: Clients, s: Stage, arn: string): Promise<Task> {
  const found = (await c.ecs.send(new DescribeTasksCommand({ cluster: s.name, tasks: [arn] }))).tasks?.[0];
  if (!found) throw new Error(`no task ${arn}`);
  return found;
}

/** Starts one task on its own and gives its ARN. */
export async function start(c: Clients, s: Stage, taskDefinition: string, publicIp = true): Promise<string> {
  const started = await settled(() =>
    c.ecs.send(
      new RunTaskCommand({
        cluster: s.name,
        taskDefinition,
        launchType: "FARGATE",
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: s.subnets,
            securityGroups: [s.taskGroup],
            assignPublicIp: publicIp ? "ENABLED" : "DISABLED",
          },
        },
      }),
    ),
  );
  return started.tasks?.[0]?.taskArn ?? "";
}

/** The task once it has stopped. */
export async function stopped(c: Clients, s: Stage, arn: string, ms = 20_000): Promise<Task> {
  return until(
    `the end of ${arn}`,
    async () => {
      const task = await taskOf(c, s, arn);
      return task.lastStatus === "STOPPED" && task;
    },
    ms,
  );
}

/** What a container of the task printed. */
export async function printed(c: Clients, s: Stage, task: Task, container = "web"): Promise<string> {
  const logStreamName = `ecs/${container}/${task.taskArn?.split("/").at(-1) ?? ""}`;
  return until("the log", async () => {
    const found = await c.logs.send(
      new GetLogEventsCommand({ logGroupName: `/ecs/${s.name}`, logStreamName, startFromHead: true }),
    );
    return found.events?.map((x) => x.message).join("\n") || undefined;
  });
}

/** Creates the service of the stage's name behind its load balancer. */
export async function service(
  c: Clients,
  s: Stage,
  taskDefinition: string,
  extra: Partial<CreateServiceCommandInput> = {},
): Promise<Service> {
  const created = await settled(() =>
    c.ecs.send(
      new CreateServiceCommand({
        cluster: s.name,
        serviceName: s.name,
        taskDefinition,
        desiredCount: 1,
        launchType: "FARGATE",
        networkConfiguration: {
          awsvpcConfiguration: { subnets: s.subnets, securityGroups: [s.taskGroup], assignPublicIp: "ENABLED" },
        },
        loadBalancers: [{ targetGroupArn: s.targetGroupArn, containerName: "web", containerPort: 8080 }],
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
        ...extra,
      }),
    ),
  );
  if (!created.service) throw new Error("no service");
  return created.service;
}

export async function described(c: Clients, s: Pick<Stage, "name">, name = s.name): Promise<Service> {
  const found = await c.ecs.send(new DescribeServicesCommand({ cluster: s.name, services: [name] }));
  const only = found.services?.[0];
  if (!only) throw new Error("no service");
  return only;
}

/** The service once its only deployment is complete. */
export async function steady(c: Clients, s: Stage, ms = 20_000): Promise<Service> {
  return until(
    `steady ${s.name}`,
    async () => {
      const now = await described(c, s);
      return (
        now.deployments?.length === 1 &&
        now.deployments[0]?.rolloutState === "COMPLETED" &&
        now.runningCount === now.desiredCount &&
        now
      );
    },
    ms,
  );
}

/** A request under the load balancer's own name, on the sandbox's port. */
export async function get(
  e: Endpoint,
  dnsName: string,
  path = "/",
  agent?: http.Agent,
  method = "GET",
): Promise<{ status: number; body: string; headers: http.IncomingHttpHeaders }> {
  const url = new URL(e.url);
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: url.hostname, port: url.port, path, method, agent, headers: { host: dnsName } },
      (response) => {
        let body = "";
        response
          .setEncoding("utf8")
          .on("data", (text: string) => (body += text))
          .on("end", () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
      },
    );
    request.on("error", reject);
    request.end();
  });
}
