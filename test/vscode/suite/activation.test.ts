/** Slipway starts when it is needed, and then quickly and without an error. */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { hasBundle, slipway } from "./extension";

describe("activation", () => {
  it("asks for no event that would start it in every window", () => {
    const events = (slipway().packageJSON as { activationEvents?: readonly string[] }).activationEvents ?? [];
    assert.deepEqual(
      events.filter(
        (event) => event === "*" || event === "onStartupFinished" || /^workspaceContains:.*[*?]/.test(event),
      ),
      [],
    );
  });

  it("succeeds, and a second call returns the same", async function () {
    if (!hasBundle()) return this.skip();
    const ours = async () => (await vscode.commands.getCommands(true)).filter((id) => id.startsWith("slipway.")).sort();
    const first: unknown = await slipway().activate();
    assert.equal(slipway().isActive, true);
    const commands = await ours();
    assert.ok(commands.length > 10, commands.join());
    assert.equal(await slipway().activate(), first);
    assert.deepEqual(await ours(), commands);
  });

  it("happens in the extension host that the manifest asks for", () => {
    assert.equal(vscode.env.uiKind, vscode.env.remoteName ? vscode.UIKind.Web : vscode.UIKind.Desktop);
    assert.ok(vscode.workspace.isTrusted, "the suite runs in a trusted window");
  });
});
