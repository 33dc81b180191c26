/** Bad days in VS Code: each says what happened, and nothing half-made is left unsaid. */
import { strict as assert } from "node:assert";
import { waitFor } from "../../scripts/waiting";
import { sandboxEnvironment, useWorkbench } from "./harness";
import { answerQuestions, change, deployEntry, deployFirst, fetchByName, rowReads, useEmptySandbox } from "./steps";

describe("a bad day in VS Code", function () {
  this.timeout(240_000);
  const vscode = useEmptySandbox();

  it("puts the failing line of a Dockerfile into the Problems panel", async () => {
    change(vscode(), "Dockerfile", (text) => text.replace("EXPOSE 8080", "RUN exit 3\nEXPOSE 8080"));
    await vscode().chooseFromFileMenu("Dockerfile", deployEntry);
    await answerQuestions(vscode());
    await vscode().modal.press("Deploy");
    const failed = await vscode().notification(/line 6 of Dockerfile failed/, 60_000);
    assert.ok(failed.buttons.includes("Open Dockerfile:6"), failed.buttons.join());
    await rowReads(vscode(), "3.1", /Failed/);
    await vscode().pressNotificationButton(/could not be built/, "Open Dockerfile:6");
    await waitFor("the Dockerfile", async () => /RUN exit 3/.test(await vscode().editorText()));
    // At the line itself.
    await waitFor("the line", async () => (await vscode().statusBar()).some((text) => /^Ln 6\b/.test(text)));
    await vscode().screenshot("problem");
  });

  it("cancels at once and says what exists by then", async () => {
    change(vscode(), "Dockerfile", (text) => text.replace("EXPOSE 8080", "RUN sleep 300\nEXPOSE 8080"));
    await vscode().chooseFromFileMenu("Dockerfile", deployEntry);
    await answerQuestions(vscode());
    await vscode().modal.press("Deploy");
    await rowReads(vscode(), "6.3", /Retrieved/);
    const began = Date.now();
    await vscode().pressNotificationButton(/Deploying harbour/, "Cancel");
    const said = await vscode().notification(/Cancelled\. These exist by now/);
    assert.ok(Date.now() - began < 5000, `it took ${Date.now() - began} ms`);
    assert.match(said.text, /ECR repository, ECS cluster/);
    assert.ok(said.buttons.includes("Remove…"), said.buttons.join());
    await vscode().screenshot("cancelled");
    await vscode().pressNotificationButton(/Cancelled/, "Remove…");
    assert.match(await vscode().modal.text(), /cannot be undone/);
    await vscode().screenshot("remove");
    await vscode().modal.press("Remove");
    // Its images and its logs cannot be made again.
    await vscode().quickInput.shown(/Remove harbour from AWS/);
    await vscode().quickInput.accept("harbour");
    await vscode().notification(/^Removed: /, 60_000);
  });

  it("goes on serving the version before when the new one crashes, picks up the wait after a reload, and rolls back without deploying", async () => {
    const url = await deployFirst(vscode());
    // Half a minute for requests to end is what nobody here needs.
    change(vscode(), "slipway.json", (text) => {
      const config = JSON.parse(text) as { applications: Record<string, Record<string, unknown>> };
      Object.assign(config.applications["harbour"]!, { deregistrationDelaySeconds: 4 });
      return JSON.stringify(config, undefined, 2);
    });
    change(vscode(), "server.js", () => `console.log("about to fall over"); process.exit(7);\n`);
    await vscode().chooseFromFileMenu("Dockerfile", deployEntry);
    await rowReads(vscode(), "7.2", /of 1 running/, 90_000);
    await vscode().reload();
    const failed = await vscode().notification(/went back to the one before/, 120_000);
    assert.match(failed.text, /code 7/);
    assert.ok(vscode().outputChannel("Slipway").includes("about to fall over"), "the last lines are in the log");
    await vscode().screenshot("rolled-back");
    assert.equal((await fetchByName(url)).status, 200);
    await rowReads(vscode(), "7.2", /Failed/);

    // One that stays up and listens on nothing: it is taken back by hand, and that is all.
    change(vscode(), "server.js", () => `console.log("listens on nothing"); setInterval(() => undefined, 1000);\n`);
    await vscode().chooseFromFileMenu("Dockerfile", deployEntry);
    await rowReads(vscode(), "7.2", /Starting.*of 1 running/, 90_000);
    await vscode().pressNotificationButton(/Deploying harbour/, "Cancel");
    await vscode().pressNotificationButton(/Stopped watching harbour/, "Roll Back");
    await vscode().notification(/^Rolled back to harbour:1\.$/, 120_000);
    const log = () => vscode().outputChannel("Slipway").split("\n");
    const deployments = log().filter((line) => line.includes("Deploying harbour")).length;
    const standsAs = (label: RegExp) =>
      vscode().waitForRows("Deployment", ([row]) => label.test(`${row?.label} ${row?.description}`), 60_000);
    await standsAs(/^(Live|Failed) .*revision 1|^Live .*http/);
    await vscode().reload();
    const [row] = await standsAs(/^Live .*http:\S+ · revision 1/);
    assert.equal(row?.label, "Live");
    assert.equal(
      log().filter((line) => line.includes("Deploying harbour")).length,
      deployments,
      "and nothing was deployed",
    );
    await vscode().screenshot("after-reload");
  });
});

describe("a workspace that is not trusted", function () {
  this.timeout(120_000);
  const vscode = useWorkbench(async () => ({ env: await sandboxEnvironment(), trust: "ask" as const }));

  it("runs nothing and offers nothing, and says why", async () => {
    assert.match(await vscode().modal.text(), /trust the authors/i);
    await vscode().modal.press("No");
    await waitFor("Restricted Mode in the status bar", async () =>
      (await vscode().statusBar()).some((text) => /Restricted Mode/.test(text)),
    );
    const entries = await vscode().fileMenu("Dockerfile");
    assert.ok(!entries.includes(deployEntry), entries.join());
    await vscode().press("Escape");
    await vscode().openContainer("Slipway");
    assert.match(await vscode().welcomeText("Deployment"), /does nothing in a workspace that you do not trust/);
    const offered = await vscode().paletteEntries("Slipway: Deploy");
    assert.ok(!offered.some((title) => /^Slipway: Deploy/.test(title)), offered.join());
    await vscode().screenshot("untrusted-slipway");
  });
});
