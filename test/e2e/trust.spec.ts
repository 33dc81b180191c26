/** Workspace Trust as a person meets it. Also proves the harness: nothing here answers a modal by itself. */
import { strict as assert } from "node:assert";
import path from "node:path";
import { projectRoot } from "../host/paths";
import { waitFor } from "../host/waiting";
import { useWorkbench } from "./harness";

const standin = { withSlipway: false, extensions: [path.join(projectRoot, "test", "e2e", "standin")], env: { STANDIN: "from the environment" } };

describe("a folder that is not trusted", () => {
  const vscode = useWorkbench({ ...standin, trust: "ask" });

  it("makes VS Code ask, and stays restricted when the answer is no", async () => {
    const { modal } = vscode();
    assert.match(await modal.text(), /trust the authors/i);
    await modal.press("No");
    await waitFor("Restricted Mode in the status bar", async () => (await vscode().statusBar()).some((text) => /Restricted Mode/.test(text)));
    const entries = await vscode().fileMenu("Dockerfile");
    assert.ok(entries.includes("Copy Path"), entries.join());
    assert.ok(!entries.includes("Ask the Stand-in"), "an entry that needs trust is not offered");
    await vscode().screenshot("untrusted");
  });
});

describe("the harness", () => {
  const vscode = useWorkbench(standin);

  it("sees what a person sees: menu, quick input, modal, notification, tree, editor, output", async () => {
    const { quickInput, modal } = vscode();
    assert.deepEqual(await vscode().waitForRows("Stand-in View", (rows) => rows.length >= 2).then((rows) => rows.slice(0, 2)), [
      { label: "Harbour", description: "", level: 1, expanded: true, aria: "Harbour" },
      { label: "Aurora", description: "at berth 3", level: 2, expanded: undefined, aria: "Aurora at berth 3" },
    ]);
    await vscode().chooseFromFileMenu("Dockerfile", "Ask the Stand-in");
    await quickInput.shown("Colour (1/2)");
    assert.deepEqual(await quickInput.items(), ["red", "green", "blue"]);
    await quickInput.pick("green");
    await quickInput.shown("Name (2/2)");
    assert.equal(await quickInput.value(), "ship");
    await quickInput.type("SHIP");
    await waitFor("validation", async () => /small letters only/.test(await quickInput.message()));
    await quickInput.accept("aurora");
    assert.equal(await modal.text(), "Paint aurora green?\nIt takes an hour.\nIt costs nothing.");
    assert.deepEqual((await modal.buttons()).sort(), ["Cancel", "Paint"]);
    await vscode().screenshot("modal");
    await modal.press("Paint");
    assert.deepEqual(await vscode().notification("aurora is green"), { text: "aurora is green", buttons: ["Thanks"] });
    await waitFor("the output channel", () => vscode().outputChannel("Stand-in").includes("Dockerfile: aurora green Paint from the environment"));
    await vscode().openFile("Dockerfile");
    await waitFor("the editor's text", async () => /^FROM node:22-slim\nWORKDIR \/app\n/.test(await vscode().editorText()));
    await vscode().screenshot("editor");
  });

  it("starts each test with fresh user data, and takes the command palette", async () => {
    assert.deepEqual(await vscode().notifications(), []);
    await vscode().runCommand("Stand-in: Ask the Stand-in");
    await vscode().quickInput.shown("Colour (1/2)");
    await vscode().quickInput.cancel();
  });
});
