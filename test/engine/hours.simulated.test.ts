/** Hours in slipway.json: made into scheduled actions, kept, changed and taken away; what another client sees. */
import { strict as assert } from "node:assert";
import { DescribeScheduledActionsCommand, PutScheduledActionCommand } from "@aws-sdk/client-application-auto-scaling";
import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { tinyApplication } from "./support/apps";
import { Proxy } from "./support/proxy";
import { applicationFolder, isIn, readIn, theEngine, World, writeIn } from "./support/world";

describe("hours of an application", function () {
  this.timeout(180_000);
  let world: World;
  let folder: string;
  const hour = new Date().getUTCHours();
  const at = (offset: number): number => (hour + offset + 24) % 24;
  /** Begun two hours ago, and over in ten; or begins in six hours. */
  const now = `daily ${at(-2)}-${at(10)} UTC`;
  const later = `daily ${at(6)}-${at(10)} UTC`;
  /** With the id that the first deployment wrote: through a proxy there are no notes of it. */
  const idOf = (): object => {
    const text = isIn(folder, "slipway.json") ? readIn(folder, "slipway.json") : "{}";
    const known = (JSON.parse(text) as { applications?: { mole?: { id?: string } } }).applications?.mole?.id;
    return known === undefined ? {} : { id: known };
  };
  const write = (hours: string | undefined) =>
    writeIn(
      folder,
      "slipway.json",
      JSON.stringify({
        applications: {
          mole: {
            ...idOf(),
            dockerfile: "Dockerfile",
            deregistrationDelaySeconds: 1,
            scaling: { minimum: 2, maximum: 4, ...(hours === undefined ? {} : { hours }) },
          },
        },
      }),
    );
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("hours", ["--tasks", "simulated", "--consistency", "strong"]);
    folder = applicationFolder("mole", tinyApplication("v1"));
    write(now);
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
  });
  after(async () => world?.stop());

  const id = {
    ServiceNamespace: "ecs",
    ResourceId: "service/mole/mole",
    ScalableDimension: "ecs:service:DesiredCount",
  } as const;
  const listed = async () => {
    const { ScheduledActions } = await world.clients.scaling.send(new DescribeScheduledActionsCommand(id));
    return (ScheduledActions ?? [])
      .map(({ ScheduledActionName, Schedule, Timezone, ScalableTargetAction: to }) =>
        [ScheduledActionName, Schedule, Timezone, to?.MinCapacity, to?.MaxCapacity].join(" "),
      )
      .sort();
  };
  const padded = (offset: number): string => `${at(offset)}`.padStart(2, "0");
  const own = (from: number, until: number) =>
    [
      `mole-hours-on-${padded(from)}00 cron(0 ${at(from)} ? * * *) UTC 2 4`,
      `mole-hours-off-${padded(until)}00 cron(0 ${at(until)} ? * * *) UTC 0 0`,
    ].sort();
  const foreign = "nightly cron(30 3 ? * SUN *) UTC 3 4";
  const desired = async () => {
    const { services } = await world.clients.ecs.send(
      new DescribeServicesCommand({ cluster: "mole", services: ["mole"] }),
    );
    return services?.[0]?.desiredCount;
  };
  const lastLine = ({ lines }: { readonly lines: readonly string[] }) =>
    JSON.parse(lines.at(-1) ?? "{}") as Record<string, unknown>;

  it("are scheduled actions in their time zone, and the next plan has nothing to do", async () => {
    assert.deepEqual(await listed(), own(-2, 10));
    await world.clients.scaling.send(
      new PutScheduledActionCommand({
        ...id,
        ScheduledActionName: "nightly",
        Schedule: "cron(30 3 ? * SUN *)",
        Timezone: "UTC",
        ScalableTargetAction: { MinCapacity: 3, MaxCapacity: 4 },
      }),
    );
    const plan = lastLine(await world.cliEndsWith(0, folder, ["plan"])) as {
      hours: { isOn: boolean; next: { at: number; isOn: boolean }[] };
      schedulesElsewhere: { name: string }[];
      items: { step: string; action: string }[];
    };
    assert.deepEqual(
      plan.schedulesElsewhere.map(({ name }) => name),
      ["nightly"],
    );
    assert.equal(plan.hours.isOn, true);
    assert.deepEqual(
      plan.hours.next.map(({ isOn }) => isOn),
      [false, true, false],
    );
    assert.equal(new Date(plan.hours.next[0]?.at ?? 0).getUTCHours(), at(10));
    assert.equal(plan.items.find(({ step }) => step === "scaling")?.action, "reuse");
  });

  it("change with the file; outside of them it sleeps, and neither checklist nor deployment minds", async () => {
    write(later);
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.deepEqual(await listed(), [...own(6, 10), foreign].sort());
    // What ran goes on until its hours end.
    assert.equal(await desired(), 2);
    const ends = new Date();
    ends.setUTCHours(at(10), 0, 1, 0);
    await world.control("POST", "schedules", { at: ends.getTime() + 86_400_000 });
    assert.equal(await desired(), 0);
    const checks = lastLine(await world.cliEndsWith(0, folder, ["verify"])) as unknown as {
      id: string;
      evidence: string;
    }[];
    assert.match(checks.find((check) => check.id === "service")?.evidence ?? "", /outside of its hours/);
    writeIn(folder, "Dockerfile", tinyApplication("v2").Dockerfile ?? "");
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.equal(await desired(), 0);
    // Somebody needs it now: it runs until its hours end again.
    await world.cliEndsWith(0, folder, ["start"]);
    assert.equal(await desired(), 2);
  });

  it("that are no hours are refused with their line and a reason, before anything is asked", async () => {
    write("weekdays 8-19");
    const { error } = lastLine(await world.cliEndsWith(2, folder, ["plan"])) as {
      error: { code: string; summary: string };
    };
    assert.equal(error.code, "InvalidConfig");
    assert.match(error.summary, /scaling\.hours: the time zone is missing/);
  });

  it("killed at any write of its schedules and run again, they are the same", async () => {
    const proxy = await Proxy.start(world.sandbox.url, world.credentials);
    try {
      for (const moment of ["before", "after"] as const)
        for (const occurrence of [1, 2]) {
          write(later);
          await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
          write(now);
          proxy.begin({ operation: "PutScheduledAction", occurrence, moment, act: () => run.kill("SIGKILL") });
          const run = world.start(folder, ["deploy", "--yes"], { AWS_ENDPOINT_URL: proxy.url });
          await run.exited;
          await proxy.quiet();
          assert.ok(proxy.hasStruck || occurrence > 1);
          await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
          assert.deepEqual(await listed(), [...own(-2, 10), foreign].sort(), `${moment} ${occurrence}`);
        }
    } finally {
      await proxy.stop();
    }
  });

  it("go when the file has none; those of others stay, and all go with the service", async () => {
    write(undefined);
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.deepEqual(await listed(), [foreign]);
    write(now);
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
    assert.deepEqual(await listed(), []);
  });
});
