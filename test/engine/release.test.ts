/** The release command: it runs to its end before the service gets a revision, with real containers. */
import { strict as assert } from "node:assert";
import { DescribeServicesCommand, DescribeTasksCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { waitFor } from "../../scripts/waiting";
import { tinyApplication } from "./support/apps";
import { applicationFolder, theEngine, World, writeIn } from "./support/world";

describe("a release command", function () {
  this.timeout(180_000);
  let world: World;
  let folder: string;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("release", ["--consistency", "strong"]);
    folder = applicationFolder("lock", tinyApplication("v1"));
    says("echo first migration");
  });
  after(async () => world?.stop());

  const says = (script: string, more: object = {}) =>
    writeIn(
      folder,
      "slipway.json",
      JSON.stringify({
        applications: {
          lock: {
            dockerfile: "Dockerfile",
            loadBalancer: false,
            // The rollout itself is not what is tried here.
            desiredCount: 0,
            release: { command: ["sh", "-c", script], ...more },
          },
        },
      }),
    );
  const version = (marker: string) => writeIn(folder, "Dockerfile", tinyApplication(marker).Dockerfile ?? "");
  interface Line {
    readonly type?: string;
    readonly step?: string;
    readonly state?: string;
    readonly line?: string;
    readonly outcome?: string;
    readonly error?: { readonly code: string; readonly summary: string; readonly evidence: readonly string[] };
  }
  const deploy = async (code: number): Promise<Line[]> =>
    (await world.cliEndsWith(code, folder, ["deploy", "--yes"])).lines.map((line) => JSON.parse(line) as Line);
  const service = async () =>
    (await world.clients.ecs.send(new DescribeServicesCommand({ cluster: "lock", services: ["lock"] }))).services?.[0];
  const releases = async () => {
    const arns = await Promise.all(
      (["RUNNING", "STOPPED"] as const).map((desiredStatus) =>
        world.clients.ecs.send(new ListTasksCommand({ cluster: "lock", family: "lock", desiredStatus })),
      ),
    );
    const tasks = arns.flatMap(({ taskArns }) => taskArns ?? []);
    if (tasks.length === 0) return [];
    const described = await world.clients.ecs.send(new DescribeTasksCommand({ cluster: "lock", tasks }));
    return (described.tasks ?? []).filter(({ startedBy }) => startedBy === "slipway-release/lock");
  };
  const printed = (lines: readonly Line[]) =>
    lines.filter(({ type, step }) => type === "output" && step === "release").map(({ line }) => line);

  it("runs before the first service is there, and its lines are told", async () => {
    const lines = await deploy(0);
    assert.deepEqual(printed(lines), ["first migration"]);
    const at = (step: string, state: string) => lines.findIndex((each) => each.step === step && each.state === state);
    assert.ok(at("release", "done") >= 0 && at("release", "done") < at("service", "running"));
    assert.match((await service())?.taskDefinition ?? "", /lock:1$/);
    assert.equal((await releases()).length, 1);
  });

  it("does not run where the service gets no new revision", async () => {
    says("echo second migration");
    assert.deepEqual(printed(await deploy(0)), []);
    assert.equal((await releases()).length, 1);
  });

  it("stops the rollout where it fails, says its last lines, and runs anew the next time", async () => {
    version("v2");
    says("echo no such table; exit 7");
    const { error } = (await deploy(1)).at(-1) ?? {};
    assert.equal(error?.code, "ReleaseFailed");
    assert.match(error?.summary ?? "", /exit code 7.*lock:1 runs on/);
    assert.ok(error?.evidence.includes("no such table"));
    assert.match((await service())?.taskDefinition ?? "", /lock:1$/);
    says("echo mended");
    assert.deepEqual(printed(await deploy(0)), ["mended"]);
    assert.match((await service())?.taskDefinition ?? "", /lock:2$/);
  });

  it("is waited for by the next deployment where the first one was killed: two never run at once", async () => {
    version("v3");
    says("echo slow; sleep 6; echo over");
    const before = (await releases()).length;
    const killed = world.start(folder, ["deploy", "--yes"]);
    await waitFor("its task", async () => (await releases()).length > before, { timeoutMs: 60_000, intervalMs: 200 });
    killed.kill("SIGKILL");
    await killed.exited;
    assert.deepEqual(printed(await deploy(0)), ["slow", "over"]);
    assert.equal((await releases()).length, before + 1);
    assert.match((await service())?.taskDefinition ?? "", /lock:3$/);
  });

  it("is stopped with the deployment that is cancelled, and the service stays as it was", async () => {
    version("v4");
    says("echo slow; sleep 60");
    const before = (await releases()).length;
    const cancelled = world.start(folder, ["deploy", "--yes"]);
    await waitFor("its task", async () => (await releases()).length > before, { timeoutMs: 60_000, intervalMs: 200 });
    cancelled.kill("SIGINT");
    const { code, lines } = await cancelled.exited;
    assert.equal(code, 130, lines.at(-1));
    assert.match(lines.join("\n"), /"type":"note".*was asked to stop/);
    const stopping = (await releases()).filter(({ desiredStatus }) => desiredStatus === "RUNNING");
    assert.deepEqual(stopping, []);
    assert.match((await service())?.taskDefinition ?? "", /lock:3$/);
  });
});
