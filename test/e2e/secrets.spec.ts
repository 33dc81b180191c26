/** A secret from the palette to the running task: typed unseen, named in the file, rotated, and brought by a restart. */
import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { waitFor } from "../../scripts/waiting";
import { deployFirst, rowReads, useEmptySandbox } from "./steps";

describe("secrets in VS Code", function () {
  this.timeout(240_000);
  const vscode = useEmptySandbox();

  it("are added, rotated, restarted and imported, and shown nowhere", async () => {
    const { modal, quickInput } = vscode();
    const file = () => readFileSync(path.join(vscode().folder, "task-definition.json"), "utf8");
    await deployFirst(vscode());
    await vscode().runCommand("Slipway: Add Secret…");
    await quickInput.shown(/Add Secret/);
    await quickInput.pick("Type a value");
    await waitFor("the question for the name", async () => /environment variable/.test(await quickInput.message()));
    await quickInput.accept("DATABASE_URL");
    await quickInput.shown(/Value of DATABASE_URL/);
    await quickInput.type("k7-first-value");
    await vscode().screenshot("secret-value");
    await quickInput.accept();
    const added = await vscode().notification(/Made the secret slipway\/harbour\/default\/DATABASE_URL/);
    assert.deepEqual(added.buttons, ["Deploy"]);
    assert.match(file(), /"name": "DATABASE_URL",\s*"valueFrom": "arn:aws:secretsmanager:/);
    await vscode().pressNotificationButton(/Made the secret/, "Deploy");
    await waitFor(
      "revision 2",
      async () => (await vscode().treeRows("Deployment")).some(({ description }) => /revision 2/.test(description)),
      { timeoutMs: 90_000 },
    );

    await vscode().runCommand("Slipway: Rotate Secret…");
    await quickInput.shown(/Rotate Secret/);
    await quickInput.pick("DATABASE_URL");
    await quickInput.shown(/Value of DATABASE_URL/);
    await quickInput.accept("k7-second-value");
    await vscode().notification(/Gave slipway\/harbour\/default\/DATABASE_URL a new value/);
    await vscode().pressNotificationButton(/a new value/, "Restart with the New Value");
    await modal.shown(60_000);
    assert.match(await modal.text(), /^Restart harbour\?[^]*read their secrets anew/);
    await vscode().screenshot("restart");
    await modal.press("Restart");
    await rowReads(vscode(), "7.1", /Deployed|Updated|Live|.+/);
    await waitFor("the restart to be over", async () => (await vscode().treeRows("Deployment"))[0]?.label === "Live", {
      timeoutMs: 90_000,
    });

    writeFileSync(path.join(vscode().folder, ".env"), "API_TOKEN=k7-third-value\nCOLOR=blue\n");
    await vscode().runCommand("Slipway: Import .env…");
    await quickInput.shown(/Which of \.env Are Secrets/);
    await vscode().screenshot("import-env");
    await quickInput.accept();
    await vscode().notification(/Imported 2 variables, 1 of them as secrets/);
    assert.match(file(), /"API_TOKEN",\s*"valueFrom"/);
    assert.match(file(), /"COLOR",\s*"value": "blue"/);
    const log = vscode().outputChannel("Slipway");
    for (const value of ["k7-first-value", "k7-second-value", "k7-third-value"])
      assert.equal((file() + log).includes(value), false);
  });
});
