/** A sandbox that stands for an AWS newer than its model, and one that does not. */
import assert from "node:assert/strict";
import type { TaskDefinition } from "../../src/core/base/taskDefinition";
import { lostOf, plainDefinition, plant, seeded } from "../unit/support/unknownMembers";
import { startSandbox, TARGET, type Endpoint } from "./support/sandbox";
import { send } from "./support/wire";

describe("members of a task definition that the model does not have", function () {
  this.timeout(30_000);
  let refusing: Endpoint;
  let keeping: Endpoint;
  before(async function () {
    if (TARGET) return this.skip();
    [refusing, keeping] = await Promise.all([
      startSandbox(),
      startSandbox(["--tasks", "simulated", "--unknown-members", "keep"]),
    ]);
  });
  after(() => Promise.all([refusing?.stop(), keeping?.stop()]));
  const register = (e: Endpoint, definition: object) => send(e, "ecs", "RegisterTaskDefinition", { ...definition });

  it("are refused by name, wherever they are", async () => {
    for (const [definition, member] of [
      [{ ...plainDefinition(), burst: null }, "burst"],
      [{ ...plainDefinition(), volumes: [{ name: "v", burst: { a: 1 } }] }, "volumes[0].burst"],
    ] as const) {
      const { status, text } = await register(refusing, definition);
      assert.deepEqual([status, text.includes(`'${member}'`)], [501, true], text);
    }
  });

  it("are kept and described as they were with --unknown-members keep, of task definitions alone", async () => {
    const definition = plainDefinition();
    const planted = plant(definition, 100, seeded(21));
    const registered = await register(keeping, definition);
    assert.equal(registered.status, 200, registered.text);
    const described = await send(keeping, "ecs", "DescribeTaskDefinition", { taskDefinition: "quay:1" });
    for (const { text } of [registered, described]) {
      const { taskDefinition } = JSON.parse(text) as { taskDefinition: TaskDefinition };
      assert.deepEqual(lostOf(planted, taskDefinition), []);
    }
    assert.equal((await send(keeping, "ecs", "CreateCluster", { clusterName: "c", burst: 1 })).status, 501);
    // What the model has and the sandbox does not implement.
    const restarts = {
      ...plainDefinition(),
      containerDefinitions: [{ name: "a", image: "a", restartPolicy: { enabled: true } }],
    };
    assert.equal((await register(keeping, restarts)).status, 501);
  });
});
