/** A task definition in the window: its mistakes, its hover, and its registration in the sandbox after the difference was seen. */
import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { waitFor } from "../host/waiting";
import { sandboxEnvironment, theEngine, useWorkbench, workspaceCopy } from "./harness";
import { emptySandbox } from "./steps";
import type { Workbench } from "./workbench";

const definition = {
  family: "harbour", requiresCompatibilities: ["FARGATE"], networkMode: "awsvpc", cpu: "256", memory: "512", executionRoleArn: "arn:aws:iam::000000000000:role/harbour",
  containerDefinitions: [{ name: "web", image: "acme/harbour:1.2", portMappings: [{ containerPort: 8080 }], logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "/ecs/harbour", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web" } } }],
};

function folderWith(value: unknown): string {
  const folder = workspaceCopy();
  writeFileSync(path.join(folder, "task-definition.json"), `${JSON.stringify(value, null, 2)}\n`);
  return folder;
}

async function lens(vscode: Workbench, title: string): Promise<void> {
  const link = vscode.page.locator(".codelens-decoration a", { hasText: title }).first();
  await link.waitFor({ timeout: 20_000 });
  await link.click();
}

describe("a task definition in the window", () => {
  const vscode = useWorkbench(async () => ({ folder: folderWith({ ...definition, networkMode: "bridge", memory: "600", revision: 3, status: "ACTIVE" }), env: (await theEngine()) ? await sandboxEnvironment() : {} }));

  it("shows what AWS would refuse, and explains what is pointed at", async () => {
    const { page } = vscode();
    await vscode().openFile("task-definition.json");
    await page.locator(".squiggly-error").first().waitFor({ timeout: 20_000 });
    assert.ok((await page.locator(".squiggly-error").count()) >= 2);
    await vscode().runCommand("View: Focus Problems (Errors, Warnings, Infos)").catch(() => undefined);
    await page.locator(".view-line span", { hasText: '"bridge"' }).first().hover();
    await page.locator(".monaco-hover:visible", { hasText: "Fargate has awsvpc alone" }).first().waitFor({ timeout: 10_000 });
    await vscode().screenshot("taskdef-findings");
  });
});

describe("a task definition and an account", () => {
  const vscode = useWorkbench(async () => ({ folder: folderWith(definition), env: (await theEngine()) ? await sandboxEnvironment() : {} }));
  before(async function () {
    if (!(await theEngine())) return this.skip();
    await emptySandbox();
  });

  it("is registered after its difference from the latest revision was seen", async () => {
    const { quickInput, modal } = vscode();
    await vscode().openFile("task-definition.json");
    await lens(vscode(), "Register…");
    await quickInput.shown(/Connect: account/);
    await quickInput.pick("Local sandbox");
    await modal.shown(60_000);
    assert.match(await modal.text(), /Register harbour\?[^]*first revision/);
    await vscode().screenshot("taskdef-register");
    await modal.press("Register");
    await vscode().notification(/Registered harbour:1/, 30_000);
    await vscode().openFile("task-definition.json");
    await lens(vscode(), "Compare with the live one");
    await waitFor("the same to be said", async () => (await vscode().notifications()).some(({ text }) => /says the same/.test(text)), { timeoutMs: 30_000 });
    await vscode().screenshot("taskdef-compare");
  });
});
