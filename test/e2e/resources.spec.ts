/** What runs in the account, in the side bar: found, expanded, looked at and changed as a person does it. */
import { strict as assert } from "node:assert";
import { waitFor } from "../../scripts/waiting";
import { profileName } from "./host";
import { walkTheMap } from "./mapSteps";
import { denyOnce, deployFirst, figuresAreTold, foldView, openPlaces, useEmptySandbox } from "./steps";

const view = "AWS Resources";

describe("the AWS Resources view", function () {
  this.timeout(240_000);
  const vscode = useEmptySandbox();

  const open = (...labels: readonly string[]): Promise<void> => openPlaces(vscode(), view, ...labels);
  const row = async (label: string, description: RegExp): Promise<void> => {
    await vscode().waitForRows(
      view,
      (rows) => rows.some((item) => item.label.startsWith(label) && description.test(item.description)),
      60_000,
    );
  };

  it("finds what was deployed, shows its state, scales it and follows the change, and shows it on the map", async () => {
    const { modal, quickInput } = vscode();
    await deployFirst(vscode());
    // Room for the tree: the other view is folded.
    await foldView(vscode(), "Deployment");
    await open("Local sandbox");
    await row("Local sandbox", /000000000000 · us-east-1/);
    await open("ECR Repositories", "harbour");
    await row("latest, slipway-", /[0-9a-f]{12} · \d+(\.\d)? [KM]B · just now/);
    await vscode().screenshot("resources-images");
    await (await vscode().treeRow(view, "ECR Repositories")).click();
    await vscode().press("ArrowLeft");
    await open("ECS Clusters", "harbour");
    await row("harbour", /^1\/1 · harbour:1/);
    await vscode().screenshot("resources");
    const service = async () =>
      (await vscode().view(view))
        .locator('.monaco-list-row[role="treeitem"]')
        .filter({ hasText: /\d\/\d · harbour:\d/ })
        .first();
    await (await service()).click({ button: "right" });
    const entries = await vscode().menuEntries();
    for (const entry of ["Scaling", "Run", "View", "Copy", "Tail Logs", "Delete Service…"])
      assert.ok(entries.includes(entry), `${entry} in ${entries.join(", ")}`);
    await vscode().screenshot("resources-menu");
    await denyOnce("UpdateService");
    await vscode().chooseMenuEntry("Scaling");
    await vscode().chooseMenuEntry("Scale…");
    await quickInput.shown(/Scale harbour/);
    await quickInput.accept("2");
    await vscode().notification(/You may not UpdateService/);
    // What failed is tried again, and nothing else.
    await vscode().pressNotificationButton(/You may not UpdateService/, "Try Again");
    await quickInput.shown(/Scale harbour/);
    await quickInput.accept("2");
    await row("harbour", /^2\/2 · harbour:1/);
    await figuresAreTold("harbour");
    await (await service()).click();
    await vscode().press("ArrowRight");
    await vscode().waitForRows(view, (rows) => rows.some(({ label }) => /^\d\d % CPU, peak 79/.test(label)), 60_000);
    await vscode().screenshot("resources-figures");
    await (await service()).click();
    await vscode().press("ArrowLeft");
    await (await service()).click({ button: "right" });
    await vscode().chooseMenuEntry("View");
    await vscode().chooseMenuEntry("Show as JSON");
    await waitFor(
      "the service as JSON",
      async () =>
        /"serviceName": "harbour"/.test(await vscode().editorText()) ||
        /"clusterArn"/.test(await vscode().editorText()),
    );
    await vscode().screenshot("resources-json");
    await (await service()).click({ button: "right" });
    await vscode().chooseMenuEntry("Run");
    await vscode().chooseMenuEntry("Run a Task…");
    await quickInput.shown(/Run harbour:1/);
    await quickInput.accept('node -e "console.log(6 * 7); process.exit(3)"');
    const ended = await vscode().notification(/The task [0-9a-f]{8} has ended:/, 60_000);
    assert.match(ended.text, /exit code 3/);
    await vscode().screenshot("resources-task-ended");
    await vscode().runCommand("Slipway: Add Account or Region to AWS Resources…");
    await quickInput.shown(/Add to AWS Resources/);
    await quickInput.pick(profileName);
    await quickInput.shown(/region/);
    await quickInput.accept();
    await open(profileName);
    await row(profileName, /000000000000 · eu-west-1/);
    await row("ECS Clusters", /^$/);
    await vscode().screenshot("resources-two-roots");
    await (await service()).click({ button: "right" });
    await vscode().chooseMenuEntry("Delete Service…");
    assert.match(await modal.text(), /Delete the service harbour and stop its tasks\?/);
    await vscode().screenshot("resources-delete");
    await modal.press("Cancel");
    // Of the same deployment, since a second one would take most of a minute.
    await walkTheMap(vscode(), 2);
    // The map left the way in closed: that is what is diagnosed, reviewed and on the checklist.
    await vscode().runCommand("Slipway: Diagnose");
    await vscode().notification(/security group is between the load balancer and the task/i, 45_000);
    await vscode().screenshot("diagnosis-message");
    await vscode().pressNotificationButton(/security group is between/, "Show Diagnosis");
    await vscode().webview().locator("h1", { hasText: "Diagnosis of harbour" }).waitFor();
    await vscode().screenshot("diagnosis");
    await vscode().runCommand("Slipway: Review Security and Permissions");
    await vscode().webview().locator("h1", { hasText: "Review of harbour" }).waitFor({ timeout: 45_000 });
    await vscode().screenshot("review");
  });
});
