/** EventBridge Scheduler: groups, schedules, and what they run when their time comes. */
import assert from "node:assert/strict";
import { DescribeTasksCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  ListTagsForResourceCommand,
  SchedulerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateScheduleCommand,
  type CreateScheduleCommandInput,
} from "@aws-sdk/client-scheduler";
import { has, ok } from "./support/cli";
import { clients, revision, stage, type Clients, type Stage } from "./support/network";
import { refuses } from "./support/refusal";
import { control, RUN, startSandbox, TARGET, until, type Endpoint } from "./support/sandbox";

describe("EventBridge Scheduler", function () {
  this.timeout(60_000);
  let e: Endpoint;
  let c: Clients;
  let s: Stage;
  let scheduler: SchedulerClient;
  let definition: string;
  let roleArn: string;
  let clusterArn: string;
  const group = `${RUN}-group`;
  const roleName = `${RUN}-scheduler`;

  const rights = (actions: readonly string[]) =>
    c.iam.send(
      new PutRolePolicyCommand({
        RoleName: roleName,
        PolicyName: "run",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
        }),
      }),
    );
  const input = (more: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput => ({
    Name: "nightly",
    GroupName: group,
    ScheduleExpression: "cron(30 2 * * ? *)",
    ScheduleExpressionTimezone: "Europe/Berlin",
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: {
      Arn: clusterArn,
      RoleArn: roleArn,
      Input: JSON.stringify({ containerOverrides: [{ name: "web", command: ["report"] }] }),
      RetryPolicy: { MaximumRetryAttempts: 0 },
      EcsParameters: {
        TaskDefinitionArn: definition,
        LaunchType: "FARGATE",
        NetworkConfiguration: {
          awsvpcConfiguration: { Subnets: s.subnets, SecurityGroups: [s.taskGroup], AssignPublicIp: "ENABLED" },
        },
        Tags: [{ key: "job", value: "nightly" }],
      },
    },
    ...more,
  });
  const create = (more: Partial<CreateScheduleCommandInput> = {}) =>
    scheduler.send(new CreateScheduleCommand(input(more)));
  const moveTo = (at: string | number) => control(e, "POST", "schedules", { at });
  const invocations = async (key: string) =>
    ((await control(e, "GET", "invocations")) as { schedule: string; dueAt: number; error?: string }[]).filter(
      ({ schedule }) => schedule === key,
    );

  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await startSandbox();
    c = clients(e);
    scheduler = new SchedulerClient({ endpoint: e.url, region: e.region, credentials: e.credentials, maxAttempts: 1 });
    s = await stage(c, `${RUN}-timed`);
    definition = await revision(c, s);
    clusterArn = `arn:aws:ecs:${e.region}:${definition.split(":")[4] ?? ""}:cluster/${s.name}`;
    const { Role } = await c.iam.send(
      new CreateRoleCommand({
        RoleName: roleName,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "scheduler.amazonaws.com" },
              Action: "sts:AssumeRole",
              Condition: {
                StringEquals: { "aws:SourceAccount": definition.split(":")[4] ?? "" },
                ArnLike: { "aws:SourceArn": `arn:aws:scheduler:*:*:schedule-group/${group}` },
              },
            },
          ],
        }),
      }),
    );
    roleArn = Role?.Arn ?? "";
    await rights(["ecs:RunTask", "ecs:TagResource", "iam:PassRole"]);
  });
  after(async () => e?.stop());

  it("a group is made once, has tags, and goes with its schedules", async () => {
    const Tags = [{ Key: "app", Value: "web" }];
    const { ScheduleGroupArn } = await scheduler.send(new CreateScheduleGroupCommand({ Name: group, Tags }));
    assert.match(ScheduleGroupArn ?? "", new RegExp(`:schedule-group/${group}$`));
    await assert.rejects(
      scheduler.send(new CreateScheduleGroupCommand({ Name: group })),
      refuses("ConflictException", /already exists/),
    );
    await scheduler.send(
      new TagResourceCommand({ ResourceArn: ScheduleGroupArn, Tags: [{ Key: "more", Value: "1" }] }),
    );
    await scheduler.send(new UntagResourceCommand({ ResourceArn: ScheduleGroupArn, TagKeys: ["app"] }));
    const listed = await scheduler.send(new ListTagsForResourceCommand({ ResourceArn: ScheduleGroupArn }));
    assert.deepEqual(listed.Tags, [{ Key: "more", Value: "1" }]);
    const { ScheduleGroups } = await scheduler.send(new ListScheduleGroupsCommand({}));
    assert.deepEqual(
      ScheduleGroups?.map(({ Name, State }) => [Name, State]),
      [
        ["default", "ACTIVE"],
        [group, "ACTIVE"],
      ],
    );
    await assert.rejects(
      scheduler.send(new DeleteScheduleGroupCommand({ Name: "default" })),
      refuses("ValidationException", /default/),
    );
    await assert.rejects(
      scheduler.send(new GetScheduleGroupCommand({ Name: "none" })),
      refuses("ResourceNotFoundException", /none does not exist/),
    );
  });

  it("a role is needed that trusts Scheduler for that group", async () => {
    // Too new a role cannot be assumed yet.
    await until("the role", () =>
      create().then(
        () => true,
        () => undefined,
      ),
    );
    await assert.rejects(
      create({ Name: "elsewhere", GroupName: "default" }),
      refuses("ValidationException", /execution role you provide must allow AWS EventBridge Scheduler to assume/),
    );
    const target = input().Target;
    await assert.rejects(
      create({ Name: "tasks", Target: { ...target, Arn: target?.Arn, RoleArn: s.roleArn } }),
      refuses("ValidationException", /execution role/),
    );
  });

  it("a schedule is kept as it was given, made once, and what an update leaves out is gone", async () => {
    const made = await scheduler.send(new GetScheduleCommand({ Name: "nightly", GroupName: group }));
    assert.equal(made.ScheduleExpressionTimezone, "Europe/Berlin");
    assert.equal(made.Target?.EcsParameters?.TaskDefinitionArn, definition);
    assert.deepEqual(made.Target?.RetryPolicy, { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 0 });
    assert.equal(made.State, "ENABLED");
    await assert.rejects(create(), refuses("ConflictException", /already exists/));
    await create({ Name: "twice", ClientToken: "one" });
    await create({ Name: "twice", ClientToken: "one" });
    await scheduler.send(
      new UpdateScheduleCommand({
        ...input({ Name: "twice", ScheduleExpressionTimezone: undefined }),
        State: "DISABLED",
      }),
    );
    const changed = await scheduler.send(new GetScheduleCommand({ Name: "twice", GroupName: group }));
    assert.deepEqual([changed.ScheduleExpressionTimezone, changed.State], ["UTC", "DISABLED"]);
    const list = async (more = {}) =>
      (await scheduler.send(new ListSchedulesCommand({ GroupName: group, ...more }))).Schedules?.map(
        ({ Name }) => Name,
      );
    assert.deepEqual(await list(), ["nightly", "twice"]);
    assert.deepEqual(await list({ NamePrefix: "t" }), ["twice"]);
    assert.deepEqual(await list({ State: "ENABLED" }), ["nightly"]);
    await scheduler.send(new DeleteScheduleCommand({ Name: "twice", GroupName: group }));
    await assert.rejects(
      scheduler.send(new DeleteScheduleCommand({ Name: "twice", GroupName: group })),
      refuses("ResourceNotFoundException", /twice does not exist/),
    );
  });

  it("what cannot be is refused", async () => {
    const target = input().Target;
    const ecs = target?.EcsParameters;
    const bad: readonly [RegExp, Partial<CreateScheduleCommandInput>][] = [
      ...[
        "0 2 * * *",
        "cron(0 2 * * *)",
        "cron(0 2 * * MON *)",
        "cron(61 2 * * ? *)",
        "rate(0 days)",
        "rate(1 week)",
      ].map((ScheduleExpression): [RegExp, Partial<CreateScheduleCommandInput>] => [
        /Invalid Schedule Expression/,
        { ScheduleExpression },
      ]),
      [/Invalid Schedule Expression Timezone/, { ScheduleExpressionTimezone: "Europe/Berlinn" }],
      [/MaximumWindowInMinutes/, { FlexibleTimeWindow: { Mode: "FLEXIBLE" } }],
      [/StartDate.*5 minutes ago/, { StartDate: new Date(Date.now() - 10 * 60_000) }],
      [/in the past/, { ScheduleExpression: "at(2020-01-01T00:00:00)" }],
      [/EcsParameters/, { Target: { Arn: clusterArn, RoleArn: roleArn } }],
      [
        /TaskDefinitionArn/,
        { Target: { Arn: clusterArn, RoleArn: roleArn, EcsParameters: { TaskDefinitionArn: "web" } } },
      ],
      [
        /cannot both/,
        {
          Target: {
            Arn: clusterArn,
            RoleArn: roleArn,
            EcsParameters: {
              ...ecs,
              TaskDefinitionArn: definition,
              CapacityProviderStrategy: [{ capacityProvider: "FARGATE" }],
            },
          },
        },
      ],
    ];
    for (const [text, more] of bad)
      await assert.rejects(
        create({ Name: "bad", ...more }),
        refuses("ValidationException", text),
        JSON.stringify(more),
      );
    await assert.rejects(create({ Name: "bad", GroupName: "none" }), refuses("ResourceNotFoundException", /none/));
  });

  it("runs its task at its time on its zone's clocks, and not at one that the clocks skip", async () => {
    const key = `${group}/nightly`;
    const from = Date.parse("2027-03-26T12:00:00Z");
    await moveTo(from);
    await scheduler.send(new UpdateScheduleCommand(input()));
    await moveTo("2027-03-29T12:00:00Z");
    const due = await until("the runs", async () => {
      const all = (await invocations(key)).filter(({ dueAt }) => dueAt > from);
      return all.length >= 2 ? all : undefined;
    });
    // On Sunday, the 28th, there is no half past two.
    assert.deepEqual(
      due.map(({ dueAt, error }) => [new Date(dueAt).toISOString(), error]),
      [
        ["2027-03-27T01:30:00.000Z", undefined],
        ["2027-03-29T00:30:00.000Z", undefined],
      ],
    );
    const arns = await until("the tasks", async () => {
      const running = await c.ecs.send(new ListTasksCommand({ cluster: s.name }));
      const stopped = await c.ecs.send(new ListTasksCommand({ cluster: s.name, desiredStatus: "STOPPED" }));
      const all = [...(running.taskArns ?? []), ...(stopped.taskArns ?? [])];
      return all.length >= 2 ? all : undefined;
    });
    const { tasks } = await c.ecs.send(new DescribeTasksCommand({ cluster: s.name, tasks: arns, include: ["TAGS"] }));
    for (const task of tasks ?? []) {
      assert.equal(task.startedBy, "chronos-schedule/nightly");
      assert.deepEqual(task.tags, [{ key: "job", value: "nightly" }]);
      assert.deepEqual(task.overrides?.containerOverrides?.[0]?.command, ["report"]);
    }
  });

  it("a rate begins at once; a name is cut in what the task says of who started it", async () => {
    const Name = "a-rate-with-a-rather-long-name";
    await create({ Name, ScheduleExpression: "rate(1 hours)" });
    await until("the run", async () => (await invocations(`${group}/${Name}`)).length > 0);
    const found = await c.ecs.send(
      new ListTasksCommand({ cluster: s.name, startedBy: "chronos-schedule/a-rate-with-a-rathe" }),
    );
    assert.equal(found.taskArns?.length, 1);
    await scheduler.send(new DeleteScheduleCommand({ Name, GroupName: group }));
  });

  it("is refused by ECS in the role's name, and tries again as often as it was told to", async () => {
    await rights(["ecs:RunTask", "iam:PassRole"]);
    await create({ Name: "refused", ScheduleExpression: "rate(1 days)" });
    const [first] = await until("the run", async () => {
      const all = await invocations(`${group}/refused`);
      return all.length > 0 ? all : undefined;
    });
    assert.match(first?.error ?? "", /not authorized to perform: ecs:TagResource/);
    await rights(["ecs:TagResource", "iam:PassRole"]);
    await create({
      Name: "again",
      ScheduleExpression: "rate(1 days)",
      Target: { ...input().Target, Arn: clusterArn, RoleArn: roleArn, RetryPolicy: { MaximumRetryAttempts: 2 } },
    });
    const all = await until("three attempts", async () => {
      const tried = await invocations(`${group}/again`);
      return tried.length >= 3 ? tried : undefined;
    });
    for (const { error } of all)
      assert.match(error ?? "", /not authorized to perform: ecs:RunTask on resource: .*:task-definition\//);
    await rights(["ecs:RunTask", "ecs:TagResource", "iam:PassRole"]);
  });

  it("the aws command line makes, reads and deletes one", async function () {
    if (!has("aws")) this.skip();
    this.timeout(150_000);
    const target = JSON.stringify({
      Arn: clusterArn,
      RoleArn: roleArn,
      EcsParameters: { TaskDefinitionArn: definition, LaunchType: "FARGATE" },
    });
    const named = `--group-name ${group} --name by-cli`;
    const made = await ok(
      e,
      `scheduler create-schedule ${named} --flexible-time-window Mode=OFF`,
      "--schedule-expression",
      "cron(0 3 * * ? *)",
      "--target",
      target,
    );
    assert.match(made, /:schedule\/.*\/by-cli$/);
    assert.equal(await ok(e, `scheduler get-schedule ${named} --query State`), "ENABLED");
    await ok(e, `scheduler delete-schedule ${named}`);
  });

  it("the group takes its schedules with it", async () => {
    await scheduler.send(new DeleteScheduleGroupCommand({ Name: group }));
    await until("its end", () =>
      scheduler.send(new GetScheduleGroupCommand({ Name: group })).then(
        ({ State }) => (State === "DELETING" ? undefined : Promise.reject(new Error(`it is ${State ?? ""}`))),
        (error: unknown) => error instanceof Error && error.name === "ResourceNotFoundException",
      ),
    );
    await assert.rejects(create(), refuses("ResourceNotFoundException"));
  });
});
