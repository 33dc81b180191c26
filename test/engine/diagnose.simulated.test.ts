/** What goes wrong before a container runs, in the account itself: `diagnose` names it, with AWS's words and without. */
import { strict as assert } from "node:assert";
import { tinyApplication } from "./support/apps";
import { accountOf, resultOf } from "./support/cli";
import { provocations, provoke } from "./support/provocations";
import { environment } from "./support/provocationTools";
import { Stage } from "./support/stage";
import { applicationFolder, theEngine, World } from "./support/world";
import type { Diagnosis } from "../../src/core/service/diagnosis/types";

/** One of each kind; the whole catalogue is `npm run bench -- diagnose`. */
const chosen = [
  "the role may not get the image",
  "no public address, no endpoint",
  "the role may not get a token",
  "no log group",
  "no endpoint for the logs",
  "a role that trusts somebody else",
  "a closed security group",
  "Docker Hub's limit",
];
/** Its URL is silent for ten seconds at every look. */
const slow = "a closed security group";

describe("diagnose, of a service that is broken in the account", function () {
  this.timeout(120_000);
  let world: World;
  let stage: Stage;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("diagnose-simulated", ["--tasks", "simulated", "--consistency", "strong"]);
    stage = await Stage.open(world, tinyApplication());
  });
  after(async () => {
    stage?.close();
    await world?.stop();
  });

  it("says of a healthy service that nothing is wrong", async () => {
    const { healthy, cause, summary } = await stage.look("full");
    assert.deepEqual([healthy, cause], [true, undefined], summary);
  });

  for (const name of chosen) {
    const item = provocations.find((one) => one.name === name);
    it(`names ${name} first, also without AWS's words`, async () => {
      assert.ok(item);
      const { undo } = await provoke(stage, item);
      try {
        for (const texts of name === slow ? (["absent"] as const) : (["full", "absent"] as const)) {
          const { cause, evidence, healthy } = await stage.look(texts);
          const accepted = texts === "full" ? item.codes : [...item.codes, ...(item.without ?? [])];
          assert.ok(
            !healthy && cause && accepted.includes(cause.code),
            `${texts}: ${cause?.code ?? "none"}, ${evidence.join("\n")}`,
          );
          assert.ok(evidence.length > 0 && cause.remedy.length > 0);
        }
      } finally {
        await undo(false);
      }
    });
  }

  it("names after a rollback what its tasks failed of, and the circuit breaker where they can no longer be seen", async () => {
    await stage.restore();
    await stage.breaker(true);
    // It answers no health check rightly: one that passed before it ends would reset the breaker.
    await stage.deploy(environment({ SANDBOX_EXIT_AFTER_MS: "100", SANDBOX_EXIT_CODE: "9", SANDBOX_STATUS: "500" }));
    const failed = stage.deployment;
    await stage.event(new RegExp(`${failed}\\) deployment failed`));
    // Between the two versions there is more to be seen than one cause.
    await stage.steady();
    const told = await stage.look("full");
    assert.deepEqual([told.cause?.code, told.healthy], ["ContainerExited", false], told.evidence.join("\n"));
    await world.fault({
      kind: "fail-before",
      service: "ecs",
      operation: "ListTasks",
      error: { code: "AccessDeniedException" },
    });
    const forgotten = await stage.look("full");
    assert.equal(forgotten.cause?.code, "CircuitBreaker", forgotten.evidence.join("\n"));
    await world.clearFaults();
    await stage.breaker(false);
  });

  it("is the command line's too: the cause and exit code 1, and 0 for a healthy service", async () => {
    await stage.restore();
    const folder = applicationFolder("quay", {
      ...tinyApplication(),
      "slipway.json": JSON.stringify({ applications: { quay: { dockerfile: "Dockerfile" } } }),
    });
    const well = await world.cliEndsWith(0, folder, ["diagnose"]);
    assert.equal(resultOf<Diagnosis>(well).healthy, true, accountOf(well));
    const item = provocations.find((one) => one.name === "a tag that is not there");
    assert.ok(item);
    const { undo } = await provoke(stage, item);
    const sick = await world.cliEndsWith(1, folder, ["diagnose", "quay", "--cluster", "quay"]);
    const { cause, evidence } = resultOf<Diagnosis>(sick);
    assert.deepEqual([cause?.code, cause?.certainty], ["ImageMissing", "certain"], accountOf(sick));
    assert.match(cause?.command ?? "", /^aws ecr describe-images --region us-east-1 --repository-name quay$/);
    assert.ok(
      evidence.some((line) => line.includes("does not have nothing")),
      evidence.join("\n"),
    );
    await undo();
    const nobody = await world.cliEndsWith(1, folder, ["diagnose", "nobody", "--cluster", "quay"]);
    assert.equal(resultOf<Diagnosis>(nobody).cause?.code, "ServiceMissing", accountOf(nobody));
    await world.cliEndsWith(2, folder, ["diagnose", "--cluster", "quay"]);
  });
});
