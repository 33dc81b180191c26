/** From the end of a deployment to its logs: one click, and every line is there. */
import { strict as assert } from "node:assert";
import { waitFor } from "../../scripts/waiting";
import { deployByKeyboard, fetchByName, useEmptySandbox } from "./steps";

describe("tailing logs from VS Code", function () {
  this.timeout(240_000);
  const vscode = useEmptySandbox();

  it("deploys by the keyboard alone, shows the application's lines in a channel of their own, and the tail in its view", async () => {
    const url = await deployByKeyboard(vscode());
    assert.equal((await fetchByName(url)).status, 200);
    await vscode().pressNotificationButton(/is live at/, "Show Application Logs");
    await waitFor(
      "the tail's row",
      async () =>
        (await vscode().treeRows("Log Tails")).some(
          (row) => row.label === "harbour" && /live|polling/.test(row.description),
        ),
      { timeoutMs: 30_000 },
    );
    for (let number = 0; number < 20; number++) await fetchByName(`${url}?seen=${number}`);
    const panel = vscode().page.locator(".output-view, .panel").first();
    await waitFor(
      "a line of the application in the panel",
      async () =>
        /\d{2}:\d{2}:\d{2}\.\d{3}\s[0-9a-f]{8}\sharbour/.test((await panel.innerText()).replaceAll("\u00a0", " ")),
      { timeoutMs: 30_000, evidence: () => panel.innerText() },
    );
    await waitFor(
      "the count of events",
      async () => (await vscode().treeRows("Log Tails")).some((row) => /\b[1-9]\d* events?\b/.test(row.description)),
      { timeoutMs: 20_000 },
    );
    await vscode().screenshot("logs");

    await vscode().pressRowButton("Log Tails", "harbour", "Pause Log Tail");
    await waitFor("the pause", async () =>
      (await vscode().treeRows("Log Tails")).some((row) => row.description.startsWith("paused")),
    );
    await vscode().pressRowButton("Log Tails", "harbour", "Resume Log Tail");
    await waitFor("the tail to go on", async () =>
      (await vscode().treeRows("Log Tails")).some((row) => /^(live|polling)/.test(row.description)),
    );

    await vscode().runCommand("Slipway: Filter Log Tail…");
    await vscode().quickInput.shown(/Filter harbour/);
    await vscode().quickInput.type('"not closed');
    await waitFor("the mistake to be said while it is typed", async () =>
      /not closed/.test(await vscode().quickInput.message()),
    );
    await vscode().screenshot("logs-filter");
    await vscode().quickInput.accept("listening");
    await waitFor("the filter in the row", async () =>
      (await vscode().treeRows("Log Tails")).some((row) => row.description.includes("filter listening")),
    );

    await vscode().runCommand("Slipway: Tail Logs…");
    await vscode().quickInput.shown(/Tail Logs/);
    await waitFor("services and groups", async () =>
      (await vscode().quickInput.items()).some((item) => item.includes("/ecs/harbour")),
    );
    await vscode().screenshot("logs-pick");
    await vscode().quickInput.pick("/ecs/harbour");
    // The next list has to be there before it is answered.
    await vscode().quickInput.pick("Last 15 minutes");
    await waitFor(
      "a tail of the group",
      async () =>
        (await vscode().treeRows("Log Tails")).some(
          (row) => row.label === "/ecs/harbour" && /\d events/.test(row.description),
        ),
      { timeoutMs: 30_000 },
    );
    await vscode().screenshot("logs-two");
    await vscode().pressRowButton("Log Tails", "/ecs/harbour", "Stop Log Tail");
    await vscode().pressRowButton("Log Tails", "/ecs/harbour", "Remove Log Tail");
    await waitFor("one row less", async () => (await vscode().treeRows("Log Tails")).length === 1);
    assert.ok((await vscode().treeRows("Log Tails")).every((row) => row.label === "harbour"));
  });
});
