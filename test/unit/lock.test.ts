/** The lock of a deployment: whoever holds it lives, and exactly one goes in. */
import assert from "node:assert/strict";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { RecordLock } from "../../src/core/ports/machine";
import { containerEngine } from "../../src/docker/engine";
import { Lives } from "../../src/machine/life";
import { deploymentRecord, livesIn } from "../../src/machine/state";

const [processes, rounds] = [6, 50];

describe("the lock of a deployment", function () {
  this.timeout(60_000);
  let root = "";
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), "slipway-lock-"));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await rm(root, { recursive: true, force: true });
  });

  const record = (n = 0) =>
    deploymentRecord({ account: "1", region: "r", application: `web${n}`, environment: "default", endpoint: "" }, root);
  const folderOf = async (n = 0) => {
    const names = await readdir(path.join(root, "deployments"));
    return path.join(root, "deployments", names.find((name) => name.startsWith(`web${n}-`)) ?? "");
  };
  const start = async (count: number): Promise<ChildProcess[]> => {
    const begun = Array.from({ length: count }, () => fork(path.join(__dirname, "support", "lockOnce.ts"), [root]));
    children.push(...begun);
    await Promise.all(begun.map((child) => once(child, "message")));
    return begun;
  };
  const tries = async (child: ChildProcess, n: number): Promise<unknown> => {
    const answer = once(child, "message");
    child.send(n);
    return (await answer)[0];
  };
  const kill = async (child: ChildProcess) => {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  const seen = async (n = 0) => {
    const events: unknown[] = [];
    for await (const event of record(n).follow(new AbortController().signal)) events.push(event);
    return events;
  };

  it(`lets exactly one of ${processes} in over a dead one's, ${rounds} times`, async () => {
    const [dead, ...others] = await start(processes + 1);
    assert.ok(dead);
    for (let n = 0; n < rounds; n++) assert.equal(await tries(dead, n), true);
    await kill(dead);
    for (let n = 0; n < rounds; n++) {
      const got = await Promise.all(others.map((child) => tries(child, n)));
      assert.deepEqual(got.filter((answer) => answer !== false).length, 1, `round ${n}: ${got.join()}`);
    }
  });

  it("is nobody's once its holder was killed, whoever has its number now and whatever the machine is called", async () => {
    const [holder] = await start(1);
    assert.ok(holder);
    assert.equal(await tries(holder, 0), true);
    assert.equal(await record().isLocked(), true);
    assert.equal(await record().lock(), undefined);
    await kill(holder);
    const file = path.join(await folderOf(), "lock.1");
    const held = JSON.parse(await readFile(file, "utf8")) as object;
    await writeFile(file, JSON.stringify({ ...held, pid: process.pid, host: "another" }));
    assert.equal(await record().isLocked(), false);
    const lock = await record().lock();
    assert.ok(lock);
    await lock.release();
    // What an earlier version left counts for nothing: it proves nothing.
    await writeFile(path.join(await folderOf(), "lock"), JSON.stringify({ pid: process.pid, host: os.hostname() }));
    assert.ok(await record().lock());
    assert.deepEqual((await readdir(await folderOf())).sort(), ["events.jsonl", "lock.3"]);
  });

  it("believes a holder under another kernel as long as it beats", async () => {
    livesIn(root, 1500);
    const lock = await record().lock();
    assert.ok(lock);
    const file = path.join(await folderOf(), "lock.1");
    await writeFile(file, JSON.stringify({ pid: 1, host: "elsewhere", life: `${"0".repeat(16)}s` }));
    let beats = 0;
    const beating = setInterval(() => void utimes(file, 0, ++beats), 300);
    assert.equal(await record().isLocked(), true);
    clearInterval(beating);
    await lock.release();
    await writeFile(file, JSON.stringify({ pid: 1, host: "elsewhere", life: `${"0".repeat(16)}s` }));
    assert.equal(await record().isLocked(), false, "silent for too long");
  });

  it("is followed to its holder's end, and a dead one's past is not told as if it went on", async () => {
    const [first] = await start(1);
    assert.ok(first);
    assert.equal(await tries(first, 0), true);
    const following = seen();
    setTimeout(() => first.kill("SIGKILL"), 500);
    assert.deepEqual(await following, [{ type: "started", n: 0 }]);
    assert.deepEqual(await seen(), [], "nobody deploys");
    const past: unknown[] = [];
    for await (const event of record().follow(new AbortController().signal, { ended: true })) past.push(event);
    assert.deepEqual(past, [{ type: "started", n: 0 }]);
  });

  it("begins with no event of the one before, and ends where another one begins", async () => {
    const before = await record().lock();
    before?.append({ type: "finished", n: 1 });
    await before?.release();
    const lock = await record().lock();
    const events: unknown[] = [];
    let next: RecordLock | undefined;
    for await (const event of (lock?.append({ type: "started", n: 2 }),
    record().follow(new AbortController().signal))) {
      events.push(event);
      await lock?.release();
      next = await record().lock();
      next?.append({ type: "started", n: 3 });
    }
    assert.deepEqual(events, [{ type: "started", n: 2 }]);
    await next?.release();
  });

  it("has logins and copies of killed processes removed by the next look, and no others", async () => {
    const [holder] = await start(1);
    assert.ok(holder);
    assert.equal(await tries(holder, 0), true);
    const { life } = JSON.parse(await readFile(path.join(await folderOf(), "lock.1"), "utf8")) as { life: string };
    const before = process.env["TMPDIR"];
    const temporary = path.join(root, "tmp");
    await mkdir(path.join(temporary, `slipway-registry-${life}-abcdef`), { recursive: true });
    await mkdir(path.join(temporary, "slipway-registry-ghijkl"));
    const copies = path.join(root, "contexts");
    await mkdir(path.join(copies, `${life}-0123456789ab`, "context"), { recursive: true });
    await writeFile(path.join(root, "Dockerfile"), "FROM scratch\n");
    const lives = new Lives(root);
    const engine = containerEngine({
      root,
      state: root,
      executable: "/none",
      lives,
      log: () => undefined,
    });
    const look = async () => {
      const platform = "linux/amd64";
      await engine
        .contextDigest({ context: "none", dockerfile: "Dockerfile", arguments: {}, platform, leaveOut: [] })
        .catch(() => undefined);
      return (await readdir(temporary)).length;
    };
    try {
      process.env["TMPDIR"] = temporary;
      assert.equal(await look(), 2, "its process lives");
      assert.equal((await readdir(copies)).length, 1, "its process lives");
      await kill(holder);
      assert.equal(await look(), 1);
      assert.deepEqual(await readdir(copies), []);
    } finally {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
    }
  });

  it("proves a life where the state folder's path is too long for a socket", async () => {
    const deep = path.join(root, "d".repeat(90));
    const [mine, other] = [new Lives(deep), new Lives(deep)];
    const token = await mine.token();
    assert.match(token, /t$/);
    assert.equal(await other.prove(token), "alive");
    assert.equal(await other.prove("rubbish"), "dead");
    assert.equal((await stat(path.join(deep, "alive"))).mode & 0o777, 0o700);
  });
});
