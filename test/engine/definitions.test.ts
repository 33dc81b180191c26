/** What an editor of task definitions asks of an account: revisions, registration, checks, and values to complete with. */
import { strict as assert } from "node:assert";
import { CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRepositoryCommand } from "@aws-sdk/client-ecr";
import { CreateRoleCommand, AttachRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Connection } from "../../src/core/api";
import type { TaskDefinition } from "../../src/core/base/taskDefinition";
import { createBackend } from "../../src/backend/backend";
import { theEngine, World } from "./support/world";

describe("task definitions and an account", function () {
  this.timeout(120_000);
  let world: World;
  let connection: Connection;
  const before_ = { ...process.env };
  const signal = new AbortController().signal;
  const logs = (group: string) => ({
    logDriver: "awslogs",
    options: { "awslogs-group": group, "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web" },
  });
  const definition = (more: TaskDefinition = {}, group = "/ecs/harbour"): TaskDefinition => ({
    family: "harbour",
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    executionRoleArn: "arn:aws:iam::000000000000:role/harbour",
    containerDefinitions: [{ name: "web", image: "acme/harbour:1.2", logConfiguration: logs(group) }],
    ...more,
  });

  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("definitions", ["--tasks", "simulated", "--consistency", "strong"]);
    Object.assign(process.env, world.env);
    connection = await createBackend({ sandboxProgram: "", log: () => undefined }).connect(
      { kind: "environment" },
      { mfaCode: () => Promise.resolve(undefined), deviceCode: () => Promise.resolve(false) },
      signal,
    );
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
    };
    await world.clients.iam.send(
      new CreateRoleCommand({ RoleName: "harbour", AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    await world.clients.iam.send(
      new AttachRolePolicyCommand({
        RoleName: "harbour",
        PolicyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
      }),
    );
    await world.clients.logs.send(new CreateLogGroupCommand({ logGroupName: "/ecs/harbour" }));
    await world.clients.ecr.send(new CreateRepositoryCommand({ repositoryName: "harbour" }));
  });
  after(async () => {
    for (const name of Object.keys(process.env)) if (!(name in before_)) delete process.env[name];
    Object.assign(process.env, before_);
    connection?.close();
    await world?.stop();
  });

  it("registers, and finds the latest and the live one", async () => {
    const desk = connection.definitions(signal);
    assert.equal(await desk.latest("harbour"), undefined);
    assert.equal((await desk.register(definition(), {})).revision, 1);
    assert.equal((await desk.register(definition({ memory: "1024" }), { team: "quay" })).revision, 2);
    assert.equal((await desk.latest("harbour"))?.definition.memory, "1024");
    assert.equal((await desk.live("nowhere", "nothing", "harbour"))?.revision, 2);
  });
  it("looks whether what a definition names is there", async () => {
    const states = async (wanted: TaskDefinition) =>
      Object.fromEntries(
        (await connection.definitions(signal).check(wanted)).map(({ id, state }) => [
          id.replace("definition", ""),
          state,
        ]),
      );
    assert.deepEqual(await states(definition()), {
      Images: "leftOut",
      ExecutionRole: "passed",
      TaskRole: "leftOut",
      Secrets: "leftOut",
      LogGroups: "passed",
    });
    assert.deepEqual(
      await states(
        definition({ executionRoleArn: "nobody", taskRoleArn: "arn:aws:iam::999999999999:role/x" }, "/ecs/gone"),
      ),
      { Images: "leftOut", ExecutionRole: "failed", TaskRole: "failed", Secrets: "leftOut", LogGroups: "failed" },
    );
  });
  it("offers what the account has", async () => {
    const desk = connection.definitions(signal);
    assert.deepEqual(
      (await desk.offers("roles")).filter((arn) => arn.includes(":role/harbour")),
      ["arn:aws:iam::000000000000:role/harbour"],
    );
    assert.deepEqual(await desk.offers("logGroups"), ["/ecs/harbour"]);
    assert.equal((await desk.offers("images")).length, 1);
  });
});
