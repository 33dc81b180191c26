/** Two folders, one name: nothing that another folder made is replaced or removed without somebody saying so. */
import { strict as assert } from "node:assert";
import { rmSync } from "node:fs";
import path from "node:path";
import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { CreateClusterCommand } from "@aws-sdk/client-ecs";
import { tinyApplication } from "./support/apps";
import { accountOf, resultOf } from "./support/cli";
import { applicationFolder, copyOf, isIn, readIn, theEngine, World, writeIn, writesOf } from "./support/world";

describe("an application's name that another folder has", function () {
  this.timeout(90_000);
  let world: World;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("ownership", ["--tasks", "simulated", "--consistency", "strong"]);
  });
  beforeEach(() => world.reset());
  after(async () => world?.stop());

  const serviceNow = async () =>
    (
      await world.clients.ecs
        .send(new DescribeServicesCommand({ cluster: "quay", services: ["quay"], include: ["TAGS"] }))
        // The cluster goes with the application.
        .catch(() => ({ services: [] }))
    ).services?.[0];
  const quick = JSON.stringify({
    applications: { quay: { dockerfile: "Dockerfile", deregistrationDelaySeconds: 1 } },
  });

  it("is not taken with --yes, nothing of it is removed, and --adopt makes both folders the same application", async () => {
    const x = applicationFolder("quay", { ...tinyApplication("x"), "slipway.json": quick });
    await world.cliEndsWith(0, x, ["deploy", "--yes"]);
    const before = await serviceNow();
    const unlisted = applicationFolder("quay", tinyApplication("y"));
    const listed = applicationFolder("quay", { ...tinyApplication("y"), "slipway.json": quick });
    for (const y of [unlisted, listed]) {
      let refused = "";
      const calls = await world.callsDuring(async () => {
        const finished = await world.cliEndsWith(4, y, ["deploy", "--yes"]);
        const { error } = resultOf(finished);
        assert.equal(error?.code, "ExistsAlready", accountOf(finished));
        refused = (error.evidence ?? []).join("\n");
        await world.cliEndsWith(0, y, ["destroy", "--yes"]);
      });
      assert.deepEqual(writesOf(calls), []);
      assert.match(refused, new RegExp(`service quay .*${path.basename(path.dirname(x))}/quay`));
    }
    const after = await serviceNow();
    assert.deepEqual([after?.status, after?.taskDefinition], ["ACTIVE", before?.taskDefinition]);
    // The one that made it goes on as ever.
    assert.deepEqual(writesOf(await world.callsDuring(() => world.cliEndsWith(0, x, ["deploy", "--yes"]))), []);
    await world.cliEndsWith(0, listed, ["deploy", "--yes", "--adopt"]);
    assert.deepEqual(idIn(listed), idIn(x));
    await world.cliEndsWith(0, listed, ["destroy", "--yes"]);
    assert.notEqual((await serviceNow())?.status, "ACTIVE");
  });

  it("is the same application in a clone, under another folder's name, and with slipway.json put back", async () => {
    const x = applicationFolder("quay", { ...tinyApplication("x"), "slipway.json": quick });
    await world.cliEndsWith(0, x, ["deploy", "--yes"]);
    const clone = copyOf(x);
    const idle = async (folder: string) => {
      const calls = await world.callsDuring(() => world.cliEndsWith(0, folder, ["deploy", "--yes"]));
      assert.deepEqual(writesOf(calls), []);
    };
    await idle(clone);
    const moved = applicationFolder("harbour", {
      Dockerfile: readIn(x, "Dockerfile"),
      "slipway.json": readIn(x, "slipway.json"),
      "task-definition.json": readIn(x, "task-definition.json"),
    });
    await idle(moved);
    writeIn(x, "slipway.json", quick);
    await idle(x);
    assert.deepEqual(idIn(x), idIn(clone));
    // Nothing but the Dockerfile is left.
    for (const file of ["slipway.json", "task-definition.json"]) if (isIn(x, file)) rmSync(path.join(x, file));
    await world.cliEndsWith(0, x, ["deploy", "--yes"]);
    assert.deepEqual(idIn(x), idIn(clone));
  });

  it("asks before it uses what exists under a name that nobody chose", async () => {
    await world.clients.ecs.send(new CreateClusterCommand({ clusterName: "quay" }));
    const folder = applicationFolder("quay", { ...tinyApplication(), "slipway.json": quick });
    const refused = await world.cliEndsWith(4, folder, ["deploy", "--yes"]);
    assert.match((resultOf(refused).error?.evidence ?? []).join("\n"), /cluster quay/i, accountOf(refused));
    writeIn(
      folder,
      "slipway.json",
      JSON.stringify({
        applications: { quay: { dockerfile: "Dockerfile", deregistrationDelaySeconds: 1, cluster: "quay" } },
      }),
    );
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
  });

  function idIn(folder: string): string {
    const { applications } = JSON.parse(readIn(folder, "slipway.json")) as {
      applications: Record<string, { id: string }>;
    };
    const id = applications["quay"]?.id ?? "";
    assert.match(id, /^[0-9a-f]{16}$/);
    return id;
  }
});
