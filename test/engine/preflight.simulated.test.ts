/** What can be known before the first write: a deployment that cannot work says why, and changes nothing. */
import { strict as assert } from "node:assert";
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcBlockPublicAccessExclusionCommand,
  CreateVpcEndpointCommand,
  DeleteRouteCommand,
  DeleteVpcBlockPublicAccessExclusionCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  ModifyVpcBlockPublicAccessOptionsCommand,
  RevokeSecurityGroupEgressCommand,
} from "@aws-sdk/client-ec2";
import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { definitionFile, tinyApplication } from "./support/apps";
import { accountOf, resultOf, type ErrorReport } from "./support/cli";
import { defaultVpc } from "./support/foreign";
import { applicationFolder, readIn, theEngine, World, writesOf, writeIn } from "./support/world";

const execution = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
const trustOf = (service: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

describe("before the first write", function () {
  this.timeout(120_000);
  let world: World;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("preflight", ["--tasks", "simulated", "--consistency", "strong", "--vcpus", "6"]);
  });
  beforeEach(() => world.reset());
  after(async () => world?.stop());

  const folderWith = (application: object = {}, definition?: object): string =>
    applicationFolder("quay", {
      ...tinyApplication(),
      "slipway.json": JSON.stringify({
        applications: {
          quay: {
            dockerfile: "Dockerfile",
            port: 8080,
            healthCheck: { path: "/" },
            deregistrationDelaySeconds: 1,
            ...application,
          },
        },
      }),
      ...(definition ? definitionFile("quay", { definition }) : {}),
    });

  /** The deployment is refused with this code and nothing is written; the plan says the same. */
  async function refused(folder: string, code: string): Promise<ErrorReport> {
    let error: ErrorReport | undefined;
    const calls = await world.callsDuring(async () => {
      const finished = await world.cliEndsWith(1, folder, ["deploy", "--yes"]);
      error = resultOf(finished).error;
      assert.equal(error?.code, code, accountOf(finished));
      const planned = await world.cliEndsWith(1, folder, ["plan"]);
      assert.ok(resultOf<{ problems: { code: string }[] }>(planned).problems.some((problem) => problem.code === code));
    });
    assert.deepEqual(writesOf(calls), []);
    assert.match(error?.summary ?? "", /^This deployment cannot work, so nothing was started\. .*[.”]$/);
    assert.ok(error?.remedy);
    return error as ErrorReport;
  }

  const zones = async () => (await world.clients.ec2.send(new DescribeSubnetsCommand({}))).Subnets ?? [];

  it("more vCPUs than the account may run", async () => {
    const error = await refused(folderWith({ desiredCount: 3 }, { cpu: "4096", memory: "8192" }), "QuotaTooSmall");
    assert.match(error.summary, /needs 12 vCPUs, and this account may run 6/);
  });

  it("one load balancer, or one target group, more than the account may have", async () => {
    await world.control("POST", "quotas", { "L-53DA6B97": 0 });
    assert.match(
      (await refused(folderWith(), "QuotaReached")).summary,
      /has 0 load balancers in this region, and may have 0: there is no room/,
    );
    await world.cliEndsWith(0, folderWith({ loadBalancer: false }), ["plan"]);
    await world.control("POST", "quotas", { "L-53DA6B97": 1, "L-B22855CB": 0 });
    assert.match((await refused(folderWith(), "QuotaReached")).remedy ?? "", /"Target Groups per Region"/);
    await world.control("POST", "quotas", { "L-B22855CB": 1 });
    const folder = folderWith();
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    // What is there needs no more room.
    await world.cliEndsWith(0, folder, ["plan"]);
  });

  it("a secret of the build that is nowhere, and what an engine without BuildKit cannot do", async function () {
    const folder = folderWith();
    const Dockerfile = readIn(folder, "Dockerfile");
    writeIn(folder, "Dockerfile", `${Dockerfile}\nRUN --mount=type=secret,id=no-such-token true\n`);
    const planned = await world.cliEndsWith(1, folder, ["plan"]);
    const { problems } = resultOf<{ problems: { code: string; sentence: string }[] }>(planned);
    const [needed, missing] = ["BuildKitNeeded", "BuildSecretMissing"].map((code) =>
      problems.find((problem) => problem.code === code),
    );
    assert.match(missing?.sentence ?? "", /secret "no-such-token" .*there is no variable NO_SUCH_TOKEN/);
    // Which builder there is depends on the machine.
    if (needed) assert.match(needed.sentence, /^Line \d+ of Dockerfile has RUN --mount, which needs BuildKit/);
    await refused(folder, needed ? "BuildKitNeeded" : "BuildSecretMissing");
  });

  it("more tasks than the subnets have addresses", async () => {
    const VpcId = await defaultVpc(world);
    const small = (
      await world.clients.ec2.send(
        new CreateSubnetCommand({ VpcId, CidrBlock: "172.31.200.0/28", AvailabilityZone: "us-east-1a" }),
      )
    ).Subnet;
    const error = await refused(
      folderWith({ desiredCount: 12, network: { subnets: [small?.SubnetId], assignPublicIp: true } }),
      "NoFreeAddress",
    );
    assert.match(error.summary, /11 free addresses, and 12 tasks need one each/);
  });

  it("no way out: no route, and no public address in a public subnet; endpoints are one", async () => {
    const subnets = (await zones()).slice(0, 2).map(({ SubnetId }) => SubnetId ?? "");
    const hidden = folderWith({ network: { subnets, assignPublicIp: false } });
    assert.match(
      (await refused(hidden, "NoRoute")).summary,
      /is public, but its tasks get no public address, and there is no endpoint for ecr.api/,
    );
    const VpcId = await defaultVpc(world);
    const { RouteTables = [] } = await world.clients.ec2.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: "vpc-id", Values: [VpcId] }] }),
    );
    const RouteTableIds = RouteTables.map(({ RouteTableId }) => RouteTableId ?? "");
    const open =
      (
        await world.clients.ec2.send(
          new CreateSecurityGroupCommand({ GroupName: "shut", Description: "lets nobody in", VpcId }),
        )
      ).GroupId ?? "";
    for (const service of ["ecr.api", "ecr.dkr", "logs"])
      await world.clients.ec2.send(
        new CreateVpcEndpointCommand({
          VpcId,
          ServiceName: `com.amazonaws.us-east-1.${service}`,
          VpcEndpointType: "Interface",
          SubnetIds: subnets,
          SecurityGroupIds: [open],
          PrivateDnsEnabled: true,
        }),
      );
    const without = await refused(hidden, "NoRoute");
    assert.match(without.summary, /there is no endpoint for s3/);
    assert.match(without.summary, /security group does not let the tasks in on port 443/);
    await world.clients.ec2.send(
      new CreateVpcEndpointCommand({
        VpcId,
        ServiceName: "com.amazonaws.us-east-1.s3",
        VpcEndpointType: "Gateway",
        RouteTableIds,
      }),
    );
    assert.doesNotMatch((await refused(hidden, "NoRoute")).summary, /for s3/);
    for (const RouteTableId of RouteTableIds)
      await world.clients.ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0" }));
    await refused(folderWith({ network: { subnets, assignPublicIp: true, loadBalancerSubnets: subnets } }), "NoRoute");
  });

  it("public access that the account blocks, unless the subnets are left out", async () => {
    const { ec2 } = world.clients;
    await ec2.send(new ModifyVpcBlockPublicAccessOptionsCommand({ InternetGatewayBlockMode: "block-bidirectional" }));
    const folder = folderWith();
    const refusal = await refused(folder, "NoRoute");
    assert.match(refusal.summary, /VPC Block Public Access lets nothing of subnet-\w+ out/);
    const VpcId = await defaultVpc(world);
    const exclude = (InternetGatewayExclusionMode: "allow-egress" | "allow-bidirectional") =>
      ec2.send(new CreateVpcBlockPublicAccessExclusionCommand({ VpcId, InternetGatewayExclusionMode }));
    const { VpcBlockPublicAccessExclusion: out } = await exclude("allow-egress");
    assert.match(
      (await refused(folder, "PublicAccessBlocked")).summary,
      /nobody outside would reach the load balancer/,
    );
    await ec2.send(new DeleteVpcBlockPublicAccessExclusionCommand({ ExclusionId: out?.ExclusionId }));
    const { VpcBlockPublicAccessExclusion: both } = await exclude("allow-bidirectional");
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    // Later it is closed: what is there says so.
    await ec2.send(new DeleteVpcBlockPublicAccessExclusionCommand({ ExclusionId: both?.ExclusionId }));
    const diagnosed = await world.cliEndsWith(1, folder, ["diagnose"]);
    assert.match(accountOf(diagnosed), /VPC Block Public Access keeps the internet out/);
  });

  it("an execution role that does not trust ECS, that may not pull, and one that may", async () => {
    await world.clients.iam.send(
      new CreateRoleCommand({ RoleName: "theirs", AssumeRolePolicyDocument: trustOf("ec2.amazonaws.com") }),
    );
    const folder = folderWith({ executionRole: "theirs" });
    await refused(folder, "RoleNotTrusted");
    await world.clients.iam.send(
      new CreateRoleCommand({ RoleName: "weak", AssumeRolePolicyDocument: trustOf("ecs-tasks.amazonaws.com") }),
    );
    const weak = folderWith({ executionRole: "weak" });
    assert.match((await refused(weak, "RoleDenied")).summary, /ecr:GetAuthorizationToken/);
    await world.clients.iam.send(new AttachRolePolicyCommand({ RoleName: "weak", PolicyArn: execution }));
    await world.cliEndsWith(0, weak, ["plan"]);
    await world.clients.iam.send(
      new PutRolePolicyCommand({
        RoleName: "weak",
        PolicyName: "no",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Deny", Action: "ecr:BatchGet*", Resource: "*" }],
        }),
      }),
    );
    assert.match((await refused(weak, "RoleDenied")).summary, /not allowed ecr:BatchGetImage,/);
    // A policy that may not be read: IAM itself is asked.
    await world.clients.iam.send(
      new CreateRoleCommand({ RoleName: "hidden", AssumeRolePolicyDocument: trustOf("ecs-tasks.amazonaws.com") }),
    );
    const { Policy } = await world.clients.iam.send(
      new CreatePolicyCommand({
        PolicyName: "logs",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "logs:*", Resource: "*" }],
        }),
      }),
    );
    await world.clients.iam.send(new AttachRolePolicyCommand({ RoleName: "hidden", PolicyArn: Policy?.Arn }));
    await world.fault({
      kind: "fail-before",
      operation: "GetPolicy",
      error: { code: "AccessDenied", status: 403 },
      count: 100,
    });
    const hidden = folderWith({ executionRole: "hidden" });
    assert.match((await refused(hidden, "RoleDenied")).summary, /not allowed ecr:GetAuthorizationToken/);
    await world.clients.iam.send(new AttachRolePolicyCommand({ RoleName: "hidden", PolicyArn: execution }));
    await world.cliEndsWith(0, hidden, ["plan"]);
  });

  it("a task definition that AWS would refuse", async () => {
    const error = await refused(folderWith({}, { cpu: "256", memory: "4096" }), "Definition:fargate-cpu-memory");
    assert.match(error.summary, /AWS would refuse the task definition/);
  });

  it("task subnets that the load balancer does not cover", async () => {
    const [a, b, c] = (await zones()).map(({ SubnetId }) => SubnetId);
    const error = await refused(
      folderWith({ network: { subnets: [a, c], loadBalancerSubnets: [a, b], assignPublicIp: true } }),
      "ZoneNotCovered",
    );
    assert.match(error.summary, new RegExp(`${c ?? "-"}.*never be healthy`));
  });

  it("a service that may neither start nor stop a task, and a group of somebody's that lets the load balancer not in", async () => {
    const folder = folderWith();
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    await world.cliEndsWith(0, folder, ["plan"]);
    await world.clients.ecs.send(
      new UpdateServiceCommand({
        cluster: "quay",
        service: "quay",
        deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 150 },
      }),
    );
    writeIn(folder, "Dockerfile", tinyApplication("two").Dockerfile ?? "");
    await refused(folder, "RolloutCannotMove");
    await world.clients.ecs.send(
      new UpdateServiceCommand({
        cluster: "quay",
        service: "quay",
        deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 200 },
      }),
    );
    const GroupId =
      (
        await world.clients.ec2.send(
          new CreateSecurityGroupCommand({
            GroupName: "theirs",
            Description: "theirs",
            VpcId: await defaultVpc(world),
          }),
        )
      ).GroupId ?? "";
    const config = JSON.parse(readIn(folder, "slipway.json")) as { applications: { quay: Record<string, unknown> } };
    config.applications.quay["network"] = { securityGroups: [GroupId] };
    writeIn(folder, "slipway.json", JSON.stringify(config));
    const closed = await refused(folder, "PortClosed");
    assert.match(
      closed.remedy ?? "",
      new RegExp(
        `aws ec2 authorize-security-group-ingress --group-id ${GroupId} --protocol tcp --port 8080 --source-group sg-`,
      ),
    );
    await world.clients.ec2.send(
      new RevokeSecurityGroupEgressCommand({
        GroupId,
        IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
      }),
    );
    const both = await refused(folder, "NoRoute");
    assert.match((both.evidence ?? []).join("\n"), /Also: .*does not let the load balancer in/);
  });
});
