/** The table of commands: what it lists, what each command asks for, and that a handler gets nothing else. */
import { strict as assert } from "node:assert";
import { command, runCommand, type CommandBase } from "../../../src/vscode/commandKit/command";
import { commands } from "../../../src/vscode/commands/table";
import { contributes } from "./extension";

const idOf = ({ id }: { id: string }): string => id;

describe("the table of commands", () => {
  it("lists what the manifest contributes, each once", () => {
    const contributed = (contributes().commands ?? []).map((item) => item.command);
    assert.deepEqual(commands.map(idOf).sort(), contributed.sort());
    assert.equal(new Set(commands.map(idOf)).size, commands.length);
  });

  it("asks for a trusted workspace wherever the manifest disables the command without one", () => {
    const inTrusted = (contributes().commands ?? [])
      .filter(({ enablement = "" }) => enablement.split(/\s*&&\s*/).includes("isWorkspaceTrusted"))
      .map((item) => item.command);
    assert.ok(inTrusted.length > 50, `${inTrusted.length} commands`);
    const withoutTrust = commands.filter(({ needs }) => !needs.includes("trust")).map(idOf);
    assert.deepEqual(
      withoutTrust.filter((id) => inTrusted.includes(id)),
      [],
    );
  });

  it("lets no argument through that is not what the command works on", () => {
    const odd = [
      undefined,
      null,
      7,
      "text",
      [],
      {},
      { kind: "phase", id: "x", phase: 99 },
      { cluster: 1, service: {} },
    ];
    for (const { id, argument } of commands)
      for (const value of odd)
        if (argument && !(id === "slipway.resources.reveal" && Array.isArray(value)))
          assert.equal(argument(value, value), undefined, `${id} takes ${JSON.stringify(value)}`);
  });

  it("takes what menus, links and other parts hand over", () => {
    const guardOf = (id: string) => commands.find((entry) => entry.id === id)?.argument;
    const taken: readonly (readonly [string, unknown])[] = [
      ["slipway.runPhase", { kind: "phase", id: "phase/3", phase: 3 }],
      ["slipway.copyArn", { kind: "row", id: "phase/5/5.2", row: "5.2" }],
      ["slipway.logs.tailService", { cluster: "quay", service: "web" }],
      ["slipway.logs.tailTask", { cluster: "quay", task: "0123", service: undefined, group: "service:web" }],
      ["slipway.logs.tailContainer", { cluster: "quay", container: "web", task: "0123", service: undefined }],
      ["slipway.logs.tailContainer", { cluster: "quay", container: "web", service: "web" }],
      ["slipway.logs.tailGroup", { group: "/ecs/web" }],
      ["slipway.logs.tailStream", { group: "/ecs/web", stream: "web/web/0123" }],
      ["slipway.logs.lastLines", { cluster: "quay", task: "0123" }],
      ["slipway.logs.pause", { kind: "tail", id: "tail/1", entry: {} }],
      ["slipway.resources.reveal", [{ kind: "clusters" }, { kind: "cluster", key: "quay" }]],
      ["slipway.resources.showError", { code: "Odd", summary: "Odd.", evidence: [], remedy: "", actions: [] }],
      ["slipway.resources.copyArn", { id: "x", item: {}, children: [] }],
    ];
    for (const [id, value] of taken) assert.ok(guardOf(id)?.(value, undefined), id);
  });

  describe("before it calls a handler", () => {
    const contextWith = (connection: object | undefined): CommandBase =>
      ({
        active: { requestOrFolder: { folder: "/somewhere" } },
        connections: { ensure: () => Promise.resolve(connection) },
      }) as unknown as CommandBase;

    it("has a connection and an application where they are needed", async () => {
      const entry = command({
        id: "slipway.test",
        needs: ["application", "connection"],
        run: (_context, { connection, request }) => ({ connection, request }),
      });
      const connection = {};
      const given = await runCommand(contextWith(connection), entry, []);
      assert.deepEqual(given, { connection, request: { folder: "/somewhere" } });
    });

    it("leaves it when nobody connects", async () => {
      const entry = command({ id: "slipway.test", needs: ["connection"], run: () => assert.fail("it was called") });
      assert.equal(await runCommand(contextWith(undefined), entry, []), undefined);
    });
  });
});
