import assert from "node:assert/strict";
import { CallBudget, filterRate } from "../../src/core/logs/budget";
import { Ledger } from "../../src/core/logs/ledger";
import type { Service, Task } from "../../src/core/ports/cloud";
import type { TaskDefinition } from "../../src/core/base/taskDefinition";
import { FakeClock } from "./support/fakeClock";
import { FakeLogs } from "./support/fakeLogs";
import { faultsOf, startTail, type Bed } from "./support/tails";

const container = (name: string, group: string, options: Record<string, string> = {}) => ({
  name,
  logConfiguration: {
    logDriver: "awslogs",
    options: { "awslogs-group": group, "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web", ...options },
  },
});
const definitions: Record<string, TaskDefinition> = {
  "web:1": {
    containerDefinitions: [
      container("app", "/web", { mode: "blocking" }),
      container("proxy", "/proxy", { mode: "non-blocking" }),
      { name: "quiet" },
    ],
  },
  "web:2": { containerDefinitions: [container("app", "/web", { mode: "blocking" }), container("worker", "/more")] },
};
const ids = { old: "a".repeat(32), fresh: "b".repeat(32), gone: "c".repeat(32) };
const taskOf = (id: string, taskDefinition: string, more: Partial<Task> = {}): Task => ({
  id,
  arn: id,
  taskDefinition,
  lastStatus: "RUNNING",
  desiredStatus: "RUNNING",
  createdAt: 0,
  containers: [],
  ...more,
});

interface World {
  service: { taskDefinition: string; deployments: string[] } | undefined;
  running: Task[];
  stopped: Task[];
}

const ecsOf = (world: World) => ({
  findService: () =>
    Promise.resolve(
      world.service &&
        ({
          status: "ACTIVE",
          taskDefinition: world.service.taskDefinition,
          deployments: world.service.deployments.map((taskDefinition, index) => ({
            taskDefinition,
            createdAt: Date.UTC(2026, 10, 24, 11) + index,
          })),
        } as unknown as Service),
    ),
  findTaskDefinition: (reference: string) =>
    Promise.resolve(
      definitions[reference] && {
        definition: definitions[reference],
        tags: {},
        arn: reference,
        revision: 1,
        status: "ACTIVE",
      },
    ),
  listTasks: (_cluster: string, { stopped }: { stopped: boolean }) =>
    Promise.resolve(stopped ? world.stopped : world.running),
});

const stop = (bed: Bed) => bed.clock.until(bed.tail.stop());
const put = (logs: FakeLogs, clock: FakeClock, group: string, stream: string, message: string) =>
  logs.put(group, stream, [{ at: clock.now(), message }]);

describe("a service's tail", () => {
  it("finds groups and prefixes in the task definition, follows a rollout into others, and tells of tasks", async () => {
    const world: World = {
      service: { taskDefinition: "web:1", deployments: ["web:1"] },
      running: [taskOf(ids.old, "web:1")],
      stopped: [],
    };
    const bed = startTail({ target: { kind: "service", cluster: "c", service: "web" } }, { ecs: ecsOf(world) });
    const { clock, logs } = bed;
    put(logs, clock, "/web", `web/app/${ids.old}`, "one");
    put(logs, clock, "/proxy", `web/proxy/${ids.old}`, "two");
    const foreign = put(logs, clock, "/web", "other/app/x", "not of this service");
    await clock.advance(20_000);
    world.service = { taskDefinition: "web:2", deployments: ["web:2", "web:1"] };
    world.running.push(taskOf(ids.fresh, "web:2"));
    put(logs, clock, "/web", `web/app/${ids.fresh}`, "three");
    put(logs, clock, "/more", `web/worker/${ids.fresh}`, "four");
    await clock.advance(20_000);
    world.running.shift();
    world.stopped.push(
      taskOf(ids.old, "web:1", {
        lastStatus: "STOPPED",
        stoppedReason: "Scaling activity",
        containers: [{ name: "app", exitCode: 137 }],
      }),
    );
    put(logs, clock, "/proxy", `web/proxy/${ids.old}`, "last words");
    await clock.advance(30_000);
    await stop(bed);
    assert.deepEqual(
      faultsOf(
        bed,
        logs.events.filter((event) => !foreign.includes(event)),
      ),
      [],
    );
    assert.deepEqual(bed.tail.state.groups.sort(), ["/more", "/proxy", "/web"]);
    const notes = bed.notes.join("\n");
    for (const text of [
      "proxy's log driver is non-blocking",
      "quiet does not log to CloudWatch",
      "One task runs: aaaaaaaa",
      "A rollout brings web:2",
      "Task bbbbbbbb has come (web:2)",
      "Task aaaaaaaa has stopped: Scaling activity (app exit code 137)",
      "worker's log driver states no mode",
    ])
      assert.ok(notes.includes(text), `${text}\n${notes}`);
    assert.ok(!notes.includes("app's log driver"), "a blocking driver needs no word");
  });

  it("looks back to the newest deployment, or to what a removed service left behind", async () => {
    const world: World = { service: { taskDefinition: "web:1", deployments: ["web:1"] }, running: [], stopped: [] };
    const clock = new FakeClock();
    const logs = new FakeLogs(clock);
    logs.put("/web", `web/app/${ids.old}`, [
      { at: Date.UTC(2026, 10, 24, 10, 59), message: "before" },
      { at: Date.UTC(2026, 10, 24, 11, 1), message: "since" },
    ]);
    const since = startTail(
      { target: { kind: "service", cluster: "c", service: "web" }, sinceDeployment: true, follow: false },
      { clock, logs, ecs: ecsOf(world) },
    );
    assert.equal((await clock.until(since.tail.done)).phase, "ended");
    assert.deepEqual(
      since.printed.map((event) => event.message),
      ["since"],
    );
    world.service = undefined;
    const left = startTail(
      { target: { kind: "service", cluster: "c", service: "web", group: "/web" }, back: 7_200_000, follow: false },
      { clock, logs, ecs: ecsOf(world) },
    );
    await clock.until(left.tail.done);
    assert.deepEqual(
      left.printed.map((event) => event.message),
      ["before", "since"],
    );
    const nothing = startTail(
      { target: { kind: "service", cluster: "c", service: "web" }, follow: false },
      { clock, logs, ecs: ecsOf(world) },
    );
    assert.equal((await clock.until(nothing.tail.done)).error?.code, "ServiceMissing");
  });

  it("shows the last lines of a task that ECS has forgotten, by the names that its streams have", async () => {
    const world: World = { service: { taskDefinition: "web:2", deployments: ["web:2"] }, running: [], stopped: [] };
    const clock = new FakeClock();
    const logs = new FakeLogs(clock);
    logs.put(
      "/web",
      `elsewhere/app/${ids.gone}`,
      Array.from({ length: 30 }, (_, index) => ({ at: clock.now() - 8_000_000 + index, message: `line ${index}` })),
    );
    logs.put("/web", `elsewhere/app/${ids.old}`, [{ at: clock.now(), message: "of another" }]);
    const bed = startTail(
      { target: { kind: "task", cluster: "c", service: "web", task: ids.gone }, follow: false, last: 10 },
      { clock, logs, ecs: ecsOf(world) },
    );
    await clock.until(bed.tail.done);
    assert.deepEqual(
      bed.printed.map((event) => event.message),
      Array.from({ length: 10 }, (_, index) => `line ${index + 20}`),
    );
    assert.ok(bed.notes.some((note) => note.includes("no longer knows")));
    const missing = startTail(
      { target: { kind: "task", cluster: "c", task: "d".repeat(32) }, follow: false },
      { clock, logs },
    );
    assert.equal((await clock.until(missing.tail.done)).error?.code, "TaskMissing");
  });

  it("knows a task by the eight digits that its lines have, and says where there is none", async () => {
    const world: World = {
      service: { taskDefinition: "web:2", deployments: ["web:2"] },
      running: [taskOf(ids.fresh, "web:2")],
      stopped: [],
    };
    const clock = new FakeClock();
    const logs = new FakeLogs(clock);
    logs.put("/web", `web/app/${ids.fresh}`, [{ at: clock.now() - 1000, message: "of the one that runs" }]);
    logs.put("/web", `elsewhere/app/${ids.gone}`, [{ at: clock.now() - 2000, message: "of the one that is gone" }]);
    const linesOf = async (task: string) => {
      const bed = startTail(
        { target: { kind: "task", cluster: "c", service: "web", task }, follow: false, last: 10 },
        { clock, logs, ecs: ecsOf(world) },
      );
      const { error } = await clock.until(bed.tail.done);
      return error?.code ?? bed.printed.map((event) => event.message);
    };
    assert.deepEqual(await linesOf("bbbbbbbb"), ["of the one that runs"]);
    assert.deepEqual(await linesOf("cccccccc"), ["of the one that is gone"]);
    assert.equal(await linesOf("dddddddd"), "TaskMissing");
    assert.equal(await linesOf("nonsense"), "TaskMissing");
  });

  it("puts the history of several groups in one order", async () => {
    const world: World = { service: { taskDefinition: "web:1", deployments: ["web:1"] }, running: [], stopped: [] };
    const clock = new FakeClock();
    const logs = new FakeLogs(clock);
    logs.pageSize = 7;
    logs.emptyPages = 0.3;
    const start = clock.now() - 50_000;
    for (let index = 0; index < 100; index++)
      logs.put(index % 3 ? "/web" : "/proxy", `web/${index % 3 ? "app" : "proxy"}/${ids.old}`, [
        { at: start + index * 100, message: `line ${index}` },
      ]);
    const bed = startTail(
      { target: { kind: "service", cluster: "c", service: "web" }, follow: false },
      { clock, logs, ecs: ecsOf(world) },
    );
    await clock.until(bed.tail.done);
    assert.deepEqual(
      bed.printed.map((event) => event.message),
      Array.from({ length: 100 }, (_, index) => `line ${index}`),
    );
  });
});

describe("the budget of calls", () => {
  it("knows the regions' published rates", () => {
    assert.deepEqual(["us-east-1", "eu-central-1", "il-central-1", "eu-west-1"].map(filterRate), [25, 5, 5, 10]);
  });
  it("gives turns at its rate, and not a night's worth after a sleep", async () => {
    const clock = new FakeClock();
    const budget = new CallBudget(5, clock);
    const signal = new AbortController().signal;
    let given = 0;
    for (let index = 0; index < 200; index++) void budget.take(signal).then(() => given++);
    await clock.advance(10_000);
    assert.ok(given >= 50 && given <= 56, String(given));
    clock.jump(3_600_000);
    await clock.advance(1_000);
    assert.ok(given <= 56 + 11, String(given));
  });
});

describe("the ledger", () => {
  const event = (id: string | undefined, message = "same", at = 1_000_000) => ({
    ...(id === undefined ? {} : { id }),
    at,
    ingestedAt: at,
    stream: "s",
    message,
  });
  it("matches Live Tail's events, which have no id, with those that have one, also where they look the same", () => {
    const ledger = new Ledger();
    assert.deepEqual([ledger.live(event(undefined)), ledger.live(event(undefined))], [true, true]);
    assert.deepEqual(
      ["1", "2", "3"].map((id) => ledger.polled(event(id))),
      [false, false, true],
    );
    assert.deepEqual(
      ["1", "2", "3"].map((id) => ledger.polled(event(id))),
      [false, false, false],
    );
    assert.equal(ledger.live(event(undefined)), false, "the third, which a poll was quicker with");
    ledger.newSession();
    assert.equal(ledger.live(event(undefined)), false, "another session may deliver again");
  });
  it("stays within its capacity, and never lets a window begin where it has forgotten", () => {
    const ledger = new Ledger(10_000);
    for (let index = 0; index < 50_000; index++) {
      ledger.polled(event(String(index), "x", index * 10));
      if (index % 1000 === 0) ledger.prune(-Infinity);
    }
    ledger.prune(-Infinity);
    assert.ok(ledger.size <= 10_000);
    assert.ok(ledger.floor > 390_000 && ledger.floor <= 500_000, String(ledger.floor));
  });
});
