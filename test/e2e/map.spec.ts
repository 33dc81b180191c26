/** The deployment map in a real VS Code: planned, running, by keyboard alone, red where something was broken. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import path from "node:path";
import { waitFor } from "../host/waiting";
import { closePort } from "./breaking";
import { deployFirst, useEmptySandbox } from "./steps";

describe("the deployment map", function () {
  this.timeout(240_000);
  const vscode = useEmptySandbox();

  const node = (id: string) => vscode().webview().locator(`#map [data-id="${id}"]`);
  const label = async (id: string): Promise<string> => (await node(id).getAttribute("aria-label", { timeout: 2000 }).catch(() => "")) ?? "";
  const says = (id: string, words: RegExp, timeoutMs = 45_000): Promise<unknown> => waitFor(`${id} to say ${String(words)}`, async () => words.test(await label(id)), { timeoutMs, intervalMs: 200, evidence: async () => `it says: ${await label(id)}` });

  const focused = async (): Promise<string | null> => vscode().webview().locator("#map :focus").first().getAttribute("data-id", { timeout: 500 }).catch(() => null);

  it("shows the plan, the running architecture, its details by keyboard, and what was broken", async () => {
    await vscode().runCommand("Slipway: Show the Deployment Map");
    await says("service", /not there yet/);
    await vscode().screenshot("map-before");
    await deployFirst(vscode());
    await says("service", /^Service, harbour, live, 1 of 1 running/);
    await says("internet", /answers 200/);
    await vscode().screenshot("map-after");
    // By the keyboard alone: from the first node along the edges to the service, its details, and an action of them.
    await vscode().webview().locator("#png").focus();
    for (let count = 0; count < 12 && (await focused()) !== "application"; count++) await vscode().press("Tab");
    assert.equal(await focused(), "application");
    for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowUp", "Enter"]) await vscode().press(key);
    const details = vscode().webview().locator("#details");
    await waitFor("the service's details", async () => /Service: harbour/.test(await details.innerText()));
    await vscode().screenshot("map-details");
    await vscode().press("Escape");
    assert.equal(await details.isVisible(), false);
    await vscode().press("Enter");
    await details.getByRole("button", { name: "Reveal in AWS Resources" }).press("Enter");
    await vscode().waitForRows("AWS Resources", (rows) => rows.some((row) => row.label === "harbour" && /^1\/1/.test(row.description)));
    const save = vscode().webview().locator("#svg");
    await save.click();
    const file = path.join(vscode().folder, "harbour-map.svg");
    await vscode().quickInput.accept(file);
    await waitFor("the file", () => { try { return readFileSync(file, "utf8").endsWith("</svg>"); } catch { return false; } });
    const text = readFileSync(file, "utf8");
    assert.match(text, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    assert.doesNotMatch(text, /var\(--|href|url\(|<script/);
    await closePort("harbour-tasks");
    await says("tasks", /failing.*port 8080 is closed to the load balancer/);
    await waitFor("the callout", async () => /closed to the load balancer/i.test(await vscode().webview().locator("#map .callout").innerText()));
    await vscode().screenshot("map-failed");
  });
});
