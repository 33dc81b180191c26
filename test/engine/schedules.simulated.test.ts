/** Commands that run at their times: made, run, moved on with a new revision, changed, taken away. */
import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DescribeServicesCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { GetRoleCommand } from "@aws-sdk/client-iam";
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { waitFor } from "../../scripts/waiting";
import type { SchedulesLook } from "../../src/core/deploy/scheduleLook";
import { tinyApplication } from "./support/apps";
import { resultOf } from "./support/cli";
import { applicationFolder, theEngine, World, writesOf } from "./support/world";

interface Planned {
  readonly items: { step: string; action: string; changes?: string[] }[];
  readonly problems: { code: string; severity: string }[];
}

const nightly = { expression: "cron(30 2 * * ? *)", timezone: "Europe/Berlin", command: ["report", "--all"] };

describe("the schedules of an application", function () {
  this.timeout(120_000);
  let world: World;
  let folder: string;
  let scheduler: SchedulerClient;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("schedules", ["--tasks", "simulated", "--consistency", "strong"]);
    folder = applicationFolder("bell", {
      ...tinyApplication("schedules"),
      // Without a load balancer nothing is drained, which takes half a minute each time.
      "slipway.json": JSON.stringify({ applications: { bell: { dockerfile: "Dockerfile", loadBalancer: false } } }),
    });
    const region = world.sandbox.env["AWS_REGION"] ?? "us-east-1";
    scheduler = new SchedulerClient({ endpoint: world.sandbox.url, region, credentials: world.credentials });
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
  });
  after(async () => {
    scheduler?.destroy();
    await world?.stop();
  });

  const state = (schedules: unknown): void => {
    const file = path.join(folder, "slipway.json");
    const config = JSON.parse(readFileSync(file, "utf8")) as { applications: Record<string, Record<string, unknown>> };
    const [application] = Object.values(config.applications);
    assert.ok(application);
    if (schedules === undefined) delete application["schedules"];
    else application["schedules"] = schedules;
    writeFileSync(file, JSON.stringify(config, undefined, 2));
  };
  const deploy = (code = 0) => world.cliEndsWith(code, folder, ["deploy", "--yes"]);
  const get = (Name: string) => scheduler.send(new GetScheduleCommand({ GroupName: "bell", Name }));
  const look = async (code = 0) => resultOf<SchedulesLook>(await world.cliEndsWith(code, folder, ["schedules"]));
  const plan = async (code = 0) => resultOf<Planned>(await world.cliEndsWith(code, folder, ["plan"]));
  const live = async () => {
    const request = new DescribeServicesCommand({ cluster: "bell", services: ["bell"] });
    return (await world.clients.ecs.send(request)).services?.[0]?.taskDefinition;
  };
  /** A schedule that somebody else makes, with a role of the application's. */
  const theirs = async () => {
    const { Role } = await world.clients.iam.send(new GetRoleCommand({ RoleName: "bell-schedules" }));
    const target = { Arn: (await cluster()) ?? "", RoleArn: Role?.Arn };
    return {
      Name: "theirs",
      ScheduleExpression: "rate(1 day)",
      StartDate: new Date(Date.now() + 86_400_000),
      FlexibleTimeWindow: { Mode: "OFF" as const },
      Target: { ...target, EcsParameters: { TaskDefinitionArn: (await live()) ?? "" } },
    };
  };
  const cluster = async () => {
    const request = new DescribeServicesCommand({ cluster: "bell", services: ["bell"] });
    return (await world.clients.ecs.send(request)).services?.[0]?.clusterArn;
  };
  const touch = () => writeFileSync(path.join(folder, "server.js"), `// ${Math.random()}\n`, { flag: "a" });

  it("are planned in words, and made with a role that runs this application's tasks alone", async () => {
    assert.deepEqual((await look()).schedules, []);
    state({ nightly });
    const planned = (await plan()).items.find(({ step }) => step === "schedules");
    assert.equal(planned?.action, "create");
    assert.match(planned.changes?.join() ?? "", /nightly: report --all, cron\(30 2 \* \* \? \*\) Europe\/Berlin/);
    await deploy();
    const made = await get("nightly");
    assert.equal(made.ScheduleExpressionTimezone, "Europe/Berlin");
    assert.equal(made.State, "ENABLED");
    assert.equal(made.Target?.EcsParameters?.TaskDefinitionArn, await live());
    const input = JSON.parse(made.Target?.Input ?? "") as { containerOverrides: { command: string[] }[] };
    assert.deepEqual(input.containerOverrides[0]?.command, nightly.command);
    const { Role } = await world.clients.iam.send(new GetRoleCommand({ RoleName: "bell-schedules" }));
    assert.match(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""), /schedule-group\/bell/);
    const group = await scheduler.send(new GetScheduleGroupCommand({ Name: "bell" }));
    assert.equal(group.State, "ACTIVE");
  });

  it("change nothing where nothing changed", async () => {
    const calls = await world.callsDuring(() => deploy());
    assert.deepEqual(writesOf(calls), []);
  });

  it("run at their times in this application's network and with its tags, which is shown", async () => {
    const before = await look();
    const [row] = before.schedules;
    assert.equal(row?.state, "on");
    assert.equal(row.isCurrent, true);
    assert.equal(row.next.length, 3);
    const next = row.next[0] ?? 0;
    assert.match(new Date(next).toISOString(), /T0[01]:30:00/);
    await world.control("POST", "schedules", { at: next + 1000 });
    const { taskArns } = await waitFor("the task", async () => {
      const found = await world.clients.ecs.send(
        new ListTasksCommand({ cluster: "bell", startedBy: "chronos-schedule/nightly" }),
      );
      return found.taskArns?.length ? found : undefined;
    });
    const [shown] = (await look()).schedules;
    assert.deepEqual(
      shown?.runs.map(({ task, state }) => [task, state]),
      [[taskArns?.[0]?.split("/").at(-1), "runs"]],
    );
    await world.control("POST", "schedules", { at: Date.now() });
  });

  it("are moved to a new revision once that was rolled out, and keep what somebody else set", async () => {
    const {
      $metadata: _metadata,
      Arn: _arn,
      CreationDate: _made,
      LastModificationDate: _changed,
      ...now
    } = await get("nightly");
    await scheduler.send(
      new UpdateScheduleCommand({
        ...now,
        Name: "nightly",
        ScheduleExpression: now.ScheduleExpression,
        Target: now.Target && {
          ...now.Target,
          RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 600 },
        },
        State: "DISABLED",
        FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 },
      }),
    );
    const before = await live();
    touch();
    await deploy();
    const after = await live();
    assert.notEqual(after, before);
    const moved = await get("nightly");
    assert.equal(moved.Target?.EcsParameters?.TaskDefinitionArn, after);
    assert.deepEqual(
      [moved.State, moved.FlexibleTimeWindow?.MaximumWindowInMinutes, moved.Target?.RetryPolicy?.MaximumRetryAttempts],
      ["DISABLED", 15, 3],
    );
    assert.equal((await look()).schedules[0]?.state, "off");
  });

  it("stay with what runs where a rollout fails, and go back with it", async () => {
    const good = await live();
    await world.fault({ kind: "stop-task", end: { at: "run", exitCode: 1 }, count: 100 });
    touch();
    await world.cli(folder, ["deploy", "--yes"]);
    await world.clearFaults();
    assert.equal((await get("nightly")).Target?.EcsParameters?.TaskDefinitionArn, good);
    await deploy();
    assert.notEqual(await live(), good);
    await world.cliEndsWith(0, folder, ["rollback", "--to", good?.split("/").at(-1) ?? "", "--yes"]);
    assert.equal((await get("nightly")).Target?.EcsParameters?.TaskDefinitionArn, await live());
  });

  it("are changed by slipway.json, one by one, and taken away by it", async () => {
    state({ nightly: { ...nightly, enabled: true }, hourly: { expression: "rate(1 hour)", command: ["tick"] } });
    await deploy();
    assert.deepEqual(
      [(await get("nightly")).State, (await get("hourly")).ScheduleExpression],
      ["ENABLED", "rate(1 hour)"],
    );
    // A deployment begins no rate anew: its next time stays.
    const due = (await look()).schedules.find(({ name }) => name === "hourly")?.next[0];
    assert.ok(due !== undefined && due > Date.now() + 55 * 60_000, String(due));
    touch();
    await deploy();
    assert.equal((await look()).schedules.find(({ name }) => name === "hourly")?.next[0], due);
    state({ hourly: { expression: "rate(2 hours)", command: ["tick"] } });
    await deploy();
    const { Schedules } = await scheduler.send(new ListSchedulesCommand({ GroupName: "bell" }));
    assert.deepEqual(
      Schedules?.map(({ Name }) => Name),
      ["hourly"],
    );
    state(undefined);
    const calls = await world.callsDuring(() => deploy());
    assert.deepEqual(writesOf(calls), []);
    assert.equal((await get("hourly")).ScheduleExpression, "rate(2 hours)");
    assert.equal((await look()).schedules[0]?.isStated, false);
  });

  it("run on where the service is stopped, which is said before", async () => {
    state({ hourly: { expression: "rate(2 hours)", command: ["tick"] } });
    const stopped = await world.cliEndsWith(0, folder, ["stop", "--yes", "--format", "text"]);
    assert.match(stopped.lines.join("\n"), /What is scheduled runs on, each in a task of its own: hourly\./);
    assert.equal((await get("hourly")).State, "ENABLED");
    await world.cliEndsWith(0, folder, ["start"]);
  });

  it("that cannot be are said before anything is done", async () => {
    state({ nightly: { ...nightly, expression: "0 3 * * *" } });
    await world.cliEndsWith(2, folder, ["plan"]);
    state({ once: { expression: "at(2020-01-01T00:00:00)", command: ["tick"] } });
    assert.deepEqual(
      (await plan()).problems.map(({ code }) => code),
      ["ScheduleOver"],
    );
  });

  it("of another's group are refused, and stay when the application goes", async () => {
    state({});
    await deploy();
    await scheduler.send(new DeleteScheduleGroupCommand({ Name: "bell" }));
    await waitFor("the group's end", async () => {
      const found = await scheduler.send(new GetScheduleGroupCommand({ Name: "bell" })).catch(() => undefined);
      return found === undefined ? true : undefined;
    });
    await scheduler.send(new CreateScheduleGroupCommand({ Name: "bell" }));
    // What is in it is nobody's to remove, whatever slipway.json says.
    await scheduler.send(new CreateScheduleCommand({ ...(await theirs()), GroupName: "bell" }));
    state({});
    assert.deepEqual(writesOf(await world.callsDuring(() => deploy())), []);
    assert.equal((await get("theirs")).State, "ENABLED");
    state({ nightly });
    assert.deepEqual(
      (await plan(1)).problems.map(({ code }) => code),
      ["ScheduleGroupTaken"],
    );
    await scheduler.send(new DeleteScheduleGroupCommand({ Name: "bell" }));
    // It waits for what is being deleted.
    await deploy();
    assert.equal((await get("nightly")).State, "ENABLED");
  });

  it("go with the application, and their role too", async () => {
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
    await assert.rejects(scheduler.send(new GetScheduleGroupCommand({ Name: "bell" })), {
      name: "ResourceNotFoundException",
    });
    await assert.rejects(world.clients.iam.send(new GetRoleCommand({ RoleName: "bell-schedules" })), {
      name: "NoSuchEntityException",
    });
  });
});
