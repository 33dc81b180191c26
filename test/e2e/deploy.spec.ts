/** The main job, as a person does it: a right click on a Dockerfile, and in the end a page served by its container. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import path from "node:path";
import { ensureBaseImages } from "../host/baseImages";
import { waitFor } from "../host/waiting";
import { sandboxEnvironment, theEngine, theSandbox, useWorkbench } from "./harness";
import type { Workbench } from "./workbench";

/** Asks the sandbox's load balancer by its own name, on the sandbox's port. */
async function fetchByName(url: string): Promise<{ status: number; body: string }> {
  const { default: http } = await import("node:http");
  const target = new URL(url);
  return new Promise((resolve, reject) => {
    http
      .get({ host: "127.0.0.1", port: target.port, path: target.pathname, headers: { host: target.host } }, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      })
      .on("error", reject);
  });
}

async function answerFirstQuestions(vscode: Workbench): Promise<void> {
  const { quickInput } = vscode;
  await quickInput.shown(/Connect: account/);
  await quickInput.pick("Local sandbox");
  await quickInput.shown(/name/);
  await quickInput.type("Harbour Times");
  await waitFor("the name to be refused while it is typed", async () => /lower-case letters/.test(await quickInput.message()));
  await quickInput.accept("harbour");
  await quickInput.shown(/traffic/);
  await quickInput.pick("Web application");
  await quickInput.shown(/port/);
  assert.equal(await quickInput.value(), "8080", "the port is the Dockerfile's");
  await quickInput.back();
  await quickInput.shown(/traffic/);
  await quickInput.pick("Web application");
  await quickInput.shown(/port/);
  await quickInput.accept();
  await quickInput.shown(/health check/);
  assert.equal(await quickInput.value(), "/health", "the path is the HEALTHCHECK's");
  await quickInput.accept();
  await quickInput.shown(/tasks/);
  await quickInput.accept();
}

describe("deploying from VS Code", function () {
  this.timeout(240_000);
  before(async function () {
    const engine = await theEngine();
    if (!engine) return this.skip();
    await ensureBaseImages(engine);
  });
  const vscode = useWorkbench(async () => ({ env: await sandboxEnvironment() }));

  it("goes from a right click to a live page, shows every row, and asks nothing the second time", async () => {
    const { modal } = vscode();
    await vscode().chooseFromFileMenu("Dockerfile", "Deploy to ECS Fargate…");
    await answerFirstQuestions(vscode());
    await modal.shown(60_000);
    const plan = await modal.text();
    assert.match(plan, /^Deploy harbour\?/);
    assert.match(plan, /Creates: ECR repository harbour/);
    assert.match(plan, /Opens: port 80 of the load balancer to everyone/);
    assert.match(plan, /\$\d+ a month/);
    assert.ok(plan.split("\n").length <= 13, `at most a dozen lines:\n${plan}`);
    await vscode().screenshot("plan");
    await modal.press("Show Full Plan");
    await waitFor("the plan as a document", async () => /Deployment of harbour/.test(await vscode().editorText()));
    await vscode().screenshot("full-plan");
    await vscode().runCommand("Slipway: Deploy");
    await waitFor("the build to run", async () => (await vscode().treeRows("Deployment")).some((row) => /Building|Built/.test(row.description)), { timeoutMs: 60_000 });
    await vscode().screenshot("deploying");
    const live = await vscode().notification(/is live at/, 180_000);
    await vscode().screenshot("live");
    const url = /http:\S+/.exec(live.text)?.[0] ?? "";
    const page = await fetchByName(url);
    assert.equal(page.status, 200);
    assert.match(page.body, /<html/);
    assert.ok(live.buttons.includes("Open"), live.buttons.join());
    const config = JSON.parse(readFileSync(path.join(vscode().folder, "slipway.json"), "utf8")) as { applications: Record<string, unknown> };
    assert.deepEqual(Object.keys(config.applications), ["harbour"]);
    await waitFor("the checklist", async () => (await vscode().treeRows("Deployment")).some((row) => row.label === "Checklist" && /all passed/.test(row.description)), { timeoutMs: 60_000 });
    const rows = await vscode().treeRows("Deployment");
    for (const id of ["1.2", "2.1", "3.3", "4.2", "5.2", "6.2", "7.1", "7.2"]) assert.ok(rows.some((row) => row.label.startsWith(`${id} `)), `row ${id} of ${rows.map((row) => row.label).join()}`);
    await vscode().screenshot("checklist");
    assert.ok((await vscode().statusBar()).some((text) => /Local sandbox/.test(text)));

    // The second deployment: no question, no modal, nothing built.
    await vscode().chooseFromFileMenu("Dockerfile", "Deploy to ECS Fargate…");
    await waitFor("the second deployment to end with everything as it is", async () => (await vscode().treeRows("Deployment")).some((row) => row.label.startsWith("3.1") && /as it is/.test(row.description)), { timeoutMs: 60_000 });
    assert.equal(await modal.isShown(), false);
    await vscode().screenshot("second");
  });

  it("cancels at the modal without having written anything", async () => {
    const { modal } = vscode();
    await vscode().chooseFromFileMenu("Dockerfile", "Deploy to ECS Fargate…");
    await answerFirstQuestions(vscode());
    await modal.shown(60_000);
    await modal.key("Escape");
    const calls = await fetch(`${(await theSandbox()).url}/_sandbox/requests`, { headers: { "x-sandbox-token": (await theSandbox()).env["SLIPWAY_SANDBOX_TOKEN"] ?? "" } });
    assert.equal(calls.status, 200);
    assert.equal(readFileSync(path.join(vscode().folder, "Dockerfile"), "utf8").includes("FROM"), true);
    assert.throws(() => readFileSync(path.join(vscode().folder, "slipway.json")), /ENOENT/);
  });
});
