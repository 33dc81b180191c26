import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { get } from "./support/network";
import { control, endpoint, startSandbox, TARGET, until, type Endpoint } from "./support/sandbox";

const has = (command: string): boolean => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
const TRUST = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }] });

async function aws(e: Endpoint, args: readonly string[], input?: string): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn("aws", [...args, "--output", "text"], { env: { ...process.env, ...e.env, AWS_PAGER: "", AWS_MAX_ATTEMPTS: "1", AWS_EC2_METADATA_DISABLED: "true" } });
    let out = "";
    let err = "";
    child.stdout.on("data", (d: Buffer) => (out += d.toString()));
    child.stderr.on("data", (d: Buffer) => (err += d.toString()));
    child.on("close", (code) => resolve({ code: code ?? 1, out: out.trim(), err: err.trim() }));
    child.stdin.end(input);
  });
}

async function ok(e: Endpoint, line: string, ...extra: string[]): Promise<string> {
  const done = await aws(e, [...line.split(" "), ...extra]);
  assert.equal(done.code, 0, `aws ${line}: ${done.err}`);
  return done.out;
}

async function fails(e: Endpoint, line: string, text: RegExp, ...extra: string[]): Promise<void> {
  const done = await aws(e, [...line.split(" "), ...extra]);
  assert.notEqual(done.code, 0, `aws ${line} passed`);
  assert.match(done.err, text);
}

describe("the guide, command by command, with the official aws client", function () {
  this.timeout(60_000);
  let e: Endpoint;
  let scratch: string;
  before(async function () {
    if (!has("aws")) this.skip();
    e = await endpoint();
    if (TARGET === undefined) await control(e, "POST", "reset");
    scratch = mkdtempSync(path.join(tmpdir(), "slipway-guide-"));
  });
  after(() => {
    if (scratch) rmSync(scratch, { recursive: true, force: true });
  });

  it("goes from an identity to a page behind the load balancer", async () => {
    const account = await ok(e, "sts get-caller-identity --query Account");
    const uri = await ok(e, "ecr create-repository --repository-name guide --query repository.repositoryUri");
    await fails(e, "ecr create-repository --repository-name guide", /RepositoryAlreadyExistsException.*The repository with name 'guide' already exists in the registry with id/);
    assert.ok((await ok(e, "ecr get-login-password")).length > 100);
    assert.equal(await ok(e, "ecs create-cluster --cluster-name guide --query cluster.status"), "ACTIVE");
    await ok(e, "iam create-role --role-name guideExec --query Role.Arn --assume-role-policy-document", TRUST);
    await fails(e, "iam create-role --role-name guideExec --assume-role-policy-document", /EntityAlreadyExists.*Role with name guideExec already exists\./, TRUST);
    await ok(e, "iam attach-role-policy --role-name guideExec --policy-arn arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy");
    await ok(e, "logs create-log-group --log-group-name /ecs/guide");
    // Simulated tasks have no registry to push to, so the definition names a public image.
    const image = TARGET === undefined ? "web:1" : `${uri}:latest`;
    const definition = {
      family: "guide", networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"], cpu: "256", memory: "512", executionRoleArn: `arn:aws:iam::${account}:role/guideExec`,
      containerDefinitions: [{ name: "web", image, essential: true, portMappings: [{ containerPort: 8080, protocol: "tcp" }], logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "/ecs/guide", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "ecs" } } }],
    };
    const file = path.join(scratch, "task-definition.json");
    writeFileSync(file, JSON.stringify(definition));
    const revision = await ok(e, "ecs register-task-definition --query taskDefinition.taskDefinitionArn --cli-input-json", `file://${file}`);
    assert.match(revision, /:task-definition\/guide:1$/);
    const vpc = await ok(e, "ec2 describe-vpcs --filters Name=is-default,Values=true --query Vpcs[0].VpcId");
    const subnets = (await ok(e, `ec2 describe-subnets --filters Name=vpc-id,Values=${vpc} Name=default-for-az,Values=true --query Subnets[].SubnetId`)).split(/\s+/);
    assert.ok(subnets.length >= 3);
    const lb = await ok(e, `ec2 create-security-group --group-name guide-lb --description lb --vpc-id ${vpc} --query GroupId`);
    const task = await ok(e, `ec2 create-security-group --group-name guide-task --description task --vpc-id ${vpc} --query GroupId`);
    await fails(e, `ec2 create-security-group --group-name guide-lb --description lb --vpc-id ${vpc}`, /InvalidGroup\.Duplicate.*The security group 'guide-lb' already exists for VPC/);
    await ok(e, `ec2 authorize-security-group-ingress --group-id ${lb} --protocol tcp --port 80 --cidr 0.0.0.0/0`);
    await fails(e, `ec2 authorize-security-group-ingress --group-id ${lb} --protocol tcp --port 80 --cidr 0.0.0.0/0`, /InvalidPermission\.Duplicate.*peer: 0\.0\.0\.0\/0, TCP, from port: 80, to port: 80, ALLOW/);
    await ok(e, `ec2 authorize-security-group-ingress --group-id ${task} --protocol tcp --port 8080 --source-group ${lb}`);
    const group = await ok(e, `elbv2 create-target-group --name guide --protocol HTTP --port 8080 --vpc-id ${vpc} --target-type ip --health-check-path / --query TargetGroups[0].TargetGroupArn`);
    await fails(e, `elbv2 create-target-group --name guide --protocol HTTP --port 9090 --vpc-id ${vpc} --target-type ip`, /DuplicateTargetGroupName.*A target group with the same name 'guide' exists, but with different settings/);
    const balancer = await ok(e, `elbv2 create-load-balancer --name guide --security-groups ${lb} --query LoadBalancers[0].LoadBalancerArn --subnets`, ...subnets);
    await fails(e, `elbv2 create-load-balancer --name other --subnets ${subnets[0] ?? ""}`, /ValidationError.*At least two subnets in two different Availability Zones must be specified/);
    const create = ["ecs", "create-service", "--cluster", "guide", "--service-name", "guide", "--task-definition", "guide:1", "--desired-count", "2", "--launch-type", "FARGATE", "--platform-version", "LATEST", "--query", "service.status",
      "--network-configuration", `awsvpcConfiguration={subnets=[${subnets.join(",")}],securityGroups=[${task}],assignPublicIp=ENABLED}`, "--load-balancers", `targetGroupArn=${group},containerName=web,containerPort=8080`];
    const early = await aws(e, create);
    assert.match(early.err, /InvalidParameterException.*The target group with targetGroupArn .* does not have an associated load balancer\./);
    await ok(e, `elbv2 create-listener --load-balancer-arn ${balancer} --protocol HTTP --port 80 --default-actions Type=forward,TargetGroupArn=${group}`);
    await ok(e, `elbv2 wait load-balancer-available --load-balancer-arns ${balancer}`);
    const made = await aws(e, create);
    assert.equal(made.out, "ACTIVE", made.err);
    const again = await aws(e, create);
    assert.match(again.err, /InvalidParameterException.*Creation of service was not idempotent\./);
    await ok(e, "ecs wait services-stable --cluster guide --services guide");
    const dns = await ok(e, `elbv2 describe-load-balancers --load-balancer-arns ${balancer} --query LoadBalancers[0].DNSName`);
    if (TARGET === undefined) assert.equal((await until("a page", async () => get(e, dns).catch(() => undefined))).status, 200);
    const logged = await until("logs", async () => (await ok(e, "logs filter-log-events --log-group-name /ecs/guide --query events[0].logStreamName")) || undefined);
    assert.match(logged, /^ecs\/web\/[0-9a-f]{32}$/);

    await fails(e, "ecs delete-service --cluster guide --service guide", /InvalidParameterException.*The service cannot be stopped while it is scaled above 0\./);
    await fails(e, "ecs delete-cluster --cluster guide", /ClusterContainsServicesException.*The Cluster cannot be deleted while Services are active\./);
    await fails(e, `elbv2 delete-target-group --target-group-arn ${group}`, /ResourceInUse.*is currently in use by a listener or a rule/);
    await fails(e, `ec2 delete-security-group --group-id ${lb}`, /DependencyViolation/);
    await fails(e, "iam delete-role --role-name guideExec", /DeleteConflict.*must detach all policies first/);
    await fails(e, "ecs describe-task-definition --task-definition nothing", /ClientException.*Unable to describe task definition\./);
  });
});

describe("a real push, a real pull, a real container", function () {
  this.timeout(90_000);
  it("runs what was pushed, and serves it", async function () {
    const docker = (args: readonly string[], input?: string): { status: number | null; out: string } => {
      const done = spawnSync("docker", args, { encoding: "utf8", input, env: { ...process.env, DOCKER_CONFIG: scratch } });
      return { status: done.status, out: done.stdout + done.stderr };
    };
    if (TARGET !== undefined || !has("aws") || spawnSync("docker", ["version"], { stdio: "ignore" }).status !== 0) this.skip();
    const scratch = mkdtempSync(path.join(tmpdir(), "slipway-push-"));
    const source = docker(["images", "--quiet", "busybox-contract:1"]).out.trim();
    if (source === "") this.skip();
    const e = await startSandbox([]);
    try {
      const uri = await ok(e, "ecr create-repository --repository-name team/web --image-tag-mutability IMMUTABLE --query repository.repositoryUri");
      const host = uri.split("/")[0] ?? "";
      docker(["tag", source, `${uri}:v1`]);
      assert.match(docker(["push", `${uri}:v1`]).out, /no basic auth credentials/);
      assert.equal(docker(["login", "--username", "AWS", "--password-stdin", host], await ok(e, "ecr get-login-password")).status, 0);
      const pushed = docker(["push", `${uri}:v1`]);
      assert.equal(pushed.status, 0, pushed.out);
      const digest = /digest: (sha256:[0-9a-f]{64})/.exec(pushed.out)?.[1] ?? "none";
      assert.equal(await ok(e, "ecr describe-images --repository-name team/web --query imageDetails[0].imageDigest"), digest);
      assert.equal(await ok(e, "ecr batch-get-image --repository-name team/web --image-ids imageTag=none --query failures[0].failureCode"), "ImageNotFound");
      docker(["tag", source, `${host}/nobody:v1`]);
      assert.match(docker(["push", `${host}/nobody:v1`]).out, /The repository with name 'nobody' does not exist in the registry with id/);
      docker(["rmi", `${host}/nobody:v1`, `${uri}:v1`]);
      assert.equal(docker(["pull", `${uri}@${digest}`]).status, 0);
      docker(["rmi", `${uri}@${digest}`]);
      await fails(e, "ecr delete-repository --repository-name team/web", /RepositoryNotEmptyException/);
      await ok(e, "ecr delete-repository --repository-name team/web --force");
    } finally {
      await e.stop();
      rmSync(scratch, { recursive: true, force: true });
    }
  });
});
