/** What a build is given, by a real engine. */
import { strict as assert } from "node:assert";
import { accountOf } from "./support/cli";
import { tinyApplication } from "./support/apps";
import { applicationFolder, theEngine, World } from "./support/world";

describe("what a build is given", function () {
  this.timeout(60_000);
  let world: World;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("builds", ["--tasks", "simulated", "--consistency", "strong"]);
  });
  after(async () => world?.stop());

  it("arguments reach it by their names, also odd ones, and their values are printed nowhere", async () => {
    const { Dockerfile = "", ...files } = tinyApplication();
    const folder = applicationFolder("quay", {
      ...files,
      "named in an argument.txt": "",
      // Without its value this line copies nothing, and fails.
      Dockerfile: `${Dockerfile}\nARG WHAT\nARG DOCKER_HOST\nCOPY ["\${WHAT}", "/what"]\nLABEL host=\${DOCKER_HOST}\n`,
      "slipway.json": JSON.stringify({
        applications: {
          quay: {
            dockerfile: "Dockerfile",
            port: 8080,
            deregistrationDelaySeconds: 1,
            buildArguments: { WHAT: "named in an argument.txt", DOCKER_HOST: "tcp://nowhere.example:1" },
          },
        },
      }),
    });
    const finished = await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.doesNotMatch(accountOf(finished), /named in an argument|nowhere\.example/);
  });
});
