/** Containers that really fail: one service, broken in one way after the other. */
import { strict as assert } from "node:assert";
import { webApplication } from "./support/apps";
import { provocations, provoke } from "./support/provocations";
import { alien } from "./support/provocationTools";
import { Stage } from "./support/stage";
import { theEngine, World } from "./support/world";

const chosen = [
  "the application throws",
  "memory runs out",
  "killed, and not by memory",
  "a program for another processor",
  "the command is not in the image",
  "a script with Windows line ends",
  "a file without its execute bit",
  "another port",
];

describe("diagnose, of containers that fail", function () {
  this.timeout(120_000);
  let world: World;
  let stage: Stage;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("diagnose", ["--consistency", "strong"]);
    const web = webApplication();
    stage = await Stage.open(
      world,
      {
        ...web,
        Dockerfile: (web.Dockerfile ?? "")
          .replace("ENTRYPOINT", `${alien}\nENTRYPOINT`)
          .replace(/^HEALTHCHECK.*\n/m, ""),
      },
      { healthCheck: { path: "/status/up", matcher: "200", intervalSeconds: 5 } },
    );
  });
  after(async () => {
    stage?.close();
    await world?.stop();
  });

  for (const name of chosen) {
    const item = provocations.find((one) => one.name === name);
    it(`names ${name} first`, async () => {
      assert.ok(item);
      const { undo } = await provoke(stage, item);
      try {
        for (const texts of ["full", "absent"] as const) {
          const { cause, evidence } = await stage.look(texts);
          if (texts === "absent" && item.without?.length === 0)
            assert.notEqual(cause?.certainty, "certain", evidence.join("\n"));
          else
            assert.ok(
              [...item.codes, ...(texts === "absent" ? (item.without ?? []) : [])].includes(cause?.code ?? ""),
              `${texts}: ${cause?.code ?? "none"}, ${evidence.join("\n")}`,
            );
          if (name === "the application throws")
            assert.ok(
              evidence.some((line) => line.includes("DATABASE_URL is not set")),
              evidence.join("\n"),
            );
        }
      } finally {
        await undo(false);
      }
    });
  }
});
