/** An environment that is protected, and one that lives elsewhere: by the command line. */
import { strict as assert } from "node:assert";
import { tinyApplication } from "./support/apps";
import { applicationFolder, theEngine, World, writesOf } from "./support/world";

describe("a protected environment", function () {
  this.timeout(120_000);
  let world: World;
  let folder: string;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("protected", ["--tasks", "simulated", "--consistency", "strong"]);
    folder = applicationFolder("vault", {
      ...tinyApplication(),
      "slipway.json": JSON.stringify({
        applications: {
          vault: {
            dockerfile: "Dockerfile",
            loadBalancer: false,
            desiredCount: 0,
            environments: {
              prod: { aws: { account: "000000000000", region: "us-east-1" }, protected: true },
              far: { aws: { account: "111122223333", profile: "vault-far" } },
            },
          },
        },
      }),
    });
  });
  after(async () => world?.stop());

  interface Refusal {
    readonly error?: { readonly code: string; readonly summary: string; readonly remedy: string };
    readonly outcome?: string;
  }
  const last = ({ lines }: { readonly lines: readonly string[] }) => JSON.parse(lines.at(-1) ?? "{}") as Refusal;
  const nothingIn = async (act: () => Promise<unknown>) => assert.deepEqual(writesOf(await world.callsDuring(act)), []);
  const on = (...args: string[]) => [...args, "--environment", "prod", "--yes"];

  it("is deployed, restarted, stopped and removed only where its name is said", async () => {
    await nothingIn(async () => {
      const refused = last(await world.cliEndsWith(4, folder, on("deploy")));
      assert.equal(refused.error?.code, "ConsentMissing");
      assert.match(refused.error?.remedy ?? "", /--confirm prod/);
      await world.cliEndsWith(4, folder, [...on("deploy"), "--confirm", "vault"]);
    });
    await world.cliEndsWith(0, folder, [...on("deploy"), "--confirm", "prod"]);
    // What changes nothing asks nothing.
    await world.cliEndsWith(0, folder, on("deploy"));
    for (const wish of [["0"], ["--minimum", "0", "--maximum", "0"]])
      await nothingIn(() => world.cliEndsWith(4, folder, ["scale", ...wish, "--environment", "prod"]));
    for (const command of ["restart", "stop", "destroy"]) {
      await world.cliEndsWith(4, folder, on(command));
      await world.cliEndsWith(0, folder, [...on(command), "--confirm", "prod"]);
    }
  });

  it("that lives in another account is neither changed nor looked at", async () => {
    await nothingIn(async () => {
      const commands: readonly (readonly string[])[] = [
        ...["deploy", "plan", "destroy", "history", "verify", "review", "metrics", "logs"].map((name) => [name]),
        ...["diagnose", "restart", "stop", "start", "rollback"].map((name) => [name]),
        ["scale", "2"],
        ["run", "--", "true"],
        ["query", "fields @message"],
        ["diagnose", "vault"],
        ["metrics", "vault"],
        ["secret", "list"],
      ];
      for (const [name = "", ...rest] of commands) {
        const { error } = last(await world.cli(folder, [name, "--environment", "far", ...rest]));
        assert.equal(error?.code, "WrongPlace", name);
        assert.match(error?.summary ?? "", /111122223333/);
      }
    });
  });
});
