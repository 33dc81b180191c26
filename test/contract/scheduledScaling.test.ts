/** Scheduled actions: kept, refused and run by a clock that the door moves, also over changes of daylight saving. */
import assert from "node:assert/strict";
import {
  ApplicationAutoScalingClient,
  DeleteScheduledActionCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScheduledActionsCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
  type PutScheduledActionCommandInput,
  type SuspendedState,
} from "@aws-sdk/client-application-auto-scaling";
import { clients, described, revision, service, stage, steady, type Clients, type Stage } from "./support/network";
import { control, endpoint, RUN, TARGET, until, type Endpoint } from "./support/sandbox";

describe("scheduled actions", function () {
  this.timeout(60_000);
  let e: Endpoint;
  let c: Clients;
  let s: Stage;
  let scaling: ApplicationAutoScalingClient;
  let id: { ServiceNamespace: "ecs"; ScalableDimension: "ecs:service:DesiredCount"; ResourceId: string };

  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await endpoint();
    c = clients(e);
    scaling = new ApplicationAutoScalingClient({ endpoint: e.url, region: e.region, credentials: e.credentials });
    s = await stage(c, `${RUN}-schedule`);
    await service(c, s, await revision(c, s));
    await steady(c, s);
    id = {
      ServiceNamespace: "ecs",
      ScalableDimension: "ecs:service:DesiredCount",
      ResourceId: `service/${s.name}/${s.name}`,
    };
  });
  beforeEach(async () => {
    await scaling.send(new DeregisterScalableTargetCommand(id)).catch(() => undefined);
    await register(1, 4);
    await control(e, "POST", "schedules", { at: Date.now() });
  });
  after(async () => TARGET === undefined && control(e, "POST", "schedules", { at: Date.now() }));

  const register = (MinCapacity: number, MaxCapacity: number, SuspendedState?: SuspendedState) =>
    scaling.send(new RegisterScalableTargetCommand({ ...id, MinCapacity, MaxCapacity, SuspendedState }));
  const put = (ScheduledActionName: string, more: Partial<PutScheduledActionCommandInput>) =>
    until("the action", () =>
      scaling.send(new PutScheduledActionCommand({ ...id, ScheduledActionName, ...more })).catch((error: unknown) => {
        if (error instanceof Error && error.name === "ObjectNotFoundException") return undefined;
        throw error;
      }),
    );
  const limits = (MinCapacity: number, MaxCapacity: number) => ({
    ScalableTargetAction: { MinCapacity, MaxCapacity },
  });
  const moveTo = async (at: string) => {
    const answer = (await control(e, "POST", "schedules", { at })) as { at?: string };
    assert.equal(new Date(answer.at ?? "").getTime(), Date.parse(at));
  };
  const range = async () => {
    const { ScalableTargets } = await scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs", ResourceIds: [id.ResourceId] }),
    );
    return [ScalableTargets?.[0]?.MinCapacity, ScalableTargets?.[0]?.MaxCapacity];
  };
  const wanted = async () => (await described(c, s)).desiredCount;
  const listed = async () =>
    (await scaling.send(new DescribeScheduledActionsCommand({ ServiceNamespace: "ecs", ResourceId: id.ResourceId })))
      .ScheduledActions ?? [];

  it("an action is kept as it was given, changed by its name, and goes", async () => {
    const StartTime = new Date("2027-01-01T00:00:00Z");
    await put("on", { Schedule: "cron(0 8 ? * MON-FRI *)", Timezone: "Europe/Berlin", StartTime, ...limits(2, 4) });
    const [made] = await listed();
    assert.match(made?.ScheduledActionARN ?? "", /:scheduledAction:.*:scheduledActionName\/on$/);
    assert.deepEqual(
      [made?.Schedule, made?.Timezone, made?.StartTime, made?.ScalableTargetAction],
      ["cron(0 8 ? * MON-FRI *)", "Europe/Berlin", StartTime, { MinCapacity: 2, MaxCapacity: 4 }],
    );
    // What is not given again stays, but for start and end.
    await put("on", limits(3, 4));
    const [changed] = await listed();
    assert.deepEqual(
      [changed?.Schedule, changed?.Timezone, changed?.StartTime, changed?.ScalableTargetAction?.MinCapacity],
      ["cron(0 8 ? * MON-FRI *)", "Europe/Berlin", undefined, 3],
    );
    await scaling.send(new DeleteScheduledActionCommand({ ...id, ScheduledActionName: "on" }));
    assert.deepEqual(await listed(), []);
    await put("on", { Schedule: "rate(1 day)", ...limits(1, 2) });
    await scaling.send(new DeregisterScalableTargetCommand(id));
    assert.deepEqual(await listed(), []);
  });

  it("what cannot be is refused", async () => {
    // Seen by then.
    await put("seen", { Schedule: "rate(1 day)", ...limits(1, 2) });
    const on = limits(1, 2);
    const bad: readonly Partial<PutScheduledActionCommandInput>[] = [
      ...[
        "0 8 * * *",
        "cron(0 8 * * *)",
        "cron(0 8 * * MON *)",
        "cron(0 8 ? * ? *)",
        "cron(60 8 ? * * *)",
        "rate(1 minutes)",
        "rate(2 minute)",
        "rate(0 days)",
        "rate(5 weeks)",
        "at(2027-01-01)",
        "at(2027-13-01T00:00:00)",
        "at(2020-01-01T00:00:00)",
      ].map((Schedule) => ({ Schedule, ...on })),
      { Schedule: "rate(1 day)", Timezone: "Mars/Phobos", ...on },
      { Schedule: "rate(1 day)", ScalableTargetAction: {} },
      { Schedule: "rate(1 day)", ...limits(3, 2) },
      { Schedule: "rate(1 day)", EndTime: new Date("2020-01-01T00:00:00Z"), ...on },
      {
        Schedule: "rate(1 day)",
        StartTime: new Date("2030-01-02T00:00:00Z"),
        EndTime: new Date("2030-01-01T00:00:00Z"),
        ...on,
      },
      { ...on },
    ];
    for (const more of bad)
      await assert.rejects(put("bad", more), { name: "ValidationException" }, JSON.stringify(more));
    await assert.rejects(
      scaling.send(new DeleteScheduledActionCommand({ ...id, ScheduledActionName: "absent" })),
      /No scheduled action found for service namespace: ecs/,
    );
    await scaling.send(new DeregisterScalableTargetCommand(id));
    await assert.rejects(
      scaling.send(new PutScheduledActionCommand({ ...id, ScheduledActionName: "x", Schedule: "rate(1 day)", ...on })),
      { name: "ObjectNotFoundException" },
    );
  });

  it("when its time comes the limits are set, and the desired count by them; activities tell of it", async () => {
    await moveTo("2027-03-24T12:00:00Z");
    await put("off", { Schedule: "cron(0 19 ? * MON-FRI *)", Timezone: "Europe/Berlin", ...limits(0, 0) });
    await put("on", { Schedule: "cron(0 8 ? * 2-6 *)", Timezone: "Europe/Berlin", ...limits(2, 4) });
    // Berlin is an hour ahead in winter: 19:00 is 18:00 UTC.
    await moveTo("2027-03-24T17:59:59Z");
    assert.deepEqual(await range(), [1, 4]);
    await moveTo("2027-03-24T18:00:00Z");
    assert.deepEqual([await range(), await wanted()], [[0, 0], 0]);
    const { ScalingActivities } = await scaling.send(new DescribeScalingActivitiesCommand(id));
    assert.deepEqual(
      ScalingActivities?.slice(0, 2).map((a) => [a.Description, a.Cause]),
      [
        ["Setting desired count to 0.", "maximum capacity was set to 0"],
        ["Setting min capacity to 0 and max capacity to 0", "scheduled action name off was triggered"],
      ],
    );
    await moveTo("2027-03-25T07:00:00Z");
    assert.deepEqual([await range(), await wanted()], [[2, 4], 2]);
  });

  // The hour of 8 in Berlin and New York, before and after each change: AWS follows the zone.
  for (const [zone, before, after] of [
    ["Europe/Berlin", "2027-03-27T07:00:00Z", "2027-03-28T06:00:00Z"],
    ["Europe/Berlin", "2027-10-30T06:00:00Z", "2027-10-31T07:00:00Z"],
    ["America/New_York", "2027-03-13T13:00:00Z", "2027-03-14T12:00:00Z"],
    ["America/New_York", "2027-11-06T12:00:00Z", "2027-11-07T13:00:00Z"],
    ["UTC", "2027-03-27T08:00:00Z", "2027-03-28T08:00:00Z"],
  ] as const)
    it(`8:00 ${zone} stays 8:00 from ${before} to ${after}`, async () => {
      const just = (at: string, ms: number) => new Date(Date.parse(at) + ms).toISOString();
      await moveTo(just(before, -3_600_000 * 2));
      await put("at8", { Schedule: "cron(0 8 ? * * *)", Timezone: zone, ...limits(3, 3) });
      for (const moment of [before, after]) {
        await register(1, 4);
        await moveTo(just(moment, -1000));
        assert.deepEqual(await range(), [1, 4], `before ${moment}`);
        await moveTo(moment);
        assert.deepEqual(await range(), [3, 3], moment);
      }
    });

  it("a rate counts from its start, a time comes once, and an end ends", async () => {
    await moveTo("2027-05-01T00:00:00Z");
    await put("rate", {
      Schedule: "rate(2 hours)",
      StartTime: new Date("2027-05-01T01:00:00Z"),
      EndTime: new Date("2027-05-01T04:00:00Z"),
      ...limits(2, 2),
    });
    await moveTo("2027-05-01T02:59:59Z");
    assert.deepEqual(await range(), [1, 4]);
    await moveTo("2027-05-01T03:00:00Z");
    assert.deepEqual(await range(), [2, 2]);
    await register(1, 4);
    await moveTo("2027-05-01T09:00:00Z");
    assert.deepEqual(await range(), [1, 4]);
    await put("once", { Schedule: "at(2027-05-02T10:00:00)", Timezone: "Asia/Tokyo", ...limits(3, 3) });
    await moveTo("2027-05-02T00:59:59Z");
    assert.deepEqual(await range(), [1, 4]);
    await moveTo("2027-05-02T01:00:00Z");
    assert.deepEqual(await range(), [3, 3]);
  });

  it("suspended scaling stands still: schedules, and limits that would start or stop tasks", async () => {
    await moveTo("2027-06-01T00:00:00Z");
    const all = {
      DynamicScalingInSuspended: true,
      DynamicScalingOutSuspended: true,
      ScheduledScalingSuspended: true,
    };
    await register(2, 2);
    assert.equal(await wanted(), 2);
    await register(2, 4);
    await put("on", { Schedule: "cron(0 8 ? * * *)", ...limits(4, 4) });
    await register(0, 4, all);
    await moveTo("2027-06-02T00:00:00Z");
    assert.deepEqual([await range(), await wanted()], [[0, 4], 2]);
    await register(3, 4);
    assert.equal(await wanted(), 2);
    await register(3, 4, { ...all, DynamicScalingOutSuspended: false, ScheduledScalingSuspended: false });
    assert.equal(await wanted(), 3);
    await moveTo("2027-06-03T00:00:00Z");
    assert.deepEqual([await range(), await wanted()], [[4, 4], 4]);
  });
});
