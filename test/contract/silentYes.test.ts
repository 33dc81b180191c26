/** What AWS refuses, or answers, and a sandbox would easily take without a word. */
import assert from "node:assert/strict";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListAccountSettingsCommand,
  ListTaskDefinitionsCommand,
  PutAccountSettingCommand,
  RunTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { clients, revision, stage, type Clients, type Stage } from "./support/network";
import { refuses } from "./support/refusal";
import { startSandbox, TARGET, type Endpoint } from "./support/sandbox";

describe("nothing is taken in silence by ECS", function () {
  this.timeout(30_000);
  let e: Endpoint;
  let c: Clients;
  let s: Stage;
  let definition: string;
  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await startSandbox(["--tasks", "simulated", "--consistency", "strong"]);
    c = clients(e);
    s = await stage(c, "silent");
    definition = await revision(c, s);
  });
  after(async () => e?.stop());

  const network = () => ({ awsvpcConfiguration: { subnets: s.subnets, securityGroups: [s.taskGroup] } });

  it("a platform version that Fargate does not have", async () => {
    const shared = { cluster: s.name, taskDefinition: definition, networkConfiguration: network() };
    for (const platformVersion of ["9.9.9", "1.2.0", "latest"]) {
      const more = { ...shared, platformVersion };
      const wrong = refuses("PlatformUnknownException");
      await assert.rejects(c.ecs.send(new RunTaskCommand(more)), wrong, platformVersion);
      const service = { ...more, serviceName: "x", desiredCount: 1 };
      await assert.rejects(c.ecs.send(new CreateServiceCommand(service)), wrong, platformVersion);
    }
    await c.ecs.send(
      new CreateServiceCommand({ ...shared, serviceName: "y", desiredCount: 0, platformVersion: "1.4.0" }),
    );
    await assert.rejects(
      c.ecs.send(new UpdateServiceCommand({ cluster: s.name, service: "y", platformVersion: "2.0.0" })),
      refuses("PlatformUnknownException"),
    );
  });

  it("overrides with a size that Fargate does not have", async () => {
    const run = (overrides: { cpu?: string; memory?: string }) =>
      c.ecs.send(
        new RunTaskCommand({ cluster: s.name, taskDefinition: definition, networkConfiguration: network(), overrides }),
      );
    for (const size of [{ cpu: "300" }, { memory: "9999" }, { cpu: "256", memory: "8192" }])
      await assert.rejects(run(size), refuses("InvalidParameterException", /No Fargate configuration exists/));
    const { tasks } = await run({ cpu: "512", memory: "1024" });
    assert.deepEqual([tasks?.[0]?.cpu, tasks?.[0]?.memory], ["512", "1024"]);
  });

  it("ids and ARNs that are none", async () => {
    const of = "InvalidParameterException";
    const tasks = (...ids: string[]) => c.ecs.send(new DescribeTasksCommand({ cluster: s.name, tasks: ids }));
    await assert.rejects(tasks("None"), refuses(of, /^taskId length should be one of \[32,36\]$/));
    await assert.rejects(tasks("arn:aws:ecs:us-east-1:000000000000:service/a/b"), refuses(of, /Identifier is for/));
    const unknown = await tasks("0".repeat(32));
    assert.equal(unknown.failures?.[0]?.reason, "MISSING");
    const services = (cluster: string, id: string) =>
      c.ecs.send(new DescribeServicesCommand({ cluster, services: [id] }));
    await assert.rejects(services("a b", "x"), refuses(of, /Invalid identifier/));
    await assert.rejects(services(s.name, "arn:aws:ecs:nowhere"), refuses(of, /Invalid identifier/));
    const described = (taskDefinition: string) => c.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    await assert.rejects(described("silent:one"), refuses(of, /Invalid revision number/));
    await assert.rejects(described("arn:aws:ecs:x"), refuses(of, /not a valid ARN/));
    await assert.rejects(described("silent:999"), refuses("ClientException"));
  });

  it("a deleted task definition is there for a while, DELETE_IN_PROGRESS", async () => {
    const taskDefinition = await revision(c, s);
    await c.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
    await c.ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [taskDefinition] }));
    const found = await c.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    assert.equal(found.taskDefinition?.status, "DELETE_IN_PROGRESS");
    const listed = async (status: "INACTIVE" | "DELETE_IN_PROGRESS") =>
      (await c.ecs.send(new ListTaskDefinitionsCommand({ status }))).taskDefinitionArns?.includes(taskDefinition);
    assert.deepEqual([await listed("INACTIVE"), await listed("DELETE_IN_PROGRESS")], [false, true]);
    await assert.rejects(
      c.ecs.send(new RunTaskCommand({ cluster: s.name, taskDefinition, networkConfiguration: network() })),
      refuses("ClientException"),
    );
  });

  it("account settings have the values that AWS knows, and new clusters follow", async () => {
    const put = (name: "containerInsights" | "guardDutyActivate" | "taskLongArnFormat", value: string) =>
      c.ecs.send(new PutAccountSettingCommand({ name, value, principalArn: "arn:aws:iam::000000000000:root" }));
    const of = "InvalidParameterException";
    await assert.rejects(put("containerInsights", "maybe"), refuses(of));
    await assert.rejects(put("guardDutyActivate", "on"), refuses(of));
    await assert.rejects(put("taskLongArnFormat", "disabled"), refuses(of));
    const own = await c.ecs.send(new ListAccountSettingsCommand({}));
    assert.deepEqual(own.settings, []);
    const first = await c.ecs.send(new ListAccountSettingsCommand({ effectiveSettings: true, maxResults: 5 }));
    const rest = await c.ecs.send(
      new ListAccountSettingsCommand({ effectiveSettings: true, nextToken: first.nextToken }),
    );
    const all = [...(first.settings ?? []), ...(rest.settings ?? [])];
    assert.deepEqual([first.settings?.length, all.length], [5, 11]);
    assert.equal(all.find((x) => x.name === "guardDutyActivate")?.type, "aws_managed");
    await put("containerInsights", "enhanced");
    const made = await c.ecs.send(new CreateClusterCommand({ clusterName: "follows" }));
    assert.deepEqual(made.cluster?.settings, [{ name: "containerInsights", value: "enhanced" }]);
    await assert.rejects(
      c.ecs.send(
        new CreateClusterCommand({ clusterName: "b", settings: [{ name: "containerInsights", value: "on" }] }),
      ),
      refuses(of),
    );
  });

  it("a cluster's parts come when they are asked for", async () => {
    const clusters = [s.name];
    const plain = (await c.ecs.send(new DescribeClustersCommand({ clusters }))).clusters?.[0];
    assert.deepEqual(
      [plain?.statistics, plain?.settings, plain?.configuration, plain?.attachments],
      [[], [], undefined, undefined],
    );
    const include = ["STATISTICS", "SETTINGS", "TAGS", "CONFIGURATIONS", "ATTACHMENTS"] as const;
    const whole = (await c.ecs.send(new DescribeClustersCommand({ clusters, include: [...include] }))).clusters?.[0];
    const statistics = Object.fromEntries((whole?.statistics ?? []).map((x) => [x.name, x.value]));
    assert.equal(statistics["activeFargateServiceCount"], "1");
    assert.equal(statistics["runningEC2TasksCount"], "0");
    assert.equal(statistics["drainingFargateServiceCount"], "0");
    assert.deepEqual([whole?.settings?.length, whole?.attachments], [1, []]);
  });
});
