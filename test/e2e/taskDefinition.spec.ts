/** A task definition in the window: its mistakes, its hover, and its registration in the sandbox after the difference was seen. */
import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { waitFor } from "../../scripts/waiting";
import { sandboxEnvironment, theEngine, useWorkbench, workspaceCopy } from "./harness";
import { answerAboutApplication, emptySandbox } from "./steps";
import type { Workbench } from "./workbench";

const definition = {
  family: "harbour",
  requiresCompatibilities: ["FARGATE"],
  networkMode: "awsvpc",
  cpu: "256",
  memory: "512",
  executionRoleArn: "arn:aws:iam::000000000000:role/harbour",
  containerDefinitions: [
    {
      name: "web",
      image: "acme/harbour:1.2",
      portMappings: [{ containerPort: 8080 }],
      logConfiguration: {
        logDriver: "awslogs",
        options: { "awslogs-group": "/ecs/harbour", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web" },
      },
    },
  ],
};

/** The sample with a definition that is right, and beside it one that is not. */
function folderWithBoth(): string {
  const folder = workspaceCopy();
  const write = (file: string, value: unknown): void =>
    writeFileSync(path.join(folder, file), `${JSON.stringify(value, null, 2)}\n`);
  write("task-definition.json", definition);
  write("taskdef.json", { ...definition, networkMode: "bridge", memory: "600", revision: 3, status: "ACTIVE" });
  return folder;
}

async function lens(vscode: Workbench, title: string): Promise<void> {
  const link = vscode.page.locator(".codelens-decoration a", { hasText: title }).first();
  await link.waitFor();
  await link.click();
}

describe("task definitions in the window", function () {
  this.timeout(240_000);
  const vscode = useWorkbench(async () => ({
    folder: folderWithBoth(),
    env: (await theEngine()) ? await sandboxEnvironment() : {},
  }));
  before(async function () {
    if (!(await theEngine())) return this.skip();
    await emptySandbox();
  });

  it("shows what AWS would refuse, explains what is pointed at, registers after the difference was seen, and does not deploy what cannot work", async () => {
    const { page, quickInput, modal } = vscode();
    await vscode().openFile("taskdef.json");
    await page.locator(".squiggly-error").first().waitFor();
    assert.ok((await page.locator(".squiggly-error").count()) >= 2);
    await page.locator(".view-line span", { hasText: '"bridge"' }).first().hover();
    await page.locator(".monaco-hover:visible", { hasText: "Fargate has awsvpc alone" }).first().waitFor();
    await vscode().screenshot("taskdef-findings");

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
    await lens(vscode(), "Compare with the live revision");
    await waitFor(
      "the same to be said",
      async () => (await vscode().notifications()).some(({ text }) => /says the same/.test(text)),
      { timeoutMs: 30_000 },
    );
    await vscode().screenshot("taskdef-compare");
    await vscode().openFile("task-definition.json");
    await lens(vscode(), "Deploy with this file");
    await answerAboutApplication(vscode(), "harbour");
    // What the file names is looked for before anything is made.
    const refused = await vscode().notification(
      /The execution role .*role\/harbour" that task-definition\.json names does not exist in this account/,
    );
    assert.ok(refused.buttons.includes("Open Task Definition"), refused.buttons.join());
    await vscode().screenshot("taskdef-deploy");
  });
});
