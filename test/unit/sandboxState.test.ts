import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { openStateDir } from "../../src/sandbox/stateDir";
import { temporaryDir } from "../../scripts/paths";

/** The id of a process that has ended. */
const ended = (): number => spawnSync(process.execPath, ["-e", ""]).pid;

describe("the sandbox's state folder", () => {
  it("removes what a killed run left, and its env file", () => {
    const root = temporaryDir("state");
    const envFile = path.join(root, "env");
    writeFileSync(envFile, "");
    const pid = ended();
    mkdirSync(path.join(root, "run-old"));
    writeFileSync(path.join(root, "run-old", "run.json"), JSON.stringify({ pid, envFile }));
    writeFileSync(path.join(root, "run-old", "registry.txt"), "127.0.0.1:5000\n");
    mkdirSync(path.join(root, "run-unmarked"));
    mkdirSync(path.join(root, `new-${pid}-half`));
    const state = openStateDir(root, undefined);
    assert.deepEqual(readdirSync(root), [path.basename(state.dir)]);
    assert.deepEqual(state.orphans, ["127.0.0.1:5000"]);
    assert.equal(existsSync(envFile), false);
  });
  it("leaves alone what another sandbox runs, or is about to make, and what is nobody's", () => {
    const root = temporaryDir("state");
    const other = openStateDir(root, undefined);
    mkdirSync(path.join(root, `new-${process.pid}-half`));
    writeFileSync(path.join(root, "notes.txt"), "");
    const state = openStateDir(root, undefined);
    assert.deepEqual(
      readdirSync(root).sort(),
      [`new-${process.pid}-half`, "notes.txt", path.basename(other.dir), path.basename(state.dir)].sort(),
    );
    state.remove();
    other.remove();
    assert.deepEqual(readdirSync(root).sort(), [`new-${process.pid}-half`, "notes.txt"].sort());
  });
  it("is made whole while another process makes and clears its own", async () => {
    const root = temporaryDir("state");
    const script = `const { openStateDir } = require(${JSON.stringify(require.resolve("../../src/sandbox/stateDir"))});
      process.on("message", () => process.exit()); process.send("ready");
      setInterval(() => { for (let i = 0; i < 20; i++) openStateDir(${JSON.stringify(root)}).remove(); }, 1);`;
    const other = spawn(process.execPath, ["--import", "tsx", "-e", script], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    try {
      await once(other, "message");
      for (let round = 0; round < 300; round++) {
        const state = openStateDir(root, undefined);
        state.remember("127.0.0.1:5000");
        assert.equal(existsSync(path.join(state.dir, "run.json")), true);
        state.remove();
      }
      assert.equal(other.exitCode, null, "the other process goes on");
    } finally {
      other.kill();
    }
  });
});
