import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { docker, IMAGE, withEngine } from "./support/engine";
import { clients, revision, stage, start, taskOf } from "./support/network";
import { startSandbox, TARGET, until } from "./support/sandbox";

const LABEL = "label=slipway.sandbox";

describe("a sandbox's life", function () {
  this.timeout(60_000);
  before(function () {
    if (TARGET !== undefined) this.skip();
  });

  it("writes an env file for its owner alone, and takes it away with itself", async () => {
    const dir = mkdtempSync(path.join(tmpdir(), "slipway-contract-"));
    const file = path.join(dir, "env");
    const e = await startSandbox(["--tasks", "simulated", "--env-file", file]);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.match(readFileSync(file, "utf8"), new RegExp(`^export AWS_ENDPOINT_URL=${e.url}$`, "m"));
    assert.equal(await e.stop(), 0);
    assert.equal(existsSync(file), false);
    rmSync(dir, { recursive: true });
  });

  it("leaves no file behind after it was killed and started again", async () => {
    const state = mkdtempSync(path.join(tmpdir(), "slipway-contract-"));
    const file = path.join(state, "env");
    const killed = await startSandbox(["--tasks", "simulated", "--env-file", file], state);
    await killed.stop("SIGKILL");
    assert.equal(readdirSync(state).filter((n) => n.startsWith("run-")).length, 1);
    const next = await startSandbox(["--tasks", "simulated"], state);
    assert.equal(existsSync(file), false);
    assert.equal(readdirSync(state).filter((n) => n.startsWith("run-")).length, 1, "only the new run's own folder");
    assert.equal(await next.stop(), 0);
  });

  it("ends by itself ten seconds after its last lease", async () => {
    const e = await startSandbox(["--tasks", "simulated", "--leased"]);
    const holder = new AbortController();
    const lease = await fetch(`${e.url}/_sandbox/lease`, { headers: { authorization: `Bearer ${e.token}` }, signal: holder.signal });
    assert.equal(lease.status, 200);
    const from = Date.now();
    holder.abort();
    await until("the end", async () => fetch(`${e.url}/v2/`).then(() => false, () => true), 20_000);
    assert.ok(Date.now() - from >= 9000);
    await e.stop();
  });

  it("leaves no container behind after it was killed and started again", async function () {
    withEngine(this);
    const state = mkdtempSync(path.join(tmpdir(), "slipway-contract-"));
    const e = await startSandbox([], state);
    const c = clients(e);
    const s = await stage(c, "left");
    const definition = await revision(c, s, {}, { image: IMAGE, command: ["sleep", "600"] });
    const task = await start(c, s, definition);
    await until("RUNNING", async () => (await taskOf(c, s, task)).lastStatus === "RUNNING");
    const mine = (): string => docker("ps", "--all", "--quiet", "--filter", LABEL, "--filter", `label=slipway.sandbox.pid=${e.pid ?? 0}`);
    assert.notEqual(mine(), "");
    await e.stop("SIGKILL");
    const next = await startSandbox([], state);
    assert.equal(mine(), "");
    assert.equal(await next.stop(), 0);
  });
});
