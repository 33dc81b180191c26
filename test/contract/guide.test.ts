import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { aws, fails, has, ok } from "./support/cli";
import { get } from "./support/network";
import { control, endpoint, RUN, TARGET, until, type Endpoint } from "./support/sandbox";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
const N = `${RUN}-guide`;

describe("the guide, command by command, with the official aws client", function () {
  // Each test starts the official client many times, seconds each on a busy machine.
  this.timeout(150_000);
  let e: Endpoint;
  let scratch: string;
  /** What the steps hand on. */
  const made = {
    account: "",
    image: "",
    vpc: "",
    subnets: [] as string[],
    lb: "",
    task: "",
    group: "",
    balancer: "",
    listener: "",
  };
  const create = (): string[] => [
    "ecs",
    "create-service",
    "--cluster",
    N,
    "--service-name",
    N,
    "--task-definition",
    `${N}:1`,
    "--desired-count",
    "2",
    "--launch-type",
    "FARGATE",
    "--platform-version",
    "LATEST",
    "--query",
    "service.status",
    "--network-configuration",
    `awsvpcConfiguration={subnets=[${made.subnets.join(",")}],securityGroups=[${made.task}],assignPublicIp=ENABLED}`,
    "--load-balancers",
    `targetGroupArn=${made.group},containerName=web,containerPort=8080`,
  ];
  before(async function () {
    if (!has("aws")) this.skip();
    e = await endpoint();
    if (TARGET === undefined) await control(e, "POST", "reset");
    scratch = mkdtempSync(path.join(tmpdir(), "slipway-guide-"));
  });
  after(() => {
    if (scratch) rmSync(scratch, { recursive: true, force: true });
  });

  it("says who asks", async () => {
    made.account = await ok(e, "sts get-caller-identity --query Account");
    assert.match(made.account, /^\d{12}$/);
  });

  it("makes a repository, once, and a password for it", async () => {
    const uri = await ok(e, `ecr create-repository --repository-name ${N} --query repository.repositoryUri`);
    await fails(
      e,
      `ecr create-repository --repository-name ${N}`,
      new RegExp(
        `RepositoryAlreadyExistsException.*The repository with name '${N}' already exists in the registry with id`,
      ),
    );
    assert.notEqual(await ok(e, "ecr get-login-password"), "");
    // Simulated tasks have no registry to push to, so the definition names a public image.
    made.image = TARGET === undefined ? "web:1" : `${uri}:latest`;
  });

  it("makes a cluster, a role and a log group", async () => {
    assert.equal(await ok(e, `ecs create-cluster --cluster-name ${N} --query cluster.status`), "ACTIVE");
    await ok(e, `iam create-role --role-name ${N} --query Role.Arn --assume-role-policy-document`, TRUST);
    await fails(
      e,
      `iam create-role --role-name ${N} --assume-role-policy-document`,
      new RegExp(`EntityAlreadyExists.*Role with name ${N} already exists\\.`),
      TRUST,
    );
    await ok(e, `iam attach-role-policy --role-name ${N} --policy-arn ${POLICY}`);
    await ok(e, `logs create-log-group --log-group-name /ecs/${N}`);
  });

  it("registers the task definition from its file", async () => {
    const definition = {
      family: N,
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      executionRoleArn: `arn:aws:iam::${made.account}:role/${N}`,
      containerDefinitions: [
        {
          name: "web",
          image: made.image,
          essential: true,
          portMappings: [{ containerPort: 8080, protocol: "tcp" }],
          logConfiguration: {
            logDriver: "awslogs",
            options: { "awslogs-group": `/ecs/${N}`, "awslogs-region": e.region, "awslogs-stream-prefix": "ecs" },
          },
        },
      ],
    };
    const file = path.join(scratch, "task-definition.json");
    writeFileSync(file, JSON.stringify(definition));
    const revision = await ok(
      e,
      "ecs register-task-definition --query taskDefinition.taskDefinitionArn --cli-input-json",
      `file://${file}`,
    );
    assert.ok(revision.endsWith(`:task-definition/${N}:1`), revision);
    await fails(
      e,
      "ecs describe-task-definition --task-definition nothing",
      /ClientException.*Unable to describe task definition\./,
    );
  });

  it("finds the default network and opens two security groups in it, each rule once", async () => {
    made.vpc = await ok(e, "ec2 describe-vpcs --filters Name=is-default,Values=true --query Vpcs[0].VpcId");
    made.subnets = (
      await ok(
        e,
        `ec2 describe-subnets --filters Name=vpc-id,Values=${made.vpc} Name=default-for-az,Values=true --query Subnets[].SubnetId`,
      )
    ).split(/\s+/);
    assert.ok(made.subnets.length >= 2);
    made.lb = await ok(
      e,
      `ec2 create-security-group --group-name ${N}-lb --description lb --vpc-id ${made.vpc} --query GroupId`,
    );
    made.task = await ok(
      e,
      `ec2 create-security-group --group-name ${N}-task --description task --vpc-id ${made.vpc} --query GroupId`,
    );
    await fails(
      e,
      `ec2 create-security-group --group-name ${N}-lb --description lb --vpc-id ${made.vpc}`,
      new RegExp(`InvalidGroup\\.Duplicate.*The security group '${N}-lb' already exists for VPC`),
    );
    await ok(e, `ec2 authorize-security-group-ingress --group-id ${made.lb} --protocol tcp --port 80 --cidr 0.0.0.0/0`);
    await fails(
      e,
      `ec2 authorize-security-group-ingress --group-id ${made.lb} --protocol tcp --port 80 --cidr 0.0.0.0/0`,
      /InvalidPermission\.Duplicate.*peer: 0\.0\.0\.0\/0, TCP, from port: 80, to port: 80, ALLOW/,
    );
    await ok(
      e,
      `ec2 authorize-security-group-ingress --group-id ${made.task} --protocol tcp --port 8080 --source-group ${made.lb}`,
    );
  });

  it("makes a target group and a load balancer in two zones", async () => {
    const options = `elbv2 create-target-group --name ${N} --protocol HTTP --vpc-id ${made.vpc} --target-type ip`;
    made.group = await ok(e, `${options} --port 8080 --health-check-path / --query TargetGroups[0].TargetGroupArn`);
    await ok(
      e,
      `elbv2 modify-target-group-attributes --target-group-arn ${made.group} --attributes Key=deregistration_delay.timeout_seconds,Value=3`,
    );
    made.balancer = await ok(
      e,
      `elbv2 create-load-balancer --name ${N} --security-groups ${made.lb} --query LoadBalancers[0].LoadBalancerArn --subnets`,
      ...made.subnets,
    );
    await fails(
      e,
      `${options} --port 9090`,
      new RegExp(
        `DuplicateTargetGroupName.*A target group with the same name '${N}' exists, but with different settings`,
      ),
    );
    await fails(
      e,
      `elbv2 create-load-balancer --name other --subnets ${made.subnets[0] ?? ""}`,
      /ValidationError.*At least two subnets in two different Availability Zones must be specified/,
    );
  });

  it("refuses a service whose target group has no load balancer yet", async () => {
    const early = await aws(e, create());
    assert.match(
      early.err,
      /InvalidParameterException.*The target group with targetGroupArn .* does not have an associated load balancer\./,
    );
  });

  it("makes the listener and the service, once", async () => {
    made.listener = await ok(
      e,
      `elbv2 create-listener --load-balancer-arn ${made.balancer} --protocol HTTP --port 80 --default-actions Type=forward,TargetGroupArn=${made.group} --query Listeners[0].ListenerArn`,
    );
    await ok(e, `elbv2 wait load-balancer-available --load-balancer-arns ${made.balancer}`);
    const service = await aws(e, create());
    assert.equal(service.out, "ACTIVE", service.err);
    const again = await aws(e, create());
    assert.match(again.err, /InvalidParameterException.*Creation of service was not idempotent\./);
  });

  it("ends with a page and its log", async function () {
    // Elsewhere there is no image that could run.
    if (TARGET !== undefined) this.skip();
    await ok(e, `ecs wait services-stable --cluster ${N} --services ${N}`);
    const dns = await ok(
      e,
      `elbv2 describe-load-balancers --load-balancer-arns ${made.balancer} --query LoadBalancers[0].DNSName`,
    );
    assert.equal((await until("a page", async () => get(e, dns).catch(() => undefined))).status, 200);
    const logged = await until(
      "logs",
      async () =>
        (await ok(e, `logs filter-log-events --log-group-name /ecs/${N} --query events[0].logStreamName`)) || undefined,
    );
    assert.match(logged, /^ecs\/web\/[0-9a-f]{32}$/);
  });

  it("does not delete what is in use", async () => {
    await fails(
      e,
      `ecs delete-service --cluster ${N} --service ${N}`,
      /InvalidParameterException.*The service cannot be stopped while it is scaled above 0\./,
    );
    await fails(
      e,
      `ecs delete-cluster --cluster ${N}`,
      /ClusterContainsServicesException.*The Cluster cannot be deleted while Services are active\./,
    );
    await fails(
      e,
      `elbv2 delete-target-group --target-group-arn ${made.group}`,
      /ResourceInUse.*is currently in use by a listener or a rule/,
    );
    await fails(e, `ec2 delete-security-group --group-id ${made.lb}`, /DependencyViolation/);
    await fails(e, `iam delete-role --role-name ${N}`, /DeleteConflict.*must detach all policies first/);
  });

  it("deletes everything, in the order in which AWS lets go", async () => {
    await ok(e, `ecs delete-service --cluster ${N} --service ${N} --force`);
    await until(
      "INACTIVE",
      async () =>
        /INACTIVE|None/.test(
          await ok(e, `ecs describe-services --cluster ${N} --services ${N} --query services[0].status`),
        ),
      30_000,
    );
    await ok(e, `elbv2 delete-listener --listener-arn ${made.listener}`);
    await ok(e, `elbv2 delete-load-balancer --load-balancer-arn ${made.balancer}`);
    await ok(e, `elbv2 delete-target-group --target-group-arn ${made.group}`);
    for (const id of [made.task, made.lb])
      await until(
        `the end of ${id}`,
        async () => (await aws(e, ["ec2", "delete-security-group", "--group-id", id])).code === 0,
      );
    await ok(e, `ecs delete-cluster --cluster ${N}`);
    await ok(e, `ecs deregister-task-definition --task-definition ${N}:1`);
    await ok(e, `iam detach-role-policy --role-name ${N} --policy-arn ${POLICY}`);
    await ok(e, `iam delete-role --role-name ${N}`);
    await ok(e, `logs delete-log-group --log-group-name /ecs/${N}`);
    await ok(e, `ecr delete-repository --repository-name ${N} --force`);
    await fails(
      e,
      `ecr describe-repositories --repository-names ${N}`,
      new RegExp(`RepositoryNotFoundException.*The repository with name '${N}' does not exist in the registry with id`),
    );
  });
});
