/** The demo's second application: it does not start, Slipway says why within three minutes, and one line heals it. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import path from "node:path";
import { ensureBaseImages } from "../../scripts/baseImages";
import { projectRoot } from "../../scripts/paths";
import { applicationFolder, theEngine, World, writeIn } from "./support/world";

describe("the sample that is broken on purpose", function () {
  this.timeout(180_000);
  let world: World;
  before(async function () {
    const engine = await theEngine();
    if (!engine) return this.skip();
    await ensureBaseImages(engine);
    world = await World.start("broken", ["--consistency", "strong"]);
  });
  after(async () => world?.stop());

  it("is diagnosed within three minutes in its own words, and runs once the line is there", async () => {
    const text = (name: string) => readFileSync(path.join(projectRoot, "scripts", "sample-broken", name), "utf8");
    const folder = applicationFolder("harbour-tides", {
      Dockerfile: text("Dockerfile"),
      "package.json": text("package.json"),
      "server.js": text("server.js"),
    });
    const began = Date.now();
    const { lines } = await world.cliEndsWith(1, folder, ["deploy", "--yes", "--health-path", "/"]);
    const diagnosed = JSON.parse((await world.cli(folder, ["diagnose"])).lines.at(-1) ?? "{}") as {
      cause?: { code: string; certainty: string; summary?: string };
      location?: object;
    };
    assert.ok(Date.now() - began < 180_000);
    const { error } = JSON.parse(lines.at(-1) ?? "{}") as {
      error: { summary: string; evidence: string[]; location?: object };
    };
    assert.match(`${error.summary}\n${error.evidence.join("\n")}`, /TIDE_HARBOUR is not set/);
    // The line that throws.
    assert.deepEqual(error.location, { file: "server.js", line: 8 });
    assert.equal(diagnosed.cause?.certainty, "certain", JSON.stringify(diagnosed));
    assert.match(JSON.stringify(diagnosed), /TIDE_HARBOUR/);
    assert.deepEqual(diagnosed.location, { file: "server.js", line: 8 });
    writeIn(folder, "Dockerfile", text("Dockerfile").replace("EXPOSE", "ENV TIDE_HARBOUR=bergen\nEXPOSE"));
    const done = JSON.parse((await world.cliEndsWith(0, folder, ["deploy", "--yes"])).lines.at(-1) ?? "{}") as {
      url: string;
    };
    assert.equal((await world.get(done.url)).body, "High water in bergen: 05:12\n");
  });
});
