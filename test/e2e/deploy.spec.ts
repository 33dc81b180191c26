/** The main job, as a person does it: a right click on a Dockerfile, and in the end a page served by its container. */
import { strict as assert } from "node:assert";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { waitFor } from "../../scripts/waiting";
import {
  anotherFoldersService,
  answerAboutApplication,
  answerQuestions,
  change,
  deployEntry,
  fetchByName,
  figuresAreShown,
  liveUrl,
  logsAreAsked,
  rowReads,
  unfoldPhases,
  useEmptySandbox,
} from "./steps";

describe("deploying from VS Code", function () {
  this.timeout(240_000);
  const vscode = useEmptySandbox();

  it("goes from a right click to a live page, shows every row, asks nothing the second time, and deploys a change", async () => {
    const { modal, quickInput } = vscode();
    await vscode().chooseFromFileMenu("Dockerfile", deployEntry);
    await quickInput.shown(/Connect: account/);
    assert.ok(await quickInput.offers("Add AWS Profile…"));
    await quickInput.pick("Local sandbox");
    await quickInput.shown(/name/);
    await quickInput.type("Harbour Times");
    await waitFor("the name to be refused while it is typed", async () =>
      /lower-case letters/.test(await quickInput.message()),
    );
    await vscode().screenshot("name");
    await quickInput.accept("harbour");
    await quickInput.shown(/traffic/);
    await quickInput.accept();
    await quickInput.shown(/port/);
    assert.equal(await quickInput.value(), "8080", "the port is the Dockerfile's");
    await quickInput.back();
    await quickInput.shown(/traffic/);
    await quickInput.back();
    await quickInput.shown(/name/);
    assert.equal(await quickInput.value(), "harbour", "Back remembers what was answered");
    for (const question of [/traffic/, /port/, /health check/, /tasks/]) {
      await quickInput.accept();
      await quickInput.shown(question);
    }
    await quickInput.accept();
    await modal.shown(60_000);
    const plan = await modal.text();
    assert.match(plan, /^Deploy harbour to Local sandbox\?/);
    assert.match(plan, /Creates: ECR repository, ECS cluster, execution role, log group/);
    assert.match(plan, /Opens: port 80 of the load balancer to this machine alone/);
    assert.match(plan, /It costs nothing: all of it stays on this machine/);
    assert.doesNotMatch(plan, /\$|everyone/);
    assert.ok(plan.split("\n").length <= 13, `at most a dozen lines:\n${plan}`);
    await vscode().screenshot("plan");
    await modal.press("Show Full Plan");
    const page = vscode().webview();
    await page.locator("h1", { hasText: "Deployment of harbour" }).waitFor();
    assert.match(await page.locator("main").innerText(), /ECS service harbour: new/);
    await vscode().screenshot("full-plan");
    assert.equal(existsSync(path.join(vscode().folder, "slipway.json")), false, "nothing is written before the yes");
    await page.locator("button.primary", { hasText: "Deploy" }).click();
    await rowReads(vscode(), "3.1", /Building|Built/);
    await vscode().screenshot("deploying");
    const url = await liveUrl(vscode());
    assert.ok((await vscode().notification(/is live at/)).text.includes(url));
    const answer = await fetchByName(url);
    assert.equal(answer.status, 200);
    assert.match(answer.body, /<html/);
    const config = JSON.parse(readFileSync(path.join(vscode().folder, "slipway.json"), "utf8")) as {
      applications: Record<string, unknown>;
    };
    assert.deepEqual(Object.keys(config.applications), ["harbour"]);
    await rowReads(vscode(), "Checklist", /all passed/);
    const folded = await vscode().treeRows("Deployment");
    assert.match(`${folded[0]?.label} ${folded[0]?.description}`, /^Live just now · http:\S+ · revision 1$/);
    assert.ok(folded.filter(({ label }) => /^[1-7] /.test(label)).every(({ expanded }) => expanded === false));
    await unfoldPhases(vscode());
    const rows = await vscode().treeRows("Deployment");
    for (const id of ["1.2", "2.1", "3.3", "4.2", "5.2", "6.2", "7.1", "7.2"])
      assert.ok(
        rows.some((row) => row.label.startsWith(`${id} `)),
        `row ${id} of ${rows.map((row) => row.label).join()}`,
      );
    await vscode().screenshot("live");
    assert.ok((await vscode().statusBar()).some((text) => /Local sandbox/.test(text)));

    await vscode().chooseFromFileMenu("Dockerfile", deployEntry);
    await rowReads(vscode(), "3.1", /unchanged/);
    await rowReads(vscode(), "7.3", /Live/);
    assert.equal(await modal.isShown(), false, "the second deployment asks nothing");
    await vscode().screenshot("second");

    await vscode().pressRowButton("Deployment", "4 Cluster", "Run This Phase");
    await rowReads(vscode(), "4.2", /Active/);
    await waitFor("the other phases to be left alone", async () =>
      (await vscode().treeRows("Deployment")).some((row) => row.label === "7 Service" && row.description === "waiting"),
    );

    change(vscode(), "server.js", (text) => `// a change\n${text}`);
    await vscode().chooseFromFileMenu("Dockerfile", deployEntry);
    await rowReads(vscode(), "3.1", /Built/);
    assert.equal((await fetchByName(url)).status, 200, "the version before goes on serving");
    await rowReads(vscode(), "7.1", /Deployed/);
    await figuresAreShown(vscode(), "harbour");
    await logsAreAsked(vscode(), "harbour");
  });

  it("says what of a Compose file it does not carry over, and leaves everything as it was when the answer is no", async () => {
    const { modal, quickInput } = vscode();
    writeFileSync(
      path.join(vscode().folder, "compose.yaml"),
      "services:\n  harbour:\n    build: .\n    ports: ['80:8080']\n    volumes: ['data:/data']\n  db:\n    " +
        "image: postgres\nvolumes:\n  data:\n",
    );
    await vscode().chooseFromFileMenu("compose.yaml", "Deploy a Service to ECS Fargate…");
    await quickInput.shown(/Deploy to ECS Fargate/);
    await waitFor("what is not carried over", async () =>
      /Not carried over: volumes/.test(await vscode().page.locator(".quick-input-list").innerText()),
    );
    await quickInput.pick("harbour");
    await answerQuestions(vscode());
    const plan = await modal.text();
    assert.match(plan, /^Deploy harbour/);
    assert.match(plan, /Not carried over from the service harbour of compose\.yaml: volumes\./);
    await modal.key("Escape");
    await vscode().chooseFromFileMenu("Dockerfile", deployEntry);
    await answerAboutApplication(vscode(), "harbour");
    await modal.shown(60_000);
    await modal.key("Escape");
    await rowReads(vscode(), "1.2", /Verified/);
    assert.equal(existsSync(path.join(vscode().folder, "slipway.json")), false);
    assert.equal(existsSync(path.join(vscode().folder, "task-definition.json")), false);
  });

  it("names another folder's service before it takes it, and offers another name instead", async () => {
    await anotherFoldersService("harbour", "friend/harbour");
    const { modal, quickInput } = vscode();
    await vscode().chooseFromFileMenu("Dockerfile", deployEntry);
    await answerQuestions(vscode());
    await modal.shown(60_000);
    const plan = await modal.text();
    assert.match(plan, /^Take over what is there already, and deploy harbour to Local sandbox\?/);
    assert.match(plan, /Careful: a service harbour runs here already, deployed from the folder friend\/harbour/);
    assert.ok(plan.split("\n").length <= 16, plan);
    await vscode().screenshot("take-over");
    // The default is the one that takes nothing.
    await modal.key("Enter");
    await quickInput.shown(/name/);
    await vscode().screenshot("another-name");
    await quickInput.accept("harbour-two");
    for (const question of [/traffic/, /port/, /health check/, /tasks/]) {
      await quickInput.shown(question);
      await quickInput.accept();
    }
    await modal.shown(60_000);
    assert.match(await modal.text(), /^Deploy harbour-two to Local sandbox\?/);
    await modal.key("Escape");
    assert.equal(existsSync(path.join(vscode().folder, "slipway.json")), false);
  });
});
