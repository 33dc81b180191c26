/** The release command's task: which is waited for, and when another one is started. */
import assert from "node:assert/strict";
import type { Task, TaskRun } from "../../../src/core/ports/cloud";
import type { Journal } from "../../../src/core/ports/machine";
import type { RunContext } from "../../../src/core/deploy/step";
import { commandContainers } from "../../../src/core/deploy/preflight/definition";
import { release } from "../../../src/core/deploy/steps/release";
import { FakeClock } from "../support/fakeClock";
import { inputOf } from "./observed";

const revision = "arn:aws:ecs:eu-central-1:111122223333:task-definition/quay:2";
const hour = 3_600_000;

/** ECS as far as a release command needs it: a token gives its task again, and what was asked to stop is listed as stopped. */
class FakeEcs {
  readonly tasks: Task[] = [];
  readonly tokens = new Map<string, { request: string; answer: Task }>();
  /** What becomes of a task at each look. */
  onLook: (task: Task) => void = (task) => end(task, 0);

  constructor(private readonly clock: FakeClock) {}

  add(more: Partial<Task>): Task {
    const id = `t${this.tasks.length}`;
    const task: Task = {
      id,
      arn: `arn:${id}`,
      taskDefinition: revision,
      lastStatus: "RUNNING",
      desiredStatus: "RUNNING",
      startedBy: "slipway-release/quay",
      createdAt: this.clock.now(),
      containers: [{ name: "quay" } as Task["containers"][number]],
      ...more,
    };
    this.tasks.push(task);
    return task;
  }

  listTasks(_cluster: string, { stopped }: { stopped: boolean }) {
    const listed = this.tasks.filter(({ desiredStatus }) => (desiredStatus === "STOPPED") === stopped);
    const seen = listed.map((task) => ({ ...task }));
    // It ends by itself.
    for (const task of listed) if (task.desiredStatus === "STOPPED") end(task, 137);
    return Promise.resolve(seen);
  }

  runTask(_cluster: string, { clientToken, ...request }: TaskRun & { clientToken: string }) {
    assert.deepEqual(
      this.tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED"),
      [],
      "two at once",
    );
    const text = JSON.stringify(request);
    const before = this.tokens.get(clientToken);
    if (before && before.request !== text) throw Object.assign(new Error("conflict"), { name: "ConflictException" });
    if (before) return Promise.resolve(before.answer);
    const answer = this.add({});
    this.tokens.set(clientToken, { request: text, answer });
    return Promise.resolve(answer);
  }

  findTask(_cluster: string, arn: string) {
    const task = this.tasks.find((each) => each.arn === arn);
    if (task) this.onLook(task);
    return Promise.resolve(task);
  }
}

function end(task: Task, exitCode?: number): void {
  task.lastStatus = task.desiredStatus = "STOPPED";
  if (exitCode !== undefined) task.containers = task.containers.map((container) => ({ ...container, exitCode }));
}

describe("the release command's task", () => {
  let ecs: FakeEcs;
  let clock: FakeClock;
  let journal: Journal;
  const apply = async (subnet = "subnet-1") => {
    const input = inputOf({ release: { command: ["migrate"] }, loadBalancer: false, network: { subnets: [subnet] } });
    const cloud = { ecs, withSignal: () => cloud };
    const context = {
      ...input,
      clock,
      cloud,
      journal,
      pollMilliseconds: 1,
      settleMilliseconds: 0,
      signal: new AbortController().signal,
      observed: { service: { network: { subnets: [subnet], securityGroups: [], assignPublicIp: true }, tags: {} } },
      outputs: {
        revisionArn: revision,
        definition: { containerDefinitions: [{ name: "quay" }] },
      },
      decisions: new Map(),
      emit: () => undefined,
      saveJournal: () => Promise.resolve(),
    } as unknown as RunContext;
    let isOver = false;
    const applied = release.apply(context, { action: "run" } as never).finally(() => (isOver = true));
    applied.catch(() => undefined);
    while (!isOver) await clock.advance(5);
    return applied;
  };
  beforeEach(() => {
    clock = new FakeClock();
    ecs = new FakeEcs(clock);
    journal = {} as Journal;
  });

  it("is another one where the last never started: the same token would give the same dead task", async () => {
    ecs.onLook = (task) => end(task);
    await assert.rejects(apply(), { code: "TaskNotStarted" });
    ecs.onLook = (task) => end(task, 0);
    await apply();
    assert.equal(ecs.tasks.length, 2);
  });

  it("is not started while one that was asked to stop still runs", async () => {
    ecs.add({ desiredStatus: "STOPPED" });
    await apply();
    assert.equal(ecs.tasks.length, 2);
  });

  it("is the one of the run that was killed, where nobody saw its end", async () => {
    await killed();
    await apply();
    assert.equal(ecs.tasks.length, 1);
  });

  it("is another one where ECS has forgotten that one", async () => {
    await killed();
    await clock.advance(2 * hour);
    ecs.tasks.length = 0;
    await apply();
    assert.equal(ecs.tasks.length, 1);
  });

  it("is another one where its network is another since: ECS refuses the token with another request", async () => {
    await killed();
    await apply("subnet-2");
    assert.equal(ecs.tasks.length, 2);
  });

  /** A run that ended with the machine it ran on: its task goes on and ends. */
  async function killed(): Promise<void> {
    ecs.onLook = () => {
      throw new Error("killed");
    };
    await assert.rejects(apply(), /killed/);
    ecs.onLook = (task) => end(task, 0);
    for (const task of ecs.tasks) end(task, 0);
  }
});

describe("the container of a command", () => {
  const problemsOf = (container: string | undefined, names: readonly string[]) => {
    const stated = { command: ["true"], ...(container === undefined ? {} : { container }) };
    const schedules = { nightly: { ...stated, expression: "rate(1 day)" } };
    return commandContainers(inputOf({ release: stated, schedules }), {
      containerDefinitions: names.map((name) => ({ name })),
    });
  };

  it("is one of the definition, which is found before anything is built", () => {
    const [release, schedule, ...more] = problemsOf("worker", ["quay", "proxy"]);
    assert.deepEqual(more, []);
    for (const problem of [release, schedule]) {
      assert.equal(problem?.code, "ContainerMissing");
      assert.equal(problem.severity, "stop");
      assert.match(problem.sentence, /worker.*quay, proxy/);
    }
    assert.match(schedule?.sentence ?? "", /schedules\.nightly\.container/);
    assert.deepEqual(problemsOf("proxy", ["quay", "proxy"]), []);
    assert.deepEqual(problemsOf(undefined, ["quay"]), []);
    assert.deepEqual(commandContainers(inputOf(), {}), []);
  });
});
