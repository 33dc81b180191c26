import assert from "node:assert/strict";
import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { writeWhole } from "../../src/machine/workspaceFiles";
import { temporaryDir } from "../../scripts/paths";

describe("what a killed process left beside a file", () => {
  /** No number of a process is as high. */
  const gone = 2 ** 30;
  for (const [what, pid, seconds, left] of [
    ["is taken away", gone, 60, 0],
    ["stays where it is being written, maybe by a process of another container", gone, 0, 1],
    ["stays while its process may live", process.pid, 60, 1],
    ["is taken away at last, also where another process got the number", process.pid, 2 * 86_400, 0],
  ] as const)
    it(what, async () => {
      const folder = temporaryDir("whole");
      const unfinished = path.join(folder, `journal.json.${pid}.abc.tmp`);
      writeFileSync(unfinished, "{");
      const at = new Date(Date.now() - seconds * 1000);
      utimesSync(unfinished, at, at);
      await writeWhole(path.join(folder, "journal.json"), "{}");
      assert.equal(readdirSync(folder).length, 1 + left);
    });
});
