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
    await slipway().activate();
    assert.equal(slipway().isActive, true);
    await slipway().activate();
  });

  it("happens in the extension host that the manifest asks for", () => {
    assert.equal(vscode.env.uiKind, vscode.env.remoteName ? vscode.UIKind.Web : vscode.UIKind.Desktop);
    assert.ok(vscode.workspace.isTrusted, "the suite runs in a trusted window");
  });
});
