import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { isSlipwayError } from "../../src/core/base/errors";
import type { SourceRequest } from "../../src/core/ports/machine";
import { contextDigest, visibleMode } from "../../src/docker/context";
import { FileHashes } from "../../src/docker/fileHashes";
import { sweepSnapshots, takeSnapshot } from "../../src/docker/snapshot";
import { Turns } from "../../src/docker/turns";

const windows = process.platform === "win32";
const request: SourceRequest = {
  context: ".",
  dockerfile: "Dockerfile",
  arguments: {},
  platform: "linux/amd64",
  leaveOut: ["slipway.json"],
};

describe("a build context", () => {
  let root = "";
  let state = "";
  beforeEach(() => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-source-"));
    [root, state] = [path.join(folder, "app"), path.join(folder, "state")];
    mkdirSync(path.join(root, "src"), { recursive: true });
    write("Dockerfile", "FROM a\nCOPY . .\n");
    write("src/a.js", "1");
  });
  afterEach(() => rmSync(path.dirname(root), { recursive: true, force: true }));

  const at = (name: string) => path.join(root, name);
  const write = (name: string, content: string) => writeFileSync(at(name), content);
  const digest = async (builder: "buildkit" | "classic" = "buildkit", hashes = new FileHashes()) =>
    (await contextDigest(root, request, hashes, new Turns(), { builder })).digest;
  const snapshot = (builder: "buildkit" | "classic" = "buildkit", turns = new Turns()) =>
    takeSnapshot(root, request, { builder }, state, turns);
  /** Whether the digest is another one after this. */
  const tells = async (change: () => void) => {
    const before = await digest();
    change();
    return (await digest()) !== before;
  };

  it("has what a container sees of it in its digest", async function () {
    if (windows) return this.skip();
    for (const [what, change] of Object.entries<() => void>({
      "another mode": () => chmodSync(at("src/a.js"), 0o600),
      "a right for everybody": () => chmodSync(at("src/a.js"), 0o666),
      "an empty folder": () => mkdirSync(at("empty")),
      "a folder's mode": () => chmodSync(at("empty"), 0o700),
      "a link": () => symlinkSync("a.js", at("src/b.js")),
      "a link's target": () => (rmSync(at("src/b.js")), symlinkSync("c.js", at("src/b.js"))),
      "a second name": () => linkSync(at("src/a.js"), at("src/second.js")),
      "a copy in its place": () => (rmSync(at("src/second.js")), write("src/second.js", "1")),
      "another name": () => (rmSync(at("src/second.js")), write("src/Second.js", "1")),
      "a named pipe": () => execFileSync("mkfifo", [at("pipe")]),
      "a comment in the Dockerfile": () => write("Dockerfile", "FROM a\nCOPY . .\n# x\n"),
    }))
      assert.equal(await tells(change), true, what);
  });

  it("has nothing else in its digest", async function () {
    if (windows) return this.skip();
    chmodSync(at("src"), 0o755);
    chmodSync(at("src/a.js"), 0o644);
    for (const [what, change] of Object.entries<() => void>({
      "the umask of another machine": () => {
        chmodSync(at("src/a.js"), 0o664);
        chmodSync(at("src"), 0o775);
      },
      "a time": () => utimesSync(at("src/a.js"), 1000, 1000),
      "what Slipway writes itself": () => write("slipway.json", "{}"),
      "what it is still writing": () => write("slipway.json.12.ab.tmp", "{"),
    }))
      assert.equal(await tells(change), false, what);
    assert.equal(
      await tells(() => write("Dockerfile", "FROM a\nCOPY slipway.json .\n")),
      true,
      "the Dockerfile changed",
    );
    assert.equal(await tells(() => write("slipway.json", "{ }")), true, "a Dockerfile that speaks of it gets it");
    assert.deepEqual([visibleMode({ mode: 0o100666 }, "linux"), visibleMode({ mode: 0 }, "win32")], [0o666, 0o755]);
  });

  it("leaves sockets out, as builders do", async function () {
    if (windows) return this.skip();
    const before = await digest();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(at("s.sock"), resolve));
    assert.equal(await digest(), before);
    await new Promise((resolve) => server.close(resolve));
  });

  it("takes names of any bytes", async function () {
    if (process.platform !== "linux") return this.skip();
    const raw = (byte: number) => Buffer.concat([Buffer.from(`${root}/x`), Buffer.from([byte])]);
    mkdirSync(raw(0xff));
    writeFileSync(Buffer.concat([raw(0xff), Buffer.from("/in")]), "1");
    const first = await digest();
    writeFileSync(Buffer.concat([raw(0xff), Buffer.from("/in")]), "2");
    const second = await digest();
    assert.notEqual(second, first);
    const taken = await snapshot();
    assert.equal(taken.digest, second);
    assert.deepEqual(
      readdirSync(taken.context, { encoding: "buffer" }).filter((name) => name[0] === 0x78),
      [Buffer.from([0x78, 0xff])],
    );
    await taken.discard();
    rmSync(raw(0xff), { recursive: true });
    mkdirSync(raw(0xfe));
    writeFileSync(Buffer.concat([raw(0xfe), Buffer.from("/in")]), "2");
    assert.notEqual(await digest(), second, "another byte is another name");
  });

  for (const builder of ["buildkit", "classic"] as const)
    it(`is copied as it is, for the ${builder} builder`, async function () {
      if (windows) return this.skip();
      write(".dockerignore", "*.log\nDockerfile\n.dockerignore\nout\n!out/keep\n");
      write("x.log", "x");
      write("slipway.json", "{}");
      mkdirSync(at("out"));
      write("out/keep", "k");
      write("out/drop", "d");
      mkdirSync(at("empty"), { mode: 0o555 });
      symlinkSync("../nowhere", at("link"));
      linkSync(at("src/a.js"), at("src/b.js"));
      chmodSync(at("src/a.js"), 0o4751);
      utimesSync(at("src/a.js"), 1000, 2000);
      const taken = await snapshot(builder);
      assert.equal(taken.digest, await digest(builder));
      const own = builder === "classic" ? [".dockerignore", "Dockerfile"] : [];
      assert.deepEqual(readdirSync(taken.context).sort(), [...own, "empty", "link", "out", "src"]);
      assert.deepEqual(readdirSync(path.join(taken.context, "out")), ["keep"]);
      const copied = lstatSync(path.join(taken.context, "src/a.js"));
      assert.deepEqual([copied.mode & 0o7777, copied.mtimeMs, copied.nlink], [0o4751, 2_000_000, 2]);
      assert.equal(lstatSync(path.join(taken.context, "empty")).mode & 0o777, 0o555);
      assert.equal(readFileSync(taken.dockerfile, "utf8"), "FROM a\nCOPY . .\n");
      assert.equal(taken.dockerfile.startsWith(taken.context), builder === "classic");
      await taken.discard();
      assert.deepEqual(readdirSync(state), []);
    });

  it("has the Dockerfile that a link leads to inside, and none from outside", async function () {
    if (windows) return this.skip();
    mkdirSync(path.join(path.dirname(root), "elsewhere"));
    writeFileSync(path.join(path.dirname(root), "elsewhere/Dockerfile"), "FROM elsewhere\n");
    mkdirSync(at("real"));
    write("real/Dockerfile", "FROM real\n");
    symlinkSync("../elsewhere", at("outside"));
    symlinkSync("real", at("inside"));
    symlinkSync("real/Dockerfile", at("Link"));
    write(".dockerignore", "real\n");
    for (const [dockerfile, text] of [
      ["inside/Dockerfile", "FROM real\n"],
      ["Link", "FROM real\n"],
    ] as const)
      for (const builder of ["buildkit", "classic"] as const) {
        const taken = await takeSnapshot(root, { ...request, dockerfile }, { builder }, state, new Turns());
        assert.equal(readFileSync(taken.dockerfile, "utf8"), text, `${dockerfile}, ${builder}`);
        assert.equal(lstatSync(path.join(taken.context, "outside")).isSymbolicLink(), true);
        await taken.discard();
      }
    await assert.rejects(
      takeSnapshot(root, { ...request, dockerfile: "outside/Dockerfile" }, { builder: "buildkit" }, state, new Turns()),
      { code: "OutsideWorkspace" },
    );
    assert.deepEqual(readdirSync(state), []);
  });

  it("has the digest of the copy, whatever happens to it meanwhile", async () => {
    const names = Array.from({ length: 300 }, (_, index) => `src/f${index}.txt`);
    for (const name of names) write(name, name.repeat(4000));
    // Whoever gives others a turn finds something else afterwards.
    let turn = 0;
    const turns = new Turns();
    Object.defineProperty(turns, "over", { get: () => true });
    const give = turns.give.bind(turns);
    turns.give = async () => {
      await give();
      const name = names[turn++ % names.length] ?? "";
      if (turn % 3 === 0) rmSync(at(name), { force: true });
      else write(name, String(turn).repeat(turn));
    };
    const taken = await snapshot("buildkit", turns);
    assert.ok(turn > 300);
    const copy = { ...request, context: taken.context, dockerfile: taken.dockerfile, leaveOut: [] };
    const again = await contextDigest("/", copy, new FileHashes());
    assert.deepEqual([again.digest, again.files], [taken.digest, taken.files]);
    await taken.discard();
  });

  it("ends with a file that grows faster than it is read", async () => {
    write("src/log", "x".repeat(3_000_000));
    const turns = new Turns();
    Object.defineProperty(turns, "over", { get: () => true });
    turns.give = () => (writeFileSync(at("src/log"), "x".repeat(2_000_000), { flag: "a" }), Promise.resolve());
    const { bytes } = await contextDigest(root, request, new FileHashes(), turns);
    assert.ok(bytes < 20_000_000, `${bytes}`);
  });

  it("is read again only where something changed, and never trusts what changed a moment before", async () => {
    const old = new Date(Date.now() - 60_000);
    const stated = { ...request, context: "src" };
    const kept = () => contextDigest(root, stated, new FileHashes(state));
    const fresh = () => contextDigest(root, stated, new FileHashes());
    const first = await kept();
    // Of this moment: the change time cannot be put back, so nothing was kept.
    write("src/a.js", "2");
    utimesSync(at("src/a.js"), old, old);
    const second = await kept();
    assert.notEqual(second.digest, first.digest);
    assert.deepEqual(second, await fresh());
    const later = Date.now;
    try {
      Date.now = () => later() + 60_000;
      await kept();
    } finally {
      Date.now = later;
    }
    const hashes = readdirSync(state).filter((name) => name.endsWith(".hashes"));
    assert.equal(hashes.length, 1);
    assert.ok(readFileSync(path.join(state, hashes[0] ?? "")).includes("a.js"));
    assert.deepEqual(await kept(), second);
    write("src/a.js", "3");
    utimesSync(at("src/a.js"), old, old);
    assert.deepEqual(await kept(), await fresh(), "same size and modification time, and another content");
    writeFileSync(path.join(state, hashes[0] ?? ""), "damaged");
    assert.deepEqual(await kept(), await fresh());
  });

  it("names a file that cannot be read, and the way out", async function () {
    if (windows || process.getuid?.() !== 0) return this.skip();
    // Below a folder that everybody may enter, which this run's temporary folder is not.
    const open = mkdtempSync("/tmp/slipway-unreadable-");
    try {
      chmodSync(open, 0o755);
      writeFileSync(path.join(open, "Dockerfile"), "FROM a\n");
      writeFileSync(path.join(open, "secret"), "x", { mode: 0o600 });
      process.seteuid?.(65_534);
      await assert.rejects(
        contextDigest(open, request, new FileHashes()),
        (error) =>
          isSlipwayError(error) &&
          error.code === "ContextUnreadable" &&
          /^secret /.test(error.summary) &&
          /\.dockerignore/.test(error.remedy ?? ""),
      );
    } finally {
      process.seteuid?.(0);
      rmSync(open, { recursive: true });
    }
  });

  it("leaves no copy behind: not where it fails, and not where its process was killed", async () => {
    await assert.rejects(
      takeSnapshot(root, { ...request, context: "none" }, { builder: "buildkit" }, state, new Turns()),
    );
    const cancelled = new AbortController();
    const turns = new Turns(cancelled.signal);
    Object.defineProperty(turns, "over", { get: () => true });
    cancelled.abort();
    await assert.rejects(snapshot("buildkit", turns), { code: "Cancelled" });
    assert.deepEqual(existsSync(state) ? readdirSync(state) : [], []);
    for (const [proof, left] of [
      ["alive", 1],
      ["unknown", 1],
      ["dead", 0],
    ] as const) {
      const lives = { token: () => Promise.resolve("0123456789abcdefs"), prove: () => Promise.resolve(proof) };
      const taken = await takeSnapshot(root, request, { builder: "buildkit" }, state, new Turns(), lives);
      await sweepSnapshots(state, lives);
      assert.equal(readdirSync(state).length, left, proof);
      await taken.discard();
    }
  });

  it("has a copy's age judge where nothing proves a life, and never a process's number", async () => {
    const taken = await snapshot();
    const [mine = ""] = readdirSync(state);
    // As an earlier version named them, by a process that lives: this one may have got its number only later.
    const earlier = `deadbeef-${process.pid}-0123456789ab`;
    mkdirSync(path.join(state, earlier));
    await sweepSnapshots(state, undefined);
    assert.deepEqual(readdirSync(state).sort(), [mine, earlier].sort());
    const old = new Date(Date.now() - 3 * 86_400_000);
    utimesSync(path.join(state, earlier), old, old);
    await sweepSnapshots(state, undefined);
    assert.deepEqual(readdirSync(state), [mine]);
    await taken.discard();
  });
});
