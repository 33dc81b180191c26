import assert from "node:assert/strict";
import {
  DeleteServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type ServiceDeployment,
} from "@aws-sdk/client-ecs";
import { DetachRolePolicyCommand } from "@aws-sdk/client-iam";
import { DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  clients,
  described,
  get,
  revision,
  service,
  stage,
  start,
  steady,
  stopped,
  type Clients,
  type Stage,
} from "./support/network";
import { endpoint, TARGET, until, type Endpoint } from "./support/sandbox";

const messages = (events: readonly { message?: string }[] | undefined): string[] =>
  (events ?? []).map((e) => e.message ?? "");

async function newest(c: Clients, s: Stage): Promise<ServiceDeployment | undefined> {
  const listed = await c.ecs.send(new ListServiceDeploymentsCommand({ cluster: s.name, service: s.name }));
  const arn = listed.serviceDeployments?.[0]?.serviceDeploymentArn;
  if (!arn) return undefined;
  return (await c.ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] })))
    .serviceDeployments?.[0];
}

describe("the service scheduler", function () {
  this.timeout(30_000);
  let e: Endpoint;
  let c: Clients;
  before(async () => {
    e = await endpoint();
    c = clients(e);
  });
  beforeEach(function () {
    if (TARGET !== undefined) this.skip();
  });

  it("brings a service to a steady state, with AWS's events, and replaces its tasks on an update", async () => {
    const s = await stage(c, "steady");
    await service(c, s, await revision(c, s), { desiredCount: 2 });
    const first = await steady(c, s);
    const said = messages(first.events);
    assert.equal(said[0], "(service steady) has reached a steady state.");
    assert.match(said[1] ?? "", /^\(service steady\) \(deployment ecs-svc\/\d{19}\) deployment completed\.$/);
    const started = said.findIndex((m) =>
      /^\(service steady\) has started 2 tasks: \(task [0-9a-f]{32}\) \(task [0-9a-f]{32}\)\.$/.test(m),
    );
    assert.ok(started > 0, said.join("\n"));
    // A role that is too new is an event too, until ECS can assume it.
    for (const m of said.slice(started + 1))
      assert.match(
        m,
        /^\(service steady\) failed to launch a task with \(error ECS was unable to assume the role 'arn:aws:iam::\d{12}:role\/steady-exec'/,
      );
    assert.ok(said.some((m) => /^\(service steady\) registered [12] targets in \(target-group \S+\)$/.test(m)));
    const health = await until("health", async () => {
      const h = await c.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: s.targetGroupArn }));
      const all = h.TargetHealthDescriptions ?? [];
      return all.length === 2 && all.every((t) => t.TargetHealth?.State === "healthy") && all;
    });
    assert.equal(health[0]?.HealthCheckPort, "8080");

    const target = await revision(c, s);
    await c.ecs.send(new UpdateServiceCommand({ cluster: s.name, service: s.name, taskDefinition: target }));
    const second = await steady(c, s);
    assert.equal(second.taskDefinition, target);
    assert.notEqual(second.deployments?.[0]?.id, first.deployments?.[0]?.id);
    assert.ok(
      messages(second.events).some((m) =>
        /taskSet ecs-svc\/\d+\) has begun draining connections on [12] tasks\.$/.test(m),
      ),
    );
    const done = await until("the service deployment", async () => {
      const d = await newest(c, s);
      return d?.status === "SUCCESSFUL" && d;
    });
    assert.equal(done.deploymentCircuitBreaker?.status, "MONITORING_COMPLETE");
    assert.equal(done.sourceServiceRevisions?.length, 1);
    assert.equal((await get(e, s.dnsName, "/page")).body, "simulated task: GET /page\n");

    await c.ecs.send(new DeleteServiceCommand({ cluster: s.name, service: s.name, force: true }));
    await until("INACTIVE", async () => (await described(c, s)).status === "INACTIVE");
  });

  it("trips the circuit breaker on a revision that crashes and rolls back to the one before", async () => {
    const s = await stage(c, "crash");
    const good = await revision(c, s);
    await service(c, s, good);
    await steady(c, s);
    const bad = await revision(c, s, { SANDBOX_EXIT_AFTER_MS: "0", SANDBOX_EXIT_CODE: "3" });
    const updated = await c.ecs.send(
      new UpdateServiceCommand({ cluster: s.name, service: s.name, taskDefinition: bad }),
    );
    const failedId = updated.service?.deployments?.[0]?.id ?? "";
    const ended = await until("the rollback", async () => {
      const d = await newest(c, s);
      return d?.status === "ROLLBACK_SUCCESSFUL" && d;
    });
    assert.equal(
      ended.statusReason,
      "Service deployment rolled back because the circuit breaker threshold was exceeded.",
    );
    assert.equal(ended.deploymentCircuitBreaker?.status, "TRIGGERED");
    assert.equal(ended.deploymentCircuitBreaker?.threshold, 3);
    const now = await steady(c, s);
    assert.equal(now.taskDefinition, good);
    assert.ok(
      messages(now.events).includes(
        `(service crash) (deployment ${failedId}) deployment failed: tasks failed to start.`,
      ),
    );
    assert.ok(messages(now.events).some((m) => /rolling back to deployment ecs-svc\/\d+\.$/.test(m)));
    const stopped = await c.ecs.send(new ListTasksCommand({ cluster: s.name, desiredStatus: "STOPPED" }));
    const tasks = await c.ecs.send(new DescribeTasksCommand({ cluster: s.name, tasks: stopped.taskArns ?? [] }));
    const crashed = (tasks.tasks ?? []).filter((t) => t.taskDefinitionArn === bad);
    assert.ok(crashed.length >= 3);
    assert.equal(crashed[0]?.stopCode, "EssentialContainerExited");
    assert.equal(crashed[0]?.stoppedReason, "Essential container in task exited");
    assert.equal(crashed[0]?.containers?.[0]?.exitCode, 3);
  });

  it("has nowhere to roll a first deployment back to", async () => {
    const s = await stage(c, "first");
    await service(c, s, await revision(c, s, { SANDBOX_EXIT_AFTER_MS: "0" }));
    const ended = await until("the failure", async () => {
      const d = await newest(c, s);
      return d?.status === "ROLLBACK_FAILED" && d;
    });
    assert.equal(ended.statusReason, "No rollback candidate was found to run the rollback.");
    assert.equal((await described(c, s)).deployments?.[0]?.rolloutState, "FAILED");
  });

  it("rolls back when the deployment is stopped", async () => {
    const s = await stage(c, "halt");
    const good = await revision(c, s);
    await service(c, s, good);
    await steady(c, s);
    const slow = await revision(c, s, { SANDBOX_STATUS: "500" });
    await c.ecs.send(
      new UpdateServiceCommand({
        cluster: s.name,
        service: s.name,
        taskDefinition: slow,
        healthCheckGracePeriodSeconds: 300,
      }),
    );
    const running = await until("the new deployment", async () => {
      const d = await newest(c, s);
      return d?.status === "IN_PROGRESS" && d;
    });
    await c.ecs.send(
      new StopServiceDeploymentCommand({ serviceDeploymentArn: running.serviceDeploymentArn, stopType: "ROLLBACK" }),
    );
    await until("the rollback", async () => (await newest(c, s))?.status === "ROLLBACK_SUCCESSFUL");
    assert.equal((await steady(c, s)).taskDefinition, good);
  });

  it("says why a task cannot start: no log group, no route, no permission", async () => {
    const s = await stage(c, "unable");
    const run = async (definition: string, publicIp: boolean): Promise<string> => {
      const task = await stopped(c, s, await start(c, s, definition, publicIp));
      assert.equal(task.stopCode, "TaskFailedToStart");
      return task.stoppedReason ?? "";
    };
    const lost = {
      logConfiguration: {
        logDriver: "awslogs" as const,
        options: { "awslogs-group": "/not/there", "awslogs-region": e.region, "awslogs-stream-prefix": "x" },
      },
    };
    assert.match(
      await run(await revision(c, s, {}, lost), true),
      /failed to validate logger args: .*ResourceNotFoundException: The specified log group does not exist\./,
    );
    const ecr = { image: `${new URL(e.url).host}/nothing:v1` };
    assert.match(
      await run(await revision(c, s, {}, ecr), false),
      /There is a connection issue between the task and Amazon ECR/,
    );
    assert.match(
      await run(await revision(c, s, {}, ecr), true),
      /^CannotPullContainerError: pull image manifest has been retried 7 time\(s\): failed to resolve ref .*nothing:v1: not found$/,
    );
    const created = {
      logConfiguration: {
        logDriver: "awslogs" as const,
        options: {
          "awslogs-group": "/new",
          "awslogs-region": e.region,
          "awslogs-stream-prefix": "x",
          "awslogs-create-group": "true",
        },
      },
    };
    assert.match(await run(await revision(c, s, {}, created), true), /logs:CreateLogGroup/);
    await c.iam.send(
      new DetachRolePolicyCommand({
        RoleName: "unable-exec",
        PolicyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
      }),
    );
    const bare = await run(await revision(c, s, {}, ecr), true);
    assert.match(
      bare,
      /^ResourceInitializationError: unable to pull secrets or registry auth: .*AccessDeniedException: User: arn:aws:sts::\d{12}:assumed-role\/unable-exec\/[0-9a-f]{32} is not authorized to perform: ecr:GetAuthorizationToken/,
    );
  });
});

describe("a task definition", () => {
  const base = {
    family: "rules",
    networkMode: "awsvpc" as const,
    requiresCompatibilities: ["FARGATE" as const],
    cpu: "256",
    memory: "512",
    containerDefinitions: [{ name: "web", image: "web:1" }],
  };
  const cases: [string, object, string][] = [
    [
      "a size that Fargate does not have",
      { memory: "4096" },
      "No Fargate configuration exists for given values: 256 CPU, 4096 memory. See the Amazon ECS documentation " +
        "for the valid values.",
    ],
    ["no CPU", { cpu: undefined }, "Fargate requires that 'cpu' be defined at the task level."],
    ["another network mode", { networkMode: "bridge" }, "Fargate only supports network mode 'awsvpc'."],
    ["no container", { containerDefinitions: [] }, "Container list cannot be empty."],
    ["an empty list of tags", { tags: [] }, "Tags can not be empty."],
    [
      "no essential container",
      { containerDefinitions: [{ name: "web", image: "web:1", essential: false }] },
      "Task definition doesn't have any essential container",
    ],
    [
      "a host port of its own",
      { containerDefinitions: [{ name: "web", image: "web:1", portMappings: [{ containerPort: 80, hostPort: 81 }] }] },
      "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
    ],
    [
      "an ECR image without a role",
      { containerDefinitions: [{ name: "web", image: "1.dkr.ecr.us-east-1.amazonaws.com/a:1" }] },
      "Fargate requires task definition to have execution role ARN to support ECR images.",
    ],
  ];
  for (const [what, change, message] of cases) {
    it(`with ${what} is refused in AWS's words`, async () => {
      const e = await endpoint();
      const ecs = new ECSClient({ endpoint: e.url, region: e.region, credentials: e.credentials, maxAttempts: 1 });
      await assert.rejects(ecs.send(new RegisterTaskDefinitionCommand({ ...base, ...change })), {
        name: "ClientException",
        message,
      });
    });
  }
});
