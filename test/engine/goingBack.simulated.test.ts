/** Back to an earlier revision: what is known of it, what it needs, and that nothing else happens. */
import { strict as assert } from "node:assert";
import { BatchDeleteImageCommand, DescribeImagesCommand } from "@aws-sdk/client-ecr";
import {
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServiceDeploymentsCommand,
} from "@aws-sdk/client-ecs";
import type { DeploymentHistory } from "../../src/core/deploy/history";
import { waitFor } from "../../scripts/waiting";
import { tinyApplication } from "./support/apps";
import { applicationFolder, readIn, theEngine, World, writeIn, writesOf } from "./support/world";

const commits = ["1", "2", "3"].map((digit) => digit.repeat(40));

describe("going back", function () {
  this.timeout(180_000);
  let world: World;
  let folder: string;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("goingBack", ["--tasks", "simulated", "--consistency", "strong"]);
    folder = applicationFolder("quay", {
      ...tinyApplication("v1"),
      ".git/HEAD": "ref: refs/heads/main\n",
      ".dockerignore": ".git\n",
      "slipway.json": JSON.stringify({
        applications: { quay: { dockerfile: "Dockerfile", deregistrationDelaySeconds: 1 } },
      }),
    });
    for (const [index, commit] of commits.entries()) await deploy(`v${index + 1}`, commit);
  });
  after(async () => world?.stop());

  const lastLine = ({ lines }: { readonly lines: readonly string[] }) =>
    JSON.parse(lines.at(-1) ?? "{}") as Record<string, unknown>;

  async function deploy(marker: string, commit: string): Promise<void> {
    writeIn(folder, "Dockerfile", tinyApplication(marker).Dockerfile ?? "");
    writeIn(folder, ".git/refs/heads/main", `${commit}\n`);
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
  }

  async function live() {
    const { ecs } = world.clients;
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster: "quay", services: ["quay"] }));
    const { taskDefinition, tags = [] } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: services?.[0]?.taskDefinition, include: ["TAGS"] }),
    );
    return {
      revision: `${taskDefinition?.family}:${taskDefinition?.revision}`,
      environment: taskDefinition?.containerDefinitions?.[0]?.environment?.map(({ name }) => name),
      digest: taskDefinition?.containerDefinitions?.[0]?.image?.split("@")[1] ?? "",
      tags: Object.fromEntries(tags.map(({ key, value }) => [key ?? "", value ?? ""])),
    };
  }

  const history = async (): Promise<DeploymentHistory["entries"]> => {
    return (lastLine(await world.cliEndsWith(0, folder, ["history"])) as unknown as DeploymentHistory).entries;
  };

  it("is preceded by the list of what was deployed, with commit and digest", async () => {
    const entries = await history();
    assert.deepEqual(
      entries.map(({ number, revision, commit, outcome, isLive, state }) => ({
        number,
        revision,
        commit,
        outcome,
        isLive,
        state,
      })),
      [3, 2, 1].map((number) => ({
        number,
        revision: `quay:${number}`,
        commit: commits[number - 1],
        outcome: "done",
        isLive: number === 3,
        state: "active",
      })),
    );
    for (const { at, milliseconds, by, digest } of entries) {
      assert.ok(at !== undefined && milliseconds !== undefined);
      assert.match(by ?? "", /^arn:/);
      assert.match(digest ?? "", /^sha256:[0-9a-f]{64}$/);
    }
    assert.ok(entries[0]?.changes?.some((path) => path.includes("image")));
    const now = await live();
    assert.equal(now.tags["slipway:commit"], commits[2]);
    assert.equal(now.tags["slipway:digest"], now.digest);
    const text = await world.cli(folder, ["history", "--format", "text"]);
    assert.match(
      text.lines.join("\n"),
      /^N +When +Revision +Image +Commit +Outcome +Took +Who\n3 .* quay:3 .* 3333333333 +done, live/,
    );
  });

  it("asks first, and says what it will do", async () => {
    const { lines } = await world.cliEndsWith(4, folder, ["rollback", "--to", "1"]);
    assert.match(lines.join("\n"), /goes back from quay:3 to quay:1 \(commit 1111111111, image sha256:/);
    assert.equal((await live()).revision, "quay:3");
  });

  it("runs the first version's digest, with no build, no push and nothing else", async () => {
    const [, , first] = await history();
    const calls = await world.callsDuring(() => world.cliEndsWith(0, folder, ["rollback", "--to", "1", "--yes"]));
    assert.deepEqual(writesOf(calls), ["ecs UpdateService"]);
    const now = await live();
    assert.deepEqual([now.revision, now.digest], ["quay:1", first?.digest]);
    const [entry] = await history();
    assert.deepEqual([entry?.number, entry?.isLive, entry?.commit, entry?.outcome], [1, true, commits[0], "done"]);
    for (const command of ["verify", "diagnose"]) await world.cliEndsWith(0, folder, [command]);
  });

  it("is followed by a deployment that says what it does, and does it", async () => {
    const plan = lastLine(await world.cliEndsWith(0, folder, ["plan"])) as {
      revisionChanges: unknown[];
      changedElsewhere: unknown[];
    };
    assert.deepEqual([plan.revisionChanges.length > 0, plan.changedElsewhere], [true, []]);
    const calls = await world.callsDuring(() => world.cliEndsWith(0, folder, ["deploy", "--yes"]));
    assert.deepEqual(writesOf(calls), ["ecs UpdateService"]);
    assert.equal((await live()).revision, "quay:3");
  });

  it("without a number goes to the last good one before", async () => {
    await world.cliEndsWith(0, folder, ["rollback", "--yes"]);
    assert.equal((await live()).revision, "quay:2");
    await world.cliEndsWith(0, folder, ["rollback", "--to", "quay:3", "--yes"]);
    await world.cliEndsWith(2, folder, ["rollback", "--to", "77", "--yes"]);
    assert.equal((await live()).revision, "quay:3");
  });

  it("brings nothing back that the file said then and says no longer", async () => {
    const file = "task-definition.json";
    const definition = JSON.parse(readIn(folder, file)) as { containerDefinitions: { environment?: unknown[] }[] };
    const [container] = definition.containerDefinitions;
    assert.ok(container);
    const write = (names: string[]) => {
      container.environment = names.map((name) => ({ name, value: "x" }));
      writeIn(folder, file, JSON.stringify(definition));
    };
    write(["KEPT", "GONE"]);
    await deploy("v3", commits[2] ?? "");
    const before = (await live()).revision;
    write(["KEPT"]);
    await deploy("v3", commits[2] ?? "");
    await world.cliEndsWith(0, folder, ["rollback", "--to", before, "--yes"]);
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.deepEqual((await live()).environment, ["KEPT"]);
  });

  it("takes a rollout that is under way back, and does nothing else", async () => {
    const before = await live();
    const list = () =>
      world.clients.ecs.send(
        new ListServiceDeploymentsCommand({ cluster: "quay", service: "quay", status: ["IN_PROGRESS"] }),
      );
    // No new task gets a place: the rollout goes on until it is taken back.
    await world.fault({ kind: "capacity" });
    writeIn(folder, "Dockerfile", tinyApplication("v9").Dockerfile ?? "");
    const running = world.start(folder, ["deploy", "--yes"]);
    await waitFor("a rollout", async () => ((await list()).serviceDeployments?.length ? true : undefined));
    const calls = await world.callsDuring(async () => {
      const since = (await world.control<{ n: number }[]>("GET", "requests")).at(-1)?.n ?? 0;
      const back = world.start(folder, ["rollback", "--yes"]);
      await waitFor("the rollback", async () => {
        const seen = await world.control<{ operation: string }[]>("GET", `requests?since=${since}`);
        return seen.some(({ operation }) => operation === "StopServiceDeployment") ? true : undefined;
      });
      await world.clearFaults();
      assert.equal((await back.exited).code, 0);
    });
    assert.deepEqual(
      writesOf(calls).filter((call) => call !== "ecs UpdateService"),
      ["ecs StopServiceDeployment"],
    );
    assert.equal((await running.exited).code, 3);
    assert.deepEqual((await live()).revision, before.revision);
    const [newest] = await history();
    assert.equal(newest?.outcome, "rolledBack");
    writeIn(folder, "Dockerfile", tinyApplication("v3").Dockerfile ?? "");
  });

  it("registers a deregistered revision again, and the same one when it is killed and repeated", async () => {
    await world.clients.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "quay:2" }));
    const second = (await history()).find(({ number }) => number === 2);
    assert.equal(second?.state, "inactive");
    const since = (await world.control<{ n: number }[]>("GET", "requests")).at(-1)?.n ?? 0;
    await world.fault({ kind: "delay", operation: "UpdateService", delayMs: 20_000 });
    const killed = world.start(folder, ["rollback", "--to", "2", "--yes"]);
    await waitFor("the registration", async () => {
      const calls = await world.control<{ operation: string }[]>("GET", `requests?since=${since}`);
      return calls.some(({ operation }) => operation === "RegisterTaskDefinition") ? true : undefined;
    });
    killed.kill("SIGKILL");
    await killed.exited;
    await world.clearFaults();
    const calls = await world.callsDuring(() => world.cliEndsWith(0, folder, ["rollback", "--to", "2", "--yes"]));
    assert.deepEqual(writesOf(calls), ["ecs UpdateService"]);
    const now = await live();
    assert.deepEqual([now.digest, now.tags["slipway:commit"]], [second?.digest, commits[1]]);
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
  });

  it("is refused before the first write where the image is gone, which is named", async () => {
    const { ecr } = world.clients;
    const first = (await history()).find(({ number }) => number === 1);
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: "quay" }));
    assert.ok(imageDetails?.some(({ imageDigest }) => imageDigest === first?.digest));
    await ecr.send(new BatchDeleteImageCommand({ repositoryName: "quay", imageIds: [{ imageDigest: first?.digest }] }));
    const calls = await world.callsDuring(async () => {
      const ended = await world.cliEndsWith(1, folder, ["rollback", "--to", "1", "--yes"]);
      const { error } = lastLine(ended) as { error: { code: string; summary: string } };
      assert.equal(error.code, "ImageGone");
      assert.ok(error.summary.includes(first?.digest ?? "?"));
    });
    assert.deepEqual(writesOf(calls), []);
  });

  it("leaves nothing that a removal does not take", async () => {
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
    assert.equal(
      (lastLine(await world.cli(folder, ["history"])) as { error?: { code: string } }).error?.code,
      "NotDeployed",
    );
  });
});
