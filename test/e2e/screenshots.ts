/** `npm run screenshots`: the README's pictures, taken from the real thing. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ensureBaseImages } from "../../scripts/baseImages";
import { ensureDir, projectRoot } from "../../scripts/paths";
import { main } from "../../scripts/processes";
import { say } from "../../scripts/say";
import { openWorkbench, sandboxEnvironment, theEngine, type Workbench } from "./harness";
import { stopServers } from "./host";
import { waitFor } from "../../scripts/waiting";
import { closePort } from "./breaking";
import { answerQuestions, deployEntry, emptySandbox, foldView, liveUrl, openPlaces, rowReads } from "./steps";

const pictures = path.join(projectRoot, "media", "screenshots");

/** The map of what runs, and after somebody has closed the way to the tasks. The port is opened again by nobody: the rest does not need it. */
async function takeMap(vscode: Workbench, take: (name: string) => Promise<void>): Promise<void> {
  const map = vscode.webview();
  await vscode.page.setViewportSize({ width: 1400, height: 900 });
  await vscode.runCommand("Notifications: Clear All Notifications");
  await vscode.runCommand("View: Toggle Primary Side Bar Visibility");
  await vscode.runCommand("Slipway: Show the Deployment Map");
  await map.locator('[aria-label*="answers 200"]').waitFor({ timeout: 30_000 });
  await vscode.page.waitForTimeout(1000);
  await take("map");
  await closePort("harbour-tasks");
  await waitFor(
    "the way in to be closed on the map",
    async () => {
      if (await map.locator("#map .callout").isVisible()) return true;
      await map.locator("#refresh").click();
      return false;
    },
    { timeoutMs: 60_000, intervalMs: 3000 },
  );
  // The target group sees it after its next two checks.
  await vscode.page.waitForTimeout(12_000);
  await take("map-broken");
  // Out of the page, which has the keyboard, and back to the views.
  await vscode.openContainer("Explorer");
  await vscode.runCommand("View: Close All Editors");
  await vscode.page.setViewportSize({ width: 1100, height: 900 });
}

void main(async () => {
  const engine = await theEngine();
  if (!engine) {
    say("there is no container engine here, and the pictures show real containers");
    return 1;
  }
  await ensureBaseImages(engine);
  await emptySandbox();
  const vscode = await openWorkbench({
    env: await sandboxEnvironment(),
    settings: { "workbench.colorTheme": "Default Dark Modern" },
  });
  const take = async (name: string) => {
    copyFileSync(await vscode.screenshot(name), path.join(ensureDir(pictures), `${name}.png`));
    say(`media/screenshots/${name}.png`);
  };
  try {
    await vscode.page.setViewportSize({ width: 1100, height: 900 });
    await vscode.fileMenu("Dockerfile");
    await take("menu");
    await vscode.press("Escape");
    await vscode.chooseFromFileMenu("Dockerfile", deployEntry);
    await answerQuestions(vscode);
    await vscode.modal.shown(60_000);
    await take("plan");
    await vscode.modal.press("Deploy");
    await rowReads(vscode, "3.3", /Pushing|Pushed/);
    await take("deploying");
    await liveUrl(vscode);
    await rowReads(vscode, "Checklist", /all passed/);
    await take("live");
    await foldView(vscode, "Deployment");
    await openPlaces(vscode, "AWS Resources", "Local sandbox", "ECS Clusters", "harbour");
    await vscode.waitForRows("AWS Resources", (rows) => rows.some((row) => /^1\/1/.test(row.description)));
    await openPlaces(vscode, "AWS Resources", "Load Balancers", "harbour");
    await vscode.page.mouse.move(700, 300);
    await take("resources");
    await takeMap(vscode, take);
    const file = path.join(vscode.folder, "task-definition.json");
    writeFileSync(
      file,
      readFileSync(file, "utf8")
        .replace('"memory": "512"', '"memory": "768"')
        .replace('"containerPort": 8080', '"containerPort": 8080,\n          "hostPort": 80'),
    );
    await vscode.openFile("task-definition.json");
    await vscode.runCommand("Problems: Focus on Problems View");
    await waitFor("the findings", async () => /Fargate/.test(await vscode.page.locator(".markers-panel").innerText()));
    await take("task-definition");
    return 0;
  } catch (error) {
    say(`the window at that moment: ${await vscode.screenshot("failed")}`);
    say(vscode.outputChannel("Slipway").split("\n").slice(-20).join("\n"));
    throw error;
  } finally {
    await vscode.close();
    await stopServers();
  }
});
