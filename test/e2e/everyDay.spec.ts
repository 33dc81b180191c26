/** Days after the first in VS Code: commands at their times, environments beside each other, one promoted. */
import { strict as assert } from "node:assert";
import { waitFor } from "../../scripts/waiting";
import { change, deployEntry, deployFirst, useEmptySandbox } from "./steps";

/** What a person adds to slipway.json: a command that runs every night, and another environment. */
function withMore(text: string): string {
  const config = JSON.parse(text) as { applications: { harbour: Record<string, unknown> } };
  Object.assign(config.applications.harbour, {
    schedules: {
      nightly: {
        expression: "cron(0 3 * * ? *)",
        timezone: "Europe/Berlin",
        command: ["node", "-e", "console.log('counted 12 ships')"],
      },
    },
    environments: {
      staging: { taskDefinition: "task-definition.staging.json", loadBalancer: false, schedules: { nightly: false } },
    },
  });
  return JSON.stringify(config, undefined, 2);
}

describe("every day in VS Code", function () {
  this.timeout(300_000);
  const vscode = useEmptySandbox();

  it("shows schedules, runs one now, and promotes what runs into another environment", async () => {
    const { modal } = vscode();
    await deployFirst(vscode());
    change(vscode(), "slipway.json", withMore);
    await vscode().chooseFromFileMenu("Dockerfile", deployEntry);
    await waitFor(
      "the deployment of the schedule",
      async () => (await vscode().treeRows("Deployment")).some(({ label }) => label === "Live"),
      { timeoutMs: 90_000 },
    );

    await vscode().runCommand("Slipway: Show Schedules");
    const page = vscode().webview();
    await page.locator("h1", { hasText: "Schedules of harbour" }).waitFor();
    await waitFor("the schedule to be made", async () => {
      const text = await page.locator("main").innerText();
      if (!/not made yet/.test(text)) return text;
      await page.locator("button", { hasText: "Look Again" }).click();
      return undefined;
    });
    const shown = await page.locator("main").innerText();
    assert.match(shown, /nightly[^]*cron\(0 3 \* \* \? \*\) Europe\/Berlin[^]*harbour:\d/);
    assert.match(shown, /none known/);
    await vscode().screenshot("schedules");
    await page.locator("button", { hasText: "Run Now" }).click();
    await modal.shown(30_000);
    assert.match(await modal.text(), /Run the command of nightly now\?[^]*counted 12 ships/);
    await vscode().screenshot("run-now");
    await modal.press("Run");
    await vscode().notification(/nightly ended with 0/, 90_000);
    assert.match(vscode().outputChannel("Slipway"), /counted 12 ships/);

    await vscode().runCommand("Slipway: Promote to…");
    await vscode().quickInput.shown(/Promote harbour/);
    await vscode().quickInput.pick("staging");
    await modal.shown(60_000);
    assert.match(await modal.text(), /brings what runs in default here/);
    await vscode().screenshot("promote");
    await modal.press("Promote");

    await vscode().runCommand("Slipway: Show Environments");
    await page.locator("h1", { hasText: "Environments of harbour" }).waitFor();
    await waitFor(
      "both to run the same image",
      async () => {
        if (/All of them run the same image/.test(await page.locator("main").innerText())) return true;
        await page.locator("button", { hasText: "Look Again" }).click();
        return undefined;
      },
      { timeoutMs: 90_000, intervalMs: 2000 },
    );
    await vscode().screenshot("environments");
  });
});
