/** Each pattern of the catalogue provoked in the sandbox: for real where a container or the account can do it, injected where not. */
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
import { RunTaskCommand, StopTaskCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
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

type Container = NonNullable<Definition["containerDefinitions"]>[number];
const container = (definition: Definition): Container => definition.containerDefinitions?.[0] as Container;
const shell =
  (script: string) =>
  (definition: Definition): void =>
    void Object.assign(container(definition), { entryPoint: ["sh", "-c"], command: [script] });
/** Ends by a signal of its own: the first process of a container takes none from itself, so an init is before it. */
const signalled =
  (signal: string) =>
  (definition: Definition): void => {
    shell(`sleep 1; kill -${signal} $$`)(definition);
    container(definition).linuxParameters = { initProcessEnabled: true };
  };
const environment =
  (values: Readonly<Record<string, string>>) =>
  (definition: Definition): void =>
    void Object.assign(container(definition), {
      environment: Object.entries(values).map(([key, value]) => ({ name: key, value })),
    });
const stopped = (stage: Stage): Promise<unknown> => stage.stopped();
/** A task that stopped, and what it printed has arrived. */
const printed =
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
const unhealthy = (stage: Stage): Promise<unknown> => stage.target("unhealthy");
const event =
  (pattern: RegExp) =>
  (stage: Stage): Promise<unknown> =>
    stage.event(pattern);
const end = (
  at: "init" | "pull" | "create" | "run",
  reason: string,
  more: Readonly<Record<string, unknown>> = {},
): Fault[] => [{ kind: "stop-task", match: "quay", end: { at, reason, ...more } }];
const denied = (reason: string): Fault[] => [
  { kind: "capacity", match: "quay", error: { code: "x", message: reason } },
];
const pushed = (code: string, line: string): Symptoms => ({
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
const withRole = (lacks: readonly string[], trusted?: string): Pick<Provocation, "act"> => ({
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
const noAddress: Provocation["place"] = () => Promise.resolve({ assignPublicIp: "DISABLED" });

/** Endpoints in the VPC, taken away afterwards. */
const endpoints =
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
async function newGroup(stage: Stage): Promise<string> {
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

async function listener(stage: Stage): Promise<() => Promise<unknown>> {
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
async function fullSubnet(stage: Stage): Promise<Place> {
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

const noLogGroup = (definition: Definition): void => {
  const { "awslogs-create-group": _create, ...options } = container(definition).logConfiguration?.options ?? {};
  container(definition).logConfiguration = {
    logDriver: "awslogs",
    options: { ...options, "awslogs-group": "/nowhere" },
  };
};
const nowhere = `sha256:${"0".repeat(64)}`;
const baseOf = (definition: Definition): string =>
  (container(definition).image ?? "").replace(/[@].*$/, "").replace(/:[\w.-]+$/, "");
/** Listens on another port than the one that is registered. */
const otherPort = (definition: Definition): void =>
  void Object.assign(container(definition), { environment: [{ name: "LISTEN_PORT", value: "3999" }] });

/** Closes or opens the load balancer's own door. */
async function closeBalancer(stage: Stage): Promise<() => Promise<unknown>> {
  const GroupId = await stage.group("quay-load-balancer");
  const IpPermissions = [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];
  await stage.world.clients.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  return () => stage.world.clients.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
}

async function withoutRoute(stage: Stage): Promise<() => Promise<unknown>> {
  const { ec2 } = stage.world.clients;
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({}));
  const [table] = RouteTables;
  const GatewayId = table?.Routes?.find((route) => route.DestinationCidrBlock === "0.0.0.0/0")?.GatewayId;
  const route = { RouteTableId: table?.RouteTableId, DestinationCidrBlock: "0.0.0.0/0" };
  await ec2.send(new DeleteRouteCommand(route));
  return () => ec2.send(new CreateRouteCommand({ ...route, GatewayId }));
}

const secret = "arn:aws:secretsmanager:us-east-1:000000000000:secret:quay/db-AbCdEf";
const status = (code: string): Pick<Provocation, "change" | "until" | "tasks" | "way" | "number"> => ({
  number: 28,
  tasks: "simulated",
  way: "real",
  change: environment({ SANDBOX_STATUS: code }),
  until: unhealthy,
});

export const provocations: readonly Provocation[] = [
  {
    number: 1,
    name: "the pull does not get there",
    codes: ["NoRouteToEcr"],
    tasks: "simulated",
    way: "injected",
    place: noAddress,
    faults: end(
      "pull",
      "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref x: failed to do request: Head: dial tcp 52.46.1.1:443: i/o timeout",
    ),
    until: stopped,
  },
  {
    number: 2,
    name: "the role may not get the image",
    codes: ["PullDenied"],
    tasks: "simulated",
    way: "real",
    ...withRole(["ecr:BatchGetImage"]),
    until: stopped,
  },
  {
    number: 2,
    name: "the registry refuses the pull",
    codes: ["PullDenied", "RepositoryPolicyDenies"],
    without: [],
    tasks: "simulated",
    way: "injected",
    faults: [{ kind: "refuse-pull" }],
    until: stopped,
  },
  {
    number: 3,
    name: "a tag that is not there",
    codes: ["ImageMissing"],
    tasks: "simulated",
    way: "real",
    change: (definition) => void (container(definition).image = `${baseOf(definition)}:nothing`),
    until: stopped,
  },
  {
    number: 4,
    name: "no variant for the platform",
    codes: ["WrongArchitecture"],
    tasks: "simulated",
    way: "injected",
    change: (definition) =>
      void (definition.runtimePlatform = { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" }),
    faults: end(
      "pull",
      "CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform 'linux/arm64'",
    ),
    until: stopped,
  },
  {
    number: 5,
    name: "Docker Hub's limit",
    codes: ["PullLimited"],
    tasks: "simulated",
    way: "injected",
    change: (definition) => void (container(definition).image = "nginx:1.27"),
    faults: end(
      "pull",
      "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref docker.io/library/nginx:1.27: unexpected status code 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.",
    ),
    until: stopped,
  },
  {
    number: 6,
    name: "no space for the image",
    codes: ["NoSpace"],
    without: [],
    tasks: "simulated",
    way: "injected",
    faults: end(
      "pull",
      "CannotPullContainerError: ref pull has been retried 1 time(s): failed to extract layer sha256:4f2: write /var/lib/containerd: no space left on device",
    ),
    until: stopped,
  },
  {
    number: 7,
    name: "endpoints without S3's",
    codes: ["LayersUnreachable"],
    tasks: "simulated",
    way: "injected",
    place: noAddress,
    before: endpoints("ecr.api", "ecr.dkr", "logs"),
    faults: end(
      "pull",
      'CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReaderSeeker: failed open: failed to do request: Get "https://prod-layer-bucket.s3.amazonaws.com/x": dial tcp: i/o timeout',
    ),
    until: stopped,
  },
  {
    number: 8,
    name: "a malformed image name",
    codes: ["InvalidImageName"],
    without: [],
    tasks: "simulated",
    way: "injected",
    faults: end("pull", "CannotPullContainerError: invalid reference format"),
    until: stopped,
  },
  {
    number: 9,
    name: "a digest that is not there",
    codes: ["DigestMissing"],
    tasks: "simulated",
    way: "real",
    change: (definition) => void (container(definition).image = `${baseOf(definition)}@${nowhere}`),
    until: stopped,
  },
  {
    number: 10,
    name: "no public address, no endpoint",
    codes: ["NoRouteToEcr"],
    tasks: "simulated",
    way: "real",
    place: noAddress,
    until: stopped,
  },
  {
    number: 10,
    name: "the route was deleted",
    codes: ["NoRouteToEcr"],
    tasks: "simulated",
    way: "real",
    before: withoutRoute,
    until: stopped,
  },
  {
    number: 11,
    name: "the role may not get a token",
    codes: ["PullDenied"],
    tasks: "simulated",
    way: "real",
    ...withRole(["ecr:GetAuthorizationToken"]),
    until: stopped,
  },
  {
    number: 12,
    name: "a secret that is not there",
    codes: ["SecretMissing"],
    without: ["SecretDenied"],
    tasks: "simulated",
    way: "real",
    change: (definition) => void (container(definition).secrets = [{ name: "DB", valueFrom: secret }]),
    until: stopped,
  },
  {
    number: 12,
    name: "the role may not read the secret",
    codes: ["SecretDenied"],
    tasks: "simulated",
    way: "injected",
    change: (definition) => void (container(definition).secrets = [{ name: "DB", valueFrom: secret }]),
    faults: end(
      "init",
      "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret from secrets manager: AccessDeniedException: User is not authorized to perform: secretsmanager:GetSecretValue on resource: x",
    ),
    until: stopped,
  },
  {
    number: 13,
    name: "no log group",
    codes: ["LogGroupMissing"],
    tasks: "simulated",
    way: "real",
    change: noLogGroup,
    until: stopped,
  },
  {
    number: 13,
    name: "the role may not log",
    codes: ["LogsDenied"],
    tasks: "simulated",
    way: "real",
    ...withRole(["logs:CreateLogStream"]),
    until: stopped,
  },
  {
    number: 13,
    name: "no endpoint for the logs",
    codes: ["LogsUnreachable"],
    tasks: "simulated",
    way: "real",
    place: noAddress,
    before: endpoints("ecr.api", "ecr.dkr", "s3"),
    until: stopped,
  },
  {
    number: 14,
    name: "the pull was killed",
    codes: ["PullKilled"],
    without: [],
    tasks: "simulated",
    way: "injected",
    faults: end("pull", "ResourceInitializationError: pull command failed: : signal: killed"),
    until: stopped,
  },
  {
    number: 15,
    name: "EFS does not let the task in",
    codes: ["VolumeUnreachable"],
    without: [],
    tasks: "simulated",
    way: "injected",
    faults: end(
      "init",
      "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: mount.nfs4: Connection timed out",
    ),
    until: stopped,
  },
  {
    number: 16,
    name: "the process ends by itself",
    codes: ["ExitedCleanly"],
    tasks: "real",
    way: "real",
    change: shell("echo done"),
    until: stopped,
  },
  {
    number: 17,
    name: "the application throws",
    codes: ["ContainerExited"],
    tasks: "real",
    way: "real",
    change: shell("echo DATABASE_URL is not set; exit 1"),
    until: stopped,
  },
  {
    number: 18,
    name: "memory runs out",
    codes: ["OutOfMemory"],
    tasks: "real",
    way: "real",
    change: (definition) => {
      shell("tail /dev/zero")(definition);
      container(definition).memory = 16;
    },
    until: stopped,
  },
  {
    number: 19,
    name: "killed, and not by memory",
    codes: ["KilledAtStop"],
    without: [],
    tasks: "real",
    way: "real",
    change: signalled("KILL"),
    until: stopped,
  },
  {
    number: 20,
    name: "a segmentation fault",
    codes: ["Crashed"],
    tasks: "real",
    way: "real",
    change: signalled("SEGV"),
    until: stopped,
  },
  {
    number: 20,
    name: "an abort",
    codes: ["Aborted"],
    tasks: "real",
    way: "real",
    change: shell("exit 134"),
    until: stopped,
  },
  {
    number: 21,
    name: "code 255",
    codes: ["CannotRun"],
    tasks: "real",
    way: "real",
    change: shell("exit 255"),
    until: stopped,
  },
  {
    number: 21,
    name: "a program for another processor",
    codes: ["WrongArchitecture"],
    tasks: "real",
    way: "real",
    change: (definition) => void Object.assign(container(definition), { entryPoint: ["/srv/alien"], command: [] }),
    until: printed(/exec format error/),
  },
  {
    number: 22,
    name: "the command is not in the image",
    codes: ["CannotStart"],
    tasks: "real",
    way: "real",
    change: (definition) => void Object.assign(container(definition), { entryPoint: ["no-such-program"], command: [] }),
    until: stopped,
  },
  {
    number: 22,
    name: "the shell does not find it",
    codes: ["CannotStart"],
    tasks: "real",
    way: "real",
    change: shell("no-such-program"),
    until: stopped,
  },
  {
    number: 23,
    name: "AWS cannot make the container",
    codes: ["EngineTrouble"],
    without: [],
    tasks: "simulated",
    way: "injected",
    faults: end(
      "create",
      "CannotCreateContainerError: DockerTimeoutError: Could not transition to created; timed out after waiting 3m0s",
    ),
    until: stopped,
  },
  {
    number: 24,
    name: "no free address",
    codes: ["NoFreeAddress"],
    tasks: "simulated",
    way: "real",
    place: fullSubnet,
    until: event(/unable to place/),
  },
  {
    number: 24,
    name: "AWS is slow with the interface",
    codes: ["NetworkInterface"],
    without: [],
    tasks: "simulated",
    way: "injected",
    faults: end("init", "Timeout waiting for network interface provisioning to complete."),
    until: stopped,
  },
  {
    number: 25,
    name: "the load balancer's checks, and no more is known",
    codes: ["LoadBalancerHealth"],
    tasks: "simulated",
    way: "injected",
    faults: [
      {
        kind: "stop-task",
        match: "quay",
        end: {
          at: "run",
          stopCode: "ServiceSchedulerInitiated",
          reason:
            "Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/quay/1)",
        },
      },
    ],
    until: stopped,
  },
  {
    number: 26,
    before: noGrace,
    name: "the container's own check",
    codes: ["ContainerHealth"],
    tasks: "real",
    way: "real",
    change: (definition) =>
      void (container(definition).healthCheck = {
        command: ["CMD-SHELL", "exit 1"],
        interval: 5,
        timeout: 2,
        retries: 1,
        startPeriod: 0,
      }),
    until: stopped,
  },
  {
    number: 27,
    name: "a scaling",
    codes: ["Scaling"],
    without: [],
    tasks: "simulated",
    way: "real",
    act: scaleIn,
    until: () => Promise.resolve(),
  },
  { ...status("404"), name: "404", codes: ["HealthPathMissing"], without: ["HealthCode"] },
  { ...status("302"), name: "a redirect", codes: ["HealthRedirect"], without: ["HealthCode"], before: matcher200 },
  { ...status("401"), name: "a login", codes: ["HealthNeedsLogin"], without: ["HealthCode"] },
  { ...status("500"), name: "an error", codes: ["HealthServerError"], without: ["HealthCode"] },
  {
    number: 29,
    name: "a closed security group",
    codes: ["TaskPortClosed"],
    tasks: "simulated",
    way: "real",
    place: async (stage) => ({ securityGroups: [await newGroup(stage)] }),
    until: unhealthy,
  },
  {
    number: 29,
    name: "no answer in time",
    codes: ["HealthTimeout"],
    tasks: "real",
    way: "real",
    change: (definition) =>
      void Object.assign(container(definition), {
        entryPoint: ["node", "-e"],
        command: ["require('http').createServer(() => {}).listen(3000, () => console.log('listening on 3000'))"],
      }),
    until: unhealthy,
  },
  {
    number: 30,
    name: "another port",
    codes: ["ConnectionRefused"],
    tasks: "real",
    way: "real",
    change: otherPort,
    until: unhealthy,
  },
  {
    number: 31,
    name: "a zone that is not served",
    codes: ["ZoneNotEnabled"],
    tasks: "simulated",
    way: "real",
    place: async (stage) => ({ subnets: await stage.otherSubnets() }),
    until: (stage) => stage.target("unused"),
  },
  {
    number: 31,
    name: "no listener",
    codes: ["TargetGroupUnused"],
    tasks: "simulated",
    way: "real",
    act: () => Promise.resolve(undefined),
    before: listener,
    until: (stage) => stage.target("unused"),
  },
  {
    number: 32,
    name: "checks under way",
    codes: ["StillChecking"],
    tasks: "simulated",
    way: "injected",
    act: () => Promise.resolve(undefined),
    faults: [
      {
        kind: "target-health",
        target: {
          state: "initial",
          reason: "Elb.InitialHealthChecking",
          description: "Initial health checks in progress",
        },
      },
    ],
    until: (stage) => stage.target("initial"),
  },
  {
    number: 33,
    before: noGrace,
    name: "an event with its reason",
    codes: ["HealthPathMissing"],
    without: ["LoadBalancerHealth", "HealthCode"],
    tasks: "simulated",
    way: "real",
    change: environment({ SANDBOX_STATUS: "404" }),
    until: stopped,
  },
  {
    number: 34,
    name: "tasks keep failing, and no more is known",
    codes: ["StartsThrottled"],
    without: [],
    tasks: "simulated",
    way: "injected",
    faults: [
      {
        kind: "service-event",
        match: "quay",
        count: 1,
        text: "is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.",
      },
      { kind: "capacity", match: "quay", error: { code: "x", message: "" } },
    ],
    until: event(/consistently/),
  },
  {
    number: 35,
    name: "the vCPU quota",
    codes: ["VcpuQuota"],
    tasks: "simulated",
    way: "real",
    act: async (stage) =>
      void (await stage.world.clients.ecs.send(
        new UpdateServiceCommand({ cluster: "quay", service: "quay", desiredCount: 30 }),
      )) as undefined,
    until: event(/vCPUs/),
  },
  {
    number: 36,
    name: "a zone without Fargate",
    codes: ["ZoneWithoutFargate"],
    tasks: "simulated",
    way: "injected",
    place: async (stage) => ({ subnets: await stage.otherSubnets() }),
    faults: denied("Internal error."),
    until: event(/Internal error/),
  },
  {
    number: 37,
    name: "no capacity",
    codes: ["NoCapacity"],
    without: [],
    tasks: "simulated",
    way: "injected",
    faults: [{ kind: "capacity", match: "quay" }],
    until: event(/Capacity/),
  },
  {
    number: 38,
    name: "percents that leave no room",
    codes: ["CountCannotMove"],
    tasks: "simulated",
    way: "real",
    act: percents,
    until: event(/unable to stop or start/),
  },
  {
    number: 39,
    name: "throttled operations",
    codes: ["OperationsThrottled"],
    without: [],
    tasks: "simulated",
    way: "injected",
    faults: [
      { kind: "service-event", match: "quay", count: 1, text: "operations are being throttled. Will try again later." },
      { kind: "capacity", match: "quay", error: { code: "x", message: "" } },
    ],
    until: event(/throttled/),
  },
  {
    number: 40,
    name: "not Fargate",
    codes: ["NotFargate"],
    without: [],
    tasks: "simulated",
    way: "injected",
    faults: [
      {
        kind: "service-event",
        match: "quay",
        count: 1,
        text: "was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster.",
      },
      { kind: "capacity", match: "quay", error: { code: "x", message: "" } },
    ],
    until: event(/container instance/),
  },
  {
    number: 41,
    name: "a role that trusts somebody else",
    codes: ["RoleNotAssumed"],
    tasks: "simulated",
    way: "real",
    ...withRole([], "ec2.amazonaws.com"),
    until: event(/unable to assume/),
  },
  {
    number: 43,
    name: "an expired login",
    codes: ["RegistryLoginExpired"],
    tasks: "simulated",
    way: "injected",
    act: () => Promise.resolve(undefined),
    until: () => Promise.resolve(),
    symptoms: pushed(
      "RegistryLoginExpired",
      "denied: Your authorization token has expired. Reauthenticate and try again.",
    ),
  },
  {
    number: 43,
    name: "an immutable tag",
    codes: ["TagImmutable"],
    tasks: "simulated",
    way: "injected",
    act: () => Promise.resolve(undefined),
    until: () => Promise.resolve(),
    symptoms: pushed(
      "PushFailed",
      "tag invalid: The image tag 'latest' already exists in the 'quay' repository and cannot be overwritten because the tag is immutable.",
    ),
  },
  {
    number: 43,
    name: "no permission to push",
    codes: ["PushDenied"],
    tasks: "simulated",
    way: "injected",
    act: () => Promise.resolve(undefined),
    until: () => Promise.resolve(),
    symptoms: pushed(
      "PushFailed",
      "denied: User is not authorized to perform: ecr:InitiateLayerUpload on resource: quay",
    ),
  },
  {
    number: 44,
    name: "the load balancer is closed",
    codes: ["BalancerClosed"],
    tasks: "simulated",
    way: "real",
    act: () => Promise.resolve(undefined),
    before: closeBalancer,
    until: () => Promise.resolve(),
  },
  {
    number: 44,
    name: "502 on everything but the check",
    codes: ["BadGateway"],
    tasks: "real",
    way: "real",
    change: (definition) =>
      void Object.assign(container(definition), {
        entryPoint: ["node", "-e"],
        command: [
          "require('http').createServer((q, s) => q.url.startsWith('/status') ? s.end('up') : q.socket.destroy()).listen(3000)",
        ],
      }),
    until: (stage) => stage.steady(),
  },
];

/** An executable whose header says AArch64: what a machine of the other kind says of it is real. */
export const alien = String.raw`RUN printf '\177ELF\002\001\001\000\000\000\000\000\000\000\000\000\002\000\267\000\001\000\000\000' > /srv/alien && chmod 755 /srv/alien`;

/** What is provoked by a rollback: with the circuit breaker on. */
export const breaker: Provocation = {
  number: 42,
  name: "the circuit breaker",
  codes: ["ContainerExited"],
  tasks: "simulated",
  way: "real",
  change: environment({ SANDBOX_EXIT_AFTER_MS: "100", SANDBOX_EXIT_CODE: "9" }),
  until: stopped,
};

async function scaleIn(stage: Stage): Promise<string | undefined> {
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

async function percents(stage: Stage): Promise<undefined> {
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
async function noGrace(stage: Stage): Promise<() => Promise<unknown>> {
  const set = (healthCheckGracePeriodSeconds: number) =>
    stage.world.clients.ecs.send(
      new UpdateServiceCommand({ cluster: "quay", service: "quay", healthCheckGracePeriodSeconds }),
    );
  await set(0);
  return () => set(120);
}

async function matcher200(stage: Stage): Promise<() => Promise<unknown>> {
  const set = (HttpCode: string) =>
    stage.world.clients.elb.send(
      new ModifyTargetGroupCommand({ TargetGroupArn: stage.targetGroup, Matcher: { HttpCode } }),
    );
  await set("200");
  return () => set("200-399");
}

/** Tasks that a provocation left behind beside the service. */
export async function sweepTasks(stage: Stage): Promise<void> {
  for (const task of await stage.loose())
    await stage.world.clients.ecs.send(new StopTaskCommand({ cluster: "quay", task }));
}

/** Breaks the service in this way; what puts it right again, and the task that is asked about. */
export async function provoke(
  stage: Stage,
  { act, before, change, place, faults, until }: Provocation,
): Promise<{ task?: string; undo: (whole?: boolean) => Promise<void> }> {
  const undo = await before?.(stage);
  if (faults?.length) await stage.world.fault(...faults);
  const task = await (act
    ? act(stage)
    : stage
        .deploy(change ? (definition) => change(definition, stage) : undefined, await place?.(stage))
        .then(() => undefined));
  await until(stage);
  return {
    ...(task === undefined ? {} : { task }),
    // The next provocation's own deployment takes this one's place: then the service need not be well in between.
    undo: async (whole = true) => {
      await undo?.();
      await stage.world.clearFaults();
      if (!whole) return;
      await sweepTasks(stage);
      await stage.restore();
    },
  };
}
