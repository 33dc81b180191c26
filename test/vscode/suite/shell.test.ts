import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import type { ResourceItem } from "../../../src/core/ports/resourceModel";
import type { ResourceNode } from "../../../src/core/resources/store";
import { runCommands } from "../../../src/vscode/resources/commands/run";
import type { NodeContext } from "../../../src/vscode/resources/commands/shared";

/** What stands in for AWS's session manager plugin: it writes down how it was called, and stays until its terminal is closed. */
const plugin = `#!${process.execPath}
require("node:fs").writeFileSync(process.argv[1] + ".called", JSON.stringify({ args: process.argv.slice(2), session: process.env[process.argv[2]], terminal: process.stdout.isTTY === true }));
setInterval(() => undefined, 1000);
`;

describe("a shell in a container", () => {
  let folder: string;
  let program: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-shell-"));
    program = path.join(folder, "session-manager-plugin");
    writeFileSync(program, plugin);
    chmodSync(program, 0o755);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is a terminal that runs the plugin, with the session's token in its environment and never in its arguments", async function () {
    this.timeout(20_000);
    const item: ResourceItem = {
      kind: "container",
      key: "web",
      label: "web",
      description: "",
      state: "good",
      expandable: false,
      can: ["running", "exec"],
      facts: [],
      ref: { cluster: "harbour", task: "0123456789abcdef", container: "web" },
    };
    const node: ResourceNode = {
      id: "web",
      item,
      parent: undefined,
      status: "ready",
      children: [],
      error: undefined,
      next: undefined,
      pages: 1,
      loadedAt: 0,
    };
    const asked: unknown[] = [];
    const session = {
      sessionId: "ecs-execute-command-1",
      streamUrl: "wss://127.0.0.1/session",
      tokenValue: "the-token",
      target: "ecs:harbour_0123456789abcdef_0123456789abcdef-1",
    };
    const scene = {
      node,
      nodes: [node],
      slipway: {
        backend: () => ({
          sessionPlugin: () => Promise.resolve({ path: program, version: "1.2.650.0", tooOld: false }),
        }),
      },
      connection: {
        identity: { region: "us-east-1" },
        endpoint: "http://127.0.0.1:1",
        resources: { exec: (...args: unknown[]) => (asked.push(args.slice(0, 4)), Promise.resolve(session)) },
      },
    } as unknown as NodeContext;
    const before = new Set(vscode.window.terminals);
    await runCommands.shell(scene);
    assert.deepEqual(asked, [["harbour", "0123456789abcdef", "web", "/bin/sh"]]);
    const terminal = vscode.window.terminals.find((other) => !before.has(other));
    assert.equal(terminal?.name, "web 01234567");
    const note = `${program}.called`;
    for (let tries = 0; !existsSync(note) && tries < 150; tries++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    const called = JSON.parse(readFileSync(note, "utf8")) as { args: string[]; session: string; terminal: boolean };
    assert.deepEqual(called.args.slice(1), [
      "us-east-1",
      "StartSession",
      "",
      JSON.stringify({ Target: session.target }),
      "http://127.0.0.1:1",
    ]);
    assert.deepEqual(JSON.parse(called.session), {
      SessionId: session.sessionId,
      StreamUrl: session.streamUrl,
      TokenValue: session.tokenValue,
    });
    assert.ok(!called.args.join(" ").includes("the-token"));
    assert.ok(called.terminal, "it has a terminal");
    terminal?.dispose();
  });
});
