/** A task definition file that was there before Slipway: its container, its role and its port are the application's. */
import { strict as assert } from "node:assert";
import { DescribeServicesCommand, DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { AttachRolePolicyCommand, CreateRoleCommand } from "@aws-sdk/client-iam";
import { accountOf, resultOf } from "./support/cli";
import { definitionFile, tinyApplication } from "./support/apps";
import { applicationFolder, readIn, theEngine, World, writeIn, writesOf } from "./support/world";

describe("a task definition file that was there before", function () {
  this.timeout(60_000);
  let world: World;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("file-governs", ["--tasks", "simulated", "--consistency", "strong"]);
  });
  after(async () => world?.stop());

  it("is deployed as it says: container, role and port are its own, and a second run changes nothing", async () => {
    const { iam, ecs } = world.clients;
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
    };
    const made = await iam.send(
      new CreateRoleCommand({ RoleName: "tasks-of-all", AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    const role = made.Role?.Arn ?? "";
    await iam.send(
      new AttachRolePolicyCommand({
        RoleName: "tasks-of-all",
        PolicyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
      }),
    );
    const { Dockerfile = "", ...files } = tinyApplication();
    const folder = applicationFolder("harbor", {
      ...files,
      // Nothing but the definition says the port.
      Dockerfile: Dockerfile.replace(/^EXPOSE.*\n/m, ""),
      "slipway.json": JSON.stringify({
        applications: { harbor: { dockerfile: "Dockerfile", deregistrationDelaySeconds: 1 } },
      }),
      ...definitionFile("harbor", { container: { name: "web" }, definition: { executionRoleArn: role } }),
    });
    const planned = await world.cliEndsWith(0, folder, ["plan"]);
    assert.doesNotMatch(accountOf(planned), /"noPort"|harbor-execution/);
    const before = readIn(folder, "task-definition.json");
    const calls = await world.callsDuring(async () => {
      await world.cliEndsWith(0, folder, ["deploy", "--yes", "--adopt"]);
    });
    assert.deepEqual(
      writesOf(calls).filter((call) => /Role/.test(call)),
      [],
    );
    const [service] =
      (await ecs.send(new DescribeServicesCommand({ cluster: "harbor", services: ["harbor"] }))).services ?? [];
    assert.deepEqual(
      service?.loadBalancers?.map(({ containerName, containerPort }) => [containerName, containerPort]),
      [["web", 8080]],
    );
    const { taskDefinition } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: service?.taskDefinition }),
    );
    assert.equal(taskDefinition?.executionRoleArn, role);
    assert.deepEqual(
      taskDefinition?.containerDefinitions?.map(({ name }) => name),
      ["web"],
    );
    assert.equal(readIn(folder, "task-definition.json"), before);
    assert.deepEqual(writesOf(await world.callsDuring(() => world.cliEndsWith(0, folder, ["deploy", "--yes"]))), []);
    // A role that is gone is the file's fault, before anything is written.
    writeIn(folder, "task-definition.json", before.replace(role, role.replace("tasks-of-all", "tasks-of-none")));
    const refused = await world.callsDuring(async () => {
      const finished = await world.cliEndsWith(1, folder, ["deploy", "--yes"]);
      const { error } = resultOf(finished);
      assert.equal(error?.code, "RoleMissing", accountOf(finished));
      assert.match(error?.summary ?? "", /that task-definition\.json names does not exist/);
    });
    assert.deepEqual(writesOf(refused), []);
  });
});
