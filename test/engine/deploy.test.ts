/** An application's life from the command line, with real containers: each test goes on from the one before. */
import { strict as assert } from "node:assert";
import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { DescribeTargetGroupsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { waitFor } from "../../scripts/waiting";
import { webApplication, worker } from "./support/apps";
import { accountOf, eventsOf, resultOf } from "./support/cli";
import { makeForeign } from "./support/foreign";
import { describeAll, describeSettled, differencesBetween } from "./support/snapshot";
import { startTraffic } from "./support/traffic";
import { applicationFolder, isIn, readIn, theEngine, World, writesOf, writeIn } from "./support/world";

interface Page {
  readonly version: string;
  readonly greeting: string;
  readonly foreign: string | null;
}

interface Config {
  applications: Record<string, { deregistrationDelaySeconds?: number }>;
}

/** Long enough for a request that a drain must wait for, and no longer. */
const drainSeconds = 8;

describe("slipway deploy, from a Dockerfile to a URL and away again", function () {
  this.timeout(120_000);
  let world: World;
  let folder: string;
  let url: string;
  let empty: string;
  let elsewhere: string;
  const page = async (): Promise<Page> => JSON.parse((await world.get(url)).body) as Page;
  const change = (options: Parameters<typeof webApplication>[0]): void =>
    writeIn(folder, "lib/main.js", webApplication(options)["lib/main.js"] ?? "");

  const setDrain = (seconds: number): void => {
    const config = JSON.parse(readIn(folder, "slipway.json")) as Config;
    for (const entry of Object.values(config.applications)) entry.deregistrationDelaySeconds = seconds;
    writeIn(folder, "slipway.json", JSON.stringify(config));
  };

  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("deploy");
    await makeForeign(world);
    empty = await describeSettled(world);
    folder = applicationFolder("quay", webApplication());
  });
  after(async () => world?.stop());

  it("takes a folder with a Dockerfile and its sources to a URL that serves it", async () => {
    const finished = await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    const result = resultOf(finished);
    assert.equal(result.outcome, "done", accountOf(finished));
    assert.match(result.url ?? "", /^http:\/\/quay-\d+\.[\w-]+\.elb\.localhost:\d+\/$/);
    url = result.url ?? "";
    assert.deepEqual(await page(), { version: "one", greeting: "good day", foreign: null, method: "GET" });
    const kinds = new Set(result.resources.map((resource) => resource.kind));
    for (const kind of [
      "repository",
      "image",
      "cluster",
      "role",
      "logGroup",
      "taskDefinition",
      "securityGroup",
      "targetGroup",
      "loadBalancer",
      "listener",
      "service",
    ])
      assert.ok(kinds.has(kind), `no ${kind} in ${[...kinds].join()}`);
    assert.ok(result.resources.every((resource) => resource.origin === "created" && resource.arn !== ""));
    assert.ok(isIn(folder, "slipway.json") && isIn(folder, "task-definition.json"));
    const group = (await world.clients.elb.send(new DescribeTargetGroupsCommand({ Names: ["quay"] })))
      .TargetGroups?.[0];
    assert.equal(group?.HealthCheckPath, "/status/up", "it comes out of HEALTHCHECK");
  });

  it("verifies what the guide's checklist asks for", async () => {
    const finished = await world.cliEndsWith(0, folder, ["verify"]);
    const checks = resultOf<{ id: string; state: string; evidence: string }[]>(finished);
    assert.ok(checks.length >= 8, accountOf(finished));
    // It names no secret and has no HTTPS listener.
    assert.deepEqual(
      checks.filter((check) => check.state !== "passed").map(({ id, state }) => `${state} ${id}`),
      ["leftOut secrets", "leftOut certificate"],
    );
  });

  it("builds nothing and writes nothing when nothing changed", async () => {
    let events: ReturnType<typeof eventsOf> = [];
    const calls = await world.callsDuring(async () => {
      const finished = await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
      events = eventsOf(finished);
      assert.equal(resultOf(finished).url, url);
    });
    assert.ok(calls.length > 10);
    assert.deepEqual(writesOf(calls), []);
    assert.ok(events.some((event) => event.step === "build" && event.state === "reused"));
  });

  it("replaces a version under load without one failed request", async () => {
    setDrain(drainSeconds);
    // What goes is version "one", which ends its connections on SIGTERM; what comes exits at once, and goes in the next test.
    change({ version: "two", term: "exit" });
    const traffic = startTraffic(world, url, { keepAlive: 50, fresh: 4, slow: 6, slowMs: (drainSeconds - 5) * 1000 });
    const finished = await world.cli(folder, ["deploy", "--yes"]);
    const doneAt = traffic.versions.get("two") ?? 0;
    await waitFor(
      "the new version to have served for a while",
      () => (traffic.versions.get("two") ?? 0) > doneAt + 2000,
      { timeoutMs: 30_000 },
    );
    const report = await traffic.stop();
    assert.equal(finished.code, 0, accountOf(finished));
    assert.deepEqual(report.failures.slice(0, 5), [], `${report.failures.length} of ${report.requests} failed`);
    assert.ok(
      (report.versions.get("one") ?? 0) > 100 && (report.versions.get("two") ?? 0) > 100,
      JSON.stringify([...report.versions]),
    );
    assert.equal((await page()).version, "two");
  });

  it("lets a version that crashes be rolled back, and says what it said", async () => {
    change({
      version: "three",
      first:
        "console.log('reading the harbour map');\nconsole.error('Error: the harbour map is gone');\nprocess.exit(41);",
    });
    const traffic = startTraffic(world, url, { keepAlive: 10, fresh: 2, slow: 0, slowMs: 0 });
    const finished = await world.cli(folder, ["deploy", "--yes"]);
    const report = await traffic.stop();
    assert.equal(finished.code, 3, accountOf(finished));
    const { outcome, error } = resultOf(finished);
    assert.equal(outcome, "rolledBack");
    assert.equal(error?.code, "RolledBack");
    const said = [error?.summary, ...(error?.evidence ?? [])].join("\n");
    assert.match(said, /41/, said);
    assert.match(said, /the harbour map is gone/, said);
    assert.deepEqual(report.failures.slice(0, 5), []);
    assert.equal((await page()).version, "two");
  });

  it("says so when the live task definition was changed elsewhere, and keeps what was set there", async () => {
    // Nobody is watching from here on; a load balancer goes on sending to a draining target for up to three seconds.
    setDrain(1);
    change({ version: "four" });
    const { ecs } = world.clients;
    const live = (await ecs.send(new DescribeServicesCommand({ cluster: "quay", services: ["quay"] }))).services?.[0]
      ?.taskDefinition;
    const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: live }));
    const [container] = taskDefinition?.containerDefinitions ?? [];
    assert.ok(taskDefinition && container);
    const { family, cpu, memory, networkMode, requiresCompatibilities, executionRoleArn, runtimePlatform } =
      taskDefinition;
    const registered = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        cpu,
        memory,
        networkMode,
        requiresCompatibilities,
        executionRoleArn,
        runtimePlatform,
        containerDefinitions: [
          {
            ...container,
            environment: [...(container.environment ?? []), { name: "FOREIGN", value: "set elsewhere" }],
          },
        ],
      }),
    );
    elsewhere = registered.taskDefinition?.taskDefinitionArn?.split("/").at(-1) ?? "";
    await ecs.send(
      new UpdateServiceCommand({
        cluster: "quay",
        service: "quay",
        taskDefinition: registered.taskDefinition?.taskDefinitionArn,
      }),
    );
    await waitFor("the change made elsewhere to serve", async () => (await page()).foreign === "set elsewhere", {
      timeoutMs: 30_000,
    });

    const stopped = await world.cliEndsWith(4, folder, ["deploy", "--yes"]);
    const { error } = resultOf(stopped);
    assert.equal(error?.code, "ChangedElsewhere");
    assert.match(error?.evidence?.join() ?? "", /FOREIGN/);

    await world.cliEndsWith(0, folder, ["deploy", "--yes", "--accept-changes"]);
    await waitFor("the new version alone", async () => (await page()).version === "four", { timeoutMs: 30_000 });
    assert.equal((await page()).foreign, "set elsewhere");
  });

  it("joins a deployment that another command line runs", async () => {
    change({ version: "five" });
    const first = world.start(folder, ["deploy", "--yes"]);
    await first.event((event) => event.type === "consented");
    const second = await world.cli(folder, ["deploy", "--yes"]);
    const firstDone = await first.exited;
    assert.equal(firstDone.code, 0, accountOf(firstDone));
    assert.equal(second.code, 0, accountOf(second));
    assert.ok(
      eventsOf(second).some((event) => event.type === "joined"),
      accountOf(second),
    );
    assert.deepEqual(resultOf(second).url, resultOf(firstDone).url);
    assert.equal(resultOf(second).resources.length, resultOf(firstDone).resources.length);
  });

  it("two that start at the same moment make one deployment", async () => {
    change({ version: "six" });
    const both = await Promise.all([world.cli(folder, ["deploy", "--yes"]), world.cli(folder, ["deploy", "--yes"])]);
    for (const finished of both) assert.equal(finished.code, 0, accountOf(finished));
    assert.equal((await page()).version, "six");
  });

  it("deploys a worker, which listens on nothing, without a load balancer", async () => {
    const other = applicationFolder("stoker", worker());
    const finished = await world.cliEndsWith(0, other, ["deploy", "--yes", "--no-load-balancer"]);
    const { outcome, url: none, resources } = resultOf(finished);
    assert.equal(outcome, "done");
    assert.equal(none, null);
    assert.ok(!resources.some((resource) => ["loadBalancer", "targetGroup", "listener"].includes(resource.kind)));
    const service = (
      await world.clients.ecs.send(new DescribeServicesCommand({ cluster: "stoker", services: ["stoker"] }))
    ).services?.[0];
    assert.equal(service?.runningCount, 1);
    assert.deepEqual(writesOf(await world.callsDuring(() => world.cliEndsWith(0, other, ["deploy", "--yes"]))), []);
    await world.cliEndsWith(0, other, ["destroy", "--yes"]);
  });

  it("destroy leaves nothing that Slipway made and everything that it did not", async () => {
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
    const { ecs } = world.clients;
    const theirs = (await ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: "quay" }))).taskDefinitionArns ?? [];
    assert.deepEqual(
      theirs.map((arn) => arn.split("/").at(-1)),
      [elsewhere],
      "the revision that was registered elsewhere stays",
    );
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: theirs[0] }));
    await ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: theirs }));
    await waitFor(
      "the account to be as it was",
      async () => differencesBetween(empty, await describeAll(world)).length === 0,
      {
        timeoutMs: 10_000,
        evidence: async () => differencesBetween(empty, await describeAll(world)).join("\n"),
      },
    );
  });
});
