/** Blue/green, linear and canary by ECS's own strategies: first, under load, paused, taken back, ended, removed. */
import { strict as assert } from "node:assert";
import http from "node:http";
import { DescribeServicesCommand, UntagResourceCommand, UpdateServiceCommand, type Service } from "@aws-sdk/client-ecs";
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { ListRolesCommand } from "@aws-sdk/client-iam";
import { pause } from "../../scripts/waiting";
import { tinyApplication } from "./support/apps";
import { resultOf } from "./support/cli";
import { applicationFolder, readIn, theEngine, World, writeIn, writesOf } from "./support/world";

const canary = { strategy: "canary", canaryPercent: 10, canaryMinutes: 1, bakeMinutes: 1 };
const blueGreen = { strategy: "blueGreen", bakeMinutes: 0 };

describe("releases by ECS's strategies", function () {
  this.timeout(180_000);
  let world: World;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("releases", ["--tasks", "simulated", "--consistency", "strong"]);
  });
  beforeEach(() => world?.clearFaults());
  after(async () => world?.stop());

  const folderWith = (releases: object | undefined): string => {
    const folder = applicationFolder("quay", tinyApplication("v1"));
    writeIn(folder, "slipway.json", "{}");
    state(folder, releases, {});
    return folder;
  };
  /** slipway.json with another strategy; the id stays. */
  const state = (folder: string, releases: object | undefined, more: object = {}): void => {
    const before = JSON.parse(readIn(folder, "slipway.json")) as { applications?: { quay?: { id?: string } } };
    const id = before.applications?.quay?.id;
    const quay = {
      ...(id === undefined ? {} : { id }),
      dockerfile: "Dockerfile",
      desiredCount: 2,
      deregistrationDelaySeconds: 4,
      ...(releases ? { releases } : {}),
      ...more,
    };
    writeIn(folder, "slipway.json", JSON.stringify({ applications: { quay } }));
  };
  const version = (folder: string, marker: string): void =>
    writeIn(folder, "Dockerfile", tinyApplication(marker).Dockerfile ?? "");
  /** Has the tasks of the next revision do that. */
  const behave = (folder: string, environment: Readonly<Record<string, string>>): void => {
    const definition = JSON.parse(readIn(folder, "task-definition.json")) as {
      containerDefinitions: { environment?: unknown[] }[];
    };
    const [container] = definition.containerDefinitions;
    if (container) container.environment = Object.entries(environment).map(([name, value]) => ({ name, value }));
    writeIn(folder, "task-definition.json", JSON.stringify(definition));
  };
  const deploy = (folder: string, code = 0) => world.cliEndsWith(code, folder, ["deploy", "--yes"]);

  const service = async (): Promise<Service | undefined> =>
    (await world.clients.ecs.send(new DescribeServicesCommand({ cluster: "quay", services: ["quay"] }))).services?.[0];
  const rules = async () => {
    const { elb } = world.clients;
    const [balancer] = (await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers ?? [];
    if (!balancer) return [];
    const { Listeners = [] } = await elb.send(
      new DescribeListenersCommand({ LoadBalancerArn: balancer.LoadBalancerArn }),
    );
    const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: Listeners[0]?.ListenerArn }));
    return Rules.filter(({ IsDefault }) => !IsDefault);
  };
  /** What each group of the rule weighs, by name. */
  const weights = async (): Promise<Record<string, number>> => {
    const [rule] = await rules();
    const tuples = rule?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
    return Object.fromEntries(tuples.map((t) => [t.TargetGroupArn?.split("/")[1] ?? "", t.Weight ?? 0]));
  };
  const groups = async (): Promise<string[]> =>
    ((await world.clients.elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups ?? [])
      .map(({ TargetGroupName = "" }) => TargetGroupName)
      .sort();
  const roles = async (): Promise<string[]> =>
    ((await world.clients.iam.send(new ListRolesCommand({}))).Roles ?? [])
      .map(({ RoleName = "" }) => RoleName)
      .filter((name) => name.startsWith("quay"))
      .sort();

  /** Fifty people, half of them on connections that stay open; gives what failed. */
  async function crowd(): Promise<() => Promise<string[]>> {
    const [balancer] = (await world.clients.elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers ?? [];
    const url = `http://${balancer?.DNSName ?? ""}:${new URL(world.sandbox.url).port}/`;
    const failures: string[] = [];
    let ended = false;
    const person = async (kept: boolean): Promise<void> => {
      const agent = kept ? new http.Agent({ keepAlive: true }) : undefined;
      while (!ended) {
        const answer = await world.get(url, agent ? { agent } : {}).catch((error: unknown) => String(error));
        if (typeof answer === "string") failures.push(answer);
        else if (answer.status !== 200) failures.push(`${answer.status}`);
        await pause(100);
      }
      agent?.destroy();
    };
    const people = Array.from({ length: 50 }, (_, index) => person(index % 2 === 0));
    await pause(300);
    return async () => {
      await pause(300);
      ended = true;
      await Promise.all(people);
      return failures;
    };
  }

  /** Lets a run go on from the pause that it says. */
  const goOn = async (run: ReturnType<World["start"]>, folder: string): Promise<void> => {
    await run.event(({ type, message }) => type === "note" && /waits for you: slipway continue/.test(message ?? ""));
    await world.cliEndsWith(0, folder, ["continue"]);
  };

  // These three have one application.
  let canaryFolder = "";

  it("makes what a canary needs, and shifts under fifty connections", async () => {
    const folder = (canaryFolder = folderWith(canary));
    const first = resultOf(await deploy(folder));
    assert.equal(first.outcome, "done");
    assert.deepEqual(
      first.resources
        .flatMap(({ kind, name }) => (/targetGroup|Rule|role/.test(kind) ? [`${kind} ${name}`] : []))
        .sort(),
      [
        "listenerRule quay:80 /*",
        "role quay-execution",
        "role quay-shifting",
        "targetGroup quay",
        "targetGroup quay-2",
      ],
    );
    assert.equal((await service())?.deploymentConfiguration?.strategy, "CANARY");
    const before = await weights();
    for (const command of ["verify", "diagnose", "metrics"]) await world.cliEndsWith(0, folder, [command]);

    // Nothing is left to do.
    assert.deepEqual(writesOf(await world.callsDuring(() => deploy(folder))), []);

    const ended = await crowd();
    version(folder, "v2");
    const run = world.start(folder, ["deploy", "--yes"]);
    await run.event(
      ({ type, message }) => type === "progress" && /new version 10 %, old version 90 %/.test(message ?? ""),
    );
    assert.equal((await run.exited).code, 0);
    assert.deepEqual(await ended(), []);
    assert.deepEqual(await weights(), { quay: before["quay-2"], "quay-2": before["quay"] });
    for (const command of ["verify", "diagnose"]) await world.cliEndsWith(0, folder, [command]);
  });

  it("goes back where the new version crashes, also by a strategy that ECS's breaker does not judge", async () => {
    const folder = canaryFolder;
    const before = [await weights(), (await service())?.taskDefinition];
    const ended = await crowd();
    behave(folder, { SANDBOX_EXIT_AFTER_MS: "0", SANDBOX_EXIT_CODE: "3" });
    const { error } = resultOf(await deploy(folder, 3));
    assert.equal(error?.code, "RolledBack");
    assert.deepEqual([await weights(), (await service())?.taskDefinition], before);
    assert.deepEqual(await ended(), []);
  });

  it("goes on where the window was closed, also in the middle of its steps, is watched again, and all of it removed", async () => {
    const folder = canaryFolder;
    behave(folder, {});
    state(folder, { strategy: "linear", stepPercent: 25, stepMinutes: 2, bakeMinutes: 0 });
    const ended = await crowd();
    version(folder, "v3");
    const run = world.start(folder, ["deploy", "--yes"]);
    await run.event(({ type, message }) => type === "progress" && /new version 25 %/.test(message ?? ""));
    run.kill("SIGKILL");
    await run.exited;
    const again = world.start(folder, ["deploy", "--yes"]);
    await again.event(({ type, message }) => type === "progress" && /new version 75 %/.test(message ?? ""));
    assert.equal((await again.exited).code, 0);
    assert.deepEqual(await ended(), []);
    assert.equal(Object.values(await weights()).filter((weight) => weight === 100).length, 1);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
    assert.deepEqual([await groups(), await roles()], [[], []]);
  });

  // And so have these three.
  let pausedFolder = "";

  it("waits at a pause for continue, and goes back where it is told to or nobody answers", async () => {
    await world.reset();
    const folder = (pausedFolder = folderWith({ ...blueGreen, pauseBefore: "traffic", pauseMinutes: 60 }));
    const waits = async (run: ReturnType<World["start"]>) =>
      run.event(({ type, message }) => type === "note" && /waits for you: slipway continue/.test(message ?? ""));
    const start = world.start(folder, ["deploy", "--yes"]);
    await waits(start);
    await world.cliEndsWith(0, folder, ["continue"]);
    assert.equal((await start.exited).code, 0);
    const nothing = await world.cliEndsWith(1, folder, ["continue"]);
    assert.match(nothing.lines.join("\n"), /NothingToContinue/);

    const before = [await weights(), (await service())?.taskDefinition];
    const ended = await crowd();
    version(folder, "v2");
    const run = world.start(folder, ["deploy", "--yes"]);
    await waits(run);
    await world.cliEndsWith(0, folder, ["rollback", "--yes"]);
    assert.equal((await run.exited).code, 3);
    assert.deepEqual([await weights(), (await service())?.taskDefinition], before);

    // Of a hook that nobody answers the minute is over in a second here.
    state(folder, { ...blueGreen, pauseBefore: "end", pauseMinutes: 1 });
    await deploy(folder, 3);
    assert.deepEqual([await weights(), (await service())?.taskDefinition], before);
    assert.deepEqual(await ended(), []);
  });

  it("puts the strategy right that another tool changed, and keeps one that slipway.json does not name", async () => {
    const folder = pausedFolder;
    state(folder, blueGreen);
    version(folder, "v1");
    const { ecs, elb } = world.clients;
    await ecs.send(
      new UpdateServiceCommand({
        cluster: "quay",
        service: "quay",
        deploymentConfiguration: { strategy: "CANARY", canaryConfiguration: { canaryBakeTimeInMinutes: 0 } },
      }),
    );
    await deploy(folder);
    assert.equal((await service())?.deploymentConfiguration?.strategy, "BLUE_GREEN");

    state(folder, undefined);
    version(folder, "v3");
    // Somebody moves the weights themselves while it is under way.
    const run = world.start(folder, ["deploy", "--yes"]);
    await run.event(({ type, step, state: now }) => type === "step" && step === "service" && now === "done");
    const [rule] = await rules();
    await elb.send(new ModifyRuleCommand({ RuleArn: rule?.RuleArn, Actions: rule?.Actions }));
    assert.equal((await run.exited).code, 0);
    const now = await service();
    assert.equal(now?.deploymentConfiguration?.strategy, "BLUE_GREEN");
    assert.ok(now?.loadBalancers?.[0]?.advancedConfiguration?.roleArn);
    assert.deepEqual(await groups(), ["quay", "quay-2"]);
  });

  it("carries on what another tool gave a service: strategy, groups, rule, role and its pause", async () => {
    const folder = pausedFolder;
    state(folder, { ...blueGreen, pauseBefore: "end", pauseMinutes: 60 });
    await deploy(folder);
    const { ecs } = world.clients;
    const made = await service();
    // From now on it is somebody else's.
    await ecs.send(
      new UntagResourceCommand({
        resourceArn: made?.serviceArn,
        tagKeys: ["slipway:app", "slipway:environment", "slipway:id", "slipway:folder"],
      }),
    );
    state(folder, undefined, { service: "quay" });
    version(folder, "v4");
    const run = world.start(folder, ["deploy", "--yes", "--adopt"]);
    await goOn(run, folder);
    const { code } = await run.exited;
    assert.equal(code, 0);
    const now = await service();
    assert.deepEqual(now?.loadBalancers, made?.loadBalancers);
    assert.deepEqual(now?.deploymentConfiguration, made?.deploymentConfiguration);
    assert.notEqual(now?.taskDefinition, made?.taskDefinition);
  });

  it("is switched to and off again as a plan, without a failed request, and leaves nothing behind", async () => {
    await world.reset();
    const folder = folderWith(undefined);
    await deploy(folder);
    const ended = await crowd();
    state(folder, blueGreen);
    await deploy(folder);
    assert.equal((await service())?.deploymentConfiguration?.strategy, "BLUE_GREEN");
    // HTTPS at another port is refused meanwhile, before anything is written.
    state(folder, blueGreen, { loadBalancer: { certificate: "request", domain: "shop.pier.localhost" } });
    const refused = await world.callsDuring(async () =>
      assert.equal(resultOf(await deploy(folder, 1)).error?.code, "ShiftsOnePort"),
    );
    assert.deepEqual(writesOf(refused), []);
    version(folder, "v2");
    state(folder, { strategy: "linear", stepPercent: 50, stepMinutes: 1, bakeMinutes: 0 });
    await deploy(folder);
    assert.equal((await service())?.deploymentConfiguration?.strategy, "LINEAR");
    state(folder, { strategy: "rolling" });
    version(folder, "v3");
    await deploy(folder);
    const now = await service();
    assert.equal(now?.deploymentConfiguration?.strategy, "ROLLING");
    assert.equal(now?.loadBalancers?.[0]?.advancedConfiguration, undefined);
    assert.deepEqual(await ended(), []);
    assert.deepEqual(await rules(), []);
    assert.equal((await groups()).length, 1);
    assert.deepEqual(await roles(), ["quay-execution"]);
    assert.deepEqual(writesOf(await world.callsDuring(() => deploy(folder))), []);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
    assert.deepEqual(await groups(), []);
  });

  it("lets others in at its load balancer, also by a strategy of their own, and they leave without a trace", async () => {
    await world.reset();
    const host = folderWith(blueGreen);
    await deploy(host);
    const guest = applicationFolder("pier", tinyApplication("pier"));
    writeIn(
      guest,
      "slipway.json",
      JSON.stringify({
        applications: {
          pier: {
            dockerfile: "Dockerfile",
            deregistrationDelaySeconds: 1,
            loadBalancer: { name: "quay", pathPattern: "/pier/*" },
            releases: blueGreen,
          },
        },
      }),
    );
    await world.cliEndsWith(0, guest, ["deploy", "--yes", "--adopt"]);
    const priorities = async () => (await rules()).map(({ Priority }) => Number(Priority)).sort((a, b) => a - b);
    assert.deepEqual(await priorities(), [1, 50_000]);
    version(guest, "pier2");
    await world.cliEndsWith(0, guest, ["deploy", "--yes", "--adopt"]);
    for (const folder of [host, guest]) await world.cliEndsWith(0, folder, ["verify"]);
    await world.cliEndsWith(0, guest, ["destroy", "--yes"]);
    assert.deepEqual(await priorities(), [50_000]);
    assert.deepEqual(
      [await groups(), await roles()],
      [
        ["quay", "quay-2"],
        ["quay-execution", "quay-shifting"],
      ],
    );
    await world.cliEndsWith(0, host, ["verify"]);
  });

  it("goes with HTTPS from the start", async () => {
    await world.reset();
    const { route53 } = world.clients;
    await route53.send(new CreateHostedZoneCommand({ Name: "pier.localhost", CallerReference: "releases" }));
    const secure = { loadBalancer: { certificate: "request", domain: "shop.pier.localhost" } };
    const folder = folderWith(blueGreen);
    state(folder, blueGreen, secure);
    await deploy(folder);
    version(folder, "v2");
    const { url } = resultOf(await deploy(folder));
    assert.match(url ?? "", /^https:\/\/shop\.pier\.localhost/);
    await world.cliEndsWith(0, folder, ["verify"]);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
    assert.deepEqual([await groups(), await roles()], [[], []]);
  });
});
