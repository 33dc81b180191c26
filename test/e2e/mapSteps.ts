/** A person's way through the map of what is deployed: read, walked by keyboard, saved, and red after something was broken. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import path from "node:path";
import { waitFor } from "../../scripts/waiting";
import { closePort } from "./breaking";
import type { Workbench } from "./workbench";

/** Goes there with `tasks` running tasks of the application `harbour`; what is broken at the end stays broken. */
export async function walkTheMap(vscode: Workbench, tasks: number): Promise<void> {
  const map = vscode.webview();
  const label = async (id: string): Promise<string> =>
    (await map
      .locator(`#map [data-id="${id}"]`)
      .getAttribute("aria-label", { timeout: 2000 })
      .catch(() => "")) ?? "";
  const says = (id: string, words: RegExp): Promise<unknown> =>
    waitFor(`${id} to say ${String(words)}`, async () => words.test(await label(id)), {
      timeoutMs: 45_000,
      intervalMs: 200,
      evidence: async () => `it says: ${await label(id)}`,
    });
  const focused = async (): Promise<string | null> =>
    map
      .locator("#map :focus")
      .first()
      .getAttribute("data-id", { timeout: 500 })
      .catch(() => null);
  await vscode.runCommand("Slipway: Show the Deployment Map");
  await says("service", new RegExp(`^Service, harbour, live, ${tasks} of ${tasks} running`));
  await says("internet", /answers 200/);
  await vscode.screenshot("map");

  // By the keyboard alone: from the toolbar to the first node, along the edges to the service, its details, an action.
  await map.locator("#png").focus();
  for (let count = 0; count < 8 && (await focused()) !== "application"; count++) await vscode.press("Tab");
  for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowUp"]) await vscode.press(key);
  assert.equal(await focused(), "service");
  await vscode.press("Enter");
  const details = map.locator("#details");
  await waitFor("the service's details", async () => /Service: harbour/.test(await details.innerText()));
  await vscode.screenshot("map-details");
  await vscode.press("Escape");
  assert.equal(await details.isVisible(), false);
  await vscode.press("Enter");
  await details.getByRole("button", { name: "Reveal in AWS Resources" }).press("Enter");
  await waitFor("the service to be selected in the tree", async () =>
    /harbour/.test(
      (await (
        await vscode.view("AWS Resources")
      )
        .locator(".monaco-list-row.selected")
        .first()
        .getAttribute("aria-label")) ?? "",
    ),
  );

  await map.locator("#svg").click();
  const file = path.join(vscode.folder, "harbour-map.svg");
  // What is typed before VS Code has proposed a name ends up beside it.
  await waitFor("a name to be proposed", async () =>
    (await vscode.page.locator(".quick-input-widget input.input").first().inputValue()).endsWith("/harbour-map.svg"),
  );
  await vscode.quickInput.accept();
  const text = await waitFor("the file", () => {
    try {
      const found = readFileSync(file, "utf8");
      return found.endsWith("</svg>") ? found : undefined;
    } catch {
      return undefined;
    }
  });
  assert.match(text, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.doesNotMatch(text, /var\(--|href|url\(|<script/);

  await closePort("harbour-tasks");
  await waitFor(
    "the way in to be closed on the map",
    async () => {
      if (/failing.*port 8080 is closed to the load balancer/.test(await label("tasks"))) return true;
      await map.locator("#refresh").click();
      return false;
    },
    { timeoutMs: 60_000, intervalMs: 3000, evidence: () => label("tasks") },
  );
  assert.match(
    (await map.locator("#map .callout").textContent()) ?? "",
    /security group is between the load balancer and the task/i,
  );
  await vscode.screenshot("map-broken");
}
