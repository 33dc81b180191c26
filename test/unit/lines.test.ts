/** The line: the formatter leaves what it cannot break, and that stays rare. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../../scripts/paths";

const columns = 120;
const mostWide = 0.005;

describe("the lines of src/ and test/", () => {
  it(`are wider than ${columns} columns in one of two hundred at most`, () => {
    let all = 0;
    const wide: string[] = [];
    for (const folder of ["src", "test"])
      for (const file of readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: "utf8" })) {
        // What a generator writes is as wide as it likes.
        if (!/\.(ts|[cm]?js|css|html)$/.test(file) || file.startsWith(path.join("sandbox", "model"))) continue;
        const lines = readFileSync(path.join(projectRoot, folder, file), "utf8").split("\n");
        all += lines.length;
        for (const [at, line] of lines.entries()) if (line.length > columns) wide.push(`${folder}/${file}:${at + 1}`);
      }
    assert.ok(wide.length <= all * mostWide, `${wide.length} of ${all}:\n${wide.join("\n")}`);
  });
});
