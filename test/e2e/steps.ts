/** What several specs do alike: an empty sandbox, the first questions, a first deployment, a look at a page. */
import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { CreateServiceLinkedRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { ensureBaseImages } from "../../scripts/baseImages";
import { waitFor } from "../../scripts/waiting";
import { sandboxEnvironment, theEngine, theSandbox, useWorkbench } from "./harness";
import type { TreeRow, Workbench } from "./workbench";

export const deployEntry = "Deploy to ECS Fargate…";

async function control(path: string, method: string, body?: unknown): Promise<void> {
  const sandbox = await theSandbox();
  const headers = { "x-sandbox-token": sandbox.env["SLIPWAY_SANDBOX_TOKEN"] ?? "" };
  const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  assert.ok(answer.ok, `the sandbox answers ${answer.status}`);
}

/** An account with nothing in it. */
export const emptySandbox = (): Promise<void> => control("reset", "POST");

/** A service that somebody else's Slipway deployed under this name, from this folder. */
export async function anotherFoldersService(name: string, folder: string): Promise<void> {
  const { env, url } = await theSandbox();
  const place = {
    region: env["AWS_REGION"] ?? "us-east-1",
    endpoint: url,
    credentials: { accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "", secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "" },
  };
  const [ecs, ec2, iam] = [new ECSClient(place), new EC2Client(place), new IAMClient(place)];
  const tags = Object.entries({
    "slipway:app": name,
    "slipway:environment": "default",
    "slipway:id": "f00df00df00df00d",
    "slipway:folder": folder,
  }).map(([key, value]) => ({ key, value }));
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "ecs.amazonaws.com" }));
  await ecs.send(new CreateClusterCommand({ clusterName: name, tags }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: name,
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      containerDefinitions: [{ name, image: "public.example.com/web:1" }],
      tags,
    }),
  );
  // The role is a moment in coming.
  await waitFor("the service", () =>
    ecs.send(
      new CreateServiceCommand({
        cluster: name,
        serviceName: name,
        taskDefinition: name,
        desiredCount: 0,
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets: [Subnets[0]?.SubnetId ?? ""] } },
        tags,
      }),
    ),
  );
  for (const client of [ecs, ec2, iam]) client.destroy();
}

/** The next call of an operation is refused as if the person had no right to it. */
export const denyOnce = (operation: string): Promise<void> =>
  control("faults", "POST", [
    {
      kind: "fail-before",
      operation,
      count: 1,
      error: { code: "AccessDeniedException", message: `not authorized to perform: ${operation}`, status: 400 },
    },
  ]);

/** In a `describe`: a fresh VS Code on the sample with an empty sandbox for each test; skipped where no engine is. */
export function useEmptySandbox(): () => Workbench {
  before(async function () {
    const engine = await theEngine();
    if (!engine) return this.skip();
    await ensureBaseImages(engine);
  });
  beforeEach(emptySandbox);
  return useWorkbench(async () => ({ env: await sandboxEnvironment() }));
}

/** Asks a load balancer of the sandbox by its own name, on the sandbox's port. */
export function fetchByName(url: string): Promise<{ status: number; body: string }> {
  const target = new URL(url);
  return new Promise((resolve, reject) => {
    const request = http.get(
      { host: "127.0.0.1", port: target.port, path: target.pathname, headers: { host: target.host } },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    request.on("error", reject);
  });
}

/** Answers what a first deployment asks, with what is filled in. */
export async function answerQuestions(vscode: Workbench, name = "harbour"): Promise<void> {
  const { quickInput } = vscode;
  await quickInput.shown(/Connect: account/);
  await quickInput.pick("Local sandbox");
  await answerAboutApplication(vscode, name);
}

/** Answers what is asked where the connection is known. */
export async function answerAboutApplication({ quickInput }: Workbench, name: string): Promise<void> {
  await quickInput.shown(/name/);
  await quickInput.accept(name);
  for (const question of [/traffic/, /port/, /health check/, /tasks/]) {
    await quickInput.shown(question);
    await quickInput.accept();
  }
}

/** Edits a file of the open folder behind VS Code's back, as another program does. */
export function change(vscode: Workbench, file: string, edit: (text: string) => string): void {
  const at = path.join(vscode.folder, file);
  writeFileSync(at, edit(readFileSync(at, "utf8")));
}

/** A whole first deployment by the keyboard alone; gives its URL. */
export async function deployByKeyboard(vscode: Workbench, name = "harbour"): Promise<string> {
  const { modal, quickInput } = vscode;
  // Commands of extensions reach the palette a moment after the window is there.
  await waitFor(
    "the command in the palette",
    async () => {
      await vscode.press("F1");
      await quickInput.type(">Slipway: Deploy to ECS Fargate");
      await quickInput.settled();
      if (/Deploy to ECS Fargate/.test((await quickInput.items())[0] ?? "")) return true;
      await vscode.press("Escape");
      return false;
    },
    { intervalMs: 300 },
  );
  await vscode.press("Enter");
  for (const question of [/Connect: account/, /name/, /traffic/, /port/, /health check/, /tasks/]) {
    await quickInput.shown(question);
    if (question.source === "name") await vscode.type(name);
    await vscode.press("Enter");
  }
  await modal.key("Enter");
  return liveUrl(vscode);
}

/** A whole first deployment; gives its URL. */
export async function deployFirst(vscode: Workbench): Promise<string> {
  await vscode.chooseFromFileMenu("Dockerfile", deployEntry);
  await answerQuestions(vscode);
  await vscode.modal.shown(60_000);
  await vscode.modal.press("Deploy");
  return liveUrl(vscode);
}

/** Waits until the view says that the application is live, and gives the URL in it. */
export async function liveUrl(vscode: Workbench): Promise<string> {
  return waitFor(
    "a live URL in the Deployment view",
    async () => {
      const rows = await vscode.treeRows("Deployment");
      const [row] = rows;
      // All of it is drawn: what is hidden meanwhile would be drawn late, and read as it was.
      const isOver = rows.some(({ label, description }) => label === "7 Service" && description === "done");
      return row?.label === "Live" && isOver ? /http:\S+/.exec(row.description)?.[0] : undefined;
    },
    { timeoutMs: 120_000, intervalMs: 150 },
  );
}

/** Opens a phase that has folded, since it is over; all of them where none is named. */
export async function unfoldPhases(vscode: Workbench, phase = ""): Promise<void> {
  const isFolded = (row: TreeRow) => /^[1-7] /.test(row.label) && row.label.startsWith(phase) && row.expanded === false;
  for (const { label } of (await vscode.treeRows("Deployment")).filter(isFolded)) {
    await (await vscode.treeRow("Deployment", label)).click();
    const opened = (rows: readonly TreeRow[]) => rows.some((row) => row.label.startsWith(`${label.slice(0, 1)}.`));
    await vscode.waitForRows("Deployment", opened);
  }
}

/** Waits until a row of the Deployment view reads like this; a phase that has folded is opened. */
export async function rowReads(vscode: Workbench, row: string, reads: RegExp, timeoutMs = 60_000): Promise<void> {
  await waitFor(
    `row ${row} to read ${String(reads)}`,
    async () => {
      if (/^\d\./.test(row)) await unfoldPhases(vscode, row.slice(0, 1));
      const rows = await vscode.treeRows("Deployment");
      return rows.some((item) => item.label.startsWith(row) && reads.test(item.description));
    },
    {
      timeoutMs,
      intervalMs: 150,
      evidence: async () =>
        JSON.stringify((await vscode.treeRows("Deployment")).map((item) => `${item.label}: ${item.description}`)),
    },
  );
}

/** Opens places of a tree one below the other, by the keyboard alone. */
export async function openPlaces(vscode: Workbench, view: string, ...labels: readonly string[]): Promise<void> {
  for (const label of labels) {
    await vscode.waitForRows(view, (rows) => rows.some((row) => row.label === label));
    await (await vscode.treeRow(view, label)).click();
    await vscode.press("ArrowRight");
  }
}

/** Folds a view, so that another one has room. */
export async function foldView(vscode: Workbench, view: string): Promise<void> {
  // At its arrow: on the right the view's buttons are.
  await (await vscode.view(view)).locator(".pane-header").click({ position: { x: 12, y: 10 } });
}

/** Tells CloudWatch of the processor use of half an hour: on average 30 to 59 %, 50 to 79 % at most. */
export async function figuresAreTold(application: string): Promise<void> {
  const minute = 60_000;
  const begin = Math.floor(Date.now() / minute) * minute - 40 * minute;
  const dimensions = { ClusterName: application, ServiceName: application };
  const points = Array.from({ length: 30 }, (_, step) => ({
    at: begin + step * minute,
    values: [30 + step, 50 + step],
  }));
  await control("metrics", "POST", { namespace: "AWS/ECS", name: "CPUUtilization", dimensions, replace: true, points });
}

/** Opens the page of figures of the application, with figures of the last hour that CloudWatch was told. */
export async function figuresAreShown(vscode: Workbench, application: string): Promise<void> {
  await figuresAreTold(application);
  await vscode.runCommand("Slipway: Show Monitor");
  const page = vscode.webview();
  await page.locator("h1", { hasText: application }).waitFor();
  const cpu = page.locator("article", { hasText: "CPU average" });
  assert.match(
    await cpu.locator(".sentence").innerText(),
    /^CPU average 5\d %, busiest task at most 79 % at \d\d:\d\d\.$/,
  );
  assert.match(await page.locator("#lane").innerText(), /Deployment of .*:1, done/);
  await vscode.screenshot("monitor");
  await cpu.locator("svg[tabindex]").focus();
  await vscode.press("End");
  assert.match(await cpu.locator(".reading").innerText(), /^\d\d:\d\d · /);
  await vscode.press("Enter");
  await waitFor("the logs of that minute to have a channel of their own", async () =>
    (await vscode.treeRows("Log Tails")).some(({ label }) => label.includes(application)),
  );
}

/** Asks the application's logs by a query document, from a query that comes along. */
export async function logsAreAsked(vscode: Workbench, application: string): Promise<void> {
  await vscode.runCommand("Slipway: New Logs Query…");
  await vscode.quickInput.shown(/New Logs Query/);
  await vscode.quickInput.pick("Empty query");
  const editor = vscode.page.locator(".part.editor .view-lines").first();
  await waitFor("the query with the application's group", async () =>
    (await editor.innerText()).replaceAll("\u00a0", " ").includes(`# group: /ecs/${application}`),
  );
  await waitFor("the line above it, with what it asks", async () =>
    /Run · last 1h · \/ecs\//.test(await vscode.page.locator(".codelens-decoration").first().innerText()),
  );
  await vscode.screenshot("query");
  await vscode.runCommand("Slipway: Run Logs Query");
  const page = vscode.webview();
  await page.locator("h1", { hasText: "Empty query" }).waitFor();
  assert.match(await page.locator("main").innerText(), /\d+ rows? of \d+ matching events?; \d+ KB read\./);
  assert.match(await page.locator("table").first().innerText(), /@timestamp\s+@message/);
  await vscode.screenshot("query-result");
  const tails = (await vscode.treeRows("Log Tails")).length;
  await page.locator("button[data-row]").first().click();
  await waitFor("the logs of that row's minute to have a channel of their own", async () =>
    (await vscode.treeRows("Log Tails")).some(({ label }) => label.includes(`/ecs/${application}`)),
  );
  assert.ok((await vscode.treeRows("Log Tails")).length > tails);
}
