/** What the file system refuses is said with its path and what to do, and no lock stays behind. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { reportOf } from "../../src/core/base/errors";
import { atPath } from "../../src/core/base/fileErrors";
import { makeFolder as makeFolderNow } from "../../src/docker/makeFolder";
import { makeFolder } from "../../src/machine/makeFolder";
import { deploymentRecord } from "../../src/machine/state";

const failed = (code: string, more: object = {}) =>
  Object.assign(new Error(`${code}: it did not work`), { code, syscall: "open", path: "/there/file", ...more });

describe("an error of the file system", () => {
  const rows: readonly [string, string][] = [
    ["ENOSPC", "DiskFull"],
    ["EDQUOT", "DiskFull"],
    ["EROFS", "ReadOnlyDisk"],
    ["EACCES", "FileAccessDenied"],
    ["EPERM", "FileAccessDenied"],
    ["EMFILE", "TooManyOpenFiles"],
    ["EIO", "DiskFault"],
    ["ENOTDIR", "NotAFolder"],
    ["ENOENT", "FileMissing"],
  ];
  for (const [code, named] of rows)
    it(`${code} is ${named}, with its path and a remedy`, () => {
      const report = reportOf(failed(code));
      assert.equal(report.code, named);
      assert.match(report.summary, /\/there\/file/);
      assert.ok(report.remedy);
      assert.deepEqual(report.evidence, [`${code}: it did not work`]);
    });
  it("gets the path that a write to an open file does not say", () => {
    const error = Object.assign(new Error("ENOSPC: no space left on device, write"), {
      code: "ENOSPC",
      syscall: "write",
    });
    assert.equal(reportOf(error).code, "Unexpected");
    assert.match(reportOf(atPath("/state/journal.json", error)).summary, /\/state\/journal\.json/);
  });
  it("is not seen in what is no file's", () => {
    assert.equal(reportOf(failed("ENOENT", { syscall: "spawn docker", path: "docker" })).code, "Unexpected");
    assert.equal(reportOf(failed("EACCES", { syscall: "connect", path: "/run/x.sock" })).code, "Unexpected");
    assert.equal(reportOf(failed("constructor")).code, "Unexpected");
  });

  it("of a folder that takes no other in it ends, with the system's reason", async function () {
    if (process.platform !== "linux") return this.skip();
    await assert.rejects(makeFolder("/proc/slipway/deployments"), { code: "ENOENT", path: "/proc/slipway" });
    assert.throws(() => makeFolderNow("/proc/slipway/contexts"), { code: "ENOENT", path: "/proc/slipway" });
  });

  it("of a state folder that is a file is one of the lock, and is said", async () => {
    const root = await mkdtemp(path.join(os.tmpdir(), "slipway-files-"));
    try {
      await writeFile(path.join(root, "deployments"), "");
      const key = { account: "1", region: "r", application: "web", environment: "default", endpoint: "" };
      const error: unknown = await deploymentRecord(key, root)
        .lock()
        .catch((caught: unknown) => caught);
      assert.match(reportOf(error).code, /^(NotAFolder)$/);
      assert.deepEqual((await readdir(root)).sort(), ["deployments"]);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});
