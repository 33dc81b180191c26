import assert from "node:assert/strict";
import {
  GetTaskProtectionCommand,
  ListTasksCommand,
  UpdateServiceCommand,
  UpdateTaskProtectionCommand,
} from "@aws-sdk/client-ecs";
import { clients, described, revision, service, stage, start, steady, taskOf, type Clients } from "./support/network";
import { endpoint, TARGET, until } from "./support/sandbox";

describe("task protection", function () {
  this.timeout(40_000);
  let c: Clients;
  before(async () => {
    c = clients(await endpoint());
  });
  beforeEach(function () {
    if (TARGET !== undefined) this.skip();
  });

  it("keeps a deployment, and scaling in, from stopping a task until it is taken away", async () => {
    const s = await stage(c, "protect");
    await service(c, s, await revision(c, s), { desiredCount: 2 });
    await steady(c, s);
    const { taskArns = [] } = await c.ecs.send(new ListTasksCommand({ cluster: s.name }));
    const [kept = "", free = ""] = taskArns;
    const set = await c.ecs.send(
      new UpdateTaskProtectionCommand({
        cluster: s.name,
        tasks: [kept],
        protectionEnabled: true,
        expiresInMinutes: 60,
      }),
    );
    assert.deepEqual(set.failures, []);
    assert.equal(set.protectedTasks?.[0]?.protectionEnabled, true);
    assert.ok((set.protectedTasks?.[0]?.expirationDate?.getTime() ?? 0) > Date.now());

    await c.ecs.send(
      new UpdateServiceCommand({ cluster: s.name, service: s.name, taskDefinition: await revision(c, s) }),
    );
    await until(
      "the task that is not protected to stop",
      async () => (await taskOf(c, s, free)).lastStatus === "STOPPED",
    );
    await until("the new tasks", async () => ((await described(c, s)).deployments?.[0]?.runningCount ?? 0) === 2);
    assert.equal((await taskOf(c, s, kept)).desiredStatus, "RUNNING");
    assert.equal((await described(c, s)).deployments?.[0]?.rolloutState, "IN_PROGRESS");
    const again = await c.ecs.send(
      new UpdateTaskProtectionCommand({ cluster: s.name, tasks: [kept], protectionEnabled: true }),
    );
    assert.equal(again.failures?.[0]?.reason, "DEPLOYMENT_BLOCKED");

    await c.ecs.send(new UpdateTaskProtectionCommand({ cluster: s.name, tasks: [kept], protectionEnabled: false }));
    await steady(c, s);
    assert.equal((await taskOf(c, s, kept)).desiredStatus, "STOPPED");
  });

  it("is refused for tasks that are gone or are no service's, for too many, and for a time out of range", async () => {
    const s = await stage(c, "protect-not");
    const alone = await start(c, s, await revision(c, s));
    const missing = alone.replace(/[0-9a-f]{32}$/, "0".repeat(32));
    const refused = await c.ecs.send(
      new UpdateTaskProtectionCommand({ cluster: s.name, tasks: [alone, missing], protectionEnabled: true }),
    );
    assert.deepEqual(refused.failures?.map((failure) => failure.reason).sort(), ["MISSING", "TASK_NOT_VALID"]);
    assert.deepEqual(
      (await c.ecs.send(new GetTaskProtectionCommand({ cluster: s.name, tasks: [alone] }))).protectedTasks,
      [],
    );
    const call = (tasks: string[], expiresInMinutes: number): Promise<unknown> =>
      c.ecs.send(
        new UpdateTaskProtectionCommand({ cluster: s.name, tasks, protectionEnabled: true, expiresInMinutes }),
      );
    await assert.rejects(
      call(
        Array.from({ length: 11 }, () => alone),
        1,
      ),
      { name: "InvalidParameterException" },
    );
    await assert.rejects(call([alone], 0), { name: "InvalidParameterException" });
    await assert.rejects(call([alone], 2881), { name: "InvalidParameterException" });
  });
});
