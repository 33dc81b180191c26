/** What a build is given, by a real engine. */
import { strict as assert } from "node:assert";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryDir } from "../../scripts/paths";
import { which } from "../../scripts/systemPackages";
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

  it("an image that is taken away before it is tagged is built again", async () => {
    const bin = temporaryDir("bin");
    const taken = path.join(bin, "taken");
    // An engine like any other, except that somebody prunes between the first build and its tag.
    const script = `#!/bin/sh\ncase " $* " in *" tag "*) if [ ! -e '${taken}' ]; then : > '${taken}'
  '${which("docker")}' rmi -f "$2" > /dev/null; fi;; esac\nexec '${which("docker")}' "$@"\n`;
    writeFileSync(path.join(bin, "docker"), script, { mode: 0o755 });
    const folder = applicationFolder("pruned", tinyApplication("pruned"));
    const args = ["deploy", "--yes", "--port", "8080"];
    const finished = await world.cliEndsWith(0, folder, args, { PATH: `${bin}:${process.env["PATH"] ?? ""}` });
    assert.ok(existsSync(taken), "nothing was taken");
    assert.match(finished.lines.join("\n"), /"step":"tag","message":"[^"]*gone/);
  });
});
